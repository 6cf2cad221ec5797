"""Timed work on accounts: erasures to finish, copies to make, what was kept long enough."""

from datetime import UTC, datetime, timedelta

import structlog
from flask_babel import format_date

from forum.accounts import queries as people
from forum.ballots.erasing import take_back_all
from forum.kernel import clock
from forum.kernel.db import unit_of_work
from forum.kernel.errors import NotPermitted, Unavailable
from forum.kernel.jobs import task
from forum.moderation import erasing as moderation
from forum.profile import actions, export, queries, retention
from forum.recommendations.queries import current_consultation

log = structlog.get_logger()

STILL_UNDER_WAY = timedelta(minutes=2)
"""Longer than any request lasts: a vote sent just before the erasure has arrived by then."""


def finish_erasures() -> None:
    """Take back the open votes of accounts that are gone, then destroy their secret.

    Stopped anywhere, it starts over; the secret is destroyed only once nothing is left to do.
    """
    now = datetime.now(UTC)
    with unit_of_work():
        waiting = queries.erasures(now)
        settled = set(queries.erasures(now - STILL_UNDER_WAY))
    for user_id in waiting:
        with unit_of_work():
            voter = people.user(user_id)
        try:
            take_back_all(voter)
        except Unavailable:  # with another ballot key the votes are not to be found: wait for it
            log.warning("erasure.waits_for_the_ballot_key")
            continue
        if user_id in settled:
            with unit_of_work(writing=True):
                actions.destroy_secret(user_id)


def make_exports() -> None:
    """Make the copies that were asked for, and drop those whose days are over."""
    with unit_of_work():
        due = queries.exports_due()
        is_over = queries.is_export_over()
    for export_id, user_id in due:
        with unit_of_work():
            content = export.bundle(user_id)
        with unit_of_work(writing=True):
            actions.store_export(export_id, content)
    if is_over:
        with unit_of_work(writing=True):
            actions.forget_exports()


def keep_no_longer() -> None:
    """Do what the periods ask for: closed reports, and accounts that nobody uses."""
    now = clock.now()
    with unit_of_work():
        periods = retention.periods()
        before = now - periods.closed_reports
        if moderation.is_anonymising_due(before):
            moderation.anonymise_closed(before)
    with unit_of_work():
        consultation = current_consultation()
        if consultation is not None and consultation.has_demo:  # invented people sign in rarely
            return
        first = (now - periods.unused_account + periods.warned_before).date()
        back = queries.warned_but_back()
        unused = [] if back else queries.unused_since(first + timedelta(days=1))
    for user_id in back:
        with unit_of_work(writing=True):
            actions.forget_warning(user_id)
    for one in unused:
        due = retention.step(one.last_active_on, one.first_at, one.second_at, now, periods)
        if due == "erase":
            _erase(one.user_id)
        elif due:
            last = one.last_active_on + periods.unused_account
            wait = periods.warned_before if due == "warn" else periods.warned_before / 2
            ends = format_date(max(last, (now + wait).date()), "d. MMMM y")
            with unit_of_work(writing=True):
                actions.warn_unused(one.user_id, ends=ends, is_second=due == "warn_again")


def _erase(user_id: int) -> None:
    try:
        with unit_of_work(writing=True):
            actions.erase(user_id, texts=False)
    except NotPermitted:
        log.warning("retention.last_administrator")


task("profile.erasures", finish_erasures)
task("profile.exports", make_exports)
task("profile.retention", keep_no_longer)
