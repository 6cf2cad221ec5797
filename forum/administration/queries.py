"""Reading people, organisations, requests and the log, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from forum.accounts.models import (
    STAFF,
    Bench,
    Organisation,
    Role,
    RoleGrant,
    StaffAct,
    User,
)
from forum.accounts.queries import user_by_email, with_all
from forum.administration.models import RoleRequest
from forum.administration.policy import Asked, Person
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.positions.models import Party

PAGE = 50

# Who is meant by the links above the list of people.
STATES: dict[str, tuple[Any, ...]] = {
    "wartend": (
        User.active,
        User.erased_at.is_(None),
        User.member_since.is_(None),
        User.id.in_(select(RoleGrant.user_id).filter_by(role=Role.MEMBER)),
    ),
    "mitglieder": (User.active, User.member_since.is_not(None)),
    "parteien": (User.party_id.is_not(None),),
    "mitarbeit": (User.id.in_(select(RoleGrant.user_id).where(RoleGrant.role.in_(STAFF))),),
    "gesperrt": (User.active.is_(False), User.erased_at.is_(None)),
}


@dataclass(frozen=True)
class People:
    """One page of accounts, the newest first."""

    found: Sequence[User]
    older: int | None = None
    """`?vor=` of the next page."""


def people(
    *,
    words: str = "",
    state: str = "",
    organisation_id: int | None = None,
    before: int | None = None,
) -> People:
    """Accounts by part of a name or pseudonym, by their number, or by a whole address.

    An address is found only as a whole: nobody browses addresses here.
    """
    words = words.strip()
    if "@" in words:
        one = user_by_email(words)
        return People([one] if one is not None else [])
    wanted: list[Any] = list(STATES.get(state, ()))
    if words.isdecimal() and len(words) < 10:
        wanted.append(User.id == int(words))
    elif words:
        like = f"%{_escaped(words.lower())}%"
        wanted.append(
            or_(
                func.lower(User.name).like(like, escape="\\"),
                func.lower(User.pseudonym).like(like, escape="\\"),
            )
        )
    if organisation_id is not None:
        wanted.append(User.organisation_id == organisation_id)
    if before:
        wanted.append(User.id < before)
    page = select(User.id).where(*wanted).order_by(User.id.desc()).limit(PAGE + 1)
    keys = db.session.scalars(page).all()
    rows = (
        db.session.scalars(
            with_all(select(User).where(User.id.in_(keys[:PAGE])).order_by(User.id.desc()))
        )
        .unique()
        .all()
    )
    return People(rows, keys[PAGE - 1] if len(keys) > PAGE else None)


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def one(user_id: int, *, lock: bool = False) -> User:
    """The account of this number, locked before changing it; 404 when there is none."""
    if lock:  # apart: PostgreSQL locks no outer joins
        db.session.execute(
            select(User.id).where(User.id == user_id).with_for_update(key_share=True)
        )
    found = (
        db.session.scalars(with_all(select(User).where(User.id == user_id))).unique().one_or_none()
    )
    if found is None:
        raise NotFound
    return found


def party_name(party_id: int) -> str:
    """The short name of the party that somebody speaks for."""
    return db.session.scalars(select(Party.short_name).where(Party.id == party_id)).one()


def as_person(user: User, role: Role | None = None) -> Person:
    """An account as the rules see it."""
    return Person(
        user.id,
        user.roles,
        user.active,
        user.erased_at is not None,
        other_administrators(user.id),
        role,
    )


def other_administrators(user_id: int) -> int:
    """How many others administer and may sign in."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(User)
            .where(
                User.active,
                User.erased_at.is_(None),
                User.id != user_id,
                User.id.in_(select(RoleGrant.user_id).filter_by(role=Role.ADMINISTRATOR)),
            )
        )
        or 0
    )


def staff_but(*user_ids: int) -> Sequence[User]:
    """Everybody on the staff who may sign in, without these."""
    return (
        db.session.scalars(
            with_all(
                select(User)
                .where(
                    User.active,
                    User.erased_at.is_(None),
                    User.id.not_in(user_ids),
                    User.id.in_(select(RoleGrant.user_id).where(RoleGrant.role.in_(STAFF))),
                )
                .order_by(User.id)
            )
        )
        .unique()
        .all()
    )


