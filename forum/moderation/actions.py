"""Reporting contributions, and deciding on them."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from forum.accounts.models import User, Visitor
from forum.amendments import actions as amendments
from forum.amendments import dissenting
from forum.deliberation.actions import set_hidden
from forum.kernel import clock
from forum.kernel.db import begin_writing, db, save
from forum.kernel.errors import Conflict, ForumError
from forum.kernel.ledger import enter
from forum.kernel.mail import post
from forum.moderation import queries
from forum.moderation.letters import author_letter, receipt_letter, reporter_letter, settled_letter
from forum.moderation.models import Measure, Report, ReportReason, RuleClause, Verdict
from forum.moderation.names import named_in
from forum.moderation.policy import DECIDE, READ
from forum.recommendations.models import SubjectKind
from forum.stances import actions as stances


def report(
    reporter: User | Visitor,
    subject_id: int,
    *,
    reason: ReportReason,
    text: str,
    receipt: str,
    name: str = "",
    email: str = "",
) -> Report:
    """Take a report in good faith; the same receipt twice is one report. Confirms by mail."""
    begin_writing()
    queries.lock(subject_id)  # so that nobody deletes it in the same moment, and leaves this open
    subject = queries.reportable(subject_id)
    address = reporter.email if isinstance(reporter, User) else email
    taken = Report(
        receipt=receipt,
        subject_id=subject.id,
        reason=reason,
        text=text,
        reporter_id=reporter.id,
        reporter_name=name or None,
        reporter_email=email or None,
        in_good_faith=True,
        reported_at=clock.now(),
    )
    try:
        with db.session.begin_nested():
            save(taken)
    except IntegrityError:  # a double click, here or in another process
        return db.session.scalars(select(Report).where(Report.receipt == receipt)).one()
    if address:
        post(
            address,
            _("Ihre Meldung %(receipt)s", receipt=receipt),
            receipt_letter(taken, subject),
        )
    return taken


HIDING: dict[SubjectKind, Callable[[int, str | None], object]] = {
    SubjectKind.COMMENT: set_hidden,
    SubjectKind.AMENDMENT: amendments.set_hidden,
    SubjectKind.STANCE: stances.set_hidden,
    SubjectKind.DISSENT: dissenting.set_hidden,
}
"""What can be hidden, and how. Of an amendment its whole motion is: they share one reason."""


class NamesSomebody(ForumError):
    """The public sentence names somebody it is about."""

    status = 422


def decide(
    moderator: User | Visitor,
    subject_id: int,
    *,
    measure: Measure,
    public_reason: str,
    reason_to_author: str = "",
    clause_id: int | None = None,
    basis: int | None = None,
    seen: int | None = None,
) -> Verdict:
    """Decide on a contribution: once, in public without names, told to all whom it concerns.

    `basis` is the last decision the moderator knew of, and `seen` the latest report. A decision
    made meanwhile is a Conflict; a report that came meanwhile stays open unless the text is hidden.
    """
    begin_writing()
    READ.require(moderator)
    queries.lock(subject_id)
    case = queries.file(subject_id)
    if basis is not None and basis != case.basis:
        raise Conflict(_("Inzwischen hat jemand anderes darüber entschieden."))
    DECIDE.require(moderator, replace(case.case, measure=measure))
    assert moderator.id is not None  # noqa: S101 - the rule has refused visitors
    if name := named_in(public_reason, queries.names_around(subject_id)):
        raise NamesSomebody(
            _("Der öffentliche Satz nennt „%(name)s“. Er steht ohne Namen.", name=name)
        )
    if measure in {Measure.HIDE, Measure.RESTORE}:
        hide = HIDING[case.subject.kind]
        hide(subject_id, public_reason if measure is Measure.HIDE else None)
    verdict = save(
        Verdict(
            subject_id=subject_id,
            measure=measure,
            clause_id=clause_id if measure is Measure.HIDE else None,
            reason_to_author=reason_to_author,
            public_reason=public_reason,
            moderator_id=moderator.id,
            decided_at=clock.now(),
        )
    )
    clause = db.session.get_one(RuleClause, clause_id) if verdict.clause_id else None
    _close_reports(case, verdict, seen)
    if measure is not Measure.NONE and (author := queries.author(subject_id)):
        title, body = author_letter(verdict, clause, case.subject, reported=bool(case.open_reports))
        post(author.email, title, body)
    enter(
        f"verdict.{measure}",
        f"recommendation:{case.subject.slug}/{case.subject.kind}:{case.subject.number}",
        {
            "measure": str(measure),
            "clause": clause.number if clause else 0,
            "public_reason": public_reason,
            "decided_at": verdict.decided_at.isoformat(),
        },
    )
    return verdict


def settle_deleted(comment_id: int) -> None:
    """Close the open reports of a comment that its author took back: nothing is left to decide."""
    begin_writing()
    open_reports = queries.open_reports(comment_id)
    if not open_reports:
        return
    subject = queries.described_one(comment_id)
    for one in open_reports:
        one.closed_at = clock.now()
    db.session.flush()
    _tell(open_reports, lambda one: settled_letter(one, subject))


def _close_reports(case: queries.File, verdict: Verdict, seen: int | None) -> None:
    """Close what was decided, and tell those who left an address."""
    closed = [
        one
        for one in case.open_reports
        if verdict.measure is Measure.HIDE or seen is None or one.id <= seen
    ]
    for one in closed:
        one.closed_at, one.verdict_id = verdict.decided_at, verdict.id
    db.session.flush()
    _tell(closed, lambda one: reporter_letter(one, verdict, case.subject))


def _tell(reports: Sequence[Report], letter: Callable[[Report], tuple[str, str]]) -> None:
    """Write to those reporters who left an address."""
    accounts = queries.addresses([one.reporter_id for one in reports if one.reporter_id])
    for one in reports:
        address = accounts.get(one.reporter_id or 0) or one.reporter_email
        if address:
            title, body = letter(one)
            post(address, title, body)
