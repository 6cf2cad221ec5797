"""Which comments a list shows, and in which order, as the tables find them.

A list is all first comments under one thing that have the same facets. Each choice of filters is
one number, and a comment has a row for each choice that lists it: so every list, whatever it is
narrowed to, is one range of an index.
"""

import enum
from collections.abc import Iterator
from dataclasses import dataclass

from forum.deliberation.models import CommentKind


class Order(enum.StrEnum):
    """How a list is ordered."""

    BRIDGE = "bruecke"
    NEWEST = "neueste"
    CONTROVERSIAL = "kontrovers"


_KINDS = {kind: number for number, kind in enumerate(CommentKind, 1)}
_ANSWERED, WHO = 8, 16  # the kind takes three bits, the mark one, and who wrote it the rest


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; None or False: not by this."""

    kind: CommentKind | None = None
    bench_id: int | None = None
    organisation_id: int | None = None
    answered: bool = False
    """Only comments that the Redaktion has answered."""

    @property
    def facet(self) -> int:
        """The number of this choice. An organisation is narrower than its bench."""
        who = 0
        if self.organisation_id is not None:
            who = by_organisation(self.organisation_id)
        elif self.bench_id is not None:
            who = by_bench(self.bench_id)
        return facet(self.kind, who, answered=self.answered)


def by_bench(bench_id: int) -> int:
    """Written by somebody who shows this bench."""
    return 2 * bench_id


def by_organisation(organisation_id: int) -> int:
    """Written by somebody who appears with this organisation."""
    return 2 * organisation_id + 1


def facet(kind: CommentKind | None, who: int = 0, *, answered: bool = False) -> int:
    """The number of one choice of filters."""
    return who * WHO + answered * _ANSWERED + (_KINDS[kind] if kind else 0)


def facets(kind: CommentKind, who: Iterator[int] | list[int], *, answered: bool) -> list[int]:
    """Every choice of filters that lists a comment with these."""
    return [
        facet(one_kind, one_who, answered=one_answered)
        for one_kind in (None, kind)
        for one_who in (0, *who)
        for one_answered in ({False, answered})
    ]
