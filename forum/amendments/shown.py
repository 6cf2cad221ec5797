"""One amendment as its own page shows it, with all that belongs to it."""

from collections.abc import Sequence

from sqlalchemy import select

from forum.amendments import beside, comparing, duplicates, queries, sources
from forum.amendments.dissents import of_amendment
from forum.amendments.models import Amendment, AmendmentWording
from forum.amendments.reading import AmendmentView, Line, OldWording, Verdict
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.recommendations.queries import Clause


def view(
    recommendation_id: int,
    number: int,
    clauses: Sequence[Clause],
    *,
    bench_id: int | None = None,
) -> AmendmentView:
    """One amendment with the others of its motion and its history; 404 when there is none.

    `bench_id` is the reader's: they see the Sondervotum that waits for signatures of their bench.
    """
    motion = (
        select(Amendment.motion_id)
        .where(Amendment.recommendation_id == recommendation_id, Amendment.number == number)
        .scalar_subquery()
    )
    together = queries.read(queries.listed(Amendment.motion_id == motion))
    line = next((one for one in together if one.number == number), None)
    if line is None:
        raise NotFound
    return AmendmentView(
        line=line,
        others=[one for one in together if one.number != number],
        earlier=_earlier(line) if line.wording_number > 1 else (),
        clause=next((one for one in clauses if one.paragraph_id == line.paragraph_id), None),
        verdict=_verdict(line) if line.is_decided else None,
        dissents=of_amendment(line.id, bench_id) if line.is_decided else (),
        entry=beside.entered([line.id]).get(line.id) if line.is_decided else None,
        sources=sources.numbers_of(line.motion_id) if line.is_drawn else (),
        merges=duplicates.around([line.id]) if line.is_merged else (),
    )


def _verdict(line: Line) -> Verdict | None:
    made = next((one for one in reversed(queries.decisions([line.id])) if one.effective_at), None)
    return (
        Verdict(
            reason_html=made.reason_html,
            final=(made.final_heading or "", made.final_text) if made.final_text else None,
            change=comparing.stored(made.pieces),
            on=made.effective_at or made.decided_at,
        )
        if made
        else None
    )


def _earlier(line: Line) -> list[OldWording]:
    rows = db.session.scalars(
        select(AmendmentWording)
        .where(
            AmendmentWording.amendment_id == line.id, AmendmentWording.number < line.wording_number
        )
        .order_by(AmendmentWording.number.desc())
    )
    return [
        OldWording(
            id=row.id,
            number=row.number,
            posted_at=row.posted_at,
            change=comparing.stored(row.pieces),
        )
        for row in rows
    ]
