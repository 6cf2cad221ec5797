"""Scores follow the figures by bench, a moment after these were published."""

from forum.ballots import queries as ballots
from forum.deliberation import drafting, ranking
from forum.kernel.db import unit_of_work
from forum.kernel.jobs import task

BATCH = 200
"""Objects a transaction."""


def renew_scores() -> None:
    """Give the comments whose figures were renewed their new places."""
    while True:
        with unit_of_work():
            due = ballots.due_for_orders(BATCH)
        if not due:
            return
        with unit_of_work(writing=True):
            ranking.renew(due)


task("deliberation.rank", renew_scores)


def purge_drafts() -> None:
    """Forget drafts nobody has gone on with; writes only when there are some."""
    with unit_of_work():
        is_due = drafting.is_any_old()
    if is_due:
        with unit_of_work(writing=True):
            drafting.forget_old()


task("comment-drafts", purge_drafts)
