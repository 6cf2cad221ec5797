"""Reading who belongs where, who waits, and who is invited."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from forum.accounts.models import Bench, Organisation, Role, RoleGrant, User
from forum.accounts.queries import with_all
from forum.kernel import vault
from forum.kernel.db import Base, db
from forum.kernel.errors import NotFound
from forum.membership.models import Invitation, InvitationKind, InvitationList, Refusal


def _people(*wanted: Any) -> Sequence[User]:
    return (
        db.session.scalars(
            with_all(select(User).where(User.active, User.erased_at.is_(None), *wanted)).order_by(
                func.lower(User.name), User.id
            )
        )
        .unique()
        .all()
    )


def person(user_id: int, *, lock: bool = False) -> User:
    """Somebody with an account; 404 when there is none, or it is locked or erased."""
    if lock:
        db.session.execute(
            select(User.id).where(User.id == user_id).with_for_update(key_share=True)
        )
    found = (
        db.session.scalars(
            with_all(
                select(User).where(User.id == user_id, User.active, User.erased_at.is_(None))
            ).execution_options(populate_existing=True)
        )
        .unique()
        .one_or_none()
    )
    if found is None:
        raise NotFound
    return found


def is_member() -> Any:
    """For others' statements: holds the role of a member."""
    return User.id.in_(select(RoleGrant.user_id).where(RoleGrant.role == Role.MEMBER))


@dataclass(frozen=True)
class Roster:
    """The people of one organisation."""

    organisation: Organisation
    waiting: Sequence[User]
    confirmed: Sequence[User]

    @property
    def contacts(self) -> list[User]:
        """Those who confirm and manage the others."""
        return [one for one in self.confirmed if one.is_contact]


def roster(organisation_id: int) -> Roster:
    """Everybody who belongs to an organisation or says so; 404 when there is none."""
    organisation = db.session.scalars(
        select(Organisation)
        .where(Organisation.id == organisation_id)
        .options(joinedload(Organisation.bench))
    ).one_or_none()
    if organisation is None:
        raise NotFound
    people = _people(User.organisation_id == organisation_id, is_member())
    return Roster(
        organisation,
        [one for one in people if one.member_since is None],
        [one for one in people if one.member_since is not None],
    )


def waiting_people() -> Sequence[User]:
    """All who wait to be confirmed, with organisation and bench: for the administration.

    People without organisation are among them unless they were refused and have not asked again.
    """
    refused = select(Refusal.user_id)
    return _people(
        is_member(),
        User.member_since.is_(None),
        User.organisation_id.is_not(None) | User.id.not_in(refused),
    )


def contacts(organisation_id: int) -> Sequence[User]:
    """The confirmed contacts of an organisation."""
    return _people(
        User.organisation_id == organisation_id, User.is_contact, User.member_since.is_not(None)
    )


def lock_organisation(organisation_id: int) -> None:
    """Let one change of an organisation's contacts happen at a time; before any user's row."""
    db.session.execute(
        select(Organisation.id)
        .where(Organisation.id == organisation_id)
        .with_for_update(key_share=True)
    )


