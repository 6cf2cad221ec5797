"""Casting and withdrawing ballots. Statements and locks: docs/decisions/0005-secret-ballots.md.

No row that names an account is written here, nothing is announced and nothing is logged: the
voter comes in as an object read before, and leaves a key.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, time
from functools import cache
from importlib import import_module
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import bindparam, delete, select, update

from forum.accounts.models import Bench, User
from forum.ballots import policy, queries, recounting, secrecy
from forum.ballots.figures import SMALL, VALUES, snapshot
from forum.ballots.models import Ballot, Tally
from forum.ballots.queries import Standing
from forum.kernel import clock
from forum.kernel.db import Base, begin_writing, db
from forum.kernel.errors import ForumError, Unavailable
from forum.recommendations import policy as rounds
from forum.recommendations.actions import touch
from forum.recommendations.models import Consultation
from forum.recommendations.rounds import AnyRound


def cast(voter: User, subject_id: int, value: int) -> None:
    """Vote 1, 0 or -1, or change one's vote. The same value again changes nothing."""
    if value not in VALUES.values():
        raise ForumError(_("Wählen Sie „stimme zu“, „neutral“ oder „stimme nicht zu“."))
    _record(voter, subject_id, value)


def withdraw(voter: User, subject_id: int) -> None:
    """Take one's vote back. Without a vote nothing changes."""
    _record(voter, subject_id, None)


def _record(voter: User, subject_id: int, value: int | None) -> None:
    begin_writing()
    locked = queries.lock(subject_id)
    policy.rule(locked.votable.kind).require(voter, locked.votable)
    bench, key = voter.bench, secrecy.voter_key(voter, locked.votable.consultation.uuid)
    if bench is None or key is None:
        raise RuntimeError("The rule lets nobody vote without a bench and a secret.")
    is_first = check_key(locked.votable.consultation)
    own = Standing() if is_first else queries.standing(subject_id, key)
    if value == own.value:
        return
    _write_ballot(subject_id, key, value, bench)
    changed = own.changed + (not own.is_marked)
    benches = None
    if changed >= SMALL:
        benches = new_snapshots([subject_id])[subject_id]
    count(subject_id, own, value, is_counted=bench.is_counted, benches=benches)
    touch(locked.recommendation_id)


def check_key(consultation: AnyRound) -> bool:
    """Stop when the ballot key is not the round's. True when no ballot was ever cast in it.

    The first ballot stores the key's fingerprint; the condition makes sure that it is the first,
    and other first ballots wait for its row.
    """
    mine, stored = secrecy.fingerprint(), consultation.ballot_key_fingerprint
    if stored is None:
        claimed = db.session.execute(
            update(Consultation)
            .where(
                Consultation.id == consultation.id,
                Consultation.ballot_key_fingerprint.is_(None),
                ~queries.has_ballots(consultation.id),
            )
            .values(ballot_key_fingerprint=mine)
            .execution_options(synchronize_session=False)
        )
        if _changed_rows(claimed):
            return True
        stored = queries.key_fingerprint(consultation.id)
    if stored != mine:
        raise Unavailable(
            _(
                "Abstimmen ist angehalten, sonst zählte jede Stimme doppelt: Der Stimmschlüssel "
                "(FORUM_BALLOT_KEY) ist nicht der, mit dem in dieser Konsultation abgestimmt "
                "wurde. Der Betrieb muss den früheren Schlüssel wieder einsetzen."
            )
        )
    return False


def _changed_rows(result: Any) -> int:
    return int(result.rowcount)


def _insert(table: type[Base]) -> Any:
    """INSERT … ON CONFLICT, which both databases have in the same form."""
    dialect = import_module(f"sqlalchemy.dialects.{db.engine.dialect.name}")
    return dialect.insert(table.__table__)


@cache
def _ballot_statement(_dialect: str) -> Any:
    """Built once, and filled in each time; so are those of the tally."""
    insert = _insert(Ballot)
    said = {name: insert.excluded[name] for name in ("value", "bench_id", "day", "is_changed")}
    return insert.on_conflict_do_update(index_elements=["subject_id", "voter_key"], set_=said)


@cache
def _tally_statement(_dialect: str, *, renewed: bool) -> Any:
    insert, tally = _insert(Tally), Tally.__table__.c
    then: dict[str, Any] = {name: tally[name] + bindparam(f"step_{name}") for name in VALUES}
    if renewed:
        then |= {
            name: insert.excluded[name]
            for name in ("changed", "benches", "benches_at", "orders_due")
        }
    else:
        then["changed"] = tally.changed + bindparam("step_changed")
    return insert.on_conflict_do_update(
        index_elements=["subject_id"], set_=then | {"closed_at": None}
    )


def _write_ballot(subject_id: int, key: bytes, value: int | None, bench: Bench) -> None:
    db.session.execute(
        _ballot_statement(db.engine.dialect.name),
        {
            "subject_id": subject_id,
            "voter_key": key,
            "value": value,
            "bench_id": bench.id,
            "day": clock.today(),
            "is_changed": True,
        },
    )


