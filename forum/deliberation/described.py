"""What any subject says, where it stands and who wrote it: for reports, decisions and citations.

One statement for any number of subjects, and a second one when positions are among them. What is
not public is not in the answer, so that nobody can report, cite or read it through here; the text
of a hidden or deleted comment stays out too, unless a moderator has to read it (`unveiled`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from forum.accounts.bylines import Byline
from forum.accounts.models import Bench, Organisation, User
from forum.amendments import dissents as dissenting
from forum.amendments import queries as amending
from forum.amendments.reading import Line
from forum.deliberation.models import Comment, Visibility
from forum.deliberation.speaking import spoken
from forum.kernel import clock, html
from forum.kernel.db import db
from forum.positions.models import Party, Position, Thesis
from forum.positions.queries import searchable
from forum.recommendations import policy as recommendations_policy
from forum.recommendations.models import (
    Paragraph,
    Place,
    Recommendation,
    Subject,
    SubjectKind,
    Version,
    Wording,
)
from forum.stances import queries as stating


@dataclass(frozen=True, kw_only=True)
class Described:
    """One subject as others speak of it."""

    id: int
    kind: SubjectKind
    number: int
    label: str
    """„Beitrag 12“, „Abschnitt 3“, „These 1.2“, „Position SPD zu These 1.2“."""
    recommendation_id: int
    slug: str
    title: str
    """The short title of its recommendation."""
    text: str
    """Its words without markup; empty where they may not be read."""
    state: Visibility = Visibility.VISIBLE
    public_reason: str = ""
    byline: Byline | None = None
    author_id: int | None = None
    about: str = ""
    """Of a comment: what its thread is about."""
    root_id: int | None = None
    parent_id: int | None = None
    said_at: datetime | None = None
    ballot_id: int | None = None
    """What ballots on it are cast on: a paragraph's wording, or the thing itself."""
    answer: str = ""
    """Of a position: the answer in words."""
    provenance: str = ""
    """Of a position: whose word it is."""
    is_open: bool = True
    """Of an amendment or its wording: nothing has become of it yet, and no newer wording stands."""

    @property
    def can_be_hidden(self) -> bool:
        """Whether a member or an organisation wrote it, so that moderation can hide it."""
        return self.kind in {SubjectKind.COMMENT, SubjectKind.AMENDMENT, SubjectKind.STANCE} | {
            SubjectKind.DISSENT
        }

    def quote(self, limit: int = 280) -> str:
        """The beginning of its words, cut between two of them."""
        if len(self.text) <= limit:
            return self.text
        return self.text[:limit].rsplit(" ", 1)[0].rstrip(" ,;:–") + " …"


_TOGETHER = {SubjectKind.AMENDMENT_WORDING: SubjectKind.AMENDMENT}
Describe = Callable[[Sequence[int]], dict[int, Described]]

ADDED: dict[SubjectKind, Describe] = {}
"""How kinds of higher floors are described; their packages add themselves here."""


def described(subject_ids: Sequence[int], *, unveiled: bool = False) -> dict[int, Described]:
    """Those of these subjects that are public, by id. Hidden ones keep their place, not a word."""
    ids = list(dict.fromkeys(subject_ids))
    if not ids:
        return {}
    found: dict[int, Described] = {}
    apart: dict[SubjectKind, dict[int, Any]] = {}
    for row in db.session.execute(_statement(ids)):
        kind = _TOGETHER.get(row.Subject.kind, row.Subject.kind)
        if kind in _APART or kind in ADDED:
            apart.setdefault(kind, {})[row.Subject.id] = row
        elif (one := _one(row, unveiled)) is not None:
            found[one.id] = one
    for kind, rows in apart.items():
        found |= _APART[kind](rows, unveiled) if kind in _APART else ADDED[kind](list(rows))
    return found


def label(kind: SubjectKind, number: int, *, thesis: str = "", party: str | None = None) -> str:
    """How a thing is called in a sentence. `thesis` is its number as people see it: „1.2“."""
    return {
        SubjectKind.RECOMMENDATION: _("Empfehlung %(n)s", n=number),
        SubjectKind.PARAGRAPH: _("Abschnitt %(n)s", n=number),
        SubjectKind.WORDING: _("Abschnitt %(n)s", n=number),
        SubjectKind.THESIS: _("These %(n)s", n=thesis or number),
        SubjectKind.COMMENT: _("Beitrag %(n)s", n=number),
        SubjectKind.POSITION: _("Position %(party)s zu These %(n)s", party=party, n=thesis),
        SubjectKind.SUMMARY: _("Zusammenfassung"),
        SubjectKind.AMENDMENT: _("Änderungsvorschlag %(n)s", n=number),
        SubjectKind.AMENDMENT_WORDING: _("Änderungsvorschlag %(n)s", n=number),
        SubjectKind.STANCE: _("Haltung %(n)s", n=number),
        SubjectKind.DISSENT: _("Sondervotum %(n)s", n=number),
    }[kind]


