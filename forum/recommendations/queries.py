"""Reading rounds and recommendations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.recommendations import policy
from forum.recommendations.models import (
    Consultation,
    Paragraph,
    Place,
    Recommendation,
    Subject,
    SubjectKind,
    Version,
    Wording,
)


def current_consultation() -> Consultation | None:
    """The round that pages show unless asked for another, phases loaded; None before any import."""
    return (
        db.session.scalars(
            select(Consultation)
            .where(Consultation.is_current)
            .options(joinedload(Consultation.phases))
        )
        .unique()
        .one_or_none()
    )


def published(slug: str) -> Recommendation:
    """One recommendation with its round and phases; 404 while it has no public version."""
    found = (
        db.session.scalars(_published(), {"slug": slug, "now": clock.now()}).unique().one_or_none()
    )
    if found is None:
        raise NotFound
    return found


@cache
def _published() -> Any:
    """The statement of `published`: built once, for every page of a thread asks it."""
    return (
        select(Recommendation)
        .where(Recommendation.slug == bindparam("slug"), _has_public_version(bindparam("now")))
        .options(joinedload(Recommendation.consultation).joinedload(Consultation.phases))
    )


def published_in(consultation: Consultation) -> Sequence[Recommendation]:
    """The recommendations of a round in their order."""
    return db.session.scalars(
        select(Recommendation)
        .where(Recommendation.consultation_id == consultation.id, _has_public_version())
        .order_by(Recommendation.number)
    ).all()


def _has_public_version(now: Any = None) -> ColumnElement[bool]:
    return (
        select(Version.id)
        .where(
            Version.recommendation_id == Recommendation.id,
            policy.public(clock.now() if now is None else now),
        )
        .exists()
    )


@dataclass(frozen=True)
class Clause:
    """A paragraph as it stands in the version people read."""

    paragraph_id: int
    number: int
    position: int
    wording_id: int
    heading: str
    text: str
    html: str
    basis: str | None
    note: str | None
    sources: list[Any]
    comment_count: int
    version_number: int
    version_note: str | None
    """What the Redaktion says of the whole version; `note` is of this wording."""
    published_at: datetime
    corrections: list[Any]
    since: datetime
    """When the first version with this wording was published."""
    since_version: int
    former_id: int | None
    """The wording before: its result stands beside that of this one."""

    @property
    def anchor(self) -> str:
        """Where it stands on the page."""
        return f"abschnitt-{self.number}"


@cache
def _clauses() -> Any:
    """The statement of `clauses`, built once."""
    latest = (
        select(Version.id)
        .where(
            Version.recommendation_id == Paragraph.recommendation_id,
            policy.public(cast("Any", bindparam("now"))),
        )
        .order_by(Version.number.desc())
        .limit(1)
        .correlate(Paragraph)
        .scalar_subquery()
    )
    came, place, former = aliased(Version), aliased(Place), aliased(Wording)
    first = (
        select(func.min(came.number))
        .join(place, place.version_id == came.id)
        .where(place.wording_id == Wording.id)
        .correlate(Wording)
        .scalar_subquery()
    )
    begun = aliased(Version)
    return (
        select(
            Paragraph,
            Wording,
            Place.position,
            Version.number,
            Version.note,
            Version.published_at,
            Subject.comment_count,
            begun.published_at,
            begun.number,
            former.id,
        )
        .join(Subject, Subject.id == Paragraph.id)
        .join(Wording, Wording.paragraph_id == Paragraph.id)
        .join(Place, Place.wording_id == Wording.id)
        .join(Version, Version.id == Place.version_id)
        .join(
            begun,
            (begun.recommendation_id == Paragraph.recommendation_id) & (begun.number == first),
        )
        .outerjoin(
            former,
            (former.paragraph_id == Wording.paragraph_id) & (former.number == Wording.number - 1),
        )
        .where(
            Paragraph.recommendation_id.in_(bindparam("wanted", expanding=True)),
            Version.id == latest,
        )
        .order_by(Paragraph.recommendation_id, Place.position)
    )


def clauses(recommendation_ids: Sequence[int]) -> dict[int, list[Clause]]:
    """The paragraphs of the latest public version, by recommendation, in the order of the text."""
    rows = db.session.execute(_clauses(), {"wanted": list(recommendation_ids), "now": clock.now()})
    found: dict[int, list[Clause]] = {}
    for (
        paragraph,
        wording,
        position,
        version_number,
        about,
        published_at,
        comment_count,
        since,
        since_version,
        former_id,
    ) in rows:
        found.setdefault(paragraph.recommendation_id, []).append(
            Clause(
                paragraph_id=paragraph.id,
                number=paragraph.number,
                position=position,
                wording_id=wording.id,
                heading=wording.heading,
                text=wording.text,
                html=wording.html,
                basis=wording.basis,
                note=wording.note,
                sources=wording.sources,
                comment_count=comment_count,
                version_number=version_number,
                version_note=about,
                published_at=published_at,
                corrections=wording.corrections,
                since=since,
                since_version=since_version,
                former_id=former_id,
            )
        )
    return found


@dataclass(frozen=True)
class Struck:
    """An Abschnitt that the text no longer has: as it last stood, and what struck it."""

    clause: Clause
    version_number: int
    struck_at: datetime


def struck(recommendation_id: int, number: int) -> Struck | None:
    """An Abschnitt as it last stood in public; None where there never was one of this number."""
    now = clock.now()
    last, came, place = aliased(Version), aliased(Version), aliased(Place)
    first = (
        select(func.min(came.number))
        .join(place, place.version_id == came.id)
        .where(place.wording_id == Wording.id)
        .correlate(Wording)
        .scalar_subquery()
    )
    gone, begun, former = aliased(Version), aliased(Version), aliased(Wording)
    columns: tuple[Any, ...] = (
        Wording,
        last.number.label("last"),
        last.published_at.label("last_at"),
        Place.position,
        Subject.comment_count,
        gone.number.label("gone"),
        gone.published_at.label("gone_at"),
        begun.number.label("begun"),
        begun.published_at.label("begun_at"),
        former.id.label("former_id"),
    )
    row = db.session.execute(
        select(*columns)
        .join(Paragraph, Paragraph.id == Wording.paragraph_id)
        .join(Subject, Subject.id == Paragraph.id)
        .join(Place, Place.wording_id == Wording.id)
        .join(last, last.id == Place.version_id)
        .join(
            gone,
            (gone.recommendation_id == last.recommendation_id)
            & (gone.number == last.number + 1)
            & (gone.published_at <= now),
        )
        .join(begun, (begun.recommendation_id == last.recommendation_id) & (begun.number == first))
        .outerjoin(
            former,
            (former.paragraph_id == Wording.paragraph_id) & (former.number == Wording.number - 1),
        )
        .where(
            Paragraph.recommendation_id == recommendation_id,
            Paragraph.number == number,
            last.published_at <= now,
        )
        .order_by(last.number.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    wording: Wording = row.Wording
    clause = Clause(
        paragraph_id=wording.paragraph_id,
        number=number,
        position=row.position,
        wording_id=wording.id,
        heading=wording.heading,
        text=wording.text,
        html=wording.html,
        basis=wording.basis,
        note=wording.note,
        sources=wording.sources,
        comment_count=row.comment_count,
        version_number=row.last,
        version_note=None,
        published_at=row.last_at,
        corrections=wording.corrections,
        since=row.begun_at,
        since_version=row.begun,
        former_id=row.former_id,
    )
    return Struck(clause, row.gone, row.gone_at)


def next_number(kind: SubjectKind, recommendation_id: int) -> int:
    """The number of the next thing of `kind` under a recommendation; none is ever used again."""
    last = db.session.scalar(
        select(func.max(Subject.number)).where(
            Subject.recommendation_id == recommendation_id, Subject.kind == kind
        )
    )
    return (last or 0) + 1


def latest_version(recommendation_id: int) -> Version | None:
    """The version with the highest number, public or not, with its places."""
    return (
        db.session.scalars(
            select(Version)
            .where(Version.recommendation_id == recommendation_id)
            .order_by(Version.number.desc())
            .limit(1)
            .options(selectinload(Version.places))
        )
        .unique()
        .one_or_none()
    )


def paragraphs_of(recommendation_id: int) -> dict[int, Paragraph]:
    """Every paragraph that ever stood in a recommendation, by its number."""
    rows = db.session.scalars(
        select(Paragraph).where(Paragraph.recommendation_id == recommendation_id)
    )
    return {paragraph.number: paragraph for paragraph in rows}


def latest_wordings(recommendation_id: int) -> dict[int, Wording]:
    """The newest wording of every paragraph, by the number of the paragraph."""
    rows = db.session.execute(
        select(Paragraph.number, Wording)
        .join(Wording, Wording.paragraph_id == Paragraph.id)
        .where(Paragraph.recommendation_id == recommendation_id)
        .order_by(Wording.number)
    )
    return {number: wording for number, wording in rows}  # noqa: C416


def demo_rounds() -> Sequence[str]:
    """The slugs of rounds that hold invented people's words."""
    return db.session.scalars(select(Consultation.slug).where(Consultation.has_demo)).all()


def wordings_in(recommendation_id: int, version_number: int) -> dict[int, Wording]:
    """What each Abschnitt read in one version, by its number."""
    rows = db.session.execute(
        select(Paragraph.number, Wording)
        .join(Wording, Wording.paragraph_id == Paragraph.id)
        .join(Place, Place.wording_id == Wording.id)
        .join(Version, Version.id == Place.version_id)
        .where(Version.recommendation_id == recommendation_id, Version.number == version_number)
    )
    return {number: wording for number, wording in rows}  # noqa: C416


def version_id(recommendation_id: int, number: int) -> int:
    """The key of a version."""
    found = db.session.scalar(
        select(Version.id).where(
            Version.recommendation_id == recommendation_id, Version.number == number
        )
    )
    if found is None:
        raise NotFound
    return found
