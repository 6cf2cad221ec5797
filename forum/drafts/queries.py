"""Reading drafts: one's own, and those that colleagues show. Nobody else is told there are any."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, func, or_, select

from forum.accounts.models import Organisation, Role, RoleGrant, User
from forum.deliberation.described import described
from forum.drafts import writing
from forum.drafts.models import Draft, DraftKind, DraftRemark
from forum.drafts.policy import Paper
from forum.drafts.writing import CommentDraft, Content
from forum.kernel import vault
from forum.kernel.db import db
from forum.kernel.errors import NotFound, Unavailable
from forum.recommendations.models import Recommendation

PAGE = 30


def sealed_in(user_id: int, submission: str) -> str:
    """The place a draft's encrypted text is bound to."""
    return f"shown-draft:{user_id}:{submission}"


def remark_in(draft_id: int, user_id: int) -> str:
    """The place a remark's encrypted text is bound to."""
    return f"draft-remark:{draft_id}:{user_id}"


def unsealed(sealed: bytes, place: str) -> dict[str, Any]:
    """What was encrypted; Unavailable with another key."""
    try:
        return vault.unseal(sealed, place)
    except InvalidTag:
        raise Unavailable(
            _(
                "Dieser Text ist mit einem anderen Schlüssel verschlüsselt, als der Server ihn "
                "jetzt hat. Der Betrieb muss den früheren Schlüssel wieder einsetzen."
            )
        ) from None


@dataclass(frozen=True, kw_only=True)
class Line:
    """A draft in a list."""

    id: int
    kind: DraftKind
    author: str
    recommendation: str
    changed_at: datetime
    is_shown: bool
    remarks: int


@dataclass(frozen=True, kw_only=True)
class Remark:
    """What somebody says about a draft."""

    id: int
    user_id: int
    name: str
    text: str
    edition: int
    written_at: datetime


@dataclass(frozen=True, kw_only=True)
class DraftView:
    """A draft on its page."""

    id: int
    user_id: int
    author: str
    kind: DraftKind
    recommendation_id: int
    slug: str
    title: str
    submission: str
    content: Content
    edition: int
    changed_at: datetime
    shown_to: int | None
    """Whose people read it now; None when it is the author's alone."""
    organisation: str
    shown_at: datetime | None
    remarks: Sequence[Remark]
    about: str
    """„Abschnitt 2“; what a contribution is about, or answers."""

    @property
    def is_shown(self) -> bool:
        """Whether colleagues read it."""
        return self.shown_to is not None

    @property
    def paper(self) -> Paper:
        """As the rules see it."""
        return Paper(self.user_id, self.shown_to)


def _still_shown() -> ColumnElement[bool]:
    """That author and organisation still belong together: leaving ends what was shown."""
    return and_(
        Draft.organisation_id.is_not(None),
        Draft.organisation_id == User.organisation_id,
        User.member_since.is_not(None),
        User.active,
    )


def _readable(who: User) -> ColumnElement[bool]:
    """THE condition under which somebody reads a draft: pages and lists share it."""
    own = Draft.user_id == who.id
    if who.organisation_id is None or who.member_since is None:
        return own
    return or_(own, and_(_still_shown(), Draft.organisation_id == who.organisation_id))


def draft(who: User, draft_id: int) -> DraftView:
    """One draft with its remarks; 404 for whoever may not know of it."""
    row = db.session.execute(
        select(
            Draft,
            User.name,
            _still_shown().label("shown"),
            Organisation.name.label("organisation"),
            Recommendation.slug,
            Recommendation.title,
        )
        .select_from(Draft)
        .join(User, User.id == Draft.user_id)
        .join(Recommendation, Recommendation.id == Draft.recommendation_id)
        .outerjoin(Organisation, Organisation.id == Draft.organisation_id)
        .where(Draft.id == draft_id, _readable(who))
    ).one_or_none()
    if row is None:
        raise NotFound
    found: Draft = row.Draft
    content = writing.of(
        found.kind, unsealed(found.sealed, sealed_in(found.user_id, found.submission))
    )
    return DraftView(
        id=found.id,
        user_id=found.user_id,
        author=row.name,
        kind=found.kind,
        recommendation_id=found.recommendation_id,
        slug=row.slug,
        title=row.title,
        submission=found.submission,
        content=content,
        edition=found.edition,
        changed_at=found.updated_at,
        shown_to=found.organisation_id if row.shown else None,
        organisation=row.organisation or "",
        shown_at=found.shown_at,
        remarks=_remarks(found.id) if found.organisation_id is not None else (),
        about=_about(content),
    )


