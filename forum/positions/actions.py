"""Drafting, requesting approval, approving and returning answers, and their release by the clock.

Every act of a party first locks the party's row, so that its people act one after the other.
"""

from datetime import datetime
from typing import Any

import structlog
from cryptography.exceptions import InvalidTag
from flask_babel import gettext as _
from sqlalchemy import func, select, update

from forum.accounts.models import User
from forum.kernel import clock, ledger, mail, vault
from forum.kernel.approval import Step, remark_problem
from forum.kernel.db import begin_writing, db, save, unit_of_work
from forum.kernel.events import announce
from forum.kernel.letters import address_of, letter
from forum.positions import desk, policy
from forum.positions.desk import Content, Sheet, draft_in
from forum.positions.events import PositionApproved, PositionPublished
from forum.positions.models import (
    Answer,
    Party,
    Position,
    PositionDraft,
    PositionVersion,
    Provenance,
    Thesis,
)
from forum.positions.queries import sealed_in
from forum.positions.writing import Refused, problems, readable
from forum.recommendations.actions import changed, new_subject, touch
from forum.recommendations.models import Consultation, Subject, SubjectKind

log = structlog.get_logger()


def save_draft(
    person: User, slug: str, content: Content, edition: int, *, submit: bool = False
) -> None:
    """Keep what a party is writing about a thesis; `submit` asks a colleague for approval.

    `edition` is the one the form was opened with; a newer text is not overwritten. Whoever changes
    the text is its author, and so cannot approve it.
    """
    _check(content, complete=submit, corrects=False)
    sheet = _sheet_to_write(person, slug)
    policy.DRAFT.require(person, sheet)
    if submit:
        policy.SUBMIT.require(person, sheet)
    step = sheet.step.saved(person.id, edition, is_same=sheet.draft == content, submit=submit)
    _check(content, complete=submit, corrects=sheet.corrects)
    _write_draft(sheet, content, step)
    if submit:
        _ask_for_approval(sheet, step.author_id)


def approve(person: User, slug: str, edition: int) -> int:
    """Approve a colleague's text, as it was seen; the id of the version that results.

    Before the common minute it is sealed until then; afterwards it is public at once, and what it
    corrects stays visible.
    """
    sheet = _sheet_to_write(person, slug)
    policy.APPROVE.require(person, sheet)
    step = sheet.step.approved(edition)
    content = sheet.draft or Content()
    _check(content, complete=True, corrects=sheet.corrects)
    now = clock.now()
    published_at = policy.published_from(sheet.consultation, now)
    position = position_for(sheet.thesis_id, sheet.party_id)
    version = _version(position.id, published_at, now)
    version.author_id, version.approver_id, version.approved_at = sheet.author_id, person.id, now
    if published_at > now:
        version.sealed = vault.seal(content.stored(), sealed_in(position.id, version.number))
    else:
        _fill(version, content.stored(), now)
    save(version)
    _write_draft(sheet, Content(), step)
    announce(PositionApproved(position_id=position.id, version_id=version.id))
    if version.released_at is not None:
        thesis, party = _named(sheet)
        _tell(version, thesis, party, corrects=sheet.corrects)
        touch(thesis.recommendation_id)
    return version.id


def send_back(person: User, slug: str, edition: int, remark: str) -> None:
    """Return a colleague's text with a remark; it becomes a draft again."""
    remark = readable(remark, "remark")
    if problem := remark_problem(remark):
        raise Refused({"remark": problem})
    sheet = _sheet_to_write(person, slug)
    policy.RETURN.require(person, sheet)
    _write_draft(
        sheet,
        sheet.draft or Content(),
        sheet.step.returned(edition),
        remark=f"{person.name}: {remark}",
    )


