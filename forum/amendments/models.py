"""Motions with their amendments, the wordings these had, and what was decided.

A motion is what somebody files: one reason, one or several amendments of one intent, shown and
decided together, voted on one by one. Comments hang on the amendment; ballots on its wording.
"""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.accounts.models import Bench, Organisation, User
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
    MERGED = "merged"
    """It proposed what another proposes too, and goes on as that one."""


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


class AmendmentMerge(Model):
    """That one amendment goes on as another, and how much agreement went with it.

    The only thing for which ballots ever move: agreement, and nothing else (product rule 1). What
    was carried is a number, so that the page can say it; whose it was nobody can tell.
    """

    __tablename__ = "amendment_merges"
    __table_args__ = (
        CheckConstraint("amendment_id != into_id", name="is_another"),
        Index(
            "uq_amendment_merges_amendment",
            "amendment_id",
            unique=True,
            sqlite_where=text("dissolved_at IS NULL"),
            postgresql_where=text("dissolved_at IS NULL"),
        ),
    )

    amendment_id: Mapped[int] = mapped_column(ForeignKey("amendments.id"))
    """The duplicate."""
    into_id: Mapped[int] = mapped_column(ForeignKey("amendments.id"), index=True)
    wording_id: Mapped[int] = mapped_column(ForeignKey("amendment_wordings.id"), index=True)
    """The wording of the other that the agreement went to."""
    carried: Mapped[int]
    reason: Mapped[LongText]
    """Why they are the same: public, in one or two sentences without markup."""
    merged_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    merged_at: Mapped[datetime]
    dissolved_at: Mapped[datetime | None]
    """The other was withdrawn, so that this one stands for itself again, with its own votes."""


class MotionSource(Base):
    """That a motion was drawn from a comment, which so has the fate of what came of it."""

    __tablename__ = "motion_sources"

    motion_id: Mapped[int] = mapped_column(ForeignKey("motions.id"), primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"), primary_key=True, index=True)


class DissentKind(enum.StrEnum):
    """In whose name a Sondervotum stands."""

    PROPOSER = "proposer"
    BENCH = "bench"
    """Of three members of one bench: one writes, two sign."""


class Dissent(Base):
    """A Sondervotum: what the outvoted leave beneath the Abschnitt, in every later version.

    That of a bench is for the members of this bench alone until the third has signed.
    """

    __tablename__ = "dissents"
    __table_args__ = (
        # One for each amendment and bench.
        Index(
            "uq_dissents_amendment_bench",
            "amendment_id",
            "bench_id",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        CheckConstraint("kind = 'proposer' OR bench_id IS NOT NULL", name="speaks_for_somebody"),
    )

    id: Mapped[int] = mapped_column(
        ForeignKey("subjects.id"), primary_key=True, autoincrement=False
    )
    amendment_id: Mapped[int] = mapped_column(ForeignKey("amendments.id"))
    recommendation_id: Mapped[int] = mapped_column(ForeignKey("recommendations.id"), index=True)
    number: Mapped[int]
    paragraph_id: Mapped[int | None] = mapped_column(ForeignKey("paragraphs.id"), index=True)
    """Beneath which it is printed: the one the amendment is about; None: above the first."""
    kind: Mapped[DissentKind]
    bench_id: Mapped[int | None] = mapped_column(ForeignKey("benches.id"))
    """Of its author on that day; a proposer may have none."""
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    consent_id: Mapped[int] = mapped_column(ForeignKey("consents.id"))
    """What the author had agreed to: without it nothing may be kept (Art. 9 DSGVO)."""
    source: Mapped[LongText]
    html: Mapped[LongText]
    render_version: Mapped[int]
    written_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    """None while signatures are missing."""
    withdrawn_at: Mapped[datetime | None]
    hidden_reason: Mapped[LongText | None]
    """The public sentence of moderation, without names."""

    author: Mapped[User] = relationship(lazy="raise")
    bench: Mapped[Bench | None] = relationship(lazy="raise")
    amendment: Mapped[Amendment] = relationship(lazy="raise")
    signatures: Mapped[list["DissentSignature"]] = relationship(
        lazy="raise", order_by="DissentSignature.signed_at"
    )


class DissentSignature(Base):
    """Somebody's name under a Sondervotum; its author's stands there from the beginning."""

    __tablename__ = "dissent_signatures"

    dissent_id: Mapped[int] = mapped_column(ForeignKey("dissents.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    consent_id: Mapped[int] = mapped_column(ForeignKey("consents.id"))
    signed_at: Mapped[datetime]

    user: Mapped[User] = relationship(lazy="raise")


class Share(enum.StrEnum):
    """What of an accepted amendment went into the text."""

    WHOLE = "whole"
    """The words that were decided on."""
    JOINED = "joined"
    """Other words, joined with another amendment or with what had changed meanwhile."""
    YIELDED = "yielded"
    """Nothing: it contradicted another one; the remark says why it was this that gave way."""


class VersionChange(Model):
    """In which version an accepted amendment went into the text, where, and with how much."""

    __tablename__ = "version_changes"
    __table_args__ = (
        Index("ix_version_changes_version_id", "version_id"),
        Index("ix_version_changes_paragraph_id", "paragraph_id"),
    )

    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id"))
    amendment_id: Mapped[int] = mapped_column(ForeignKey("amendments.id"), unique=True)
    """An amendment goes into the text once."""
    paragraph_id: Mapped[int | None] = mapped_column(ForeignKey("paragraphs.id"))
    """What it changed or struck, or the Abschnitt it brought; None for one that brought none."""
    share: Mapped[Share]
    remark: Mapped[LongText] = mapped_column(default="")
    """The public sentence of the Redaktion where the words are not those decided on."""

    version: Mapped[Version] = relationship(lazy="raise")
