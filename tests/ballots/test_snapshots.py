"""When the figures by bench are renewed, and what can be told from them."""

import random
from collections import Counter

import pytest

from forum.kernel import clock
from forum.recommendations.models import Place, SubjectKind, Version, Wording
from tests.factories import BENCHES, berlin_summer


def by_bench(figures) -> dict[str, int | None]:
    return {bench.name: bench.total for bench in figures.benches}


def test_four_votes_show_no_bench_and_the_fifth_does(make, polls):
    wording = polls.wording()
    for _ in range(4):
        polls.cast(make.member(), wording, 1)
    before = polls.figures(wording)
    assert before.total == 4
    assert set(by_bench(before).values()) == {None}
    assert (before.majority, before.shown, before.unknown) == (0, 0, 5)
    assert before.benches_at is None

    polls.cast(make.member(), wording, 1)

    after = polls.figures(wording)
    assert by_bench(after)["Kammern"] == 5
    assert (after.majority, after.shown, after.unknown) == (1, 1, 4)
    assert len(after.benches) == len(BENCHES), "benches without a ballot stay in the list"
    assert after.benches_at.astimezone(clock.BERLIN).date() == clock.today()
    assert after.benches_at.astimezone(clock.BERLIN).hour == 0, "a day, and no finer time"


def test_one_ballot_changed_five_times_is_one(make, polls):
    wording = polls.wording()
    members = [make.member() for _ in range(5)]
    for member in members:
        polls.cast(member, wording, 1)
    for value in (0, 1, -1, 0, -1, 1, 0):
        polls.cast(members[0], wording, value)
    assert polls.figures(wording).benches[3].shares.agree == 100, "still the old snapshot"
    assert polls.totals(wording) == (4, 1, 0), "the totals are live"

    for member in members[1:4]:
        polls.cast(member, wording, -1)
    polls.cast(members[1], wording, 0)
    assert polls.figures(wording).benches[3].shares.agree == 100, "four ballots have changed"

    polls.cast(members[1], wording, -1)
    polls.cast(members[4], wording, -1)
    bench = polls.figures(wording).benches[3]
    assert (bench.name, bench.shares.agree, bench.shares.against) == ("Kammern", 0, 80)


def test_what_was_withdrawn_counts_as_changed_and_is_gone_with_the_snapshot(make, polls):
    wording = polls.wording()
    members = [make.member() for _ in range(10)]
    for member in members:
        polls.cast(member, wording, 1)
    for member in members[:4]:
        polls.withdraw(member, wording)
    assert len(polls.ballots(wording)) == 10
    assert polls.figures(wording).benches[3].total == 10

    polls.withdraw(members[4], wording)

    assert len(polls.ballots(wording)) == 5
    assert polls.figures(wording).benches[3].total == 5
    assert not any(ballot.is_changed for ballot in polls.ballots(wording))
    assert polls.recount() == []


def test_a_changed_bench_is_the_one_of_the_day_the_vote_changed(make, polls):
    wording = polls.wording()
    members = [make.member(bench="kammern") for _ in range(5)]
    for member in members:
        polls.cast(member, wording, 1)
    polls.move(members[0], make.member(bench="gewerkschaften"))
    polls.cast(members[0], wording, -1)
    benches = Counter(ballot.bench_id for ballot in polls.ballots(wording))
    assert sorted(benches.values()) == [1, 4]
    assert polls.totals(wording) == (4, 0, 1)


def test_people_without_organisation_stand_apart_and_in_no_total(make, polls):
    wording = polls.wording()
    bench = polls.uncounted_bench()
    for _ in range(5):
        polls.cast(make.member(bench=bench), wording, 1)
    figures = polls.figures(wording)
    assert (figures.total, figures.shares, figures.bench_count) == (0, None, len(BENCHES))
    [apart] = figures.apart
    assert (apart.name, apart.total) == ("Ohne Organisation", 5)
    assert polls.recount() == []


def test_moving_between_a_counted_bench_and_none_keeps_the_totals_right(make, polls):
    wording, anna = polls.wording(), make.member()
    apart = make.member(bench=polls.uncounted_bench())
    polls.cast(anna, wording, 1)
    polls.move(anna, apart)
    polls.cast(anna, wording, -1)
    assert polls.totals(wording) == (0, 0, 0)
    polls.move(anna, make.member())
    polls.cast(anna, wording, 0)
    assert polls.totals(wording) == (0, 1, 0)
    assert polls.recount() == []


