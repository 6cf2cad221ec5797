"""The formulae of the orders, against values computed elsewhere."""

from datetime import date
from hashlib import sha256
from math import log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.ballots.figures import BenchCount, snapshot
from forum.deliberation.bridging import (
    RING,
    Camp,
    bridge,
    camps,
    controversy,
    day_point,
    lot,
    stored,
    stored_bridge,
    wilson,
)

shown = st.builds(Camp, st.integers(5, 400), st.integers(0, 400), st.integers(0, 400))


@pytest.mark.parametrize(
    ("found", "value"),
    [
        ([Camp(8, 1, 1), Camp(6, 1, 2)], 0.570),
        ([Camp(93, 3, 4)] * 6, 0.884),
        ([Camp(10, 0, 0), Camp(10, 0, 0)], 0.911),
    ],
)
def test_bridge_is_the_geometric_mean_of_agreement_without_dissent(found, value):
    assert bridge(found) == pytest.approx(value, abs=5e-4)


@pytest.mark.parametrize(
    ("agree", "total", "value"),
    [(1, 1, 0.207), (10, 10, 0.722), (60, 100, 0.502), (90, 100, 0.826)],
)
def test_one_bench_alone_counts_by_wilson(agree, total, value):
    assert wilson(agree, total) == pytest.approx(value, abs=5e-4)
    assert bridge([Camp(agree, 0, total - agree)]) == wilson(agree, total)


def test_a_bench_that_refuses_weighs_more_than_many_votes_of_another():
    assert bridge([Camp(300, 0, 0), Camp(0, 0, 20)]) < bridge([Camp(6, 2, 2), Camp(6, 2, 2)])


def test_what_one_bench_supports_stands_behind_what_several_were_asked_about():
    assert stored_bridge([Camp(400, 0, 0)]) < stored_bridge([Camp(5, 5, 5), Camp(0, 0, 9)])
    assert stored_bridge([Camp(9, 0, 0)]) > stored_bridge([Camp(5, 0, 4)]) > stored_bridge([])


def test_nothing_shown_is_no_score():
    assert bridge([]) is None
    assert controversy([]) is None
    assert stored(None) == -1


def test_only_shown_benches_that_count_take_part():
    counts = [BenchCount(1, 9, 0, 1), BenchCount(2, 4, 0, 0), BenchCount(3, 3, 0, 0)]
    counts.append(BenchCount(4, 7, 0, 0, is_counted=False))
    assert camps(snapshot(counts), {4}) == [Camp(9, 0, 1)]
    assert camps(None) == []


def test_controversy_grows_with_distance_and_with_votes():
    assert controversy([Camp(10, 0, 10)]) == pytest.approx(log(21))
    assert controversy([Camp(5, 5, 0), Camp(5, 5, 0)]) == pytest.approx(sqrt(0.25) * log(21))
    assert controversy([Camp(20, 0, 0)]) == 0


@given(st.lists(shown, min_size=2, max_size=5))
def test_bridge_does_not_know_the_order_of_benches_and_stays_within_bounds(found):
    value = bridge(found)
    assert 0 < value < 1
    assert stored(bridge(found[::-1])) == pytest.approx(stored(value), abs=1)


@given(st.lists(shown, min_size=1, max_size=5), st.data())
def test_one_more_agreement_never_lowers_the_bridge(found, data):
    at = data.draw(st.integers(0, len(found) - 1))
    more = [Camp(c.agree + 1, c.neutral, c.against) if i == at else c for i, c in enumerate(found)]
    assert bridge(more) >= bridge(found)


def test_the_draw_can_be_computed_again_by_anybody():
    assert lot(214) == int(sha256(b"214").hexdigest()[:8], 16) % RING
    assert day_point(date(2017, 8, 17)) == int(sha256(b"2017-08-17").hexdigest()[:8], 16) % RING
