"""Taking up what the index has yet to hear of, and noting what it has heard.

A row is due, then taken up, then clear. Only the one indexer takes up and clears; anybody may make
a row due again in between, which clearing leaves alone. An indexer that is killed leaves rows taken
up, and the next one takes them up again: work may be done twice, and never not at all.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import delete, insert, select, update

from forum.kernel import clock, jobs
from forum.kernel.db import db
from forum.recommendations.models import Subject
from forum.references.models import GlossaryTerm
from forum.search import analysis, queries
from forum.search.models import SearchState, SearchWord

T = TypeVar("T")
Table = type[Subject] | type[GlossaryTerm]


@dataclass(frozen=True)
class Due:
    """What one indexer has taken up."""

    subjects: tuple[int, ...] = ()
    terms: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.subjects or self.terms)


def take_up(limit: int | None) -> Due:
    """Take up what is due, the oldest first. Rows somebody is writing to are left for later."""
    return Due(_take_up(Subject, limit), _take_up(GlossaryTerm, limit))


def _take_up(table: Table, limit: int | None) -> tuple[int, ...]:
    due = db.session.scalars(
        select(table.id)
        .where(queries.DUE)
        .order_by(table.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    ).all()
    for some in _chunks(due):
        db.session.execute(
            update(table)
            .where(table.id.in_(some))
            .values(index_due=False, is_indexing=True)
            .execution_options(synchronize_session=False)
        )
    return tuple(due)


def clear(due: Due) -> None:
    """The index has heard of these; what changed in between stays due."""
    tables: tuple[tuple[Table, tuple[int, ...]], ...] = (
        (Subject, due.subjects),
        (GlossaryTerm, due.terms),
    )
    for table, ids in tables:
        for some in _chunks(ids):
            # In order, and past rows somebody is writing to: nobody waits in a circle.
            free = db.session.scalars(
                select(table.id)
                .where(table.id.in_(some))
                .order_by(table.id)
                .with_for_update(skip_locked=True, key_share=True)
            ).all()
            db.session.execute(
                update(table)
                .where(table.id.in_(free))
                .values(is_indexing=False)
                .execution_options(synchronize_session=False)
            )


def learn(words: Iterable[str]) -> None:
    """Keep words that the index has met for the first time."""
    for some in _chunks(sorted(words)):
        db.session.execute(insert(SearchWord), [{"word": word} for word in some])


def note_rebuilt(words: Collection[str], looked_at: datetime) -> None:
    """The index was built anew, of texts with these words."""
    db.session.execute(delete(SearchWord))
    learn(words)
    db.session.execute(delete(SearchState))
    db.session.execute(
        insert(SearchState).values(
            id=1,
            version=analysis.VERSION,
            built_at=datetime.now(UTC),
            built_words=len(words),
            looked_at=looked_at,
        )
    )


def forget_everything_gone() -> None:
    """Have the index and its list of words built anew, so that nothing of what is gone is left."""
    db.session.execute(delete(SearchState))
    jobs.nudge("search")


def note_looked(moment: datetime | None = None) -> None:
    """Texts that the clock made public up to now are in the index."""
    db.session.execute(update(SearchState).values(looked_at=moment or clock.now()))


def _chunks(items: Collection[T]) -> Iterable[list[T]]:
    listed = list(items)
    return (listed[start : start + 500] for start in range(0, len(listed), 500))
