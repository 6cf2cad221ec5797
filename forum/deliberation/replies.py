"""A first comment with its replies, a page at a time, and where a comment stands.

Part of `queries`. Each page is one statement over a range of an index, whatever the thread holds.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select, union_all
from sqlalchemy.orm import aliased

from forum.accounts.models import Bench, Organisation, User
from forum.deliberation.listing import REPLY_PAGE, CommentView, Edition, Spot, Thread, say_whom
from forum.deliberation.models import Comment, CommentEdition, Question, Visibility
from forum.deliberation.queries import assembled, may_see, own_pending, views, with_authors
from forum.deliberation.speaking import byline_of_row
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.positions.models import Party


def thread(
    recommendation_id: int,
    number: int,
    *,
    before: int | None = None,
    after: int | None = None,
    near: int | None = None,
    reader_id: int | None = None,
) -> Thread:
    """A first comment and a page of its replies, each below what it answers.

    `before` and `after` are numbers of replies where a page ends or begins, `near` that of one it
    has to show. 404 when there is no first comment of this number; `spot` finds that of a reply.
    """
    at, side = next(
        ((n, side) for n, side in ((near, "near"), (before, "before"), (after, "after")) if n),
        (None, "start"),
    )
    given = {
        "recommendation_id": recommendation_id,
        "number": number,
        "at": at,
        "reader_id": reader_id,
    }
    roots = assembled(views(_page_of_replies(side), given))
    if not roots:
        raise NotFound
    root = roots[0]
    found = Thread(root)
    replies = [reply for reply in root.replies if not reply.is_pending]
    has_earlier, has_later = _cut(root, replies, side, at)
    replies = [reply for reply in root.replies if not reply.is_pending]
    if replies and has_earlier:
        found.earlier = replies[0].number
    if replies and has_later:
        found.later = replies[-1].number
    _name_answered(root)
    edited = [view.id for view in found if view.edited_at]
    if edited:
        found.editions = _editions(edited)
    return found


BEFORE_IT = 10
"""Replies shown above one that somebody looks for."""


def _cut(
    root: CommentView, replies: list[CommentView], side: str, at: int | None
) -> tuple[bool, bool]:
    """Take away what was only read to know that there is more: before, after the page."""
    earlier, later = side == "after", side == "before"
    if side == "near":
        order = next((view.reply_order for view in root.with_replies() if view.number == at), 0)
        place = sum(reply.reply_order < order for reply in replies)
        earlier, later = place > BEFORE_IT, len(replies) - place > REPLY_PAGE - BEFORE_IT
        dropped = ([replies[0]] if earlier else []) + ([replies[-1]] if later else [])
    elif side == "before":
        earlier = len(replies) > REPLY_PAGE
        dropped = [replies[0]] if earlier else []
    else:
        later = len(replies) > REPLY_PAGE
        dropped = [replies[-1]] if later else []
    for reply in dropped:
        root.replies.remove(reply)
    if dropped:
        say_whom(root)
    return earlier, later


@lru_cache
def _page_of_replies(side: str) -> Select[Any]:
    """The statement for the first page, or the one before, after or near a reply: built once each.

    Every page is a range of the index on first comment and place, whatever the thread holds.
    """
    in_thread = (
        Comment.recommendation_id == bindparam("recommendation_id"),
        Comment.number == bindparam("number"),
        Comment.root_id.is_(None),
        may_see(Comment),
    )
    root = select(Comment.id).where(*in_thread).cte("root")
    mark = aliased(Comment)
    at = (
        select(mark.reply_order)
        .where(
            mark.recommendation_id == bindparam("recommendation_id"),
            mark.number == bindparam("at"),
            mark.root_id.in_(select(root.c.id)),
        )
        .scalar_subquery()
    )
    place = func.coalesce(at, 0)
    accepted = select(Question.accepted_id).where(
        Question.comment_id.in_(select(root.c.id)), Question.accepted_id.is_not(None)
    )
    replies = (
        select(Comment.id)
        .where(
            Comment.root_id.in_(select(root.c.id)),
            Comment.reply_rank > 0,
            Comment.id.not_in(accepted),  # stands right below the question on every page
        )
        .order_by(Comment.reply_order)
    )
    back = replies.order_by(None).order_by(Comment.reply_order.desc())
    pages = {
        "start": [replies.limit(REPLY_PAGE + 1)],
        "after": [replies.where(Comment.reply_order > place).limit(REPLY_PAGE + 1)],
        "before": [back.where(Comment.reply_order < place).limit(REPLY_PAGE + 1)],
        "near": [
            back.where(Comment.reply_order < place).limit(BEFORE_IT + 1),
            replies.where(Comment.reply_order >= place).limit(REPLY_PAGE - BEFORE_IT + 1),
        ],
    }[side]
    parts = [select(page.cte(f"page_{i}").c.id) for i, page in enumerate(pages)]
    shown = union_all(select(root.c.id), accepted, *parts, own_pending(root)).subquery("shown")
    return with_authors(shown)


def _name_answered(root: CommentView) -> None:
    """Whom replies answer whose answered comment stands on another page: one statement, if any."""
    here = {view.id for view in root.with_replies()}
    apart = [view for view in root.with_replies() if view.is_apart]
    away = {view.parent_id for view in apart} - here
    if not away:
        return
    rows = db.session.execute(
        select(
            Comment.id,
            User.appearance,
            User.name,
            User.pseudonym,
            Organisation.name.label("organisation"),
            Bench.name.label("bench"),
            Comment.voice,
            Party.short_name.label("speaking_party"),
        )
        .outerjoin(Party, Party.id == Comment.party_id)
        .join(User, User.id == Comment.author_id)
        .outerjoin(Organisation, Organisation.id == User.organisation_id)
        .outerjoin(Bench, Bench.id == func.coalesce(Organisation.bench_id, User.own_bench_id))
        .where(Comment.id.in_(away), Comment.visibility == Visibility.VISIBLE)
    )
    names = {row.id: byline_of_row(row) for row in rows}
    for reply in apart:
        reply.answered = reply.answered or names.get(reply.parent_id or 0)


def _editions(comment_ids: Sequence[int]) -> dict[int, list[Edition]]:
    """The earlier texts of these comments, the latest first."""
    found: dict[int, list[Edition]] = {}
    for comment_id, html, replaced_at in db.session.execute(
        select(CommentEdition.comment_id, CommentEdition.html, CommentEdition.replaced_at)
        .where(CommentEdition.comment_id.in_(comment_ids))
        .order_by(CommentEdition.id.desc())
    ):
        found.setdefault(comment_id, []).append(Edition(html, replaced_at))
    return found


def spot(recommendation_id: int, number: int, reader_id: int | None = None) -> Spot:
    """Where the comment of this number stands; 404 when there is none, or none for this reader."""
    root = aliased(Comment)
    found = db.session.execute(
        select(
            Comment.number,
            func.coalesce(root.number, Comment.number),
            func.coalesce(root.reply_count, Comment.reply_count),
            Comment.reply_rank,
        )
        .outerjoin(root, root.id == Comment.root_id)
        .where(
            Comment.recommendation_id == recommendation_id,
            Comment.number == number,
            may_see(Comment),
        ),
        {"reader_id": reader_id},
    ).one_or_none()
    if found is None:
        raise NotFound
    return Spot(*found)
