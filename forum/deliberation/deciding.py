"""What the actions on comments decide on, read under their locks and in their order."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, literal, or_, select
from sqlalchemy.orm import joinedload

from forum.accounts import queries as accounts
from forum.accounts.models import Consent, User, Visitor
from forum.amendments.models import Amendment, Motion
from forum.ballots.queries import was_voted_on
from forum.deliberation import speaking
from forum.deliberation.models import Comment, Voice
from forum.deliberation.policy import ABOUT
from forum.kernel import clock
from forum.kernel.db import UtcDateTime, db
from forum.kernel.errors import NotFound
from forum.positions.models import PositionVersion
from forum.positions.policy import public as answers_public
from forum.recommendations import rounds
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
from forum.recommendations.rounds import Round


@dataclass(frozen=True)
class Scene:
    """Where somebody wants to write: its recommendation and round. What it is about is locked."""

    recommendation_id: int
    consultation: Round
    consent_id: int | None
    """What whoever wants to write has agreed to."""


def is_unconfirmed(author: User | Visitor) -> bool:
    """Whether what this person writes has to wait; official answers never do.

    Read again, and locked, only for those who were unconfirmed a moment ago: a confirmation that
    comes meanwhile either finds the comment, or is found here.
    """
    return (
        isinstance(author, User)
        and author.member_since is None
        and speaking.voice_of(author) is Voice.MEMBER
        and accounts.is_still_unconfirmed(author.id)
    )


def scene(about_id: int, author_id: int | None) -> Scene:
    """What can be written about, locked first of all; 404 for what is not public."""
    given = {"about_id": about_id, "author_id": author_id, "now": clock.now()}
    rows = db.session.execute(_scene(), given).all()
    if not rows or rows[0].kind not in ABOUT:
        raise NotFound
    _kind, recommendation_id, consent_id = rows[0][:3]
    return Scene(recommendation_id, rounds.round_of(rows), consent_id)


@cache
def _scene() -> Select[Any]:
    """Built once: every comment sends it."""
    now: Any = bindparam("now", type_=UtcDateTime())
    consent = (
        select(func.max(Consent.id))
        .where(Consent.user_id == bindparam("author_id"), Consent.withdrawn_at.is_(None))
        .scalar_subquery()
    )
    subject, whole = Subject.__table__, Recommendation.__table__
    round_, phase = rounds.ROUND, rounds.PHASE
    return (
        select(subject.c.kind, whole.c.id, consent, *rounds.COLUMNS)
        .select_from(subject)
        .join(whole, whole.c.id == func.coalesce(subject.c.recommendation_id, subject.c.id))
        .join(round_, round_.c.id == whole.c.consultation_id)
        .outerjoin(phase, phase.c.consultation_id == round_.c.id)
        .where(
            subject.c.id == bindparam("about_id"),
            _has_public_version(now),
            _stands_in_public(now),
        )
        .order_by(phase.c.position)
        .with_for_update(key_share=True, of=subject)
    )


def _has_public_version(now: Any) -> ColumnElement[bool]:
    return exists(
        select(Version.id).where(Version.recommendation_id == Recommendation.id, public(now))
    )


def _stands_in_public(now: Any) -> ColumnElement[bool]:
    """Paragraphs and positions with public words, amendments that are not hidden, all others."""
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
    proposed = exists(
        select(Amendment.id)
        .join(Motion, Motion.id == Amendment.motion_id)
        .where(Amendment.id == Subject.id, Motion.hidden_reason.is_(None))
    )
    return or_(
        Subject.kind.in_({SubjectKind.RECOMMENDATION, SubjectKind.THESIS}),
        proposed,
        in_text,
        answered,
    )


def twin_and_parent(
    author_id: int | None, submission: str | None, parent_id: int | None
) -> tuple[Comment | None, Comment | None]:
    """What this form has posted already, and the comment it answers: one statement for both.

    The first comment of the thread comes along, so that `root_number` need not ask for it.
    """
    if not submission and not parent_id:
        return None, None
    given = {"author_id": author_id, "submission": submission, "parent_id": parent_id}
    rows = db.session.scalars(_twin_and_parent(bool(submission), bool(parent_id)), given).all()
    twin = next(
        (row for row in rows if row.author_id == author_id and row.submission == submission), None
    )
    parent = next((row for row in rows if row.id == parent_id), None)
    return (twin if submission else None), parent


@cache
def _twin_and_parent(has_submission: bool, has_parent: bool) -> Select[Any]:
    wanted: list[ColumnElement[bool]] = []
    if has_submission:
        wanted.append(
            and_(
                Comment.author_id == bindparam("author_id"),
                Comment.submission == bindparam("submission"),
            )
        )
    if has_parent:
        parent_id: Any = bindparam("parent_id")
        root_id = select(Comment.root_id).where(Comment.id == parent_id).scalar_subquery()
        wanted += [Comment.id == parent_id, Comment.id == root_id]
    return select(Comment).where(or_(*wanted))


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
