"""How long we keep what (law: storage limitation). Periods stand here until a setting says else."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta


@dataclass(frozen=True)
class Periods:
    """One period for each class of data that this package sees to.

    Sessions last as long as `accounts.sessions` says, registrations as long as their link.
    """

    closed_reports: timedelta = timedelta(days=365)
    unused_account: timedelta = timedelta(days=730)
    warned_before: timedelta = timedelta(days=60)
    """The first of two warnings; the second comes half-way, and never earlier than that."""


def periods() -> Periods:
    """The periods in force."""
    return Periods()


def step(
    last_active_on: date,
    first_at: datetime | None,
    second_at: datetime | None,
    now: datetime,
    periods: Periods,
) -> str:
    """What is due for an unused account: warn, warn_again, erase, or nothing (empty).

    Each step waits for half the time of warning after the one before, however late that was.
    """
    apart = periods.warned_before / 2
    unused = now.date() - last_active_on
    if unused < periods.unused_account - periods.warned_before:
        return ""
    if first_at is None:
        return "warn"
    if second_at is None:
        return "warn_again" if now - first_at >= apart else ""
    if now - second_at >= apart and unused >= periods.unused_account:
        return "erase"
    return ""