@pytest.mark.parametrize("seed", range(4))
def test_an_observer_of_every_vote_never_sees_a_bench_below_the_rule(make, polls, seed):
    """Reads totals and benches after each act, as anybody could, and compares with the truth."""
    chance = random.Random(seed)
    wording = polls.wording()
    names = [slug.title() for slug in BENCHES]
    people = [
        make.member(bench=slug)
        for slug, size in zip(BENCHES, (7, 6, 3, 2, 1), strict=True)
        for _ in range(size)
    ]
    bench_of = {person.id: person.organisation.bench.name for person in people}
    truth: dict[int, int] = {}
    touched: set[int] = set()
    seen, total_then = polls.figures(wording), 0
    for _step in range(45):
        person = chance.choice(people)
        value = chance.choice((1, 1, 0, -1, None))
        if truth.get(person.id) != value:
            touched.add(person.id)
        if value is None:
            polls.withdraw(person, wording)
            truth.pop(person.id, None)
        else:
            polls.cast(person, wording, value)
            truth[person.id] = value
        now = polls.figures(wording)
        votes = Counter(truth.values())
        assert (now.agree, now.neutral, now.against) == (votes[1], votes[0], votes[-1])
        if len(touched) < 5:
            assert now.benches == seen.benches, "the snapshot stands still between two renewals"
            continue
        seen, total_then = now, len(truth)
        touched.clear()
        sizes = Counter(bench_of[person_id] for person_id in truth)
        shown = {bench.name: bench.total for bench in now.benches if bench.total is not None}
        assert [bench.name for bench in now.benches] == names
        assert all(total == sizes[name] and total >= 5 for name, total in shown.items())
        hidden = total_then - sum(shown.values())
        assert hidden == 0 or hidden >= 5 or not shown
        assert now.shown + now.unknown == len(names)
    assert polls.recount() == []


def test_the_end_of_voting_takes_the_last_snapshot_and_no_vote_follows(make, polls, travel, work):
    wording = polls.wording()
    thesis = polls.beside(wording, SubjectKind.THESIS)
    members = [make.member() for _ in range(6)]
    for member in members:
        polls.cast(member, thesis, 1)
    polls.withdraw(members[0], thesis)
    polls.cast(members[1], wording, 1)
    revision = polls.revision(thesis)
    work()
    assert polls.tally(thesis).closed_at is None

    travel(berlin_summer(9, 1))
    work()

    tally = polls.tally(thesis)
    assert tally.closed_at == berlin_summer(9, 1)
    assert tally.benches_at == berlin_summer(9, 1)
    assert polls.figures(thesis).benches[3].total == 5
    assert len(polls.ballots(thesis)) == 5, "what was withdrawn is gone"
    assert polls.tally(wording).closed_at is None, "wordings are voted on until 17 September"
    after = polls.revision(thesis)
    assert after == revision + 1, "kept pages hear of it"
    work()
    assert polls.revision(thesis) == after, "once is enough"
    assert polls.recount() == []


def test_a_replaced_wording_is_closed_and_keeps_its_result(make, polls, work, travel):
    wording = polls.wording()
    anna = make.member()
    polls.cast(anna, wording, 1)

    def replace() -> int:
        from sqlalchemy import select

        from forum.kernel.db import db, save
        from forum.recommendations.actions import new_subject
        from forum.recommendations.models import Subject

        old, subject = db.session.get_one(Wording, wording), db.session.get_one(Subject, wording)
        first = db.session.scalars(
            select(Version).where(Version.recommendation_id == subject.recommendation_id)
        ).one()
        key = new_subject(
            SubjectKind.WORDING,
            consultation_id=subject.consultation_id,
            recommendation_id=subject.recommendation_id,
            number=99,
        )
        columns = {
            name: getattr(old, name)
            for name in ("heading", "text", "html", "render_version", "sources")
        }
        save(Wording(id=key.id, paragraph_id=old.paragraph_id, number=2, **columns))
        version = save(
            Version(
                recommendation_id=first.recommendation_id,
                number=2,
                published_at=berlin_summer(8, 20),
            )
        )
        save(Place(version_id=version.id, position=1, wording_id=key.id))
        return key.id

    new = make.run(replace)
    polls.refused(anna, new, 404)
    polls.cast(anna, wording, 0)

    travel(berlin_summer(8, 20))
    polls.refused(anna, wording, 403, "Diese Fassung steht nicht mehr zur Abstimmung")
    polls.cast(anna, new, 1)
    work()

    assert polls.tally(wording).closed_at is not None
    assert polls.tally(new).closed_at is None
    assert polls.totals(wording) == (0, 1, 0)
    assert polls.totals(new) == (1, 0, 0)
