"""Reading what pages about everything show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, text

from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.kernel.mail import Mail
from forum.moderation.models import RuleClause
from forum.positions import policy as positions
from forum.positions.models import Party, Position, PositionVersion, Provenance, Thesis
from forum.recommendations.models import Consultation, Recommendation
from forum.site.models import TextVersion


def ask() -> None:
    """The smallest question; raises where the database does not answer."""
    db.session.execute(text("SELECT 1"))


@dataclass(frozen=True)
class Voices:
    """How many parties of a round have a public answer, by whose word it is."""

    programmes: int
    themselves: int


def voices(consultation: Consultation) -> Voices:
    """Parties whose programme is told of, and parties that answered themselves."""
    rows = db.session.execute(
        select(PositionVersion.provenance, func.count(Party.id.distinct()))
        .join(Position, Position.id == PositionVersion.position_id)
        .join(Party, Party.id == Position.party_id)
        .where(
            Party.consultation_id == consultation.id,
            positions.public(clock.now()),
            PositionVersion.provenance.in_((Provenance.EDITORIAL, Provenance.PARTY)),
        )
        .group_by(PositionVersion.provenance)
    )
    found = {provenance: count for provenance, count in rows}  # noqa: C416
    return Voices(found.get(Provenance.EDITORIAL, 0), found.get(Provenance.PARTY, 0))


@dataclass(frozen=True)
class ThesisLink:
    """A thesis as other pages name it."""

    slug: str
    title: str
    label: str
    recommendation: str


def thesis_links(recommendations: Sequence[Recommendation]) -> dict[str, ThesisLink]:
    """The theses of these recommendations, by slug."""
    by_id = {one.id: one for one in recommendations}
    rows = db.session.execute(
        select(Thesis.slug, Thesis.position, Thesis.label, Thesis.recommendation_id)
        .where(Thesis.recommendation_id.in_(by_id))
        .order_by(Thesis.number)
    )
    return {
        row.slug: ThesisLink(
            slug=row.slug,
            title=f"{by_id[row.recommendation_id].number}.{row.position}",
            label=row.label,
            recommendation=by_id[row.recommendation_id].slug,
        )
        for row in rows
    }


def text_versions(slug: str) -> Sequence[TextVersion]:
    """The versions of a text that are public, the newest first.

    A clock that stands before the first one sees that one: there is no house without an imprint.
    """
    found = db.session.scalars(
        select(TextVersion).where(TextVersion.slug == slug).order_by(TextVersion.number.desc())
    ).all()
    public = [version for version in found if version.published_at <= clock.now()]
    if not found:
        raise NotFound
    return public or found[-1:]


def rule_clauses() -> Sequence[RuleClause]:
    """The rules of the debate in their order."""
    return db.session.scalars(select(RuleClause).order_by(RuleClause.number)).all()


def published_texts() -> set[str]:
    """The slugs of texts that have a public version now."""
    return set(
        db.session.scalars(
            select(TextVersion.slug).where(TextVersion.published_at <= clock.now()).distinct()
        )
    )


@dataclass(frozen=True)
class Outgoing:
    """How mails do, and whether the demo left anything here."""

    stuck: int
    has_demo: bool


def mails() -> Outgoing:
    """Mails that should have gone out an hour ago, in real time."""
    hour_ago = datetime.now(UTC) - timedelta(hours=1)
    stuck = db.session.scalar(
        select(func.count())
        .select_from(Mail)
        .where(Mail.sent_at.is_(None), Mail.attempts > 0, Mail.due_at < hour_ago)
    )
    demo = db.session.scalar(select(Consultation.id).where(Consultation.has_demo).limit(1))
    return Outgoing(stuck or 0, demo is not None)
