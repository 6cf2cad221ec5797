"""What stands beside the text: amendments under review, and those of which the text has come."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, or_, select
from sqlalchemy.orm import aliased

from forum.amendments.models import (
    Amendment,
    AmendmentKind,
    AmendmentState,
    Motion,
    Share,
    VersionChange,
)
from forum.amendments.reading import Entry
from forum.kernel.db import db
from forum.recommendations.models import Paragraph, Version


@dataclass
class Beside:
    """What stands beside the text of a recommendation, by the number of the Abschnitt."""

    under_review: dict[int, list[tuple[int, AmendmentKind]]] = field(default_factory=dict)
    """What nobody has decided on; 0: at the beginning."""
    came_of: dict[int, list[Entry]] = field(default_factory=dict)
    """The amendments that changed it last, or brought it."""


@cache
def _beside() -> Select[Any]:
    """Built once, for every page of a thread asks it."""
    place = aliased(Paragraph)
    columns: tuple[Any, ...] = (
        Amendment.id,
        Amendment.number,
        Amendment.kind,
        Paragraph.number.label("about"),
        Version.number.label("version_number"),
        place.number.label("place"),
        VersionChange.share,
        VersionChange.remark,
    )
    is_open = and_(
        Amendment.state == AmendmentState.UNDER_REVIEW,
        Motion.hidden_reason.is_(None),
        Motion.reason != "",
    )
    found: Select[Any] = (
        select(*columns)
        .join(Motion, Motion.id == Amendment.motion_id)
        .outerjoin(Paragraph, Paragraph.id == Amendment.paragraph_id)
        .outerjoin(VersionChange, VersionChange.amendment_id == Amendment.id)
        .outerjoin(Version, Version.id == VersionChange.version_id)
        .outerjoin(place, place.id == VersionChange.paragraph_id)
        .where(
            Amendment.recommendation_id == bindparam("recommendation_id"),
            or_(is_open, VersionChange.share != Share.YIELDED),
        )
        .order_by(Amendment.number)
    )
    return found


def beside(recommendation_id: int) -> Beside:
    """What is under review about each Abschnitt, and what each came of: one statement."""
    found = Beside()
    for row in db.session.execute(_beside(), {"recommendation_id": recommendation_id}):
        if row.share is None:
            found.under_review.setdefault(row.about or 0, []).append((row.number, row.kind))
            continue
        entry = Entry(
            row.id, row.number, row.version_number, row.place, row.share, row.remark or ""
        )
        known = found.came_of.get(row.place, [])
        newest = max((one.version_number for one in known), default=0)
        if entry.version_number > newest:
            found.came_of[row.place] = [entry]
        elif entry.version_number == newest:
            known.append(entry)
    return found


def entered(amendment_ids: Sequence[int]) -> dict[int, Entry]:
    """In which versions these amendments went into the text; those in none are missing."""
    rows = db.session.execute(
        select(
            Amendment.id,
            Amendment.number,
            Version.number,
            Paragraph.number,
            VersionChange.share,
            VersionChange.remark,
        )
        .join(VersionChange, VersionChange.amendment_id == Amendment.id)
        .join(Version, Version.id == VersionChange.version_id)
        .outerjoin(Paragraph, Paragraph.id == VersionChange.paragraph_id)
        .where(Amendment.id.in_(amendment_ids))
    )
    return {row[0]: Entry(*row) for row in rows}
