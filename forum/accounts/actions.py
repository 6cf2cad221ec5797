"""Changing accounts: people, roles, passwords, and texts kept while somebody signs in."""

import secrets
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, or_, update

from forum.accounts import hashing, links, queries
from forum.accounts.addresses import is_address
from forum.accounts.events import ConsentWithdrawn, MembershipChanged, RepresentationChanged
from forum.accounts.models import (
    Appearance,
    Consent,
    HeldForm,
    Organisation,
    Role,
    RoleGrant,
    User,
)
from forum.kernel import clock, html, vault
from forum.kernel.db import begin_writing, db, save
from forum.kernel.errors import Conflict, ForumError
from forum.kernel.events import announce

MIN_PASSWORD = hashing.MIN_LENGTH


TAKEN = _l("Zu dieser Adresse gibt es inzwischen ein Konto. Melden Sie sich mit ihr an.")


class Invalid(ForumError):
    """An account cannot be as it was asked to be. The message says what would do."""

    status = 422


def hashed(password: str) -> str:
    """The hash of a password that is long enough. Slow on purpose: call it before writing."""
    if len(password) < MIN_PASSWORD:
        raise Invalid(f"Ein Passwort hat mindestens {MIN_PASSWORD} Zeichen.")
    return hashing.made(password)


def create_user(
    *,
    email: str,
    name: str,
    password_hash: str | None,
    roles: Iterable[Role] = (),
    organisation_id: int | None = None,
    party_id: int | None = None,
    appearance: Appearance = Appearance.NAME_ORGANISATION,
    pseudonym: str | None = None,
    confirmed_member: bool = True,
    consent_version: int | None = None,
    organisation_wish: str | None = None,
) -> User:
    """An account that may sign in at once. A member is confirmed unless said otherwise.

    Only an unconfirmed member may be without organisation; `organisation_wish` names one that is
    missing from the list. Without a consent the person is asked before they first write or vote.
    """
    begin_writing()
    email, name, wanted = html.plain(email), html.plain(name), set(roles) - {Role.GUEST}
    if not is_address(email):
        raise Invalid(f"{email!r} ist keine E-Mail-Adresse.")
    if not name:
        raise Invalid("Ein Konto braucht einen Namen.")
    if queries.user_by_email(email):
        raise Conflict(f"Ein Konto mit der Adresse {email} gibt es schon.")
    _check_roles(wanted, organisation_id, party_id, is_confirmed=confirmed_member)
    user = save(
        User(
            email=email,
            name=name,
            password=password_hash,
            appearance=appearance,
            pseudonym=pseudonym,
            confirmed_at=datetime.now(UTC),
            organisation_id=organisation_id,
            organisation_wish=organisation_wish,
            party_id=party_id,
            member_since=clock.now() if Role.MEMBER in wanted and confirmed_member else None,
            grants=[RoleGrant(role=role, granted_at=clock.now()) for role in sorted(wanted)],
        )
    )
    if consent_version is not None:
        give_consent(user.id, consent_version)
    if Role.MEMBER in wanted:
        announce(MembershipChanged(user_id=user.id))
    if Role.PARTY in wanted:
        announce(RepresentationChanged(user_id=user.id))
    return user


def give_consent(user_id: int, version: int) -> None:
    """Note that somebody agrees to this version of the text `einwilligung`."""
    begin_writing()
    user = queries.user(user_id, lock=True)
    if user.consent_version == version:
        return
    save(Consent(user_id=user.id, version=version, given_at=datetime.now(UTC)))
    user.consent_version = version
    db.session.flush()


def withdraw_consent(user_id: int) -> None:
    """Note that somebody no longer agrees; what was written lawfully until then may stay."""
    begin_writing()
    user = queries.user(user_id, lock=True)
    user.consent_version = None
    db.session.execute(
        update(Consent)
        .where(Consent.user_id == user.id, Consent.withdrawn_at.is_(None))
        .values(withdrawn_at=datetime.now(UTC))
    )
    db.session.flush()
    announce(ConsentWithdrawn(user_id=user.id))


def grant_role(
    user_id: int, role: Role, *, organisation_id: int | None = None, party_id: int | None = None
) -> None:
    """Give an account one more role, with the organisation or party it is held for."""
    begin_writing()
    user = queries.user(user_id, lock=True)
    if role in user.roles:
        return
    if organisation_id is not None:
        user.organisation_id = organisation_id
    if party_id is not None:
        user.party_id = party_id
    _check_roles(
        {*user.roles, role} - {Role.GUEST},
        user.organisation_id,
        user.party_id,
        is_confirmed=role is Role.MEMBER,  # some members belong to no organisation
    )
    user.grants.append(RoleGrant(role=role, granted_at=clock.now()))
    if role is Role.MEMBER:
        user.member_since = clock.now()
    _changed(user)


