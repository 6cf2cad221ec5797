"""Rule clauses, reports and verdicts."""

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.kernel.db import LongText, Model, ShortText


class RuleClause(Model):
    """One numbered rule of the debate; every verdict names the one it rests on."""

    __tablename__ = "rule_clauses"

    number: Mapped[int] = mapped_column(unique=True)
    title: Mapped[ShortText]
    text: Mapped[LongText]
    public_sentence: Mapped[LongText]
    """Proposed as the public reason when something is hidden under this clause."""


class ReportReason(enum.StrEnum):
    """Why somebody reports a contribution."""

    ILLEGAL = "illegal"
    INSULT = "insult"
    PRIVATE_DATA = "private_data"
    ADVERTISING = "advertising"
    OFF_TOPIC = "off_topic"
    OTHER = "other"


class Report(Model):
    """A Meldung: somebody, with or without an account, points at a contribution."""

    __tablename__ = "reports"
    __table_args__ = (Index(None, "closed_at", "reported_at"),)

    receipt: Mapped[ShortText] = mapped_column(unique=True)
    """What the reporter may quote; says nothing about anybody."""
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"), index=True)
    reason: Mapped[ReportReason]
    text: Mapped[LongText]
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reporter_name: Mapped[ShortText | None]
    reporter_email: Mapped[ShortText | None]
    in_good_faith: Mapped[bool]
    reported_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    verdict_id: Mapped[int | None] = mapped_column(ForeignKey("verdicts.id"))


class Measure(enum.StrEnum):
    """What a verdict does."""

    NONE = "none"
    HIDE = "hide"
    RESTORE = "restore"


class Verdict(Model):
    """An Entscheidung of the moderation, with two reasons: to the author, and in public."""

    __tablename__ = "verdicts"
    __table_args__ = (
        CheckConstraint("measure != 'hide' OR clause_id IS NOT NULL", name="hidden_under_a_clause"),
    )

    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"), index=True)
    measure: Mapped[Measure]
    clause_id: Mapped[int | None] = mapped_column(ForeignKey("rule_clauses.id"))
    reason_to_author: Mapped[LongText]
    public_reason: Mapped[LongText]
    moderator_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime]

    clause: Mapped[RuleClause | None] = relationship(lazy="raise")
