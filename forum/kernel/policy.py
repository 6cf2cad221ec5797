"""Permission rules as data: who may do what, under which conditions, and why not.

A rule is one line in a feature's `policy.py`. Actions call `rule.require(actor, subject)`,
templates ask `can("comment.edit", comment)`, and `python -m forum policy show` prints the table.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from flask_babel import lazy_gettext as _l

from forum.kernel.errors import NotPermitted, SignInRequired


class Actor(Protocol):
    """Whoever acts: a signed-in user or an anonymous visitor."""

    @property
    def roles(self) -> frozenset[Any]: ...

    @property
    def is_authenticated(self) -> bool: ...


Sentence = Any  # a string, or Flask-Babel's lazy one


@dataclass(frozen=True)
class Condition:
    """A question about actor and subject, with the sentence for those who fail it."""

    holds: Callable[[Any, Any], bool]
    refusal: Sentence | Callable[[Any, Any], Sentence]

    @property
    def name(self) -> str:
        """How the table of rules calls it."""
        return self.holds.__name__

    def reason(self, actor: Any, subject: Any) -> Sentence:
        """The sentence for this actor and subject."""
        return self.refusal(actor, subject) if callable(self.refusal) else self.refusal


def condition(
    refusal: Sentence | Callable[[Any, Any], Sentence],
) -> Callable[[Callable[[Any, Any], bool]], Condition]:
    """Turn a function `(actor, subject) -> bool` into a `Condition`."""
    return lambda holds: Condition(holds, refusal)


@dataclass(frozen=True)
class Decision:
    """Yes, or no with a reason. Truthy when allowed."""

    allowed: bool
    reason: Sentence = ""
    sign_in_helps: bool = False

    def __bool__(self) -> bool:
        return self.allowed


class Rule:
    """One permission: its name, the roles that hold it, and the conditions on top."""

    all: dict[str, "Rule"] = {}

    def __init__(
        self,
        name: str,
        roles: Iterable[Any],
        *conditions: Condition,
        refusal: Sentence | Callable[[Any, Any], Sentence] | None = None,
    ) -> None:
        """Declare the rule; `refusal` is the sentence for those whose role does not hold it."""
        if name in self.all:
            raise ValueError(f"The rule {name!r} exists twice")
        self.name = name
        self.roles = frozenset(roles)
        self.conditions = conditions
        self.refusal = refusal or _l("Ihre Rolle erlaubt das nicht.")
        self.all[name] = self

    def check(self, actor: Actor, subject: object = None) -> Decision:
        """Ask without consequences. Conditions come first: a closed phase is closed for all."""
        has_role = bool(self.roles & actor.roles)
        if not has_role and actor.is_authenticated:
            refusal = self.refusal
            return Decision(False, refusal(actor, subject) if callable(refusal) else refusal)
        for demand in self.conditions:
            if (has_role or demand.holds.__dict__.get("asks_everyone")) and not demand.holds(
                actor, subject
            ):
                return Decision(False, demand.reason(actor, subject))
        if not has_role:
            return Decision(False, _l("Melden Sie sich an, um mitzumachen."), sign_in_helps=True)
        return Decision(True)

    def require(self, actor: Actor, subject: object = None) -> None:
        """Ask, and raise when the answer is no."""
        decision = self.check(actor, subject)
        if decision:
            return
        if decision.sign_in_helps:
            raise SignInRequired(decision.reason)
        raise NotPermitted(decision.reason)


def asks_everyone(holds: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    """Mark a condition that needs no actor (a phase), so that visitors read its sentence too."""
    holds.__dict__["asks_everyone"] = True
    return holds