def _about(content: Content) -> str:
    if not isinstance(content, CommentDraft):
        return ""
    key = content.parent or content.about
    one = described([key]).get(key)
    return one.label if one else ""


def _remarks(draft_id: int) -> list[Remark]:
    rows = db.session.execute(
        select(DraftRemark, User.name)
        .join(User, User.id == DraftRemark.user_id)
        .where(DraftRemark.draft_id == draft_id)
        .order_by(DraftRemark.id)
    )
    return [
        Remark(
            id=one.id,
            user_id=one.user_id,
            name=name,
            text=unsealed(one.sealed, remark_in(draft_id, one.user_id))["text"],
            edition=one.edition,
            written_at=one.written_at,
        )
        for one, name in rows
    ]


def own(who: User) -> list[Line]:
    """One's own drafts, the latest first: there are at most `actions.MOST`."""
    return _lines(Draft.user_id == who.id)[0]


def colleagues(who: User, before: int | None = None) -> tuple[list[Line], int | None]:
    """What colleagues show, the latest first, and where the next page begins."""
    if who.organisation_id is None or who.member_since is None:
        return [], None
    return _lines(
        Draft.user_id != who.id,
        _still_shown(),
        Draft.organisation_id == who.organisation_id,
        before=before,
        limit=PAGE,
    )


def _lines(
    *wanted: ColumnElement[bool], before: int | None = None, limit: int = 1000
) -> tuple[list[Line], int | None]:
    remarks = (
        select(func.count())
        .select_from(DraftRemark)
        .where(DraftRemark.draft_id == Draft.id)
        .correlate(Draft)
        .scalar_subquery()
    )
    statement = (
        select(
            Draft.id,
            Draft.kind,
            User.name,
            Recommendation.title,
            Draft.updated_at,
            _still_shown().label("shown"),
            remarks.label("remarks"),
        )
        .select_from(Draft)
        .join(User, User.id == Draft.user_id)
        .join(Recommendation, Recommendation.id == Draft.recommendation_id)
        .where(*wanted)
        .order_by(Draft.id.desc())
        .limit(limit + 1)
    )
    if before is not None:
        statement = statement.where(Draft.id < before)
    rows = db.session.execute(statement).all()
    found = [
        Line(
            id=row.id,
            kind=row.kind,
            author=row.name,
            recommendation=row.title,
            changed_at=row.updated_at,
            is_shown=bool(row.shown),
            remarks=row.remarks,
        )
        for row in rows[:limit]
    ]
    return found, found[-1].id if len(rows) > limit else None


def people(who: User) -> int:
    """How many colleagues would read what is shown."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(User)
            .where(
                User.organisation_id == who.organisation_id,
                User.id != who.id,
                User.active,
                User.member_since.is_not(None),
                User.id.in_(select(RoleGrant.user_id).where(RoleGrant.role == Role.MEMBER)),
            )
        )
        or 0
    )


def row(draft_id: int) -> Draft:
    """A draft to be changed, locked; 404 when there is none."""
    found = db.session.scalars(
        select(Draft).where(Draft.id == draft_id).with_for_update(key_share=True)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def kept(user_id: int, submission: str) -> Draft | None:
    """What this form has been kept as already, locked."""
    return db.session.scalars(
        select(Draft)
        .where(Draft.user_id == user_id, Draft.submission == submission)
        .with_for_update(key_share=True)
    ).one_or_none()


def count(user_id: int) -> int:
    """How many drafts somebody has."""
    return (
        db.session.scalar(select(func.count()).select_from(Draft).where(Draft.user_id == user_id))
        or 0
    )


def texts_of(user_id: int) -> list[dict[str, Any]]:
    """All that somebody keeps, for the copy of their data."""
    drafts = db.session.scalars(select(Draft).where(Draft.user_id == user_id).order_by(Draft.id))
    return [
        {
            "kind": one.kind.value,
            "changed_at": one.updated_at,
            "content": unsealed(one.sealed, sealed_in(one.user_id, one.submission)),
        }
        for one in drafts
    ]


def remarks_of(user_id: int) -> list[dict[str, Any]]:
    """All that somebody remarked, for the copy of their data."""
    rows = db.session.scalars(
        select(DraftRemark).where(DraftRemark.user_id == user_id).order_by(DraftRemark.id)
    )
    return [
        {
            "written_at": one.written_at,
            "text": unsealed(one.sealed, remark_in(one.draft_id, one.user_id))["text"],
        }
        for one in rows
    ]


def is_any_older(than: datetime) -> bool:
    """Whether a draft has been left alone for too long."""
    return db.session.scalar(select(Draft.id).where(Draft.updated_at < than).limit(1)) is not None
