"""What operation notes for itself: when work was last done, and when a backup was last made."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.db import Base, LongText, ShortText


class OperationsNote(Base):
    """One line by name, written over each time."""

    __tablename__ = "operations_notes"

    name: Mapped[ShortText] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    """Real time."""
    detail: Mapped[LongText]
