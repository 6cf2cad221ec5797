"""Who follows what, what has happened, and who is still to be told of it.

No text of anybody stands here: what a list or a mail says is read when it is shown or sent, so that
what was hidden meanwhile is told to nobody.
"""

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel import clock
from forum.kernel.db import Base, Bytes, Model, ShortText


class Pace(enum.StrEnum):
    """How often somebody wants to have mails."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"


class NewsKind(enum.StrEnum):
    """What can have happened that people are told of."""

    REPLY = "reply"
    COMMENT = "comment"
    """A first comment."""
    ACCEPTED = "accepted"
    """An answer was accepted by whoever had asked."""
    DECISION = "decision"
    """The Redaktion has decided on an amendment."""
    VERSION = "version"
    POSITION = "position"
    """A party has answered, or corrected what it said."""
    SUMMARY = "summary"


class Reason(enum.StrEnum):
    """Why it came."""

    ANSWERED = "answered"
    """Somebody answers what they wrote."""
    IN_THREAD = "in_thread"
    """Somebody answers below what they wrote."""
    OWN = "own"
    """It is about what they proposed, asked or answered."""
    RECOMMENDATION = "recommendation"
    PARAGRAPH = "paragraph"
    PARTY = "party"


class MailFollower(Model):
    """Somebody without an account, by their confirmed address. Encrypted; gone when they leave."""

    __tablename__ = "mail_followers"

    mark: Mapped[str] = mapped_column(String(64), unique=True)
    """What the address is recognised by (`vault.mark`)."""
    token: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the secret that ends the mails."""
    sealed: Mapped[Bytes]
    """{"address": …, "secret": …}, bound to `token`."""
    pace: Mapped[Pace]
    confirmed_at: Mapped[datetime]


class Follow(Model):
    """One thing that one person follows; `is_off`: one of their own that they do not."""

    __tablename__ = "follows"
    __table_args__ = (
        UniqueConstraint("user_id", "subject_id"),
        UniqueConstraint("user_id", "party_id"),
        UniqueConstraint("follower_id", "subject_id"),
        UniqueConstraint("follower_id", "party_id"),
        CheckConstraint("(user_id IS NULL) != (follower_id IS NULL)", name="one_person"),
        CheckConstraint("(subject_id IS NULL) != (party_id IS NULL)", name="one_thing"),
        # Followers are told one batch after the other, in the order they came.
        Index("ix_follows_of_subject", "subject_id", "id"),
        Index("ix_follows_of_party", "party_id", "id"),
    )

    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    follower_id: Mapped[int | None] = mapped_column(
        ForeignKey("mail_followers.id", ondelete="CASCADE")
    )
    subject_id: Mapped[int | None] = mapped_column(ForeignKey("subjects.id", ondelete="CASCADE"))
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id", ondelete="CASCADE"))
    is_off: Mapped[bool] = mapped_column(default=False)
    since: Mapped[datetime] = mapped_column(default=lambda: clock.now())


class News(Model):
    """Something that happened, and how far its followers have been told."""

    __tablename__ = "news"
    __table_args__ = (
        Index(
            "ix_news_due",
            "id",
            sqlite_where=text("told_at IS NULL"),
            postgresql_where=text("told_at IS NULL"),
        ),
        Index("ix_news_happened_at", "happened_at"),
    )

    kind: Mapped[NewsKind]
    key: Mapped[ShortText] = mapped_column(unique=True)
    """Says what it is: the same fact, announced twice, is one piece of news."""
    subject_id: Mapped[int | None] = mapped_column(
        ForeignKey("subjects.id", ondelete="CASCADE"), index=True
    )
    """The comment, amendment, summary, or the recommendation that has a new version."""
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(default=0)
    """Of the version."""
    caused_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """Who did it is not told of it."""
    happened_at: Mapped[datetime]
    """Public from then on; nobody is told before."""
    step: Mapped[int] = mapped_column(default=0)
    """Which of its audiences is being told."""
    after_id: Mapped[int] = mapped_column(default=0)
    """The last of that audience's follows that was told."""
    told_at: Mapped[datetime | None]
    """Since when all followers have their notice."""


class Notice(Model):
    """That one person is to be told one piece of news: in the list, and by mail when it is due."""

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("user_id", "news_id"),
        UniqueConstraint("follower_id", "news_id"),
        CheckConstraint("(user_id IS NULL) != (follower_id IS NULL)", name="one_person"),
        Index("ix_notices_of_user", "user_id", "id"),
        Index("ix_notices_news_id", "news_id"),
        Index(
            "ix_notices_mail_due",
            "mail_due_at",
            sqlite_where=text("mail_due_at IS NOT NULL"),
            postgresql_where=text("mail_due_at IS NOT NULL"),
        ),
    )

    news_id: Mapped[int] = mapped_column(ForeignKey("news.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    follower_id: Mapped[int | None] = mapped_column(
        ForeignKey("mail_followers.id", ondelete="CASCADE")
    )
    reason: Mapped[Reason]
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    mail_due_at: Mapped[datetime | None]
    """By the product's clock; empty once it was mailed, and where no mail is wanted."""


class MailSettings(Base):
    """Which mails somebody wants. Who has no row has the defaults below."""

    __tablename__ = "mail_settings"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id"), primary_key=True, autoincrement=False
    )
    pace: Mapped[Pace] = mapped_column(default=Pace.DAILY)
    follows_own: Mapped[bool] = mapped_column(default=True)
    """Whether they are told of answers to what they write, in the list too."""
    mails_replies: Mapped[bool] = mapped_column(default=True)
    mails_comments: Mapped[bool] = mapped_column(default=True)
    mails_texts: Mapped[bool] = mapped_column(default=True)
    """New versions, decisions and summaries."""
    mails_positions: Mapped[bool] = mapped_column(default=True)
    token: Mapped[str | None] = mapped_column(String(64), unique=True)
    """SHA-256 of the secret that ends the mails; made with the first one."""
    sealed: Mapped[Bytes | None]
    """That secret, encrypted, since every mail carries it."""
