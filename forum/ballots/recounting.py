"""The recount: what every tally says, and what its ballots say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_, select

from forum.accounts.models import Bench
from forum.ballots.figures import VALUES, BenchCount, snapshot
from forum.ballots.models import Ballot, Tally
from forum.kernel.db import db
from forum.recommendations.models import Subject


@dataclass(frozen=True)
class Count:
    """What a tally says, or should say."""

    agree: int = 0
    neutral: int = 0
    against: int = 0
    changed: int = 0
    benches: Any = None
    """The snapshot; None where ballots have changed since, so that it cannot be recomputed."""


@dataclass(frozen=True)
class Difference:
    """A tally that its ballots do not bear out."""

    subject_id: int
    stored: Count
    counted: Count


def recount(subject_ids: Sequence[int] | None = None, *, batch: int = 1000) -> Iterator[Difference]:
    """Compare every tally with its ballots, a batch of objects a statement."""
    if subject_ids is not None:
        yield from _differences(Subject.id.in_(subject_ids))
        return
    last = db.session.scalar(select(func.max(Subject.id))) or 0
    for start in range(0, last, batch):
        yield from _differences(and_(Subject.id > start, Subject.id <= start + batch))


def _differences(where: ColumnElement[bool]) -> Iterator[Difference]:
    rows = db.session.execute(
        select(
            Subject.id,
            Tally,
            Bench.id.label("bench_id"),
            Bench.is_counted,
            *(
                func.count(Ballot.value).filter(Ballot.value == value).label(name)
                for name, value in VALUES.items()
            ),
            func.count(Ballot.subject_id).filter(Ballot.is_changed).label("changed"),
        )
        .select_from(Subject)
        .join(Bench, literal(True))
        .outerjoin(Tally, Tally.subject_id == Subject.id)
        .outerjoin(Ballot, and_(Ballot.subject_id == Subject.id, Ballot.bench_id == Bench.id))
        .where(where, or_(Tally.subject_id.is_not(None), Ballot.subject_id.is_not(None)))
        .group_by(Subject.id, Tally.subject_id, Bench.id, Bench.is_counted, Bench.position)
        .order_by(Subject.id, Bench.position)
        .execution_options(populate_existing=True)
    ).all()
    by_subject: dict[int, list[Any]] = {}
    for row in rows:
        by_subject.setdefault(row.id, []).append(row)
    for subject_id, lines in by_subject.items():
        tally: Tally | None = lines[0].Tally
        counted = [line for line in lines if line.is_counted]
        changed = sum(line.changed for line in lines)
        benches = stored_benches = None
        if tally is not None and tally.benches_at and tally.changed == changed == 0:
            stored_benches = _shown_only(tally.benches)
            benches = _shown_only(
                snapshot(
                    BenchCount(n.bench_id, n.agree, n.neutral, n.against, n.is_counted)
                    for n in lines
                )
            )
        agree, neutral, against = (sum(getattr(n, name) for n in counted) for name in VALUES)
        truth = Count(agree, neutral, against, changed, benches)
        stored = Count()
        if tally is not None:
            stored = Count(tally.agree, tally.neutral, tally.against, tally.changed, stored_benches)
        if stored != truth:
            yield Difference(subject_id, stored, truth)


def _shown_only(entries: Sequence[dict[str, int]]) -> list[dict[str, int]]:
    """A snapshot without the benches it hides: one founded since changes nothing."""
    return [entry for entry in entries if "agree" in entry]
