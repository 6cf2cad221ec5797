"""Test data with sensible defaults, made through the product's own actions where there are some."""

import contextvars
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from forum.accounts.actions import give_consent
from forum.accounts.models import Bench, Organisation, Role, RoleGrant, User
from forum.accounts.queries import with_all
from forum.kernel import clock, html
from forum.kernel.db import db, save, unit_of_work
from forum.kernel.web import ForumApp
from forum.recommendations.actions import new_subject
from forum.recommendations.models import (
    Act,
    Consultation,
    Paragraph,
    Phase,
    Place,
    Recommendation,
    SubjectKind,
    Version,
    Wording,
)

BENCHES = (
    "gewerkschaften",
    "arbeitgeber",
    "industrieverbaende",
    "kammern",
    "wissenschaft-zivilgesellschaft",
)


def berlin_summer(month: int, day: int, hour: int = 0) -> datetime:
    """A moment of summer 2017 in Berlin."""
    return datetime(2017, month, day, hour, tzinfo=clock.BERLIN).astimezone(UTC)


PHASES: Sequence[tuple[str, str, datetime, datetime | None, Sequence[Act]]] = (
    (
        "diskussion",
        "Diskussion",
        berlin_summer(4, 3),
        berlin_summer(9, 1),
        (
            Act.READ,
            Act.COMMENT,
            Act.RATE,
            Act.AMEND,
            Act.VOTE_WORDING,
            Act.VOTE_THESIS,
            Act.VOTE_AMENDMENT,
            Act.STANCE,
            Act.DRAFT_SUMMARY,
        ),
    ),
    (
        "parteien",
        "Parteien antworten",
        berlin_summer(7, 17),
        berlin_summer(8, 21, 12),
        (Act.ANSWER_THESES,),
    ),
    (
        "berichtigung",
        "Berichtigen",
        berlin_summer(8, 22, 10),
        berlin_summer(9, 24),
        (Act.CORRECT_ANSWERS, Act.ANSWER_QUESTIONS),
    ),
    (
        "zusammenfassung",
        "Zusammenfassung",
        berlin_summer(9, 1),
        berlin_summer(9, 18),
        (
            Act.DRAFT_SUMMARY,
            Act.APPROVE_SUMMARY,
            Act.VOTE_WORDING,
            Act.DECIDE_AMENDMENTS,
            Act.STANCE,
        ),
    ),
    ("uebergabe", "Übergabe", berlin_summer(9, 18), None, (Act.READ, Act.VOTE_SUMMARY)),
)


