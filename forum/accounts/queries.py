"""Reading accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import joinedload

from forum.accounts.models import (
    Bench,
    HeldForm,
    Organisation,
    Role,
    RoleGrant,
    Session,
    User,
)
from forum.kernel import clock, vault
from forum.kernel.db import Base, db
from forum.kernel.errors import NotFound


def with_all(statement: Select[Any]) -> Select[Any]:
    """Load users with roles, organisation and bench: what every policy may ask about."""
    return statement.options(
        joinedload(User.grants),
        joinedload(User.organisation).joinedload(Organisation.bench),
        joinedload(User.own_bench),
    )


def user_by_email(email: str) -> User | None:
    """The user with this address, whatever its capitals."""
    return (
        db.session.scalars(
            with_all(select(User).where(func.lower(User.email) == email.strip().lower()))
        )
        .unique()
        .one_or_none()
    )


@cache
def _by_session(has_token: bool) -> Select[Any]:
    """Built once: every request of somebody signed in sends it."""
    statement = with_all(select(User).where(User.fs_uniquifier == bindparam("account")))
    if not has_token:
        return statement
    running = select(Session.id).where(
        Session.token == bindparam("token"),
        Session.user_id == User.id,
        Session.expires_at > bindparam("now"),
    )
    return statement.where(running.exists())


def user_by_session(cookie: str) -> User | None:
    """Who a cookie stands for, in one statement: the account's key, a full stop, the session's.

    A key without a session (an account's own) is as good as all of its sessions together.
    """
    account, _stop, secret = cookie.partition(".")
    token = sha256(secret.encode()).hexdigest() if secret else None
    given: dict[str, Any] = {"account": account}
    if token:
        given |= {"token": token, "now": datetime.now(UTC)}
    found = db.session.scalars(_by_session(bool(token)), given).unique().one_or_none()
    if found is not None and token:
        found.__dict__["session_key"] = token
    return found


def sessions(user: User) -> Sequence[Session]:
    """The running sessions of an account, the latest first."""
    return db.session.scalars(
        select(Session)
        .where(
            Session.user_id == user.id,
            Session.account_key == user.fs_uniquifier,
            Session.expires_at > datetime.now(UTC),
        )
        .order_by(Session.started_at.desc(), Session.id.desc())
    ).all()


def is_session_over() -> bool:
    """Whether a session has expired and is still kept."""
    over = select(Session.id).where(Session.expires_at <= datetime.now(UTC))
    return bool(db.session.scalar(select(over.exists())))


@dataclass(frozen=True)
class Holder:
    """Whose an address is: as little as a mail needs, so that reading it takes no time to tell."""

    id: int
    email: str
    active: bool


def holder(email: str) -> Holder | None:
    """The account with this address, whatever its capitals."""
    row = db.session.execute(
        select(User.id, User.email, User.active).where(
            func.lower(User.email) == email.strip().lower()
        )
    ).one_or_none()
    return Holder(row.id, row.email, row.active) if row else None


def user(user_id: int, *, lock: bool = False) -> User:
    """The user with this id and all that policies ask about; `lock` before changing it."""
    if lock:  # apart: PostgreSQL locks no outer joins
        db.session.execute(
            select(User.id).where(User.id == user_id).with_for_update(key_share=True)
        )
    return db.session.scalars(with_all(select(User).where(User.id == user_id))).unique().one()


def is_confirmed(user_id: int) -> bool:
    """Whether somebody is a confirmed member who may sign in."""
    return bool(
        db.session.scalar(
            select(
                select(User.id)
                .where(User.id == user_id, User.active, User.member_since.is_not(None))
                .exists()
            )
        )
    )


def is_still_unconfirmed(user_id: int | None) -> bool:
    """Whether nobody has confirmed this member yet; their row stays locked, so that it holds."""
    since = db.session.execute(
        select(User.member_since).where(User.id == user_id).with_for_update(key_share=True)
    ).scalar_one()
    return since is None


def users_with_role(role: Role) -> Sequence[User]:
    """Everybody who holds `role` and may sign in, in the order they came."""
    return (
        db.session.scalars(
            with_all(
                select(User)
                .where(User.active, User.id.in_(select(RoleGrant.user_id).filter_by(role=role)))
                .order_by(User.id)
            )
        )
        .unique()
        .all()
    )


def benches() -> Sequence[Bench]:
    """All benches in their order."""
    return db.session.scalars(select(Bench).order_by(Bench.position)).all()


def entitled_count() -> int:
    """How many accounts may vote: confirmed members in an organisation with a counted bench."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(User)
            .join(User.organisation)
            .join(Organisation.bench)
            .where(
                User.active,
                User.member_since.is_not(None),
                Bench.is_counted,
                User.id.in_(select(RoleGrant.user_id).filter_by(role=Role.MEMBER)),
            )
        )
        or 0
    )


