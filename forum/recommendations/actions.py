"""Changing rounds and recommendations."""

from sqlalchemy import update

from forum.kernel import jobs
from forum.kernel.db import db, save
from forum.recommendations.models import Consultation, Recommendation, Subject, SubjectKind


def new_subject(
    kind: SubjectKind, *, consultation_id: int, recommendation_id: int | None, number: int
) -> Subject:
    """The row that a new thing of `kind` shares its key with. It will be searchable."""
    jobs.nudge("search")
    return save(
        Subject(
            kind=kind,
            consultation_id=consultation_id,
            recommendation_id=recommendation_id,
            number=number,
        )
    )


def changed(*subject_ids: int) -> None:
    """Note that what the search finds of these things has changed: text, or who may read it.

    A statement, not an attribute set to True: a flag that is already True would write nothing, and
    an indexer that took the row up in between would miss this change.
    """
    db.session.execute(
        update(Subject)
        .where(Subject.id.in_(subject_ids))
        .values(index_due=True)
        .execution_options(synchronize_session=False)
    )
    jobs.nudge("search")


def touch(recommendation_id: int) -> None:
    """Note that the page of this recommendation shows something new.

    The last lock that a transaction takes: subjects first, then the recommendation, so that votes
    and comments cannot wait for each other in a circle.
    """
    db.session.execute(
        update(Recommendation)
        .where(Recommendation.id == recommendation_id)
        .values(revision=Recommendation.revision + 1)
        .execution_options(synchronize_session=False)
    )


def touch_all(consultation_id: int) -> None:
    """Note that every page of the round shows something new."""
    db.session.execute(
        update(Consultation)
        .where(Consultation.id == consultation_id)
        .values(revision=Consultation.revision + 1)
        .execution_options(synchronize_session=False)
    )