class Factory:
    """Makes people and things; each call is one committed unit of work in a context of its own."""

    def __init__(self, app: ForumApp) -> None:
        self.app = app
        self.number = 0
        """How many things were numbered so far."""

    def _next(self) -> int:
        self.number += 1
        return self.number

    def run(self, call: Callable[[], Any]) -> Any:
        """Call in a fresh app context and unit of work; what it returns is detached and loaded."""

        def inside() -> Any:
            with self.app.app_context():
                with unit_of_work(writing=True):
                    result = call()
                    db.session.flush()
                    db.session.expunge_all()
                return result

        return contextvars.Context().run(inside)

    def consultation(self) -> Consultation:
        """The current round with benches and phases; made once."""

        def build() -> Consultation:
            found = db.session.scalars(select(Consultation).where(Consultation.is_current)).first()
            if found:
                return found
            for position, slug in enumerate(BENCHES, 1):
                save(Bench(slug=slug, name=slug.title(), position=position))
            round_ = save(
                Consultation(
                    slug="testrunde",
                    title="Testrunde",
                    short_title="Test",
                    lead="Eine Runde zum Prüfen.",
                    election_on=datetime(2017, 9, 24, tzinfo=UTC).date(),
                    positions_published_at=berlin_summer(8, 22, 10),
                    party_order_reason="Alphabetisch.",
                    is_current=True,
                    entitled=100,
                )
            )
            for position, (slug, title, start, end, acts) in enumerate(PHASES, 1):
                save(
                    Phase(
                        consultation_id=round_.id,
                        slug=slug,
                        position=position,
                        title=title,
                        summary="",
                        starts_at=start,
                        ends_at=end,
                        acts=list(acts),
                    )
                )
            return round_

        return self.run(build)

    def user(
        self,
        *roles: Role,
        name: str = "Erika Muster",
        party_id: int | None = None,
        organisation_id: int | None = None,
        member: bool = False,
        **more: Any,
    ) -> User:
        """An account with these roles."""

        def build() -> User:
            number = self._next()
            user = save(
                User(
                    name=name,
                    email=f"person{number}@example.org",
                    party_id=party_id,
                    organisation_id=organisation_id,
                    confirmed_at=datetime.now(UTC),
                    member_since=datetime.now(UTC) if member else None,
                    **more,
                )
            )
            for role in roles:
                save(RoleGrant(user_id=user.id, role=role, granted_at=datetime.now(UTC)))
            if member:
                give_consent(user.id, 1)
            db.session.expire_all()
            return (
                db.session.scalars(with_all(select(User).where(User.id == user.id))).unique().one()
            )

        return self.run(build)

    def member(self, *, bench: str = "kammern", name: str = "Erika Muster", **more: Any) -> User:
        """A confirmed member of a new organisation of `bench`."""
        self.consultation()

        def organisation() -> int:
            number = self._next()
            found = db.session.scalars(select(Bench).where(Bench.slug == bench)).one()
            return save(
                Organisation(
                    slug=f"verband-{number}",
                    name=f"Verband {number}",
                    short_name=f"V{number}",
                    kind="kammer",
                    bench_id=found.id,
                )
            ).id

        return self.user(
            Role.MEMBER, name=name, organisation_id=self.run(organisation), member=True, **more
        )

    def moderator(self, **more: Any) -> User:
        """A moderator."""
        return self.user(Role.MODERATOR, **more)

    def recommendation(
        self, *, paragraphs: int = 3, published_at: datetime | None = None
    ) -> Recommendation:
        """A recommendation with paragraphs in a published version 1."""
        consultation = self.consultation()

        def build() -> Recommendation:
            number = self._next()
            subject = new_subject(
                SubjectKind.RECOMMENDATION,
                consultation_id=consultation.id,
                recommendation_id=None,
                number=number,
            )
            recommendation = save(
                Recommendation(
                    id=subject.id,
                    consultation_id=consultation.id,
                    slug=f"empfehlung-{number}",
                    number=number,
                    title="Berufliche Bildung stärken",
                    title_full="Berufliche Bildung stärken",
                    subtitles=[],
                    short_title="Berufsschulen",
                    teaser="Worum es geht.",
                    context=[],
                    guiding_questions=[],
                    sources=[],
                )
            )
            version = save(
                Version(
                    recommendation_id=recommendation.id,
                    number=1,
                    published_at=published_at or berlin_summer(4, 3),
                )
            )
            for n in range(1, paragraphs + 1):
                about = new_subject(
                    SubjectKind.PARAGRAPH,
                    consultation_id=consultation.id,
                    recommendation_id=recommendation.id,
                    number=n,
                )
                paragraph = save(
                    Paragraph(id=about.id, recommendation_id=recommendation.id, number=n)
                )
                key = new_subject(
                    SubjectKind.WORDING,
                    consultation_id=consultation.id,
                    recommendation_id=recommendation.id,
                    number=n,
                )
                text = f"Abschnitt {n}: Die Berufsschulen brauchen ein Investitionsprogramm."
                wording = save(
                    Wording(
                        id=key.id,
                        paragraph_id=paragraph.id,
                        number=1,
                        heading=f"Überschrift {n}",
                        text=text,
                        html=html.render_editorial(text),
                        render_version=html.RENDER_VERSION,
                        basis=None,
                        note=None,
                        sources=[],
                    )
                )
                save(Place(version_id=version.id, position=n, wording_id=wording.id))
            return recommendation

        return self.run(build)