def count(
    subject_id: int,
    own: Standing,
    value: int | None,
    *,
    is_counted: bool = True,
    benches: list[dict[str, int]] | None,
) -> None:
    """Move the totals by what changed, and store the new snapshot when there is one."""
    given: dict[str, Any] = {"subject_id": subject_id, "benches": benches or []}
    for name, choice in VALUES.items():
        step = int(is_counted and value == choice)
        step -= int(own.is_counted and own.value == choice)
        given[f"step_{name}"] = step
        # Both databases check the row to insert even where there is one to update.
        given[name] = max(0, step)
    if benches is None:
        given |= {"changed": 1, "step_changed": int(not own.is_marked)}
    else:
        given |= {"changed": 0, "benches_at": _start_of_today(), "orders_due": True}
    statement = _tally_statement(db.engine.dialect.name, renewed=benches is not None)
    db.session.execute(statement, given)


def count_many(
    subject_id: int, *, agreed: int, marked: int, benches: list[dict[str, int]] | None
) -> None:
    """Add ballots that agree to the total, and their marks or the snapshot that clears them."""
    given: dict[str, Any] = {"subject_id": subject_id, "benches": benches or []}
    for name in VALUES:
        given[name] = given[f"step_{name}"] = agreed if name == "agree" else 0
    given |= {"changed": marked, "step_changed": marked}
    if benches is not None:
        given |= {"changed": 0, "benches_at": _start_of_today()}
    statement = _tally_statement(db.engine.dialect.name, renewed=benches is not None)
    db.session.execute(statement, given)


def _start_of_today() -> datetime:
    """A snapshot is dated by its day: its minute would be that of the ballot that caused it."""
    return datetime.combine(clock.today(), time(), clock.BERLIN)


def new_snapshots(subject_ids: Sequence[int]) -> dict[int, list[dict[str, int]]]:
    """Count by bench, forget what was withdrawn, clear the marks: three statements."""
    counts = queries.bench_counts(subject_ids)
    chosen = (Ballot.subject_id.in_(subject_ids), Ballot.is_changed)
    silent = {"synchronize_session": False}
    db.session.execute(
        delete(Ballot).where(*chosen, Ballot.value.is_(None)).execution_options(**silent)
    )
    db.session.execute(
        update(Ballot).where(*chosen).values(is_changed=False).execution_options(**silent)
    )
    return {subject_id: snapshot(counts[subject_id]) for subject_id in subject_ids}


def close(subject_ids: Iterable[int]) -> None:
    """Take the last snapshot of objects whose voting is over, however few ballots changed."""
    begin_writing()
    subjects = queries.lock_many(sorted(subject_ids))
    rounds_by_id = queries.consultations()
    fresh = new_snapshots([subject.id for subject in subjects])
    now = clock.now()
    since = queries.public_since([subject.id for subject in subjects])
    for subject in subjects:
        round_ = rounds_by_id[subject.consultation_id]
        votable = policy.Votable(subject.kind, round_, since=since.get(subject.id))
        ended = rounds.closed_since(round_, policy.act_of(votable), now)
        db.session.execute(
            update(Tally)
            .where(Tally.subject_id == subject.id)
            .values(
                benches=fresh[subject.id],
                changed=0,
                benches_at=ended or _start_of_today(),
                closed_at=ended or now,
                orders_due=True,
            )
            .execution_options(synchronize_session=False)
        )
    for recommendation_id in sorted({s.recommendation_id for s in subjects if s.recommendation_id}):
        touch(recommendation_id)


def correct(subject_id: int) -> None:
    """Make the tally say what its ballots say; counted again under the object's lock."""
    begin_writing()
    [subject] = queries.lock_many([subject_id])
    for difference in recounting.recount([subject_id]):
        said: dict[str, Any] = {
            name: getattr(difference.counted, name)
            for name in ("agree", "neutral", "against", "changed")
        }
        if difference.counted.benches is not None:
            said["benches"] = snapshot(queries.bench_counts([subject_id])[subject_id])
            said["orders_due"] = True
        db.session.execute(
            _insert(Tally)
            .values(subject_id=subject_id, **({"benches": []} | said))
            .on_conflict_do_update(index_elements=["subject_id"], set_=said)
        )
    if subject.recommendation_id is not None:
        touch(subject.recommendation_id)


def take_for_orders(subject_ids: Sequence[int]) -> dict[int, list[Any]]:
    """The snapshots of these objects, taken off the list of those that are due.

    Locked first, so that a snapshot that comes meanwhile is due again.
    """
    found = db.session.execute(
        select(Tally.subject_id, Tally.benches)
        .where(Tally.subject_id.in_(subject_ids))
        .order_by(Tally.subject_id)
        .with_for_update()
    ).all()
    db.session.execute(
        update(Tally)
        .where(Tally.subject_id.in_(subject_ids), queries.ORDERS_DUE)
        .values(orders_due=False)
        .execution_options(synchronize_session=False)
    )
    return {row.subject_id: row.benches for row in found}


def order_again(subject_ids: Iterable[int]) -> None:
    """Have the orders that follow the snapshots of these objects look at them once more."""
    db.session.execute(
        update(Tally)
        .where(Tally.subject_id.in_(sorted(subject_ids)), Tally.benches_at.is_not(None))
        .values(orders_due=True)
        .execution_options(synchronize_session=False)
    )
