"""A summary is found once a second moderator has approved it, and not before."""

import pytest

from tests.factories import berlin_summer
from tests.summaries.conftest import Workshop

STATEMENT = ("consensus", "Das Verfahren am **Prellbock** muss einfach sein.", "Beitrag 1")


@pytest.fixture
def workshop(make, travel):
    found = Workshop(make)  # its comment is written while there is a discussion
    travel(berlin_summer(9, 2, 10))
    return found


def test_a_draft_is_not_found_and_the_approved_summary_is(workshop, browse, names, work):
    first = browse(as_=workshop.moderator)
    workshop.begin(first)
    workshop.write(first, STATEMENT, do="submit")
    work()
    assert names("Prellbock") == []

    workshop.act(browse(as_=workshop.colleague), "freigeben")
    work()

    assert names("Prellbock") == [f"summary:{workshop.slug}"]
    hit = browse().get("/suche?q=Prellbock").select_one(".hits > li")
    assert "Zusammenfassung zur Empfehlung" in hit.text
    assert hit.select_one("h3 a")["href"] == workshop.public
    assert hit.select_one("mark").text == "Prellbock"
