"""A round may show a result only to those who have voted on it, and to all after the end."""

import pytest
from sqlalchemy import select, update

from forum.ballots import queries
from forum.ballots.models import Tally
from forum.deliberation.facets import Order
from forum.kernel.db import db
from forum.recommendations.actions import touch_current
from forum.recommendations.models import Consultation, Subject, SubjectKind
from tests.ballots.voting import Polls
from tests.factories import BENCHES, berlin_summer
from tests.threads.conftest import debate

__all__ = ["debate"]


@pytest.fixture
def polls(app, make, debate):
    found = Polls(app, make)

    def hide():
        db.session.execute(update(Consultation).values(hides_results=True))
        touch_current()

    make.run(hide)
    return found


@pytest.fixture
def url(debate):
    return f"/empfehlungen/{debate.recommendation.slug}"


@pytest.fixture
def wording(debate):
    """The wording of the first Abschnitt."""
    return debate.run(
        lambda: db.session.scalars(
            select(Subject.id)
            .where(
                Subject.kind == SubjectKind.WORDING,
                Subject.recommendation_id == debate.recommendation.id,
            )
            .order_by(Subject.number)
        ).first()
    )


def voted(make, polls, subject_id, value=1, benches=BENCHES[:2]):
    people = [make.member(bench=bench) for bench in benches for _ in range(5)]
    for person in people:
        polls.cast(person, subject_id, value)
    return people


def test_who_has_not_voted_sees_no_result_and_who_has_sees_it(
    browse, debate, make, polls, url, wording
):
    people = voted(make, polls, wording)

    for reader in (None, debate.author, make.moderator()):
        page = browse(as_=reader).get(url)
        assert not page.select("#abschnitt-1 .shares")
        assert not page.select("#abschnitt-1 .benches")
        assert "alle anderen sehen es nach dem Ende" in page.select_one("#abschnitt-1").text
        assert "100" not in page.select_one(".glance").text
        assert "zu Text und Thesen" not in page.select_one(".facts").text
    own = browse(as_=people[0]).get(url)
    assert "100" in own.select_one("#abschnitt-1 .shares").text
    assert not own.select("#abschnitt-2 .shares")

    after = browse(as_=debate.author)
    form = after.get(url).select_one("#abschnitt-1 form.vote")
    hidden = {i["name"]: i["value"] for i in form.select("input")}
    page = after.post(form["action"], hidden | {"value": "agree"}, htmx=f"stimme-{wording}")
    assert page.select(".shares")
    withdraw = page.select_one("form.withdraw")
    page = after.post(withdraw["action"], hidden, htmx=f"stimme-{wording}")
    assert not page.select(".shares")


def test_all_see_it_once_voting_is_over(browse, make, polls, url, wording, travel, work):
    voted(make, polls, wording)
    assert not browse().get(url).select("#abschnitt-1 .shares")
    # Votes on wordings go on in „Zusammenfassung“.
    travel(berlin_summer(9, 2))
    work()
    assert not browse().get(url).select("#abschnitt-1 .shares")

    travel(berlin_summer(9, 18))
    work()

    assert "100" in browse().get(url).select_one("#abschnitt-1 .shares").text


def test_ratings_order_nothing_before_the_end(browse, debate, make, polls, url, travel, work):
    low, high = debate.comment("Strittig."), debate.comment("Einigend.")
    debate.comment("Ohne Stimmen.")
    people = voted(make, polls, low.id, -1)
    for person in people:
        polls.cast(person, high.id, 1)
    work()
    newest = ["beitrag-3", "beitrag-2", "beitrag-1"]

    for reader in (None, debate.author, people[0]):
        for query in ("", *(f"?ordnung={order}" for order in Order)):
            page = browse(as_=reader).get(url + query)
            assert [c["id"] for c in page.select("article.comment")] == newest
            assert [a.text for a in page.select(".sort a")] == ["neueste"]
    assert not browse().get(url).select("#beitrag-1 .num")
    assert not browse(as_=debate.author).get(url).select("#beitrag-1 .rating .num")
    assert browse(as_=people[0]).get(url).select("#beitrag-1 .rating .num")

    travel(berlin_summer(9, 1))
    work()
    page = browse().get(url)
    assert [c["id"] for c in page.select("article.comment")] == [
        "beitrag-2",
        "beitrag-1",
        "beitrag-3",
    ]
    assert page.select("#beitrag-1 .num")


def test_nothing_but_a_decision_reads_what_is_hidden(debate, make, polls, wording):
    voted(make, polls, wording)

    def look():
        round_ = db.session.scalars(select(Consultation)).one()
        db.session.refresh(round_, ["phases"])
        shown = queries.figures([wording], round_)[wording]
        return shown, queries.uncovered([wording], 100)[wording]

    shown, known = debate.run(look)
    assert shown.is_hidden
    assert (shown.total, shown.shares, shown.benches, shown.majority) == (0, None, [], 0)
    assert known.total == 10


def test_that_nobody_has_voted_is_hidden_too(browse, debate, polls, url):
    page = browse().get(url)

    assert "Noch keine Stimme" not in page.text
    assert not debate.run(lambda: db.session.scalars(select(Tally)).all())
