"""Reading what belongs to one account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Table, func, select
from sqlalchemy.orm import aliased, load_only

from forum.accounts.models import Consent, Organisation, Role, RoleGrant, User
from forum.accounts.names import contains, look
from forum.deliberation.models import Comment, CommentKind, Visibility
from forum.kernel import html
from forum.kernel.db import Base, db
from forum.kernel.errors import NotFound
from forum.moderation.models import Measure, Verdict
from forum.positions.models import Party
from forum.profile.models import DataExport, Erasure, InactivityWarning
from forum.recommendations.models import Recommendation
from forum.site.models import TextVersion
from forum.site.queries import text_versions

CONSENT = "einwilligung"
PAGE = 20
EXPORT_KEPT = timedelta(days=7)


def consent_texts() -> Sequence[TextVersion]:
    """The public versions of the text people agree to, the newest first; none where it lacks."""
    try:
        return text_versions(CONSENT)
    except NotFound:
        return []


def consents(user_id: int) -> Sequence[Consent]:
    """What somebody has agreed to, the latest first."""
    return db.session.scalars(
        select(Consent).where(Consent.user_id == user_id).order_by(Consent.id.desc())
    ).all()


@dataclass(frozen=True)
class Written:
    """One contribution as its author sees it."""

    id: int
    number: int
    kind: CommentKind | None
    title: str
    slug: str
    posted_at: datetime
    visibility: Visibility
    excerpt: str
    hidden_reason: str | None
    replies: int
    verdict_id: int | None


@dataclass(frozen=True)
class Contributions:
    """A page of what somebody has written."""

    rows: Sequence[Written]
    older: int | None


def contributions(user_id: int, before: int | None = None) -> Contributions:
    """What somebody has written, the latest first, in one statement."""
    answer = aliased(Comment)
    replies = (
        select(func.count())
        .where(
            (answer.parent_id == Comment.id) | (answer.root_id == Comment.id),
            answer.visibility == Visibility.VISIBLE,
        )
        .correlate(Comment)
        .scalar_subquery()
    )
    verdict = (
        select(func.max(Verdict.id))
        .where(Verdict.subject_id == Comment.id, Verdict.measure == Measure.HIDE)
        .correlate(Comment)
        .scalar_subquery()
    )
    statement = (
        select(Comment, Recommendation.short_title, Recommendation.slug, replies, verdict)
        .join(Recommendation, Recommendation.id == Comment.recommendation_id)
        .where(Comment.author_id == user_id)
        .options(
            load_only(
                Comment.number,
                Comment.kind,
                Comment.posted_at,
                Comment.visibility,
                Comment.html,
                Comment.hidden_reason,
            )
        )
        .order_by(Comment.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        statement = statement.where(Comment.id < before)
    found = [
        Written(
            comment.id,
            comment.number,
            comment.kind,
            title,
            slug,
            comment.posted_at,
            comment.visibility,
            _shortened(html.text_of(comment.html)),
            comment.hidden_reason,
            count,
            verdict_id,
        )
        for comment, title, slug, count, verdict_id in db.session.execute(statement)
    ]
    return Contributions(found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None)


def _shortened(text: str, length: int = 200) -> str:
    return text if len(text) <= length else text[:length].rsplit(" ", 1)[0] + " …"


def contribution_count(user_id: int) -> int:
    """How many contributions of somebody still have their text."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Comment)
            .where(Comment.author_id == user_id, Comment.visibility != Visibility.DELETED)
        )
        or 0
    )


def is_taken(pseudonym: str, user_id: int) -> bool:
    """Whether somebody else has a pseudonym that looks like this one."""
    return bool(
        db.session.scalar(
            select(
                select(User.id)
                .where(User.pseudonym_key == (look(pseudonym) or pseudonym), User.id != user_id)
                .exists()
            )
        )
    )


def imitated(name: str, user: User) -> str | None:
    """Whose name this reads like: of staff, an organisation but one's own, or a party."""
    staff = db.session.scalars(
        select(User.name)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(
            RoleGrant.role.in_((Role.MODERATOR, Role.EDITOR, Role.ADMINISTRATOR)),
            User.id != user.id,
        )
    ).all()
    bodies = [
        one
        for table in (Organisation, Party)
        for row in db.session.execute(select(table.name, table.short_name))
        for one in row
    ]
    return next((known for known in (*staff, *bodies) if contains(name, known)), None)


@dataclass(frozen=True)
class Last:
    """What is left without anybody when this person goes."""

    administrator: bool
    contact: bool
    party: bool
    """Nobody else of the party, or only one, so that nobody could approve."""


