"""Who may vote on what, and when: one rule for each kind of object.

A package on a higher floor that owns a kind (comments, summaries) adds what it knows with
`ask_also`: conditions, and the values they need as subqueries, which the vote's own statement
reads along under its lock.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from forum.accounts.models import STAFF, Role
from forum.accounts.policy import has_consented
from forum.kernel.errors import NotFound
from forum.kernel.policy import Condition, Decision, Rule, asks_everyone, condition
from forum.recommendations import policy as rounds
from forum.recommendations.models import Act, Consultation, SubjectKind
from forum.recommendations.policy import is_over, phase_opens
from forum.recommendations.rounds import AnyRound


@dataclass(frozen=True)
class Votable:
    """An object of ballots as the rules see it. Pages may build one from what they have read."""

    kind: SubjectKind
    consultation: AnyRound
    is_current: bool = True
    """False for a wording that the latest public version no longer has."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What `ask_also` wants to know, by name."""
    since: datetime | None = None
    """Of a wording: since when it is public; None says that it came with no later version."""


FACTS: dict[str, ColumnElement[Any]] = {}
"""Subqueries over `Subject`, by the name under which `Votable.facts` carries their value."""
ENDING: set[SubjectKind] = set()
"""Kinds on which voting can end one by one, by an act under the lock of the object's row."""


@condition(
    _l(
        "Ihre Mitgliedschaft ist noch nicht bestätigt. "
        "Das tut die Ansprechperson Ihrer Organisation."
    )
)
def is_confirmed(voter: Any, _subject: Any) -> bool:
    return voter.member_since is not None


@condition(
    _l(
        "Ihre Organisation gehört zu keiner Bank und nimmt ohne Stimme teil. "
        "Mitdiskutieren können Sie."
    )
)
def has_bench(voter: Any, _subject: Any) -> bool:
    return voter.bench is not None


@condition(_l("Wer für das Forum arbeitet oder eine Partei vertritt, stimmt nicht mit ab."))
def is_neither_staff_nor_party(voter: Any, _subject: Any) -> bool:
    return not voter.roles & (STAFF | {Role.PARTY})


@condition(_l("Diese Fassung steht nicht mehr zur Abstimmung. Stimmen Sie über die neue ab."))
@asks_everyone
def is_current(_voter: Any, subject: Votable) -> bool:
    return subject.is_current


@asks_everyone
def phase_opens_vote_on_wording(_voter: Any, subject: Votable) -> bool:
    """A vote on the text, or, for what came with a later version, the vote on results."""
    return rounds.is_open(subject.consultation, act_of(subject))


wording_is_open = Condition(
    phase_opens_vote_on_wording,
    lambda _voter, subject: rounds.closed_sentence(subject.consultation, act_of(subject)),
)


def _why_not(voter: Any, _subject: Any) -> Any:
    if voter.roles & (STAFF | {Role.PARTY}):
        return is_neither_staff_nor_party.refusal
    return _l("Abstimmen können bestätigte Mitglieder der Organisationen einer Bank.")


ACTS = {
    SubjectKind.WORDING: Act.VOTE_WORDING,
    SubjectKind.THESIS: Act.VOTE_THESIS,
    SubjectKind.COMMENT: Act.RATE,
    SubjectKind.SUMMARY: Act.VOTE_SUMMARY,
    SubjectKind.AMENDMENT_WORDING: Act.VOTE_AMENDMENT,
}
"""What opens voting on which kind of object; other kinds have no ballots."""

RULES = {
    kind: Rule(
        f"ballot.{kind}",
        {Role.MEMBER},
        wording_is_open if kind is SubjectKind.WORDING else phase_opens(act),
        is_current,
        is_neither_staff_nor_party,
        is_confirmed,
        has_bench,
        has_consented,
        refusal=_why_not,
    )
    for kind, act in ACTS.items()
}


def ask_also(
    kind: SubjectKind, *conditions: Condition, ends: bool = False, **facts: ColumnElement[Any]
) -> None:
    """Add conditions to the rule of `kind`; called once, when the owning package is loaded.

    Each fact is a scalar subquery correlated to `Subject`; its value comes with `Votable.facts`.
    `ends`: an act that locks the object's row ends voting on it, so that a vote that waited for
    this lock reads the facts once more.
    """
    if ends:
        ENDING.add(kind)
    if taken := FACTS.keys() & facts.keys():
        raise ValueError(f"Facts named twice: {', '.join(sorted(taken))}")
    FACTS.update(facts)
    RULES[kind].conditions += conditions


def act_of(subject: Votable) -> Act:
    """What opens the vote on this object."""
    if subject.kind is SubjectKind.WORDING:
        return rounds.act_for_wording(subject.consultation, subject.since)
    return ACTS[subject.kind]


def rule(kind: SubjectKind) -> Rule:
    """The rule for ballots on this kind of object; 404 for kinds that have none."""
    if kind not in RULES:
        raise NotFound
    return RULES[kind]


def hides(consultation: Consultation, kind: SubjectKind) -> bool:
    """Whether results on this kind of object are hidden from those who have not voted on it."""
    return consultation.hides_results and not is_over(consultation, ACTS[kind])


def may_vote(voter: Any, subject: Votable) -> Decision:
    """Whether `voter` may vote on `subject` now, and why not: what the macros take."""
    return rule(subject.kind).check(voter, subject)
