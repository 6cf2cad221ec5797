"""Reading amendments: lists, one with its history, and what actions decide on."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from forum.accounts.bylines import byline
from forum.accounts.models import Bench, Consent, Organisation, User
from forum.amendments import comparing
from forum.amendments.models import (
    Amendment,
    AmendmentDecision,
    AmendmentMerge,
    AmendmentWording,
    Motion,
    MotionSource,
)
from forum.amendments.reading import Line
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.recommendations.models import (
    Consultation,
    Paragraph,
    Recommendation,
    Subject,
    Version,
    Wording,
)

_later = aliased(AmendmentWording)


def newest_wording() -> ColumnElement[bool]:
    """That an AmendmentWording is the newest of its Amendment."""
    return AmendmentWording.number == (
        select(func.max(_later.number))
        .where(_later.amendment_id == Amendment.id)
        .correlate(Amendment)
        .scalar_subquery()
    )


_COLUMNS: tuple[Any, ...] = (
    Amendment,
    Motion,
    AmendmentWording,
    Paragraph.number.label("paragraph_number"),
    Version.number.label("version_number"),
    Subject.comment_count,
    select(AmendmentMerge.id)
    .where(
        or_(AmendmentMerge.amendment_id == Amendment.id, AmendmentMerge.into_id == Amendment.id),
        AmendmentMerge.dissolved_at.is_(None),
    )
    .correlate(Amendment)
    .exists()
    .label("is_merged"),
    select(MotionSource.comment_id)
    .where(MotionSource.motion_id == Amendment.motion_id)
    .correlate(Amendment)
    .exists()
    .label("is_drawn"),
    User.appearance,
    User.name,
    User.pseudonym,
    Organisation.name.label("organisation"),
    Bench.name.label("bench"),
)


def listed(*wanted: ColumnElement[bool]) -> Select[Any]:
    """Amendments with motion, newest wording and author; `line_of` reads its rows."""
    found: Select[Any] = (
        select(*_COLUMNS)
        .join(Motion, Motion.id == Amendment.motion_id)
        .join(AmendmentWording, (AmendmentWording.amendment_id == Amendment.id) & newest_wording())
        .join(Subject, Subject.id == Amendment.id)
        .join(Version, Version.id == Motion.version_id)
        .join(User, User.id == Motion.author_id)
        .outerjoin(Organisation, Organisation.id == User.organisation_id)
        .outerjoin(Bench, Bench.id == func.coalesce(Organisation.bench_id, User.own_bench_id))
        .outerjoin(Paragraph, Paragraph.id == Amendment.paragraph_id)
        .where(*wanted)
        .order_by(Amendment.number)
    )
    return found


def read(statement: Select[Any]) -> list[Line]:
    """The rows of a statement that began as `listed`."""
    return [line_of(row) for row in db.session.execute(statement)]


def line_of(row: Any) -> Line:
    """A row of `listed`."""
    amendment: Amendment = row.Amendment
    motion: Motion = row.Motion
    wording: AmendmentWording = row.AmendmentWording
    return Line(
        id=amendment.id,
        number=amendment.number,
        kind=amendment.kind,
        state=amendment.state,
        state_since=amendment.state_since,
        paragraph_id=amendment.paragraph_id,
        paragraph_number=row.paragraph_number,
        motion_id=motion.id,
        recommendation_id=amendment.recommendation_id,
        author_id=motion.author_id,
        organisation_id=motion.organisation_id,
        byline=byline(
            row.appearance,
            name=row.name,
            pseudonym=row.pseudonym,
            organisation=row.organisation,
            bench=row.bench,
        ),
        reason_html=motion.reason_html,
        hidden_reason=motion.hidden_reason or "",
        filed_at=motion.filed_at,
        version_number=row.version_number,
        wording_id=wording.id,
        wording_number=wording.number,
        heading=wording.heading,
        html=wording.html,
        change=comparing.stored(wording.pieces),
        base_wording_id=wording.base_wording_id,
        comment_count=row.comment_count,
        is_merged=row.is_merged,
        is_drawn=row.is_drawn,
    )


def lines(recommendation_id: int) -> list[Line]:
    """All amendments to a text, by number."""
    return read(listed(Amendment.recommendation_id == recommendation_id))


def by_subjects(subject_ids: Sequence[int]) -> dict[int, Line]:
    """Amendments by their own key or by that of one of their wordings."""
    one = aliased(AmendmentWording)
    owners = select(one.id, one.amendment_id).where(
        or_(one.id.in_(subject_ids), one.amendment_id.in_(subject_ids))
    )
    of = {wording: amendment for wording, amendment in db.session.execute(owners)}  # noqa: C416
    found = {line.id: line for line in read(listed(Amendment.id.in_(set(of.values()))))}
    return {key: found[of.get(key, key)] for key in subject_ids if of.get(key, key) in found}


def number_by_id(amendment_id: int, recommendation_id: int) -> int | None:
    """The number of an amendment to this text."""
    return db.session.scalar(
        select(Amendment.number).where(
            Amendment.id == amendment_id, Amendment.recommendation_id == recommendation_id
        )
    )


# What actions decide on ---


def lock_text(recommendation_id: int) -> Recommendation:
    """Lock a text against a second filing or publication, and read it with round and phases."""
    db.session.execute(
        select(Subject.id).where(Subject.id == recommendation_id).with_for_update(key_share=True)
    ).first()
    return (
        db.session.scalars(
            select(Recommendation)
            .where(Recommendation.id == recommendation_id)
            .options(
                joinedload(Recommendation.consultation, innerjoin=True).joinedload(
                    Consultation.phases
                )
            )
        )
        .unique()
        .one()
    )


def motion(motion_id: int) -> Motion:
    """A motion with its amendments."""
    return (
        db.session.scalars(
            select(Motion)
            .where(Motion.id == motion_id)
            .options(joinedload(Motion.amendments))
            .execution_options(populate_existing=True)
        )
        .unique()
        .one()
    )


def filed(author_id: int, submission: str | None) -> Motion | None:
    """What this form has filed already."""
    if not submission:
        return None
    return (
        db.session.scalars(
            select(Motion)
            .where(Motion.author_id == author_id, Motion.submission == submission)
            .options(joinedload(Motion.amendments))
        )
        .unique()
        .first()
    )


def standing_consent(user_id: int) -> int | None:
    """What this person has agreed to and not withdrawn."""
    return db.session.scalar(
        select(func.max(Consent.id)).where(
            Consent.user_id == user_id, Consent.withdrawn_at.is_(None)
        )
    )


def held(amendment_id: int) -> Amendment:
    """An amendment to act on, with motion and wordings; locks its text, it, its newest wording."""
    newest = (
        select(func.max(AmendmentWording.id))
        .where(AmendmentWording.amendment_id == amendment_id)
        .scalar_subquery()
    )
    text = select(Amendment.recommendation_id).where(Amendment.id == amendment_id).scalar_subquery()
    db.session.execute(
        select(Subject.id)
        .where(Subject.id.in_((text, amendment_id, newest)))
        .order_by(Subject.id)
        .with_for_update(key_share=True)
    ).all()
    found = (
        db.session.scalars(
            select(Amendment)
            .where(Amendment.id == amendment_id)
            .options(
                joinedload(Amendment.motion).joinedload(Motion.author),
                joinedload(Amendment.wordings),
                joinedload(Amendment.paragraph),
            )
            .execution_options(populate_existing=True)
        )
        .unique()
        .one_or_none()
    )
    if found is None:
        raise NotFound
    return found


def wording(wording_id: int) -> Wording | None:
    """The words an Abschnitt had."""
    return db.session.get(Wording, wording_id)


def uncompared(limit: int = 20) -> list[tuple[int, int, tuple[str, str], tuple[str, str]]]:
    """Wordings still to be compared: id, recommendation, before and after."""
    rows = db.session.execute(
        select(AmendmentWording, Amendment, Wording)
        .join(Amendment, Amendment.id == AmendmentWording.amendment_id)
        .outerjoin(Wording, Wording.id == AmendmentWording.base_wording_id)
        .where(AmendmentWording.pieces.is_(None))
        .order_by(AmendmentWording.id)
        .limit(limit)
    )
    return [
        (
            new.id,
            amendment.recommendation_id,
            (base.heading, base.text) if base else ("", ""),
            (new.heading, new.text),
        )
        for new, amendment, base in rows
    ]


def of_motion(motion_id: int) -> Sequence[int]:
    """The amendments of a motion."""
    return db.session.scalars(
        select(Amendment.id).where(Amendment.motion_id == motion_id).order_by(Amendment.id)
    ).all()


def newest(amendment_id: int) -> AmendmentWording:
    """The wording of an amendment that stands now."""
    return db.session.scalars(
        select(AmendmentWording)
        .where(AmendmentWording.amendment_id == amendment_id)
        .order_by(AmendmentWording.number.desc())
        .limit(1)
    ).one()


def wording_numbered(amendment_id: int, number: int) -> AmendmentWording | None:
    """The wording of this number, when the amendment had one."""
    return db.session.scalars(
        select(AmendmentWording).where(
            AmendmentWording.amendment_id == amendment_id, AmendmentWording.number == number
        )
    ).one_or_none()


def motion_of(amendment_id: int) -> Motion:
    """The motion an amendment was filed with."""
    return db.session.scalars(
        select(Motion)
        .join(Amendment, Amendment.motion_id == Motion.id)
        .where(Amendment.id == amendment_id)
    ).one()


def decisions(amendment_ids: Collection[int]) -> list[AmendmentDecision]:
    """All that was decided about these amendments, the latest last."""
    return list(
        db.session.scalars(
            select(AmendmentDecision)
            .where(AmendmentDecision.amendment_id.in_(amendment_ids))
            .order_by(AmendmentDecision.id)
        )
    )
