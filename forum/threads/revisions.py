"""What kept pages are found by, and when they end: small statements, one on every visit."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import joinedload

from forum.kernel.db import db
from forum.positions.models import Party, Position, PositionVersion, Thesis
from forum.recommendations import queries as recommendations
from forum.recommendations.models import Consultation, Recommendation, Version


class Revision(NamedTuple):
    """What visitors' pages of a thread are found by: any change to them changes one of these."""

    id: int
    own: int
    last_number: int
    of_round: int
    entitled: int
    has_demo: bool


# Asked on every visit: the tables themselves, without what mapped classes would cost.
_ONE, _ROUND = Recommendation.__table__, Consultation.__table__
_REVISION = (
    select(
        _ONE.c.id,
        _ONE.c.revision,
        _ONE.c.last_comment_number,
        _ROUND.c.revision,
        _ROUND.c.entitled,
        _ROUND.c.has_demo,
    )
    .select_from(_ONE.join(_ROUND, _ROUND.c.id == _ONE.c.consultation_id))
    .where(_ONE.c.slug == bindparam("slug"))
)


def revision(slug: str) -> Revision | None:
    """The current revision of a thread's page, by one look at an index."""
    row = db.session.execute(_REVISION, {"slug": slug}).first()
    return Revision(*row) if row else None


def ahead(slug: str, now: datetime) -> tuple[Consultation, list[datetime]]:
    """The round of a thread, and when its next text and its next answers become public."""
    recommendation = recommendations.published(slug)
    key = recommendation.id
    found = db.session.execute(
        select(
            select(func.min(Version.published_at))
            .where(Version.recommendation_id == key, Version.published_at > now)
            .scalar_subquery(),
            select(func.min(PositionVersion.published_at))
            .join(Position, Position.id == PositionVersion.position_id)
            .join(Thesis, Thesis.id == Position.thesis_id)
            .where(Thesis.recommendation_id == key, PositionVersion.published_at > now)
            .scalar_subquery(),
        )
    ).one()
    return recommendation.consultation, [moment for moment in found if moment]


_PARTY = Party.__table__
_OF_ROUND = (
    select(func.sum(_ONE.c.revision)).where(_ONE.c.consultation_id == _ROUND.c.id).scalar_subquery()
)
_ANSWERS = select(_ROUND.c.id, _ROUND.c.revision, _ROUND.c.entitled, _ROUND.c.has_demo, _OF_ROUND)
_ALL_ANSWERS = _ANSWERS.where(_ROUND.c.is_current)
_PARTY_ANSWERS = _ANSWERS.join(_PARTY, _PARTY.c.consultation_id == _ROUND.c.id).where(
    _PARTY.c.slug == bindparam("slug")
)


def revision_of_answers(party_slug: str = "") -> tuple[Any, ...] | None:
    """What pages of the parties' answers are found by: the round, and all of its threads.

    Revisions only count up, and so does their sum.
    """
    if party_slug:
        row = db.session.execute(_PARTY_ANSWERS, {"slug": party_slug}).first()
    else:
        row = db.session.execute(_ALL_ANSWERS).first()
    return tuple(row) if row else None


def ahead_of_answers(consultation_id: int, now: datetime) -> tuple[Consultation, list[datetime]]:
    """A round, and when its next text and its next answers become public."""
    consultation = (
        db.session.scalars(
            select(Consultation)
            .where(Consultation.id == consultation_id)
            .options(joinedload(Consultation.phases))
        )
        .unique()
        .one()
    )
    found = db.session.execute(
        select(
            select(func.min(Version.published_at))
            .join(Recommendation, Recommendation.id == Version.recommendation_id)
            .where(Recommendation.consultation_id == consultation_id, Version.published_at > now)
            .scalar_subquery(),
            select(func.min(PositionVersion.published_at))
            .join(Position, Position.id == PositionVersion.position_id)
            .join(Thesis, Thesis.id == Position.thesis_id)
            .where(Thesis.consultation_id == consultation_id, PositionVersion.published_at > now)
            .scalar_subquery(),
        )
    ).one()
    return consultation, [moment for moment in found if moment]
