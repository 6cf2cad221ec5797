"""Preparing, approving, returning and hiding what organisations say.

Every act of an organisation first locks its row, so that its people act one after the other; then
the text it answers to, so that nobody approves what was written to other words.
"""

from dataclasses import replace

from flask_babel import gettext as _
from sqlalchemy import delete

from forum.accounts import queries as accounts
from forum.accounts.models import User, Visitor
from forum.kernel import clock, ledger, mail, vault
from forum.kernel.approval import DraftState, Step, remark_problem
from forum.kernel.db import begin_writing, db, save
from forum.kernel.events import announce
from forum.kernel.letters import address_of, letter
from forum.recommendations.actions import changed, new_subject, touch
from forum.recommendations.models import SubjectKind
from forum.recommendations.queries import next_number
from forum.stances import policy, queries
from forum.stances.events import StancePublished
from forum.stances.models import Stance, StanceDraft, StanceVersion
from forum.stances.reading import Sheet
from forum.stances.writing import Content, Refused, problems, readable


def save_draft(
    who: User | Visitor,
    slug: str,
    number: int,
    content: Content,
    edition: int,
    *,
    submit: bool = False,
) -> None:
    """Keep what an organisation is going to say; `submit` asks its speakers for the approval.

    `edition` is the one the form was opened with; a newer text is not overwritten. Whoever changes
    the text is its author, and so cannot approve it.
    """
    _check(content, complete=submit)
    person, sheet = _to_write(who, slug, number)
    policy.DRAFT.require(person, replace(sheet, takes_back=content.takes_back))
    if content.takes_back and not sheet.can_be_taken_back:
        raise Refused({"answer": _("Es gibt keine Haltung, die sich zurückziehen ließe.")})
    is_same = sheet.draft == content and not sheet.is_overtaken
    step = sheet.step.saved(person.id, edition, is_same=is_same, submit=submit)
    _write(sheet, content, step)
    if submit:
        _ask_for_approval(sheet, step)


def approve(who: User | Visitor, slug: str, number: int, edition: int) -> int:
    """Approve a colleague's text, as it was seen: it is public from now on. Returns the version."""
    person, sheet = _to_write(who, slug, number)
    policy.APPROVE.require(person, sheet)
    step = sheet.step.approved(edition)
    content = sheet.draft
    _check(content, complete=True)
    assert sheet.author_id is not None  # noqa: S101 - the rule has asked
    stance = queries.stance_of(sheet.organisation_id, sheet.paragraph_id) or _new(sheet)
    before = sheet.standing
    wording_id = sheet.wording_id or (before.wording_id if before else None)
    assert wording_id is not None  # noqa: S101 - nothing is said to a text that never was
    version = save(
        StanceVersion(
            stance_id=stance.id,
            number=before.number + 1 if before else 1,
            wording_id=wording_id,
            text_version=sheet.text_version,
            answer=content.value,
            text=content.text,
            author_id=sheet.author_id,
            approver_id=person.id,
            approved_at=clock.now(),
        )
    )
    _write(sheet, Content(), step)
    organisation = person.organisation
    assert organisation is not None  # noqa: S101 - the rule has asked
    ledger.enter(
        "stance.published" if version.answer else "stance.taken_back",
        f"stance:{organisation.slug}/{slug}/abschnitt:{sheet.number}/version:{version.number}",
        {
            "organisation": organisation.slug,
            "recommendation": slug,
            "paragraph": sheet.number,
            "text_version": version.text_version,
            "version": version.number,
            "answer": version.answer.value if version.answer else "",
            "text": version.text,
        },
    )
    announce(
        StancePublished(
            stance_id=stance.id,
            version_id=version.id,
            recommendation_id=sheet.recommendation_id,
            paragraph_id=sheet.paragraph_id,
        )
    )
    changed(stance.id)
    touch(sheet.recommendation_id)
    return version.id


def send_back(who: User | Visitor, slug: str, number: int, edition: int, remark: str) -> None:
    """Return a colleague's text with a remark; it becomes a draft again."""
    remark = readable(remark, "remark")
    if problem := remark_problem(remark):
        raise Refused({"remark": problem})
    person, sheet = _to_write(who, slug, number)
    policy.RETURN.require(person, sheet)
    step = sheet.step.returned(edition)
    _write(sheet, sheet.draft, step, remark=remark, returned_by_id=person.id)


