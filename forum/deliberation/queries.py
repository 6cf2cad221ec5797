"""Reading comments: what an action decides on, and the lists that pages show.

Lists are read as columns, in one statement each, whatever the number of comments: the first
comments of a page by number, and with each its first replies by rank.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    bindparam,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased, joinedload

from forum.accounts.bylines import Byline
from forum.accounts.models import Bench, Organisation, User
from forum.deliberation.listing import (
    REPLIES,
    CommentView,
    say_whom,
)
from forum.deliberation.models import Comment, Question, Visibility
from forum.deliberation.speaking import spoken
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.positions.models import Party, Position, Thesis
from forum.recommendations.models import Subject

_parent = aliased(Comment, name="parent")
_named = aliased(Party, name="named")

_COLUMNS: tuple[Any, ...] = (
    Comment.id,
    Comment.number,
    Comment.kind,
    Comment.root_id,
    Comment.parent_id,
    _parent.number.label("parent_number"),
    Comment.about_id,
    Subject.kind.label("about_kind"),
    Subject.number.label("about_number"),
    Thesis.position.label("about_place"),
    Thesis.slug.label("about_thesis"),
    Party.slug.label("about_party"),
    Party.short_name.label("about_party_name"),
    Comment.author_id,
    User.appearance,
    User.name,
    User.pseudonym,
    Organisation.name.label("organisation"),
    Bench.name.label("bench"),
    Comment.html,
    Comment.edited_at,
    Comment.visibility,
    Comment.posted_at,
    Comment.answered_or_rated,
    Comment.hidden_reason,
    Comment.reply_rank,
    Comment.reply_count,
    Comment.depth,
    Comment.reply_order,
    Comment.voice,
    _named.short_name.label("named_party"),
    _named.id.label("named_id"),
    _named.slug.label("named_slug"),
    Question.state.label("question_state"),
    Question.to_editorial,
    Question.accepted_id,
    Question.accepted_by_editorial,
)
_PLACES = [column.key for column in _COLUMNS]
_VOICE, _NAMED = _PLACES.index("voice"), _PLACES.index("named_party")
_NOBODY = Byline("", "")


def views(statement: Select[Any], given: dict[str, Any] | None = None) -> list[CommentView]:
    return [_view(row) for row in db.session.execute(statement, given or {})]


def with_authors(ids: Any) -> Select[Any]:
    statement: Select[Any] = (
        select(*_COLUMNS)
        .join(ids, ids.c.id == Comment.id)
        .join(Subject, Subject.id == Comment.about_id)
        .join(User, User.id == Comment.author_id)
        .outerjoin(Organisation, Organisation.id == User.organisation_id)
        .outerjoin(Bench, Bench.id == func.coalesce(Organisation.bench_id, User.own_bench_id))
        .outerjoin(_parent, _parent.id == Comment.parent_id)
        .outerjoin(Position, Position.id == Comment.about_id)
        .outerjoin(Party, Party.id == Position.party_id)
        .outerjoin(Thesis, Thesis.id == func.coalesce(Position.thesis_id, Comment.about_id))
        .outerjoin(Question, Question.comment_id == Comment.id)
        # The party that answers here, or that this asks.
        .outerjoin(_named, _named.id == func.coalesce(Comment.party_id, Question.party_id))
    )
    return statement


def _view(row: Any) -> CommentView:
    """A row of `_COLUMNS`: what it is, who wrote it, what it says, and the rest."""
    appearance, name, pseudonym, organisation, bench, html, edited_at, visibility = row[14:22]
    if visibility in {Visibility.VISIBLE, Visibility.PENDING}:
        voice, party = row[_VOICE], row[_NAMED]
        who = spoken(voice, party, appearance, name, pseudonym, organisation, bench)
    else:
        who, html, edited_at = _NOBODY, "", None
    fields: list[Any] = [*row[:14], who, html, edited_at, visibility, *row[22:]]
    return CommentView(*fields)


def with_replies(firsts: Any) -> Select[Any]:
    """These first comments (a CTE of `id`, `source` and `score`) with the first replies of each."""
    reply = aliased(Comment)
    shown = union_all(
        select(firsts.c.id),
        select(reply.id)
        .join(firsts, firsts.c.id == reply.root_id)
        .where(reply.reply_rank.between(1, REPLIES)),
        select(Question.accepted_id)
        .join(firsts, firsts.c.id == Question.comment_id)
        .where(Question.accepted_id.is_not(None)),
        own_pending(firsts),
    ).subquery("shown")
    return (
        with_authors(shown)
        .outerjoin(firsts, firsts.c.id == Comment.id)
        .add_columns(firsts.c.source, firsts.c.score)
    )


def first_comments(
    statement: Select[Any], given: dict[str, Any]
) -> list[tuple[CommentView, int, int]]:
    """First comments, their replies below them, each with its `source` and `score`."""
    rows = db.session.execute(statement, given).all()
    found = {row.id: (row.source, row.score) for row in rows}
    found_views = assembled(_view(row[: len(_COLUMNS)]) for row in rows)
    return [(view, *found[view.id]) for view in found_views]


READER: ColumnElement[int | None] = bindparam("reader_id", type_=Integer)


def may_see(comment: Any) -> ColumnElement[bool]:
    """What waits for its author's confirmation is for that author (`reader_id`) alone."""
    return or_(comment.visibility != Visibility.PENDING, comment.author_id == READER)


def own_pending(roots: Any) -> Select[Any]:
    """The reader's own replies under these first comments that nobody else sees yet."""
    reply = aliased(Comment)
    return (
        select(reply.id)
        .join(roots, roots.c.id == reply.root_id)
        .where(reply.visibility == Visibility.PENDING, reply.author_id == READER)
    )


def assembled(views: Iterable[CommentView]) -> list[CommentView]:
    """First comments with their replies below them, in the order these came."""
    roots: dict[int, CommentView] = {}
    found: dict[int, CommentView] = {}
    for view in views:
        (roots if view.root_id is None else found)[view.id] = view
    replies = list(found.values())
    replies.sort(key=lambda reply: (reply.is_pending, reply.reply_order, reply.number))
    for reply in replies:
        root = roots.get(reply.root_id or 0)
        if root is not None and root.accepted_id == reply.id and reply.is_visible:
            root.accepted = reply
        elif root is not None:
            root.replies.append(reply)
    for root in roots.values():
        say_whom(root)
    return list(roots.values())


def numbered(recommendation_id: int, number: int, reader_id: int | None = None) -> Comment:
    """The comment of this number, to answer or to change it; 404 when there is none."""
    return _one_comment(
        reader_id, Comment.recommendation_id == recommendation_id, Comment.number == number
    )


def by_id(recommendation_id: int, comment_id: int, reader_id: int | None = None) -> Comment:
    """A comment of this recommendation; 404 when it has none with this key."""
    return _one_comment(
        reader_id, Comment.recommendation_id == recommendation_id, Comment.id == comment_id
    )


def pending_count(author_id: int) -> int:
    """How many comments of this author wait for their confirmation."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Comment)
            .where(Comment.author_id == author_id, Comment.visibility == Visibility.PENDING)
        )
        or 0
    )


def _one_comment(reader_id: int | None, *wanted: ColumnElement[bool]) -> Comment:
    found = db.session.scalars(
        select(Comment)
        .where(*wanted, may_see(Comment))
        .options(
            joinedload(Comment.author).joinedload(User.organisation).joinedload(Organisation.bench),
            joinedload(Comment.author).joinedload(User.own_bench),
        ),
        {"reader_id": reader_id},
    ).one_or_none()
    if found is None:
        raise NotFound
    return found
