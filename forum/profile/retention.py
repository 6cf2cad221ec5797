"""How long we keep what (law: storage limitation). The house decides on it under `/verwaltung`."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import lazy_gettext as _l

from forum.kernel.settings import Setting

CLOSED_REPORTS = Setting(
    "retention.closed_reports", 365, 30, 3650,
    _l("Abgeschlossene Meldungen (Tage)"),
    _l("So viele Tage nach der Entscheidung vergisst das Forum, von wem eine Meldung kam."),
)  # fmt: skip
UNUSED_ACCOUNT = Setting(
    "retention.unused_account", 730, 180, 3650,
    _l("Ungenutzte Konten (Tage)"),
    _l(
        "So lange bleibt ein Konto bestehen, in dem sich niemand anmeldet. Davor gehen zwei "
        "E-Mails hinaus; danach wird es gelöscht, und die Texte bleiben ohne Namen stehen."
    ),
)  # fmt: skip
WARNING = Setting(
    "retention.warning", 30, 14, 90,
    _l("Warnungen vor dem Löschen (Tage)"),
    _l("So viele Tage liegen zwischen den beiden Warnungen und vor dem Löschen."),
)  # fmt: skip


@dataclass(frozen=True)
class Periods:
    """One period for each class of data that this package sees to.

    Sessions last as long as `accounts.sessions` says, registrations as long as their link.
    """

    closed_reports: timedelta = timedelta(days=CLOSED_REPORTS.default)
    unused_account: timedelta = timedelta(days=UNUSED_ACCOUNT.default)
    warned_before: timedelta = timedelta(days=2 * WARNING.default)
    """The first of two warnings; the second comes half-way, and never earlier than that."""


def periods() -> Periods:
    """The periods in force."""
    return Periods(
        timedelta(days=CLOSED_REPORTS.value()),
        timedelta(days=UNUSED_ACCOUNT.value()),
        timedelta(days=2 * WARNING.value()),
    )


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