# Roles ---


def open_requests(user_id: int | None = None) -> Sequence[RoleRequest]:
    """Roles that wait for a second person, the oldest first."""
    statement = (
        select(RoleRequest)
        .where(RoleRequest.decided_at.is_(None))
        .options(joinedload(RoleRequest.user), joinedload(RoleRequest.requested_by))
        .order_by(RoleRequest.id)
    )
    if user_id is not None:
        statement = statement.where(RoleRequest.user_id == user_id)
    return db.session.scalars(statement).all()


def request_(request_id: int, *, lock: bool = False) -> RoleRequest:
    """One request for a role; `lock` before deciding it. 404 when there is none."""
    if lock:
        db.session.execute(
            select(RoleRequest.id)
            .where(RoleRequest.id == request_id)
            .with_for_update(key_share=True)
        )
    found = db.session.scalars(
        select(RoleRequest)
        .where(RoleRequest.id == request_id)
        .options(joinedload(RoleRequest.user), joinedload(RoleRequest.requested_by))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def as_asked(found: RoleRequest) -> Asked:
    """A request as the rule sees it."""
    return Asked(found.user_id, found.requested_by_id, found.decided_at is None)


# Organisations ---


@dataclass(frozen=True)
class OrganisationLine:
    """An organisation with how many of its people are what."""

    id: int
    slug: str
    name: str
    bench: str | None
    members: int
    waiting: int
    contacts: int
    speakers: int


def organisation(slug: str) -> Organisation | None:
    """The organisation with this slug."""
    if not slug:
        return None
    return db.session.scalars(select(Organisation).filter_by(slug=slug)).one_or_none()


def organisations() -> list[OrganisationLine]:
    """All organisations with their people counted, in one statement."""
    alive = and_(User.organisation_id == Organisation.id, User.active, User.erased_at.is_(None))

    def count(*wanted: Any) -> ColumnElement[int]:
        return func.count(User.id).filter(*wanted)

    rows = db.session.execute(
        select(
            Organisation.id,
            Organisation.slug,
            Organisation.name,
            Bench.name,
            count(User.member_since.is_not(None)),
            count(User.member_since.is_(None)),
            count(User.is_contact),
            count(User.is_speaker),
        )
        .outerjoin(User, alive)
        .outerjoin(Bench, Bench.id == Organisation.bench_id)
        .group_by(Organisation.id, Organisation.slug, Organisation.name, Bench.name, Bench.position)
        .order_by(Bench.position.is_(None), Bench.position, func.lower(Organisation.name))
    )
    return [OrganisationLine(*row) for row in rows]


def waiting_without_organisation() -> int:
    """How many registered people belong to no organisation and wait."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(User)
            .where(*STATES["wartend"], User.organisation_id.is_(None))
        )
        or 0
    )


# The log ---


@dataclass(frozen=True)
class LogLine:
    """One act of staff, with the names as they are today."""

    act: StaffAct
    actor: str | None
    about: str | None


@dataclass(frozen=True)
class Log:
    """One page of the log, the latest first."""

    lines: list[LogLine]
    older: int | None = None


def log(*, kind: str = "", about_user_id: int | None = None, before: int | None = None) -> Log:
    """What staff did: of one kind (`role` finds role.granted too), or about one person."""
    actor, person = aliased(User), aliased(User)
    statement = (
        select(StaffAct, actor.name, person.name)
        .outerjoin(actor, actor.id == StaffAct.actor_id)
        .outerjoin(person, person.id == StaffAct.about_user_id)
        .order_by(StaffAct.id.desc())
        .limit(PAGE + 1)
    )
    if kind:
        statement = statement.where(StaffAct.kind.like(f"{_escaped(kind)}.%", escape="\\"))
    if about_user_id is not None:
        statement = statement.where(StaffAct.about_user_id == about_user_id)
    if before:
        statement = statement.where(StaffAct.id < before)
    lines = [LogLine(*row) for row in db.session.execute(statement)]
    return Log(lines[:PAGE], lines[PAGE - 1].act.id if len(lines) > PAGE else None)


def kinds() -> list[str]:
    """What kinds of acts the log has, by their first word."""
    found = db.session.scalars(select(StaffAct.kind).distinct())
    return sorted({kind.partition(".")[0] for kind in found})
