"""Reading theses and what the parties say to them, as everybody may see it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast

import structlog
from cryptography.exceptions import InvalidTag
from sqlalchemy import ColumnElement, and_, bindparam, exists, select
from sqlalchemy.orm import joinedload

from forum.accounts.models import Role, RoleGrant, User
from forum.kernel import clock, vault
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.positions import policy
from forum.positions.answers import (
    AnswerView,
    Citation,
    PartyView,
    Said,
    State,
    ThesisView,
    Topic,
)
from forum.positions.models import (
    Answer,
    Party,
    Position,
    PositionVersion,
    Thesis,
)
from forum.recommendations.models import Consultation, Recommendation, Subject
from forum.recommendations.queries import published_in

log = structlog.get_logger()

_Spoken = tuple[int, int, Said]
"""The key of a position, how much was written about it, and one of its versions."""


def sealed_in(position_id: int, number: int) -> str:
    """The place a version's encrypted text is bound to."""
    return f"version:{position_id}:{number}"


def theses(recommendation_id: int) -> list[ThesisView]:
    """The theses of a recommendation with every party's answer; at most two statements."""
    return _views(Thesis.recommendation_id == recommendation_id)


def matrix(consultation: Consultation) -> list[Topic]:
    """All theses of the published recommendations of a round, by recommendation."""
    return _topics(consultation, None)


def party(slug: str) -> Party:
    """One party with what is known of its programme."""
    found = db.session.scalars(select(Party).where(Party.slug == slug)).one_or_none()
    if found is None:
        raise NotFound
    return found


def round_of(party: Party) -> Consultation:
    """The round a party belongs to, phases loaded."""
    return (
        db.session.scalars(
            select(Consultation)
            .where(Consultation.id == party.consultation_id)
            .options(joinedload(Consultation.phases))
        )
        .unique()
        .one()
    )


def parties(consultation_id: int) -> Sequence[Party]:
    """The parties of a round in its order."""
    return db.session.scalars(
        select(Party).where(Party.consultation_id == consultation_id).order_by(Party.position)
    ).all()


def party_topics(consultation: Consultation, party_id: int) -> list[Topic]:
    """All theses of the round with the answers of one party only."""
    return _topics(consultation, party_id)


def _topics(consultation: Consultation, party_id: int | None) -> list[Topic]:
    shown = {one.id: one for one in published_in(consultation)}
    views = _views(Thesis.recommendation_id.in_(list(shown)), party_id)
    return [
        Topic(
            slug=one.slug,
            number=one.number,
            title=one.title,
            short_title=one.short_title,
            theses=[view for view in views if view.recommendation_id == one.id],
        )
        for one in shown.values()
        if any(view.recommendation_id == one.id for view in views)
    ]


# Built once: the page of every thread asks it.
_THESES: Any = (
    select(
        Thesis.id,
        Thesis.slug,
        Thesis.number,
        Thesis.position,
        Thesis.label,
        Thesis.text,
        Thesis.background,
        Thesis.recommendation_id,
        Recommendation.number.label("recommendation_number"),
        Subject.comment_count,
        Thesis.consultation_id,
        Consultation.positions_published_at,
    )
    .select_from(Thesis)
    .join(Subject, Subject.id == Thesis.id)
    .join(Recommendation, Recommendation.id == Thesis.recommendation_id)
    .join(Consultation, Consultation.id == Thesis.consultation_id)
    .order_by(Recommendation.number, Thesis.position)
)


def _views(chosen: ColumnElement[bool], party_id: int | None = None) -> list[ThesisView]:
    found = db.session.execute(_THESES.where(chosen)).all()
    if not found:
        return []
    now = clock.now()
    common = found[0].positions_published_at
    ahead = common if common and common > now else None
    columns, said = _answers(found[0].consultation_id, [row.id for row in found], now, party_id)
    views = []
    for row in found:
        view = ThesisView(*row[:10])
        view.answers.extend(
            _answer(one, said.get((row.id, one.id), []), ahead if takes_part else None)
            for one, takes_part in columns
        )
        views.append(view)
    return views


def _answer(party: PartyView, said: list[_Spoken], ahead: datetime | None) -> AnswerView:
    if said:
        (position_id, comment_count, latest), *earlier = said
        return AnswerView(
            party=party,
            state=State.ANSWERED,
            said=latest,
            earlier=tuple(version for *_, version in earlier),
            position_id=position_id,
            comment_count=comment_count,
        )
    return AnswerView(
        party=party, state=State.ANNOUNCED if ahead else State.MISSING, announced_for=ahead
    )


_VERSION = (
    PositionVersion.number.label("version_number"),
    PositionVersion.published_at,
    PositionVersion.provenance,
    PositionVersion.evidence,
    PositionVersion.answer,
    PositionVersion.reason,
    PositionVersion.sources,
    PositionVersion.sealed,
    PositionVersion.correction_reason,
)


