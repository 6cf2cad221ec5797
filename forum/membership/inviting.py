"""Making invitations, and a party's people. Part of `actions`; `following` is the other side."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from forum.accounts import actions as accounts
from forum.accounts import staff
from forum.accounts.addresses import is_address, normal
from forum.accounts.models import Role, User, Visitor
from forum.accounts.policy import require_intake
from forum.kernel import html, vault
from forum.kernel.db import begin_writing, db, save
from forum.kernel.errors import NotFound
from forum.kernel.letters import address_of
from forum.kernel.mail import post, post_all
from forum.kernel.web import local_path
from forum.membership import letters, queries
from forum.membership.actions import (
    Invalid,
    acting,
)
from forum.membership.forgetting import forget
from forum.membership.models import Invitation, InvitationKind
from forum.membership.policy import COLLEAGUES, INVITE, Belonging, OfParty

PERSONAL_FOR = timedelta(days=14)
CONFIRM_FOR = timedelta(days=7)
MAX_DAYS, MAX_USES, MAX_NAME = 90, 500, 120


@dataclass(frozen=True)
class Guest:
    """Somebody to invite."""

    email: str
    name: str = ""
    is_speaker: bool = False
    is_contact: bool = False
    organisation_id: int | None = None
    into: str = ""
    """The name of what they are invited into."""


# Making ---


def link(
    actor: User | Visitor, organisation_id: int, *, days: int = 30, max_uses: int = 50
) -> Invitation:
    """A link for the people of an organisation. `queries.secret_of` gives its secret."""
    if not 1 <= days <= MAX_DAYS or not 1 <= max_uses <= MAX_USES:
        raise Invalid(_("Ein Link gilt bis zu 90 Tage und für bis zu 500 Personen."))
    begin_writing()
    who = acting(actor)
    INVITE.require(who, Belonging(organisation_id))
    require_intake()
    organisation = queries.roster_head(organisation_id)
    token, now = secrets.token_urlsafe(32), datetime.now(UTC)
    hashed = queries.hash_of(token)
    made = save(
        Invitation(
            token=hashed,
            shown=vault.seal({"token": token}, f"invitation:{hashed}"),
            kind=InvitationKind.ORGANISATION,
            organisation_id=organisation_id,
            made_by_id=who.id,
            leads_to="/",
            made_at=now,
            expires_at=now + timedelta(days=days),
            max_uses=max_uses,
        )
    )
    _note(who, "link.made", f"organisation:{organisation.slug}", {"uses": max_uses})
    return made


def invite(actor: User | Visitor, guest: Guest, *, leads_to: str = "/") -> Invitation:
    """Invite one person into an organisation, by mail."""
    guest = checked(guest)
    begin_writing()
    who = acting(actor)
    INVITE.require(who, Belonging(guest.organisation_id))
    if guest.organisation_id is None:
        raise Invalid(_("Wählen Sie eine Organisation."))
    organisation = queries.roster_head(guest.organisation_id)
    [made] = send(who, [_into(guest, organisation.name)], leads_to=leads_to)
    _note(who, "member.invited", f"organisation:{organisation.slug}", {"invitation": made.id})
    return made


def invite_to_party(actor: User | Visitor, party_id: int, guest: Guest) -> Invitation:
    """Invite somebody to represent a party; its first people only the Redaktion invites."""
    guest = checked(guest)
    begin_writing()
    who = acting(actor)
    COLLEAGUES.require(who, OfParty(party_id))
    party = queries.party(party_id)
    [made] = send(who, [_into(guest, party.name)], party_id=party_id, leads_to="/partei-desk/")
    _note(who, "party.invited", f"party:{party.slug}", {"invitation": made.id})
    return made


def send(
    who: User, guests: Sequence[Guest], *, party_id: int | None = None, leads_to: str = "/"
) -> Sequence[Invitation]:
    """Make and mail personal invitations, all in this transaction; newer ones replace older."""
    require_intake()
    now = datetime.now(UTC)
    until = now + PERSONAL_FOR
    path = local_path(leads_to, default="/")[:1000]
    _replace(
        {guest.email for guest in guests},
        party_id,
        {guest.organisation_id for guest in guests},
        now,
    )
    tokens = [secrets.token_urlsafe(32) for _guest in guests]
    made = [
        Invitation(
            token=queries.hash_of(token),
            kind=InvitationKind.PERSON if party_id is None else InvitationKind.PARTY,
            organisation_id=guest.organisation_id if party_id is None else None,
            party_id=party_id,
            made_by_id=who.id,
            email=guest.email,
            name=guest.name or None,
            is_speaker=guest.is_speaker,
            is_contact=guest.is_contact,
            leads_to=path,
            made_at=now,
            expires_at=until,
        )
        for guest, token in zip(guests, tokens, strict=True)
    ]
    db.session.add_all(made)
    db.session.flush()
    is_party = party_id is not None
    about = "" if is_party or path == "/" else address_of(path)
    post_all(
        [
            (
                guest.email,
                *letters.invited(guest.into, address(token), until, by_party=is_party, about=about),
            )
            for guest, token in zip(guests, tokens, strict=True)
        ]
    )
    return made


def _replace(
    emails: Iterable[str], party_id: int | None, organisation_ids: set[int | None], now: datetime
) -> None:
    """An address has one open invitation into the same organisation or party: the latest."""
    for invitation in queries.open_for(emails, party_id, organisation_ids, now):
        forget(invitation)
        invitation.revoked_at = now
    db.session.flush()


def checked(guest: Guest) -> Guest:
    """With an address and a name as they are stored. Raises Invalid with the sentence."""
    email, name = normal(guest.email), " ".join(html.plain(guest.name).split())
    if not is_address(email):
        raise Invalid(_("Geben Sie die Adresse vollständig ein, zum Beispiel name@beispiel.de."))
    if len(name) > MAX_NAME:
        raise Invalid(_("Kürzen Sie den Namen auf höchstens 120 Zeichen."))
    return Guest(email, name, guest.is_speaker, guest.is_contact, guest.organisation_id, guest.into)


def _into(guest: Guest, name: str) -> Guest:
    return Guest(
        guest.email, guest.name, guest.is_speaker, guest.is_contact, guest.organisation_id, name
    )


def revoke(actor: User | Visitor, invitation_id: int) -> Invitation:
    """Let an invitation no longer hold."""
    begin_writing()
    who = acting(actor)
    found = queries.invitation(invitation_id)
    if found.kind is InvitationKind.PARTY:
        COLLEAGUES.require(who, OfParty(found.party_id))
    else:
        INVITE.require(who, Belonging(found.organisation_id))
    if found.revoked_at is None:
        forget(found)
        found.revoked_at = datetime.now(UTC)
        db.session.flush()
        _note(who, "invitation.revoked", f"invitation:{found.id}", {})
    return found


def forget_person(email: str) -> None:
    """Forget an address that is being erased, wherever an invitation still knows it."""
    begin_writing()
    for invitation in queries.to_address(email):
        forget(invitation)
        invitation.revoked_at = invitation.revoked_at or datetime.now(UTC)
    db.session.flush()


def address(token: str) -> str:
    """The address of an invitation."""
    return address_of(f"/einladung/{token}")


# A party's people ---


def remove_from_party(actor: User | Visitor, user_id: int) -> None:
    """Take somebody out of a party; whoever goes last is told before that nobody is left."""
    begin_writing()
    who = acting(actor)
    person = queries.person(user_id, lock=True)
    if person.party_id is None:
        raise NotFound
    COLLEAGUES.require(who, OfParty(person.party_id))
    party = queries.party(person.party_id)
    accounts.revoke_role(person.id, Role.PARTY)
    for invitation in queries.made_by(person.id):
        forget(invitation)
        invitation.revoked_at = datetime.now(UTC)
    _note(who, "party.removed", f"party:{party.slug}", {}, person.id)
    post(person.email, *letters.left_party(party.name))


def _note(
    who: User, kind: str, about: str, detail: dict[str, Any], user_id: int | None = None
) -> None:
    if who.is_staff:
        staff.note(kind, who.id, about=about, detail=detail, about_user_id=user_id)