@dataclass(frozen=True)
class Held:
    """What somebody typed before they had to sign in, and where it goes."""

    path: str
    fields: list[tuple[str, str]]


def held(token: str, user_id: int | None) -> Held:
    """What was kept under this token; 404 for others, once it has arrived, or after a day."""
    row = db.session.scalars(
        select(HeldForm).where(
            HeldForm.token == sha256(token.encode()).hexdigest(),
            HeldForm.held_at >= datetime.now(UTC) - timedelta(hours=24),
        )
    ).one_or_none()
    if row is None:
        raise NotFound(
            _l("Hier wartet kein Text mehr: Er ist schon abgesandt, oder 24 Stunden sind um.")
        )
    if row.user_id not in {None, user_id}:
        raise NotFound(
            _l(
                "Hier wartet kein Text für dieses Konto. Melden Sie sich mit dem Konto an, "
                "mit dem Sie ihn geschrieben haben."
            )
        )
    content = vault.unseal(row.sealed, f"held-form:{token}")
    return Held(row.path, [(name, value) for name, value in content["fields"]])


def exists(user_id: int | None) -> bool:
    """Whether there is an account with this key."""
    return user_id is not None and db.session.get(User, user_id) is not None


def is_held_form_due() -> bool:
    """Whether something has been kept for too long."""
    limit = datetime.now(UTC) - timedelta(hours=24)
    return bool(
        db.session.scalar(select(select(HeldForm.id).where(HeldForm.held_at < limit).exists()))
    )


def organisations_to_choose() -> Sequence[Organisation]:
    """All organisations with their bench, by name: what people choose theirs from."""
    return db.session.scalars(
        select(Organisation)
        .options(joinedload(Organisation.bench))
        .order_by(func.lower(Organisation.name))
    ).all()


@dataclass(frozen=True)
class ConsentText:
    """The version of the text `einwilligung` that stands."""

    number: int
    title: str
    html: str


def consent_text() -> ConsentText | None:
    """What people agree to; None as long as nobody has written it.

    Its package stands above; a clock that stands before the first version sees that one.
    """
    texts = Base.metadata.tables["text_versions"]
    rows = db.session.execute(
        select(texts.c.number, texts.c.title, texts.c.html, texts.c.published_at)
        .where(texts.c.slug == "einwilligung")
        .order_by(texts.c.number.desc())
    ).all()
    shown = next(
        (row for row in rows if row.published_at <= clock.now()), rows[-1] if rows else None
    )
    return ConsentText(shown.number, shown.title, shown.html) if shown else None


def organisation_by_slug(slug: str) -> Organisation | None:
    """The organisation with this slug."""
    return db.session.scalars(select(Organisation).filter_by(slug=slug)).one_or_none()


def all_users() -> Sequence[User]:
    """Everybody, in the order they came."""
    return db.session.scalars(with_all(select(User).order_by(User.id))).unique().all()


def party_id(slug: str) -> int | None:
    """The key of a party. Its package stands above; our foreign key knows the table already."""
    parties = Base.metadata.tables["parties"]
    found: int | None = db.session.scalar(select(parties.c.id).where(parties.c.slug == slug))
    return found


def organisations() -> Sequence[Organisation]:
    """All organisations by their slug."""
    return db.session.scalars(select(Organisation).order_by(Organisation.slug)).all()
