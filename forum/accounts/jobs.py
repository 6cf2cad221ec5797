"""Timed work on accounts."""

from forum.accounts import actions, queries
from forum.kernel import jobs
from forum.kernel.db import unit_of_work


def purge() -> None:
    """Forget the texts nobody came back for; writes only when there are some."""
    with unit_of_work():
        if queries.is_held_form_due():
            actions.purge_held()


jobs.task("held-forms", purge)
