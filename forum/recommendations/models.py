"""Rounds, their phases and acts, and the texts under discussion."""

import enum
import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.kernel.db import Base, LongText, Model, ShortText, Timestamped


class Act(enum.StrEnum):
    """What a phase can open. The code knows acts, never the names of phases."""

    READ = "read"
    COMMENT = "comment"
    RATE = "rate"
    AMEND = "amend"
    VOTE_WORDING = "vote_wording"
    VOTE_RESULT = "vote_result"
    """On wordings of versions published since the phase began: on what has come of amendments."""
    VOTE_THESIS = "vote_thesis"
    VOTE_AMENDMENT = "vote_amendment"
    VOTE_SUMMARY = "vote_summary"
    STANCE = "stance"
    ANSWER_THESES = "answer_theses"
    CORRECT_ANSWERS = "correct_answers"
    ANSWER_QUESTIONS = "answer_questions"
    DECIDE_AMENDMENTS = "decide_amendments"
    DRAFT_SUMMARY = "draft_summary"
    APPROVE_SUMMARY = "approve_summary"
    FOLLOW_UP = "follow_up"


class Consultation(Timestamped, Model):
    """A round: its election, its phases, and what all of its pages need."""

    __tablename__ = "consultations"

    slug: Mapped[ShortText] = mapped_column(unique=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True, default=lambda: str(uuid.uuid4()))
    title: Mapped[ShortText]
    short_title: Mapped[ShortText]
    lead: Mapped[LongText]
    election_on: Mapped[date]
    positions_published_at: Mapped[datetime | None]
    """The minute at which all approved party positions become public together."""
    party_order_reason: Mapped[LongText]
    party_selection_rule: Mapped[LongText] = mapped_column(default="")
    """Which parties are asked, in the words that the Redaktion publishes."""
    ballot_key_fingerprint: Mapped[str | None] = mapped_column(String(64))
    """Of the key the first ballot was cast with; with another key voting stops."""
    admits_without_organisation: Mapped[bool] = mapped_column(default=False)
    """Whether people without organisation take part, as a group that is counted apart."""
    hides_results: Mapped[bool] = mapped_column(default=False)
    """Whether a result is shown to those who have voted on it, and to all once voting is over."""
    is_current: Mapped[bool] = mapped_column(default=False)
    has_demo: Mapped[bool] = mapped_column(default=False)
    entitled: Mapped[int] = mapped_column(default=0)
    """How many confirmed members with a counted bench may vote."""
    revision: Mapped[int] = mapped_column(default=0)
    """Counts up with every change that all pages of the round show."""

    phases: Mapped[list["Phase"]] = relationship(lazy="raise", order_by="Phase.position")


class Phase(Model):
    """A window of time, half-open, and the acts it opens. Windows may overlap."""

    __tablename__ = "phases"
    __table_args__ = (
        UniqueConstraint("consultation_id", "slug"),
        CheckConstraint("ends_at IS NULL OR starts_at < ends_at", name="starts_before_it_ends"),
    )

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id"), index=True)
    slug: Mapped[ShortText]
    position: Mapped[int]
    title: Mapped[ShortText]
    summary: Mapped[LongText]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    acts: Mapped[list[str]]
    is_shown: Mapped[bool] = mapped_column(default=True)
    """False for a window that belongs to another phase in the line people see."""

    def is_open(self, now: datetime) -> bool:
        """Whether `now` lies in this window."""
        return self.starts_at <= now and (self.ends_at is None or now < self.ends_at)


class SubjectKind(enum.StrEnum):
    """The kinds of things that comments, ballots, reports and citations point at."""

    RECOMMENDATION = "recommendation"
    PARAGRAPH = "paragraph"
    WORDING = "wording"
    THESIS = "thesis"
    COMMENT = "comment"
    POSITION = "position"
    SUMMARY = "summary"
    AMENDMENT = "amendment"
    AMENDMENT_WORDING = "amendment_wording"
    STANCE = "stance"
    DISSENT = "dissent"


class Subject(Model):
    """What others point at. A thing shares its key with its subject row.

    So comments, ballots, reports, follows and citations each have one real foreign key, and a page
    finds a thing of any kind by consultation, recommendation, kind and number.
    """

    __tablename__ = "subjects"
    __table_args__ = (
        UniqueConstraint("recommendation_id", "kind", "number"),
        Index(
            "ix_subjects_index_due",
            "id",
            sqlite_where=text("index_due OR is_indexing"),
            postgresql_where=text("index_due OR is_indexing"),
        ),
    )

    kind: Mapped[SubjectKind]
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id"), index=True)
    recommendation_id: Mapped[int | None] = mapped_column(ForeignKey("subjects.id"))
    """The recommendation it belongs to (by the key both share); None for one itself."""
    number: Mapped[int]
    """Counted within the recommendation and kind; never reused."""
    comment_count: Mapped[int] = mapped_column(default=0)
    """Visible comments and replies about this thing."""
    index_due: Mapped[bool] = mapped_column(default=True)
    """The search index has yet to hear of the latest change. Set by `actions.changed()`."""
    is_indexing: Mapped[bool] = mapped_column(default=False)
    """An indexer has taken it up; it stays set when that one is killed, and another finishes."""


