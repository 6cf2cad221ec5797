"""Following and no longer, settings, reading, and noting what has happened.

What happened is one row, written in the transaction of the fact; telling people is `telling`'s work
and mailing them `mailing`'s, both in jobs.
"""

import secrets
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, insert, select, update

from forum.accounts.models import User, Visitor
from forum.following import paces, queries
from forum.following.models import (
    Follow,
    MailFollower,
    MailSettings,
    News,
    NewsKind,
    Notice,
    Pace,
)
from forum.following.policy import FOLLOW
from forum.following.targets import Target
from forum.kernel import clock, jobs, vault
from forum.kernel.db import begin_writing, db, save
from forum.positions.models import Party, Position, PositionVersion

_NEWS: Any = News.__table__
_NOTE = insert(_NEWS)  # built once: every comment sends it


def note(
    kind: NewsKind,
    key: str,
    *,
    subject_id: int | None = None,
    party_id: int | None = None,
    number: int = 0,
    caused_by_id: int | None = None,
    happened_at: datetime | None = None,
) -> None:
    """Note a fact that people may be told of, within the transaction of the fact."""
    given = {
        "kind": kind,
        "key": key,
        "subject_id": subject_id,
        "party_id": party_id,
        "number": number,
        "caused_by_id": caused_by_id,
        "happened_at": happened_at or clock.now(),
        "step": 0,
        "after_id": 0,
    }
    db.session.execute(_NOTE, given)
    jobs.nudge("following.audience")


def note_once(kind: NewsKind, key: str, **more: object) -> None:
    """Note a fact that may be announced more than once."""
    if not queries.is_noted(key):
        note(kind, key, **more)  # type: ignore[arg-type]


def note_position(version_id: int) -> None:
    """Note that a party has said something; what it says in the same minute is one fact."""
    party_id, at = db.session.execute(
        select(Position.party_id, PositionVersion.published_at)
        .join(PositionVersion, PositionVersion.position_id == Position.id)
        .where(PositionVersion.id == version_id)
    ).one()
    # Parts of one set are released in transactions of their own: one of them notes it.
    db.session.execute(select(Party.id).where(Party.id == party_id).with_for_update(key_share=True))
    key = f"party:{party_id}:{at.isoformat()}"
    note_once(NewsKind.POSITION, key, party_id=party_id, happened_at=at)


def follow(person: User | Visitor, target: Target) -> None:
    """Follow a thing, or be told of answers to one's own contribution again."""
    begin_writing()
    FOLLOW.require(person)
    assert person.id is not None  # noqa: S101 - the rule has refused visitors
    _lock(person.id)
    own = queries.is_author(person.id, target.subject_id)
    found = queries.follow_of(person.id, target)
    if found is not None and (own or found.is_off):
        db.session.delete(found)
    if not own and (found is None or found.is_off):
        db.session.flush()
        save(Follow(user_id=person.id, subject_id=target.subject_id, party_id=target.party_id))


def unfollow(person: User | Visitor, target: Target) -> None:
    """Follow a thing no longer; of one's own contribution, note that one is not told of it."""
    begin_writing()
    assert person.id is not None  # noqa: S101 - views ask who it is
    _lock(person.id)
    found = queries.follow_of(person.id, target)
    if queries.is_author(person.id, target.subject_id):
        if found is None:
            save(Follow(user_id=person.id, subject_id=target.subject_id, is_off=True))
        else:
            found.is_off = True
    elif found is not None:
        db.session.delete(found)
    db.session.flush()


def choose(person: User, *, pace: Pace, follows_own: bool, mails: Iterable[str]) -> None:
    """Settle which mails somebody wants. What waits goes out by the new pace, or not at all."""
    begin_writing()
    _lock(person.id)
    row = settings_row(person.id)
    wanted = frozenset(mails)
    row.pace, row.follows_own = pace, follows_own
    for topic in queries.TOPICS:
        setattr(row, topic, topic in wanted)
    db.session.flush()
    _reschedule(person.id, pace, {k for k, topic in queries.TOPIC_OF.items() if topic in wanted})


def settings_row(user_id: int) -> MailSettings:
    """The settings of an account, to be changed; a row of its own from now on."""
    found = db.session.get(MailSettings, user_id)
    return found or save(MailSettings(user_id=user_id))


