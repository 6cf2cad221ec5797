"""What the actions on comments decide on, read under their locks and in their order."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, literal, or_, select
from sqlalchemy.orm import joinedload

from forum.accounts import queries as accounts
from forum.accounts.models import User, Visitor
from forum.ballots.queries import was_voted_on
from forum.deliberation.models import Comment
from forum.deliberation.policy import ABOUT
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.positions.models import PositionVersion
from forum.positions.policy import public as answers_public
from forum.recommendations.models import (
    Consultation,
    Place,
    Recommendation,
    Subject,
    SubjectKind,
    Version,
    Wording,
)
from forum.recommendations.policy import public


@dataclass(frozen=True)
class Scene:
    """What somebody wants to write about, its recommendation and round, the row locked."""

    about: Subject
    recommendation: Recommendation


def is_unconfirmed(author: User | Visitor) -> bool:
    """Whether what this person writes has to wait.

    Read again, and locked, only for those who were unconfirmed a moment ago: a confirmation that
    comes meanwhile either finds the comment, or is found here.
    """
    return (
        isinstance(author, User)
        and author.member_since is None
        and accounts.is_still_unconfirmed(author.id)
    )


def scene(about_id: int) -> Scene:
    """What can be written about, locked first of all; 404 for what is not public."""
    now = clock.now()
    found = (
        db.session.execute(
            select(Subject, Recommendation)
            .join(
                Recommendation,
                Recommendation.id == func.coalesce(Subject.recommendation_id, Subject.id),
            )
            .where(
                Subject.id == about_id,
                Subject.kind.in_(ABOUT),
                _has_public_version(now),
                _stands_in_public(now),
            )
            .options(
                joinedload(Recommendation.consultation, innerjoin=True).joinedload(
                    Consultation.phases
                )
            )
            .with_for_update(key_share=True, of=Subject)
        )
        .unique()
        .one_or_none()
    )
    if found is None:
        raise NotFound
    return Scene(*found)


def _has_public_version(now: datetime) -> ColumnElement[bool]:
    return exists(
        select(Version.id).where(Version.recommendation_id == Recommendation.id, public(now))
    )


def _stands_in_public(now: datetime) -> ColumnElement[bool]:
    """Paragraphs with a public wording, positions with a public version, and all others."""
    in_text = exists(
        select(Wording.id)
        .join(Place, Place.wording_id == Wording.id)
        .join(Version, Version.id == Place.version_id)
        .where(Wording.paragraph_id == Subject.id, public(now))
    )
    answered = exists(
        select(PositionVersion.id).where(
            PositionVersion.position_id == Subject.id, answers_public(now)
        )
    )
    return or_(
        Subject.kind.in_({SubjectKind.RECOMMENDATION, SubjectKind.THESIS}),
        in_text,
        answered,
    )


def twin_and_parent(
    author_id: int, submission: str | None, parent_id: int | None
) -> tuple[Comment | None, Comment | None]:
    """What this form has posted already, and the comment it answers: one statement for both.

    The first comment of the thread comes along, so that `root_number` need not ask for it.
    """
    wanted: list[ColumnElement[bool]] = []
    if submission:
        wanted.append((Comment.author_id == author_id) & (Comment.submission == submission))
    if parent_id:
        root_id = select(Comment.root_id).where(Comment.id == parent_id).scalar_subquery()
        wanted += [Comment.id == parent_id, Comment.id == root_id]
    if not wanted:
        return None, None
    rows = db.session.scalars(select(Comment).where(or_(*wanted))).all()
    twin = next(
        (row for row in rows if row.author_id == author_id and row.submission == submission), None
    )
    parent = next((row for row in rows if row.id == parent_id), None)
    return (twin if submission else None), parent


def root_number(comment: Comment) -> int:
    """The number of the first comment of its thread, its own included."""
    if comment.root_id is None:
        return comment.number
    return db.session.get_one(Comment, comment.root_id).number


@dataclass(frozen=True)
class Held:
    """A comment that somebody is about to change, locked, with its round and phases."""

    comment: Comment
    recommendation: Recommendation


def held(comment_id: int) -> Held:
    """A comment to change. Locks what it is about first, then the comment: as posting does."""
    about = select(Comment.about_id).where(Comment.id == comment_id).scalar_subquery()
    db.session.execute(
        select(Subject.id).where(Subject.id == about).with_for_update(key_share=True)
    ).first()
    found = (
        db.session.execute(
            select(Comment, Recommendation)
            .join(Recommendation, Recommendation.id == Comment.recommendation_id)
            .where(Comment.id == comment_id)
            .options(
                joinedload(Recommendation.consultation, innerjoin=True).joinedload(
                    Consultation.phases
                )
            )
            .with_for_update(key_share=True, of=Comment)
        )
        .unique()
        .one_or_none()
    )
    if found is None:
        raise NotFound
    return Held(*found)


def is_rated(comment_id: int) -> bool:
    """Whether a rating has come; told from the tally, so that a vote need not write here."""
    return bool(db.session.scalar(select(was_voted_on(literal(comment_id)))))
