"""Filing, revising, withdrawing and hiding amendments.

Locks are taken in the order of the whole product: subjects first, the recommendation last.
"""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forum.accounts.models import User, Visitor
from forum.amendments import comparing, queries, sources
from forum.amendments.events import AmendmentRevised, AmendmentWithdrawn, MotionFiled
from forum.amendments.models import (
    Amendment,
    AmendmentKind,
    AmendmentState,
    AmendmentWording,
    Motion,
    MotionSource,
)
from forum.amendments.policy import FILE, REVISE, WITHDRAW, Floor, Standing
from forum.amendments.uniting import part
from forum.amendments.writing import (
    MAX_TEXT,
    TOO_LONG,
    NewChange,
    Refused,
    check,
    proposed,
    standing,
)
from forum.kernel import clock, html, jobs
from forum.kernel.db import begin_writing, db, save
from forum.kernel.errors import Conflict
from forum.kernel.events import announce
from forum.recommendations import queries as recommendations
from forum.recommendations.actions import changed, new_subject, touch
from forum.recommendations.models import Consultation, Recommendation, SubjectKind
from forum.recommendations.queries import Clause

MAX_SUBMISSION = 64
NEWER_TEXT = _l("Inzwischen gilt eine neue Fassung der Empfehlung.")
NEWER_WORDING = _l("Inzwischen haben Sie diesen Vorschlag schon überarbeitet.")


def file_motion(
    author: User | Visitor,
    recommendation_id: int,
    version_number: int,
    changes: Sequence[NewChange],
    reason: str,
    submission: str | None = None,
    drawn_from: Sequence[int] = (),
) -> Motion:
    """File amendments of one intent, with one reason, against the version their author read.

    `submission` is the form's own number: what it has filed already comes back instead of a twin.
    A version published meanwhile is a Conflict. `drawn_from` are the numbers of the comments it
    was drawn from, which so have the fate of what comes of it.
    """
    before = _by_number(recommendation_id)
    if problems := check(changes, reason, before):
        raise Refused(problems)
    reason_html = str(html.render(reason))
    bodies = [str(html.render(proposed(change)[1])) for change in changes]
    compared = comparing.at_once(
        [(standing(change, before), proposed(change)) for change in changes]
    )
    submission = (submission or "")[:MAX_SUBMISSION] or None
    begin_writing()
    recommendation = queries.lock_text(recommendation_id)
    FILE.require(author, Floor(recommendation.consultation))
    assert isinstance(author, User) and author.id is not None  # noqa: S101, PT018 - asked
    if (twin := queries.filed(author.id, submission)) is not None:
        return twin
    now_standing = _by_number(recommendation_id)
    if _version_of(now_standing) != version_number or now_standing.keys() != before.keys():
        raise Conflict(NEWER_TEXT)
    consent_id = queries.standing_consent(author.id)
    assert consent_id is not None  # noqa: S101 - the rule has asked for it
    now = clock.now()
    motion = save(
        Motion(
            recommendation_id=recommendation.id,
            version_id=recommendations.version_id(recommendation.id, version_number),
            author_id=author.id,
            organisation_id=author.organisation_id,
            consent_id=consent_id,
            reason=reason,
            reason_html=reason_html,
            render_version=html.RENDER_VERSION,
            filed_at=now,
            submission=submission,
        )
    )
    for change, body, found in zip(changes, bodies, compared, strict=True):
        clause = now_standing.get(change.paragraph)
        subject = new_subject(
            SubjectKind.AMENDMENT,
            consultation_id=recommendation.consultation_id,
            recommendation_id=recommendation.id,
            number=recommendations.next_number(SubjectKind.AMENDMENT, recommendation.id),
        )
        amendment = save(
            Amendment(
                id=subject.id,
                motion_id=motion.id,
                recommendation_id=recommendation.id,
                number=subject.number,
                kind=change.kind,
                paragraph_id=clause.paragraph_id if clause else None,
                state_since=now,
            )
        )
        is_new = change.kind is AmendmentKind.INSERT
        base = None if is_new or clause is None else clause.wording_id
        _word(recommendation, amendment, 1, base, proposed(change), body, found)
    origins = sources.by_numbers(recommendation.id, drawn_from)
    if len(origins) != len(set(drawn_from)):
        numbers = ", ".join(str(number) for number in drawn_from)
        raise Refused({"aus": sources.problem(numbers, origins)})
    for origin in origins:
        db.session.add(MotionSource(motion_id=motion.id, comment_id=origin.id))
    db.session.flush()
    touch(recommendation.id)
    filed = queries.motion(motion.id)
    announce(
        MotionFiled(
            motion_id=motion.id,
            recommendation_id=recommendation.id,
            author_id=author.id,
            amendment_ids=tuple(one.id for one in filed.amendments),
            comment_ids=tuple(origin.id for origin in origins),
            submission=submission,
        )
    )
    return filed


