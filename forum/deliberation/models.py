"""Comments and the wordings they had."""

import enum
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.accounts.models import User
from forum.deliberation.ordering import place_of
from forum.kernel.db import Base, Bytes, LongText, Model


class CommentKind(enum.StrEnum):
    """What a first comment is meant as. Replies have none."""

    PRO = "pro"
    CONTRA = "contra"
    QUESTION = "question"
    REMARK = "remark"


class Voice(enum.StrEnum):
    """For whom somebody writes: members for themselves; others only answer what they were asked."""

    MEMBER = "member"
    PARTY = "party"
    EDITORIAL = "editorial"


class QuestionState(enum.StrEnum):
    """Answered is what has an accepted answer."""

    OPEN = "open"
    ANSWERED = "answered"


class Visibility(enum.StrEnum):
    """Nothing vanishes: what is hidden or deleted leaves its place and a sentence."""

    PENDING = "pending"
    """Written by somebody not yet confirmed: for their own eyes, and in no list, count or index."""
    VISIBLE = "visible"
    HIDDEN = "hidden"
    DELETED = "deleted"


def _depth(context: Any) -> int:
    return int(context.get_current_parameters().get("root_id") is not None)


def _reply_order(context: Any) -> int:
    return place_of(0, 0, context.get_current_parameters().get("reply_rank") or 0)


class Comment(Base):
    """A Beitrag: on a recommendation, paragraph, thesis, amendment or position, or a reply."""

    __tablename__ = "comments"
    __table_args__ = (
        UniqueConstraint("recommendation_id", "number"),
        UniqueConstraint("author_id", "submission"),
        CheckConstraint("(parent_id IS NULL) = (root_id IS NULL)", name="reply_has_root"),
        CheckConstraint("(parent_id IS NULL) = (kind IS NOT NULL)", name="first_has_kind"),
        CheckConstraint(
            "visibility != 'hidden' OR hidden_reason IS NOT NULL", name="hidden_reason"
        ),
        CheckConstraint("voice != 'member' OR consent_id IS NOT NULL", name="members_consent"),
        CheckConstraint("(voice = 'party') = (party_id IS NOT NULL)", name="party_named"),
        # First comments of a thread by number; replies of a first comment by their rank.
        Index("ix_comments_first", "recommendation_id", "root_id", "number"),
        Index("ix_comments_first_about", "about_id", "root_id", "number"),
        Index("ix_comments_replies", "root_id", "reply_rank"),
        # A page of all replies of a first comment, as they are read.
        Index("ix_comments_reading", "root_id", "reply_order"),
        Index(
            "ix_comments_pending",
            "author_id",
            sqlite_where=text("visibility = 'pending'"),
            postgresql_where=text("visibility = 'pending'"),
        ),
    )

    EDIT_WINDOW = timedelta(minutes=30)

    id: Mapped[int] = mapped_column(
        ForeignKey("subjects.id"), primary_key=True, autoincrement=False
    )
    recommendation_id: Mapped[int] = mapped_column(ForeignKey("recommendations.id"))
    about_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"))
    """What the whole thread is about; a reply is about the same thing as its first comment."""
    number: Mapped[int]
    """The N of its anchor `beitrag-N`, counted within the recommendation."""
    kind: Mapped[CommentKind | None]
    root_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id"))
    """The first comment of its thread; None for a first comment."""
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id"), index=True)
    reply_rank: Mapped[int] = mapped_column(default=0)
    """The how-manieth reply under the first comment; the first three are shown on the page.

    0 until a reply is public: a pending one takes its rank when its author is confirmed.
    """
    depth: Mapped[int] = mapped_column(default=_depth)
    """0 for a first comment, 1 for a reply to it, and so on; said nothing, a reply answers it."""
    reply_order: Mapped[int] = mapped_column(BigInteger, default=_reply_order)
    """Where a reply stands in its thread (`ordering.place_of`); 0 while it has no rank."""
    reply_count: Mapped[int] = mapped_column(default=0)
    """Of a first comment: all replies ever, so that ranks never repeat."""
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    voice: Mapped[Voice] = mapped_column(default=Voice.MEMBER)
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"))
    """The party for which this answers a question."""
    consent_id: Mapped[int | None] = mapped_column(ForeignKey("consents.id"))
    """What the author had agreed to: without it no member's text may be kept (Art. 9 DSGVO)."""
    source: Mapped[LongText]
    html: Mapped[LongText]
    render_version: Mapped[int]
    posted_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    """Of the last change with visible history; silent corrections leave it empty."""
    answered_or_rated: Mapped[bool] = mapped_column(default=False)
    """A reply or rating has come, so that changes are no longer silent."""
    submission: Mapped[str | None] = mapped_column(String(64))
    """The form's own number: a double click posts once."""
    visibility: Mapped[Visibility] = mapped_column(default=Visibility.VISIBLE)
    hidden_reason: Mapped[LongText | None]
    """The public sentence, without names."""

    author: Mapped[User] = relationship(lazy="raise")