def last_of(user: User) -> Last:
    """Which places this person would leave empty."""
    others = select(func.count()).select_from(User).where(User.id != user.id, User.active)
    is_administrator = Role.ADMINISTRATOR in user.roles
    administrators = others.join(RoleGrant, RoleGrant.user_id == User.id).where(
        RoleGrant.role == Role.ADMINISTRATOR
    )
    contacts = others.where(User.organisation_id == user.organisation_id, User.is_contact)
    party = others.where(User.party_id == user.party_id)
    return Last(
        administrator=is_administrator and not db.session.scalar(administrators),
        contact=user.is_contact and not db.session.scalar(contacts),
        party=user.party_id is not None and (db.session.scalar(party) or 0) < 2,
    )


def newest_export(user_id: int) -> DataExport | None:
    """The last copy somebody asked for, without its content."""
    return db.session.scalars(
        select(DataExport)
        .where(DataExport.user_id == user_id)
        .order_by(DataExport.id.desc())
        .limit(1)
        .options(
            load_only(
                DataExport.user_id, DataExport.requested_at, DataExport.ready_at, raiseload=True
            )
        )
    ).one_or_none()


def export_content(user_id: int, export_id: int) -> bytes:
    """The file of a copy that is ready and still kept; 404 for everybody else's."""
    content = db.session.scalar(
        select(DataExport.content).where(
            DataExport.id == export_id,
            DataExport.user_id == user_id,
            DataExport.ready_at > datetime.now(UTC) - EXPORT_KEPT,
        )
    )
    if content is None:
        raise NotFound
    return content


def exports_due() -> Sequence[tuple[int, int]]:
    """Copies that are asked for and not made yet: their key and whose they are."""
    rows = db.session.execute(
        select(DataExport.id, DataExport.user_id)
        .where(DataExport.ready_at.is_(None))
        .order_by(DataExport.id)
    )
    return [(row.id, row.user_id) for row in rows]


def is_export_over() -> bool:
    """Whether a copy is kept that should be gone."""
    over = select(DataExport.id).where(DataExport.ready_at < datetime.now(UTC) - EXPORT_KEPT)
    return bool(db.session.scalar(select(over.exists())))


def erasures(before: datetime) -> Sequence[int]:
    """Accounts that are gone and asked for that before then, but still have their secret."""
    return db.session.scalars(
        select(Erasure.user_id).where(Erasure.requested_at <= before).order_by(Erasure.user_id)
    ).all()


_KEPT = frozenset({"consents", "erasures"})
"""What stays of an account that is gone: the proof of consent, and the erasure itself."""


def belongings() -> Sequence[Table]:
    """The tables whose rows belong to one account, by their column `user_id`; they go with it.

    Whoever adds a table says by the name of the column what it is: `user_id` belongs to the
    person, `…_by_id` notes who acted, and stays as a number without a name.
    """
    return [
        table
        for table in reversed(Base.metadata.sorted_tables)
        if table.name not in _KEPT
        and "user_id" in table.c
        and any(key.column.table.name == "users" for key in table.c.user_id.foreign_keys)
    ]


@dataclass(frozen=True)
class Unused:
    """An account nobody has signed in to for long, and what its holder was told."""

    user_id: int
    last_active_on: date
    first_at: datetime | None
    second_at: datetime | None


def unused_since(day: date) -> Sequence[Unused]:
    """Accounts whose last sign-in lies before this day, but those of staff."""
    last = func.coalesce(User.last_active_on, func.date(User.created_at))
    staff = select(RoleGrant.user_id).where(
        RoleGrant.role.in_((Role.MODERATOR, Role.EDITOR, Role.ADMINISTRATOR))
    )
    rows = db.session.execute(
        select(User.id, User.last_active_on, User.created_at, InactivityWarning)
        .outerjoin(InactivityWarning, InactivityWarning.user_id == User.id)
        .where(User.erased_at.is_(None), last < day, User.id.not_in(staff))
        .order_by(User.id)
    )
    return [
        Unused(
            user_id,
            last_on or created.date(),
            warning.first_at if warning else None,
            warning.second_at if warning else None,
        )
        for user_id, last_on, created, warning in rows
    ]


def warned_but_back() -> Sequence[int]:
    """Accounts that were warned and have been used since."""
    return db.session.scalars(
        select(InactivityWarning.user_id)
        .join(User, User.id == InactivityWarning.user_id)
        .where(User.last_active_on >= func.date(InactivityWarning.first_at))
    ).all()
