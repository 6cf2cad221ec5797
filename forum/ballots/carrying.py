"""Carrying agreement from one object to another: the only way in which ballots ever move.

Product rule 1 allows it for amendments of the same content, and for nothing else. The keys never
leave the database: one statement copies them, within a round, where a key is the same for all
objects. What was cast on the first object stays there, with its result.
"""

from sqlalchemy import and_, case, func, insert, literal, select, update
from sqlalchemy.orm import aliased

from forum.accounts.models import Bench
from forum.ballots import queries
from forum.ballots.actions import count_many, new_snapshots
from forum.ballots.figures import SMALL
from forum.ballots.models import Ballot, Tally
from forum.kernel.db import begin_writing, db
from forum.kernel.errors import Conflict


def carry_agreement(from_id: int, to_id: int) -> int:
    """Have everybody who agrees with the first agree with the second, unless they voted on it.

    Only agreement is carried, each ballot with the bench and the day it was cast on; whoever has
    a ballot on the second keeps that one. Returns how many were added to the total. Whoever calls
    touches the recommendation afterwards.
    """
    begin_writing()
    subjects = queries.lock_many(sorted({from_id, to_id}))
    if len({(one.consultation_id, one.kind) for one in subjects}) != 1 or len(subjects) != 2:
        raise Conflict("Ballots move within one round, between two things of one kind.")
    there = aliased(Ballot)
    agreeing = (
        select(Ballot.voter_key, Bench.is_counted, there.subject_id.label("known"))
        .join(Bench, Bench.id == Ballot.bench_id)
        .outerjoin(there, and_(there.subject_id == to_id, there.voter_key == Ballot.voter_key))
        .where(Ballot.subject_id == from_id, Ballot.value == 1, there.value.is_(None))
        .subquery()
    )
    counted, marked = db.session.execute(
        select(
            func.count(case((agreeing.c.is_counted, 1))),
            # One who has withdrawn there has a row that carries its mark until the next snapshot.
            func.count(case((agreeing.c.known.is_(None), 1))),
        )
    ).one()
    silent = {"synchronize_session": False}
    agreed = aliased(Ballot)
    mine = (agreed.subject_id == from_id, agreed.value == 1)
    same_voter = agreed.voter_key == Ballot.voter_key
    said = {
        name: select(getattr(agreed, name)).where(*mine, same_voter).scalar_subquery()
        for name in ("bench_id", "day")
    }
    db.session.execute(
        update(Ballot)
        .where(
            Ballot.subject_id == to_id,
            Ballot.value.is_(None),
            select(agreed.voter_key).where(*mine, same_voter).exists(),
        )
        .values(value=1, is_changed=True, **said)
        .execution_options(**silent)
    )
    absent = ~(
        select(there.voter_key)
        .where(there.subject_id == to_id, there.voter_key == agreed.voter_key)
        .exists()
    )
    db.session.execute(
        insert(Ballot).from_select(
            ["subject_id", "voter_key", "value", "bench_id", "day", "is_changed"],
            select(
                literal(to_id),
                agreed.voter_key,
                literal(1),
                agreed.bench_id,
                agreed.day,
                literal(True),
            ).where(*mine, absent),
            include_defaults=False,
        )
    )
    before = db.session.scalar(select(Tally.changed).where(Tally.subject_id == to_id)) or 0
    changed = before + marked
    benches = new_snapshots([to_id])[to_id] if changed >= SMALL else None
    count_many(to_id, agreed=counted, marked=marked, benches=benches)
    return int(counted)
