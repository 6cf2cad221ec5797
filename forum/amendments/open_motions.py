"""What the Redaktion has to decide on: the lists of its desk, and a motion under lock."""

from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from forum.amendments import queries
from forum.amendments.models import (
    Amendment,
    AmendmentDecision,
    AmendmentState,
    AmendmentWording,
    Motion,
)
from forum.amendments.reading import Line
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.recommendations.models import Recommendation, Subject


def to_decide(consultation_id: int) -> list[Line]:
    """All amendments of a round that nothing has become of yet, motion by motion."""
    statement = (
        queries.listed(
            Amendment.state == AmendmentState.UNDER_REVIEW,
            Recommendation.consultation_id == consultation_id,
            Motion.reason != "",
        )
        .join(Recommendation, Recommendation.id == Amendment.recommendation_id)
        .order_by(None)
        .order_by(Recommendation.number, Motion.id, Amendment.number)
    )
    return queries.read(statement)


def slugs(recommendation_ids: Collection[int]) -> dict[int, Recommendation]:
    """Recommendations by their key."""
    rows = db.session.scalars(
        select(Recommendation).where(Recommendation.id.in_(recommendation_ids))
    )
    return {row.id: row for row in rows}


def in_motion(motion_id: int) -> list[Line]:
    """The amendments of a motion; 404 when there is none."""
    found = queries.read(queries.listed(Amendment.motion_id == motion_id))
    if not found:
        raise NotFound
    return found


def motion_to_decide(motion_id: int) -> tuple[Motion, Recommendation]:
    """A motion with all that a decision needs; locks its text, its amendments, their wordings."""
    text = select(Motion.recommendation_id).where(Motion.id == motion_id)
    own = select(Amendment.id).where(Amendment.motion_id == motion_id)
    words = (
        select(AmendmentWording.id)
        .join(Amendment, Amendment.id == AmendmentWording.amendment_id)
        .where(Amendment.motion_id == motion_id)
    )
    db.session.execute(
        select(Subject.id)
        .where(or_(Subject.id.in_(text), Subject.id.in_(own), Subject.id.in_(words)))
        .order_by(Subject.id)
        .with_for_update(key_share=True)
    ).all()
    together = joinedload(Motion.amendments)
    found = (
        db.session.scalars(
            select(Motion)
            .where(Motion.id == motion_id)
            .options(
                joinedload(Motion.author),
                together.selectinload(Amendment.wordings).joinedload(AmendmentWording.base_wording),
                together.selectinload(Amendment.decisions),
            )
            .execution_options(populate_existing=True)
        )
        .unique()
        .one_or_none()
    )
    if found is None:
        raise NotFound
    return found, queries.lock_text(found.recommendation_id)


def waiting_decision(decision_id: int) -> AmendmentDecision:
    """A decision by its key; 404 when there is none."""
    found = db.session.get(AmendmentDecision, decision_id)
    if found is None:
        raise NotFound
    return found


def newest_texts(amendment_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Heading and text that stand to decision, by amendment."""
    rows = db.session.execute(
        select(Amendment.id, AmendmentWording.heading, AmendmentWording.text)
        .join(
            AmendmentWording,
            (AmendmentWording.amendment_id == Amendment.id) & queries.newest_wording(),
        )
        .where(Amendment.id.in_(amendment_ids))
    )
    return {key: (heading, text) for key, heading, text in rows}