class CommentEdition(Model):
    """What a comment said before a change that others could have relied on."""

    __tablename__ = "comment_editions"

    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"), index=True)
    source: Mapped[LongText]
    html: Mapped[LongText]
    replaced_at: Mapped[datetime]


class CommentRank(Base):
    """A first comment's place in one of the lists that show it.

    A list is a thing (`scope_id`: what the comment is about, or the whole recommendation) and a
    choice of filters (`facets.Filters.facet`). Scores follow the published figures by bench, after
    the vote: no row that names an author is written when somebody votes.
    """

    __tablename__ = "comment_ranks"
    __table_args__ = (
        Index("ix_comment_ranks_bridge", "scope_id", "facet", "bridge", "number"),
        Index("ix_comment_ranks_controversy", "scope_id", "facet", "controversy", "number"),
        Index(
            "ix_comment_ranks_lot",
            "scope_id",
            "facet",
            "lot",
            sqlite_where=text("lot IS NOT NULL"),
            postgresql_where=text("lot IS NOT NULL"),
        ),
        {"sqlite_with_rowid": False},
    )

    scope_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"), primary_key=True)
    facet: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    """Of the comment; the newest is the largest."""
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"), index=True)
    bridge: Mapped[int]
    """Support across benches in millionths, plus a million; of one bench alone without that; -1
    while none shows figures (`bridging.stored_bridge`)."""
    controversy: Mapped[int]
    lot: Mapped[int | None]
    """While no bench shows figures: where the comment stands on the ring that places are drawn
    from (`bridging.lot`)."""


class Question(Base):
    """What a first comment of the kind Frage has besides: whom it asks, and what answered it."""

    __tablename__ = "questions"
    __table_args__ = (
        CheckConstraint("party_id IS NULL OR NOT to_editorial", name="one_addressee"),
        CheckConstraint("(state = 'answered') = (accepted_id IS NOT NULL)", name="answered"),
        CheckConstraint("(accepted_id IS NULL) = (accepted_at IS NULL)", name="accepted_when"),
        # Lists and counts of a thread, and of a party.
        Index(None, "recommendation_id", "state", "number"),
        Index(None, "party_id", "state", "comment_id"),
    )

    comment_id: Mapped[int] = mapped_column(
        ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    recommendation_id: Mapped[int] = mapped_column(ForeignKey("recommendations.id"))
    number: Mapped[int]
    """Of the comment."""
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"))
    """The party it is put to."""
    to_editorial: Mapped[bool] = mapped_column(default=False)
    is_listed: Mapped[bool] = mapped_column(default=True)
    """Whether the comment is public: counts and lists hold no other."""
    state: Mapped[QuestionState] = mapped_column(default=QuestionState.OPEN)
    accepted_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id"), index=True)
    accepted_by_editorial: Mapped[bool] = mapped_column(default=False)
    """The Redaktion accepted it; else whoever asked did."""
    accepted_at: Mapped[datetime | None]


class ReadingMark(Base):
    """Up to which comment a member knows a recommendation. Moved by a POST, never by reading."""

    __tablename__ = "reading_marks"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    recommendation_id: Mapped[int] = mapped_column(
        ForeignKey("recommendations.id"), primary_key=True
    )
    number: Mapped[int]
    """Of the last comment they have seen."""


class DraftMode(enum.StrEnum):
    """What is being written."""

    NEW = "new"
    REPLY = "reply"
    EDIT = "edit"


class CommentDraft(Model):
    """What somebody is writing at a place and has not posted; goes with the account."""

    __tablename__ = "comment_drafts"
    __table_args__ = (UniqueConstraint("user_id", "mode", "place_id"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    mode: Mapped[DraftMode]
    place_id: Mapped[int] = mapped_column(ForeignKey("subjects.id", ondelete="CASCADE"), index=True)
    """What a new comment is about, or the comment that is answered or changed."""
    recommendation_id: Mapped[int] = mapped_column(ForeignKey("recommendations.id"))
    edition: Mapped[int]
    """Counts up with every text kept; a form that was filled from an older one replaces nothing."""
    sealed: Mapped[Bytes]
    """The text, and what the same person wrote here elsewhere (`drafting`)."""
    saved_at: Mapped[datetime] = mapped_column(index=True)
