"""Reading ballots: figures for everybody, and one's own votes for oneself."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    BindParameter,
    Boolean,
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    text,
    union_all,
)
from sqlalchemy.orm import joinedload

from forum.accounts.models import Bench, User
from forum.ballots import secrecy
from forum.ballots.figures import (
    VALUES,
    BenchCount,
    BenchName,
    Figures,
    assemble,
    hidden,
)
from forum.ballots.models import Ballot, Tally
from forum.ballots.policy import ACTS, ENDING, FACTS, Votable, act_of
from forum.kernel import clock
from forum.kernel.db import UtcDateTime, db
from forum.kernel.errors import NotFound
from forum.recommendations import rounds
from forum.recommendations.models import Consultation, Place, Subject, SubjectKind, Version
from forum.recommendations.policy import is_open, is_over, public

# Statements of every page and every vote are built once and filled in each time.
_WANTED: BindParameter[Any] = bindparam("wanted", expanding=True)
_TALLIES = select(
    Tally.subject_id,
    Tally.agree,
    Tally.neutral,
    Tally.against,
    Tally.benches,
    Tally.benches_at,
    cast(null(), String).label("name"),
    cast(null(), Boolean).label("is_counted"),
).where(Tally.subject_id.in_(_WANTED))
# The list of benches comes along: objects without a snapshot name them too.
_BENCHES = select(
    Bench.id,
    Bench.position,
    literal(0, Integer),
    literal(0, Integer),
    cast(null(), JSON),
    cast(null(), UtcDateTime),
    Bench.name,
    Bench.is_counted,
)
_FIGURES = union_all(_TALLIES, _BENCHES)
# One's own votes: a row with a mark, but without the name that a bench has.
_OWN_ROWS = select(
    Ballot.subject_id,
    Ballot.value,
    literal(0, Integer),
    literal(0, Integer),
    cast(null(), JSON),
    cast(null(), UtcDateTime),
    cast(null(), String),
    literal(True, Boolean),
).where(
    Ballot.voter_key == bindparam("key"), Ballot.subject_id.in_(_WANTED), Ballot.value.is_not(None)
)
_FIGURES_AND_OWN = union_all(_TALLIES, _BENCHES, _OWN_ROWS)


def figures(
    subject_ids: Sequence[int], consultation: Consultation, *, own: Collection[int] = ()
) -> dict[int, Figures]:
    """The figures of these objects, in one statement; without ballots all are zero.

    Where the round hides results, so are those of all objects but the reader's `own`: whatever
    pages, feeds, mails, exports and orders show comes from here.
    """
    found = uncovered(subject_ids, consultation.entitled)
    return _covered(found, consultation, own)


def uncovered(subject_ids: Sequence[int], entitled: int) -> dict[int, Figures]:
    """The figures whether hidden or not: for what the forum decides, and never for a page."""
    if not subject_ids:
        return {}
    rows = db.session.execute(_FIGURES, {"wanted": list(subject_ids)}).all()
    return _figures(rows, subject_ids, entitled)


def _covered(
    found: dict[int, Figures], consultation: Consultation, own: Collection[int]
) -> dict[int, Figures]:
    """Hide what this round hides: one statement more, and only in such a round."""
    if not consultation.hides_results or not found:
        return found
    now = clock.now()
    wanted = [one for one in found if one not in own]
    for subject_id, kind, closed_at, since in db.session.execute(
        _kinds(), {"wanted": wanted, "now": now}
    ):
        if kind not in ACTS:
            continue
        act = act_of(Votable(kind, consultation, since=since))
        if is_over(consultation, act, now):
            continue
        # Closed while its kind is still voted on: the object itself is out of the vote.
        if closed_at is None or not is_open(consultation, act, now):
            found[subject_id] = hidden(subject_id, consultation.entitled)
    return found


def figures_and_own(
    user: Any, consultation: Consultation, subject_ids: Sequence[int]
) -> tuple[dict[int, Figures], dict[int, int]]:
    """The figures, and how this person voted (1, 0, -1) by object: one statement for both.

    The votes are for nobody else's eyes. A visitor has none.
    """
    key = secrecy.voter_key(user, consultation.uuid) if isinstance(user, User) else None
    if key is None or not subject_ids:
        return figures(subject_ids, consultation), {}
    rows = db.session.execute(_FIGURES_AND_OWN, {"wanted": list(subject_ids), "key": key}).all()
    own = {row.subject_id: row.agree for row in rows if row.name is None and row.is_counted}
    others = [row for row in rows if row.name is not None or not row.is_counted]
    found = _figures(others, subject_ids, consultation.entitled)
    return _covered(found, consultation, own), own


def _figures(rows: Sequence[Any], subject_ids: Sequence[int], entitled: int) -> dict[int, Figures]:
    names = [
        BenchName(row.subject_id, row.name, row.is_counted)
        for row in sorted((r for r in rows if r.name is not None), key=lambda r: r.agree)
    ]
    found = {
        row.subject_id: assemble(
            row.subject_id,
            (row.agree, row.neutral, row.against),
            row.benches,
            row.benches_at,
            names,
            entitled,
        )
        for row in rows
        if row.name is None
    }
    return {
        subject_id: found.get(subject_id)
        or assemble(subject_id, (0, 0, 0), (), None, names, entitled)
        for subject_id in subject_ids
    }


def was_voted_on(subject_id: ColumnElement[int]) -> ColumnElement[bool]:
    """For others' statements: whether anybody has ever voted on the object `subject_id`.

    Says so without a mark in the object's own row, for rows that name an author are never
    written in a vote's transaction.
    """
    return select(Tally.subject_id).where(Tally.subject_id == subject_id).exists()


# What a vote decides on ---


_NOW: ColumnElement[datetime] = bindparam("now", type_=UtcDateTime())


def latest_version() -> ColumnElement[int | None]:
    """The number of the latest public version of the subject's recommendation."""
    return (
        select(func.max(Version.number))
        .where(Version.recommendation_id == Subject.recommendation_id, public(_NOW))
        .correlate(Subject)
        .scalar_subquery()
    )