class Recommendation(Timestamped, Base):
    """A Handlungsempfehlung: one text, numbered paragraph by paragraph, and all said about it."""

    __tablename__ = "recommendations"
    __table_args__ = (UniqueConstraint("consultation_id", "number"),)

    id: Mapped[int] = mapped_column(
        ForeignKey("subjects.id"), primary_key=True, autoincrement=False
    )
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id"))
    slug: Mapped[ShortText] = mapped_column(unique=True)
    number: Mapped[int]
    title: Mapped[ShortText]
    title_full: Mapped[LongText]
    subtitles: Mapped[list[str]]
    short_title: Mapped[ShortText]
    teaser: Mapped[LongText]
    context: Mapped[list[Any]]
    """Paragraphs of background: {"text": …, "sources": [as in Wording.sources]}."""
    guiding_questions: Mapped[list[str]]
    sources: Mapped[list[Any]]
    comment_count: Mapped[int] = mapped_column(default=0)
    """Visible comments and replies anywhere under this recommendation."""
    open_questions: Mapped[int] = mapped_column(default=0)
    answered_questions: Mapped[int] = mapped_column(default=0)
    """Public questions under this recommendation, by their state."""
    last_comment_number: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=0)
    """Counts up with every change its page shows; what is kept for visitors is found by it."""

    consultation: Mapped[Consultation] = relationship(lazy="raise")
    versions: Mapped[list["Version"]] = relationship(lazy="raise", order_by="Version.number")


class Version(Timestamped, Model):
    """A version of the whole text: which wording each paragraph had, and in which order."""

    __tablename__ = "versions"
    __table_args__ = (UniqueConstraint("recommendation_id", "number"),)

    recommendation_id: Mapped[int] = mapped_column(ForeignKey("recommendations.id"))
    number: Mapped[int]
    published_at: Mapped[datetime]
    """Public from then on, by the product's clock."""
    note: Mapped[LongText | None]
    """What has changed with it, in the Redaktion's words."""
    is_compared: Mapped[bool] = mapped_column(default=False)
    """Whether a job has compared its texts with all earlier ones."""

    places: Mapped[list["Place"]] = relationship(lazy="raise", order_by="Place.position")


class Paragraph(Base):
    """A numbered Abschnitt: what comments hang on, whatever its wording is."""

    __tablename__ = "paragraphs"
    __table_args__ = (UniqueConstraint("recommendation_id", "number"),)

    id: Mapped[int] = mapped_column(
        ForeignKey("subjects.id"), primary_key=True, autoincrement=False
    )
    recommendation_id: Mapped[int] = mapped_column(ForeignKey("recommendations.id"))
    number: Mapped[int]
    """The N of its anchor `abschnitt-N`; an inserted paragraph takes the next unused one."""


class Basis(enum.StrEnum):
    """How far a wording rests on sources."""

    SOURCED = "sourced"
    PARTLY = "partly"
    EDITORIAL = "editorial"


class Wording(Timestamped, Base):
    """A text that a paragraph has or had. Ballots are cast on it."""

    __tablename__ = "wordings"
    __table_args__ = (UniqueConstraint("paragraph_id", "number"),)

    id: Mapped[int] = mapped_column(
        ForeignKey("subjects.id"), primary_key=True, autoincrement=False
    )
    paragraph_id: Mapped[int] = mapped_column(ForeignKey("paragraphs.id"))
    number: Mapped[int]
    heading: Mapped[ShortText]
    text: Mapped[LongText]
    html: Mapped[LongText]
    render_version: Mapped[int]
    basis: Mapped[Basis | None]
    note: Mapped[LongText | None]
    sources: Mapped[list[Any]]
    """As cited: {"key": …, "title": …, "publisher": …, "published_on": …, "url": …}."""
    corrections: Mapped[list[Any]] = mapped_column(default=list)
    """Publicly marked „redaktionell“: what it read before, the latest last, each with the version
    that changed it: {"version": 3, "on": "2017-08-17", "heading": …, "text": …}. Ballots stay."""

    paragraph: Mapped[Paragraph] = relationship(lazy="raise")


class Place(Base):
    """Where a wording stands in a version."""

    __tablename__ = "places"
    __table_args__ = (UniqueConstraint("version_id", "wording_id"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    wording_id: Mapped[int] = mapped_column(ForeignKey("wordings.id"), index=True)

    wording: Mapped[Wording] = relationship(lazy="raise")
