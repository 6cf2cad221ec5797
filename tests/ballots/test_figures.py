"""What is shown of a count, and what must not follow from it."""

import random
from itertools import product

import pytest

from forum.ballots.figures import BenchCount, BenchName, Shares, assemble, shown, snapshot


def counts(*totals: tuple[int, int, int]) -> list[BenchCount]:
    return [BenchCount(i, *total) for i, total in enumerate(totals, 1)]


def shown_ids(*sizes: int) -> set[int]:
    return {c.bench_id for c in shown(counts(*((size, 0, 0) for size in sizes)))}


@pytest.mark.parametrize(
    ("ballots", "expected"),
    [
        ((1, 0, 0), (100, 0, 0)),
        ((1, 1, 1), (33, 34, 33)),
        ((2, 1, 0), (67, 33, 0)),
        ((1, 2, 4), (14, 29, 57)),
        ((1, 6, 1), (13, 75, 12)),
        ((178, 60, 48), (62, 21, 17)),
        ((0, 0, 0), None),
    ],
)
def test_shares_are_whole_per_cent_by_largest_remainder(ballots, expected):
    shares = Shares.of(*ballots)
    assert expected == (shares and (shares.agree, shares.neutral, shares.against))


def test_shares_always_add_up_to_a_hundred_and_never_stray_by_one():
    for ballots in product(range(13), repeat=3):
        if not any(ballots):
            continue
        shares = Shares.of(*ballots)
        parts = (shares.agree, shares.neutral, shares.against)
        assert sum(parts) == 100
        for part, count in zip(parts, ballots, strict=True):
            assert abs(part - 100 * count / sum(ballots)) < 1


@pytest.mark.parametrize(
    ("sizes", "visible"),
    [
        ((5, 5, 5, 5, 5), {1, 2, 3, 4, 5}),
        ((4, 0, 0, 0, 0), set()),
        ((9, 0, 0, 0, 0), {1}),  # nothing is hidden, so nothing can be computed
        ((9, 7, 3, 0, 0), {1}),  # 3 alone could be computed: the smallest shown bench joins
        ((9, 7, 4, 1, 0), {1, 2}),  # 5 are hidden together
        ((6, 1, 0, 0, 0), set()),
        ((6, 6, 2, 0, 0), {2}),  # equally small: the first joins
        ((4, 4, 4, 4, 4), set()),
    ],
)
def test_a_rest_that_could_be_computed_takes_the_smallest_shown_bench_along(sizes, visible):
    assert shown_ids(*sizes) == visible


def test_what_is_hidden_is_nothing_or_five_or_nothing_is_shown():
    chance = random.Random(1)
    for _ in range(3000):
        spread = [tuple(chance.choice((0, 0, 1, 2, 5)) for _ in range(3)) for _ in range(6)]
        visible = shown(counts(*spread))
        hidden = sum(map(sum, spread)) - sum(c.total for c in visible)
        assert all(c.total >= 5 for c in visible)
        assert hidden == 0 or hidden >= 5 or not visible


def test_a_snapshot_holds_no_figure_of_a_hidden_bench():
    stored = snapshot(counts((9, 0, 1), (3, 2, 1), (0, 1, 0)))
    assert stored == [
        {"bench": 1, "agree": 9, "neutral": 0, "against": 1},
        {"bench": 2},
        {"bench": 3},
    ]


def test_benches_without_organisation_stand_apart():
    stored = snapshot([*counts((9, 0, 1)), BenchCount(9, 3, 3, 0, is_counted=False)])
    names = [BenchName(1, "Kammern"), BenchName(9, "Ohne Organisation", is_counted=False)]
    found = assemble(7, (9, 0, 1), stored, None, names, entitled=50)

    assert [bench.name for bench in found.benches] == ["Kammern"]
    assert found.total == 10
    assert found.bench_count == 1
    [apart] = found.apart
    assert (apart.name, apart.total) == ("Ohne Organisation", 6)


def test_a_small_group_apart_is_hidden_and_takes_nobody_along():
    visible = shown([*counts((9, 0, 0)), BenchCount(9, 1, 1, 0, is_counted=False)])
    assert [c.bench_id for c in visible] == [1]


def test_a_bench_has_a_majority_when_more_than_half_of_its_ballots_agree():
    names = [BenchName(i, f"Bank {i}") for i in range(1, 5)]
    stored = snapshot(counts((6, 5, 0), (5, 5, 0), (5, 0, 0), (4, 0, 0), (1, 0, 0)))
    found = assemble(7, (21, 10, 0), stored, None, names, entitled=50)

    assert [bench.has_majority for bench in found.benches] == [True, False, True, None]
    assert (found.majority, found.shown, found.unknown) == (2, 3, 1)


def test_without_a_snapshot_every_bench_is_named_and_unknown():
    names = [BenchName(1, "Kammern"), BenchName(2, "Arbeitgeber")]
    found = assemble(7, (2, 1, 0), (), None, names, entitled=50)
    assert [(bench.name, bench.total) for bench in found.benches] == [
        ("Kammern", None),
        ("Arbeitgeber", None),
    ]
    assert (found.majority, found.shown, found.unknown) == (0, 0, 2)
