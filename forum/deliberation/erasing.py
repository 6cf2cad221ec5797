"""What becomes of the comments of somebody who leaves, or takes a consent back."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import delete, select, update

from forum.deliberation import asking
from forum.deliberation.events import CommentDeleted
from forum.deliberation.models import Comment, CommentEdition, Visibility
from forum.deliberation.ranking import relist
from forum.kernel.db import begin_writing, db
from forum.kernel.events import announce
from forum.recommendations.actions import changed, touch
from forum.recommendations.models import Recommendation, Subject


def erase_texts(author_id: int) -> list[int]:
    """Take back all that somebody wrote: their places and others' replies stay, no text does.

    Returns the keys of the comments. Locks as everybody does: what they are about, the comments,
    the recommendations.
    """
    begin_writing()
    abouts = select(Comment.about_id).where(Comment.author_id == author_id)
    db.session.execute(
        select(Subject.id)
        .where(Subject.id.in_(abouts))
        .order_by(Subject.id)
        .with_for_update(key_share=True)
    ).all()
    comments = db.session.scalars(
        select(Comment)
        .where(Comment.author_id == author_id)
        .order_by(Comment.id)
        .with_for_update(key_share=True)
    ).all()
    waiting = [comment.id for comment in comments if comment.visibility is Visibility.PENDING]
    comments = [comment for comment in comments if comment.visibility is not Visibility.PENDING]
    erase_waiting(author_id, waiting)
    ids = [comment.id for comment in comments]
    db.session.execute(delete(CommentEdition).where(CommentEdition.comment_id.in_(ids)))
    shown = [c for c in comments if c.visibility is Visibility.VISIBLE]
    for comment in comments:
        comment.visibility = Visibility.DELETED
        comment.source = comment.html = ""
        comment.edited_at = comment.hidden_reason = comment.submission = None
    db.session.flush()
    if ids:
        changed(*ids)
        relist(comment.root_id or comment.id for comment in comments)
        asking.follow(ids)
    for about_id, count in sorted(Counter(c.about_id for c in shown).items()):
        _count_less(Subject, about_id, count)
    for comment in comments:
        announce(CommentDeleted(comment_id=comment.id))
    fewer = Counter(c.recommendation_id for c in shown)
    for recommendation_id in sorted({c.recommendation_id for c in comments}):
        _count_less(Recommendation, recommendation_id, fewer[recommendation_id])
        touch(recommendation_id)
    return ids


def erase_waiting(author_id: int, ids: Sequence[int] | None = None) -> None:
    """Remove what nobody but its author has ever seen: it leaves no place."""
    begin_writing()
    if ids is None:
        ids = db.session.scalars(
            select(Comment.id).where(
                Comment.author_id == author_id, Comment.visibility == Visibility.PENDING
            )
        ).all()
    silent = {"synchronize_session": False}
    db.session.execute(
        delete(CommentEdition).where(CommentEdition.comment_id.in_(ids)).execution_options(**silent)
    )
    db.session.execute(delete(Comment).where(Comment.id.in_(ids)).execution_options(**silent))
    db.session.execute(delete(Subject).where(Subject.id.in_(ids)).execution_options(**silent))


def _count_less(table: type[Subject] | type[Recommendation], key: int, count: int) -> None:
    if count:
        db.session.execute(
            update(table)
            .where(table.id == key)
            .values(comment_count=table.comment_count - count)
            .execution_options(synchronize_session=False)
        )