_About = aliased(Subject, name="about")
_AboutPosition = aliased(Position, name="about_position")
_AboutParty = aliased(Party, name="about_party")
_AboutThesis = aliased(Thesis, name="about_thesis")
_Speaking = aliased(Party, name="speaking")


def _statement(ids: Sequence[int]) -> Any:
    now = clock.now()
    public = recommendations_policy.public(now)
    current_wording = (
        select(Wording.id)
        .join(Place, Place.wording_id == Wording.id)
        .join(Version, Version.id == Place.version_id)
        .where(or_(Wording.paragraph_id == Subject.id, Wording.id == Subject.id), public)
        .order_by(Version.number.desc())
        .limit(1)
        .correlate(Subject)
        .scalar_subquery()
    )
    is_out = (
        select(Version.id)
        .where(Version.recommendation_id == Recommendation.id, public)
        .correlate(Recommendation)
        .exists()
    )
    return (
        select(
            Subject,
            Recommendation.slug,
            Recommendation.short_title,
            Recommendation.title,
            Comment,
            User.appearance,
            User.name,
            User.pseudonym,
            Organisation.name.label("organisation"),
            Bench.name.label("bench"),
            _About.kind.label("about_kind"),
            _About.number.label("about_number"),
            Recommendation.number.label("recommendation_number"),
            _AboutThesis.position.label("about_thesis"),
            _AboutParty.short_name.label("about_party"),
            Wording,
            Paragraph.number.label("paragraph_number"),
            Thesis,
            _Speaking.short_name.label("speaking_party"),
        )
        .join(
            Recommendation,
            Recommendation.id == func.coalesce(Subject.recommendation_id, Subject.id),
        )
        .outerjoin(Comment, Comment.id == Subject.id)
        .outerjoin(_Speaking, _Speaking.id == Comment.party_id)
        .outerjoin(User, User.id == Comment.author_id)
        .outerjoin(Organisation, Organisation.id == User.organisation_id)
        .outerjoin(Bench, Bench.id == func.coalesce(Organisation.bench_id, User.own_bench_id))
        .outerjoin(_About, _About.id == Comment.about_id)
        .outerjoin(_AboutPosition, _AboutPosition.id == Comment.about_id)
        .outerjoin(_AboutParty, _AboutParty.id == _AboutPosition.party_id)
        .outerjoin(
            _AboutThesis,
            _AboutThesis.id == func.coalesce(_AboutPosition.thesis_id, Comment.about_id),
        )
        .outerjoin(Wording, Wording.id == current_wording)
        .outerjoin(Paragraph, Paragraph.id == Wording.paragraph_id)
        .outerjoin(Thesis, Thesis.id == Subject.id)
        .where(Subject.id.in_(ids), is_out)
    )


def _one(row: Any, unveiled: bool) -> Described | None:
    subject: Subject = row.Subject
    common = {
        "id": subject.id,
        "kind": subject.kind,
        "number": subject.number,
        "recommendation_id": subject.recommendation_id or subject.id,
        "slug": row.slug,
        "title": row.short_title,
    }
    if subject.kind is SubjectKind.COMMENT and row.Comment is not None:
        return _comment(row, unveiled, common)
    if subject.kind is SubjectKind.RECOMMENDATION:
        return Described(**common, label=label(subject.kind, subject.number), text=row.title)
    if subject.kind in {SubjectKind.PARAGRAPH, SubjectKind.WORDING} and row.Wording is not None:
        return Described(
            **common,
            label=label(subject.kind, row.paragraph_number),
            text=html.text_of(row.Wording.html),
            ballot_id=row.Wording.id,
        )
    if subject.kind is SubjectKind.THESIS and row.Thesis is not None:
        return Described(
            **common,
            label=label(
                subject.kind,
                subject.number,
                thesis=f"{row.recommendation_number}.{row.Thesis.position}",
            ),
            text=row.Thesis.text,
            ballot_id=subject.id,
        )
    return None


