"""Which recommendation a document belongs to, and since when that can be read."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from forum.recommendations import policy as recommendations
from forum.recommendations.models import Recommendation, Version
from forum.search.documents import Where


def first_public(now: datetime) -> Any:
    """When the recommendation first became public; NULL while it is not."""
    return (
        select(func.min(Version.published_at))
        .where(Version.recommendation_id == Recommendation.id, recommendations.public(now))
        .correlate(Recommendation)
        .scalar_subquery()
    )


WHERE = (
    Recommendation.slug.label("where_slug"),
    Recommendation.number.label("where_number"),
    Recommendation.short_title.label("where_title"),
)


def where(row: Any) -> Where:
    """Where a document stands, from a row with `WHERE`."""
    return Where(row.where_slug, row.where_number, row.where_title)
