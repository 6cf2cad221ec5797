"""What is new since somebody's last visit: one mark a member and recommendation.

The mark is the number of the last comment they have seen. Reading never moves it; a POST
does (`marking`). Part of `queries`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, Select, bindparam, func, literal, null, select
from sqlalchemy import cast as sql_cast

from forum.deliberation.models import Comment, ReadingMark, Visibility
from forum.kernel.db import db
from forum.recommendations.models import Recommendation

MOST = 1000
"""New comments counted; beyond it the page says that there are more."""


@dataclass(frozen=True)
class News:
    """What has come in a recommendation since the reader's mark."""

    mark: int | None
    """The number up to which all is known; None for somebody who has never set it."""
    last: int
    """The number of the latest comment as this page was made."""
    by_about: Mapping[int, int] = field(default_factory=dict)
    """How many comments are new, by what they are about."""
    newest: int = 0
    """The number of the latest new comment."""

    @property
    def total(self) -> int:
        """How many are new."""
        return sum(self.by_about.values())

    @property
    def has_more(self) -> bool:
        """Whether there are more than were counted."""
        return self.total >= MOST

    def about(self, about_id: int) -> int:
        """How many are new about one thing."""
        return self.by_about.get(about_id, 0)

    def is_new(self, comment: Any) -> bool:
        """Whether this comment, as a list shows it, is among them."""
        return self.mark is not None and comment.number > self.mark and comment.is_visible


@lru_cache(maxsize=1)
def _since() -> Select[Any]:
    mark = (
        select(ReadingMark.number)
        .where(
            ReadingMark.user_id == bindparam("reader_id"),
            ReadingMark.recommendation_id == bindparam("recommendation_id"),
        )
        .scalar_subquery()
    )
    new = (
        select(Comment.about_id, Comment.number)
        .where(
            Comment.recommendation_id == bindparam("recommendation_id"),
            Comment.number > mark,
            Comment.visibility == Visibility.VISIBLE,
            Comment.author_id != bindparam("reader_id"),
        )
        .order_by(Comment.number)
        .limit(MOST)
        .subquery()
    )
    counted = select(
        new.c.about_id, func.count().label("count"), func.max(new.c.number).label("newest")
    ).group_by(new.c.about_id)
    known: Any = select(sql_cast(null(), Integer), literal(0, Integer), mark)
    return counted.union_all(known)  # type: ignore[return-value]


def since(reader_id: int, recommendation: Recommendation) -> News:
    """What is new to this reader, in one statement that counts no further than `MOST`."""
    given = {"reader_id": reader_id, "recommendation_id": recommendation.id}
    mark, newest, by_about = None, 0, {}
    for about_id, count, number in db.session.execute(_since(), given):
        if about_id is None:
            mark = number
        else:
            by_about[about_id] = count
            newest = max(newest, number)
    return News(mark, recommendation.last_comment_number, by_about, newest)


def next_new(reader_id: int, recommendation_id: int, after: int) -> int | None:
    """The number of the first new comment after this one."""
    mark = select(ReadingMark.number).where(
        ReadingMark.user_id == reader_id, ReadingMark.recommendation_id == recommendation_id
    )
    found: int | None = db.session.scalar(
        select(Comment.number)
        .where(
            Comment.recommendation_id == recommendation_id,
            Comment.number > func.coalesce(mark.scalar_subquery(), 0),
            Comment.number > after,
            Comment.visibility == Visibility.VISIBLE,
            Comment.author_id != reader_id,
        )
        .order_by(Comment.number)
        .limit(1)
    )
    return found


# For the poll, without a session and without a reader ---


@lru_cache(maxsize=1)
def _arrived() -> Select[Any]:
    wanted: Any = bindparam("about_id", type_=Integer)
    new = (
        select(Comment.id)
        .where(
            Comment.recommendation_id == bindparam("recommendation_id"),
            Comment.number > bindparam("number"),
            Comment.visibility == Visibility.VISIBLE,
            (wanted == 0) | (Comment.about_id == wanted),
        )
        .limit(MOST)
        .subquery()
    )
    return select(func.count()).select_from(new)


def arrived(recommendation_id: int, number: int, about_id: int = 0) -> int:
    """How many public comments have come after this number; about one thing, or (0) anything."""
    given = {"recommendation_id": recommendation_id, "number": number, "about_id": about_id}
    return int(db.session.scalar(_arrived(), given) or 0)
