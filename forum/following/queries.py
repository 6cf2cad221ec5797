"""Reading who follows what, and what is new to whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, func, or_, select

from forum.accounts.models import User
from forum.amendments.models import Amendment, Motion
from forum.deliberation.described import described
from forum.deliberation.models import Comment
from forum.following.models import (
    Follow,
    MailFollower,
    MailSettings,
    News,
    NewsKind,
    Notice,
    Pace,
)
from forum.following.targets import KINDS, OWN, Place, Target
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.kernel.mail import Mail
from forum.positions.models import Party
from forum.recommendations.models import SubjectKind

TOPIC_OF = {
    NewsKind.REPLY: "mails_replies",
    NewsKind.ACCEPTED: "mails_replies",
    NewsKind.COMMENT: "mails_comments",
    NewsKind.DECISION: "mails_texts",
    NewsKind.VERSION: "mails_texts",
    NewsKind.SUMMARY: "mails_texts",
    NewsKind.POSITION: "mails_positions",
}
"""The column of the settings that says whether somebody wants mails of a kind."""
TOPICS = tuple(dict.fromkeys(TOPIC_OF.values()))
PAGE = 20
MEMBERS, VISITORS = "following.members", "following.visitors"
"""Who composes mails to whom; their references are the keys of accounts and of followers."""


def is_noted(key: str) -> bool:
    """Whether this fact is known."""
    return db.session.scalar(select(News.id).where(News.key == key)) is not None


def is_author(user_id: int, subject_id: int | None) -> bool:
    """Whether somebody wrote this comment or proposed this amendment."""
    if subject_id is None:
        return False
    wrote = select(Comment.id).where(Comment.id == subject_id, Comment.author_id == user_id)
    proposed = (
        select(Amendment.id)
        .join(Motion, Motion.id == Amendment.motion_id)
        .where(Amendment.id == subject_id, Motion.author_id == user_id)
    )
    return bool(db.session.scalar(select(or_(wrote.exists(), proposed.exists()))))


def follow_of(user_id: int, target: Target) -> Follow | None:
    """What is noted about this person and this thing."""
    return db.session.scalars(
        select(Follow).where(Follow.user_id == user_id, _about(target))
    ).one_or_none()


def _about(target: Target) -> ColumnElement[bool]:
    if target.party_id is not None:
        return Follow.party_id == target.party_id
    return Follow.subject_id == target.subject_id


def is_following(user_id: int | None, target: Target) -> bool:
    """Whether somebody with an account follows a thing that anybody can follow."""
    if user_id is None:
        return False
    one = select(Follow.id).where(Follow.user_id == user_id, _about(target), ~Follow.is_off)
    return bool(db.session.scalar(select(one.exists())))


def follows_own(user_id: int, subject_id: int) -> bool:
    """Whether somebody is told of answers to this contribution of theirs."""
    off = select(Follow.id).where(
        Follow.user_id == user_id, Follow.subject_id == subject_id, Follow.is_off
    )
    in_general = select(MailSettings.follows_own).where(MailSettings.user_id == user_id)
    row = db.session.execute(select(off.exists(), in_general.scalar_subquery())).one()
    return not row[0] and row[1] is not False


def switched_off(user_id: int, subject_ids: Sequence[int]) -> frozenset[int]:
    """Of these contributions of somebody, those that they are not told of answers to."""
    return frozenset(
        found
        for found in db.session.scalars(
            select(Follow.subject_id).where(
                Follow.user_id == user_id, Follow.subject_id.in_(subject_ids), Follow.is_off
            )
        )
        if found is not None
    )


def place(subject_id: int, user_id: int | None) -> Place:
    """A recommendation or Abschnitt to follow, or one's own contribution; 404 for all else."""
    found = described([subject_id]).get(subject_id)
    if found is None or found.kind not in KINDS | OWN:
        raise NotFound
    is_own = found.kind in OWN
    if is_own and found.author_id != user_id:
        raise NotFound
    url = f"/empfehlungen/{found.slug}"
    path = f"/folgen/{subject_id}"
    if found.kind is SubjectKind.RECOMMENDATION:
        return Place(
            Target(subject_id),
            _("Empfehlung „%(title)s“", title=found.title),
            url,
            _("Sie erfahren von neuen Beiträgen, neuen Fassungen und der Zusammenfassung."),
            path,
        )
    label = _("%(what)s der Empfehlung „%(title)s“", what=found.label, title=found.title)
    if found.kind is SubjectKind.PARAGRAPH:
        return Place(
            Target(subject_id),
            label,
            f"{url}/abschnitte/{found.number}",
            _(
                "Sie erfahren von neuen Beiträgen zu diesem Abschnitt, von Entscheidungen über "
                "Änderungen und davon, wenn er neu lautet."
            ),
            path,
        )
    return Place(
        Target(subject_id),
        _("Ihr %(what)s zur Empfehlung „%(title)s“", what=found.label, title=found.title),
        f"/stelle/{subject_id}",
        _("Sie erfahren von Antworten."),
        path,
        is_own=True,
    )


