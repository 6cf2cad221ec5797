"""Which revision a thread's page has, and when the clock changes it: what kept pages ask."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, select

from forum.kernel.db import db
from forum.positions.models import Position, PositionVersion, Thesis
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