def last_version_with_wording() -> ColumnElement[int | None]:
    """The number of the last public version in which this wording stands."""
    return (
        select(func.max(Version.number))
        .join(Place, Place.version_id == Version.id)
        .where(Place.wording_id == Subject.id, public(_NOW))
        .correlate(Subject)
        .scalar_subquery()
    )


def wording_since() -> ColumnElement[Any]:
    """When the first public version with this wording was published."""
    return (
        select(func.min(Version.published_at))
        .join(Place, Place.version_id == Version.id)
        .where(Place.wording_id == Subject.id, public(_NOW))
        .correlate(Subject)
        .scalar_subquery()
    )


@cache
def _kinds() -> Select[Any]:
    return (
        select(Subject.id, Subject.kind, Tally.closed_at, wording_since())
        .outerjoin(Tally, Tally.subject_id == Subject.id)
        .where(Subject.id.in_(_WANTED))
    )


@dataclass(frozen=True)
class Locked:
    """An object whose row this transaction holds, and what the rule asks about it."""

    votable: Votable
    recommendation_id: int


@cache
def _lock_statement(_facts: frozenset[str]) -> Select[Any]:
    subject, round_, phase = Subject.__table__, rounds.ROUND, rounds.PHASE
    return (
        select(
            subject.c.kind,
            subject.c.recommendation_id,
            latest_version(),
            last_version_with_wording(),
            wording_since(),
            *FACTS.values(),
            *rounds.COLUMNS,
        )
        .select_from(subject)
        .join(round_, round_.c.id == subject.c.consultation_id)
        .outerjoin(phase, phase.c.consultation_id == round_.c.id)
        .where(subject.c.id == bindparam("subject_id"))
        .order_by(phase.c.position)
        .with_for_update(key_share=True, of=subject)
    )


def lock(subject_id: int) -> Locked:
    """Lock the object's row and read what its rule needs; 404 for what has no public page."""
    statement = _lock_statement(frozenset(FACTS))
    given = {"subject_id": subject_id, "now": clock.now()}
    rows = db.session.execute(statement, given).all()
    if not rows:
        raise NotFound
    if rows[0].kind in ENDING and db.engine.dialect.name != "sqlite":
        # PostgreSQL's snapshot is as old as the statement, which may have waited for the lock.
        rows = db.session.execute(statement, given).all()
    kind, recommendation_id, latest, standing, since, *more = rows[0]
    if kind not in ACTS or latest is None:
        raise NotFound
    is_wording = kind is SubjectKind.WORDING
    if is_wording and standing is None:
        raise NotFound
    facts = dict(zip(FACTS, more, strict=False))
    is_current = not is_wording or standing == latest
    votable = Votable(kind, rounds.round_of(rows), is_current, facts, since)
    return Locked(votable, recommendation_id)


