"""What a party sees at its desk: its drafts and approved answers, decrypted for its own people."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from flask_babel import gettext as _
from sqlalchemy import and_, func, select
from sqlalchemy.orm import joinedload

from forum.accounts.models import Role, RoleGrant, User
from forum.kernel import clock, vault
from forum.kernel.approval import DraftState, Step
from forum.kernel.db import db
from forum.kernel.errors import NotFound, Unavailable
from forum.positions.models import (
    Answer,
    Party,
    Position,
    PositionDraft,
    PositionVersion,
    Provenance,
    Thesis,
)
from forum.positions.queries import sealed_in
from forum.recommendations.models import Consultation, Recommendation
from forum.recommendations.queries import published_in


def draft_in(party_id: int, thesis_id: int) -> str:
    """The place a draft's encrypted text is bound to."""
    return f"draft:{party_id}:{thesis_id}"


@dataclass(frozen=True)
class Content:
    """What a party writes about a thesis."""

    answer: Answer | None = None
    reason: str = ""
    sources: tuple[dict[str, str], ...] = ()
    correction_reason: str = ""

    def stored(self) -> dict[str, Any]:
        """As it is encrypted."""
        return {
            "answer": self.answer.value if self.answer else "",
            "reason": self.reason,
            "sources": list(self.sources),
            "correction_reason": self.correction_reason,
        }

    @classmethod
    def of(cls, stored: dict[str, Any]) -> "Content":
        """From what was encrypted."""
        return cls(
            answer=Answer(stored["answer"]) if stored["answer"] else None,
            reason=stored["reason"],
            sources=tuple(stored["sources"]),
            correction_reason=stored.get("correction_reason") or "",
        )


@dataclass(frozen=True)
class Approved:
    """The answer of the party that stands, public or sealed until it is."""

    number: int
    content: Content
    published_at: datetime
    is_public: bool


@dataclass(frozen=True)
class Sheet:
    """One thesis as one party answers it; what the rules of the desk are asked about."""

    consultation: Consultation
    party_id: int
    thesis_id: int
    slug: str
    number: str
    label: str
    text: str
    background: str | None
    recommendation_title: str
    state: DraftState | None = None
    author_id: int | None = None
    author_name: str = ""
    edition: int = 0
    changed_at: datetime | None = None
    draft: Content | None = None
    remark: str = ""
    approved: Approved | None = None
    colleagues: tuple[str, ...] = field(default=())

    @property
    def corrects(self) -> bool:
        """Whether a new approval would replace an answer of the party that is public."""
        return self.approved is not None and self.approved.is_public

    @property
    def step(self) -> Step:
        """Where the text stands between drafting and approval."""
        return Step(self.state, self.author_id, self.edition)

    @property
    def is_open_draft(self) -> bool:
        """Whether somebody is still at work on the text."""
        return self.step.is_open

    @property
    def text_now(self) -> Content:
        """What the editor starts from: the draft, else what was approved, else nothing."""
        if self.draft is not None and self.is_open_draft:
            return self.draft
        if self.approved is not None:
            return Content(
                self.approved.content.answer,
                self.approved.content.reason,
                self.approved.content.sources,
            )
        return Content()


@dataclass(frozen=True)
class Line:
    """A thesis in the list of the desk, without its text."""

    slug: str
    number: str
    label: str
    state: str
    """open, draft, submitted, approved or published; a new draft outweighs what stands."""
    recommendation_title: str


def lines(consultation: Consultation, party_id: int) -> list[Line]:
    """The theses of the round and how far the party has come with each."""
    now = clock.now()
    own = (
        select(Position.thesis_id, func.min(PositionVersion.published_at).label("first"))
        .join(PositionVersion, PositionVersion.position_id == Position.id)
        .where(Position.party_id == party_id, PositionVersion.provenance == Provenance.PARTY)
        .group_by(Position.thesis_id)
        .subquery()
    )
    rows = db.session.execute(
        select(
            Thesis.slug,
            Thesis.position,
            Thesis.label,
            Recommendation.number,
            Recommendation.title,
            PositionDraft.state,
            own.c.first,
        )
        .select_from(Thesis)
        .join(Recommendation, Recommendation.id == Thesis.recommendation_id)
        .outerjoin(
            PositionDraft,
            and_(PositionDraft.thesis_id == Thesis.id, PositionDraft.party_id == party_id),
        )
        .outerjoin(own, own.c.thesis_id == Thesis.id)
        .where(Thesis.recommendation_id.in_([one.id for one in published_in(consultation)]))
        .order_by(Recommendation.number, Thesis.position)
    )
    return [
        Line(
            slug=row.slug,
            number=f"{row.number}.{row.position}",
            label=row.label,
            recommendation_title=row.title,
            state=_state(row.state, row.first, now),
        )
        for row in rows
    ]