def revoke_role(user_id: int, role: Role) -> None:
    """Take a role away; with it goes the organisation or party it was held for."""
    begin_writing()
    user = queries.user(user_id, lock=True)
    user.grants = [grant for grant in user.grants if grant.role is not role]
    if role is Role.MEMBER:
        user.member_since = user.organisation_id = user.own_bench_id = None
        user.is_speaker = user.is_contact = False
    if role is Role.PARTY:
        user.party_id = None
    _changed(user)
    if role is Role.PARTY:
        announce(RepresentationChanged(user_id=user.id))


def confirm_member(user_id: int) -> None:
    """Confirm that somebody belongs to their organisation; from now on they may vote."""
    begin_writing()
    user = queries.user(user_id, lock=True)
    if Role.MEMBER not in user.roles:
        raise Invalid("Bestätigt werden nur Mitglieder.")
    if user.member_since is None:
        user.member_since = clock.now()
        db.session.flush()
        announce(MembershipChanged(user_id=user.id))


def set_password(user_id: int, password_hash: str) -> None:
    """Give an account a new password (`hashed` makes the hash) and end all of its sessions."""
    begin_writing()
    user = queries.user(user_id, lock=True)
    user.password = password_hash
    user.fs_uniquifier = uuid.uuid4().hex
    db.session.flush()
    links.void(user.id, links.TO_GET_IN)


def change_address(user_id: int, email: str) -> str:
    """Give an account the address that has just been confirmed; returns the one it had."""
    begin_writing()
    user = queries.user(user_id, lock=True)
    if queries.user_by_email(email) not in {None, user}:
        raise Conflict(TAKEN)
    before, user.email = user.email, email
    db.session.flush()
    links.void(user.id, links.TO_GET_IN)
    return before


def disable(user_id: int) -> None:
    """Nobody signs in to this account any more; what it wrote stays."""
    begin_writing()
    user = queries.user(user_id, lock=True)
    user.active = False
    links.void(user.id)
    _changed(user)


def enable(user_id: int) -> None:
    """Somebody may sign in to this account again."""
    begin_writing()
    user = queries.user(user_id, lock=True)
    user.active = True
    _changed(user)


def end_sessions(user_id: int) -> None:
    """Sign somebody out everywhere."""
    begin_writing()
    user = queries.user(user_id, lock=True)
    user.fs_uniquifier = uuid.uuid4().hex
    db.session.flush()


def _changed(user: User) -> None:
    """Rights have changed: end all sessions, and have the entitled counted again."""
    user.fs_uniquifier = uuid.uuid4().hex
    db.session.flush()
    announce(MembershipChanged(user_id=user.id))
    if user.party_id is not None:
        announce(RepresentationChanged(user_id=user.id))


def _check_roles(
    roles: set[Role],
    organisation_id: int | None,
    party_id: int | None,
    *,
    is_confirmed: bool = True,
) -> None:
    if Role.PARTY in roles and Role.MEMBER in roles:
        raise Invalid("Wer eine Partei vertritt, ist nicht zugleich Mitglied.")
    if (Role.PARTY in roles) != (party_id is not None):
        raise Invalid("Zur Rolle „party“ gehört genau eine Partei, und umgekehrt.")
    if Role.MEMBER in roles and organisation_id is None and is_confirmed:
        raise Invalid("Ein Mitglied gehört zu einer Organisation.")
    if organisation_id is not None and Role.MEMBER not in roles:
        raise Invalid("Zu einer Organisation gehört die Rolle „member“.")
    if organisation_id is not None and db.session.get(Organisation, organisation_id) is None:
        raise Invalid("Diese Organisation gibt es nicht.")


HELD_FOR = timedelta(hours=24)
MAX_HELD = 64 * 1024


def hold(path: str, fields: list[tuple[str, str]], user_id: int | None = None) -> str | None:
    """Keep what somebody typed, encrypted; returns the token that leads back to it."""
    if len(path) > 255 or sum(len(n) + len(v.encode()) for n, v in fields) > MAX_HELD:
        return None
    token = secrets.token_urlsafe(24)
    sealed = vault.seal({"fields": [list(pair) for pair in fields]}, f"held-form:{token}")
    begin_writing()
    # Only the token's hash is kept: whoever reads the table cannot open what it leads to.
    save(
        HeldForm(
            token=hash_of(token),
            path=path,
            user_id=user_id if queries.exists(user_id) else None,
            sealed=sealed,
            held_at=datetime.now(UTC),
        )
    )
    return token


def let_go(token: str, user_id: int | None) -> None:
    """Forget what was kept under this token for this person: it has arrived."""
    db.session.execute(
        delete(HeldForm).where(
            HeldForm.token == hash_of(token),
            or_(HeldForm.user_id.is_(None), HeldForm.user_id == user_id),
        )
    )


def purge_held() -> None:
    """Forget what nobody came back for."""
    begin_writing()
    db.session.execute(delete(HeldForm).where(HeldForm.held_at < datetime.now(UTC) - HELD_FOR))


def hash_of(token: str) -> str:
    """How a token stands in the table."""
    return sha256(token.encode()).hexdigest()
