"""What an index has to offer. It holds no text, only what finds it: pages load what they show.

Two hold to it, chosen by the database in use: `whoosh` in a folder, `postgres` in a table.
"""

from collections.abc import Collection, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
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
