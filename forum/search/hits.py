"""One page of hits: found in the index, then read from the database, which has the last word."""

from collections import Counter
from dataclasses import dataclass, field

from markupsafe import Markup

from forum.positions.words import day
from forum.search import analysis, queries, words
from forum.search.analysis import Query
from forum.search.backend import MOST, backend
from forum.search.documents import Document, Kind, number_of

PAGE = 20


@dataclass(frozen=True)
class Hit:
    """A document as the page shows it."""

    document: Document
    title: Markup
    snippet: Markup

    @property
    def place(self) -> str:
        """What it is, and where it stands."""
        return words.place(self.document)

    @property
    def day(self) -> str:
        """When it was published or written."""
        return day(self.document.at) if self.document.at else ""

    @property
    def url(self) -> str:
        """Where it leads."""
        return words.address(self.document)


@dataclass(frozen=True)
class Found:
    """A page of hits and what stands around it."""

    query: Query = field(default_factory=Query)
    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    counts: dict[Kind, int] = field(default_factory=dict)
    page: int = 1

    @property
    def first(self) -> int:
        """The number of the first hit shown."""
        return (self.page - 1) * PAGE + 1

    @property
    def last(self) -> int:
        """The number of the last hit shown."""
        return self.first + len(self.hits) - 1

    @property
    def has_next(self) -> bool:
        """Whether a further page leads on."""
        return self.page * PAGE < min(self.total, MOST)

    @property
    def is_cut(self) -> bool:
        """Whether there are more hits than pages lead to."""
        return self.total > MOST

    @property
    def all(self) -> int:
        """Hits of every kind."""
        return sum(self.counts.values())


def find(query: Query, kind: Kind | None, page: int) -> Found:
    """Search, and show what the database vouches for: one statement for each kind on the page."""
    kinds = (kind.value,) if kind else ()
    answer = backend().find(query, kinds, PAGE, (page - 1) * PAGE)
    wanted: dict[Kind, set[int]] = {}
    for name, document_key in answer.keys:
        wanted.setdefault(Kind(name), set()).add(number_of(document_key))
    documents = {
        document.key: document
        for one, ids in wanted.items()
        for document in queries.load(one, ids).values()
    }
    counts = Counter({Kind(name): count for name, count in answer.counts.items()})
    counts.subtract(
        Kind(name) for name, document_key in answer.keys if document_key not in documents
    )
    return Found(
        query=query,
        hits=[_hit(documents[k], query) for _name, k in answer.keys if k in documents],
        total=counts[kind] if kind else counts.total(),
        counts={one: counts[one] for one in Kind if counts[one] > 0},
        page=page,
    )


def _hit(document: Document, query: Query) -> Hit:
    title = document.title or words.about(document)
    return Hit(
        document=document,
        title=analysis.highlight(title, query, length=1000),
        snippet=analysis.highlight(document.text, query),
    )
