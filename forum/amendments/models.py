"""Motions with their amendments, the wordings these had, and what was decided.

A motion is what somebody files: one reason, one or several amendments of one intent, shown and
decided together, voted on one by one. Comments hang on the amendment; ballots on its wording.
"""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.accounts.models import Organisation, User
from forum.kernel.db import Base, LongText, Model, ShortText, Timestamped
from forum.recommendations.models import Paragraph, Version, Wording


class AmendmentKind(enum.StrEnum):
    """What an amendment does to the text."""

    CHANGE = "change"
    """Other words, or another heading, for one Abschnitt."""
    STRIKE = "strike"
    INSERT = "insert"
    """A new Abschnitt after one, or at the beginning."""


class AmendmentState(enum.StrEnum):
    """What became of it. Everything but `under_review` is an end."""

    UNDER_REVIEW = "under_review"
    ACCEPTED = "accepted"
    PARTLY = "partly"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Motion(Timestamped, Model):
    """Several amendments of one intent, filed against one version, with one reason."""

    __tablename__ = "motions"
    __table_args__ = (UniqueConstraint("author_id", "submission"),)

    recommendation_id: Mapped[int] = mapped_column(ForeignKey("recommendations.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id"))
    """The version it was written against."""
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    """The author's organisation when it was filed: its people decide nothing about it."""
    consent_id: Mapped[int] = mapped_column(ForeignKey("consents.id"))
    """What the author had agreed to: without it nothing may be kept (Art. 9 DSGVO)."""
    reason: Mapped[LongText]
    reason_html: Mapped[LongText]
    render_version: Mapped[int]
    filed_at: Mapped[datetime]
    submission: Mapped[ShortText | None]
    """The form's own number: a double click files once."""
    hidden_reason: Mapped[LongText | None]
    """The public sentence of moderation, without names; the motion's texts are hidden then."""

    author: Mapped[User] = relationship(lazy="raise")
    organisation: Mapped[Organisation | None] = relationship(lazy="raise")
    version: Mapped[Version] = relationship(lazy="raise")
    amendments: Mapped[list["Amendment"]] = relationship(
        lazy="raise", order_by="Amendment.number", back_populates="motion"
    )


class Amendment(Base):
    """One change to one Abschnitt: what people discuss and what the Redaktion decides."""

    __tablename__ = "amendments"
    __table_args__ = (
        UniqueConstraint("recommendation_id", "number"),
        CheckConstraint("kind = 'insert' OR paragraph_id IS NOT NULL", name="changes_something"),
        Index("ix_amendments_state", "recommendation_id", "state"),
        Index("ix_amendments_paragraph_id", "paragraph_id"),
    )

    id: Mapped[int] = mapped_column(
        ForeignKey("subjects.id"), primary_key=True, autoincrement=False
    )
    motion_id: Mapped[int] = mapped_column(ForeignKey("motions.id"), index=True)
    recommendation_id: Mapped[int] = mapped_column(ForeignKey("recommendations.id"))
    number: Mapped[int]
    """The N of its address, counted within the recommendation, never reused."""
    kind: Mapped[AmendmentKind]
    paragraph_id: Mapped[int | None] = mapped_column(ForeignKey("paragraphs.id"))
    """What is changed or struck, or after which it is inserted; None: at the beginning."""
    state: Mapped[AmendmentState] = mapped_column(default=AmendmentState.UNDER_REVIEW)
    state_since: Mapped[datetime]

    motion: Mapped[Motion] = relationship(lazy="raise", back_populates="amendments")
    paragraph: Mapped[Paragraph | None] = relationship(lazy="raise")
    wordings: Mapped[list["AmendmentWording"]] = relationship(
        lazy="raise", order_by="AmendmentWording.number"
    )
    decisions: Mapped[list["AmendmentDecision"]] = relationship(
        lazy="raise", order_by="AmendmentDecision.id"
    )


class AmendmentWording(Base):
    """What an amendment proposes to read, or read before its author revised it.

    Ballots are cast on it; a revision starts at zero. For a strike heading and text are empty.
    """

    __tablename__ = "amendment_wordings"
    __table_args__ = (UniqueConstraint("amendment_id", "number"),)

    id: Mapped[int] = mapped_column(
        ForeignKey("subjects.id"), primary_key=True, autoincrement=False
    )
    amendment_id: Mapped[int] = mapped_column(ForeignKey("amendments.id"))
    number: Mapped[int]
    base_wording_id: Mapped[int | None] = mapped_column(ForeignKey("wordings.id"), index=True)
    """The words of the Abschnitt that `pieces` were computed against; None for an insertion."""
    heading: Mapped[ShortText]
    text: Mapped[LongText]
    html: Mapped[LongText]
    render_version: Mapped[int]
    pieces: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """The word diff, as `comparing.Change.stored()`; None while a job is still at it."""
    posted_at: Mapped[datetime]

    base_wording: Mapped[Wording | None] = relationship(lazy="raise")


class AmendmentDecision(Model):
    """What the Redaktion decided, with its public reason; proposed, where a second must agree."""

    __tablename__ = "amendment_decisions"
    __table_args__ = (
        CheckConstraint("outcome IN ('accepted', 'partly', 'declined')", name="is_an_outcome"),
        CheckConstraint(
            "confirmed_by_id IS NULL OR confirmed_by_id != decided_by_id", name="four_eyes"
        ),
    )

    amendment_id: Mapped[int] = mapped_column(ForeignKey("amendments.id"), index=True)
    wording_id: Mapped[int] = mapped_column(ForeignKey("amendment_wordings.id"), index=True)
    """What was decided on: a revision that comes before the second person is open again."""
    outcome: Mapped[AmendmentState]
    reason: Mapped[LongText]
    reason_html: Mapped[LongText]
    final_heading: Mapped[ShortText | None]
    final_text: Mapped[LongText | None]
    """The words that are to enter the text, where it is taken up in part."""
    pieces: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """The way from the Abschnitt as it stood to those words, where it was quickly found."""
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime]
    needs_second: Mapped[bool] = mapped_column(default=False)
    """Declining against a majority in three or more benches: a second person must agree."""
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """The second person, whether they agreed or not."""
    effective_at: Mapped[datetime | None]
    """Since when it stands and is public; None while it waits for the second person."""
    refused_at: Mapped[datetime | None]
    """The second person did not agree; the amendment can be decided on again."""
