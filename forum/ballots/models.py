"""Ballots and what is counted from them. Nothing here names an account, and nothing may."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.db import Base


class Ballot(Base):
    """One secret vote: the object and the voter's key, and neither id, order nor time of day."""

    __tablename__ = "ballots"
    __table_args__ = (
        CheckConstraint("value IN (-1, 0, 1)", name="agree_neutral_or_disagree"),
        Index(
            "ix_ballots_changed",
            "subject_id",
            sqlite_where=text("is_changed"),
            postgresql_where=text("is_changed"),
        ),
        {"sqlite_with_rowid": False},  # no hidden row order
    )

    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"), primary_key=True)
    voter_key: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    value: Mapped[int | None] = mapped_column(SmallInteger)
    """1 stimme zu, 0 neutral, -1 stimme nicht zu; NULL withdrawn, gone with the next snapshot."""
    bench_id: Mapped[int] = mapped_column(ForeignKey("benches.id"))
    """The bench of the day it was cast."""
    day: Mapped[date]
    is_changed: Mapped[bool] = mapped_column(default=True)
    """Cast, changed or withdrawn since the last snapshot of the figures by bench."""


class Tally(Base):
    """The live total of one object, kept in the vote's own transaction, and its bench snapshot."""

    __tablename__ = "tallies"
    __table_args__ = (
        CheckConstraint("agree >= 0 AND neutral >= 0 AND against >= 0", name="real"),
        Index(
            "ix_tallies_orders_due",
            "subject_id",
            sqlite_where=text("orders_due"),
            postgresql_where=text("orders_due"),
        ),
    )

    subject_id: Mapped[int] = mapped_column(
        ForeignKey("subjects.id"), primary_key=True, autoincrement=False
    )
    agree: Mapped[int] = mapped_column(default=0)
    neutral: Mapped[int] = mapped_column(default=0)
    against: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    """How many ballots carry the mark `is_changed`."""
    benches: Mapped[list[Any]] = mapped_column(default=list)
    """The snapshot as shown, the small-number rule applied: {"bench": id, "agree": …} or hidden."""
    benches_at: Mapped[datetime | None]
    orders_due: Mapped[bool] = mapped_column(default=False)
    """The snapshot is new, and orders that follow it have yet to."""
    closed_at: Mapped[datetime | None]
    """When the final snapshot was taken, after voting ended."""
