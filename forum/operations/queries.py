"""What operation asks the database."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, text

from forum.ballots import secrecy
from forum.kernel.db import db
from forum.kernel.ledger import LedgerEntry
from forum.kernel.mail import MAX_ATTEMPTS, Mail
from forum.operations.models import OperationsNote
from forum.positions.models import PositionVersion
from forum.recommendations.models import Consultation


def noted(name: str) -> OperationsNote | None:
    """What was last noted under this name."""
    return db.session.get(OperationsNote, name)


def rounds_of_another_key() -> Sequence[str]:
    """Titles of the rounds in which votes were cast with another ballot key than ours."""
    return db.session.scalars(
        select(Consultation.title)
        .where(Consultation.ballot_key_fingerprint.is_not(None))
        .where(Consultation.ballot_key_fingerprint != secrecy.fingerprint())
        .order_by(Consultation.id)
    ).all()


def rounds_voted_in() -> int:
    """In how many rounds the first ballot was cast."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Consultation)
            .where(Consultation.ballot_key_fingerprint.is_not(None))
        )
        or 0
    )


def sealed_texts(limit: int = 20) -> Sequence[tuple[bytes, int, int]]:
    """Some texts nobody may read yet, with what names their place: position and version."""
    rows = db.session.execute(
        select(PositionVersion.sealed, PositionVersion.position_id, PositionVersion.number)
        .where(PositionVersion.sealed.is_not(None))
        .order_by(PositionVersion.id.desc())
        .limit(limit)
    )
    return [(sealed, position, number) for sealed, position, number in rows if sealed is not None]


def mails_waiting(longer_than: timedelta) -> int:
    """Mails that should have gone out that long ago and have not."""
    return _mails(Mail.attempts < MAX_ATTEMPTS, Mail.due_at < datetime.now(UTC) - longer_than)


def mails_given_up() -> int:
    """Mails that were tried as often as mails are."""
    return _mails(Mail.attempts >= MAX_ATTEMPTS)


def _mails(*conditions: object) -> int:
    statement = select(func.count()).select_from(Mail).where(Mail.sent_at.is_(None))
    return db.session.scalar(statement.where(*conditions)) or 0  # type: ignore[arg-type]


def last_entries(count: int) -> Sequence[LedgerEntry]:
    """The end of the ledger, the oldest first."""
    found = db.session.scalars(
        select(LedgerEntry).order_by(LedgerEntry.sequence.desc()).limit(count)
    ).all()
    return found[::-1]


def database_clock() -> datetime | None:
    """The time of the database's machine; None where that is this one."""
    if db.engine.dialect.name != "postgresql":
        return None
    return db.session.scalar(select(func.clock_timestamp()))


def revision() -> str | None:
    """The migration this database stands at; None before the first."""
    if not db.inspect(db.session.connection()).has_table("alembic_version"):
        return None
    return db.session.scalar(text("SELECT version_num FROM alembic_version"))
