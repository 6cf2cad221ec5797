"""What tests of reports and decisions share."""

import pytest
from sqlalchemy import select

from forum.deliberation import actions as writing
from forum.deliberation.models import Comment, CommentKind
from forum.kernel.db import db, save
from forum.kernel.ledger import LedgerEntry
from forum.kernel.mail import Mail
from forum.moderation import visitors
from forum.moderation.models import Report, RuleClause

INSULT = "Frau Krüger hat von Betrieben offensichtlich keine Ahnung."


class Desk:
    """A debate with two people, one of whom forgot the manners, and two moderators."""

    def __init__(self, make):
        self.make = make
        self.recommendation = make.recommendation()
        self.author = make.member(name="Markus Sauer")
        self.other = make.member(name="Sabine Krüger")
        self.moderator = make.moderator(name="Karin Osterloh")
        self.colleague = make.moderator(name="Jan Petersen")
        self.first = self.comment("Zusätzliche Stellen helfen.", self.other)
        self.rude = self.comment(INSULT, self.author, parent=self.first)
        self.clause = make.run(
            lambda: save(
                RuleClause(
                    number=2,
                    title="Sache vor Person",
                    text="Angriffe auf Personen gehören nicht in die Debatte.",
                    public_sentence="Persönlicher Angriff ohne Bezug zur Sache (Regel 2).",
                )
            )
        )

    def comment(self, text, author, parent: Comment | None = None) -> Comment:
        return self.make.run(
            lambda: writing.post_comment(
                author,
                self.recommendation.id,
                None if parent else CommentKind.PRO,
                text,
                parent.id if parent else None,
            )
        )

    def all(self, model):
        return self.make.run(lambda: db.session.scalars(select(model).order_by(model.id)).all())

    def reports(self) -> list[Report]:
        return self.all(Report)

    def mails(self) -> list[Mail]:
        return self.all(Mail)

    def ledger(self) -> list[LedgerEntry]:
        return self.make.run(
            lambda: db.session.scalars(select(LedgerEntry).order_by(LedgerEntry.sequence)).all()
        )

    def again_own(self, author) -> Comment:
        """The rude comment, as if `author` had written it."""
        comment = db.session.get_one(Comment, self.rude.id)
        comment.author_id = author.id
        return comment

    def again(self, comment) -> Comment:
        return self.make.run(lambda: db.session.get_one(Comment, comment.id))


@pytest.fixture
def desk(make, monkeypatch):
    monkeypatch.setattr(visitors, "LEAST_SECONDS", 0)
    return Desk(make)


def typed(page, **changes):
    """What a browser would send of the page's main form, with what a person typed."""
    form = page.select_one("main form")
    sent = {
        control["name"]: control.get("value", "")
        for control in form.select("input[name]")
        if control.get("type") not in {"radio", "checkbox"} or control.has_attr("checked")
    }
    sent |= {area["name"]: area.text.removeprefix("\n") for area in form.select("textarea[name]")}
    return sent | changes
