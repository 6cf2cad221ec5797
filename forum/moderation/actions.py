"""Reporting contributions."""

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from forum.accounts.models import User, Visitor
from forum.kernel import clock
from forum.kernel.db import begin_writing, db, save
from forum.kernel.mail import post
from forum.moderation import queries
from forum.moderation.letters import receipt_letter
from forum.moderation.models import Report, ReportReason


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
