"""All that can be found: for each kind of document one statement that reads those public now.

Indexing and showing both read here, so a hit is shown only while the database says that anybody may
read it, and as it reads now. The table stands at the end.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from forum.accounts.models import Bench, Organisation, User
from forum.amendments.models import Amendment
from forum.deliberation.models import Comment, Visibility
from forum.deliberation.speaking import byline_of_row
from forum.kernel.html import text_of
from forum.positions import policy as positions
from forum.positions.answers import PartyView, Said
from forum.positions.models import Party, Position, PositionVersion, Thesis
from forum.recommendations import policy as recommendations
from forum.recommendations.models import (
    Paragraph,
    Place,
    Recommendation,
    Subject,
    Version,
    Wording,
)
from forum.references.models import GlossaryTerm
from forum.search import proposals
from forum.search.documents import About, Document, Kind
from forum.search.places import WHERE, first_public, where
from forum.stances.models import Stance
from forum.summaries import policy as summaries
from forum.summaries.models import Summary, SummaryStatement, SummaryVersion

Rows = Sequence[Any]


def _latest_version(now: datetime) -> Any:
    return (
        select(Version.id)
        .where(Version.recommendation_id == Recommendation.id, recommendations.public(now))
        .order_by(Version.number.desc())
        .limit(1)
        .correlate(Recommendation)
        .scalar_subquery()
    )


def _recommendations(now: datetime) -> Select[*tuple[Any, ...]]:
    first = first_public(now)
    return select(
        Recommendation.id,
        Recommendation.title,
        Recommendation.title_full,
        Recommendation.subtitles,
        Recommendation.teaser,
        Recommendation.context,
        Recommendation.guiding_questions,
        first.label("at"),
        *WHERE,
    ).where(first.is_not(None))


def _recommendation_documents(rows: Rows) -> Iterator[Document]:
    for row in rows:
        pieces = [row.teaser] + [p for p in (row.title_full, *row.subtitles) if p != row.title]
        pieces += [str(part.get("text", "")) for part in row.context]
        yield Document(
            kind=Kind.RECOMMENDATION,
            id=row.id,
            title=row.title,
            text="\n".join(dict.fromkeys([*pieces, *row.guiding_questions])),
            where=where(row),
            slug=row.where_slug,
            at=row.at,
        )


def _paragraphs(now: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Paragraph.id,
            Paragraph.number,
            Wording.heading,
            Wording.text,
            Version.published_at,
            *WHERE,
        )
        .select_from(Paragraph)
        .join(Recommendation, Recommendation.id == Paragraph.recommendation_id)
        .join(Version, Version.id == _latest_version(now))
        .join(Place, Place.version_id == Version.id)
        .join(Wording, (Wording.id == Place.wording_id) & (Wording.paragraph_id == Paragraph.id))
    )


def _paragraph_documents(rows: Rows) -> Iterator[Document]:
    for row in rows:
        yield Document(
            kind=Kind.PARAGRAPH,
            id=row.id,
            title=row.heading,
            text=row.text,
            where=where(row),
            number=row.number,
            at=row.published_at,
        )


def _theses(now: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Thesis.id,
            Thesis.slug,
            Thesis.position,
            Thesis.label,
            Thesis.text,
            Thesis.background,
            *WHERE,
        )
        .select_from(Thesis)
        .join(Recommendation, Recommendation.id == Thesis.recommendation_id)
        .where(first_public(now).is_not(None))
    )


def _thesis_documents(rows: Rows) -> Iterator[Document]:
    for row in rows:
        yield Document(
            kind=Kind.THESIS,
            id=row.id,
            title=row.text,
            text=f"{row.label}. {row.background or ''}".strip(),
            where=where(row),
            number=row.position,
            slug=row.slug,
        )


def _positions(now: datetime) -> Select[*tuple[Any, ...]]:
    standing = aliased(PositionVersion)
    latest = (
        select(PositionVersion.id)
        .where(PositionVersion.position_id == Position.id, positions.public(now))
        .order_by(*positions.latest_first())
        .limit(1)
        .correlate(Position)
        .scalar_subquery()
    )
    return (
        select(
            Position.id,
            standing.answer,
            standing.provenance,
            standing.evidence,
            standing.reason,
            standing.published_at,
            standing.number.label("version"),
            Party.id.label("party_id"),
            Party.slug,
            Party.short_name,
            Party.name,
            Party.color,
            Party.is_invented,
            Party.position.label("party_place"),
            Thesis.label,
            Thesis.slug.label("thesis_slug"),
            Thesis.text.label("thesis"),
            Thesis.position.label("thesis_place"),
            *WHERE,
        )
        .select_from(Position)
        .join(standing, standing.id == latest)
        .join(Party, Party.id == Position.party_id)
        .join(Thesis, Thesis.id == Position.thesis_id)
        .join(Recommendation, Recommendation.id == Thesis.recommendation_id)
        # Public by the clock and not yet decrypted: it can be found once it has been.
        .where(standing.answer.is_not(None), first_public(now).is_not(None))
    )


def _position_documents(rows: Rows) -> Iterator[Document]:
    for row in rows:
        yield Document(
            kind=Kind.POSITION,
            id=row.id,
            title=row.thesis,
            text=row.reason,
            where=where(row),
            at=row.published_at,
            number=row.thesis_place,
            slug=row.thesis_slug,
            thesis_label=row.label,
            party=PartyView(
                id=row.party_id,
                slug=row.slug,
                short_name=row.short_name,
                name=row.name,
                color=row.color,
                is_invented=row.is_invented,
                position=row.party_place,
            ),
            said=Said(
                number=row.version,
                published_at=row.published_at,
                answer=row.answer,
                provenance=row.provenance,
                evidence=row.evidence,
                reason=row.reason,
                sources=(),
            ),
        )


def _comments(now: datetime) -> Select[*tuple[Any, ...]]:
    about, speaking = aliased(Subject), aliased(Party)
    thesis = func.coalesce(Position.thesis_id, Comment.about_id)
    return (
        select(
            Comment.id,
            Comment.number,
            Comment.kind,
            Comment.html,
            Comment.posted_at,
            User.appearance,
            User.name,
            User.pseudonym,
            Organisation.name.label("organisation"),
            Bench.name.label("bench"),
            about.kind.label("about_kind"),
            about.number.label("about_number"),
            Thesis.position.label("thesis_place"),
            Party.short_name.label("party"),
            Comment.voice,
            speaking.short_name.label("speaking_party"),
            *WHERE,
        )
        .select_from(Comment)
        .join(Recommendation, Recommendation.id == Comment.recommendation_id)
        .join(User, User.id == Comment.author_id)
        .outerjoin(speaking, speaking.id == Comment.party_id)
        .join(about, about.id == Comment.about_id)
        .outerjoin(Organisation, Organisation.id == User.organisation_id)
        .outerjoin(Bench, Bench.id == func.coalesce(Organisation.bench_id, User.own_bench_id))
        .outerjoin(Position, Position.id == Comment.about_id)
        .outerjoin(Party, Party.id == Position.party_id)
        .outerjoin(Thesis, Thesis.id == thesis)
        .where(Comment.visibility == Visibility.VISIBLE, first_public(now).is_not(None))
    )


def _comment_documents(rows: Rows) -> Iterator[Document]:
    for row in rows:
        yield Document(
            kind=Kind.COMMENT,
            id=row.id,
            title="",
            text=text_of(row.html),
            where=where(row),
            number=row.number,
            at=row.posted_at,
            comment_kind=row.kind,
            byline=byline_of_row(row),
            about=About(row.about_kind, row.about_number, row.thesis_place, row.party),
        )


def _summaries(now: datetime) -> Select[*tuple[Any, ...]]:
    version = aliased(SummaryVersion)
    latest = (
        select(SummaryVersion.id)
        .where(SummaryVersion.summary_id == Summary.id, summaries.public(now))
        .order_by(SummaryVersion.number.desc())
        .limit(1)
        .correlate(Summary)
        .scalar_subquery()
    )
    return (
        select(
            Summary.id,
            version.title,
            version.lead,
            version.approved_at,
            SummaryStatement.html,
            *WHERE,
        )
        .select_from(Summary)
        .join(version, version.id == latest)
        .join(Recommendation, Recommendation.id == Summary.recommendation_id)
        .outerjoin(SummaryStatement, SummaryStatement.version_id == version.id)
        .order_by(Summary.id, SummaryStatement.part, SummaryStatement.position)
    )


def _summary_documents(rows: Rows) -> Iterator[Document]:
    statements: dict[int, list[str]] = {}
    for row in rows:
        statements.setdefault(row.id, []).append(text_of(row.html or ""))
    for row in {row.id: row for row in rows}.values():
        yield Document(
            kind=Kind.SUMMARY,
            id=row.id,
            title=row.title,
            text="\n".join([row.lead, *statements[row.id]]).strip(),
            where=where(row),
            slug=row.where_slug,
            at=row.approved_at,
        )


def _terms(_now: datetime) -> Select[*tuple[Any, ...]]:
    return select(GlossaryTerm.id, GlossaryTerm.slug, GlossaryTerm.term, GlossaryTerm.definition)


def _term_documents(rows: Rows) -> Iterator[Document]:
    for row in rows:
        yield Document(
            kind=Kind.TERM, id=row.id, title=row.term, text=row.definition, slug=row.slug
        )


Source = tuple[
    Callable[[datetime], Select[*tuple[Any, ...]]], Any, Callable[[Rows], Iterator[Document]]
]
SOURCES: dict[Kind, Source] = {
    Kind.RECOMMENDATION: (_recommendations, Recommendation.id, _recommendation_documents),
    Kind.PARAGRAPH: (_paragraphs, Paragraph.id, _paragraph_documents),
    Kind.THESIS: (_theses, Thesis.id, _thesis_documents),
    Kind.POSITION: (_positions, Position.id, _position_documents),
    Kind.COMMENT: (_comments, Comment.id, _comment_documents),
    Kind.AMENDMENT: (proposals.amendments, Amendment.id, proposals.amendment_documents),
    Kind.STANCE: (proposals.stances, Stance.id, proposals.stance_documents),
    Kind.SUMMARY: (_summaries, Summary.id, _summary_documents),
    Kind.TERM: (_terms, GlossaryTerm.id, _term_documents),
}
"""All that can be found: who reads this table knows the whole of it."""
