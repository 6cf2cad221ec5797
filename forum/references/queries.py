"""Reading the glossary and the timeline."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, or_, select

from forum.kernel.db import db
from forum.references.models import GlossaryTerm, TimelineEntry


def terms() -> Sequence[GlossaryTerm]:
    """The glossary, as a dictionary sorts."""
    return db.session.scalars(select(GlossaryTerm).order_by(GlossaryTerm.sort_key)).all()


def entries(round_slug: str, today: date) -> Sequence[TimelineEntry]:
    """What may be told today: what has happened (to its end), and what has been announced."""
    over = func.coalesce(TimelineEntry.ended_on, TimelineEntry.happened_on) <= today
    return db.session.scalars(
        select(TimelineEntry)
        .where(TimelineEntry.round_slug == round_slug, or_(TimelineEntry.is_announced, over))
        .order_by(TimelineEntry.happened_on, TimelineEntry.id)
    ).all()
