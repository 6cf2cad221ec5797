"""The index in a table, by PostgreSQL's full text search.

Lexemes and their places are written as literals: PostgreSQL's own parser and dictionaries would
take words apart („F&E“) or drop them, and both backends are to find the same.
"""

import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice

from sqlalchemy import cast, delete, func, literal, select, union_all
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR, insert

from forum.kernel.db import db
from forum.search.analysis import Query
from forum.search.backend import MOST, Entry, Hits, Likeness, rarest, telling
from forum.search.models import SearchDocument

_LOCK = 0x666F72756D  # „forum“: the number of the advisory lock
_LAST_PLACE = 16383
_GAP = 10
_OFTEN = 2000
"""A word in so many documents tells nothing; it is counted no further."""


class PostgresBackend:
    """The index in the table `search_documents`."""

    name = "postgresql"
    in_database = True

    @contextmanager
    def exclusive(self, wait: float) -> Iterator[bool]:
        """An advisory lock on a connection of its own; it ends with the process."""
        deadline = time.monotonic() + wait
        with db.engine.connect() as connection:
            while not connection.scalar(select(func.pg_try_advisory_lock(_LOCK))):
                connection.rollback()
                if time.monotonic() >= deadline:
                    yield False
                    return
                time.sleep(0.05)
            connection.rollback()  # the lock is the connection's, not the transaction's
            try:
                yield True
            finally:
                connection.execute(select(func.pg_advisory_unlock(_LOCK)))
                connection.rollback()

    def exists(self) -> bool:
        """The table always is."""
        return True

    def update(self, put: Iterable[Entry], remove: Collection[str]) -> None:
        """Part of the unit of work."""
        if remove:
            db.session.execute(delete(SearchDocument).where(SearchDocument.key.in_(remove)))
        rest = iter(put)
        while some := list(islice(rest, 200)):
            statement = insert(SearchDocument).values([_row(entry) for entry in some])
            db.session.execute(
                statement.on_conflict_do_update(
                    index_elements=["key"],
                    set_={"kind": statement.excluded.kind, "vector": statement.excluded.vector},
                )
            )

    def rebuild(self, entries: Iterable[Entry]) -> None:
        """Others read the old rows until the unit of work is committed."""
        db.session.execute(delete(SearchDocument))
        self.update(entries, ())

    def find(self, query: Query, kinds: Collection[str], limit: int, offset: int) -> Hits:
        """Two statements: how many by kind, and one page."""
        if not query:
            return Hits()
        asked = cast(_tsquery(query), TSQUERY)
        matches = SearchDocument.vector.op("@@")(asked)
        rows = db.session.execute(
            select(SearchDocument.kind, func.count()).where(matches).group_by(SearchDocument.kind)
        )
        counts = {kind: count for kind, count in rows}  # noqa: C416 - rows are no tuples to mypy
        end = min(offset + limit, MOST)
        if offset >= end or not counts:
            return Hits([], counts)
        rank = func.ts_rank(SearchDocument.vector, asked)
        page = (
            select(SearchDocument.kind, SearchDocument.key)
            .where(matches)
            .order_by(rank.desc(), SearchDocument.key)
            .limit(end - offset)
            .offset(offset)
        )
        if kinds:
            page = page.where(SearchDocument.kind.in_(kinds))
        keys = [(kind, key) for kind, key in db.session.execute(page)]
        return Hits(keys, counts)

    def like(self, stems: Sequence[str], kind: str, limit: int) -> Likeness:
        """Two statements: how often each stem occurs, counted no further than `_OFTEN`; a page."""
        if not stems:
            return Likeness()
        matches = SearchDocument.vector.op("@@")
        counted = [
            select(
                literal(stem).label("stem"),
                select(func.count())
                .select_from(
                    select(SearchDocument.key)
                    .where(matches(cast(_quoted(stem), TSQUERY)))
                    .limit(_OFTEN)
                    .subquery()
                )
                .scalar_subquery(),
            )
            for stem in stems
        ]
        frequencies = {row[0]: row[1] for row in db.session.execute(union_all(*counted))}
        found = telling(frequencies, max(self.count(), 1))
        if wanted := rarest(frequencies):
            asked = cast(" | ".join(_quoted(stem) for stem in wanted), TSQUERY)
            rank = func.ts_rank(SearchDocument.vector, asked)
            found.keys.extend(
                db.session.scalars(
                    select(SearchDocument.key)
                    .where(matches(asked), SearchDocument.kind == kind)
                    .order_by(rank.desc(), SearchDocument.key)
                    .limit(limit)
                )
            )
        return found

    def count(self) -> int:
        """Rows."""
        return db.session.scalar(select(func.count()).select_from(SearchDocument)) or 0


def _row(entry: Entry) -> dict[str, object]:
    return {"key": entry.key, "kind": entry.kind, "vector": cast(_tsvector(entry), TSVECTOR)}


def _tsvector(entry: Entry) -> str:
    """`'lexem':1A,7B`: title first, then the text; parts stand at the end, next to nothing."""
    places: dict[str, list[str]] = {}
    for number, stem in enumerate(entry.title, 1):
        places.setdefault(stem, []).append(f"{min(number, _LAST_PLACE - 1)}A")
    for number, stem in enumerate(entry.body, len(entry.title) + _GAP):
        if number < _LAST_PLACE - _GAP:
            places.setdefault(stem, []).append(f"{number}B")
        else:
            places.setdefault(stem, [f"{_LAST_PLACE}B"])
    for stem in entry.title_parts:
        places.setdefault(stem, [f"{_LAST_PLACE}C"])
    for stem in entry.parts:
        places.setdefault(stem, [f"{_LAST_PLACE}D"])
    return " ".join(f"{_quoted(stem)}:{','.join(where[:255])}" for stem, where in places.items())


def _tsquery(query: Query) -> str:
    return " & ".join(_phrase(group) for group in query.groups)


def _phrase(group: Sequence[str]) -> str:
    return "(" + " <-> ".join(_quoted(stem) for stem in group) + ")"


def _quoted(stem: str) -> str:
    escaped = stem.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
