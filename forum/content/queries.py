"""What is stored now, in the form in which a folder brings it, so that the two can be compared."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import joinedload, selectinload

from forum.accounts.models import Bench, Organisation
from forum.ballots.models import Tally
from forum.content.folder import iso
from forum.content.models import ImportedItem
from forum.kernel.db import db
from forum.moderation.models import RuleClause
from forum.positions.models import Party, Position, PositionVersion, Provenance, Thesis
from forum.recommendations.models import (
    Consultation,
    Paragraph,
    Place,
    Recommendation,
    Version,
    Wording,
)
from forum.references.models import GlossaryTerm, Source, TimelineEntry
from forum.site.models import TextVersion

Stored = dict[str, dict[str, Any]]


def _fields(row: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _sources(_round: str) -> Stored:
    names = ("title", "publisher", "published_on", "url", "note")
    return {
        row.key: _fields(row, *names)
        for row in db.session.scalars(select(Source).order_by(Source.id))
    }


def _benches(_round: str) -> Stored:
    rows = db.session.scalars(select(Bench).order_by(Bench.position, Bench.id))
    return {row.slug: _fields(row, "name", "position", "is_counted") for row in rows}


def _organisations(_round: str) -> Stored:
    names = ("name", "short_name", "kind", "note", "is_founder", "is_partner", "sources")
    rows = db.session.scalars(
        select(Organisation).options(joinedload(Organisation.bench)).order_by(Organisation.id)
    )
    return {
        row.slug: _fields(row, *names) | {"bench": row.bench.slug if row.bench else None}
        for row in rows
    }


def round_of(slug: str) -> Consultation | None:
    """A round by its slug, phases loaded."""
    return (
        db.session.scalars(
            select(Consultation)
            .where(Consultation.slug == slug)
            .options(selectinload(Consultation.phases))
        )
        .unique()
        .one_or_none()
    )


def rounds() -> Sequence[str]:
    """The slugs of all rounds."""
    return db.session.scalars(select(Consultation.slug).order_by(Consultation.id)).all()


def current_round() -> str | None:
    """The slug of the round that pages show."""
    return db.session.scalar(select(Consultation.slug).where(Consultation.is_current))


def has_current_round() -> bool:
    """Whether pages show a round already."""
    return db.session.scalar(select(Consultation.id).where(Consultation.is_current)) is not None


def _consultation(round_: str) -> Stored:
    row = round_of(round_)
    if row is None:
        return {}
    names = ("slug", "title", "summary", "acts", "is_shown")
    return {
        row.slug: _fields(
            row,
            "title",
            "short_title",
            "lead",
            "party_order_reason",
            "party_selection_rule",
            "admits_without_organisation",
            "hides_results",
        )
        | {
            "election_on": iso(row.election_on),
            "positions_published_at": iso(row.positions_published_at),
            "phases": [
                _fields(phase, *names)
                | {"starts_at": iso(phase.starts_at), "ends_at": iso(phase.ends_at)}
                for phase in row.phases
            ],
        }
    }


def _recommendations(round_: str) -> Stored:
    names = (
        "number", "title", "title_full", "subtitles", "short_title", "teaser", "context",
        "guiding_questions", "sources",
    )  # fmt: skip
    rows = db.session.scalars(
        select(Recommendation)
        .join(Consultation)
        .where(Consultation.slug == round_)
        .order_by(Recommendation.number)
    )
    return {row.slug: _fields(row, *names) for row in rows}


def _paragraphs(round_: str) -> Stored:
    newest = (
        select(func.max(Version.number))
        .where(Version.recommendation_id == Recommendation.id)
        .correlate(Recommendation)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Recommendation.slug, Paragraph.number, Wording)
        .join(Consultation, Consultation.id == Recommendation.consultation_id)
        .join(Version, Version.recommendation_id == Recommendation.id)
        .join(Place, Place.version_id == Version.id)
        .join(Wording, Wording.id == Place.wording_id)
        .join(Paragraph, Paragraph.id == Wording.paragraph_id)
        .where(Consultation.slug == round_, Version.number == newest)
        .order_by(Recommendation.number, Place.position)
    )
    found: Stored = {}
    for slug, number, wording in rows:
        names = ("heading", "text", "basis", "note", "sources")
        paragraphs = found.setdefault(slug, {"paragraphs": []})["paragraphs"]
        paragraphs.append(_fields(wording, *names) | {"number": number})
    return found


def _parties(round_: str) -> Stored:
    names = (
        "position", "short_name", "name", "color", "programme_source", "programme_title",
        "programme_url", "programme_place", "programme_body",
    )  # fmt: skip
    rows = db.session.scalars(
        select(Party).join(Consultation).where(Consultation.slug == round_).order_by(Party.position)
    )
    return {
        row.slug: _fields(row, *names) | {"programme_on": iso(row.programme_on)} for row in rows
    }


def _theses(round_: str) -> Stored:
    rows = db.session.execute(
        select(Thesis, Recommendation.slug)
        .join(Recommendation, Recommendation.id == Thesis.recommendation_id)
        .join(Consultation, Consultation.id == Thesis.consultation_id)
        .where(Consultation.slug == round_)
        .order_by(Thesis.number)
    )
    names = ("number", "position", "label", "text", "background")
    return {row.slug: _fields(row, *names) | {"recommendation": slug} for row, slug in rows}


def _positions(round_: str) -> Stored:
    return _answers(round_, true())


def editorial_positions(round_: str) -> Stored:
    """What the Redaktion last read in each programme, also where the party itself spoke later."""
    return _answers(round_, PositionVersion.provenance == Provenance.EDITORIAL)


def _answers(round_: str, which: ColumnElement[bool]) -> Stored:
    newest = (
        select(func.max(PositionVersion.number))
        .where(PositionVersion.position_id == Position.id, which)
        .correlate(Position)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Party.slug, Thesis.slug, PositionVersion)
        .join(Position, Position.id == PositionVersion.position_id)
        .join(Party, Party.id == Position.party_id)
        .join(Thesis, Thesis.id == Position.thesis_id)
        .join(Consultation, Consultation.id == Party.consultation_id)
        .where(Consultation.slug == round_, PositionVersion.number == newest)
        .order_by(Thesis.number, Party.position)
    )
    names = ("provenance", "answer", "evidence", "reason", "sources")
    return {f"{party}/{thesis}": _fields(version, *names) for party, thesis, version in rows}


def _terms(_round: str) -> Stored:
    rows = db.session.scalars(select(GlossaryTerm).order_by(GlossaryTerm.sort_key, GlossaryTerm.id))
    return {row.slug: _fields(row, "term", "definition", "related_theses") for row in rows}


def _entries(round_: str) -> Stored:
    names = (
        "precision", "kind", "kind_label", "title", "text", "is_announced",
        "is_general_knowledge", "sources",
    )  # fmt: skip
    rows = db.session.scalars(
        select(TimelineEntry)
        .where(TimelineEntry.round_slug == round_)
        .order_by(TimelineEntry.happened_on, TimelineEntry.id)
    )
    return {
        row.key.removeprefix(f"{round_}/"): _fields(row, *names)
        | {"happened_on": iso(row.happened_on), "ended_on": iso(row.ended_on)}
        for row in rows
    }


def _rules(_round: str) -> Stored:
    rows = db.session.scalars(select(RuleClause).order_by(RuleClause.number))
    return {str(row.number): _fields(row, "title", "text", "public_sentence") for row in rows}


def _texts(_round: str) -> Stored:
    rows = db.session.scalars(select(TextVersion).order_by(TextVersion.slug, TextVersion.number))
    return {row.slug: _fields(row, "title", "source") for row in rows}


STORED: dict[str, Callable[[str], Stored]] = {
    "source": _sources,
    "bench": _benches,
    "organisation": _organisations,
    "consultation": _consultation,
    "recommendation": _recommendations,
    "paragraphs": _paragraphs,
    "party": _parties,
    "thesis": _theses,
    "position": _positions,
    "term": _terms,
    "entry": _entries,
    "rule": _rules,
    "text": _texts,
}
"""By kind of item: what is stored for a round, by the key it has in the folder."""


def invented() -> dict[str, set[str]]:
    """Slugs of what the demo made up, by kind; none of it is content."""
    return {
        kind: set(db.session.scalars(select(table.slug).where(table.is_invented)))
        for kind, table in (("organisation", Organisation), ("party", Party))
    }


def slugs_elsewhere(round_: str) -> dict[str, dict[str, str]]:
    """Slugs that other rounds use, by kind, with the round: each has one address only."""
    found: dict[str, dict[str, str]] = {}
    for kind, table in (("recommendation", Recommendation), ("party", Party), ("thesis", Thesis)):
        rows = db.session.execute(
            select(table.slug, Consultation.slug)
            .join(Consultation, Consultation.id == table.consultation_id)
            .where(Consultation.slug != round_)
        )
        found[kind] = {slug: other for slug, other in rows}  # noqa: C416 - rows are no pairs to mypy
    return found


def theses_with_ballots() -> set[str]:
    """Theses that somebody has voted on."""
    return set(
        db.session.scalars(
            select(Thesis.slug)
            .join(Tally, Tally.subject_id == Thesis.id)
            .where(Tally.agree + Tally.neutral + Tally.against > 0)
        )
    )


def imported() -> dict[str, ImportedItem]:
    """What was brought in before, by key."""
    return {row.key: row for row in db.session.scalars(select(ImportedItem))}


def last_text(slug: str) -> TextVersion | None:
    """The newest version of a text, public or not."""
    return db.session.scalars(
        select(TextVersion)
        .where(TextVersion.slug == slug)
        .order_by(TextVersion.number.desc())
        .limit(1)
    ).one_or_none()


def text_dates() -> dict[str, datetime]:
    """From when the newest version of each text counts."""
    rows = db.session.execute(
        select(TextVersion.slug, TextVersion.published_at).order_by(TextVersion.number)
    )
    return {slug: published_at for slug, published_at in rows}  # noqa: C416


def position_of(party_id: int, thesis_id: int) -> Position | None:
    """A party's answer to a thesis."""
    return db.session.scalars(
        select(Position).where(Position.party_id == party_id, Position.thesis_id == thesis_id)
    ).one_or_none()


def last_position_number(position_id: int) -> int:
    """How many versions an answer has."""
    return (
        db.session.scalar(
            select(func.max(PositionVersion.number)).where(
                PositionVersion.position_id == position_id
            )
        )
        or 0
    )


def row(table: Any, **keys: Any) -> Any:
    """The one row of a table with these values."""
    return db.session.scalars(select(table).filter_by(**keys)).one()
