"""What an organisation answers to an Abschnitt: versions that are public, and the draft."""

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.approval import DraftState
from forum.kernel.db import Base, Bytes, LongText, Model, Timestamped


class Answer(enum.StrEnum):
    """Whether an organisation stands behind what an Abschnitt demands."""

    SUPPORTS = "supports"
    RESERVATION = "reservation"
    REJECTS = "rejects"


class Stance(Base):
    """The Haltung of one organisation to one Abschnitt; what it says stands in its versions."""

    __tablename__ = "stances"
    __table_args__ = (
        UniqueConstraint("recommendation_id", "number"),
        UniqueConstraint("organisation_id", "paragraph_id"),
    )

    id: Mapped[int] = mapped_column(
        ForeignKey("subjects.id"), primary_key=True, autoincrement=False
    )
    recommendation_id: Mapped[int] = mapped_column(ForeignKey("recommendations.id"))
    number: Mapped[int]
    """The N of its address, counted within the recommendation, never reused."""
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    paragraph_id: Mapped[int] = mapped_column(ForeignKey("paragraphs.id"), index=True)
    hidden_reason: Mapped[LongText | None]
    """The public sentence of moderation; none of its texts may be read then."""


class StanceVersion(Timestamped, Model):
    """A Haltung as approved, and so public. None is ever changed or removed.

    Nobody is named in public: the organisation speaks. Who drafted and who approved is kept as
    proof of the four eyes, and stays when one of them loses the function or the account.
    """

    __tablename__ = "stance_versions"
    __table_args__ = (
        UniqueConstraint("stance_id", "number"),
        CheckConstraint("author_id != approver_id", name="four_eyes"),
    )

    stance_id: Mapped[int] = mapped_column(ForeignKey("stances.id"))
    number: Mapped[int]
    wording_id: Mapped[int] = mapped_column(ForeignKey("wordings.id"), index=True)
    """The words it was said to."""
    text_version: Mapped[int]
    """The number of the version of the text that stood then: „zur Fassung 2“."""
    answer: Mapped[Answer | None]
    """None: taken back."""
    text: Mapped[LongText]
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    approver_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    approved_at: Mapped[datetime]


class StanceDraft(Timestamped, Model):
    """What an organisation is writing, readable to nobody outside it: encrypted at rest."""

    __tablename__ = "stance_drafts"
    __table_args__ = (UniqueConstraint("organisation_id", "paragraph_id"),)

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    paragraph_id: Mapped[int] = mapped_column(ForeignKey("paragraphs.id"))
    wording_id: Mapped[int | None] = mapped_column(ForeignKey("wordings.id"))
    """The words it was written to; None where it takes back what was said to a struck text."""
    state: Mapped[DraftState]
    sealed: Mapped[Bytes]
    """answer, text, and the remark of whoever gave it back."""
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    returned_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    edition: Mapped[int]
