"""Accepted amendments that are in no version yet."""

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select

from forum.accounts.bylines import byline
from forum.accounts.models import Bench, Organisation, User
from forum.amendments import comparing
from forum.amendments.consolidating import Accepted, Standing, Work, gather
from forum.amendments.models import (
    Amendment,
    AmendmentDecision,
    AmendmentKind,
    AmendmentState,
    AmendmentWording,
    Motion,
    VersionChange,
)
from forum.kernel import worddiff
from forum.kernel.db import db
from forum.kernel.ledger import canonical
from forum.recommendations import queries as recommendations
from forum.recommendations.models import (
    Paragraph,
    Place,
    Recommendation,
    Subject,
    Wording,
)

TAKEN_UP = (AmendmentState.ACCEPTED, AmendmentState.PARTLY)


@dataclass(frozen=True)
class Desk:
    """The text that is to be followed, and all that waits to go into it."""

    version_number: int
    standings: list[Standing]
    wordings: dict[int, Wording]
    """As they stand, by the number of their Abschnitt."""
    work: Work
    is_ahead: bool
    """The latest version is not public yet: nothing can follow it before."""

    @property
    def seen(self) -> str:
        """Tells whether somebody else has published or decided since a screen was opened."""
        waiting = sorted((one.id, one.decision_id) for one in self.work.all)
        words = [[one.number, *one.words] for one in self.standings]
        said = {"version": self.version_number, "waiting": waiting, "words": words}
        return sha256(canonical(said)).hexdigest()[:32]


def desk(recommendation_id: int) -> Desk:
    """What the screen that makes a version shows, and what publishing decides on."""
    latest = recommendations.latest_version(recommendation_id)
    placed = _placed(latest.id) if latest else []
    standings = [
        Standing(paragraph_id=paragraph_id, number=number, words=(wording.heading, wording.text))
        for paragraph_id, number, wording in placed
    ]
    accepted = _accepted(recommendation_id)
    here = {one.paragraph_id for one in standings}
    lost = {
        one.version_id
        for one in accepted
        if one.kind is AmendmentKind.INSERT and one.paragraph_id and one.paragraph_id not in here
    }
    public = recommendations.clauses([recommendation_id]).get(recommendation_id, [])
    return Desk(
        latest.number if latest else 0,
        standings,
        {number: wording for _id, number, wording in placed},
        gather(standings, accepted, _orders(lost)),
        is_ahead=latest is not None and (not public or public[0].version_number != latest.number),
    )


def _placed(version_id: int) -> list[tuple[int, int, Wording]]:
    rows = db.session.execute(
        select(Paragraph.id, Paragraph.number, Wording)
        .join(Wording, Wording.paragraph_id == Paragraph.id)
        .join(Place, Place.wording_id == Wording.id)
        .where(Place.version_id == version_id)
        .order_by(Place.position)
    )
    return [(paragraph_id, number, wording) for paragraph_id, number, wording in rows]


def _orders(version_ids: Collection[int]) -> dict[int, list[int]]:
    rows = db.session.execute(
        select(Place.version_id, Paragraph.number)
        .join(Wording, Wording.id == Place.wording_id)
        .join(Paragraph, Paragraph.id == Wording.paragraph_id)
        .where(Place.version_id.in_(version_ids))
        .order_by(Place.version_id, Place.position)
    )
    found: dict[int, list[int]] = {}
    for version_id, number in rows:
        found.setdefault(version_id, []).append(number)
    return found


def _accepted(recommendation_id: int) -> list[Accepted]:
    columns: tuple[Any, ...] = (
        Amendment,
        Motion,
        AmendmentDecision,
        AmendmentWording,
        Wording.heading.label("base_heading"),
        Wording.text.label("base_text"),
        Paragraph.number.label("paragraph_number"),
        Subject.comment_count,
        User.appearance,
        User.name,
        User.pseudonym,
        Organisation.name.label("organisation"),
        Bench.name.label("bench"),
    )
    rows = db.session.execute(
        select(*columns)
        .join(Motion, Motion.id == Amendment.motion_id)
        .join(
            AmendmentDecision,
            (AmendmentDecision.amendment_id == Amendment.id)
            & AmendmentDecision.effective_at.is_not(None),
        )
        .join(AmendmentWording, AmendmentWording.id == AmendmentDecision.wording_id)
        .join(Subject, Subject.id == Amendment.id)
        .join(User, User.id == Motion.author_id)
        .outerjoin(Organisation, Organisation.id == User.organisation_id)
        .outerjoin(Bench, Bench.id == func.coalesce(Organisation.bench_id, User.own_bench_id))
        .outerjoin(Wording, Wording.id == AmendmentWording.base_wording_id)
        .outerjoin(Paragraph, Paragraph.id == Amendment.paragraph_id)
        .outerjoin(VersionChange, VersionChange.amendment_id == Amendment.id)
        .where(
            Amendment.recommendation_id == recommendation_id,
            Amendment.state.in_(TAKEN_UP),
            VersionChange.id.is_(None),
        )
        .order_by(Amendment.number)
    )
    return [_one(row) for row in rows]


def _one(row: Any) -> Accepted:
    amendment: Amendment = row.Amendment
    decision: AmendmentDecision = row.AmendmentDecision
    wording: AmendmentWording = row.AmendmentWording
    kind = amendment.kind
    words = (wording.heading, wording.text)
    if decision.final_text is not None:  # of the Redaktion: a strike taken up in part changes
        words = (decision.final_heading or "", decision.final_text)
        kind = AmendmentKind.CHANGE if kind is AmendmentKind.STRIKE else kind
    return Accepted(
        id=amendment.id,
        number=amendment.number,
        decision_id=decision.id,
        kind=kind,
        state=amendment.state,
        paragraph_id=amendment.paragraph_id,
        paragraph_number=row.paragraph_number,
        base=_base(row, wording),
        words=words,
        change=comparing.stored(wording.pieces if decision.final_text is None else decision.pieces),
        version_id=row.Motion.version_id,
        byline=byline(
            row.appearance,
            name=row.name,
            pseudonym=row.pseudonym,
            organisation=row.organisation,
            bench=row.bench,
        ),
        reason_html=decision.reason_html,
        decided_at=decision.effective_at or decision.decided_at,
        comment_count=row.comment_count,
        is_hidden=row.Motion.hidden_reason is not None,
        is_erased=not row.Motion.reason and decision.final_text is None,
    )


def _base(row: Any, wording: AmendmentWording) -> tuple[str, str]:
    """What it was written against: an editorial change may have corrected the wording since."""
    stands = (row.base_heading or "", row.base_text or "")
    change = comparing.stored(wording.pieces)
    if change is None or not (change.heading or change.text):
        return stands
    return worddiff.old_text(change.heading), worddiff.old_text(change.text)


def counts(consultation_id: int) -> dict[int, tuple[Recommendation, int]]:
    """The texts of a round with how many accepted amendments wait to go into each."""
    waiting = (
        select(func.count(Amendment.id))
        .outerjoin(VersionChange, VersionChange.amendment_id == Amendment.id)
        .where(
            Amendment.recommendation_id == Recommendation.id,
            Amendment.state.in_(TAKEN_UP),
            VersionChange.id.is_(None),
        )
        .correlate(Recommendation)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Recommendation, waiting)
        .where(Recommendation.consultation_id == consultation_id)
        .order_by(Recommendation.number)
    )
    return {row.id: (row, count) for row, count in rows}
