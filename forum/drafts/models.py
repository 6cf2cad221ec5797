"""What somebody is writing and has shown to colleagues, and what these remarked."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.db import Bytes, Model, ShortText, Timestamped


class DraftKind(enum.StrEnum):
    """What it is going to be."""

    COMMENT = "comment"
    MOTION = "motion"


class Draft(Timestamped, Model):
    """A text on its way: encrypted at rest, for its author and those it was shown to.

    It goes once it has been posted, when its author leaves the forum, and after some months.
    """

    __tablename__ = "member_drafts"
    __table_args__ = (UniqueConstraint("user_id", "submission"), Index(None, "updated_at"))

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    recommendation_id: Mapped[int] = mapped_column(ForeignKey("recommendations.id"))
    kind: Mapped[DraftKind]
    submission: Mapped[ShortText]
    """The number that its form posts with: what was posted with it is no draft any more."""
    sealed: Mapped[Bytes]
    edition: Mapped[int]
    """Counts every change; an older form is refused, and both texts are shown."""
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    """Whose people it was shown to: they read it as long as the author and they belong there."""
    shown_at: Mapped[datetime | None]


class DraftRemark(Model):
    """What a colleague, or the author, says about a draft."""

    __tablename__ = "draft_remarks"
    __table_args__ = (Index(None, "draft_id"),)

    draft_id: Mapped[int] = mapped_column(ForeignKey("member_drafts.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    edition: Mapped[int]
    """Of the draft, as it was read."""
    sealed: Mapped[Bytes]
    written_at: Mapped[datetime]
