"""What orders of comments are computed from: published figures by bench, and nothing else.

Pure computation; the formulae stand on `/methoden` in the same words. Scores are whole millionths,
so that a page can be continued exactly where it ended.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from hashlib import sha256
from math import log, prod, sqrt
from typing import Any, NamedTuple

from forum.ballots.figures import SMALL

CAMPS = 2
"""So many benches have to show figures before there is anything to bridge."""
NONE = -1
"""Stored in place of a score while no bench shows figures."""
MILLION = 1_000_000
RING = 2**31
Z = 1.96


class Camp(NamedTuple):
    """The shown ballots of one bench."""

    agree: int
    neutral: int
    against: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.agree + self.neutral + self.against


def camps(snapshot: Sequence[Mapping[str, Any]] | None, apart: Collection[int] = ()) -> list[Camp]:
    """The benches that a stored snapshot shows with figures, of at least five ballots each.

    Those `apart` („ohne Organisation“) count nowhere, and so not here.
    """
    shown = [
        Camp(entry["agree"], entry["neutral"], entry["against"])
        for entry in snapshot or ()
        if "agree" in entry and entry["bench"] not in apart
    ]
    return [camp for camp in shown if camp.total >= SMALL]


def bridge(found: Sequence[Camp]) -> float | None:
    """Support across benches: the geometric mean of aᵍ·(1−dᵍ), with Jeffreys' half ballots.

    With one bench the lower end of Wilson's interval for its agreement; None without any.
    """
    if not found:
        return None
    if len(found) < CAMPS:
        return wilson(found[0].agree, found[0].total)
    product = prod(
        (camp.agree + 0.5) / (camp.total + 1) * (1 - (camp.against + 0.5) / (camp.total + 1))
        for camp in found
    )
    return float(product ** (1 / len(found)))


def wilson(agree: int, total: int) -> float:
    """The lower end of Wilson's interval for the share of agreement, at 95 per cent."""
    if not total:
        return 0.0
    share = agree / total
    spread = Z * sqrt((share * (1 - share) + Z * Z / (4 * total)) / total)
    return (share + Z * Z / (2 * total) - spread) / (1 + Z * Z / total)


def controversy(found: Sequence[Camp]) -> float | None:
    """How much opinions differ, and of how many: their standard deviation times ln(n + 1).

    „stimme zu“ is 1, neutral 0, „stimme nicht zu“ −1. None while no bench shows figures.
    """
    total = sum(camp.total for camp in found)
    if not total:
        return None
    agree, against = sum(camp.agree for camp in found), sum(camp.against for camp in found)
    mean = (agree - against) / total
    return sqrt(max(0.0, (agree + against) / total - mean * mean)) * log(total + 1)


def stored(score: float | None) -> int:
    """A score as it is stored."""
    return NONE if score is None else round(score * MILLION)


def stored_bridge(found: Sequence[Camp]) -> int:
    """As `stored`, a million higher where there are benches to bridge.

    So what one bench alone supports never stands above what several were asked about.
    """
    return stored(bridge(found)) + (MILLION if len(found) >= CAMPS else 0)


def lot(number: int) -> int:
    """The place of a comment on the ring that the day's places are drawn from.

    Anybody can compute it again: the first 31 bits of the SHA-256 of the comment's number.
    """
    return _point(str(number))


def day_point(day: date) -> int:
    """Where the ring begins on this day: as `lot`, of the date as it is written in ISO 8601."""
    return _point(day.isoformat())


def _point(text: str) -> int:
    return int.from_bytes(sha256(text.encode()).digest()[:4]) % RING
