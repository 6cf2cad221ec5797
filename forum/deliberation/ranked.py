"""Reading first comments in an order: every page of every list is one range of an index.

Part of `queries`. A list is a thing and a choice of filters (`facets`); a page begins where the one
before has ended, by what it was ordered by, so that it stays the same page while others write.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Self

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    bindparam,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)

from forum.accounts.models import Bench, Organisation
from forum.deliberation import bridging
from forum.deliberation.facets import WHO, Filters, Order
from forum.deliberation.listing import PAGE, CommentView, Listing
from forum.deliberation.models import Comment, CommentRank, Visibility
from forum.deliberation.queries import READER, first_comments, may_see, with_replies
from forum.kernel import clock
from forum.kernel.db import db

DRAWN = 4
"""Of the first comments of „Brücke“, so many stand there by lot."""
_IN_ORDER, _BY_LOT, _PINNED, _PENDING = range(4)

_R: Any = CommentRank.__table__.c
_SCORES = {Order.BRIDGE: _R.bridge, Order.CONTROVERSIAL: _R.controversy}
_HERE = (_R.scope_id == bindparam("scope_id"), _R.facet == bindparam("facet"))
_MOST: BindParameter[Any] = bindparam("at_most", type_=Integer)


@dataclass(frozen=True)
class Cursor:
    """Where a page of an order by scores ends, and where the day's ring began on its first page."""

    score: int
    number: int
    start: int = 0

    def __str__(self) -> str:
        return f"{self.score}.{self.number}.{self.start}"

    @classmethod
    def of(cls, text: str) -> Self | None:
        """From an address; None for what is none."""
        parts = text.split(".")
        limits = (bridging.RING, bridging.RING, bridging.RING)
        if len(parts) != len(limits) or not all(
            part.removeprefix("-").isdecimal() and part.isascii() for part in parts
        ):
            return None
        numbers = [int(part) for part in parts if len(part) <= 11]
        if len(numbers) < len(limits) or not all(
            -1 <= n < limit for n, limit in zip(numbers, limits, strict=True)
        ):
            return None
        return cls(*numbers)


def page(
    scope_id: int,
    recommendation_id: int,
    *,
    order: Order = Order.NEWEST,
    chosen: Filters | None = None,
    before: int | None = None,
    after: int | None = None,
    cursor: Cursor | None = None,
    pinned: int | None = None,
    reader_id: int | None = None,
    limit: int = PAGE,
) -> Listing:
    """A page of the first comments about `scope_id`, or anywhere in the recommendation.

    `before` and `after` continue the newest, `cursor` the other orders. The comment with the number
    `pinned` stands on top, whatever the list is narrowed to. Whoever reads (`reader_id`) sees their
    own pending comments above the first page.
    """
    is_first = before is None and after is None and cursor is None
    start = cursor.start if cursor else bridging.day_point(clock.today())
    statement = _statement(
        order,
        before is not None,
        after is not None,
        cursor is not None,
        pinned is not None,
        is_first and reader_id is not None,
    )
    given = {
        "scope_id": scope_id,
        "facet": (chosen or Filters()).facet,
        "recommendation_id": recommendation_id,
        "before": before,
        "after": after,
        "score": cursor.score if cursor else None,
        "number": cursor.number if cursor else None,
        "start": start,
        "pinned": pinned,
        "reader_id": reader_id,
        "at_most": limit + 1,
    }
    found = first_comments(statement, given)
    by_source: list[list[tuple[CommentView, int]]] = [[], [], [], []]
    for view, source, score in found:
        by_source[source].append((view, score))
    on_top = [
        view
        for source in (_PINNED, _PENDING)
        for view, _score in sorted(by_source[source], key=lambda pair: -pair[0].number)
    ]
    rows = sorted(by_source[_IN_ORDER], key=lambda pair: (-pair[1], -pair[0].number))
    if order is Order.NEWEST:
        listing = _by_number(rows, before, after, limit)
    else:
        listing = _by_score(rows, by_source[_BY_LOT], start, limit)
    listing.is_continued = cursor is not None
    listing.comments = on_top + listing.comments
    return listing


def _by_number(
    rows: list[tuple[CommentView, int]], before: int | None, after: int | None, limit: int
) -> Listing:
    has_more = len(rows) > limit
    views = [view for view, _number in rows]
    views = (views[-limit:] if after is not None else views[:limit]) if has_more else views
    listing = Listing(views)
    if views:
        if (after is not None and has_more) or before is not None:
            listing.newer = views[0].number
        if (after is None and has_more) or after is not None:
            listing.older = views[-1].number
    return listing


