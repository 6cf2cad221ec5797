"""Reading accounts."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from forum.accounts.models import Bench, Organisation, Role, RoleGrant, User
from forum.kernel.db import db


def with_all(statement: Select[Any]) -> Select[Any]:
    """Load users with roles, organisation and bench: what every policy may ask about."""
    return statement.options(
        joinedload(User.grants), joinedload(User.organisation).joinedload(Organisation.bench)
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


def user(user_id: int) -> User:
    """The user with this id and all that policies ask about."""
    return db.session.scalars(with_all(select(User).where(User.id == user_id))).unique().one()


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
