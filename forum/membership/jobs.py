"""Timed work on invitations."""

from datetime import UTC, datetime, timedelta

from forum.kernel import jobs
from forum.kernel.db import unit_of_work
from forum.membership import forgetting, queries

LISTS_KEPT = timedelta(days=1)


def purge() -> None:
    """Forget whom invitations were for that no longer hold; writes only when there are some."""
    now = datetime.now(UTC)
    with unit_of_work():
        if queries.is_anything_to_forget(now, now - LISTS_KEPT):
            forgetting.forget_over(now, now - LISTS_KEPT)


jobs.task("invitations", purge)
