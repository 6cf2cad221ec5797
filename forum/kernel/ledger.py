"""The ledger: what was published, decided and corrected, and when. Append-only, hash-chained.

Every public act calls `enter()` within its own transaction. Database triggers refuse to change or
remove an entry; each entry carries the hash of the one before, so that a change past the triggers
shows as a broken chain.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, String, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from forum.kernel import clock
from forum.kernel.db import Base, ShortText, db, is_writing

GENESIS = "0" * 64


class LedgerEntry(Base):
    """One public act. `sequence` has no gaps; `effective_at` is when the act counts from."""

    __tablename__ = "ledger_entries"
    __table_args__ = (UniqueConstraint("previous_hash"),)

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    recorded_at: Mapped[datetime]
    effective_at: Mapped[datetime]
    kind: Mapped[ShortText]
    subject: Mapped[ShortText]
    content_hash: Mapped[str] = mapped_column(String(64))
    previous_hash: Mapped[str] = mapped_column(String(64))
    entry_hash: Mapped[str] = mapped_column(String(64), unique=True)


def canonical(content: dict[str, Any]) -> bytes:
    """The bytes that are hashed: JSON, keys sorted, no spaces, UTF-8 (RFC 8785 for our types)."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def enter(
    kind: str, subject: str, content: dict[str, Any], *, effective_at: datetime | None = None
) -> LedgerEntry:
    """Append the act `kind` on `subject` (`recommendation:berufsschulen/version:2`).

    `content` is what was made public, of strings, whole numbers, lists and mappings; only its hash
    is kept here, so that the erasure of a person does not break the chain.
    """
    if not is_writing():
        raise RuntimeError("A ledger entry belongs into the transaction of its act.")
    if db.engine.dialect.name == "postgresql":  # one appender at a time; SQLite has only one
        db.session.execute(text("SELECT pg_advisory_xact_lock(hashtext('forum.ledger'))"))
    last = db.session.execute(
        select(LedgerEntry.sequence, LedgerEntry.entry_hash)
        .order_by(LedgerEntry.sequence.desc())
        .limit(1)
    ).first()
    now = clock.now()
    entry = LedgerEntry(
        sequence=last.sequence + 1 if last else 1,
        recorded_at=now,
        effective_at=effective_at or now,
        kind=kind,
        subject=subject,
        content_hash=sha256(canonical(content)).hexdigest(),
        previous_hash=last.entry_hash if last else GENESIS,
    )
    entry.entry_hash = hash_of(entry)
    db.session.add(entry)
    db.session.flush()
    return entry


def hash_of(entry: LedgerEntry) -> str:
    """SHA-256 over all that an entry says, the hash before it included."""
    return sha256(
        canonical(
            {
                "sequence": entry.sequence,
                "recorded_at": entry.recorded_at.isoformat(),
                "effective_at": entry.effective_at.isoformat(),
                "kind": entry.kind,
                "subject": entry.subject,
                "content_hash": entry.content_hash,
                "previous_hash": entry.previous_hash,
            }
        )
    ).hexdigest()


@dataclass(frozen=True)
class Break:
    """Where the chain does not hold, and why."""

    sequence: int
    reason: str


def verify(session: Session | None = None) -> Break | None:
    """Walk the whole chain, in this database or in that of `session`. None when it holds."""
    previous, expected = GENESIS, 1
    for entry in (session or db.session).scalars(
        select(LedgerEntry).order_by(LedgerEntry.sequence).execution_options(yield_per=1000)
    ):
        if entry.sequence != expected:
            return Break(expected, "an entry is missing")
        if entry.previous_hash != previous:
            return Break(entry.sequence, "it does not follow the entry before")
        if entry.entry_hash != hash_of(entry):
            return Break(entry.sequence, "its content was changed")
        previous, expected = entry.entry_hash, expected + 1
    return None


TRIGGERS = {
    "sqlite": [
        "CREATE TRIGGER ledger_entries_no_update BEFORE UPDATE ON ledger_entries "
        "BEGIN SELECT RAISE(ABORT, 'ledger entries are never changed'); END",
        "CREATE TRIGGER ledger_entries_no_delete BEFORE DELETE ON ledger_entries "
        "BEGIN SELECT RAISE(ABORT, 'ledger entries are never removed'); END",
    ],
    "postgresql": [
        "CREATE FUNCTION ledger_entries_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'ledger entries are never changed or removed'; END $$",
        "CREATE TRIGGER ledger_entries_no_change BEFORE UPDATE OR DELETE ON ledger_entries "
        "FOR EACH ROW EXECUTE FUNCTION ledger_entries_refuse()",
        "CREATE TRIGGER ledger_entries_no_truncate BEFORE TRUNCATE ON ledger_entries "
        "FOR EACH STATEMENT EXECUTE FUNCTION ledger_entries_refuse()",
    ],
}
"""As the migration creates them; kept here so that a test can assert them after every migration."""


def trigger_names(connection: Connection) -> set[str]:
    """The triggers that guard the ledger in this database."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger_entries'"
        if connection.dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE tgrelid = 'ledger_entries'::regclass "
        "AND NOT tgisinternal AND tgenabled = 'O'"
    )
    return set(connection.execute(text(query)).scalars())
