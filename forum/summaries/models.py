"""Summaries, their versions, statements and citations."""

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.kernel.db import Base, LongText, Model, ShortText, Timestamped


class Summary(Base):
    """The Zusammenfassung of one recommendation; what it says stands in its versions."""

    __tablename__ = "summaries"

    id: Mapped[int] = mapped_column(
        ForeignKey("subjects.id"), primary_key=True, autoincrement=False
    )
    recommendation_id: Mapped[int] = mapped_column(ForeignKey("recommendations.id"), unique=True)


class SummaryState(enum.StrEnum):
    """Where a version stands on its way to publication."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"


class SummaryVersion(Timestamped, Model):
    """A version: drafted by one moderator, approved by another, then public and unchangeable."""

    __tablename__ = "summary_versions"
    __table_args__ = (
        UniqueConstraint("summary_id", "number"),
        CheckConstraint("(state = 'approved') = (approved_at IS NOT NULL)", name="approved_when"),
        CheckConstraint("approver_id IS NULL OR approver_id != author_id", name="four_eyes"),
    )

    summary_id: Mapped[int] = mapped_column(ForeignKey("summaries.id"))
    number: Mapped[int]
    state: Mapped[SummaryState] = mapped_column(default=SummaryState.DRAFT)
    title: Mapped[ShortText]
    lead: Mapped[LongText] = mapped_column(default="")
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    approver_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    approved_at: Mapped[datetime | None]
    edition: Mapped[int] = mapped_column(default=1)

    statements: Mapped[list["SummaryStatement"]] = relationship(
        lazy="raise",
        order_by="(SummaryStatement.part, SummaryStatement.position)",
        cascade="all, delete-orphan",
    )


class SummaryPart(enum.StrEnum):
    """The four parts of every summary."""

    CONSENSUS = "consensus"
    DISSENT = "dissent"
    OPEN = "open"
    OUTCOME = "outcome"


class SummaryStatement(Model):
    """One statement; it cannot be approved without a citation."""

    __tablename__ = "summary_statements"
    __table_args__ = (UniqueConstraint("version_id", "part", "position"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("summary_versions.id"))
    part: Mapped[SummaryPart]
    position: Mapped[int]
    source: Mapped[LongText]
    html: Mapped[LongText]

    citations: Mapped[list["Citation"]] = relationship(
        lazy="raise", order_by="Citation.position", cascade="all, delete-orphan"
    )


class Citation(Base):
    """What a statement rests on: any subject."""

    __tablename__ = "citations"
    __table_args__ = (UniqueConstraint("statement_id", "position"),)

    statement_id: Mapped[int] = mapped_column(
        ForeignKey("summary_statements.id", ondelete="CASCADE"), primary_key=True
    )
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"), primary_key=True, index=True)
    position: Mapped[int]
