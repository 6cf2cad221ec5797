"""People, organisations, benches and roles."""

import enum
import secrets
import uuid
from datetime import date, datetime
from typing import Any, ClassVar

from flask_login import AnonymousUserMixin
from flask_security import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from forum.accounts.names import look
from forum.kernel.db import Base, Bytes, LongText, Model, ShortText, Timestamped


class Role(enum.StrEnum):
    """What an account may be in the forum; it can hold several. Rules refer to these."""

    GUEST = "guest"
    MEMBER = "member"
    PARTY = "party"
    MODERATOR = "moderator"
    EDITOR = "editor"
    ADMINISTRATOR = "administrator"

    def get_permissions(self) -> frozenset[str]:
        """Asked by Flask-Security; what a role permits stands in the policies."""
        return frozenset()


STAFF = frozenset({Role.MODERATOR, Role.EDITOR, Role.ADMINISTRATOR})


class Appearance(enum.StrEnum):
    """How a member's name stands beside what they write."""

    NAME_ORGANISATION = "name_organisation"
    NAME_BENCH = "name_bench"
    PSEUDONYM_BENCH = "pseudonym_bench"


class Bench(Model):
    """A group of organisations whose votes are shown together."""

    __tablename__ = "benches"

    slug: Mapped[ShortText] = mapped_column(unique=True)
    name: Mapped[ShortText]
    position: Mapped[int]
    is_counted: Mapped[bool] = mapped_column(default=True)
    """False for „ohne Organisation“: shown apart, in no total and no number of benches."""


class Organisation(Timestamped, Model):
    """A union, federation, chamber or other body. Without a bench it has no votes."""

    __tablename__ = "organisations"

    slug: Mapped[ShortText] = mapped_column(unique=True)
    name: Mapped[ShortText]
    short_name: Mapped[ShortText]
    kind: Mapped[ShortText]
    note: Mapped[str | None]
    is_founder: Mapped[bool] = mapped_column(default=False)
    is_partner: Mapped[bool] = mapped_column(default=False)
    is_invented: Mapped[bool] = mapped_column(default=False)
    bench_id: Mapped[int | None] = mapped_column(ForeignKey("benches.id"), index=True)
    sources: Mapped[list[Any]] = mapped_column(default=list)

    bench: Mapped[Bench | None] = relationship(lazy="raise")


class User(Timestamped, Model, UserMixin):
    """A person with an account."""

    __tablename__ = "users"
    __table_args__ = (
        # A party's representative is never a member at once.
        CheckConstraint("party_id IS NULL OR organisation_id IS NULL", name="party_or_member"),
        CheckConstraint(
            "appearance != 'pseudonym_bench' OR pseudonym IS NOT NULL", name="pseudonym_given"
        ),
    )

    email: Mapped[ShortText] = mapped_column(unique=True)
    name: Mapped[ShortText]
    pseudonym: Mapped[ShortText | None]
    pseudonym_key: Mapped[ShortText | None] = mapped_column(unique=True)
    """The pseudonym as the eye reads it: no two may look alike. Follows `pseudonym`."""
    appearance: Mapped[Appearance] = mapped_column(default=Appearance.NAME_ORGANISATION)
    password: Mapped[ShortText | None]
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[ShortText] = mapped_column(unique=True, default=lambda: uuid.uuid4().hex)
    """The session's id of the account: a new one ends all sessions."""
    confirmed_at: Mapped[datetime | None]
    member_since: Mapped[datetime | None]
    """Confirmed as a member by the organisation's contact or the administration; opens voting."""
    is_speaker: Mapped[bool] = mapped_column(default=False)
    """Approves what the organisation says as an organisation."""
    is_contact: Mapped[bool] = mapped_column(default=False)
    """Confirms and manages the people of the organisation."""
    own_bench_id: Mapped[int | None] = mapped_column(ForeignKey("benches.id"))
    """Of a confirmed member without organisation, where a round admits them."""
    consent_version: Mapped[int | None]
    """Of the text agreed to (Art. 9 DSGVO); None before, and after withdrawal."""
    erased_at: Mapped[datetime | None]
    """The account is gone; the row stays as „Ehemaliges Mitglied“ beside what was written."""
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    organisation_wish: Mapped[ShortText | None]
    """The organisation somebody missed in the list when they registered; for whoever confirms."""
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"), index=True)
    last_active_on: Mapped[date | None]
    """The day of the last sign-in, by the product's clock: unused accounts end one day."""
    ballot_secret: Mapped[Bytes | None] = mapped_column(default=lambda: secrets.token_bytes(32))
    """Makes the voter key; destroyed at erasure, after which nothing leads to the ballots."""

    unread_news: Mapped[int] = mapped_column(default=0)
    """How much of what they follow is new to them; every page shows it."""

    grants: Mapped[list["RoleGrant"]] = relationship(lazy="raise", cascade="all, delete-orphan")
    organisation: Mapped[Organisation | None] = relationship(lazy="raise")
    own_bench: Mapped[Bench | None] = relationship(lazy="raise")

    session_key: ClassVar[str | None] = None
    """The `token` of the session this person was found by; set on the object by the look-up."""

    @validates("pseudonym")
    def _keyed(self, _name: str, pseudonym: str | None) -> str | None:
        self.pseudonym_key = (look(pseudonym) or pseudonym) if pseudonym else None
        return pseudonym

    @property
    def roles(self) -> frozenset[Role]:  # type: ignore[override]
        """The roles held, including the one that everybody holds."""
        return frozenset({Role.GUEST, *(grant.role for grant in self.grants)})

    @property
    def bench(self) -> Bench | None:
        """The bench this person votes in."""
        return self.organisation.bench if self.organisation else self.own_bench

    @property
    def is_staff(self) -> bool:
        """Whether this account works for the forum."""
        return bool(self.roles & STAFF)


