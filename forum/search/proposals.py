"""What members propose and organisations say, as documents. Part of `sources`."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select

from forum.amendments import queries as amending
from forum.amendments.models import Amendment, Motion
from forum.recommendations.models import Paragraph, Recommendation
from forum.search.documents import Document, Kind
from forum.search.places import WHERE, first_public, where
from forum.stances import queries as stating
from forum.stances.models import Stance, StanceVersion

Rows = Sequence[Any]


def amendments(now: datetime) -> Select[*tuple[Any, ...]]:
    """Amendments whose words may be read."""
    return (
        amending.listed(
            Motion.hidden_reason.is_(None), Motion.reason != "", first_public(now).is_not(None)
        )
        .join(Recommendation, Recommendation.id == Amendment.recommendation_id)
        .add_columns(*WHERE)
    )


def amendment_documents(rows: Rows) -> Iterator[Document]:
    """The rows of `amendments`."""
    for row in rows:
        line = amending.line_of(row)
        yield Document(
            kind=Kind.AMENDMENT,
            id=line.id,
            title=line.deed,
            text=line.words,
            where=where(row),
            number=line.number,
            at=line.filed_at,
            byline=line.byline,
        )


def stances(now: datetime) -> Select[*tuple[Any, ...]]:
    """What organisations say, in its newest version."""
    return (
        stating.listed(
            Stance.hidden_reason.is_(None),
            StanceVersion.answer.is_not(None),
            first_public(now).is_not(None),
        )
        .join(Recommendation, Recommendation.id == Stance.recommendation_id)
        .join(Paragraph, Paragraph.id == Stance.paragraph_id)
        .add_columns(Paragraph.number.label("paragraph_number"), *WHERE)
    )


def stance_documents(rows: Rows) -> Iterator[Document]:
    """The rows of `stances`."""
    for row in rows:
        line = stating.line_of(row)
        yield Document(
            kind=Kind.STANCE,
            id=line.id,
            title=_(
                "%(name)s %(says)s: Abschnitt %(n)s",
                name=line.organisation,
                says=line.said.word,
                n=row.paragraph_number,
            ),
            text=line.said.text,
            where=where(row),
            number=line.number,
            at=line.said.approved_at,
        )
