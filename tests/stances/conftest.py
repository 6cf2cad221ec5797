"""What tests of Haltungen share: an organisation with two who write and one who speaks."""

import pytest
from sqlalchemy import select

from forum.accounts.models import Organisation, Role
from forum.accounts.queries import user
from forum.kernel import clock, html
from forum.kernel.db import db
from forum.kernel.ledger import LedgerEntry
from forum.kernel.mail import Mail
from forum.recommendations.actions import NewText, publish_version
from forum.stances import actions, queries
from forum.stances.writing import Content
from tests.factories import berlin_summer

RESERVED = Content("reservation", "Nur wenn die Länder mitzahlen.")


class House:
    """An organisation and what it says to Abschnitt 2."""

    def __init__(self, make):
        self.make = make
        self.recommendation = make.recommendation(published_at=berlin_summer(3, 20))
        self.slug = self.recommendation.slug
        self.author = make.member(name="Anna Referentin")
        self.colleague = self.join(name="Bernd Kollege")
        self.speaker = self.join(name="Clara Sprecherin", is_speaker=True)
        self.url = f"/empfehlungen/{self.slug}/abschnitte/2"
        self.organisation = make.run(
            lambda: db.session.get_one(Organisation, self.author.organisation_id)
        )

    def join(self, **more):
        return self.make.user(
            Role.MEMBER, organisation_id=self.author.organisation_id, member=True, **more
        )

    def edition(self) -> int:
        return self.sheet().edition

    def sheet(self, number=2):
        return self.make.run(lambda: queries.sheet(self.organisation.id, self.slug, number))

    def submit(self, content=RESERVED, *, who=None, number=2):
        edition = self.sheet(number).edition
        self.make.run(
            lambda: actions.save_draft(
                who or self.author, self.slug, number, content, edition, submit=True
            )
        )

    def approve(self, *, who=None, number=2):
        edition = self.sheet(number).edition
        return self.make.run(
            lambda: actions.approve(who or self.speaker, self.slug, number, edition)
        )

    def publish(self, content=RESERVED, number=2):
        self.submit(content, number=number)
        return self.approve(number=number)

    def again(self, person):
        return self.make.run(lambda: user(person.id))

    def all(self, model):
        return self.make.run(lambda: db.session.scalars(select(model).order_by("id")).all())

    def mails(self):
        return self.all(Mail)

    def ledger(self):
        return self.make.run(
            lambda: db.session.scalars(
                select(LedgerEntry).where(LedgerEntry.kind.like("stance.%"))
            ).all()
        )

    def new_version(self, number: int, text: str | None) -> None:
        """Publish a version in which one Abschnitt reads otherwise; None strikes it."""

        def put():
            from forum.recommendations.queries import clauses, published

            recommendation = published(self.slug)
            publish_version(
                recommendation,
                [
                    NewText(
                        number=one.number,
                        heading=one.heading,
                        text=text if one.number == number else one.text,
                        html=html.render_editorial(text if one.number == number else one.text),
                        basis=None,
                        note=None,
                        sources=[],
                    )
                    for one in clauses([recommendation.id])[recommendation.id]
                    if one.number != number or text is not None
                ],
                published_at=clock.now(),
            )

        self.make.run(put)


@pytest.fixture
def house(make):
    return House(make)