def revise(
    author: User | Visitor, amendment_id: int, seen: int, heading: str, text: str
) -> Amendment:
    """Give an amendment another wording, against the text as it reads now; it starts at no votes.

    `seen` is the number of the wording its author had before them. What has changed in the text
    meanwhile is taken as the new ground: so an amendment is carried over.
    """
    if len(text) > MAX_TEXT:
        raise Refused({"text": TOO_LONG})
    body = str(html.render(text))
    begin_writing()
    amendment = queries.held(amendment_id)
    recommendation = queries.lock_text(amendment.recommendation_id)
    REVISE.require(author, standing_of(amendment, recommendation.consultation))
    last = amendment.wordings[-1]
    if last.number != seen:
        raise Conflict(NEWER_WORDING)
    clauses = _by_number(recommendation.id)
    number = amendment.paragraph.number if amendment.paragraph else 0
    change = NewChange(amendment.kind, number, heading, text)
    problems = {
        name.removesuffix("-0"): sentence
        for name, sentence in check([change], "-", clauses).items()
    }
    clause = clauses.get(number)
    base = None if change.kind is AmendmentKind.INSERT or clause is None else clause.wording_id
    is_same = (last.heading, last.text) == proposed(change)
    if is_same and last.base_wording_id == base:
        problems.setdefault("text", _("Das ist der Wortlaut, der schon zur Abstimmung steht."))
    if problems:
        raise Refused(problems)
    [found] = comparing.at_once([(standing(change, clauses), proposed(change))])
    _word(recommendation, amendment, last.number + 1, base, proposed(change), body, found)
    changed(amendment.id)
    touch(recommendation.id)
    announce(AmendmentRevised(amendment_id=amendment.id, recommendation_id=recommendation.id))
    return amendment


def withdraw(author: User | Visitor, amendment_id: int) -> Amendment:
    """Take an amendment back. It stays readable, with what was said about it."""
    begin_writing()
    amendment = queries.held(amendment_id)
    recommendation = queries.lock_text(amendment.recommendation_id)
    WITHDRAW.require(author, standing_of(amendment, recommendation.consultation))
    amendment.state, amendment.state_since = AmendmentState.WITHDRAWN, clock.now()
    db.session.flush()
    part(amendment)
    changed(amendment.id)
    touch(recommendation.id)
    announce(AmendmentWithdrawn(amendment_id=amendment.id, recommendation_id=recommendation.id))
    return amendment


def set_hidden(amendment_id: int, public_reason: str | None) -> None:
    """Hide the words of a whole motion behind a public sentence, or show them again with None.

    The moderation calls this inside its own decision, which also asks the rule.
    """
    begin_writing()
    motion = queries.motion_of(amendment_id)
    motion.hidden_reason = public_reason or None
    db.session.flush()
    changed(*queries.of_motion(motion.id))
    touch(motion.recommendation_id)


def standing_of(amendment: Amendment, consultation: Consultation) -> Standing:
    """An amendment as its rules see it."""
    return Standing(
        consultation,
        amendment.motion.author_id,
        amendment.state,
        is_hidden=amendment.motion.hidden_reason is not None,
    )


def _by_number(recommendation_id: int) -> dict[int, Clause]:
    found = recommendations.clauses([recommendation_id]).get(recommendation_id, [])
    return {clause.number: clause for clause in found}


def _version_of(clauses: dict[int, Clause]) -> int:
    return next((clause.version_number for clause in clauses.values()), 0)


def _word(
    recommendation: Recommendation,
    amendment: Amendment,
    number: int,
    base_wording_id: int | None,
    words: tuple[str, str],
    body: str,
    found: comparing.Change | None,
) -> AmendmentWording:
    pieces: dict[str, Any] | None = found.stored() if found else None
    if pieces is None:
        jobs.nudge("amendments")
    key = new_subject(
        SubjectKind.AMENDMENT_WORDING,
        consultation_id=recommendation.consultation_id,
        recommendation_id=recommendation.id,
        number=recommendations.next_number(SubjectKind.AMENDMENT_WORDING, recommendation.id),
    )
    return save(
        AmendmentWording(
            id=key.id,
            amendment_id=amendment.id,
            number=number,
            base_wording_id=base_wording_id,
            heading=words[0],
            text=words[1],
            html=body,
            render_version=html.RENDER_VERSION,
            pieces=pieces,
            posted_at=clock.now(),
        )
    )