def party_place(slug: str) -> Place:
    """A party to follow."""
    party = db.session.scalars(select(Party).where(Party.slug == slug)).one_or_none()
    if party is None:
        raise NotFound
    return Place(
        Target(party_id=party.id),
        party.name,
        f"/parteien/{party.slug}",
        _("Sie erfahren von neuen und berichtigten Antworten, sobald sie öffentlich sind."),
        f"/folgen/partei/{party.slug}",
    )


def place_of(target: Target) -> Place | None:
    """The words for a target; None when it is gone."""
    if target.party_id is not None:
        slug = db.session.scalar(select(Party.slug).where(Party.id == target.party_id))
        return party_place(slug) if slug else None
    try:
        return place(target.subject_id or 0, None)
    except NotFound:
        return None


def followed(user_id: int) -> list[Place]:
    """What somebody follows, the latest first."""
    rows = db.session.execute(
        select(Follow.subject_id, Party.slug)
        .outerjoin(Party, Party.id == Follow.party_id)
        .where(Follow.user_id == user_id, ~Follow.is_off)
        .order_by(Follow.id.desc())
        .limit(200)
    ).all()
    places = []
    for subject_id, slug in rows:
        try:
            places.append(party_place(slug) if slug else place(subject_id or 0, user_id))
        except NotFound:
            continue
    return places


def settings(user_id: int) -> MailSettings:
    """Which mails somebody wants; the defaults where they have not said."""
    found = db.session.get(MailSettings, user_id)
    topics = dict.fromkeys(TOPICS, True)
    return found or MailSettings(user_id=user_id, pace=Pace.DAILY, follows_own=True, **topics)


def unread_of(user_id: Any) -> Any:
    """How many notices of an account are unread, as a subquery."""
    return (
        select(func.count())
        .select_from(Notice)
        .where(Notice.user_id == user_id, Notice.read_at.is_(None))
        .correlate(User)
        .scalar_subquery()
    )


@dataclass(frozen=True)
class Told:
    """A notice with what it is about, before anybody has looked what may be shown of it."""

    notice: Notice
    news: News


@dataclass(frozen=True)
class NewsPage:
    """A page of somebody's news."""

    rows: Sequence[Told]
    older: int | None


def notices(user_id: int, before: int | None = None) -> NewsPage:
    """The news of an account, the latest first, a page of them."""
    statement = (
        select(Notice, News)
        .join(News, News.id == Notice.news_id)
        .where(Notice.user_id == user_id)
        .order_by(Notice.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        statement = statement.where(Notice.id < before)
    rows = [Told(*row) for row in db.session.execute(statement)]
    return NewsPage(rows[:PAGE], rows[PAGE - 1].notice.id if len(rows) > PAGE else None)


def waiting(column: Any, person_id: int) -> list[Told]:
    """Everything that waits to be mailed to somebody, in the order it happened."""
    statement = (
        select(Notice, News)
        .join(News, News.id == Notice.news_id)
        .where(column == person_id, Notice.mail_due_at.is_not(None))
        .order_by(News.happened_at, Notice.id)
        .limit(500)
    )
    return [Told(*row) for row in db.session.execute(statement)]


def to_be_mailed(column: Any, composer: str, limit: int) -> Sequence[int]:
    """People to whom something is due, and whose mail is not in the outbox yet."""
    queued = select(Mail.id).where(Mail.composer == composer, Mail.reference == column)
    found = db.session.scalars(
        select(column)
        .where(
            Notice.mail_due_at <= clock.now(),
            column.is_not(None),
            ~queued.exists(),
        )
        .distinct()
        .order_by(column)
        .limit(limit)
    )
    return list(found)


def news_due(limit: int) -> Sequence[int]:
    """News whose followers have not all been told."""
    return db.session.scalars(
        select(News.id)
        .where(News.told_at.is_(None), News.happened_at <= clock.now())
        .order_by(News.id)
        .limit(limit)
    ).all()


def old_news(before: datetime) -> Select[Any]:
    """News from before that everybody has been told of, some of them."""
    return (
        select(News.id)
        .where(News.happened_at < before, News.told_at.is_not(None))
        .order_by(News.happened_at)
        .limit(50)
    )


def is_anything_old(before: datetime) -> bool:
    """Whether there are any."""
    return db.session.scalar(old_news(before).limit(1)) is not None


def follower(follower_id: int) -> MailFollower | None:
    """Somebody who follows by mail without an account."""
    return db.session.get(MailFollower, follower_id)
