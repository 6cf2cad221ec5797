"""What tests of summaries share."""

import pytest
from sqlalchemy import select

from forum.deliberation import actions as writing
from forum.deliberation.models import Comment, CommentKind
from forum.kernel import clock
from forum.kernel.db import db, save
from forum.kernel.ledger import LedgerEntry
from forum.kernel.mail import Mail
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
from forum.summaries import queries
from tests.factories import berlin_summer

SAID = "Wer forscht, soll dafür keinen Berater brauchen."


class Workshop:
    """A debate, two moderators, and what a summary may rest on."""

    def __init__(self, make):
        self.make = make
        self.recommendation = make.recommendation()
        self.slug = self.recommendation.slug
        self.author = make.member(name="Petra Wiesner")
        self.moderator = make.moderator(name="Karin Osterloh")
        self.colleague = make.moderator(name="Jan Petersen")
        self.comment = self.say(SAID)
        self.desk = f"/moderation/zusammenfassungen/{self.slug}"
        self.public = f"/zusammenfassungen/{self.slug}"

    def say(self, text, author=None) -> Comment:
        return self.make.run(
            lambda: writing.post_comment(
                author or self.author, self.recommendation.id, CommentKind.PRO, text
            )
        )

    def hide(self, comment, reason="Persönlicher Angriff (Regel 2)."):
        self.make.run(lambda: writing.set_hidden(comment.id, reason))

    def thesis_with_position(self, published_at=None) -> int:
        """These fe-2, and what the party `spd` says to it."""

        def build() -> int:
            common = {
                "consultation_id": self.recommendation.consultation_id,
                "recommendation_id": self.recommendation.id,
                "number": 2,
            }
            thesis = save(
                Thesis(
                    id=new_subject(SubjectKind.THESIS, **common).id,
                    slug="fe-2",
                    position=2,
                    label="Gutschrift",
                    text="Forschung soll steuerlich gefördert werden.",
                    background=None,
                    **common,
                )
            )
            party = save(
                Party(
                    consultation_id=common["consultation_id"],
                    slug="spd",
                    short_name="SPD",
                    name="SPD",
                    position=1,
                    color="#d00000",
                )
            )
            position = save(
                Position(
                    id=new_subject(SubjectKind.POSITION, **common).id,
                    party_id=party.id,
                    thesis_id=thesis.id,
                )
            )
            save(
                PositionVersion(
                    position_id=position.id,
                    number=1,
                    published_at=published_at or berlin_summer(8, 1),
                    released_at=clock.now(),
                    provenance=Provenance.EDITORIAL,
                    evidence=Evidence.EXPLICIT,
                    answer=Answer.AGREE,
                    reason="So steht es im Programm.",
                )
            )
            return thesis.id

        return self.make.run(build)

    def view(self):
        """The version written last."""
        return self.make.run(lambda: queries.versions(self.slug)[0])

    def published(self):
        return self.make.run(lambda: queries.published(self.recommendation.id))

    def revision(self) -> int:
        return self.make.run(
            lambda: db.session.get_one(Recommendation, self.recommendation.id)
        ).revision

    def mails(self):
        return self.make.run(lambda: db.session.scalars(select(Mail).order_by(Mail.id)).all())

    def ledger(self):
        return self.make.run(
            lambda: db.session.scalars(select(LedgerEntry).order_by(LedgerEntry.sequence)).all()
        )

    def begin(self, browser):
        browser.post(f"{self.desk}/beginnen", {"csrf_token": token(browser.get(self.desk))})

    def write(self, browser, *statements, do="save", status=200, **fields):
        """Fill in the editor anew: statements are (part, text, cites)."""
        page = browser.get(self.desk)
        sent = {
            "csrf_token": token(page),
            "edition": page.select_one("[name=edition]")["value"],
            "title": "Beim Verfahren einig",
            "lead": "Vier Monate Beratung.",
            "do": do,
        }
        for index, (part, text, cites) in enumerate(statements):
            sent |= {f"part-{index}": part, f"text-{index}": text, f"cites-{index}": cites}
        return browser.post(self.desk, sent | fields, status=status)

    def act(self, browser, name, status=200, **fields):
        """Press „Freigeben“ or „Zurückgeben“ on the page that waits."""
        page = browser.get(self.desk)
        sent = {
            "csrf_token": token(page),
            "edition": page.select_one("[name=edition]")["value"],
        }
        return browser.post(f"{self.desk}/{name}", sent | fields, status=status)

    def publish(self, browse, *statements, **fields):
        """Write, submit, approve."""
        first, second = browse(as_=self.moderator), browse(as_=self.colleague)
        self.begin(first)
        self.write(first, *(statements or [CONSENSUS]), do="submit", **fields)
        return self.act(second, "freigeben")


CONSENSUS = ("consensus", "Das Verfahren muss **einfach** sein.", "Beitrag 1")


def token(page) -> str:
    return page.select_one("[name=csrf_token]")["value"]


@pytest.fixture
def workshop(make):
    return Workshop(make)


@pytest.fixture
def september(travel):
    """The phase in which summaries are approved."""
    return lambda: travel(berlin_summer(9, 2, 10))
