"""Who administers people, roles and settings, and where a second person must agree."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from forum.accounts.models import STAFF, Role
from forum.kernel.policy import Rule, condition


@dataclass(frozen=True)
class Person:
    """An account that somebody wants to act on."""

    id: int
    roles: frozenset[Role] = frozenset()
    is_active: bool = True
    is_erased: bool = False
    other_administrators: int = 1
    """How many more there are, who may sign in."""
    role: Role | None = None
    """The one to be asked for or taken away."""


@dataclass(frozen=True)
class Asked:
    """A role that somebody asked for on behalf of somebody."""

    user_id: int
    requested_by_id: int
    is_open: bool = True


@condition(_l("An Ihrem eigenen Konto ändert das jemand anderes aus der Administration."))
def is_somebody_else(actor: Any, person: Person) -> bool:
    """Nobody raises, lowers or locks themselves."""
    return person.id != actor.id


@condition(_l("Dieses Konto ist gelöscht."))
def is_not_erased(_actor: Any, person: Person) -> bool:
    """There is still somebody behind the row."""
    return not person.is_erased


@condition(_l("Das ist die letzte Person der Administration. Benennen Sie zuerst eine weitere."))
def leaves_an_administrator(_actor: Any, person: Person) -> bool:
    """The forum is never without administration."""
    concerned = person.role in {None, Role.ADMINISTRATOR}
    return (
        not concerned
        or Role.ADMINISTRATOR not in person.roles
        or not person.is_active
        or person.other_administrators > 0
    )


@condition(_l("Wer eine Partei vertritt, arbeitet nicht zugleich für das Forum."))
def speaks_for_no_party(_actor: Any, person: Person) -> bool:
    """Neutrality: staff and parties are different people."""
    return Role.PARTY not in person.roles


@condition(_l("Hier werden nur Moderation, Redaktion und Administration vergeben."))
def is_a_staff_role(_actor: Any, person: Person) -> bool:
    """Members are confirmed by their organisation, party people invited by the Redaktion."""
    return person.role is None or person.role in STAFF


@condition(_l("Diese Rolle hat die Person schon."))
def is_a_new_role(_actor: Any, person: Person) -> bool:
    """What one has needs no granting."""
    return person.role not in person.roles


@condition(_l("Darüber entscheidet jemand anderes: Sie haben die Rolle selbst beantragt."))
def is_not_requester(actor: Any, asked: Asked) -> bool:
    """Four eyes."""
    return asked.requested_by_id != actor.id


@condition(_l("Über die eigene Rolle entscheidet jemand anderes."))
def is_not_for_oneself(actor: Any, asked: Asked) -> bool:
    """Nobody grants themselves a role."""
    return asked.user_id != actor.id


@condition(_l("Darüber ist schon entschieden."))
def is_open(_actor: Any, asked: Asked) -> bool:
    """Nobody has decided yet."""
    return asked.is_open


READ = Rule("administration.read", [Role.ADMINISTRATOR])
SHOW_ADDRESS = Rule("administration.show_address", [Role.ADMINISTRATOR], is_not_erased)
LOCK = Rule(
    "administration.lock",
    [Role.ADMINISTRATOR],
    is_not_erased,
    is_somebody_else,
    leaves_an_administrator,
)
END_SESSIONS = Rule("administration.end_sessions", [Role.ADMINISTRATOR], is_not_erased)
REQUEST_ROLE = Rule(
    "administration.request_role",
    [Role.ADMINISTRATOR],
    is_not_erased,
    is_somebody_else,
    is_a_staff_role,
    is_a_new_role,
    speaks_for_no_party,
)
REVOKE_ROLE = Rule(
    "administration.revoke_role",
    [Role.ADMINISTRATOR],
    is_somebody_else,
    is_a_staff_role,
    leaves_an_administrator,
)
DECIDE_ROLE = Rule(
    "administration.decide_role", list(STAFF), is_open, is_not_requester, is_not_for_oneself
)
CHANGE_SETTING = Rule("administration.change_setting", [Role.ADMINISTRATOR])
