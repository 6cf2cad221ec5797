"""Reading summaries: the published ones, and the drafts of the moderators."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from forum.accounts.models import User
from forum.deliberation.described import ADDED, Described, described, label
from forum.deliberation.models import Visibility
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.positions.models import Party, Position, Thesis
from forum.recommendations.models import Consultation, Recommendation, Subject, SubjectKind
from forum.recommendations.queries import published as published_recommendation
from forum.recommendations.queries import published_in
from forum.summaries import policy
from forum.summaries.models import (
    Citation,
    Summary,
    SummaryPart,
    SummaryState,
    SummaryStatement,
    SummaryVersion,
)
from forum.summaries.reading import CitationView, StatementView, SummaryView
from forum.summaries.references import Reference, written

_Approver = aliased(User, name="approver")
_OfThesis = aliased(Recommendation, name="of_thesis")


def published(recommendation_id: int) -> SummaryView | None:
    """The summary that stands now for one recommendation, in one statement."""
    given = {"recommendation_id": recommendation_id, "now": clock.now()}
    found = _read(db.session.execute(_published(), given))
    return found[0] if found else None


@cache
def _published() -> Any:
    """The statement of `published`: built once, for the page of every thread asks it."""
    return _WITH_STATEMENTS.where(
        Summary.recommendation_id == bindparam("recommendation_id"), _is_latest(bindparam("now"))
    )


def published_all(consultation: Consultation) -> list[SummaryView]:
    """The summaries of a round that stand now, in the order of its recommendations."""
    return _views(Recommendation.consultation_id == consultation.id, _is_latest())


def article(slug: str, number: int | None = None) -> SummaryView:
    """A published version by the slug of its recommendation: the one that stands, or an earlier."""
    which = (
        _is_latest()
        if number is None
        else (SummaryVersion.number == number) & policy.public(clock.now())
    )
    found = _views(Recommendation.slug == slug, which)
    if not found:
        raise NotFound
    return found[0]


def history(slug: str) -> list[SummaryView]:
    """Every published version, the latest first."""
    found = _views(Recommendation.slug == slug, policy.public(clock.now()))
    return sorted(found, key=lambda one: -one.number)


def versions(slug: str) -> list[SummaryView]:
    """Every version, drafts included: for moderators."""
    return sorted(_views(Recommendation.slug == slug), key=lambda one: -one.number)


def in_round(consultation: Consultation) -> list[tuple[Recommendation, list[SummaryView]]]:
    """Every recommendation with all its versions, the latest first: for moderators."""
    found: dict[int, list[SummaryView]] = {}
    for view in _views(Recommendation.consultation_id == consultation.id):
        found.setdefault(view.recommendation_id, []).insert(0, view)
    return [(one, found.get(one.id, [])) for one in published_in(consultation)]


def _is_latest(now: Any = None) -> ColumnElement[bool]:
    newer = aliased(SummaryVersion)
    latest = (
        select(func.max(newer.number))
        .where(
            newer.summary_id == Summary.id,
            newer.state == SummaryState.APPROVED,
            newer.approved_at <= (clock.now() if now is None else now),
        )
        .correlate(Summary)
        .scalar_subquery()
    )
    return SummaryVersion.number == latest


# Built once: the page of every thread asks it.
_WITH_STATEMENTS: Any = (
    select(
        SummaryVersion,
        Summary.recommendation_id,
        Recommendation.slug,
        Recommendation.number.label("recommendation_number"),
        Recommendation.short_title,
        User.name.label("author"),
        _Approver.name.label("approver"),
        SummaryStatement,
        Citation.subject_id,
        Subject.kind,
        Subject.number.label("subject_number"),
        _OfThesis.number.label("thesis_of"),
        Thesis.position.label("thesis_position"),
        Party.slug.label("party"),
        Party.short_name.label("party_name"),
    )
    .join(Summary, Summary.id == SummaryVersion.summary_id)
    .join(Recommendation, Recommendation.id == Summary.recommendation_id)
    .join(User, User.id == SummaryVersion.author_id)
    .outerjoin(_Approver, _Approver.id == SummaryVersion.approver_id)
    .outerjoin(SummaryStatement, SummaryStatement.version_id == SummaryVersion.id)
    .outerjoin(Citation, Citation.statement_id == SummaryStatement.id)
    .outerjoin(Subject, Subject.id == Citation.subject_id)
    .outerjoin(Position, Position.id == Citation.subject_id)
    .outerjoin(Thesis, Thesis.id == func.coalesce(Position.thesis_id, Citation.subject_id))
    .outerjoin(_OfThesis, _OfThesis.id == Thesis.recommendation_id)
    .outerjoin(Party, Party.id == Position.party_id)
    .order_by(
        Recommendation.number,
        SummaryVersion.number,
        SummaryStatement.position,
        SummaryStatement.id,
        Citation.position,
    )
)


def _views(*conditions: ColumnElement[bool]) -> list[SummaryView]:
    return _read(db.session.execute(_WITH_STATEMENTS.where(*conditions)))


def _read(rows: Iterable[Any]) -> list[SummaryView]:
    order = {part: index for index, part in enumerate(SummaryPart)}
    views: dict[int, SummaryView] = {}
    statements: dict[int, StatementView] = {}
    for row in rows:
        view = views.setdefault(row.SummaryVersion.id, _view(row))
        statement = row.SummaryStatement
        if statement is None:
            continue
        if statement.id not in statements:
            shown = StatementView(statement.id, statement.part, statement.source, statement.html)
            statements[statement.id] = shown
            view.statements.append(shown)
        if row.subject_id is not None:
            statements[statement.id].citations.append(_citation(row))
    for view in views.values():
        view.statements.sort(key=lambda one: order[one.part])  # stable: positions stay
    return list(views.values())


def _view(row: Any) -> SummaryView:
    version: SummaryVersion = row.SummaryVersion
    return SummaryView(
        id=version.summary_id,
        version_id=version.id,
        recommendation_id=row.recommendation_id,
        recommendation_number=row.recommendation_number,
        recommendation_title=row.short_title,
        slug=row.slug,
        number=version.number,
        state=version.state,
        edition=version.edition,
        title=version.title,
        lead=version.lead,
        author_id=version.author_id,
        author=row.author,
        approver=row.approver or "",
        approved_at=version.approved_at,
    )


def _citation(row: Any) -> CitationView:
    thesis = f"{row.thesis_of}.{row.thesis_position}" if row.thesis_of else ""
    return CitationView(
        subject_id=row.subject_id,
        label=label(row.kind, row.subject_number, thesis=thesis, party=row.party_name),
        reference=written(row.kind, row.subject_number, thesis, row.party),
    )


@dataclass(frozen=True)
class Citing:
    """A statement of a published summary that rests on something."""

    slug: str
    title: str
    part: SummaryPart
    statement_id: int

    @property
    def anchor(self) -> str:
        """Where it stands on the page of its summary."""
        return f"aussage-{self.statement_id}"


def citing(subject_ids: Sequence[int]) -> dict[int, list[Citing]]:
    """The statements of published summaries that cite these things, in one statement."""
    found: dict[int, list[Citing]] = {}
    if not subject_ids:
        return found
    rows = db.session.execute(
        select(
            Citation.subject_id,
            Recommendation.slug,
            SummaryVersion.title,
            SummaryStatement.part,
            SummaryStatement.id,
        )
        .join(SummaryStatement, SummaryStatement.id == Citation.statement_id)
        .join(SummaryVersion, SummaryVersion.id == SummaryStatement.version_id)
        .join(Summary, Summary.id == SummaryVersion.summary_id)
        .join(Recommendation, Recommendation.id == Summary.recommendation_id)
        .where(Citation.subject_id.in_(subject_ids), _is_latest())
        .order_by(SummaryStatement.id)
    )
    for row in rows:
        found.setdefault(row.subject_id, []).append(Citing(row.slug, row.title, row.part, row.id))
    return found


@dataclass(frozen=True)
class Desk:
    """What a moderator needs to work on one summary."""

    recommendation: Recommendation
    versions: list[SummaryView]
    """The latest first."""
    cited: dict[int, Described]
    """What the version being written cites, as far as it is public."""

    @property
    def draft(self) -> SummaryView | None:
        """The version being written."""
        latest = self.versions[0] if self.versions else None
        return latest if latest and latest.state is not SummaryState.APPROVED else None

    @property
    def case(self) -> policy.Draft:
        """What the rules are asked about."""
        consultation, draft = self.recommendation.consultation, self.draft
        if draft is None:
            return policy.Draft(consultation)
        return policy.Draft(
            consultation,
            state=draft.state,
            author_id=draft.author_id,
            statements=len(draft.statements),
            without_citation=sum(not one.citations for one in draft.statements),
            withdrawn=sum(not is_public(self.cited.get(one)) for one in draft.cited_ids),
        )


def desk(slug: str) -> Desk:
    """One summary with its round, all versions, and what the draft cites."""
    recommendation = published_recommendation(slug)
    found = versions(slug)
    writing = found and found[0].state is not SummaryState.APPROVED
    return Desk(recommendation, found, described(found[0].cited_ids) if writing else {})


def is_public(subject: Described | None) -> bool:
    """Whether a thing can be cited."""
    return subject is not None and subject.state is Visibility.VISIBLE


def lock(slug: str) -> None:
    """Let one moderator change the summary of a recommendation at a time."""
    db.session.execute(
        select(Subject.id)
        .join(Recommendation, Recommendation.id == Subject.id)
        .where(Recommendation.slug == slug)
        .with_for_update(key_share=True, of=Subject)
    ).first()


def summary_of(recommendation_id: int) -> Summary | None:
    """The summary of a recommendation, published or not."""
    return db.session.scalars(
        select(Summary).where(Summary.recommendation_id == recommendation_id)
    ).one_or_none()


def resolve(
    recommendation: Recommendation, references: Sequence[Reference]
) -> dict[Reference, Described]:
    """What these references mean, as far as it exists and has ever been public."""
    numbers = {
        (one.kind, int(one.key)): one
        for one in references
        if one.kind in {SubjectKind.COMMENT, SubjectKind.PARAGRAPH}
    }
    theses = {one.key: one for one in references if one.kind is SubjectKind.THESIS}
    positions = {
        tuple(one.key.split("/", 1)): one for one in references if one.kind is SubjectKind.POSITION
    }
    meant: dict[int, Reference] = {}
    if numbers:
        pairs = [(kind, number) for kind, number in numbers]
        for row in db.session.execute(
            select(Subject.id, Subject.kind, Subject.number).where(
                Subject.recommendation_id == recommendation.id,
                or_(
                    *(
                        (Subject.kind == kind)
                        & Subject.number.in_([n for k, n in pairs if k is kind])
                        for kind in {kind for kind, _number in pairs}
                    )
                ),
            )
        ):
            meant[row.id] = numbers[row.kind, row.number]
    named = _named_theses(recommendation.consultation_id) if theses or positions else {}
    for key, one in theses.items():
        if key in named:
            meant[named[key]] = one
    wanted = {(party, named[key]): one for (party, key), one in positions.items() if key in named}
    if wanted:
        for position in db.session.execute(
            select(Position.id, Party.slug, Position.thesis_id)
            .join(Party, Party.id == Position.party_id)
            .where(tuple_(Party.slug, Position.thesis_id).in_(list(wanted)))
        ):
            meant[position.id] = wanted[position.slug, position.thesis_id]
    found = described(list(meant))
    return {meant[subject_id]: subject for subject_id, subject in found.items()}


def _named_theses(consultation_id: int) -> dict[str, int]:
    """The theses of a round by what they are called: their number, „1.2“, and their slug."""
    found: dict[str, int] = {}
    for row in db.session.execute(
        select(Thesis.id, Thesis.slug, Thesis.position, Recommendation.number)
        .join(Recommendation, Recommendation.id == Thesis.recommendation_id)
        .where(Thesis.consultation_id == consultation_id)
    ):
        found[row.slug] = found[f"{row.number}.{row.position}"] = row.id
    return found


def _described(ids: Sequence[int]) -> dict[int, Described]:
    return {
        view.id: Described(
            id=view.id,
            kind=SubjectKind.SUMMARY,
            number=1,
            label=label(SubjectKind.SUMMARY, 1),
            recommendation_id=view.recommendation_id,
            slug=view.slug,
            title=view.recommendation_title,
            text=" ".join([view.title, view.lead]).strip(),
        )
        for view in _views(Summary.id.in_(ids), _is_latest())
    }


ADDED[SubjectKind.SUMMARY] = _described
