"""Reading comments: what an action decides on, and the lists that pages show.

Lists are read as columns, in one statement each, whatever the number of comments: the first
comments of a page by number, and with each its first replies by rank.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased, joinedload

from forum.accounts.models import Bench, Organisation, User
from forum.ballots.queries import was_voted_on
from forum.deliberation.bylines import Byline, byline
from forum.deliberation.listing import (
    PAGE,
    REPLIES,
    REPLY_PAGE,
    CommentView,
    Edition,
    Listing,
    Spot,
    Thread,
)
from forum.deliberation.models import Comment, CommentEdition, CommentKind, Visibility
from forum.deliberation.policy import ABOUT
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.positions.models import PositionVersion
from forum.positions.policy import public as answers_public
from forum.recommendations.models import (
    Consultation,
    Place,
    Recommendation,
    Subject,
    SubjectKind,
    Version,
    Wording,
)
from forum.recommendations.policy import public

# What an action decides on ------------------------------------------------------------


@dataclass(frozen=True)
class Scene:
    """What somebody wants to write about, its recommendation and round, the row locked."""

    about: Subject
    recommendation: Recommendation


def scene(about_id: int) -> Scene:
    """What can be written about, locked first of all; 404 for what is not public."""
    now = clock.now()
    found = (
        db.session.execute(
            select(Subject, Recommendation)
            .join(
                Recommendation,
                Recommendation.id == func.coalesce(Subject.recommendation_id, Subject.id),
            )
            .where(
                Subject.id == about_id,
                Subject.kind.in_(ABOUT),
                _has_public_version(now),
                _stands_in_public(now),
            )
            .options(
                joinedload(Recommendation.consultation, innerjoin=True).joinedload(
                    Consultation.phases
                )
            )
            .with_for_update(key_share=True, of=Subject)
        )
        .unique()
        .one_or_none()
    )
    if found is None:
        raise NotFound
    return Scene(*found)


def _has_public_version(now: datetime) -> ColumnElement[bool]:
    return exists(
        select(Version.id).where(Version.recommendation_id == Recommendation.id, public(now))
    )


def _stands_in_public(now: datetime) -> ColumnElement[bool]:
    """Paragraphs with a public wording, positions with a public version, and all others."""
    in_text = exists(
        select(Wording.id)
        .join(Place, Place.wording_id == Wording.id)
        .join(Version, Version.id == Place.version_id)
        .where(Wording.paragraph_id == Subject.id, public(now))
    )
    answered = exists(
        select(PositionVersion.id).where(
            PositionVersion.position_id == Subject.id, answers_public(now)
        )
    )
    return or_(
        Subject.kind.in_({SubjectKind.RECOMMENDATION, SubjectKind.THESIS}),
        in_text,
        answered,
    )


def twin_and_parent(
    author_id: int, submission: str | None, parent_id: int | None
) -> tuple[Comment | None, Comment | None]:
    """What this form has posted already, and the comment it answers: one statement for both.

    The first comment of the thread comes along, so that `root_number` need not ask for it.
    """
    wanted: list[ColumnElement[bool]] = []
    if submission:
        wanted.append((Comment.author_id == author_id) & (Comment.submission == submission))
    if parent_id:
        root_id = select(Comment.root_id).where(Comment.id == parent_id).scalar_subquery()
        wanted += [Comment.id == parent_id, Comment.id == root_id]
    if not wanted:
        return None, None
    rows = db.session.scalars(select(Comment).where(or_(*wanted))).all()
    twin = next(
        (row for row in rows if row.author_id == author_id and row.submission == submission), None
    )
    parent = next((row for row in rows if row.id == parent_id), None)
    return (twin if submission else None), parent


def root_number(comment: Comment) -> int:
    """The number of the first comment of its thread, its own included."""
    if comment.root_id is None:
        return comment.number
    return db.session.get_one(Comment, comment.root_id).number


@dataclass(frozen=True)
class Held:
    """A comment that somebody is about to change, locked, with its round and phases."""

    comment: Comment
    recommendation: Recommendation


def held(comment_id: int) -> Held:
    """A comment to change. Locks what it is about first, then the comment: as posting does."""
    about = select(Comment.about_id).where(Comment.id == comment_id).scalar_subquery()
    db.session.execute(
        select(Subject.id).where(Subject.id == about).with_for_update(key_share=True)
    ).first()
    found = (
        db.session.execute(
            select(Comment, Recommendation)
            .join(Recommendation, Recommendation.id == Comment.recommendation_id)
            .where(Comment.id == comment_id)
            .options(
                joinedload(Recommendation.consultation, innerjoin=True).joinedload(
                    Consultation.phases
                )
            )
            .with_for_update(key_share=True, of=Comment)
        )
        .unique()
        .one_or_none()
    )
    if found is None:
        raise NotFound
    return Held(*found)


def is_rated(comment_id: int) -> bool:
    """Whether a rating has come; told from the tally, so that a vote need not write here."""
    return bool(db.session.scalar(select(was_voted_on(literal(comment_id)))))


# Lists --------------------------------------------------------------------------------

_parent = aliased(Comment, name="parent")

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
)
_NOBODY = Byline("", "")


def _views(statement: Select[Any]) -> list[CommentView]:
    return [_view(row) for row in db.session.execute(statement)]


def _with_authors(ids: Any) -> Select[Any]:
    statement: Select[Any] = (
        select(*_COLUMNS)
        .join(ids, ids.c.id == Comment.id)
        .join(Subject, Subject.id == Comment.about_id)
        .join(User, User.id == Comment.author_id)
        .outerjoin(Organisation, Organisation.id == User.organisation_id)
        .outerjoin(Bench, Bench.id == Organisation.bench_id)
        .outerjoin(_parent, _parent.id == Comment.parent_id)
    )
    return statement


def _view(row: Any) -> CommentView:
    """A row of `_COLUMNS`: what it is, who wrote it, what it says, and the rest."""
    appearance, name, pseudonym, organisation, bench, html, edited_at, visibility = row[10:18]
    if visibility is Visibility.VISIBLE:
        who = byline(
            appearance, name=name, pseudonym=pseudonym, organisation=organisation, bench=bench
        )
    else:
        who, html, edited_at = _NOBODY, "", None
    fields: list[Any] = [*row[:10], who, html, edited_at, visibility, *row[18:]]
    return CommentView(*fields)


def first_comments(
    recommendation_id: int,
    *,
    about_id: int | None = None,
    kind: CommentKind | None = None,
    before: int | None = None,
    after: int | None = None,
    limit: int = PAGE,
) -> Listing:
    """A page of first comments of a recommendation, or about one thing: newest first.

    `before` and `after` are numbers of comments, so that a page stays the same page while others
    write. Each first comment carries its first replies.
    """
    wanted = [Comment.recommendation_id == recommendation_id, Comment.root_id.is_(None)]
    if about_id is not None:
        wanted.append(Comment.about_id == about_id)
    if kind is not None:
        wanted.append(Comment.kind == kind)
    if after is not None:
        wanted.append(Comment.number > after)
        order: Any = Comment.number.asc()
    else:
        if before is not None:
            wanted.append(Comment.number < before)
        order = Comment.number.desc()
    firsts = select(Comment.id).where(*wanted).order_by(order).limit(limit + 1).cte("firsts")
    reply = aliased(Comment)
    shown = union_all(
        select(firsts.c.id),
        select(reply.id)
        .join(firsts, firsts.c.id == reply.root_id)
        .where(reply.reply_rank <= REPLIES),
    ).subquery("shown")
    roots = _assembled(_views(_with_authors(shown)))
    roots.sort(key=lambda comment: comment.number, reverse=after is None)
    has_more = len(roots) > limit
    roots = roots[:limit]
    if after is not None:
        roots.reverse()
    listing = Listing(roots)
    if roots:
        newest, oldest = roots[0].number, roots[-1].number
        if (after is not None and has_more) or before is not None:
            listing.newer = newest
        if (after is None and has_more) or after is not None:
            listing.older = oldest
    return listing


def _assembled(views: Iterable[CommentView]) -> list[CommentView]:
    """First comments with their replies below them, in the order these came."""
    roots: dict[int, CommentView] = {}
    replies = []
    for view in views:
        if view.root_id is None:
            roots[view.id] = view
        else:
            replies.append(view)
    replies.sort(key=lambda reply: reply.reply_rank)
    for reply in replies:
        if reply.root_id in roots:
            roots[reply.root_id].replies.append(reply)
    return list(roots.values())


def thread(recommendation_id: int, number: int, *, after: int = 0) -> Thread:
    """A first comment and a page of its replies; `after` is the rank of the last reply before.

    404 when there is no first comment of this number; `root_of` finds that of a reply.
    """
    root = (
        select(Comment.id)
        .where(
            Comment.recommendation_id == recommendation_id,
            Comment.number == number,
            Comment.root_id.is_(None),
        )
        .cte("root")
    )
    page = (
        select(Comment.id)
        .join(root, root.c.id == Comment.root_id)
        .where(Comment.reply_rank > after)
        .order_by(Comment.reply_rank)
        .limit(REPLY_PAGE + 1)
        .cte("page")
    )
    shown = union_all(select(root.c.id), select(page.c.id)).subquery("shown")
    roots = _assembled(_views(_with_authors(shown)))
    if not roots:
        raise NotFound
    found = Thread(roots[0])
    replies = found.root.replies
    if len(replies) > REPLY_PAGE:
        del replies[REPLY_PAGE:]
        found.later = replies[-1].reply_rank
    if after:
        found.earlier = max(0, after - REPLY_PAGE)
    edited = [view.id for view in found if view.edited_at]
    if edited:
        found.editions = _editions(edited)
    return found


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


def spot(recommendation_id: int, number: int) -> Spot:
    """Where the comment of this number stands; 404 when there is none."""
    root = aliased(Comment)
    found = db.session.execute(
        select(Comment.number, func.coalesce(root.number, Comment.number), Comment.reply_rank)
        .outerjoin(root, root.id == Comment.root_id)
        .where(Comment.recommendation_id == recommendation_id, Comment.number == number)
    ).one_or_none()
    if found is None:
        raise NotFound
    return Spot(*found)


def numbered(recommendation_id: int, number: int) -> Comment:
    """The comment of this number, to answer or to change it; 404 when there is none."""
    return _one_comment(Comment.recommendation_id == recommendation_id, Comment.number == number)


def by_id(recommendation_id: int, comment_id: int) -> Comment:
    """A comment of this recommendation; 404 when it has none with this key."""
    return _one_comment(Comment.recommendation_id == recommendation_id, Comment.id == comment_id)


def _one_comment(*wanted: ColumnElement[bool]) -> Comment:
    found = db.session.scalars(
        select(Comment)
        .where(*wanted)
        .options(
            joinedload(Comment.author).joinedload(User.organisation).joinedload(Organisation.bench)
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    return found
