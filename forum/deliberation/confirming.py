"""What somebody wrote before they were confirmed becomes public, all of it at once.

Part of `actions`. Locks as in posting: what the threads are about, comments, recommendations last.
"""

from sqlalchemy import select, update

from forum.deliberation import asking
from forum.deliberation.actions import count_about, count_reply, tell_posted
from forum.deliberation.models import Comment, Visibility
from forum.deliberation.ordering import place_of
from forum.deliberation.ranking import relist
from forum.kernel.db import begin_writing, db
from forum.recommendations.actions import changed
from forum.recommendations.models import Recommendation, Subject


def publish_pending(author_id: int) -> int:
    """Make public what this author wrote while unconfirmed; returns how many comments."""
    begin_writing()
    mine = (Comment.author_id == author_id) & (Comment.visibility == Visibility.PENDING)
    places = db.session.execute(
        select(Comment.about_id, Comment.id, Comment.root_id, Comment.parent_id).where(mine)
    ).all()
    if not places:
        return 0
    _lock(Subject, {place.about_id for place in places})
    _lock(Comment, {key for place in places for key in place[1:] if key is not None})
    waiting = db.session.scalars(
        select(Comment)
        .where(mine)
        .order_by(Comment.recommendation_id, Comment.id)
        .execution_options(populate_existing=True)
    ).all()
    by_recommendation: dict[int, int] = {}
    for comment in waiting:
        count_about(comment.about_id, 1)
        if comment.root_id is not None and comment.parent_id is not None:
            comment.reply_rank = count_reply(comment.root_id, comment.parent_id)
            parent = db.session.get_one(Comment, comment.parent_id)
            comment.reply_order = place_of(parent.depth, parent.reply_order, comment.reply_rank)
        comment.visibility = Visibility.VISIBLE
        found = by_recommendation.get(comment.recommendation_id, 0)
        by_recommendation[comment.recommendation_id] = found + 1
    db.session.flush()
    changed(*(comment.id for comment in waiting))
    relist(comment.id for comment in waiting if comment.root_id is None)
    asking.follow(comment.id for comment in waiting)
    for recommendation_id, number in by_recommendation.items():
        db.session.execute(
            update(Recommendation)
            .where(Recommendation.id == recommendation_id)
            .values(
                comment_count=Recommendation.comment_count + number,
                revision=Recommendation.revision + 1,
            )
            .execution_options(synchronize_session=False)
        )
    for comment in waiting:
        tell_posted(comment)
    return len(waiting)


def _lock(kind: type[Subject | Comment], keys: set[int]) -> None:
    db.session.execute(
        select(kind.id).where(kind.id.in_(keys)).order_by(kind.id).with_for_update(key_share=True)
    ).all()
