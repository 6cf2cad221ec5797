"""Mails about news: one for each person to whom something is due, written when it is sent.

The outbox holds only for whom; what the mail says is read in the transaction that claims it, so
that what was hidden or erased a second ago is in no mail. Sent and marked are two steps: a process
killed between them sends that one mail again, and no other.
"""

import secrets
from collections.abc import Callable, Sequence

from sqlalchemy import delete, update

from forum.accounts import queries as people
from forum.accounts.models import Role, User
from forum.following import actions, letters, queries
from forum.following.items import items
from forum.following.models import MailSettings, Notice, Pace
from forum.following.paces import ANSWERS
from forum.following.queries import MEMBERS, VISITORS, Told
from forum.kernel import clock, jobs, mail, vault
from forum.kernel.db import db, unit_of_work
from forum.kernel.letters import address_of
from forum.kernel.mail import Composed

BATCH = 500


def queue_due() -> int:
    """Put a mail into the outbox for everybody to whom something is due; returns how many."""
    queued = 0
    for composer, column in ((MEMBERS, Notice.user_id), (VISITORS, Notice.follower_id)):
        with unit_of_work():
            due = bool(queries.to_be_mailed(column, composer, 1))
        while due:
            with unit_of_work(writing=True):
                found = queries.to_be_mailed(column, composer, BATCH)
                mail.post_late(composer, found)
            queued += len(found)
            due = len(found) == BATCH
    return queued


def to_member(user_id: int) -> Composed | None:
    """The mail for an account."""
    user = db.session.get(User, user_id)
    told = _ready(queries.waiting(Notice.user_id, user_id))
    if user is None or not user.active or not told:
        _settle([one.notice.id for one in told])
        return None
    user = people.user(user_id, lock=True)
    settings = actions.settings_row(user_id)
    if settings.pace is Pace.NEVER:
        _settle([one.notice.id for one in told])
        return None
    stop = _stop_address(_secret(settings))
    return _composed(told, user.email, settings.pace, stop, may_answer=Role.MEMBER in user.roles)


def to_visitor(follower_id: int) -> Composed | None:
    """The mail for an address without an account."""
    follower = queries.follower(follower_id)
    told = _ready(queries.waiting(Notice.follower_id, follower_id))
    if follower is None or not told:
        return None
    opened = vault.unseal(follower.sealed, actions.sealed_in(follower.token))
    stop = _stop_address(opened["secret"])
    return _composed(told, opened["address"], follower.pace, stop, is_visitor=True)


def _ready(waiting: Sequence[Told]) -> list[Told]:
    """What is to go out now; with one answer that is due go all that came since."""
    now = clock.now()
    due = [one for one in waiting if one.notice.mail_due_at and one.notice.mail_due_at <= now]
    if not any(one.news.kind in ANSWERS for one in due):
        return due
    return [one for one in waiting if one in due or one.news.kind in ANSWERS]


def _composed(
    told: Sequence[Told],
    address: str,
    pace: Pace,
    stop: str,
    *,
    is_visitor: bool = False,
    may_answer: bool = False,
) -> Composed | None:
    ids = [one.notice.id for one in told]
    shown = [item for item in items(told) if not item.is_gone]
    if not shown:
        _settle(ids)
        return None
    subject, body = letters.news(
        shown, pace=pace, stop=stop, is_visitor=is_visitor, may_answer=may_answer
    )
    return Composed(address, subject, body, stop, _done(ids))


def _done(ids: Sequence[int]) -> Callable[[], None]:
    return lambda: _settle(ids)


def _settle(ids: Sequence[int]) -> None:
    """Note that these were mailed, or never will be. Visitors have no list: theirs go."""
    db.session.execute(
        update(Notice)
        .where(Notice.id.in_(ids), Notice.user_id.is_not(None))
        .values(mail_due_at=None)
        .execution_options(synchronize_session=False)
    )
    db.session.execute(delete(Notice).where(Notice.id.in_(ids), Notice.user_id.is_(None)))
    jobs.nudge("following.letters")  # what came while it was under way


def _secret(settings: MailSettings) -> str:
    """The secret that ends the mails of an account; made with its first mail."""
    if settings.token is not None and settings.sealed is not None:
        opened = vault.unseal(settings.sealed, actions.sealed_in(settings.token))
        return str(opened["secret"])
    secret = secrets.token_urlsafe(24)
    settings.token = actions.hash_of(secret)
    settings.sealed = vault.seal({"secret": secret}, actions.sealed_in(settings.token))
    db.session.flush()
    return secret


def _stop_address(secret: str) -> str:
    return address_of(f"/abbestellen/{secret}")
