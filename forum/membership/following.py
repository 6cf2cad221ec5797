"""Following an invitation: what its link shows, and what its button does. Part of `actions`."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forum.accounts import actions as accounts
from forum.accounts.models import Appearance, Role, RoleGrant, User, Visitor
from forum.accounts.policy import require_intake
from forum.accounts.queries import user_by_email
from forum.kernel import clock, vault
from forum.kernel.db import begin_writing, db, save
from forum.kernel.errors import Conflict, ForumError
from forum.kernel.mail import post
from forum.membership import letters, queries
from forum.membership.actions import acting, put_into, tell_of_waiting
from forum.membership.forgetting import forget
from forum.membership.inviting import CONFIRM_FOR, Guest, address, checked
from forum.membership.models import Invitation, InvitationKind


class Over(ForumError):
    """The invitation was used up, revoked, has expired, or never was."""

    status = 410
    title = _l("Diese Einladung gilt nicht mehr")


class Unknown(Over):
    """No invitation has this secret."""

    status = 404

    def __init__(self) -> None:
        super().__init__(
            _l(
                "Diese Einladung gibt es nicht. Prüfen Sie, ob Ihr Mailprogramm den Link "
                "umgebrochen hat, und kopieren Sie ihn dann ganz in die Adresszeile."
            )
        )


class HasAccount(Conflict):
    """The invited address has an account: whoever holds it signs in, and joins then."""

    def __init__(self) -> None:
        super().__init__(
            _l(
                "Zu dieser Adresse gibt es schon ein Konto. Melden Sie sich an, dann treten Sie "
                "mit einem Druck bei."
            )
        )


@dataclass(frozen=True)
class Answer:
    """What somebody gives who follows an invitation."""

    name: str
    appearance: Appearance = Appearance.NAME_ORGANISATION
    pseudonym: str = ""
    consent_version: int | None = None
    email: str = field(default="", repr=False)


def look(token: str, *, lock: bool = False) -> Invitation:
    """An invitation that holds. Raises `Over` with the reason when it does not."""
    found = queries.by_token(token, lock=lock)
    if found is None:
        raise Unknown
    if found.revoked_at is not None:
        raise Over(_l("Diese Einladung wurde zurückgezogen. Fragen Sie, wer Sie eingeladen hat."))
    if found.used_count >= found.max_uses:
        raise Over(
            _l("Diese Einladung ist schon benutzt. Haben Sie ein Konto, dann melden Sie sich an.")
            if found.max_uses == 1
            else _l("Diesem Link sind schon so viele Personen gefolgt, wie vorgesehen waren.")
        )
    if found.expires_at <= datetime.now(UTC):
        raise Over(_l("Die Zeit für diese Einladung ist abgelaufen. Bitten Sie um eine neue."))
    return found


def answer_link(token: str, answer: Answer) -> None:
    """Mail whoever follows an organisation's link the one that proves their address.

    Nobody sees from the page whether the address has an account: only the mail says so.
    """
    email = checked(Guest(answer.email)).email
    begin_writing()
    require_intake()
    through = look(token, lock=True)
    if through.kind is not InvitationKind.ORGANISATION or through.organisation is None:
        raise Unknown
    into, now = through.organisation.name, datetime.now(UTC)
    if user_by_email(email) is not None:
        post(email, *letters.has_account(into, address(token)))
        return
    own = secrets.token_urlsafe(32)
    save(
        Invitation(
            token=queries.hash_of(own),
            kind=InvitationKind.PERSON,
            organisation_id=through.organisation_id,
            made_by_id=through.made_by_id,
            through_id=through.id,
            email=email,
            name=answer.name,
            typed=vault.seal(
                {
                    "name": answer.name,
                    "appearance": answer.appearance.value,
                    "pseudonym": answer.pseudonym,
                    "consent_version": answer.consent_version,
                },
                f"invitation-typed:{own}",
            ),
            leads_to=through.leads_to,
            made_at=now,
            expires_at=now + CONFIRM_FOR,
        )
    )
    post(email, *letters.came_through_link(into, address(own)))


def typed_with(token: str, invitation: Invitation) -> Answer | None:
    """What somebody has typed already who came through an organisation's link."""
    if invitation.typed is None:
        return None
    typed: dict[str, Any] = vault.unseal(invitation.typed, f"invitation-typed:{token}")
    return Answer(**typed | {"appearance": Appearance(typed["appearance"])})