def _state(draft: DraftState | None, first: datetime | None, now: datetime) -> str:
    if draft is DraftState.SUBMITTED:
        return "submitted"
    if draft in {DraftState.DRAFT, DraftState.RETURNED}:
        return "draft"
    if first is None:
        return "open"
    return "published" if first <= now else "approved"


def progress(listed: Sequence[Line]) -> dict[str, int]:
    """How many theses stand where."""
    states = ("published", "approved", "submitted", "draft", "open")
    return {state: sum(line.state == state for line in listed) for state in states}


def party(party_id: int) -> Party:
    """The party itself."""
    return db.session.scalars(select(Party).where(Party.id == party_id)).one()


def sheet(party_id: int, slug: str) -> Sheet:
    """A thesis as this party has answered it so far; 404 where there is no such thesis."""
    row = (
        db.session.execute(
            select(Thesis, Recommendation.number, Recommendation.title, Consultation)
            .select_from(Thesis)
            .join(Recommendation, Recommendation.id == Thesis.recommendation_id)
            .join(Consultation, Consultation.id == Thesis.consultation_id)
            .join(Party, Party.consultation_id == Consultation.id)
            .where(Thesis.slug == slug, Party.id == party_id)
            .options(joinedload(Consultation.phases))
        )
        .unique()
        .first()
    )
    if row is None:
        raise NotFound
    thesis, number, title, consultation = row
    if thesis.recommendation_id not in {one.id for one in published_in(consultation)}:
        raise NotFound
    draft = db.session.execute(
        select(PositionDraft, User.name)
        .join(User, User.id == PositionDraft.author_id)
        .where(PositionDraft.party_id == party_id, PositionDraft.thesis_id == thesis.id)
    ).first()
    found: dict[str, Any] = {}
    if draft is not None:
        written, author = draft
        content = _opened(written.sealed, draft_in(party_id, thesis.id))
        found = {
            "state": written.state,
            "author_id": written.author_id,
            "author_name": author,
            "edition": written.edition,
            "changed_at": written.updated_at,
            "draft": Content.of(content),
            "remark": content.get("remark", ""),
        }
    return Sheet(
        consultation=consultation,
        party_id=party_id,
        thesis_id=thesis.id,
        slug=thesis.slug,
        number=f"{number}.{thesis.position}",
        label=thesis.label,
        text=thesis.text,
        background=thesis.background,
        recommendation_title=title,
        approved=_approved(party_id, thesis.id),
        colleagues=tuple(person.name for person in people(party_id)),
        **found,
    )


def _opened(sealed: bytes, place: str) -> dict[str, Any]:
    try:
        return vault.unseal(sealed, place)
    except InvalidTag:
        raise Unavailable(
            _(
                "Dieser Text ist mit einem anderen Schlüssel verschlüsselt, als der Server ihn "
                "jetzt hat. Der Betrieb muss den früheren Schlüssel wieder einsetzen."
            )
        ) from None


def _approved(party_id: int, thesis_id: int) -> Approved | None:
    version = db.session.scalars(
        select(PositionVersion)
        .join(Position, Position.id == PositionVersion.position_id)
        .where(
            Position.party_id == party_id,
            Position.thesis_id == thesis_id,
            PositionVersion.provenance == Provenance.PARTY,
        )
        .order_by(PositionVersion.published_at.desc(), PositionVersion.number.desc())
        .limit(1)
    ).one_or_none()
    if version is None:
        return None
    if version.sealed is not None:
        content = Content.of(
            _opened(version.sealed, sealed_in(version.position_id, version.number))
        )
    else:
        content = Content(
            version.answer,
            version.reason,
            tuple(version.sources),
            version.correction_reason or "",
        )
    return Approved(
        number=version.number,
        content=content,
        published_at=version.published_at,
        is_public=version.published_at <= clock.now(),
    )


def people(party_id: int) -> Sequence[User]:
    """Everybody who may act for the party, in the order they came."""
    return db.session.scalars(
        select(User)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(User.party_id == party_id, User.active, RoleGrant.role == Role.PARTY)
        .order_by(User.id)
    ).all()
