"""Which acts the phases of a round open, and the sentence for those who come too early or late."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from babel.dates import format_datetime
from flask_babel import gettext as _
from sqlalchemy import ColumnElement

from forum.kernel import clock
from forum.kernel.policy import Condition, asks_everyone
from forum.recommendations.models import Act, Consultation, Version
from forum.recommendations.rounds import AnyPhase, AnyRound


class InRound(Protocol):
    """Anything a rule with a phase is asked about: it knows its round, phases loaded."""

    @property
    def consultation(self) -> AnyRound: ...


def windows(consultation: AnyRound, act: Act) -> Sequence[AnyPhase]:
    """The phases that open `act`, in their order."""
    return [phase for phase in consultation.phases if act in phase.acts]


def is_open(consultation: AnyRound, act: Act, now: datetime | None = None) -> bool:
    """Whether `act` is open at `now`, by the product's clock."""
    moment = now or clock.now()
    return any(phase.is_open(moment) for phase in windows(consultation, act))


def closes_at(consultation: AnyRound, act: Act, now: datetime | None = None) -> datetime | None:
    """When the window that is open for `act` ends; None when it is closed or has no end."""
    moment = now or clock.now()
    ends = [phase.ends_at for phase in windows(consultation, act) if phase.is_open(moment)]
    return max((end for end in ends if end), default=None) if None not in ends else None


def closed_since(consultation: AnyRound, act: Act, now: datetime | None = None) -> datetime | None:
    """When `act` was last closed; None while it is open, or was never."""
    moment = now or clock.now()
    if is_open(consultation, act, moment):
        return None
    ends = [phase.ends_at for phase in windows(consultation, act) if phase.ends_at]
    return max((end for end in ends if end <= moment), default=None)


def is_over(consultation: Consultation, act: Act, now: datetime | None = None) -> bool:
    """Whether `act` is closed for good: no phase that opens it runs or is still to come."""
    moment = now or clock.now()
    ends = [phase.ends_at for phase in windows(consultation, act)]
    return all(end is not None and end <= moment for end in ends)


def next_change(consultation: Consultation, now: datetime) -> datetime:
    """The next instant at which the clock alone changes what pages of the round show."""
    instants = [clock.midnight_after(now)]
    for phase in consultation.phases:
        instants += [moment for moment in (phase.starts_at, phase.ends_at) if moment]
    if consultation.positions_published_at:
        instants.append(consultation.positions_published_at)
    return min(moment for moment in instants if moment > now)


def closed_sentence(consultation: AnyRound, act: Act) -> str:
    """Why `act` is closed now: over since when, or open from when."""
    now = clock.now()
    phases = windows(consultation, act)
    ahead = [phase for phase in phases if phase.starts_at > now]
    if ahead:
        first = min(ahead, key=lambda phase: phase.starts_at)
        return _(
            "Das geht ab %(when)s, in der Phase „%(phase)s“.",
            when=_when(first.starts_at),
            phase=first.title,
        )
    over = [phase for phase in phases if phase.ends_at and phase.ends_at <= now]
    if over:
        last = max(over, key=lambda phase: phase.ends_at or now)
        return _(
            "Die Phase „%(phase)s“ ist seit %(when)s beendet.",
            when=_when(last.ends_at or now),
            phase=last.title,
        )
    return _("Das ist in dieser Konsultation nicht vorgesehen.")


def _when(moment: datetime) -> str:
    local = moment.astimezone(clock.BERLIN)
    pattern = "d. MMMM" if (local.hour, local.minute) == (0, 0) else "d. MMMM, H:mm 'Uhr'"
    return format_datetime(local, pattern, locale="de")


def act_for_wording(
    consultation: AnyRound, came_at: datetime | None, now: datetime | None = None
) -> Act:
    """What opens the vote on a wording that became public at `came_at`.

    While the text as such is not up for a vote, wordings of versions made since a phase for the
    vote on results began hang on that phase; all others on the vote on the text.
    """
    if came_at is None or is_open(consultation, Act.VOTE_WORDING, now):
        return Act.VOTE_WORDING
    begun = any(one.starts_at <= came_at for one in windows(consultation, Act.VOTE_RESULT))
    return Act.VOTE_RESULT if begun else Act.VOTE_WORDING


def phase_opens(act: Act) -> Condition:
    """A condition for rules: the round has a phase open for `act` now. Visitors are asked too."""

    @asks_everyone
    def holds(_actor: Any, subject: InRound) -> bool:
        return is_open(subject.consultation, act)

    holds.__name__ = f"phase_opens_{act}"
    return Condition(holds, lambda _actor, subject: closed_sentence(subject.consultation, act))


def public(now: datetime | ColumnElement[datetime]) -> ColumnElement[bool]:
    """Versions that readers may see: told as having happened only from their date on."""
    return Version.published_at <= now
