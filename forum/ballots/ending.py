"""Which votes are over and still lack their last snapshot."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, true

from forum.ballots import queries
from forum.ballots.models import Tally
from forum.ballots.policy import ACTS
from forum.kernel.db import db
from forum.recommendations import policy as rounds
from forum.recommendations.models import Act, Consultation, Subject, SubjectKind


def ended(now: datetime) -> list[int]:
    """Objects whose voting is over and whose last snapshot is still to be taken."""
    over = [
        and_(
            Subject.consultation_id == consultation.id,
            Subject.kind.in_(
                [kind for kind, act in ACTS.items() if not rounds.is_open(consultation, act, now)]
            ),
            _has_no_vote_on_results(consultation, now),
        )
        for consultation in queries.consultations().values()
    ]
    replaced = and_(
        Subject.kind == SubjectKind.WORDING,
        queries.last_version_with_wording() != queries.latest_version(),
    )
    return list(
        db.session.scalars(
            select(Tally.subject_id)
            .join(Subject, Subject.id == Tally.subject_id)
            .where(Tally.closed_at.is_(None), or_(replaced, *over))
            .order_by(Tally.subject_id),
            {"now": now},
        )
    )


def _has_no_vote_on_results(consultation: Consultation, now: datetime) -> ColumnElement[bool]:
    """Not a wording that a version brought while votes on results are open."""
    begun = [
        phase.starts_at
        for phase in rounds.windows(consultation, Act.VOTE_RESULT)
        if phase.starts_at <= now
    ]
    if not begun or not rounds.is_open(consultation, Act.VOTE_RESULT, now):
        return true()
    return or_(Subject.kind != SubjectKind.WORDING, queries.wording_since() < min(begun))