@cache
def _answers_to(of_one_party: bool) -> Any:
    """The statement for all answers to some theses: built once, for every thread asks it."""
    represented = exists(
        select(User.id)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(User.party_id == Party.id, User.active, RoleGrant.role == Role.PARTY)
    ).correlate(Party)
    statement: Any = (
        select(
            Party.id.label("party_id"),
            Party.slug,
            Party.short_name,
            Party.name,
            Party.color,
            Party.is_invented,
            Party.position,
            represented.label("represented"),
            Position.id.label("position_id"),
            Position.thesis_id,
            Subject.comment_count,
            *_VERSION,
        )
        .select_from(Party)
        .outerjoin(
            Position,
            and_(
                Position.party_id == Party.id,
                Position.thesis_id.in_(bindparam("theses", expanding=True)),
            ),
        )
        .outerjoin(Subject, Subject.id == Position.id)
        .outerjoin(
            PositionVersion,
            and_(
                PositionVersion.position_id == Position.id,
                policy.public(cast("Any", bindparam("now"))),
            ),
        )
        .where(Party.consultation_id == bindparam("consultation_id"))
        .order_by(Party.position, *policy.latest_first())
    )
    return statement.where(Party.id == bindparam("party_id")) if of_one_party else statement


def _answers(
    consultation_id: int, thesis_ids: list[int], now: datetime, party_id: int | None
) -> tuple[list[tuple[PartyView, bool]], dict[tuple[int, int], list[_Spoken]]]:
    """Parties in their order (and whether represented here), and what each said, latest first."""
    given: dict[str, Any] = {"consultation_id": consultation_id, "theses": thesis_ids, "now": now}
    if party_id:
        given["party_id"] = party_id
    rows = db.session.execute(_answers_to(bool(party_id)), given)
    columns: dict[int, tuple[PartyView, bool]] = {}
    said: dict[tuple[int, int], list[_Spoken]] = {}
    for row in rows:
        if row.party_id not in columns:
            columns[row.party_id] = (PartyView(*row[:7]), row.represented)
        if row.version_number is not None and (version := _said(row)):
            said.setdefault((row.thesis_id, row.party_id), []).append(
                (row.position_id, row.comment_count, version)
            )
    return list(columns.values()), said


def _said(row: Any) -> Said | None:
    """One public version; decrypted here when the clock was faster than the sweep."""
    content = {
        "answer": row.answer,
        "reason": row.reason,
        "sources": row.sources,
        "correction_reason": row.correction_reason,
    }
    if row.sealed is not None:
        try:
            content = vault.unseal(row.sealed, sealed_in(row.position_id, row.version_number))
        except InvalidTag:  # another key: the page stays, and the operator reads why it is short
            log.exception("position.unreadable", position=row.position_id)
            return None
    return Said(
        number=row.version_number,
        published_at=row.published_at,
        answer=Answer(content["answer"]),
        provenance=row.provenance,
        evidence=row.evidence,
        reason=content["reason"],
        sources=tuple(Citation.of(source) for source in content["sources"]),
        correction_reason=content.get("correction_reason") or "",
    )


@dataclass(frozen=True)
class Document:
    """A public answer as the search index takes it."""

    position_id: int
    consultation_id: int
    recommendation_id: int
    recommendation_slug: str
    thesis_slug: str
    thesis_title: str
    """„1.2“."""
    thesis_label: str
    thesis_text: str
    party_slug: str
    party_name: str
    party_short_name: str
    is_invented: bool
    answer: str
    provenance: str
    reason: str
    published_at: datetime


def searchable(position_ids: Iterable[int]) -> dict[int, Document]:
    """What the search may show of these positions now, in one statement; others are left out."""
    now = clock.now()
    rows = db.session.execute(
        select(
            Position.id.label("position_id"),
            Thesis.consultation_id,
            Thesis.recommendation_id,
            Recommendation.slug.label("recommendation_slug"),
            Recommendation.number.label("recommendation_number"),
            Thesis.slug.label("thesis_slug"),
            Thesis.position.label("thesis_position"),
            Thesis.label,
            Thesis.text,
            Party.slug.label("party_slug"),
            Party.name,
            Party.short_name,
            Party.is_invented,
            *_VERSION,
        )
        .select_from(Position)
        .join(Thesis, Thesis.id == Position.thesis_id)
        .join(Recommendation, Recommendation.id == Thesis.recommendation_id)
        .join(Party, Party.id == Position.party_id)
        .join(PositionVersion, PositionVersion.position_id == Position.id)
        .where(Position.id.in_(list(position_ids)), policy.public(now))
        .order_by(Position.id, *policy.latest_first())
    )
    found: dict[int, Document] = {}
    for row in rows:
        if row.position_id in found or (said := _said(row)) is None:
            continue
        found[row.position_id] = Document(
            position_id=row.position_id,
            consultation_id=row.consultation_id,
            recommendation_id=row.recommendation_id,
            recommendation_slug=row.recommendation_slug,
            thesis_slug=row.thesis_slug,
            thesis_title=f"{row.recommendation_number}.{row.thesis_position}",
            thesis_label=row.label,
            thesis_text=row.text,
            party_slug=row.party_slug,
            party_name=row.name,
            party_short_name=row.short_name,
            is_invented=row.is_invented,
            answer=said.word,
            provenance=said.provenance_word,
            reason=said.reason,
            published_at=said.published_at,
        )
    return found
