"""Who confirms, invites and removes whom."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from forum.accounts.models import Role
from forum.kernel.policy import Rule, condition


@dataclass(frozen=True)
class Belonging:
    """An organisation, or none, whose people somebody wants to manage or invite."""

    organisation_id: int | None


@dataclass(frozen=True)
class OfParty:
    """A party whose people somebody wants to manage or invite."""

    party_id: int | None


def is_contact_of(actor: Any, organisation_id: int | None) -> bool:
    """A confirmed contact of exactly this organisation."""
    return bool(
        organisation_id is not None
        and actor.is_contact
        and actor.organisation_id == organisation_id
        and actor.member_since is not None
    )


_CONTACTS = _l("Das tun die Ansprechpersonen der Organisation oder die Administration.")


@condition(_CONTACTS)
def is_contact_or_administration(actor: Any, subject: Belonging) -> bool:
    """The organisation's own contact, or the administration for anybody."""
    return Role.ADMINISTRATOR in actor.roles or is_contact_of(actor, subject.organisation_id)


@condition(_l("Einladen dürfen die Ansprechpersonen, die Redaktion und die Administration."))
def may_invite_there(actor: Any, subject: Belonging) -> bool:
    """The organisation's own contact; Redaktion and administration for any organisation."""
    return bool(actor.roles & {Role.EDITOR, Role.ADMINISTRATOR}) or is_contact_of(
        actor, subject.organisation_id
    )


@condition(_l("Das tun die Personen dieser Partei oder die Redaktion."))
def is_of_party_or_editor(actor: Any, subject: OfParty) -> bool:
    """A representative of exactly this party, or the Redaktion."""
    return Role.EDITOR in actor.roles or (
        subject.party_id is not None and actor.party_id == subject.party_id
    )


MANAGE = Rule(
    "membership.manage",
    [Role.MEMBER, Role.ADMINISTRATOR],
    is_contact_or_administration,
    refusal=_CONTACTS,
)
INVITE = Rule(
    "membership.invite",
    [Role.MEMBER, Role.EDITOR, Role.ADMINISTRATOR],
    may_invite_there,
    refusal=_CONTACTS,
)
OWN = Rule(
    "membership.own",
    [Role.MEMBER],
    refusal=_l("Zu einer Organisation gehören Mitglieder."),
)
"""To see one's own organisation, to ask one to confirm, and to leave it."""
COLLEAGUES = Rule(
    "party.colleagues",
    [Role.PARTY, Role.EDITOR],
    is_of_party_or_editor,
    refusal=_l("Das tun die Personen dieser Partei oder die Redaktion."),
)
