"""The next round made from the last one."""

from datetime import date

import pytest

from forum.content import queries
from forum.content.copying import NewRound, copied, empty, moved
from forum.kernel.clock import parse_local

NEXT = NewRound("bundestagswahl-2021", "Bundestagswahl 2021", "Wahl 2021", date(2021, 9, 26))


@pytest.fixture
def last(make, packaged):
    """All that the packaged round holds."""
    return make.run(
        lambda: {kind: read("bundestagswahl-2017") for kind, read in queries.STORED.items()}
    )


def test_windows_stand_as_far_from_the_new_election_at_the_same_time_of_day(last):
    round_ = copied(last, NEXT, {})["consultation"]["bundestagswahl-2021"]

    assert round_["election_on"] == "2021-09-26"
    answers = next(one for one in round_["phases"] if one["slug"] == "parteien-antworten")
    assert parse_local(answers["ends_at"]) == parse_local("2021-08-23T12:00")
    assert parse_local(round_["positions_published_at"]) == parse_local("2021-08-24T10:00")
    assert round_["phases"][-1]["ends_at"] is None


def test_a_window_keeps_its_hour_across_the_change_of_clocks():
    summer = parse_local("2017-10-28T10:00").isoformat()

    assert moved(summer, 1) == parse_local("2017-10-29T10:00").isoformat()


def test_every_address_is_new_and_references_follow(last):
    found = copied(last, NEXT, {"party": {"spd-2021"}})

    assert "forschung-und-entwicklung-2021" in found["recommendation"]
    assert found["thesis"]["fe-1-2021"]["recommendation"] == "forschung-und-entwicklung-2021"
    assert "spd-2021-2" in found["party"]
    for kind in ("recommendation", "party", "thesis"):
        assert not set(found[kind]) & set(last[kind])
        assert len(found[kind]) == len(last[kind])
    assert list(found["paragraphs"]) == list(found["recommendation"])


def test_a_copy_of_a_copy_does_not_grow_tails(last):
    once = copied(last, NEXT, {})
    later = NewRound("bundestagswahl-2025", "Bundestagswahl 2025", "Wahl 2025", date(2025, 2, 23))

    twice = copied(last | once, later, {})

    assert "fe-1-2025" in twice["thesis"]


def test_nothing_that_somebody_said_comes_along(last):
    found = copied(last, NEXT, {})

    assert set(found) == {"consultation", "recommendation", "paragraphs", "party", "thesis"}
    assert {one["programme_source"] for one in found["party"].values()} == {None}
    assert [one["position"] for one in found["party"].values()] == [1, 2, 3, 4, 5, 6]


def test_abschnitte_are_counted_anew_in_the_order_of_the_text(last):
    text = last["paragraphs"]["forschung-und-entwicklung"]["paragraphs"]
    text[0]["number"], text[1]["number"] = 9, 1

    found = copied(last, NEXT, {})["paragraphs"]["forschung-und-entwicklung-2021"]["paragraphs"]

    assert [one["number"] for one in found][:3] == [1, 2, 3]
    assert found[0]["heading"] == text[0]["heading"]


def test_the_last_round_is_left_as_it_was(last):
    before = repr(last)

    copied(last, NEXT, {})["consultation"]["bundestagswahl-2021"]["phases"].clear()

    assert repr(last) == before


def test_an_empty_round_has_phases_only(last):
    found = empty(last, NEXT)

    assert list(found) == ["consultation"]
    assert found["consultation"]["bundestagswahl-2021"]["party_order_reason"] == ""
    assert len(found["consultation"]["bundestagswahl-2021"]["phases"]) == 6
