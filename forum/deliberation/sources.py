"""Comments as the sources of motions: what somebody reads who draws a change from them."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from forum.accounts.models import User
from forum.amendments.models import Amendment, AmendmentDecision, Motion, MotionSource
from forum.amendments.sources import Source, read_with
from forum.deliberation.described import described
from forum.deliberation.models import Comment, Visibility
from forum.kernel import html
from forum.kernel.db import db
from forum.recommendations.models import Paragraph, Recommendation


@read_with
def public_ones(recommendation_id: int, numbers: Collection[int]) -> list[Source]:
    """The public comments of these numbers, with what they say."""
    rows = db.session.execute(
        select(Comment.id, Comment.number, Paragraph.number)
        .outerjoin(Paragraph, Paragraph.id == Comment.about_id)
        .where(
            Comment.recommendation_id == recommendation_id,
            Comment.number.in_(numbers),
            Comment.visibility == Visibility.VISIBLE,
        )
        .order_by(Comment.number)
    ).all()
    known = described([row[0] for row in rows])
    return [
        Source(comment_id, number, str(one.byline or ""), one.quote(), paragraph)
        for comment_id, number, paragraph in rows
        if (one := known.get(comment_id)) is not None
    ]


@dataclass(frozen=True, kw_only=True)
class Told:
    """Somebody whose comment a decided amendment was drawn from."""

    email: str
    comment: int
    text: str
    amendment: Amendment
    decision: AmendmentDecision
    recommendation: Recommendation


def authors_behind(amendment_id: int) -> list[Told]:
    """Who wrote what this amendment was drawn from, but whoever filed it: they know already."""
    rows = db.session.execute(
        select(User.email, Comment, Amendment, AmendmentDecision, Recommendation)
        .join(Comment, Comment.author_id == User.id)
        .join(MotionSource, MotionSource.comment_id == Comment.id)
        .join(Motion, Motion.id == MotionSource.motion_id)
        .join(Amendment, Amendment.motion_id == Motion.id)
        .join(AmendmentDecision, AmendmentDecision.amendment_id == Amendment.id)
        .join(Recommendation, Recommendation.id == Amendment.recommendation_id)
        .where(
            Amendment.id == amendment_id,
            AmendmentDecision.effective_at.is_not(None),
            Comment.visibility == Visibility.VISIBLE,
            User.erased_at.is_(None),
            User.id != Motion.author_id,
        )
        .order_by(Comment.number)
    )
    return [
        Told(
            email=email,
            comment=comment.number,
            text=html.text_of(comment.html),
            amendment=amendment,
            decision=decision,
            recommendation=recommendation,
        )
        for email, comment, amendment, decision, recommendation in rows
    ]
