"""What is shown of a count: shares, benches after the small-number rule, majorities.

Pure computation. Everything that orders, compares, averages or exports results starts from what
these functions show, and never from the ballots.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Self

VALUES = {"agree": 1, "neutral": 0, "against": -1}
"""What a button sends, and what a ballot stores."""

SMALL = 5
"""Below this many ballots a bench is not shown; so many must change before a new snapshot."""


@dataclass(frozen=True)
class Shares:
    """Whole per cent that add up to 100."""

    agree: int
    neutral: int
    against: int

    @classmethod
    def of(cls, agree: int, neutral: int, against: int) -> Self | None:
        """Largest remainder; equal remainders go to neutral first. None without ballots."""
        counts = (neutral, agree, against)
        total = sum(counts)
        if not total:
            return None
        whole = [100 * count // total for count in counts]
        by_remainder = sorted(range(3), key=lambda i: -(100 * counts[i] % total))  # stable
        for i in by_remainder[: 100 - sum(whole)]:
            whole[i] += 1
        return cls(agree=whole[1], neutral=whole[0], against=whole[2])


@dataclass(frozen=True)
class BenchName:
    """A bench as the figures need it."""

    id: int
    name: str
    is_counted: bool = True


@dataclass(frozen=True)
class BenchCount:
    """How the ballots of one bench are spread. Never leaves the package uncovered."""

    bench_id: int
    agree: int
    neutral: int
    against: int
    is_counted: bool = True

    @property
    def total(self) -> int:
        """All its ballots."""
        return self.agree + self.neutral + self.against

    @property
    def has_majority(self) -> bool:
        """More than half of its ballots agree; neutral ones are ballots too."""
        return 2 * self.agree > self.total


def shown(counts: Iterable[BenchCount]) -> list[BenchCount]:
    """The benches that may be shown, so that no bench below five can be computed.

    When all that is hidden comes to 1 to 4 ballots, the smallest shown bench joins it. Benches
    that do not count stand in no total, so nothing can be subtracted from: they are judged alone.
    """
    counts = list(counts)
    open_ = [c for c in counts if c.is_counted and c.total >= SMALL]
    rest = sum(c.total for c in counts if c.is_counted and c.total < SMALL)
    while open_ and 0 < rest < SMALL:
        smallest = min(open_, key=lambda c: (c.total, c.bench_id))
        open_.remove(smallest)
        rest += smallest.total
    return open_ + [c for c in counts if not c.is_counted and c.total >= SMALL]


def snapshot(counts: Iterable[BenchCount]) -> list[dict[str, int]]:
    """What is stored and may be read by anybody: shown benches with figures, others without."""
    counts = list(counts)
    visible = {count.bench_id for count in shown(counts)}
    return [
        {
            "bench": count.bench_id,
            "agree": count.agree,
            "neutral": count.neutral,
            "against": count.against,
        }
        if count.bench_id in visible
        else {"bench": count.bench_id}
        for count in counts
    ]


@dataclass(frozen=True)
class BenchFigure:
    """One bench in the list; without total and shares it reads „noch unter fünf Stimmen“."""

    name: str
    total: int | None
    shares: Shares | None
    has_majority: bool | None = None


@dataclass(frozen=True)
class Figures:
    """Everything that is shown about the ballots on one object."""

    subject_id: int
    agree: int
    neutral: int
    against: int
    total: int
    """Live, and of the benches that count only."""
    shares: Shares | None
    benches: list[BenchFigure]
    """As of the snapshot, in the order of the benches; those with no ballot included."""
    benches_at: datetime | None
    majority: int
    """In how many shown benches more than half agree."""
    shown: int
    unknown: int
    """How many benches are not shown, and so neither have nor lack a majority."""
    entitled: int
    apart: list[BenchFigure] = field(default_factory=list)
    """„ohne Organisation“: in no total, no number of benches, not among the entitled."""
    is_hidden: bool = False
    """The round shows the result only to those who have voted, or after the end: all is zero."""

    @property
    def bench_count(self) -> int:
        """All benches that count."""
        return self.shown + self.unknown

    def count(self, value: str) -> int:
        """How many chose `agree`, `neutral` or `against`."""
        return {"agree": self.agree, "neutral": self.neutral, "against": self.against}[value]


def hidden(subject_id: int, entitled: int) -> Figures:
    """What is shown of a result that is hidden: that there may be one."""
    return Figures(subject_id, 0, 0, 0, 0, None, [], None, 0, 0, 0, entitled, is_hidden=True)


def assemble(
    subject_id: int,
    totals: tuple[int, int, int],
    stored: Sequence[Mapping[str, Any]],
    stored_at: datetime | None,
    benches: Sequence[BenchName],
    entitled: int,
) -> Figures:
    """The figures of one object from its live totals, its snapshot and the list of benches."""
    known = {
        entry["bench"]: BenchCount(
            entry["bench"], entry["agree"], entry["neutral"], entry["against"]
        )
        for entry in stored
        if "agree" in entry
    }
    lines = [(bench, _figure(bench, known.get(bench.id))) for bench in benches]
    counted = [line for bench, line in lines if bench.is_counted]
    visible = [line for line in counted if line.total is not None]
    return Figures(
        subject_id=subject_id,
        agree=totals[0],
        neutral=totals[1],
        against=totals[2],
        total=sum(totals),
        shares=Shares.of(*totals),
        benches=counted,
        benches_at=stored_at,
        majority=sum(line.has_majority or False for line in visible),
        shown=len(visible),
        unknown=len(counted) - len(visible),
        entitled=entitled,
        apart=[line for bench, line in lines if not bench.is_counted],
    )


@lru_cache(maxsize=256)
def _unknown(name: str) -> BenchFigure:
    """Most benches on most comments; nobody changes it, so one stands for all."""
    return BenchFigure(name, None, None)


def _figure(bench: BenchName, count: BenchCount | None) -> BenchFigure:
    if count is None:
        return _unknown(bench.name)
    shares = Shares.of(count.agree, count.neutral, count.against)
    return BenchFigure(bench.name, count.total, shares, count.has_majority)