def _comment(row: Any, unveiled: bool, common: dict[str, Any]) -> Described | None:
    comment: Comment = row.Comment
    if comment.visibility is Visibility.PENDING and not unveiled:
        return None
    may_read = comment.visibility is Visibility.VISIBLE or (
        unveiled and comment.visibility in {Visibility.HIDDEN, Visibility.PENDING}
    )
    return Described(
        **common,
        label=label(SubjectKind.COMMENT, comment.number),
        text=html.text_of(comment.html) if may_read else "",
        state=comment.visibility,
        public_reason=comment.hidden_reason or "",
        byline=spoken(
            comment.voice,
            row.speaking_party,
            row.appearance,
            row.name,
            row.pseudonym,
            row.organisation,
            row.bench,
        )
        if may_read
        else None,
        author_id=comment.author_id,
        about=label(
            row.about_kind,
            row.about_number,
            thesis=f"{row.recommendation_number}.{row.about_thesis}",
            party=row.about_party,
        ),
        root_id=comment.root_id,
        parent_id=comment.parent_id,
        said_at=comment.posted_at,
    )


def _visibility(line: Line) -> Visibility:
    if line.is_erased:
        return Visibility.DELETED
    return Visibility.HIDDEN if line.is_hidden else Visibility.VISIBLE


def _amendments(rows: dict[int, Any], unveiled: bool) -> dict[int, Described]:
    """Amendments, and the wordings of them that ballots are cast on."""
    found: dict[int, Described] = {}
    for subject_id, line in amending.by_subjects(list(rows)).items():
        may_read = (unveiled and not line.is_erased) or not line.is_hidden
        row = rows[subject_id]
        found[subject_id] = Described(
            id=subject_id,
            kind=row.Subject.kind,
            number=line.number,
            recommendation_id=line.recommendation_id,
            slug=row.slug,
            title=row.short_title,
            label=label(SubjectKind.AMENDMENT, line.number),
            text=f"{line.deed}. {line.words}" if may_read else "",
            state=_visibility(line),
            public_reason=line.hidden_reason,
            byline=line.byline if may_read else None,
            author_id=line.author_id,
            said_at=line.filed_at,
            ballot_id=line.wording_id,
            is_open=line.is_open and subject_id in {line.id, line.wording_id},
        )
    return found


def _stances(rows: dict[int, Any], unveiled: bool) -> dict[int, Described]:
    """What organisations say: nobody's own words, so that no person is named."""
    found: dict[int, Described] = {}
    for stance_id, line in stating.by_ids(rows).items():
        may_read = unveiled or not line.is_hidden
        row = rows[stance_id]
        found[stance_id] = Described(
            id=stance_id,
            kind=SubjectKind.STANCE,
            number=line.number,
            recommendation_id=line.recommendation_id,
            slug=row.slug,
            title=row.short_title,
            label=_("Haltung von %(name)s", name=line.organisation),
            text=f"{line.said.word}. {line.said.text}".strip() if may_read else "",
            state=Visibility.HIDDEN if line.is_hidden else Visibility.VISIBLE,
            public_reason=line.hidden_reason,
            byline=Byline(line.organisation, line.bench) if may_read else None,
            said_at=line.said.approved_at,
        )
    return found


def _dissents(rows: dict[int, Any], unveiled: bool) -> dict[int, Described]:
    """Public Sondervoten; those that wait for signatures nobody knows of."""
    found: dict[int, Described] = {}
    for dissent_id, one in dissenting.by_ids(list(rows), unveiled=unveiled).items():
        row = rows[dissent_id]
        gone = one.withdrawn_at is not None
        hidden = Visibility.HIDDEN if one.hidden_reason else Visibility.VISIBLE
        found[dissent_id] = Described(
            id=dissent_id,
            kind=SubjectKind.DISSENT,
            number=one.number,
            recommendation_id=one.recommendation_id,
            slug=row.slug,
            title=row.short_title,
            label=label(SubjectKind.DISSENT, one.number),
            text=html.text_of(one.html),
            state=Visibility.DELETED if gone else hidden,
            public_reason=one.hidden_reason,
            byline=one.signed[0][1] if one.signed else None,
            author_id=one.author_id,
            about=f"{one.about}, {one.deed}",
            said_at=one.published_at,
        )
    return found


def _positions(rows: dict[int, Any], _unveiled: bool) -> dict[int, Described]:
    return {
        one.position_id: Described(
            id=one.position_id,
            kind=SubjectKind.POSITION,
            number=one.position_id,
            label=label(
                SubjectKind.POSITION,
                one.position_id,
                thesis=one.thesis_title,
                party=one.party_short_name,
            ),
            recommendation_id=one.recommendation_id,
            slug=one.recommendation_slug,
            title=rows[one.position_id].short_title,
            text=one.reason,
            said_at=one.published_at,
            answer=one.answer,
            provenance=one.provenance,
        )
        for one in searchable(rows).values()
    }


_APART: dict[SubjectKind, Callable[[dict[int, Any], bool], dict[int, Described]]] = {
    SubjectKind.POSITION: _positions,
    SubjectKind.AMENDMENT: _amendments,
    SubjectKind.STANCE: _stances,
    SubjectKind.DISSENT: _dissents,
}
"""What is read by its own package."""
