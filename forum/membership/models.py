"""Invitations, lists of people to invite, and why somebody was not confirmed."""

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.accounts.models import Organisation
from forum.kernel.db import Bytes, LongText, Model, ShortText


class InvitationKind(enum.StrEnum):
    """Whom an invitation is for."""

    ORGANISATION = "organisation"
    """Whoever of the organisation has its link; it can be used several times."""
    PERSON = "person"
    PARTY = "party"


class Invitation(Model):
    """A way into an organisation or a party. Only the token's hash stands here.

    Name and address are forgotten when it has been used, is revoked, or has expired.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        CheckConstraint("kind != 'party' OR party_id IS NOT NULL", name="party_named"),
        CheckConstraint("kind = 'party' OR organisation_id IS NOT NULL", name="organisation_named"),
        CheckConstraint("used_count <= max_uses", name="not_used_too_often"),
    )

    token: Mapped[ShortText] = mapped_column(unique=True)
    """SHA-256 of the secret in its address."""
    shown: Mapped[Bytes | None]
    """The secret of an organisation's link, sealed, so that its makers can copy it again."""
    kind: Mapped[InvitationKind]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"), index=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    through_id: Mapped[int | None] = mapped_column(ForeignKey("invitations.id"))
    """The organisation's link through which somebody asked for this one."""
    email: Mapped[ShortText | None] = mapped_column(index=True)
    name: Mapped[ShortText | None]
    typed: Mapped[Bytes | None]
    """What somebody typed who came through an organisation's link, sealed with the token."""
    is_speaker: Mapped[bool] = mapped_column(default=False)
    is_contact: Mapped[bool] = mapped_column(default=False)
    leads_to: Mapped[LongText]
    """The path one is at afterwards."""
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    """Real time, as all that concerns access."""
    revoked_at: Mapped[datetime | None]
    max_uses: Mapped[int] = mapped_column(default=1)
    used_count: Mapped[int] = mapped_column(default=0)

    organisation: Mapped[Organisation | None] = relationship(lazy="raise")


class InvitationList(Model):
    """A checked list of people, sealed, until it is sent or a day has passed."""

    __tablename__ = "invitation_lists"

    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    made_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    sealed: Mapped[Bytes | None]


class Refusal(Model):
    """Why somebody was not confirmed; forgotten when they ask anew or are confirmed."""

    __tablename__ = "membership_refusals"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), unique=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    reason: Mapped[LongText]
    refused_at: Mapped[datetime]