def position_for(thesis_id: int, party_id: int) -> Position:
    """The position of a party on a thesis, made when there is none yet."""
    found = db.session.scalars(
        select(Position).where(Position.thesis_id == thesis_id, Position.party_id == party_id)
    ).one_or_none()
    if found is not None:
        return found
    thesis = db.session.scalars(select(Thesis).where(Thesis.id == thesis_id)).one()
    db.session.execute(  # numbers are counted one after the other
        select(Subject.id)
        .where(Subject.id == thesis.recommendation_id)
        .with_for_update(key_share=True)
    )
    last = db.session.scalar(
        select(func.max(Subject.number)).where(
            Subject.recommendation_id == thesis.recommendation_id,
            Subject.kind == SubjectKind.POSITION,
        )
    )
    subject = new_subject(
        SubjectKind.POSITION,
        consultation_id=thesis.consultation_id,
        recommendation_id=thesis.recommendation_id,
        number=(last or 0) + 1,
    )
    return save(Position(id=subject.id, party_id=party_id, thesis_id=thesis_id))


def move_publication(round_slug: str, was: datetime, will: datetime) -> None:
    """Give what is sealed until one minute another one, within the running transaction.

    The rows of the parties are locked as their own acts lock them: no approval slips in between.
    """
    parties = db.session.scalars(
        select(Party.id)
        .join(Consultation, Consultation.id == Party.consultation_id)
        .where(Consultation.slug == round_slug)
        .order_by(Party.id)
        .with_for_update(of=Party)
    ).all()
    db.session.execute(
        update(PositionVersion)
        .where(
            PositionVersion.position_id.in_(
                select(Position.id).where(Position.party_id.in_(parties))
            ),
            PositionVersion.provenance == Provenance.PARTY,
            PositionVersion.released_at.is_(None),
            PositionVersion.published_at == was,
        )
        .values(published_at=will)
        .execution_options(synchronize_session=False)
    )


def release_due() -> int:
    """Finish what the clock has published: decrypt, enter into the ledger, tell search and pages.

    Readers have seen it since the minute itself; this may run any number of times, and in parallel.
    """
    with unit_of_work():
        due = db.session.scalars(
            select(Thesis.recommendation_id)
            .join(Position, Position.thesis_id == Thesis.id)
            .join(PositionVersion, PositionVersion.position_id == Position.id)
            .where(policy.public(clock.now()), PositionVersion.released_at.is_(None))
            .distinct()
            .order_by(Thesis.recommendation_id)
        ).all()
    released = 0
    for recommendation_id in due:
        with unit_of_work(writing=True):
            released += _release(recommendation_id)
    return released


def _release(recommendation_id: int) -> int:
    now = clock.now()
    rows = db.session.execute(
        select(PositionVersion, Thesis, Party)
        .join(Position, Position.id == PositionVersion.position_id)
        .join(Thesis, Thesis.id == Position.thesis_id)
        .join(Party, Party.id == Position.party_id)
        .where(
            Thesis.recommendation_id == recommendation_id,
            policy.public(now),
            PositionVersion.released_at.is_(None),
        )
        .order_by(PositionVersion.id)
        .with_for_update(of=PositionVersion, key_share=True)
    ).all()
    released = 0
    for version, thesis, party in rows:
        if version.sealed is not None:
            try:
                content = vault.unseal(
                    version.sealed, sealed_in(version.position_id, version.number)
                )
            except InvalidTag:  # another key: the others go out, and this one is tried again
                log.exception("position.unreadable", position=version.position_id)
                continue
            _fill(version, content, now)
        version.released_at = now
        db.session.flush()
        _tell(version, thesis, party)
        released += 1
    if released:
        touch(recommendation_id)
    return released


def _fill(version: PositionVersion, content: dict[str, Any], now: datetime) -> None:
    version.answer = Answer(content["answer"])
    version.reason = content["reason"]
    version.sources = content["sources"]
    version.correction_reason = content["correction_reason"] or None
    version.sealed = None
    version.released_at = now


def _tell(
    version: PositionVersion, thesis: Thesis, party: Party, *, corrects: bool = False
) -> None:
    """Enter a version that is public into the ledger, and have the search hear of it."""
    ledger.enter(
        "position.corrected" if corrects else "position.published",
        f"position:{party.slug}/{thesis.slug}/version:{version.number}",
        ledger_content(version, thesis, party),
        effective_at=version.published_at,
    )
    changed(version.position_id)
    announce(
        PositionPublished(
            position_id=version.position_id,
            version_id=version.id,
            recommendation_id=thesis.recommendation_id,
        )
    )


