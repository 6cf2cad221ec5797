"""What the home page says first, computed from the state of the round; nothing that is not so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from forum.ballots.figures import Figures
from forum.positions.words import capital
from forum.recommendations.line import days_to_election
from forum.recommendations.models import Act, Consultation
from forum.recommendations.policy import is_open, windows
from forum.recommendations.queries import Clause
from forum.site.queries import Voices

SMALLEST = 5
"""Ballots from which on an Abschnitt is named as most or least agreed."""

_NUMBERS = "null eine zwei drei vier fünf sechs sieben acht neun zehn elf zwölf".split()  # noqa: SIM905


def number(count: int) -> str:
    """A count in words up to twelve."""
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def headline(consultation: Consultation, count: int, now: datetime) -> str:
    """The h1: how many recommendations, and what is happening with them."""
    if count == 0:
        return _("Hier beginnt die Beratung zur %(title)s.", title=consultation.title)
    first = (
        _("Eine Empfehlung der Industrie.")
        if count == 1
        else _("%(count)s Empfehlungen der Industrie.", count=capital(number(count)))
    )
    return f"{first} {_stage(consultation, now)}"


def _stage(consultation: Consultation, now: datetime) -> str:
    if days_to_election(consultation, now) < 0:
        return _("So wurde beraten.")
    if is_open(consultation, Act.COMMENT, now):
        return _("Abschnitt für Abschnitt zur Debatte.")
    if any(phase.starts_at > now for phase in windows(consultation, Act.COMMENT)):
        return _("Zum Lesen, bald zur Debatte.")
    return _("Die Beratung ist abgeschlossen.")


def lead(consultation: Consultation, voices: Voices, now: datetime) -> list[str]:
    """The sentences below: what the round is about, who deliberates, what parties have said."""
    sentences = [consultation.lead]
    if is_open(consultation, Act.COMMENT, now):
        sentences.append(
            _(
                "Mitglieder aus Gewerkschaften, Verbänden und Kammern beraten öffentlich "
                "und stimmen geheim ab."
            )
        )
    if voices.programmes:
        programmes = (
            _("Daneben steht, was das Programm einer Partei dazu sagt.")
            if voices.programmes == 1
            else _(
                "Daneben steht, was die Programme von %(count)s Parteien dazu sagen.",
                count=number(voices.programmes),
            )
        )
        sentences.append(programmes)
    if voices.themselves == 1:
        sentences.append(_("Eine Partei hat selbst geantwortet."))
    elif voices.themselves:
        sentences.append(
            _(
                "%(count)s Parteien haben selbst geantwortet.",
                count=capital(number(voices.themselves)),
            )
        )
    elif voices.programmes:
        sentences.append(_("Selbst geantwortet hat noch keine."))
    return sentences


def countdown(consultation: Consultation, now: datetime) -> str:
    """What stands beside the number of days."""
    days = days_to_election(consultation, now)
    if days > 1:
        return _("Tage bis zur Wahl")
    if days == 1:
        return _("Tag bis zur Wahl")
    return _("Heute wird gewählt") if days == 0 else _("Die Wahl war am")


@dataclass(frozen=True)
class Extreme:
    """The most or the least agreed Abschnitt of a recommendation."""

    label: str
    clause: Clause
    figures: Figures


def extremes(clauses: Sequence[Clause], figures: dict[int, Figures]) -> list[Extreme]:
    """The Abschnitt with the largest and that with the smallest share of agreement.

    Only Abschnitte with at least five ballots; a tie goes to the one with more ballots, then to the
    one that stands earlier. One alone is neither, and is shown as the only one.
    """
    counted = [
        (clause, figures[clause.wording_id])
        for clause in clauses
        if clause.wording_id in figures and figures[clause.wording_id].total >= SMALLEST
    ]
    if not counted:
        return []

    def rank(pair: tuple[Clause, Figures], sign: int) -> tuple[float, int, int]:
        clause, found = pair
        return (sign * found.agree / found.total, -found.total, clause.position)

    most = min(counted, key=lambda pair: rank(pair, -1))
    least = min(counted, key=lambda pair: rank(pair, 1))
    if len(counted) == 1:
        return [Extreme(_("Bisher genug Stimmen nur hier"), *most)]
    if most[1].agree * least[1].total == least[1].agree * most[1].total:
        return [Extreme(_("Überall gleich viel Zustimmung, zum Beispiel hier"), *most)]
    return [
        Extreme(_("Am meisten Zustimmung"), *most),
        Extreme(_("Am wenigsten Zustimmung"), *least),
    ]
