"""What the moderation forgets of people."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select, update

from forum.kernel.db import begin_writing, db
from forum.moderation.models import Report, Verdict


def forget_reporter(user_id: int, email: str) -> None:
    """Keep somebody's reports, and forget that they were theirs."""
    begin_writing()
    db.session.execute(
        update(Report)
        .where(
            or_(Report.reporter_id == user_id, func.lower(Report.reporter_email) == email.lower())
        )
        .values(reporter_id=None, reporter_name=None, reporter_email=None)
        .execution_options(synchronize_session=False)
    )


def forget_letters(subject_ids: Sequence[int]) -> None:
    """Forget what was written to the author alone, and may quote a text that is gone."""
    begin_writing()
    db.session.execute(
        update(Verdict)
        .where(Verdict.subject_id.in_(subject_ids))
        .values(reason_to_author="")
        .execution_options(synchronize_session=False)
    )


def _old(before: datetime) -> tuple[object, ...]:
    return (
        Report.closed_at < before,
        or_(
            Report.reporter_id.is_not(None),
            Report.reporter_name.is_not(None),
            Report.reporter_email.is_not(None),
        ),
    )


def is_anonymising_due(before: datetime) -> bool:
    """Whether a report closed before then still says whose it was."""
    return bool(db.session.scalar(select(select(Report.id).where(*_old(before)).exists())))  # type: ignore[arg-type]


def anonymise_closed(before: datetime) -> None:
    """Forget who made the reports that were closed before then."""
    begin_writing()
    db.session.execute(
        update(Report)
        .where(*_old(before))  # type: ignore[arg-type]
        .values(reporter_id=None, reporter_name=None, reporter_email=None)
        .execution_options(synchronize_session=False)
    )
