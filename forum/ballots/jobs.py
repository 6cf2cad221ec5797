"""The end of voting: the last snapshot is taken by the product's clock, whoever is looking."""

from forum.ballots import actions, ending
from forum.kernel import clock
from forum.kernel.db import unit_of_work
from forum.kernel.jobs import task

BATCH = 100
"""Objects a transaction: votes elsewhere wait for no more than that."""


def close_due() -> None:
    """Take the last snapshot of every object whose voting has ended since."""
    with unit_of_work():
        due = ending.ended(clock.now())
    for start in range(0, len(due), BATCH):
        with unit_of_work(writing=True):
            actions.close(due[start : start + BATCH])


task("ballots.close", close_due)
