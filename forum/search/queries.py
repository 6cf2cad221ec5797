"""Reading what is public as documents, and what the index has yet to hear of."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, text
from sqlalchemy.orm import InstrumentedAttribute

from forum.kernel import clock
from forum.kernel.db import db
from forum.positions import policy as positions
from forum.positions.models import PositionVersion
from forum.recommendations import policy as recommendations
from forum.recommendations.models import Subject, SubjectKind, Version, Wording
from forum.references.models import GlossaryTerm
from forum.search.documents import BY_SUBJECT, Document, Kind
from forum.search.models import SearchState, SearchWord
from forum.search.sources import SOURCES

_CHUNK = 500
_OVERLAP = timedelta(minutes=2)


def load(kind: Kind, ids: Collection[int]) -> dict[int, Document]:
    """Those of `ids` that are public now, in one statement."""
    if not ids:
        return {}
    statement, identity, build = SOURCES[kind]
    rows = db.session.execute(statement(clock.now()).where(identity.in_(ids))).all()
    return {document.id: document for document in build(rows)}


def everything() -> Iterator[Document]:
    """Every public document, read in chunks."""
    for kind in Kind:
        identity = SOURCES[kind][1]
        last = 0
        while ids := db.session.scalars(
            select(identity).where(identity > last).order_by(identity).limit(_CHUNK)
        ).all():
            yield from load(kind, ids).values()
            last = ids[-1]


def count_public() -> int:
    """How many documents there are to find: what the index should hold."""
    now, total = clock.now(), 0
    for statement, identity, _build in SOURCES.values():
        counted = statement(now).with_only_columns(func.count(identity.distinct())).order_by(None)
        total += db.session.scalar(counted) or 0
    return total


def documents_of(subject_ids: Collection[int]) -> dict[Kind, set[int]]:
    """Which documents have to be looked at again when these subjects have changed."""
    found: dict[Kind, set[int]] = {}
    rows = db.session.execute(
        select(Subject.id, Subject.kind, Wording.paragraph_id)
        .outerjoin(Wording, Wording.id == Subject.id)
        .where(Subject.id.in_(subject_ids))
    )
    for subject_id, kind, paragraph_id in rows:
        if kind is SubjectKind.WORDING:
            found.setdefault(Kind.PARAGRAPH, set()).add(paragraph_id)
        elif kind in BY_SUBJECT:
            found.setdefault(BY_SUBJECT[kind], set()).add(subject_id)
    return found


def made_public(since: datetime) -> list[int]:
    """Subjects whose text the clock alone has made public since, with a margin."""
    now, since = clock.now(), since - _OVERLAP

    def recent(*moments: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
        return or_(*(moment.between(since, now) for moment in moments))

    new = select(Version.recommendation_id).where(
        recommendations.public(now), recent(Version.published_at)
    )
    texts = select(Subject.id).where(
        or_(
            Subject.id.in_(new),
            Subject.recommendation_id.in_(new)
            & Subject.kind.in_((SubjectKind.PARAGRAPH, SubjectKind.THESIS)),
        )
    )
    answers = select(PositionVersion.position_id).where(
        positions.public(now), recent(PositionVersion.published_at, PositionVersion.released_at)
    )
    return list(db.session.scalars(texts.union(answers)))


DUE = text("index_due OR is_indexing")
"""Word for word the condition of the partial index, or SQLite would not use it."""


def anything_due() -> bool:
    """Whether the index has yet to hear of something."""
    return any(
        db.session.scalar(select(table.id).where(DUE).limit(1)) is not None
        for table in (Subject, GlossaryTerm)
    )


def count_due() -> int:
    """How many things the index has yet to hear of."""
    return sum(
        db.session.scalar(select(func.count()).select_from(table).where(DUE)) or 0
        for table in (Subject, GlossaryTerm)
    )


def state() -> SearchState | None:
    """What the last indexer left."""
    return db.session.get(SearchState, 1)


def words(after: int) -> Sequence[tuple[int, str]]:
    """Words learned after the one with the id `after`."""
    rows = db.session.execute(
        select(SearchWord.id, SearchWord.word).where(SearchWord.id > after).order_by(SearchWord.id)
    )
    return [(number, word) for number, word in rows]
