"""What tests of versions share: amendments that are decided, and the screen that settles them."""

import pytest
from sqlalchemy import update

from forum.accounts.models import Role
from forum.amendments import deciding, publishing, settling, waiting
from forum.amendments.deciding import NewDecision
from forum.amendments.models import AmendmentKind, AmendmentState
from forum.amendments.settling import Settlement
from forum.amendments.writing import NewChange
from forum.kernel.db import db
from forum.recommendations.models import Act, Phase
from tests.amendments.conftest import NEW, OLD, Floor, change
from tests.factories import berlin_summer

__all__ = ["NEW", "OLD", "change"]

SEPTEMBER = berlin_summer(9, 2)


def insert(after=2, heading="Was dazukommt", text="Ein neuer Abschnitt."):
    return NewChange(AmendmentKind.INSERT, after, heading, text)


def strike(paragraph=3):
    return NewChange(AmendmentKind.STRIKE, paragraph)


class Desk(Floor):
    """A text with amendments, and an editor who makes versions of it."""

    def __init__(self, make, travel, browse):
        super().__init__(make)
        self.travel, self.browse = travel, browse
        self.editor = make.user(Role.EDITOR, name="Rita Redaktion")
        self.screen = f"/redaktion/fassungen/{self.recommendation.slug}"

    def september(self):
        """The phase in which is decided, and voted only on what comes of it; more can be filed."""
        self.travel(SEPTEMBER)
        self.run(
            lambda: db.session.execute(
                update(Phase)
                .where(Phase.slug == "zusammenfassung")
                .values(acts=[Act.DECIDE_AMENDMENTS, Act.VOTE_RESULT, Act.AMEND])
            )
        )

    def accept(self, motion, outcome=AmendmentState.ACCEPTED, heading="", text=""):
        """Decide on all amendments of a motion alike."""

        def inside():
            wordings = {one.id: _newest(one.id) for one in motion.amendments}
            decision = NewDecision(outcome, "Das trägt die Mehrheit.", heading, text)
            deciding.decide(self.editor, motion.id, wordings, dict.fromkeys(wordings, decision))

        self.run(inside)
        return [one.id for one in motion.amendments]

    def accepted(self, *changes, **more):
        """File and accept at once."""
        author = more.pop("author", None)
        motion = self.file(*changes, author=author, version=more.pop("version", 1))
        return self.accept(motion, **more)

    def waiting(self):
        return self.run(lambda: waiting.desk(self.recommendation.id))

    def form(self, note="Mehr Geld.", **choices):
        """The settlement as it opens, with what an editor chooses: `c2="own"`, `c2_text=…`."""
        found = self.waiting()
        form = Settlement.opened(found.work)
        form.note = note
        for name, value in choices.items():
            key, _sep, attribute = name.removeprefix("c").partition("_")
            setattr(form.choices[key], attribute or "what", value)
        return found, form

    def make_version(self, note="Mehr Geld.", **choices):
        found, form = self.form(note, **choices)
        return self.run(
            lambda: publishing.publish(
                self.editor, self.recommendation.id, found.seen, form, found.work
            )
        )

    def resolve(self, **choices):
        found, form = self.form(**choices)
        return self.run(lambda: settling.resolve(found.work, form))

    def opened(self):
        """The screen, and what its form would send as it stands."""
        browser = self.browse(as_=self.editor)
        page = browser.get(self.screen)
        return browser, page, fields(page)

    def texts(self, number):
        def inside():
            from forum.versions.queries import history

            return [(p.number, p.text) for p in history(self.recommendation.id).text(number)]

        return self.run(inside)


def fields(page):
    form = page.select_one("form.consolidation")
    sent = {}
    for one in form.select("input[name], textarea[name], select[name]"):
        kind = one.get("type")
        if one.name == "textarea":
            sent[one["name"]] = one.text.removeprefix("\n")
        elif one.name == "select":
            sent[one["name"]] = (one.select_one("option[selected]") or one.option)["value"]
        elif kind not in {"radio", "checkbox"} or one.has_attr("checked"):
            sent[one["name"]] = one["value"]
    return sent


def _newest(amendment_id):
    from forum.amendments.queries import newest

    return newest(amendment_id).id


@pytest.fixture
def desk(make, travel, browse):
    return Desk(make, travel, browse)
