"""Ballots follow wordings: through any series of versions, and into the vote on what results."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forum.ballots.models import Ballot
from forum.ballots.recounting import recount
from forum.kernel.db import db
from forum.recommendations.models import Paragraph, Subject, SubjectKind, Wording
from tests.factories import berlin_summer
from tests.versions.conftest import Desk, change, insert, strike


def vote(desk, voter, number, value="agree", status=200):
    browser = desk.browse(as_=voter)
    page = browser.get(f"{desk.url}/abschnitte/{number}")
    form = page.select_one("form.vote")
    return form and browser.post(form["action"], {"value": value, "back": desk.url}, status=status)


def ballots(desk):
    return desk.run(
        lambda: {
            (one.subject_id, one.voter_key): one.value
            for one in db.session.query(Ballot).filter(Ballot.value.is_not(None))
        }
    )


@pytest.fixture
def voted(desk, make):
    """Somebody has voted on two Abschnitte; then one of them is changed by an amendment."""
    voter = make.member(name="Vera Wahl")
    vote(desk, voter, 1)
    vote(desk, voter, 2, "against")
    motion = desk.file()
    desk.september()
    desk.accept(motion)
    return voter


def test_while_results_are_voted_on_only_new_wordings_are_open(desk, voted):
    assert not desk.browse(as_=voted).get(f"{desk.url}/abschnitte/2").select("form.vote")

    desk.make_version()

    assert desk.browse(as_=voted).get(f"{desk.url}/abschnitte/2").select("form.vote")
    unchanged = desk.browse(as_=voted).get(f"{desk.url}/abschnitte/1")
    assert not unchanged.select("form.vote")
    assert "seit 1. September beendet" in unchanged.text


def test_an_old_wording_takes_no_vote_whatever_is_sent(desk, voted):
    old = desk.waiting().wordings[2].id
    first = desk.waiting().wordings[1].id
    desk.make_version()

    for key in (old, first):
        desk.browse(as_=voted).post(f"/stimmen/{key}", {"value": "agree"}, status=403)
    assert sorted(ballots(desk).values()) == [-1, 1]


def test_a_new_wording_starts_at_zero_beside_the_former_result(desk, voted):
    desk.make_version()

    page = desk.browse().get(f"{desk.url}/abschnitte/2")

    assert "Noch keine Stimme" in page.select_one(".ballot").text
    assert page.select_one(".former").text.split() == [
        "zur",
        "Fassung",
        "1:",
        "0",
        "%,",
        "1",
        "Stimmen",
    ]
    assert not desk.browse().get(f"{desk.url}/abschnitte/1").select(".former")


def test_ones_former_vote_is_offered_again_with_one_press_and_to_nobody_else(desk, voted, make):
    desk.make_version()
    browser = desk.browse(as_=voted)
    form = browser.get(f"{desk.url}/abschnitte/2").select_one(".former form")
    assert "„stimme nicht zu“" in form.text
    assert not desk.browse(as_=make.member()).get(f"{desk.url}/abschnitte/2").select(".former form")

    page = browser.post(
        form["action"], {"value": form.button["value"], "back": f"{desk.url}/abschnitte/2"}
    )

    assert page.select_one("button[value=against][aria-pressed=true]")
    assert not page.select(".former form")
    assert sorted(ballots(desk).values()) == [-1, -1, 1]


def test_after_the_phase_the_vote_on_results_is_over_and_counted_to_the_end(desk, voted, work):
    desk.make_version()
    vote(desk, voted, 2)
    desk.travel(berlin_summer(9, 19))
    work()

    page = desk.browse(as_=voted).get(f"{desk.url}/abschnitte/2")

    assert not page.select("form.vote")
    assert "seit 18. September beendet" in page.text
    assert desk.run(lambda: list(recount())) == []


acts = st.lists(
    st.sampled_from(["vote", "change", "strike", "insert", "editorial", "publish"]),
    min_size=3,
    max_size=5,
)


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts)
def test_after_any_series_of_acts_numbers_are_unique_and_ballots_stand(
    make, travel, browse, series
):
    desk, voter = Desk(make, travel, browse), make.member()
    travel(berlin_summer(8, 17, 10))
    vote(desk, voter, 1)
    desk.september()
    kept, version, used = ballots(desk), 1, {1, 2, 3}
    for step, act in enumerate(series):
        here = [one.number for one in desk.waiting().standings]
        if act == "vote":
            vote(desk, voter, here[-1], "neutral")
            kept |= ballots(desk)
            continue
        number = here[step % len(here)]
        new = {
            "strike": strike(number),
            "insert": insert(number, f"Neu {step}", f"Neuer Text {step}."),
        }.get(act, change(number, f"Überschrift {step}", f"Anderer Text {step}."))
        if act == "strike" and len(here) < 2:
            continue
        desk.accepted(new, version=version)
        marks = {f"c{number}_is_editorial": True} if act == "editorial" else {}
        desk.make_version(f"Schritt {step}.", **marks)
        version += 1

        now = [n for n, _text in desk.texts(version)]
        assert len(now) == len(set(now))
        assert set(now) - set(here) <= set(range(max(used) + 1, max(used) + 2))
        used |= set(now)
        assert ballots(desk) == kept
    page = browse().get(desk.url)
    anchors = [one["id"] for one in page.select("section.clause")]
    assert len(anchors) == len(set(anchors))
    assert desk.run(lambda: list(recount())) == []
    stand = desk.run(
        lambda: [
            key
            for (key,) in db.session.query(Subject.id)
            .join(Wording, Wording.id == Subject.id)
            .join(Paragraph, Paragraph.id == Wording.paragraph_id)
            .filter(Subject.kind == SubjectKind.WORDING)
        ]
    )
    assert {key for key, _voter in kept} <= set(stand)
