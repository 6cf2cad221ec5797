"""Reading what organisations have said: page by page by key, so that no list grows a statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, joinedload

from forum.accounts.bylines import speaks_with
from forum.accounts.models import Bench, Organisation, User
from forum.amendments import queries as amendments
from forum.amendments.models import Amendment, AmendmentDecision, Motion
from forum.amendments.reading import Line as Proposal
from forum.deliberation.models import Comment, CommentKind, Visibility
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.kernel.html import text_of
from forum.recommendations.models import (
    Paragraph,
    Recommendation,
    Subject,
    SubjectKind,
)
from forum.recommendations.queries import clauses
from forum.stances import queries as stances
from forum.stances.models import Stance, StanceVersion
from forum.stances.reading import Line, Said

PAGE = 20
T = TypeVar("T")


@dataclass(frozen=True)
class Row:
    """An organisation in the list of all."""

    slug: str
    name: str
    bench: str
    is_invented: bool
    stances: int


@dataclass(frozen=True)
class Where:
    """The text that something was said to."""

    slug: str
    number: int
    title: str


@dataclass(frozen=True)
class Stated:
    """A Haltung with all its versions."""

    line: Line
    where: Where
    paragraph_number: int
    standing_wording_id: int | None
    versions: Sequence[Said]


@dataclass(frozen=True)
class Proposed:
    """An amendment of somebody who appears with the organisation, and what became of it."""

    line: Proposal
    where: Where
    outcome_html: str
    """The public reason of the Redaktion, once it has decided."""

    @property
    def outcome(self) -> str:
        """The same without markup."""
        return text_of(self.outcome_html)


@dataclass(frozen=True)
class Written:
    """A comment of somebody who appears with the organisation."""

    id: int
    number: int
    kind: CommentKind | None
    name: str
    html: str
    posted_at: datetime
    where: Where
    paragraph_number: int | None
    replies: int

    @property
    def text(self) -> str:
        """Its words without markup."""
        return text_of(self.html)


@dataclass(frozen=True)
class Page(Generic[T]):
    """A page of one list; `older` is where the next begins, None on the last."""

    rows: Sequence[T]
    older: int | None


def index() -> list[Row]:
    """All organisations by bench and name, with how many Haltungen each has; one statement."""
    stated = (
        select(func.count())
        .select_from(Stance)
        .join(StanceVersion, (StanceVersion.stance_id == Stance.id) & stances.newest_version())
        .where(
            Stance.organisation_id == Organisation.id,
            StanceVersion.answer.is_not(None),
            Stance.hidden_reason.is_(None),
        )
        .correlate(Organisation)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            Organisation.slug,
            Organisation.name,
            func.coalesce(Bench.name, ""),
            Organisation.is_invented,
            stated,
        )
        .outerjoin(Bench, Bench.id == Organisation.bench_id)
        .order_by(func.coalesce(Bench.position, 1_000), func.lower(Organisation.name))
    )
    return [Row(*row) for row in rows]


def organisation(slug: str) -> Organisation:
    """One organisation with its bench; 404 when there is none."""
    found = db.session.scalars(
        select(Organisation)
        .where(Organisation.slug == slug)
        .options(joinedload(Organisation.bench))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


_WHERE = (
    Recommendation.slug.label("where_slug"),
    Recommendation.number.label("where_number"),
    Recommendation.short_title.label("where_title"),
)


def _where(row: Any) -> Where:
    return Where(row.where_slug, row.where_number, row.where_title)


def stated(organisation_id: int, before: int | None = None, limit: int = PAGE) -> Page[Stated]:
    """What the organisation said as such, the latest begun first; at most three statements."""
    statement = (
        stances.listed(Stance.organisation_id == organisation_id)
        .join(Recommendation, Recommendation.id == Stance.recommendation_id)
        .join(Paragraph, Paragraph.id == Stance.paragraph_id)
        .add_columns(Paragraph.number.label("paragraph_number"), *_WHERE)
        .order_by(None)
        .order_by(Stance.id.desc())
        .limit(limit + 1)
    )
    if before is not None:
        statement = statement.where(Stance.id < before)
    rows = db.session.execute(statement).all()
    shown = rows[:limit]
    said: dict[int, list[Said]] = {}
    if shown:
        for version in stances.versions([row.Stance.id for row in shown]):
            said.setdefault(version.stance_id, []).append(stances.said(version))
    texts = sorted({row.Stance.recommendation_id for row in shown})
    standing = {
        clause.paragraph_id: clause.wording_id
        for text in (clauses(texts) if texts else {}).values()
        for clause in text
    }
    found = [
        Stated(
            stances.line_of(row),
            _where(row),
            row.paragraph_number,
            standing.get(row.Stance.paragraph_id),
            said[row.Stance.id],
        )
        for row in shown
    ]
    return Page(found, shown[-1].Stance.id if len(rows) > limit else None)


def proposed(organisation_id: int, before: int | None = None, limit: int = PAGE) -> Page[Proposed]:
    """What people who appear with the organisation proposed; at most two statements."""
    statement = (
        amendments.listed(
            speaks_with(organisation_id), Motion.hidden_reason.is_(None), Motion.reason != ""
        )
        .join(Recommendation, Recommendation.id == Amendment.recommendation_id)
        .add_columns(*_WHERE)
        .order_by(None)
        .order_by(Amendment.id.desc())
        .limit(limit + 1)
    )
    if before is not None:
        statement = statement.where(Amendment.id < before)
    rows = db.session.execute(statement).all()
    shown = [(amendments.line_of(row), _where(row)) for row in rows[:limit]]
    decided: dict[int, AmendmentDecision] = {}
    if ids := [line.id for line, _where_ in shown if line.is_decided]:
        for made in amendments.decisions(ids):
            if made.effective_at:
                decided[made.amendment_id] = made
    found = [
        Proposed(line, where, decided[line.id].reason_html if line.id in decided else "")
        for line, where in shown
    ]
    return Page(found, shown[-1][0].id if len(rows) > limit else None)


def written(organisation_id: int, before: int | None = None, limit: int = PAGE) -> Page[Written]:
    """What people who appear with the organisation wrote and everybody may read; one statement."""
    about = aliased(Subject)
    answer = aliased(Comment)
    replies = (
        select(func.count())
        .where(answer.parent_id == Comment.id, answer.visibility == Visibility.VISIBLE)
        .correlate(Comment)
        .scalar_subquery()
    )
    statement = (
        select(
            Comment.id,
            Comment.number,
            Comment.kind,
            User.name,
            Comment.html,
            Comment.posted_at,
            about.kind.label("about_kind"),
            about.number.label("about_number"),
            replies.label("replies"),
            *_WHERE,
        )
        .join(User, User.id == Comment.author_id)
        .join(about, about.id == Comment.about_id)
        .join(Recommendation, Recommendation.id == Comment.recommendation_id)
        .where(speaks_with(organisation_id), Comment.visibility == Visibility.VISIBLE)
        .order_by(Comment.id.desc())
        .limit(limit + 1)
    )
    if before is not None:
        statement = statement.where(Comment.id < before)
    rows = db.session.execute(statement).all()
    found = [
        Written(
            row.id,
            row.number,
            row.kind,
            row.name,
            row.html,
            row.posted_at,
            _where(row),
            row.about_number if row.about_kind is SubjectKind.PARAGRAPH else None,
            row.replies,
        )
        for row in rows[:limit]
    ]
    return Page(found, found[-1].id if len(rows) > limit else None)
