"""Reading what was merged with what, what could be, and the pair that somebody merges."""

from collections.abc import Collection, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from forum.accounts.models import User
from forum.amendments import queries
from forum.amendments.models import (
    Amendment,
    AmendmentKind,
    AmendmentMerge,
    AmendmentState,
    AmendmentWording,
    Motion,
)
from forum.amendments.reading import Line, Merged
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.recommendations.models import Subject


def around(amendment_ids: Collection[int]) -> list[Merged]:
    """Every merge that one of these amendments is part of, on either side."""
    duplicate = select(Amendment.number).where(Amendment.id == AmendmentMerge.amendment_id)
    into = select(Amendment.number).where(Amendment.id == AmendmentMerge.into_id)
    rows = db.session.execute(
        select(AmendmentMerge, duplicate.scalar_subquery(), into.scalar_subquery())
        .where(
            or_(
                AmendmentMerge.amendment_id.in_(amendment_ids),
                AmendmentMerge.into_id.in_(amendment_ids),
            ),
            AmendmentMerge.dissolved_at.is_(None),
        )
        .order_by(AmendmentMerge.id)
    )
    return [
        Merged(
            amendment_id=row.amendment_id,
            number=number,
            into=target,
            carried=row.carried,
            wording_id=row.wording_id,
            reason=row.reason,
            on=row.merged_at,
        )
        for row, number, target in rows
    ]


def possible(line: Line) -> list[Line]:
    """What an amendment may be merged into: same deed, same place, another motion, open."""
    if not line.is_open:
        return []
    same_place = (
        [Amendment.kind == AmendmentKind.INSERT]
        if line.kind is AmendmentKind.INSERT
        else [Amendment.paragraph_id == line.paragraph_id]
    )
    return queries.read(
        queries.listed(
            Amendment.recommendation_id == line.recommendation_id,
            Amendment.kind == line.kind,
            Amendment.state == AmendmentState.UNDER_REVIEW,
            Amendment.motion_id != line.motion_id,
            Motion.hidden_reason.is_(None),
            Motion.reason != "",
            *same_place,
        )
    )


# What actions decide on ---


def held(amendment_ids: Sequence[int]) -> dict[int, Amendment]:
    """Amendments to act on together; locks text, amendments and all their wordings, in order."""
    texts = select(Amendment.recommendation_id).where(Amendment.id.in_(amendment_ids))
    words = select(AmendmentWording.id).where(AmendmentWording.amendment_id.in_(amendment_ids))
    db.session.execute(
        select(Subject.id)
        .where(or_(Subject.id.in_(texts), Subject.id.in_(amendment_ids), Subject.id.in_(words)))
        .order_by(Subject.id)
        .with_for_update(key_share=True)
    ).all()
    found = db.session.scalars(
        select(Amendment)
        .where(Amendment.id.in_(amendment_ids))
        .options(
            joinedload(Amendment.motion).joinedload(Motion.author),
            joinedload(Amendment.paragraph),
            selectinload(Amendment.wordings),
            selectinload(Amendment.decisions),
        )
        .execution_options(populate_existing=True)
    ).all()
    if len(found) != len(set(amendment_ids)):
        raise NotFound
    return {one.id: one for one in found}


def absorbed(amendment_ids: Collection[int]) -> set[int]:
    """Those of these amendments that others have been merged into."""
    return set(
        db.session.scalars(
            select(AmendmentMerge.into_id).where(
                AmendmentMerge.into_id.in_(amendment_ids), AmendmentMerge.dissolved_at.is_(None)
            )
        )
    )


def merged_into(amendment_id: int) -> list[tuple[AmendmentMerge, Amendment]]:
    """The merges that an amendment took up, with what was merged."""
    rows = db.session.execute(
        select(AmendmentMerge, Amendment)
        .join(Amendment, Amendment.id == AmendmentMerge.amendment_id)
        .where(AmendmentMerge.into_id == amendment_id, AmendmentMerge.dissolved_at.is_(None))
        .order_by(AmendmentMerge.id)
    )
    return [(merge, amendment) for merge, amendment in rows]


def merged_with_authors(amendment_id: int) -> list[tuple[Amendment, User]]:
    """What was merged into an amendment, with those who proposed it and are still here."""
    rows = db.session.execute(
        select(Amendment, User)
        .join(AmendmentMerge, AmendmentMerge.amendment_id == Amendment.id)
        .join(Motion, Motion.id == Amendment.motion_id)
        .join(User, User.id == Motion.author_id)
        .where(
            AmendmentMerge.into_id == amendment_id,
            AmendmentMerge.dissolved_at.is_(None),
            User.erased_at.is_(None),
        )
        .order_by(Amendment.number)
    )
    return [(amendment, author) for amendment, author in rows]
