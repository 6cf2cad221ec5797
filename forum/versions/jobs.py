"""Comparing each new version with all earlier texts, so that no page has to."""

from sqlalchemy import select, update

from forum.amendments import comparing
from forum.kernel import jobs
from forum.kernel.db import db, save, unit_of_work
from forum.recommendations.models import Version
from forum.versions import queries
from forum.versions.models import TextDifference


def compare_what_is_new() -> None:
    """One version after the other; the comparisons are made outside of any transaction."""
    while True:
        with unit_of_work():
            due = queries.uncompared()
            history = queries.up_to(due[1], due[2]) if due else None
        if due is None or history is None:
            return
        version_id, _recommendation_id, number = due
        found = []
        for passage in history.text(number):
            if passage.since == number:
                found += [
                    (passage.paragraph_id, earlier.since, earlier.words, passage.words)
                    for earlier in history.texts_of(passage.paragraph_id)
                    if earlier.since < number and earlier.words != passage.words
                ]
        pieces = {
            (paragraph_id, since): comparing.compare(before, after).stored()
            for paragraph_id, since, before, after in found
        }
        with unit_of_work(writing=True):
            db.session.scalars(
                select(Version).where(Version.id == version_id).with_for_update(key_share=True)
            ).one()
            there = queries.differences_to({key for key, _since in pieces}, number)
            for (paragraph_id, since), stored in pieces.items():
                if (paragraph_id, since) not in there:
                    save(
                        TextDifference(
                            paragraph_id=paragraph_id, before=since, after=number, pieces=stored
                        )
                    )
            db.session.execute(
                update(Version)
                .where(Version.id == version_id)
                .values(is_compared=True)
                .execution_options(synchronize_session=False)
            )


jobs.task("versions", compare_what_is_new)
