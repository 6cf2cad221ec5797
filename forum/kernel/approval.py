"""Four eyes: what one person has drafted, another approves. Parties and organisations share it.

A text to be approved has a state, an author and an edition that counts every change. Whoever
changes the words is their author and cannot approve them; a newer edition is never overwritten or
approved unseen. Where such a text is kept, and what its approval makes public, features decide.
"""

import enum
from dataclasses import dataclass
from typing import Any, Protocol

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forum.kernel.errors import Conflict
from forum.kernel.policy import Condition, Sentence, condition

MAX_REMARK = 500


class DraftState(enum.StrEnum):
    """How far a text is on its way to its approval."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    """Kept, so that the edition goes on counting when the text is taken up again."""


class Stale(Conflict):
    """A colleague has changed the text since the form was opened."""

    def __init__(self) -> None:
        super().__init__(_l("Jemand anderes hat den Text inzwischen geändert."))


class Sheet(Protocol):
    """What the rules of four eyes are asked about."""

    @property
    def state(self) -> DraftState | None: ...
    @property
    def author_id(self) -> int | None: ...


def is_submitted(refusal: Sentence) -> Condition:
    """A condition for rules: somebody has asked for the approval of this text."""

    @condition(refusal)
    def is_submitted(_actor: Any, sheet: Sheet) -> bool:
        return sheet.state is DraftState.SUBMITTED

    return is_submitted


def is_second_person(refusal: Sentence | Any) -> Condition:
    """A condition for rules: somebody else has drafted the text. The four eyes themselves."""

    @condition(refusal)
    def is_second_person(actor: Any, sheet: Sheet) -> bool:
        return sheet.author_id is not None and bool(actor.id != sheet.author_id)

    return is_second_person


@dataclass(frozen=True)
class Step:
    """Where a text stands, and who wrote it as it reads now."""

    state: DraftState | None = None
    """None before anybody has written."""
    author_id: int | None = None
    edition: int = 0

    @property
    def is_open(self) -> bool:
        """Whether somebody is still at work on it."""
        return self.state not in {None, DraftState.APPROVED}

    def saved(self, person_id: int, seen: int, *, is_same: bool, submit: bool) -> "Step":
        """After somebody has saved; passing on a colleague's very words makes nobody their author.

        `seen` is the edition the form was opened with.
        """
        self._require(seen)
        author_id = person_id
        if self.is_open and is_same and self.author_id is not None:
            author_id = self.author_id
        state = DraftState.SUBMITTED if submit else DraftState.DRAFT
        return Step(state, author_id, self.edition + 1)

    def approved(self, seen: int) -> "Step":
        """After its approval, as it was seen."""
        self._require(seen)
        return Step(DraftState.APPROVED, self.author_id, self.edition + 1)

    def returned(self, seen: int) -> "Step":
        """After it was given back with a remark."""
        self._require(seen)
        return Step(DraftState.RETURNED, self.author_id, self.edition + 1)

    def _require(self, seen: int) -> None:
        if seen != self.edition:
            raise Stale


def remark_problem(remark: str) -> str:
    """Why a text cannot be given back with this remark; empty when it can."""
    if not remark:
        return _("Schreiben Sie, was zu ändern ist.")
    if len(remark) > MAX_REMARK:
        return _("Kürzen Sie die Bemerkung auf %(max)s Zeichen.", max=MAX_REMARK)
    return ""
