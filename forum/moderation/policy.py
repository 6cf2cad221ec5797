"""Who reads reports and decides them."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from forum.accounts.models import Role
from forum.deliberation.models import Visibility
from forum.kernel.policy import Rule, condition
from forum.moderation.models import Measure


@dataclass(frozen=True)
class Case:
    """A contribution that a moderator is about to decide on."""

    author_id: int | None
    can_be_hidden: bool
    state: Visibility
    open_reports: int
    measure: Measure | None = None


@condition(_l("Über den eigenen Beitrag entscheidet jemand anderes."))
def is_not_author(actor: Any, case: Case) -> bool:
    """Nobody decides on their own contribution."""
    return case.author_id is None or case.author_id != actor.id


@condition(_l("Ausblenden lassen sich sichtbare Beiträge."))
def hides_what_is_visible(_actor: Any, case: Case) -> bool:
    """Only what a member wrote, and all can read, can be hidden."""
    return case.measure is not Measure.HIDE or (
        case.can_be_hidden and case.state is Visibility.VISIBLE
    )


@condition(_l("Wieder einblenden lassen sich ausgeblendete Beiträge."))
def restores_what_is_hidden(_actor: Any, case: Case) -> bool:
    """Only what is hidden can be restored."""
    return case.measure is not Measure.RESTORE or (
        case.can_be_hidden and case.state is Visibility.HIDDEN
    )


@condition(_l("Dazu liegt keine offene Meldung vor, über die zu entscheiden wäre."))
def dismisses_what_was_reported(_actor: Any, case: Case) -> bool:
    """„Keine Maßnahme“ answers a report."""
    return case.measure is not Measure.NONE or case.open_reports > 0


READ = Rule("moderation.read", [Role.MODERATOR])
DECIDE = Rule(
    "moderation.decide",
    [Role.MODERATOR],
    is_not_author,
    hides_what_is_visible,
    restores_what_is_hidden,
    dismisses_what_was_reported,
)
