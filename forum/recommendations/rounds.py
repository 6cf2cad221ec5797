"""A round as rules ask about it, in plain values: what every vote and every comment reads anew."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from forum.recommendations.models import Consultation, Phase


@dataclass(frozen=True, slots=True)
class Window:
    """A phase: from when to when it opens which acts."""

    title: str
    starts_at: datetime
    ends_at: datetime | None
    acts: Sequence[str]

    def is_open(self, now: datetime) -> bool:
        """Whether `now` lies in this window."""
        return self.starts_at <= now and (self.ends_at is None or now < self.ends_at)


@dataclass(frozen=True, slots=True)
class Round:
    """A round with its windows; what else pages show of it stands in `Consultation`."""

    id: int
    uuid: str
    ballot_key_fingerprint: str | None
    positions_published_at: datetime | None
    phases: Sequence[Window]


AnyPhase = Phase | Window
AnyRound = Consultation | Round

ROUND: Any = Consultation.__table__
PHASE: Any = Phase.__table__
COLUMNS = (
    ROUND.c.id,
    ROUND.c.uuid,
    ROUND.c.ballot_key_fingerprint,
    ROUND.c.positions_published_at,
    PHASE.c.title,
    PHASE.c.starts_at,
    PHASE.c.ends_at,
    PHASE.c.acts,
)
"""What a statement selects last for `round_of`: one row for each window, ordered by position."""


_OF_PHASE = 4


def round_of(rows: Sequence[Row[Any]]) -> Round:
    """The round from the last columns of these rows. One without windows has a single row."""
    key, uuid, fingerprint, answers_at = rows[0][-len(COLUMNS) : -_OF_PHASE]
    windows = [Window(*row[-_OF_PHASE:]) for row in map(tuple, rows) if row[-1] is not None]
    return Round(key, uuid, fingerprint, answers_at, windows)