def _reschedule(user_id: int, pace: Pace, kinds: set[NewsKind]) -> None:
    waiting = (Notice.user_id == user_id) & Notice.mail_due_at.is_not(None)
    now = clock.now()
    for kind in NewsKind:
        due = paces.due(pace, kind, now) if kind in kinds else None
        of_kind = select(News.id).where(News.kind == kind)
        db.session.execute(
            update(Notice)
            .where(waiting, Notice.news_id.in_(of_kind))
            .values(mail_due_at=due)
            .execution_options(synchronize_session=False)
        )
    jobs.nudge("following.letters")


def mark_read(person: User, up_to: int, *, only: bool = False) -> None:
    """Note that somebody has seen their news up to one notice, or `only` that one."""
    begin_writing()
    _lock(person.id)
    which = Notice.id == up_to if only else Notice.id <= up_to
    db.session.execute(
        update(Notice)
        .where(Notice.user_id == person.id, which, Notice.read_at.is_(None))
        .values(read_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    recount([person.id])


def recount(user_ids: Iterable[int]) -> None:
    """Count anew what is new to these people."""
    db.session.execute(
        update(User)
        .where(User.id.in_(list(user_ids)))
        .values(unread_news=queries.unread_of(User.id), updated_at=User.updated_at)
        .execution_options(synchronize_session=False)
    )


def forget_interests(user_id: int) -> None:
    """Forget what somebody follows, and take unsent mails back."""
    begin_writing()
    db.session.execute(delete(Follow).where(Follow.user_id == user_id))
    _take_back_mails(user_id)


def _take_back_mails(user_id: int) -> None:
    db.session.execute(
        update(Notice)
        .where(Notice.user_id == user_id)
        .values(mail_due_at=None)
        .execution_options(synchronize_session=False)
    )


# By mail, without an account ---


def confirm(address: str, pace: Pace, target: Target) -> None:
    """Have a confirmed address follow a thing. Twice is once; the pace chosen last holds."""
    begin_writing()
    mark = mark_of(address)
    follower = db.session.scalars(
        select(MailFollower).where(MailFollower.mark == mark).with_for_update(key_share=True)
    ).one_or_none()
    if follower is None:
        secret = secrets.token_urlsafe(24)
        token = hash_of(secret)
        follower = save(
            MailFollower(
                mark=mark,
                token=token,
                sealed=vault.seal({"address": address, "secret": secret}, sealed_in(token)),
                pace=pace,
                confirmed_at=clock.now(),
            )
        )
    follower.pace = pace
    known = select(Follow.id).where(
        Follow.follower_id == follower.id,
        Follow.subject_id == target.subject_id
        if target.subject_id
        else Follow.party_id == target.party_id,
    )
    if db.session.scalar(known) is None:
        save(
            Follow(follower_id=follower.id, subject_id=target.subject_id, party_id=target.party_id)
        )


def stop_mails(secret: str) -> None:
    """End the mails that carry this secret; whether there were any is nobody's business.

    Who has an account keeps it, and their list of news; an address without one is forgotten.
    """
    begin_writing()
    token = hash_of(secret)
    db.session.execute(delete(MailFollower).where(MailFollower.token == token))
    user_id = db.session.scalar(
        update(MailSettings)
        .where(MailSettings.token == token)
        .values(pace=Pace.NEVER)
        .returning(MailSettings.user_id)
        .execution_options(synchronize_session=False)
    )
    if user_id is not None:
        _take_back_mails(user_id)


def forget_address(address: str) -> None:
    """Forget an address that follows by mail, with all that it follows."""
    begin_writing()
    db.session.execute(delete(MailFollower).where(MailFollower.mark == mark_of(address)))


def mark_of(address: str) -> str:
    """What an address is recognised by."""
    return vault.mark(address.strip().lower(), "mail-follower")


def sealed_in(token: str) -> str:
    """The place that an address, or a secret, is encrypted for."""
    return f"mails:{token}"


def hash_of(secret: str) -> str:
    """How a secret stands in the table."""
    return sha256(secret.encode()).hexdigest()


def _lock(user_id: int) -> None:
    db.session.execute(
        select(User.id).where(User.id == user_id).with_for_update(key_share=True)
    ).one()


def forget_old(before: datetime) -> None:
    """Forget news that are older than that, and who was told of them; some at a time."""
    begin_writing()
    old = db.session.scalars(queries.old_news(before)).all()
    told = (
        select(Notice.user_id).where(
            Notice.news_id.in_(old), Notice.read_at.is_(None), Notice.user_id.is_not(None)
        )
    ).distinct()
    people = db.session.scalars(told).all()
    db.session.execute(delete(Notice).where(Notice.news_id.in_(old)))
    db.session.execute(delete(News).where(News.id.in_(old)))
    for start in range(0, len(people), 500):
        recount([one for one in people[start : start + 500] if one is not None])