def set_hidden(stance_id: int, public_reason: str | None) -> None:
    """Hide what an organisation says behind a public sentence, or show it again with None.

    The moderation calls this inside its own decision, which also asks the rule.
    """
    begin_writing()
    stance, _organisation = queries.held(stance_id)
    stance.hidden_reason = public_reason or None
    db.session.flush()
    changed(stance.id)
    touch(stance.recommendation_id)


def forget_drafts(author_id: int) -> None:
    """Drop what somebody has drafted and nobody has approved; what is public is not theirs."""
    begin_writing()
    db.session.execute(
        delete(StanceDraft)
        .where(StanceDraft.author_id == author_id, StanceDraft.state != DraftState.APPROVED)
        .execution_options(synchronize_session=False)
    )


def _check(content: Content, *, complete: bool) -> None:
    if found := problems(content, complete=complete):
        raise Refused(found)


def _to_write(who: User | Visitor, slug: str, number: int) -> tuple[User, Sheet]:
    """Whoever acts, as they are now, and the sheet; both locked, the organisation first."""
    begin_writing()
    policy.DESK.require(who)
    assert isinstance(who, User) and who.organisation_id is not None  # noqa: S101, PT018
    assert who.id is not None  # noqa: S101
    queries.lock(who.organisation_id, slug)
    person = accounts.user(who.id, lock=True)
    policy.DESK.require(person)
    assert person.organisation_id is not None  # noqa: S101 - the rule has asked
    sheet = queries.sheet(who.organisation_id, slug, number)
    return person, sheet


def _new(sheet: Sheet) -> Stance:
    subject = new_subject(
        SubjectKind.STANCE,
        consultation_id=sheet.consultation.id,
        recommendation_id=sheet.recommendation_id,
        number=next_number(SubjectKind.STANCE, sheet.recommendation_id),
    )
    return save(
        Stance(
            id=subject.id,
            recommendation_id=sheet.recommendation_id,
            number=subject.number,
            organisation_id=sheet.organisation_id,
            paragraph_id=sheet.paragraph_id,
        )
    )


def _write(
    sheet: Sheet,
    content: Content,
    step: Step,
    *,
    remark: str = "",
    returned_by_id: int | None = None,
) -> None:
    draft = queries.draft(sheet.organisation_id, sheet.paragraph_id)
    if draft is None:
        draft = StanceDraft(organisation_id=sheet.organisation_id, paragraph_id=sheet.paragraph_id)
        db.session.add(draft)
    assert step.state is not None and step.author_id is not None  # noqa: S101, PT018
    draft.state, draft.author_id, draft.edition = step.state, step.author_id, step.edition
    if step.state is not DraftState.RETURNED:  # it stays what it was written to
        draft.wording_id = sheet.wording_id
    draft.returned_by_id = returned_by_id
    draft.sealed = vault.seal(
        {"answer": content.answer, "text": content.text, "remark": remark},
        queries.draft_in(sheet.organisation_id, sheet.paragraph_id),
    )
    db.session.flush()


def _ask_for_approval(sheet: Sheet, step: Step) -> None:
    """Tell those who speak for the organisation. The mail leads to the text, without it."""
    found = letter(
        _("Freigabe angefragt: Haltung zu Abschnitt %(number)s", number=sheet.number),
        _(
            "zu Abschnitt %(number)s („%(heading)s“) der Empfehlung „%(title)s“ wartet eine "
            "Haltung Ihrer Organisation auf die Freigabe durch eine zweite Person:",
            number=sheet.number,
            heading=sheet.heading,
            title=sheet.title,
        ),
        address_of(f"/empfehlungen/{sheet.slug}/abschnitte/{sheet.number}/haltung"),
        why=_("Sie bekommen diese E-Mail, weil Sie im Forum für Ihre Organisation sprechen."),
    )
    for speaker in sheet.speakers:
        if speaker.id != step.author_id:
            mail.post(speaker.email, *found)
