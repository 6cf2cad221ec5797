"""Comments that a motion is drawn from, as far as amendments know of them.

Comments live on a higher floor: their package offers how they are read with `read_with`.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from forum.amendments.models import MotionSource
from forum.kernel.db import db
from forum.recommendations.models import Subject

MAX_SOURCES = 20


@dataclass(frozen=True)
class Source:
    """A public comment that somebody draws a motion from."""

    id: int
    number: int
    byline: str
    text: str
    paragraph: int | None = None
    """The Abschnitt it is about."""


Reader = Callable[[int, Collection[int]], list[Source]]
_readers: list[Reader] = []


def read_with(reader: Reader) -> Reader:
    """Say how the public comments of a recommendation are read, by their numbers; called once."""
    _readers[:] = [reader]
    return reader


def by_numbers(recommendation_id: int, numbers: Collection[int]) -> list[Source]:
    """Those of these comments that everybody can read."""
    return [one for read in _readers for one in read(recommendation_id, numbers)] if numbers else []


def numbers_in(text: str) -> list[int] | None:
    """„12, 15 und 18“ as numbers; None for what is none."""
    parts = text.replace(",", " ").replace("und", " ").split()
    if not all(part.isdecimal() and len(part) < 10 for part in parts):
        return None
    return list(dict.fromkeys(int(part) for part in parts))


def problem(text: str, found: Sequence[Source]) -> str:
    """The sentence for what was typed as numbers of comments, when something is wrong with it."""
    wanted = numbers_in(text)
    if wanted is None:
        return _("Geben Sie Nummern von Beiträgen an, durch Kommas getrennt.")
    if len(wanted) > MAX_SOURCES:
        return _("Höchstens %(n)s Beiträge.", n=MAX_SOURCES)
    missing = [n for n in wanted if n not in {one.number for one in found}]
    if missing:
        return _(
            "Beitrag %(n)s gibt es in dieser Empfehlung nicht, oder er ist nicht öffentlich.",
            n=missing[0],
        )
    return ""


def numbers_of(motion_id: int) -> Sequence[int]:
    """The numbers of the comments that a motion was drawn from."""
    return db.session.scalars(
        select(Subject.number)
        .join(MotionSource, MotionSource.comment_id == Subject.id)
        .where(MotionSource.motion_id == motion_id)
        .order_by(Subject.number)
    ).all()
