"""Taking back the votes of an account that is being erased, where voting is still open.

Each vote in a transaction of its own, in which nothing names the account. What was voted on is
known to this process for a moment, and written nowhere.
"""

from sqlalchemy import select, update

from forum.accounts.models import User
from forum.ballots import policy, queries, secrecy
from forum.ballots.actions import check_key, count, new_snapshots
from forum.ballots.figures import SMALL
from forum.ballots.models import Ballot
from forum.ballots.policy import Votable
from forum.kernel import clock
from forum.kernel.db import begin_writing, db, unit_of_work
from forum.kernel.errors import NotFound
from forum.recommendations.actions import touch
from forum.recommendations.models import Consultation, Subject
from forum.recommendations.policy import is_open


def take_back_all(voter: User) -> None:
    """Withdraw each vote that could still be changed. Runs outside of any unit of work.

    May run again at any time. Raises Unavailable when the ballot key is not the round's: the
    votes cannot be found then, and the account's secret has to stay until it is back.
    """
    with unit_of_work():
        rounds = list(queries.consultations().values())
        keys = {one.id: secrecy.voter_key(voter, one.uuid) for one in rounds}
        for one in rounds:
            if one.ballot_key_fingerprint is not None:
                check_key(one)
        own = [(one.id, found) for one in rounds for found in _voted_on(one, keys[one.id])]
    for round_id, subject_id in own:
        key = keys[round_id]
        if key is not None:
            with unit_of_work():
                _take_back(subject_id, key)


def _voted_on(consultation: Consultation, key: bytes | None) -> list[int]:
    if key is None:
        return []
    found = db.session.scalars(
        select(Ballot.subject_id)
        .join(Subject, Subject.id == Ballot.subject_id)
        .where(
            Subject.consultation_id == consultation.id,
            Ballot.voter_key == key,
            Ballot.value.is_not(None),
        )
        .order_by(Ballot.subject_id)
    )
    return list(found)


def _take_back(subject_id: int, key: bytes) -> None:
    begin_writing()
    try:
        locked = queries.lock(subject_id)
    except NotFound:  # no public page any more, and so no open vote
        return
    if not _is_open(locked.votable):
        return
    own = queries.standing(subject_id, key)
    if own.value is None:
        return
    db.session.execute(
        update(Ballot)
        .where(Ballot.subject_id == subject_id, Ballot.voter_key == key)
        .values(value=None, is_changed=True, day=clock.today())
        .execution_options(synchronize_session=False)
    )
    marked = own.changed + (not own.is_marked)
    benches = new_snapshots([subject_id])[subject_id] if marked >= SMALL else None
    count(subject_id, own, None, benches=benches)
    touch(locked.recommendation_id)


def _is_open(votable: Votable) -> bool:
    return votable.is_current and is_open(votable.consultation, policy.act_of(votable))
