"""Theses, parties, and the versions of their answers."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.kernel.approval import DraftState
from forum.kernel.db import Base, Bytes, LongText, Model, ShortText, Timestamped


class Answer(enum.StrEnum):
    """What a party says to a thesis."""

    AGREE = "agree"
    NEUTRAL = "neutral"
    AGAINST = "against"
    UNDECIDED = "undecided"
    """„keine Festlegung“, with the party's reason."""


class Provenance(enum.StrEnum):
    """Whose word an answer is."""

    PARTY = "party"
    EDITORIAL = "editorial"
    JOINT = "joint"
    IMPORT = "import"


class Evidence(enum.StrEnum):
    """How an editorial answer rests on the programme."""

    EXPLICIT = "explicit"
    DERIVED = "derived"


class Party(Timestamped, Model):
    """A party in one round; order and its reason belong to the round."""

    __tablename__ = "parties"
    __table_args__ = (
        UniqueConstraint("consultation_id", "position"),
        CheckConstraint("slug != 'vergleich'", name="slug_not_reserved"),
    )

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id"), index=True)
    slug: Mapped[ShortText] = mapped_column(unique=True)
    short_name: Mapped[ShortText]
    name: Mapped[ShortText]
    position: Mapped[int]
    color: Mapped[ShortText]
    """For the dot only, as #RRGGBB."""
    is_invented: Mapped[bool] = mapped_column(default=False)
    open_questions: Mapped[int] = mapped_column(default=0)
    answered_questions: Mapped[int] = mapped_column(default=0)
    """Public questions put to this party, by their state."""
    programme_source: Mapped[ShortText | None]
    programme_title: Mapped[LongText | None]
    programme_url: Mapped[LongText | None]
    programme_on: Mapped[date | None]
    programme_place: Mapped[ShortText | None]
    programme_body: Mapped[ShortText | None]


class Thesis(Base):
    """One claim to agree or disagree with; members vote on it, parties answer it."""

    __tablename__ = "theses"
    __table_args__ = (
        UniqueConstraint("recommendation_id", "position"),
        UniqueConstraint("consultation_id", "number"),
    )

    id: Mapped[int] = mapped_column(
        ForeignKey("subjects.id"), primary_key=True, autoincrement=False
    )
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id"))
    recommendation_id: Mapped[int] = mapped_column(ForeignKey("recommendations.id"))
    slug: Mapped[ShortText] = mapped_column(unique=True)
    number: Mapped[int]
    position: Mapped[int]
    """Its place among the theses of the recommendation."""
    label: Mapped[ShortText]
    text: Mapped[LongText]
    background: Mapped[LongText | None]


class Position(Base):
    """A party's answer to a thesis; what it says stands in its versions."""

    __tablename__ = "positions"
    __table_args__ = (UniqueConstraint("thesis_id", "party_id"),)

    id: Mapped[int] = mapped_column(
        ForeignKey("subjects.id"), primary_key=True, autoincrement=False
    )
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), index=True)
    thesis_id: Mapped[int] = mapped_column(ForeignKey("theses.id"))

    party: Mapped[Party] = relationship(lazy="raise")
    thesis: Mapped[Thesis] = relationship(lazy="raise")


class PositionVersion(Timestamped, Model):
    """An answer as approved. Public from `published_at`; until it is released, only encrypted.

    Who may see it is decided in one place, `positions.policy.public`.
    """

    __tablename__ = "position_versions"
    __table_args__ = (
        UniqueConstraint("position_id", "number"),
        CheckConstraint("(answer IS NULL) = (sealed IS NOT NULL)", name="sealed_or_readable"),
        CheckConstraint(
            "provenance != 'editorial' OR evidence IS NOT NULL", name="evidence_where_editorial"
        ),
        Index(None, "published_at"),
    )

    position_id: Mapped[int] = mapped_column(ForeignKey("positions.id"))
    number: Mapped[int]
    published_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
    """When the sweep decrypted it, entered it into the ledger and told the search index."""
    provenance: Mapped[Provenance]
    evidence: Mapped[Evidence | None]
    answer: Mapped[Answer | None]
    reason: Mapped[LongText] = mapped_column(default="")
    sources: Mapped[list[Any]] = mapped_column(default=list)
    """{"key": …, "title": …, "publisher": …, "page": …, "pdf_page": …, "url": …}, as cited."""
    sealed: Mapped[Bytes | None]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    approver_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    approved_at: Mapped[datetime | None]
    correction_reason: Mapped[LongText | None]

    position: Mapped[Position] = relationship(lazy="raise")


class PositionDraft(Timestamped, Model):
    """What a party is writing, readable to nobody outside that party: encrypted at rest."""

    __tablename__ = "position_drafts"
    __table_args__ = (UniqueConstraint("party_id", "thesis_id"),)

    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    thesis_id: Mapped[int] = mapped_column(ForeignKey("theses.id"))
    state: Mapped[DraftState] = mapped_column(default=DraftState.DRAFT)
    sealed: Mapped[Bytes]
    """answer, reason, sources, and the remark of a colleague who returned it."""
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    edition: Mapped[int] = mapped_column(default=1)
    """Counts up with every change; an older form is refused, and both texts are shown."""

    thesis: Mapped[Thesis] = relationship(lazy="raise")