def roster_head(organisation_id: int) -> Organisation:
    """The organisation alone, without its people."""
    found = db.session.scalars(
        select(Organisation)
        .where(Organisation.id == organisation_id)
        .options(joinedload(Organisation.bench))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def organisations() -> Sequence[Organisation]:
    """All organisations with their bench, by name."""
    return db.session.scalars(
        select(Organisation)
        .options(joinedload(Organisation.bench))
        .order_by(func.lower(Organisation.name))
    ).all()


def refusal(user_id: int) -> Refusal | None:
    """Why somebody was not confirmed, if so."""
    return db.session.scalars(select(Refusal).where(Refusal.user_id == user_id)).one_or_none()


def bench_without_organisation() -> Bench | None:
    """The bench of people without organisation, where the current round admits them; else None.

    Rounds stand above; their table is known by its name.
    """
    rounds = Base.metadata.tables["consultations"]
    admits = db.session.scalar(
        select(rounds.c.admits_without_organisation).where(rounds.c.is_current)
    )
    if not admits:
        return None
    return db.session.scalars(
        select(Bench).where(Bench.is_counted.is_(False)).order_by(Bench.position).limit(1)
    ).first()


# Parties ---


def party(party_id: int | None) -> Any:
    """Slug, name and short name of a party; its package stands above."""
    parties = Base.metadata.tables["parties"]
    found = db.session.execute(
        select(
            parties.c.id,
            parties.c.slug,
            parties.c.name,
            parties.c.short_name,
            parties.c.color,
            parties.c.is_invented,
        ).where(parties.c.id == party_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def party_called(slug: str) -> int:
    """The number of the party with this slug; 404 when there is none."""
    parties = Base.metadata.tables["parties"]
    found: int | None = db.session.scalar(select(parties.c.id).where(parties.c.slug == slug))
    if found is None:
        raise NotFound
    return found


def party_people(party_id: int) -> Sequence[User]:
    """Everybody who represents a party."""
    return _people(User.party_id == party_id)


# Invitations ---


def hash_of(token: str) -> str:
    """How a token stands in the table."""
    return sha256(token.encode()).hexdigest()


def by_token(token: str, *, lock: bool = False) -> Invitation | None:
    """The invitation with this secret, whether it still holds or not."""
    statement = select(Invitation).where(Invitation.token == hash_of(token))
    if lock:
        db.session.execute(
            select(Invitation.id)
            .where(Invitation.token == hash_of(token))
            .with_for_update(key_share=True)
        )
    return db.session.scalars(
        statement.options(
            joinedload(Invitation.organisation).joinedload(Organisation.bench)
        ).execution_options(populate_existing=True)
    ).one_or_none()


def invitation(invitation_id: int) -> Invitation:
    """One invitation by its number; 404 when there is none."""
    found = db.session.scalars(
        select(Invitation).where(Invitation.id == invitation_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def open_invitations(
    *, organisation_id: int | None = None, party_id: int | None = None, limit: int = 500
) -> Sequence[Invitation]:
    """Invitations into an organisation or a party that still hold, links first."""
    where = (
        Invitation.party_id == party_id
        if party_id is not None
        else Invitation.organisation_id == organisation_id
    )
    return db.session.scalars(
        select(Invitation)
        .where(
            where,
            Invitation.through_id.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > datetime.now(UTC),
            Invitation.used_count < Invitation.max_uses,
        )
        .order_by(Invitation.kind != InvitationKind.ORGANISATION, Invitation.id.desc())
        .limit(limit)
    ).all()


def secret_of(invitation: Invitation) -> str | None:
    """The secret of an organisation's link, for those who may hand it on."""
    if invitation.shown is None:
        return None
    token: str = vault.unseal(invitation.shown, f"invitation:{invitation.token}")["token"]
    return token


def is_over(now: datetime) -> Any:
    """Invitations that no longer hold but still know whom they were for."""
    return Invitation.email.is_not(None) & (
        (Invitation.expires_at < now)
        | Invitation.revoked_at.is_not(None)
        | (Invitation.used_count >= Invitation.max_uses)
    )


def is_anything_to_forget(now: datetime, list_limit: datetime) -> bool:
    """Whether an invitation or a list holds addresses for longer than it needs them."""
    over = select(Invitation.id).where(is_over(now)).exists()
    lists = (
        select(InvitationList.id)
        .where(InvitationList.sealed.is_not(None), InvitationList.made_at < list_limit)
        .exists()
    )
    return bool(db.session.scalar(select(over | lists)))


def invitation_list(list_id: int, made_by_id: int | None, *, lock: bool) -> InvitationList:
    """A list that this person has had checked; 404 for anybody else's."""
    statement = select(InvitationList).where(
        InvitationList.id == list_id, InvitationList.made_by_id == made_by_id
    )
    if lock:
        statement = statement.with_for_update(key_share=True)
    found = db.session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def emails_in(organisation_ids: set[int]) -> Mapping[str, int]:
    """The organisation of everybody who belongs to one of these, by address in small letters."""
    rows = db.session.execute(
        select(func.lower(User.email), User.organisation_id).where(
            User.organisation_id.in_(organisation_ids)
        )
    )
    return {email: organisation_id for email, organisation_id in rows}  # noqa: C416


def open_for(
    emails: Iterable[str], party_id: int | None, organisation_ids: set[int | None], now: datetime
) -> Sequence[Invitation]:
    """Open personal invitations of these addresses into the same organisations or party."""
    wanted = set(emails)
    where = (
        Invitation.party_id == party_id
        if party_id is not None
        else Invitation.organisation_id.in_(organisation_ids - {None})
    )
    rows = db.session.scalars(
        select(Invitation).where(
            where,
            Invitation.email.is_not(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > now,
            Invitation.used_count < Invitation.max_uses,
        )
    )
    return [row for row in rows if row.email in wanted]


def locked(invitation_id: int) -> Invitation:
    """An invitation to be counted, its row locked."""
    return db.session.scalars(
        select(Invitation)
        .where(Invitation.id == invitation_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def to_address(email: str) -> Sequence[Invitation]:
    """All invitations that still know this address."""
    return db.session.scalars(
        select(Invitation).where(func.lower(Invitation.email) == email.strip().lower())
    ).all()


def made_by(user_id: int) -> Sequence[Invitation]:
    """What somebody has made that has not been revoked."""
    return db.session.scalars(
        select(Invitation).where(Invitation.made_by_id == user_id, Invitation.revoked_at.is_(None))
    ).all()


def organisation_exists(slug: str) -> bool:
    """Whether an organisation has this slug."""
    return bool(db.session.scalar(select(Organisation.id).where(Organisation.slug == slug)))
