"""Telling followers: one notice for each, in batches, however many they are.

A piece of news has audiences, told one after the other; in a row of `news` stands how far it has
come, so that a job killed anywhere goes on where it stood. Nobody has two notices of one fact.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, func, insert, literal, null, select, update
from sqlalchemy.orm import aliased

from forum.accounts.models import User
from forum.amendments.models import Amendment, Motion
from forum.deliberation.models import Comment, Visibility
from forum.following import paces, queries
from forum.following.models import (
    Follow,
    MailFollower,
    MailSettings,
    News,
    NewsKind,
    Notice,
    Pace,
    Reason,
)
from forum.kernel import clock, jobs
from forum.kernel.db import UtcDateTime, db, unit_of_work
from forum.recommendations.models import (
    Paragraph,
    Place,
    Subject,
    SubjectKind,
    Version,
    Wording,
)
from forum.summaries.models import Summary

BATCH = 500
MOST = 100
"""Pieces of news that one run takes up."""
AT_A_TIME = 10.0
"""Seconds after which other work gets its turn."""


@dataclass(frozen=True)
class People:
    """Those whom it concerns themselves, unless they switched that off for one of `gates`."""

    reason: Reason
    user_ids: Sequence[int]
    gates: Sequence[int] = ()
    is_mailed: bool = True


@dataclass(frozen=True)
class Followers:
    """Those who follow a subject, or a party."""

    reason: Reason
    subject_id: int | None = None
    party_id: int | None = None


Audience = People | Followers


def tell_due() -> int:
    """Make the notices that are due; returns how many were made."""
    made, ends = 0, time.monotonic() + AT_A_TIME
    with unit_of_work():
        due = queries.news_due(MOST)
    has_more = len(due) == MOST
    for news_id in due:
        while (told := _batch(news_id)) is not None:
            made += told
            if time.monotonic() > ends:
                has_more = True
                break
        if time.monotonic() > ends:
            break
    if has_more:
        with unit_of_work():
            jobs.nudge("following.audience")
    return made


def _batch(news_id: int) -> int | None:
    """Tell one batch of one audience; None when all have been told, or another worker is at it."""
    with unit_of_work(writing=True):
        news = db.session.scalars(
            select(News)
            .where(News.id == news_id, News.told_at.is_(None))
            .with_for_update(key_share=True, skip_locked=True)
        ).one_or_none()
        if news is None:
            return None
        found = audiences(news)
        if news.step >= len(found):
            news.told_at = clock.now()
            db.session.flush()
            jobs.nudge("following.letters")
            return None
        audience = found[news.step]
        if isinstance(audience, People):
            made = _tell_users(news, audience, audience.user_ids)
            news.step, news.after_id = news.step + 1, 0
        else:
            page = _page(news, audience)
            users = [row.user_id for row in page if row.user_id is not None]
            visitors = [row.follower_id for row in page if row.follower_id is not None]
            made = _tell_users(news, audience, users) + _tell_visitors(news, audience, visitors)
            if len(page) < BATCH:
                news.step, news.after_id = news.step + 1, 0
            else:
                news.after_id = page[-1].id
        db.session.flush()
        return made


def _page(news: News, audience: Followers) -> Sequence[Any]:
    about = (
        Follow.party_id == audience.party_id
        if audience.party_id is not None
        else Follow.subject_id == audience.subject_id
    )
    return db.session.execute(
        select(Follow.id, Follow.user_id, Follow.follower_id)
        .where(about, Follow.id > news.after_id, ~Follow.is_off, Follow.since <= news.happened_at)
        .order_by(Follow.id)
        .limit(BATCH)
    ).all()


def _due(news: News, pace: Any) -> Any:
    """When a mail is due, by the pace each person has chosen, as one expression."""
    now = clock.now()
    if news.happened_at < now - paces.STALE:
        return null()
    moments = {one: paces.due(one, news.kind, now) for one in Pace}
    return case(
        *((pace == one, literal(due, UtcDateTime())) for one, due in moments.items() if due),
        else_=null(),
    )


def _tell_users(news: News, audience: Audience, user_ids: Sequence[int]) -> int:
    if not user_ids:
        return 0
    db.session.execute(  # all who count lock in one order
        select(User.id)
        .where(User.id.in_(user_ids))
        .order_by(User.id)
        .with_for_update(key_share=True)
    ).all()
    wanted = [
        User.id.in_(user_ids),
        User.active,
        User.id.is_distinct_from(news.caused_by_id),
        ~select(Notice.id).where(Notice.user_id == User.id, Notice.news_id == news.id).exists(),
    ]
    due = _due(news, func.coalesce(MailSettings.pace, literal(Pace.DAILY, MailSettings.pace.type)))
    topic = getattr(MailSettings, queries.TOPIC_OF[news.kind])
    due = case((func.coalesce(topic, True), due), else_=null())
    if isinstance(audience, People):
        off = select(Follow.id).where(
            Follow.user_id == User.id, Follow.subject_id.in_(audience.gates), Follow.is_off
        )
        wanted += [~off.exists(), func.coalesce(MailSettings.follows_own, True)]
        if not audience.is_mailed:
            due = null()
    source = (
        select(*_common(news, audience), User.id, due)
        .select_from(User)
        .outerjoin(MailSettings, MailSettings.user_id == User.id)
        .where(and_(*wanted))
    )
    told = db.session.scalars(
        insert(Notice)
        .from_select(
            ["news_id", "reason", "created_at", "user_id", "mail_due_at"],
            source,
            include_defaults=False,
        )
        .returning(Notice.user_id)
    ).all()
    if told:
        db.session.execute(
            update(User)
            .where(User.id.in_(told))
            .values(unread_news=User.unread_news + 1, updated_at=User.updated_at)
            .execution_options(synchronize_session=False)
        )
    return len(told)


def _tell_visitors(news: News, audience: Audience, follower_ids: Sequence[int]) -> int:
    if not follower_ids:
        return 0
    known = select(Notice.id).where(
        Notice.follower_id == MailFollower.id, Notice.news_id == news.id
    )
    if news.happened_at < clock.now() - paces.STALE:  # they have mails and no list
        return 0
    source = select(*_common(news, audience), MailFollower.id, _due(news, MailFollower.pace)).where(
        MailFollower.id.in_(follower_ids), ~known.exists()
    )
    return len(
        db.session.scalars(
            insert(Notice)
            .from_select(
                ["news_id", "reason", "created_at", "follower_id", "mail_due_at"],
                source,
                include_defaults=False,
            )
            .returning(Notice.id)
        ).all()
    )


def _common(news: News, audience: Audience) -> tuple[Any, Any, Any]:
    return (
        literal(news.id),
        literal(audience.reason, Notice.reason.type),
        literal(clock.now(), UtcDateTime()),
    )


# Whom it concerns ---


def audiences(news: News) -> list[Audience]:
    """Who is to be told, the nearest first: who has a notice already gets no second one."""
    if news.kind is NewsKind.POSITION:
        return [Followers(Reason.PARTY, party_id=news.party_id)]
    if news.subject_id is None:
        return []
    if news.kind in {NewsKind.REPLY, NewsKind.COMMENT, NewsKind.ACCEPTED}:
        return _of_comment(news, news.subject_id)
    if news.kind is NewsKind.DECISION:
        return _of_decision(news.subject_id)
    if news.kind is NewsKind.SUMMARY:
        key = select(Summary.recommendation_id).where(Summary.id == news.subject_id)
        return _whole(db.session.scalar(key))
    changed = [Followers(Reason.PARAGRAPH, key) for key in _changed(news.subject_id, news.number)]
    return [*changed, *_whole(news.subject_id)]


def _whole(recommendation_id: int | None) -> list[Audience]:
    if recommendation_id is None:
        return []
    return [Followers(Reason.RECOMMENDATION, recommendation_id)]


_parent, _root = aliased(Comment), aliased(Comment)


def _of_comment(news: News, comment_id: int) -> list[Audience]:
    row = db.session.execute(
        select(
            Comment.author_id,
            Comment.recommendation_id,
            Comment.about_id,
            Comment.parent_id,
            Comment.root_id,
            _parent.author_id.label("parent_author"),
            _root.author_id.label("root_author"),
            Subject.kind,
            Motion.author_id.label("proposer"),
        )
        .join(Subject, Subject.id == Comment.about_id)
        .outerjoin(_parent, _parent.id == Comment.parent_id)
        .outerjoin(_root, _root.id == Comment.root_id)
        .outerjoin(Amendment, Amendment.id == Comment.about_id)
        .outerjoin(Motion, Motion.id == Amendment.motion_id)
        .where(Comment.id == comment_id, Comment.visibility == Visibility.VISIBLE)
    ).one_or_none()
    if row is None:  # hidden or taken back before anybody was told
        return []
    if news.kind is NewsKind.ACCEPTED:
        return [People(Reason.OWN, [row.author_id], [comment_id])]
    if row.parent_id is not None:
        found: list[Audience] = [
            People(Reason.ANSWERED, [row.parent_author], [row.parent_id, row.root_id])
        ]
        if row.root_id != row.parent_id:
            found.append(People(Reason.IN_THREAD, [row.root_author], [row.root_id]))
        return found
    found = []
    if row.proposer is not None:
        found.append(People(Reason.OWN, [row.proposer], [row.about_id]))
    if row.kind is SubjectKind.PARAGRAPH:
        found.append(Followers(Reason.PARAGRAPH, row.about_id))
    return [*found, *_whole(row.recommendation_id)]


def _of_decision(amendment_id: int) -> list[Audience]:
    row = db.session.execute(
        select(Motion.author_id, Amendment.paragraph_id, Amendment.recommendation_id)
        .join(Motion, Motion.id == Amendment.motion_id)
        .where(Amendment.id == amendment_id)
    ).one()
    # Whoever proposed it is told by a letter of its own, with what became of their words.
    found: list[Audience] = [People(Reason.OWN, [row.author_id], [amendment_id], is_mailed=False)]
    if row.paragraph_id is not None:
        found.append(Followers(Reason.PARAGRAPH, row.paragraph_id))
    return [*found, *_whole(row.recommendation_id)]


def _changed(recommendation_id: int, number: int) -> Sequence[int]:
    """The Abschnitte that read otherwise in a version than before it, or stand there no more."""
    return changed_paragraphs(recommendation_id, number)[0]


def changed_paragraphs(recommendation_id: int, number: int) -> tuple[list[int], list[int]]:
    """Keys and numbers of the Abschnitte that a version has changed, struck or brought."""
    rows = db.session.execute(
        select(Version.number, Place.wording_id, Paragraph.id, Paragraph.number)
        .join(Place, Place.version_id == Version.id)
        .join(Wording, Wording.id == Place.wording_id)
        .join(Paragraph, Paragraph.id == Wording.paragraph_id)
        .where(
            Version.recommendation_id == recommendation_id,
            Version.number.in_((number - 1, number)),
        )
    ).all()
    words: dict[int, dict[int, int]] = {number - 1: {}, number: {}}
    numbers: dict[int, int] = {}
    for version, wording_id, paragraph_id, paragraph_number in rows:
        words[version][paragraph_id] = wording_id
        numbers[paragraph_id] = paragraph_number
    differ = [
        key
        for key in sorted(numbers, key=numbers.__getitem__)
        if words[number - 1].get(key) != words[number].get(key)
    ]
    return differ, [numbers[key] for key in differ]
