"""Timed work on accounts."""

from forum.accounts import actions, links, queries, sessions
from forum.kernel import jobs
from forum.kernel.db import unit_of_work


def purge() -> None:
    """Forget the texts nobody came back for; writes only when there are some."""
    with unit_of_work():
        if queries.is_held_form_due():
            actions.purge_held()


def purge_links() -> None:
    """Forget the links that are over, and what unconfirmed registrations held."""
    with unit_of_work():
        if links.is_purge_due():
            links.purge()


def purge_sessions() -> None:
    """Forget the sessions that are over."""
    with unit_of_work():
        if queries.is_session_over():
            sessions.purge()


jobs.task("held-forms", purge)
jobs.task("mailed-links", purge_links)
jobs.task("sessions", purge_sessions)
