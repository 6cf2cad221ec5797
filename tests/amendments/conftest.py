"""What tests of amendments share."""

import pytest

from forum.accounts.models import User
from forum.amendments import actions
from forum.amendments.models import Amendment, AmendmentKind, Motion
from forum.amendments.writing import NewChange
from forum.kernel import clock, html
from forum.kernel.db import db
from forum.recommendations.actions import NewText, publish_version

OLD = "Abschnitt 2: Die Berufsschulen brauchen ein Investitionsprogramm."
NEW = "Abschnitt 2: Alle Berufsschulen brauchen ein Investitionsprogramm von 500 Millionen Euro."


def change(paragraph=2, heading="Überschrift 2", text=NEW):
    return NewChange(AmendmentKind.CHANGE, paragraph, heading, text)


class Floor:
    """Files amendments through the product's own actions."""

    def __init__(self, make):
        self.make = make
        self.recommendation = make.recommendation()
        self.author = make.member(name="Martin Beyer")
        self.url = f"/empfehlungen/{self.recommendation.slug}"

    def file(self, *changes: NewChange, author: User | None = None, **more) -> Motion:
        return self.make.run(
            lambda: actions.file_motion(
                author or self.author,
                self.recommendation.id,
                more.pop("version", 1),
                changes or [change()],
                "So reicht es nicht.",
                **more,
            )
        )

    def run(self, call):
        return self.make.run(call)

    def again(self, amendment) -> Amendment:
        return self.make.run(lambda: db.session.get_one(Amendment, amendment.id))

    def publish(self, number: int, text: str) -> None:
        """Publish a version in which one Abschnitt reads otherwise; None strikes it."""

        def put():
            from forum.recommendations.queries import clauses, published

            recommendation = published(self.recommendation.slug)
            texts = [
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
            ]
            publish_version(recommendation, texts, published_at=clock.now())

        self.make.run(put)


@pytest.fixture
def floor(make):
    return Floor(make)
