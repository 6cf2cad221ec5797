"""Work on news: telling followers, mailing them, and forgetting what is old."""

from datetime import timedelta

from forum.following import actions, mailing, queries, telling
from forum.following.retention import NEWS_KEPT
from forum.kernel import clock, mail
from forum.kernel.db import unit_of_work
from forum.kernel.jobs import task


def forget_old() -> None:
    """Forget the news whose days are over; writes only when there are some."""
    with unit_of_work():
        before = clock.now() - timedelta(days=NEWS_KEPT.value())
        if queries.is_anything_old(before):
            actions.forget_old(before)


mail.composer(queries.MEMBERS, mailing.to_member)
mail.composer(queries.VISITORS, mailing.to_visitor)
# By name: what has happened is told before it is mailed, and both before the outbox is emptied.
task("following.old", forget_old)
task("following.letters", mailing.queue_due)
task("following.audience", telling.tell_due)