def _by_score(
    rows: list[tuple[CommentView, int]],
    lots: list[tuple[CommentView, int]],
    start: int,
    limit: int,
) -> Listing:
    """The rows in order; on the first page every fifth place goes to those drawn by lot.

    Where all of the list fits on the page, nobody needs to be drawn.
    """
    if len(rows) + len(lots) <= limit:
        everything = sorted((*rows, *lots), key=lambda pair: (-pair[1], -pair[0].number))
        return Listing([view for view, _score in everything])
    drawn = sorted((view for view, _score in lots), key=lambda view: _from(start, view.number))
    here = rows[: limit - len(drawn)]
    views = [view for view, _score in here]
    for turn, view in enumerate(drawn, 1):
        views.insert(turn * limit // DRAWN - 1, view)
    listing = Listing(views, drawn=frozenset(view.id for view in drawn))
    if len(here) < len(rows):
        last, score = here[-1]
        listing.further = str(Cursor(score, last.number, start))
    return listing


def _from(start: int, number: int) -> int:
    """How far from the day's point a comment stands on the ring."""
    return (bridging.lot(number) - start) % bridging.RING


@lru_cache(maxsize=64)
def _statement(
    order: Order,
    has_before: bool,
    has_after: bool,
    has_cursor: bool,
    has_pinned: bool,
    with_pending: bool,
) -> Select[Any]:
    """The statement of a page: built once for each form it takes."""
    more: list[ColumnElement[bool]] = []
    parts: list[Any] = []
    score = _SCORES.get(order, _R.number)
    if has_pinned:
        more.append(_R.number != bindparam("pinned"))
        parts.append(_pinned())
    if with_pending:
        parts.append(_pending())
    if order is Order.BRIDGE:
        lots = _lots(more)
        more.append(_R.comment_id.not_in(select(lots.c.id)))
        if not has_cursor:
            parts.append(select(lots.c.id, lots.c.source, lots.c.score))
    if order is Order.NEWEST:
        if has_before:
            more.append(_R.number < bindparam("before"))
        if has_after:
            more.append(_R.number > bindparam("after"))
        by = [_R.number.asc() if has_after else _R.number.desc()]
    else:
        if has_cursor:
            last = tuple_(bindparam("score", type_=Integer), bindparam("number", type_=Integer))
            more.append(tuple_(score, _R.number) < last)
        by = [score.desc(), _R.number.desc()]
    in_order = (
        select(
            _R.comment_id.label("id"),
            literal(_IN_ORDER, Integer).label("source"),
            score.label("score"),
        )
        .where(*_HERE, *more)
        .order_by(*by)
        .limit(_MOST)
        .subquery("in_order")
    )
    firsts = union_all(select(in_order.c.id, in_order.c.source, in_order.c.score), *parts).cte(
        "firsts"
    )
    return with_replies(firsts)


def _lots(more: list[ColumnElement[bool]]) -> Any:
    """The first of the ring from the day's point on, and round to its beginning."""
    start: Any = bindparam("start", type_=Integer)

    def lap(number: int, part: ColumnElement[bool]) -> Any:
        found = (
            select(
                _R.comment_id.label("id"),
                _R.bridge.label("score"),
                literal(number, Integer).label("lap"),
                _R.lot.label("lot"),
            )
            .where(*_HERE, part, *more)
            .order_by(_R.lot)
            .limit(DRAWN)
            .subquery(f"lap_{number}")
        )
        return select(found.c.id, found.c.score, found.c.lap, found.c.lot)

    laps = union_all(lap(0, _R.lot >= start), lap(1, _R.lot < start)).subquery("laps")
    return (
        select(laps.c.id, literal(_BY_LOT, Integer).label("source"), laps.c.score)
        .order_by(laps.c.lap, laps.c.lot)
        .limit(DRAWN)
        .cte("lots")
    )


def _in_scope() -> ColumnElement[bool]:
    scope: Any = bindparam("scope_id")
    return or_(Comment.about_id == scope, Comment.recommendation_id == scope)


def _pinned() -> Any:
    return select(
        Comment.id, literal(_PINNED, Integer).label("source"), Comment.number.label("score")
    ).where(
        Comment.recommendation_id == bindparam("recommendation_id"),
        Comment.number == bindparam("pinned"),
        Comment.root_id.is_(None),
        Comment.visibility != Visibility.PENDING,
        may_see(Comment),
        _in_scope(),
    )


def _pending() -> Any:
    found = (
        select(Comment.id, Comment.number)
        .where(
            Comment.author_id == READER,
            Comment.visibility == Visibility.PENDING,
            Comment.root_id.is_(None),
            _in_scope(),
        )
        .order_by(Comment.number.desc())
        .limit(PAGE)
        .subquery("pending")
    )
    return select(
        found.c.id, literal(_PENDING, Integer).label("source"), found.c.number.label("score")
    )


# What a list can be narrowed to ---


@dataclass(frozen=True, slots=True)
class Choice:
    """A bench or an organisation with comments in a list."""

    id: int
    slug: str
    name: str
    bench_id: int | None
    """The bench an organisation sits on, or of a bench its own key."""


@dataclass(frozen=True)
class Choices:
    """By whom the comments of a list were written."""

    benches: list[Choice]
    organisations: list[Choice]


MOST_CHOICES = 300
"""Organisations offered; more would be a page of their own."""


@lru_cache(maxsize=1)
def _choices() -> Select[Any]:
    def listed(who: Any) -> ColumnElement[bool]:
        return (
            select(_R.number)
            .where(_R.scope_id == bindparam("scope_id"), _R.facet == who * WHO)
            .exists()
        )

    benches = select(
        Bench.id,
        Bench.slug,
        Bench.name,
        Bench.id.label("bench_id"),
        literal(0, Integer).label("kind"),
        Bench.position,
    ).where(listed(Bench.id * 2))
    organisations = (
        select(
            Organisation.id,
            Organisation.slug,
            Organisation.name,
            Organisation.bench_id,
            literal(1, Integer).label("kind"),
            literal(0, Integer).label("position"),
        )
        .where(listed(Organisation.id * 2 + 1))
        .order_by(Organisation.slug != bindparam("asked"), Organisation.name)
        .limit(MOST_CHOICES)
        .subquery()
    )
    both: Any = union_all(benches, select(organisations)).subquery()
    return select(both).order_by(both.c.kind, both.c.position, both.c.name)


def choices(scope_id: int, asked: str = "") -> Choices:
    """The benches and organisations whose people have written first comments here.

    The organisation `asked` for, by its slug, is among them however many there are.
    """
    found = Choices([], [])
    for row in db.session.execute(_choices(), {"scope_id": scope_id, "asked": asked}):
        lists = (found.benches, found.organisations)
        lists[row.kind].append(Choice(row.id, row.slug, row.name, row.bench_id))
    return found
