"""Where results are hidden, no page shows one: every kind of page is read by everybody."""

import re

import pytest
from sqlalchemy import delete, update

from forum.accounts import queries
from forum.ballots.models import Ballot, Tally
from forum.demo.people import DOMAIN
from forum.kernel import clock
from forum.kernel.db import db, unit_of_work
from forum.recommendations.actions import touch_every_round
from forum.recommendations.models import Consultation
from tests.demo.test_demo import filled
from tests.demo.test_links import Crawl

__all__ = ["filled"]

GIVEN_AWAY = re.compile(r"\b7[123][. ]?3(17|19|21)\b|\b216[. ]?957\b|\b3[234](&nbsp;|\u00a0| )%")
READERS = ("", "mitglied1", "neu", "nord1", "moderation1", "redaktion", "administration")


class Reader(Crawl):
    """Opens pages and looks for figures in all that comes back, headers included."""

    def open(self, url, shown_on):
        response = self.browser.raw("GET", url, follow_redirects=True)
        is_text = response.mimetype.startswith(("text/", "application/json", "application/xml"))
        said = response.get_data(as_text=True) if is_text else ""
        for part in (said, str(response.headers)):
            if found := GIVEN_AWAY.search(part):
                at = part[max(0, found.start() - 150) : found.end() + 50]
                self.broken.append(f"{url} says {found.group()}: …{at}…")
        return super().open(url, shown_on)

    def note(self, target, fields, url):
        """No button is pressed."""


def give(app, *, hides):
    """Every object of ballots gets the same large figures, and nobody who looks has voted."""
    with app.app_context(), unit_of_work(writing=True):
        db.session.execute(update(Consultation).values(hides_results=hides))
        counts = {"agree": 71317, "neutral": 72319, "against": 73321}
        values = counts | {"benches": [{"bench": 1} | counts], "benches_at": clock.now()}
        db.session.execute(update(Tally).values(**values, closed_at=None, orders_due=True))
        db.session.execute(delete(Ballot))
        touch_every_round()


def read_all(app, browse, name):
    with app.app_context():
        user = queries.user_by_email(f"{name}@{DOMAIN}") if name else None
    reader = Reader(app, browse(as_=user))
    reader.walk()
    return reader.broken


@pytest.mark.slow
def test_no_page_gives_a_hidden_result_away(filled, browse, work):
    give(filled, hides=False)
    work()
    assert len(read_all(filled, browse, "")) > 3, "the figures are there to be found"

    give(filled, hides=True)
    work()
    found = {name or "visitor": read_all(filled, browse, name) for name in READERS}
    assert not any(found.values()), found
