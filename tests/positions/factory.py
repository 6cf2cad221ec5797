"""Parties, theses and editorial answers for tests; what parties say themselves goes by the desk."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from forum.accounts.models import Role, User
from forum.kernel.db import db, save
from forum.positions.models import (
    Answer,
    Evidence,
    Party,
    Position,
    PositionVersion,
    Provenance,
    Thesis,
)
from forum.recommendations.actions import new_subject
from forum.recommendations.models import Recommendation, SubjectKind
from tests.factories import Factory, berlin_summer


def party(make: Factory, slug: str = "partei-a", **more: Any) -> Party:
    """The next party of the round."""
    consultation = make.consultation()

    def build() -> Party:
        last = db.session.scalar(select(func.count()).select_from(Party)) or 0
        return save(
            Party(
                **{
                    "consultation_id": consultation.id,
                    "slug": slug,
                    "short_name": slug.upper(),
                    "name": f"Die {slug.title()}",
                    "position": last + 1,
                    "color": "#336699",
                }
                | more
            )
        )

    return make.run(build)


def person(make: Factory, party: Party, name: str = "Jörg Petersen") -> User:
    """A verified representative of the party."""
    return make.user(Role.PARTY, party_id=party.id, name=name)


def thesis(make: Factory, recommendation: Recommendation, slug: str = "t-1", **more: Any) -> Thesis:
    """The next thesis of the recommendation."""

    def build() -> Thesis:
        place = 1 + (
            db.session.scalar(
                select(func.count()).where(Thesis.recommendation_id == recommendation.id)
            )
            or 0
        )
        number = 1 + (db.session.scalar(select(func.count()).select_from(Thesis)) or 0)
        subject = new_subject(
            SubjectKind.THESIS,
            consultation_id=recommendation.consultation_id,
            recommendation_id=recommendation.id,
            number=place,
        )
        return save(
            Thesis(
                **{
                    "id": subject.id,
                    "consultation_id": recommendation.consultation_id,
                    "recommendation_id": recommendation.id,
                    "slug": slug,
                    "number": number,
                    "position": place,
                    "label": "Förderung",
                    "text": f"Betriebe sollen eine Förderung erhalten ({slug}).",
                    "background": "Bisher gibt es einzelne Projekte.",
                }
                | more
            )
        )

    return make.run(build)


def answer(
    make: Factory,
    thesis: Thesis,
    party: Party,
    answer: Answer = Answer.AGREE,
    *,
    evidence: Evidence | None = Evidence.EXPLICIT,
    provenance: Provenance = Provenance.EDITORIAL,
    reason: str = "Das Programm sieht eine Förderung vor.",
    published_at: datetime | None = None,
) -> PositionVersion:
    """What the Redaktion found in the party's programme, already public."""
    when = published_at or berlin_summer(7, 10)

    def build() -> PositionVersion:
        found = db.session.scalars(
            select(Position).filter_by(thesis_id=thesis.id, party_id=party.id)
        ).one_or_none()
        if found is None:
            last = db.session.scalar(select(func.count()).select_from(Position)) or 0
            subject = new_subject(
                SubjectKind.POSITION,
                consultation_id=thesis.consultation_id,
                recommendation_id=thesis.recommendation_id,
                number=last + 1,
            )
            found = save(Position(id=subject.id, party_id=party.id, thesis_id=thesis.id))
        number = 1 + (
            db.session.scalar(
                select(func.max(PositionVersion.number)).filter_by(position_id=found.id)
            )
            or 0
        )
        return save(
            PositionVersion(
                position_id=found.id,
                number=number,
                published_at=when,
                released_at=when,
                provenance=provenance,
                evidence=evidence if provenance is Provenance.EDITORIAL else None,
                answer=answer,
                reason=reason,
                sources=[
                    {
                        "key": "prog",
                        "title": "Wahlprogramm",
                        "page": "22",
                        "pdf_page": "23",
                        "url": "https://example.org/programm",
                    }
                ],
            )
        )

    return make.run(build)