class RoleGrant(Base):
    """One role of one account."""

    __tablename__ = "role_grants"
    __table_args__ = (Index(None, "role"),)

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[Role] = mapped_column(primary_key=True)
    granted_at: Mapped[datetime]


class Consent(Model):
    """One agreement to a version of the text `einwilligung`; kept when withdrawn, as its proof."""

    __tablename__ = "consents"
    __table_args__ = (Index("ix_consents_user_id", "user_id"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class Session(Model):
    """One sign-in of an account on one device. No address is kept, only what the browser is."""

    __tablename__ = "sessions"

    token: Mapped[ShortText] = mapped_column(unique=True)
    """SHA-256 of what the cookie carries."""
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    account_key: Mapped[ShortText]
    """The account's `fs_uniquifier` at sign-in: with a new one this session is over."""
    browser: Mapped[ShortText]
    system: Mapped[ShortText]
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    """Real time, as all that concerns access."""


class StaffAct(Model):
    """What staff did with accounts, roles, addresses and settings. Triggers refuse any change.

    Ids only: no name and no address, so that an erased person is not found here either.
    """

    __tablename__ = "staff_acts"

    at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[ShortText]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    """None for the operator at the command line."""
    about_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    about: Mapped[ShortText]
    reason: Mapped[LongText]
    detail: Mapped[dict[str, Any]]


class Visitor(AnonymousUserMixin):
    """Somebody who is not signed in."""

    id = None
    party_id = None
    organisation_id = None
    unread_news = 0
    bench = None
    consent_version = None
    is_contact = False
    is_speaker = False
    is_staff = False
    roles = frozenset({Role.GUEST})


class HeldForm(Model):
    """What somebody had typed when their session ended, encrypted, until they are back."""

    __tablename__ = "held_forms"

    token: Mapped[ShortText] = mapped_column(unique=True)
    path: Mapped[ShortText]
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    """Whose session had ended, where that is known: nobody else is shown the text."""
    sealed: Mapped[Bytes]
    held_at: Mapped[datetime] = mapped_column(index=True)


class MailedLink(Model):
    """One link that was sent by mail. Only its hash stands here; what it carries is sealed."""

    __tablename__ = "mailed_links"

    token: Mapped[ShortText] = mapped_column(unique=True)
    """SHA-256: whoever reads the table cannot open what the link opens."""
    purpose: Mapped[ShortText]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    sealed: Mapped[Bytes | None]
    """What it carries; gone once it has been used or has expired."""
    way_on: Mapped[Bytes]
    """The path it leads to in the end, sealed: it may itself hold a secret."""
    expires_at: Mapped[datetime] = mapped_column(index=True)
    """Real time, as all that concerns access."""
    used_at: Mapped[datetime | None]
