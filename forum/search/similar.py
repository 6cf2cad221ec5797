"""Contributions that say something like what somebody is about to post.

The index names those that share rare words; their texts are then read and compared, so that both
backends offer the same, and nothing is offered that is not public now.
"""

from dataclasses import dataclass

from forum.search import analysis, queries, words
from forum.search.backend import backend
from forum.search.documents import Document, Kind, number_of
from forum.threads import similar

OFFERED = 3
CANDIDATES = 60
ENOUGH = 0.3
"""Of 1, the share of telling words that two texts have in common, from which on one is offered."""
FEWEST = 4
"""Words that tell something, below which nothing can be compared."""
MAX_STEMS = 60
_LENGTH = 180


@dataclass(frozen=True)
class Alike:
    """A contribution as it is offered."""

    number: int
    url: str
    about: str
    name: str
    snippet: str


def find(slug: str, text: str) -> list[Alike]:
    """Public contributions of this recommendation that say much the same, the nearest first."""
    own = _telling(text)
    if len(own) < FEWEST:
        return []
    found = backend().like(sorted(own)[:MAX_STEMS], Kind.COMMENT.value, CANDIDATES)
    documents = queries.load(Kind.COMMENT, [number_of(key) for key in found.keys])
    ranked = sorted(
        (
            (nearness(own, _telling(document.text), found.weights), document)
            for document in documents.values()
            if document.where and document.where.slug == slug
        ),
        key=lambda pair: (-pair[0], pair[1].id),
    )
    return [_alike(document) for near, document in ranked[:OFFERED] if near >= ENOUGH]


def nearness(own: set[str], other: set[str], weights: dict[str, float]) -> float:
    """Twice what both say, of all that they say; rare words weigh more.

    A word that only the other has weighs as much as the own words do on average.
    """
    if not own or not other:
        return 0.0
    usual = sum(weights.get(stem, 0.0) for stem in own) / len(own)
    shared = sum(weights.get(stem, 0.0) for stem in own & other)
    whole = usual * len(own) + sum(weights.get(stem, usual) for stem in other)
    return 2 * shared / whole if whole else 0.0


def _telling(text: str) -> set[str]:
    return {
        token.stem
        for token in analysis.tokens(analysis.normal(text))
        if token.word not in analysis.STOP_WORDS
    }


def _alike(document: Document) -> Alike:
    text = document.text
    short = text if len(text) <= _LENGTH else text[:_LENGTH].rsplit(" ", 1)[0] + " …"
    return Alike(
        document.number or 0,
        words.address(document),
        words.about(document),
        document.byline.name if document.byline else "",
        short,
    )


similar.use(find)
