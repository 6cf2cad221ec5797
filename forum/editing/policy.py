"""Who edits a round, and what may no longer be changed in it."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from forum.accounts.models import Role
from forum.kernel.policy import Rule, condition


@dataclass(frozen=True)
class Wordsmith:
    """A thesis whose words somebody wants to change."""

    has_ballots: bool
    is_asked: bool


@condition(
    _l(
        "Über diese These wurde schon abgestimmt. Mit einem anderen Wortlaut hätten die Stimmen "
        "etwas anderes gemeint. Legen Sie eine neue These an; diese bleibt mit ihren Stimmen."
    )
)
def nobody_has_voted(_actor: Any, case: Wordsmith) -> bool:
    """Ballots are cast on these words."""
    return not case.has_ballots


@condition(
    _l(
        "Die Parteien sind zu diesem Wortlaut schon gefragt. Ihre Antworten gelten nur für ihn. "
        "Legen Sie eine neue These an, wenn etwas anderes gefragt werden soll."
    )
)
def no_party_was_asked(_actor: Any, case: Wordsmith) -> bool:
    """Answers are given to these words."""
    return not case.is_asked


READ = Rule("editing.read", [Role.EDITOR])
EDIT = Rule("editing.edit", [Role.EDITOR])
PUBLISH = Rule("editing.publish", [Role.EDITOR])
OPEN = Rule("editing.open", [Role.EDITOR])
IDENTITY = Rule("editing.identity", [Role.EDITOR])
REWORD_THESIS = Rule("editing.reword_thesis", [Role.EDITOR], nobody_has_voted, no_party_was_asked)
