"""What an index has to offer. It holds no text, only what finds it: pages load what they show.

Two hold to it, chosen by the database in use: `whoosh` in a folder, `postgres` in a table.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from math import log
from typing import Protocol

from flask import current_app

from forum.search.analysis import Query

MOST = 1000
"""Hits beyond this are counted, but no page leads to them."""


@dataclass(frozen=True)
class Entry:
    """A document as the index takes it: analysed, in streams of stems."""

    key: str
    kind: str
    title: list[str]
    body: list[str]
    title_parts: list[str]
    parts: list[str]


@dataclass(frozen=True)
class Hits:
    """The keys of one page of hits, the best first, and how many there are by kind."""

    keys: list[tuple[str, str]] = field(default_factory=list)
    """Kind and key."""
    counts: dict[str, int] = field(default_factory=dict)
    """Of all kinds, whichever were asked for."""


@dataclass(frozen=True)
class Likeness:
    """What shares rare words with a text, and how much each of its words tells."""

    keys: list[str] = field(default_factory=list)
    weights: dict[str, float] = field(default_factory=dict)


RAREST = 12
"""Words of a text that others like it are looked for by: the rest tells little."""


def telling(frequencies: Mapping[str, int], total: int) -> Likeness:
    """How much each stem tells, from how many documents hold it: ln(1 + total / (1 + count))."""
    return Likeness(
        weights={stem: log(1 + total / (1 + count)) for stem, count in frequencies.items()}
    )


def rarest(frequencies: Mapping[str, int]) -> list[str]:
    """The stems to look for, of those that occur at all."""
    known = sorted((count, stem) for stem, count in frequencies.items() if count)
    return [stem for _count, stem in known[:RAREST]]


class Backend(Protocol):
    """An index. Changes are made by whoever holds `exclusive()`, and by nobody else."""

    name: str
    in_database: bool
    """Whether changes belong to the unit of work they are made in."""

    def exclusive(self, wait: float) -> AbstractContextManager[bool]:
        """Be the only indexer, in all processes; False after `wait` seconds in vain."""
        ...

    def exists(self) -> bool:
        """Whether there is an index to add to."""
        ...

    def update(self, put: Iterable[Entry], remove: Collection[str]) -> None:
        """Replace and remove documents, all or nothing."""
        ...

    def rebuild(self, entries: Iterable[Entry]) -> None:
        """Put a new index in the place of the old, which answers until then."""
        ...

    def find(self, query: Query, kinds: Collection[str], limit: int, offset: int) -> Hits:
        """Documents in which every group of the query occurs; `kinds` empty means all."""
        ...

    def like(self, stems: Sequence[str], kind: str, limit: int) -> Likeness:
        """Documents of a kind that share the rarest of these stems, the best first."""
        ...

    def count(self) -> int:
        """How many documents the index holds."""
        ...


def backend() -> Backend:
    """The index of this app."""
    found: Backend | None = current_app.extensions.get("forum_search")
    if found is None:
        config = current_app.config["FORUM"]
        if config.database_url.startswith("postgresql"):
            from forum.search.postgres import PostgresBackend

            found = PostgresBackend()
        else:
            from forum.search.whoosh import WhooshBackend

            found = WhooshBackend(config.DATA / "index")
        current_app.extensions["forum_search"] = found
    return found
