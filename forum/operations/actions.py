"""Noting what operation has done."""

from datetime import UTC, datetime

from sqlalchemy import delete

from forum.kernel.db import begin_writing, db, save
from forum.operations.models import OperationsNote


def note(name: str, detail: str = "") -> None:
    """Write down that `name` happened now, over what was noted before."""
    begin_writing()
    db.session.execute(delete(OperationsNote).where(OperationsNote.name == name))
    save(OperationsNote(name=name, at=datetime.now(UTC), detail=detail))
