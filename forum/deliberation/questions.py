"""Lists of questions, each a range of an index; counts come from counters. Part of `queries`."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, func, literal, select

from forum.accounts.bylines import Byline
from forum.accounts.models import Bench, Organisation, User
from forum.deliberation.listing import PAGE, Listing
from forum.deliberation.models import Comment, Question, QuestionState, Visibility
from forum.deliberation.queries import first_comments, with_replies
from forum.deliberation.speaking import byline_of_row
from forum.kernel.db import db
from forum.positions.models import Party
from forum.recommendations.models import Recommendation


def listed(
    recommendation_id: int,
    state: QuestionState,
    *,
    before: int | None = None,
    reader_id: int | None = None,
) -> Listing:
    """A page of a recommendation's questions, newest first, each with what answered it."""
    given = {
        "recommendation_id": recommendation_id,
        "state": state,
        "before": before,
        "at_most": PAGE + 1,
        "reader_id": reader_id,
    }
    roots = [root for root, *_rest in first_comments(_page(before is not None), given)]
    roots.sort(key=lambda comment: comment.number, reverse=True)
    page = Listing(roots[:PAGE])
    if len(roots) > PAGE:
        page.older = page.comments[-1].number
    return page


@lru_cache
def _page(is_narrowed: bool) -> Select[Any]:
    wanted = [
        Question.recommendation_id == bindparam("recommendation_id"),
        Question.state == bindparam("state"),
        Question.is_listed,
    ]
    if is_narrowed:
        wanted.append(Question.number < bindparam("before"))
    firsts = (
        # Neither drawn nor scored, as other lists are.
        select(
            Question.comment_id.label("id"), literal(0).label("source"), literal(0).label("score")
        )
        .where(*wanted)
        .order_by(Question.number.desc())
        .limit(bindparam("at_most"))
        .cte("firsts")
    )
    return with_replies(firsts)


@dataclass(frozen=True, slots=True)
class Line:
    """A question put to a party, as one of a list of several recommendations."""

    id: int
    number: int
    slug: str
    title: str
    """The short title of its recommendation."""
    html: str
    posted_at: datetime
    byline: Byline
    reply_count: int


def put_to_party(
    party_id: int, state: QuestionState, *, before: int | None = None, limit: int = PAGE
) -> tuple[list[Line], int | None]:
    """Questions to a party, newest first, and `before` of the next page."""
    wanted = [Question.party_id == party_id, Question.state == state, Question.is_listed]
    if before is not None:
        wanted.append(Question.comment_id < before)
    found = (
        select(Question.comment_id)
        .where(*wanted)
        .order_by(Question.comment_id.desc())
        .limit(limit + 1)
        .cte("found")
    )
    rows = db.session.execute(
        select(
            Comment.id,
            Comment.number,
            Recommendation.slug,
            Recommendation.short_title,
            Comment.html,
            Comment.posted_at,
            Comment.reply_count,
            Comment.voice,
            User.appearance,
            User.name,
            User.pseudonym,
            Organisation.name.label("organisation"),
            Bench.name.label("bench"),
            Party.short_name.label("speaking_party"),
        )
        .join(found, found.c.comment_id == Comment.id)
        .join(Recommendation, Recommendation.id == Comment.recommendation_id)
        .join(User, User.id == Comment.author_id)
        .outerjoin(Organisation, Organisation.id == User.organisation_id)
        .outerjoin(Bench, Bench.id == func.coalesce(Organisation.bench_id, User.own_bench_id))
        .outerjoin(Party, Party.id == Comment.party_id)
        .where(Comment.visibility == Visibility.VISIBLE)
        .order_by(Comment.id.desc())
    ).all()
    lines = [
        Line(
            row.id,
            row.number,
            row.slug,
            row.short_title,
            row.html,
            row.posted_at,
            byline_of_row(row),
            row.reply_count,
        )
        for row in rows
    ]
    more = lines[limit - 1].id if len(lines) > limit else None
    return lines[:limit], more


@dataclass(frozen=True)
class Put:
    """Whom a question asks."""

    party_id: int | None
    party: str | None
    to_editorial: bool


def put(comment_id: int) -> Put | None:
    """Whom the question asks that this comment is; None for what is no question."""
    found = db.session.execute(
        select(Question.party_id, Party.short_name, Question.to_editorial)
        .outerjoin(Party, Party.id == Question.party_id)
        .where(Question.comment_id == comment_id)
    ).one_or_none()
    return Put(*found) if found else None
