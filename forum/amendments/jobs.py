"""Comparing texts too long to be compared while somebody waits."""

from sqlalchemy import update

from forum.amendments import comparing, queries
from forum.amendments.models import AmendmentWording
from forum.kernel import jobs
from forum.kernel.db import db, unit_of_work
from forum.recommendations.actions import touch


def compare_what_waits() -> None:
    """Compare outside of any transaction, one text after the other, and write what was found."""
    while True:
        with unit_of_work():
            waiting = queries.uncompared(1)
        if not waiting:
            return
        [(wording_id, recommendation_id, before, after)] = waiting
        pieces = comparing.compare(before, after).stored()
        with unit_of_work(writing=True):
            db.session.execute(
                update(AmendmentWording)
                .where(AmendmentWording.id == wording_id)
                .values(pieces=pieces)
                .execution_options(synchronize_session=False)
            )
            touch(recommendation_id)


jobs.task("amendments", compare_what_waits)