def ledger_content(version: PositionVersion, thesis: Thesis, party: Party) -> dict[str, Any]:
    """What of a version is hashed into the ledger; anybody can put it together from the page."""
    content: dict[str, Any] = {
        "party": party.slug,
        "thesis": thesis.slug,
        "version": version.number,
        "answer": version.answer.value if version.answer else "",
        "provenance": version.provenance.value,
        "reason": version.reason,
        "sources": version.sources,
    }
    if version.evidence:
        content["evidence"] = version.evidence.value
    if version.correction_reason:
        content["correction_reason"] = version.correction_reason
    return content


def _sheet_to_write(person: User, slug: str) -> Sheet:
    begin_writing()
    policy.DESK.require(person)
    assert person.party_id is not None  # noqa: S101 - the rule has asked
    db.session.execute(
        select(Party.id).where(Party.id == person.party_id).with_for_update(key_share=True)
    )
    return desk.sheet(person.party_id, slug)


def _check(content: Content, *, complete: bool, corrects: bool) -> None:
    found = problems(
        answer=content.answer,
        reason=content.reason,
        sources=content.sources,
        correction_reason=content.correction_reason,
        complete=complete,
        corrects=corrects,
    )
    if found:
        raise Refused(found)


def _write_draft(sheet: Sheet, content: Content, step: Step, *, remark: str = "") -> None:
    place = draft_in(sheet.party_id, sheet.thesis_id)
    stored = content.stored() | ({"remark": remark} if remark else {})
    draft = db.session.scalars(
        select(PositionDraft).filter_by(party_id=sheet.party_id, thesis_id=sheet.thesis_id)
    ).one_or_none()
    if draft is None:
        draft = PositionDraft(party_id=sheet.party_id, thesis_id=sheet.thesis_id)
        db.session.add(draft)
    assert step.state is not None and step.author_id is not None  # noqa: S101, PT018
    draft.state, draft.author_id, draft.edition = step.state, step.author_id, step.edition
    draft.sealed = vault.seal(stored, place)
    db.session.flush()


def _version(position_id: int, published_at: datetime, now: datetime) -> PositionVersion:
    """The version an approval writes: a new one, or the sealed one that nobody has seen yet."""
    latest = db.session.scalars(
        select(PositionVersion)
        .where(PositionVersion.position_id == position_id)
        .order_by(PositionVersion.number.desc())
    ).all()
    for version in latest:
        if version.provenance is Provenance.PARTY and version.published_at > now:
            version.published_at = published_at
            return version
    return PositionVersion(
        position_id=position_id,
        number=latest[0].number + 1 if latest else 1,
        published_at=published_at,
        provenance=Provenance.PARTY,
        evidence=None,
    )


def _named(sheet: Sheet) -> tuple[Thesis, Party]:
    thesis = db.session.scalars(select(Thesis).where(Thesis.id == sheet.thesis_id)).one()
    return thesis, db.session.scalars(select(Party).where(Party.id == sheet.party_id)).one()


def _ask_for_approval(sheet: Sheet, author_id: int | None) -> None:
    """Tell the colleagues. The mail leads to the text and does not contain it."""
    found = letter(
        _("Freigabe angefragt: These %(number)s", number=sheet.number),
        _(
            "zu These %(number)s („%(label)s“) wartet eine Antwort Ihrer Partei auf die Freigabe "
            "durch eine zweite Person:",
            number=sheet.number,
            label=sheet.label,
        ),
        address_of(f"/partei-desk/{sheet.slug}"),
        why=_("Sie bekommen diese E-Mail, weil Sie Ihre Partei im Forum vertreten."),
    )
    for colleague in desk.people(sheet.party_id):
        if colleague.id != author_id:
            mail.post(colleague.email, *found)
