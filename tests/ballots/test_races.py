"""One account racing itself, and many racing each other: in threads and in processes."""

import contextvars
import multiprocessing
import random
import threading
from pathlib import Path
from typing import Any

import pytest

from forum.accounts import queries as accounts
from forum.ballots import actions
from forum.ballots.models import Ballot
from forum.config import Config
from forum.factory import create_app
from forum.kernel import clock
from forum.kernel.db import db, unit_of_work
from forum.kernel.errors import NotPermitted
from forum.recommendations.models import SubjectKind
from tests.factories import berlin_summer

VALUES = (1, 0, -1, None)


def vote(app: Any, user_id: int, subject_id: int, value: int | None) -> None:
    """One request's worth: read the voter, then act."""

    def inside() -> None:
        with app.app_context(), unit_of_work():
            voter = accounts.user(user_id)
            if value is None:
                actions.withdraw(voter, subject_id)
            else:
                actions.cast(voter, subject_id, value)

    contextvars.Context().run(inside)


def in_threads(calls: list[Any]) -> None:
    failures: list[BaseException] = []

    def guarded(call: Any) -> None:
        try:
            call()
        except BaseException as error:  # a thread's failure must reach the test
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def other_process(
    config: Config, clock_file: Path, user_ids: list[int], subject_id: int, seed: int, times: int
) -> None:
    app = create_app(config)
    clock.use(clock_file)
    chance = random.Random(seed)
    for _ in range(times):
        vote(app, chance.choice(user_ids), subject_id, chance.choice(VALUES))
    with app.app_context():
        db.engine.dispose()


def in_processes(
    app: Any, data_folder: Path, user_ids: list[int], subject_id: int, count: int, times: int
) -> None:
    with app.app_context():
        db.engine.dispose()
    spawn = multiprocessing.get_context("spawn")
    started = [
        spawn.Process(
            target=other_process,
            args=(
                app.config["FORUM"],
                data_folder / "clock.json",
                user_ids,
                subject_id,
                seed,
                times,
            ),
        )
        for seed in range(count)
    ]
    for process in started:
        process.start()
    for process in started:
        process.join(120)
    assert [process.exitcode for process in started] == [0] * count


def assert_sound(polls: Any, subject_id: int) -> list[Ballot]:
    """The totals are what the ballots say, and those who stand are all there are."""
    assert polls.recount() == []
    return [ballot for ballot in polls.ballots(subject_id) if ballot.value is not None]


def test_one_account_racing_itself_a_hundred_times_gives_one_ballot(app, make, polls):
    wording, anna = polls.wording(), make.member()
    barrier = threading.Barrier(10)

    def ten(seed: int) -> None:
        chance = random.Random(seed)
        barrier.wait()
        for _ in range(10):
            vote(app, anna.id, wording, chance.choice((1, 0, -1)))

    in_threads([lambda seed=seed: ten(seed) for seed in range(10)])

    [ballot] = assert_sound(polls, wording)
    assert polls.own(anna, wording) == ballot.value
    assert sum(polls.totals(wording)) == 1
    assert polls.tally(wording).changed == 1


def test_twelve_people_racing_in_threads_keep_totals_and_snapshot_right(app, make, polls):
    wording = polls.wording()
    people = [make.member() for _ in range(12)]

    def many(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(8):
            vote(app, chance.choice(people).id, wording, chance.choice(VALUES))

    in_threads([lambda seed=seed: many(seed) for seed in range(8)])
    assert_sound(polls, wording)
    assert polls.tally(wording).changed < 5


def test_the_very_first_votes_of_a_round_may_come_together(app, make, polls):
    wordings = [polls.wording() for _ in range(6)]
    people = [make.member() for _ in range(6)]
    barrier = threading.Barrier(6)

    def first(person: Any, wording: int) -> None:
        barrier.wait()
        vote(app, person.id, wording, 1)

    in_threads([lambda p=p, w=w: first(p, w) for p, w in zip(people, wordings, strict=True)])
    assert [polls.totals(wording) for wording in wordings] == [(1, 0, 0)] * 6
    assert polls.recount() == []


@pytest.mark.slow
def test_one_account_racing_itself_in_four_processes_gives_one_ballot(
    app, make, polls, data_folder
):
    wording, anna = polls.wording(), make.member()
    in_processes(app, data_folder, [anna.id], wording, count=4, times=25)
    assert len(assert_sound(polls, wording)) <= 1
    assert len(polls.ballots(wording)) == 1


@pytest.mark.slow
def test_ten_people_racing_in_processes_keep_totals_and_snapshot_right(
    app, make, polls, data_folder
):
    wording = polls.wording()
    people = [make.member().id for _ in range(10)]
    in_processes(app, data_folder, people, wording, count=3, times=40)
    assert_sound(polls, wording)


def test_a_vote_that_waited_past_the_end_of_the_phase_is_refused(app, make, polls, travel):
    """The phase is asked under the object's lock, not before."""
    wording, anna = polls.wording(), make.member()
    thesis = polls.beside(wording, SubjectKind.THESIS)
    travel(berlin_summer(8, 31, 23))
    held, ended = threading.Event(), threading.Event()
    refusals: list[str] = []

    def holder() -> None:
        with app.app_context(), unit_of_work(writing=True):
            from forum.ballots import queries

            queries.lock_many([thesis])
            held.set()
            ended.wait(20)

    def late() -> None:
        held.wait(20)
        try:
            vote(app, anna.id, thesis, 1)
        except NotPermitted as refusal:
            refusals.append(str(refusal.message))

    threads = [
        threading.Thread(target=lambda call=call: contextvars.Context().run(call))
        for call in (holder, late)
    ]
    for thread in threads:
        thread.start()
    held.wait(20)
    threads[1].join(0.5)  # it waits for the object by now
    travel(berlin_summer(9, 1))
    ended.set()
    for thread in threads:
        thread.join()

    assert refusals == ["Die Phase „Diskussion“ ist seit 1. September beendet."]
    assert polls.ballots(thesis) == []