def redeem(token: str, answer: Answer) -> tuple[User, str]:
    """Make the account that an invitation is for; returns it, and the path it leads to.

    The secret came by mail to this very address, so nobody has to confirm it again.
    """
    begin_writing()
    require_intake()
    invitation = look(token, lock=True)
    if invitation.kind is InvitationKind.ORGANISATION or invitation.email is None:
        raise Unknown
    if user_by_email(invitation.email) is not None:  # before anything is counted
        raise HasAccount
    _take(invitation)
    is_party = invitation.kind is InvitationKind.PARTY
    user = accounts.create_user(
        email=invitation.email,
        name=answer.name,
        password_hash=None,
        roles=[Role.PARTY if is_party else Role.MEMBER],
        organisation_id=invitation.organisation_id,
        party_id=invitation.party_id,
        appearance=answer.appearance,
        pseudonym=answer.pseudonym or None,
        consent_version=answer.consent_version,
    )
    user.is_speaker, user.is_contact = invitation.is_speaker, invitation.is_contact
    forget(invitation)
    db.session.flush()
    return queries.person(user.id), invitation.leads_to


def join(actor: User | Visitor, token: str, consent_version: int | None = None) -> tuple[User, str]:
    """Somebody who has an account joins the organisation, if they belong to none.

    Confirmed at once by an organisation's link, or when the invitation came to their own address.
    """
    begin_writing()
    who = acting(actor)
    invitation = look(token, lock=True)
    organisation = invitation.organisation
    if organisation is None:
        raise Conflict(
            _("Eine Partei vertreten Sie mit einem eigenen Konto. Melden Sie sich zuerst ab.")
        )
    if who.party_id is not None or who.is_staff:
        raise Conflict(
            _(
                "Wer eine Partei vertritt oder für das Forum arbeitet, wird nicht zugleich "
                "Mitglied einer Organisation."
            )
        )
    person = queries.person(who.id, lock=True)
    if person.organisation_id not in {None, organisation.id}:
        raise Conflict(_("Sie gehören schon zu einer Organisation. Verlassen Sie sie zuerst."))
    _take(invitation)
    if consent_version is not None and person.consent_version is None:
        accounts.give_consent(person.id, consent_version)
    is_addressed = invitation.email is not None and invitation.email == person.email.lower()
    if Role.MEMBER not in person.roles:
        person.grants.append(RoleGrant(role=Role.MEMBER, granted_at=clock.now()))
    if person.organisation_id is None:
        put_into(person, organisation)
    if is_addressed or invitation.kind is InvitationKind.ORGANISATION:
        accounts.confirm_member(person.id)
        if is_addressed:
            person.is_speaker = person.is_speaker or invitation.is_speaker
            person.is_contact = person.is_contact or invitation.is_contact
    elif person.member_since is None:
        tell_of_waiting(person, organisation)
    forget(invitation)
    db.session.flush()
    return queries.person(person.id), invitation.leads_to


def _take(invitation: Invitation) -> None:
    """Use an invitation once; and the organisation's link it came through, which has to hold."""
    if invitation.through_id is not None:
        through = queries.locked(invitation.through_id)
        if through.revoked_at is not None or through.used_count >= through.max_uses:
            raise Over(_l("Der Link, über den Sie kamen, gilt inzwischen nicht mehr."))
        through.used_count += 1
    invitation.used_count += 1
    db.session.flush()