@dataclass(frozen=True)
class Standing:
    """What one voter's ballot says so far, and how many ballots of the object carry the mark."""

    value: int | None = None
    is_marked: bool = False
    is_counted: bool = False
    changed: int = 0


# The tables themselves, without what mapped classes would cost each vote.
_S, _T, _B, _BENCH = (table.__table__.c for table in (Subject, Tally, Ballot, Bench))
_STANDING = (
    select(_T.changed, _B.value, _B.is_changed, _BENCH.is_counted)
    .select_from(Subject.__table__)
    .outerjoin(Tally.__table__, _T.subject_id == _S.id)
    .outerjoin(Ballot.__table__, and_(_B.subject_id == _S.id, _B.voter_key == bindparam("key")))
    .outerjoin(Bench.__table__, _BENCH.id == _B.bench_id)
    .where(_S.id == bindparam("subject_id"))
)


def standing(subject_id: int, key: bytes) -> Standing:
    """Read under the lock, hence after it: PostgreSQL's snapshot is as old as its statement."""
    row = db.session.execute(_STANDING, {"subject_id": subject_id, "key": key}).one()
    return Standing(row.value, bool(row.is_changed), bool(row.is_counted), row.changed or 0)


def key_fingerprint(consultation_id: int) -> str | None:
    """The fingerprint stored with the round, read afresh."""
    return db.session.scalar(
        select(Consultation.ballot_key_fingerprint).where(Consultation.id == consultation_id)
    )


def has_ballots(consultation_id: int) -> ColumnElement[bool]:
    """Whether any ballot was cast in this round."""
    return (
        select(Ballot.subject_id)
        .join(Subject, Subject.id == Ballot.subject_id)
        .where(Subject.consultation_id == consultation_id)
        .exists()
    )


_BENCH_COUNTS = (
    select(
        Subject.id,
        Bench.id,
        Bench.is_counted,
        *(func.count(Ballot.value).filter(Ballot.value == value) for value in VALUES.values()),
    )
    .select_from(Subject)
    .join(Bench, literal(True))
    .outerjoin(Ballot, and_(Ballot.subject_id == Subject.id, Ballot.bench_id == Bench.id))
    .where(Subject.id.in_(_WANTED))
    .group_by(Subject.id, Bench.id, Bench.is_counted, Bench.position)
    .order_by(Subject.id, Bench.position)
)


def bench_counts(subject_ids: Sequence[int]) -> dict[int, list[BenchCount]]:
    """The ballots of each object by bench, uncovered, all benches included, in one statement."""
    rows = db.session.execute(_BENCH_COUNTS, {"wanted": list(subject_ids)})
    found: dict[int, list[BenchCount]] = {}
    for subject_id, *count in map(tuple, rows):
        bench_id, is_counted, agree, neutral, against = count
        found.setdefault(subject_id, []).append(
            BenchCount(bench_id, agree, neutral, against, is_counted)
        )
    return found


# The end of voting ---


def consultations() -> dict[int, Consultation]:
    """All rounds with their phases."""
    found = db.session.scalars(select(Consultation).options(joinedload(Consultation.phases)))
    return {consultation.id: consultation for consultation in found.unique()}


def public_since(subject_ids: Sequence[int]) -> dict[int, datetime]:
    """Since when each of these wordings is public."""
    rows = db.session.execute(
        select(Place.wording_id, func.min(Version.published_at))
        .join(Version, Version.id == Place.version_id)
        .where(Place.wording_id.in_(subject_ids), public(clock.now()))
        .group_by(Place.wording_id)
    )
    return {wording_id: moment for wording_id, moment in rows}  # noqa: C416


def lock_many(subject_ids: Sequence[int]) -> Sequence[Subject]:
    """Lock these objects' rows, in the one order that everybody locks them in."""
    return db.session.scalars(
        select(Subject)
        .where(Subject.id.in_(subject_ids))
        .order_by(Subject.id)
        .with_for_update(key_share=True)
    ).all()


ORDERS_DUE = text("orders_due")
"""Word for word the condition of the partial index, or SQLite would not use it."""


def due_for_orders(limit: int) -> Sequence[int]:
    """Objects whose snapshot is new to the orders that follow it."""
    return db.session.scalars(select(Tally.subject_id).where(ORDERS_DUE).limit(limit)).all()


def apart() -> frozenset[int]:
    """Benches that count in no total and no number of benches."""
    return frozenset(db.session.scalars(select(Bench.id).where(~Bench.is_counted)))
