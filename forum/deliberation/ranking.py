"""Keeps the lists of comments: which list shows what, and with which scores.

Part of `actions`. Rows are written with the comment, and again when what they say has changed: who
stands beside it, whether it is shown, whether it was answered. Scores follow in a job
(`renew_due`), from the snapshots of figures by bench.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.orm import aliased

from forum.accounts.models import Appearance, Organisation, User
from forum.ballots import actions as casting
from forum.ballots import queries as ballots
from forum.ballots.models import Tally
from forum.deliberation import bridging
from forum.deliberation.facets import by_bench, by_organisation, facets
from forum.deliberation.models import Comment, CommentRank, Visibility, Voice
from forum.kernel.db import begin_writing, db
from forum.recommendations.actions import touch

CHUNK = 200
"""Comments a statement; each has up to 24 rows."""


def enlist(comment: Comment, author: User) -> None:
    """List a comment that was just posted; nobody can have rated it yet."""
    who = _who(
        author.appearance,
        author.bench.id if author.bench else None,
        author.organisation_id,
    )
    _write(_rows(comment, who, answered=False, scores=_scores(None)))


def relist(comment_ids: Iterable[int]) -> None:
    """Write anew the rows of these comments, of those that are first comments and public."""
    begin_writing()
    ids = sorted(set(comment_ids))  # in one order, for everybody
    for start in range(0, len(ids), CHUNK):
        some = ids[start : start + CHUNK]
        rows = list(_current(Comment.id.in_(some)))
        db.session.execute(
            delete(CommentRank)
            .where(CommentRank.comment_id.in_(some))
            .execution_options(synchronize_session=False)
        )
        _write(rows)
        casting.order_again(some)  # a snapshot may have come between reading and writing


def relist_by(*who: ColumnElement[bool]) -> None:
    """Write anew the rows of all that these authors have written."""
    relist(
        db.session.scalars(
            select(Comment.id)
            .join(User, User.id == Comment.author_id)
            .where(Comment.root_id.is_(None), *who)
        )
    )


def relist_author(author_id: int) -> None:
    """Somebody stands differently beside what they wrote."""
    relist_by(User.id == author_id)


def relist_organisation(organisation_id: int) -> None:
    """An organisation sits on another bench."""
    relist_by(User.organisation_id == organisation_id)


def renew(subject_ids: Sequence[int]) -> int:
    """Let the scores of these comments follow their figures; returns how many have changed."""
    begin_writing()
    snapshots, apart = casting.take_for_orders(subject_ids), ballots.apart()
    found = db.session.execute(
        select(Comment.id, Comment.recommendation_id, CommentRank.bridge, CommentRank.controversy)
        .join(CommentRank, CommentRank.comment_id == Comment.id)
        .where(Comment.id.in_(snapshots), Comment.visibility == Visibility.VISIBLE)
        .where(CommentRank.scope_id == Comment.recommendation_id, CommentRank.facet == 0)
    ).all()
    touched: set[int] = set()
    changed = 0
    for comment_id, recommendation_id, *before in sorted(found, key=lambda row: row.id):
        scores = _scores(snapshots[comment_id], apart)
        if before == [scores["bridge"], scores["controversy"]]:
            continue
        if scores["bridge"] != bridging.NONE:
            scores["lot"] = None
        db.session.execute(
            update(CommentRank)
            .where(CommentRank.comment_id == comment_id)
            .values(**scores)
            .execution_options(synchronize_session=False)
        )
        touched.add(recommendation_id)
        changed += 1
    for recommendation_id in sorted(touched):
        touch(recommendation_id)
    return changed


def _scores(snapshot: Any, apart: Collection[int] = ()) -> dict[str, int | None]:
    camps = bridging.camps(snapshot, apart)
    return {
        "bridge": bridging.stored_bridge(camps),
        "controversy": bridging.stored(bridging.controversy(camps)),
    }


def _who(appearance: Appearance, bench_id: int | None, organisation_id: int | None) -> list[int]:
    """By whose filters a comment is found: what stands beside it, and no more than that."""
    found = [by_bench(bench_id)] if bench_id is not None else []
    if appearance is Appearance.NAME_ORGANISATION and organisation_id is not None:
        found.append(by_organisation(organisation_id))
    return found


def _answered() -> ColumnElement[bool]:
    """Whether the Redaktion has answered the comment: a public reply in its voice."""
    reply = aliased(Comment)
    return (
        select(reply.id)
        .where(
            reply.root_id == Comment.id,
            reply.visibility == Visibility.VISIBLE,
            reply.voice == Voice.EDITORIAL,
        )
        .exists()
    )


def _current(*wanted: ColumnElement[bool]) -> Iterator[dict[str, Any]]:
    """The rows of these comments, from what the tables say now."""
    found = db.session.execute(
        select(
            Comment,
            User.appearance,
            func.coalesce(Organisation.bench_id, User.own_bench_id),
            User.organisation_id,
            _answered(),
            Tally.benches,
        )
        .join(User, User.id == Comment.author_id)
        .outerjoin(Organisation, Organisation.id == User.organisation_id)
        .outerjoin(Tally, Tally.subject_id == Comment.id)
        .where(Comment.root_id.is_(None), Comment.visibility != Visibility.PENDING, *wanted)
    ).all()
    apart = ballots.apart()
    for comment, appearance, bench_id, organisation_id, answered, snapshot in found:
        is_shown = comment.visibility is Visibility.VISIBLE
        # Who wrote what is hidden or deleted is not said, and so not told by a filter either.
        who = _who(appearance, bench_id, organisation_id) if is_shown else []
        scores = _scores(snapshot if is_shown else None, apart)
        yield from _rows(comment, who, answered=answered, scores=scores)


def _rows(
    comment: Comment, who: list[int], *, answered: bool, scores: dict[str, int | None]
) -> Iterator[dict[str, Any]]:
    is_unrated = scores["bridge"] == bridging.NONE
    may_be_drawn = is_unrated and comment.visibility is Visibility.VISIBLE
    assert comment.kind is not None  # noqa: S101 - a constraint says so of first comments
    for scope_id in {comment.recommendation_id, comment.about_id}:
        for facet in facets(comment.kind, who, answered=answered):
            yield {
                "scope_id": scope_id,
                "facet": facet,
                "number": comment.number,
                "comment_id": comment.id,
                "lot": bridging.lot(comment.number) if may_be_drawn else None,
            } | scores


# Into the table itself: every comment that is posted has a dozen rows.
_RANKS: Any = CommentRank.__table__
_INSERT = insert(_RANKS)


def _write(rows: Iterable[dict[str, Any]]) -> None:
    if given := list(rows):
        db.session.execute(_INSERT, given)
