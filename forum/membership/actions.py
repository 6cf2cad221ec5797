"""Confirming, refusing and removing people, and what they decide on for themselves.

Locks: the organisation first where its contacts may change, then people's rows.
"""

from datetime import UTC, datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, update

from forum.accounts import actions as accounts
from forum.accounts import staff
from forum.accounts.events import AppearanceChanged, MembershipChanged
from forum.accounts.models import Organisation, Role, User, Visitor
from forum.accounts.queries import users_with_role
from forum.kernel import clock, html
from forum.kernel.db import begin_writing, db, save
from forum.kernel.errors import Conflict, ForumError, SignInRequired
from forum.kernel.events import announce
from forum.kernel.letters import Letter
from forum.kernel.mail import post
from forum.membership import letters, queries
from forum.membership.models import Invitation, Refusal
from forum.membership.policy import MANAGE, OWN, Belonging

MAX_REASON = 1000


class Invalid(ForumError):
    """Something is missing or wrong in what was sent; the message says what would do."""

    status = 422


class LastContact(Invalid):
    """The organisation would be without a contact."""

    def __init__(self) -> None:
        super().__init__(
            _l(
                "Das ist die letzte Ansprechperson der Organisation. Benennen Sie zuerst eine "
                "andere, oder übergeben Sie die Aufgabe an die Administration."
            )
        )


def acting(actor: User | Visitor) -> User:
    """Whoever acts, read again in this transaction; a visitor has to sign in."""
    if actor.id is None:
        raise SignInRequired
    return queries.person(actor.id)


def checked_reason(reason: str, *, needed: bool = True) -> str:
    """A reason as it is told to people."""
    text = html.plain(reason)
    if needed and not text:
        raise Invalid(_("Schreiben Sie den Grund; die Person bekommt ihn per E-Mail."))
    if len(text) > MAX_REASON:
        raise Invalid(_("Kürzen Sie den Grund auf höchstens 1.000 Zeichen."))
    return text


def confirm(actor: User | Visitor, user_id: int) -> User:
    """Confirm that somebody belongs to their organisation, or, without one, takes part alone.

    From now on they vote, and all they have written is public. Again changes nothing.
    """
    begin_writing()
    who = acting(actor)
    person = queries.person(user_id, lock=True)
    MANAGE.require(who, Belonging(person.organisation_id))
    if Role.MEMBER not in person.roles:
        raise Invalid(_("Bestätigt werden nur Mitglieder."))
    if person.member_since is not None:
        return person
    if person.organisation is None:
        bench = queries.bench_without_organisation()
        if bench is None:
            raise Conflict(
                _(
                    "Diese Konsultation nimmt niemanden ohne Organisation auf. Die Person wählt "
                    "zuerst eine Organisation."
                )
            )
        person.own_bench_id = bench.id
        belongs = bench.name
    else:
        person.own_bench_id = None
        belongs = person.organisation.name
    forget_refusal(person.id)
    accounts.confirm_member(person.id)
    note(who, "member.confirmed", person, person.organisation)
    post(person.email, *letters.confirmed(belongs))
    tell_contacts(
        person.organisation, letters.confirmed_receipt(person.name, who.name), except_id=person.id
    )
    return person


def decline(actor: User | Visitor, user_id: int, reason: str) -> None:
    """Refuse to confirm somebody. What they wrote stays for their own eyes."""
    reason = checked_reason(reason)
    begin_writing()
    who = acting(actor)
    person = queries.person(user_id, lock=True)
    MANAGE.require(who, Belonging(person.organisation_id))
    if person.member_since is not None:
        raise Conflict(_("Die Person ist inzwischen bestätigt. Sie lässt sich noch entfernen."))
    organisation = person.organisation
    forget_refusal(person.id)
    save(
        Refusal(
            user_id=person.id,
            organisation_id=person.organisation_id,
            reason=reason,
            refused_at=clock.now(),
        )
    )
    _leave(person)
    note(who, "member.declined", person, organisation, reason)
    post(person.email, *letters.refused(_named(organisation), reason))
    tell_contacts(organisation, letters.refused_receipt(person.name, reason, who.name))


def remove(actor: User | Visitor, user_id: int, reason: str = "") -> None:
    """Take a confirmed person out of an organisation, or out of those without one."""
    reason = checked_reason(reason, needed=False)
    begin_writing()
    who = acting(actor)
    organisation_id = queries.person(user_id).organisation_id
    MANAGE.require(who, Belonging(organisation_id))
    person = _locked_with_organisation(user_id, organisation_id)
    if person.is_contact and Role.ADMINISTRATOR not in who.roles:
        _require_another_contact(person)
    organisation = person.organisation
    _leave(person)
    note(who, "member.removed", person, organisation, reason)
    post(person.email, *letters.removed(_named(organisation), reason))
    tell_contacts(organisation, letters.removed_receipt(person.name, reason, who.name))


def set_speaker(actor: User | Visitor, user_id: int, is_speaker: bool) -> User:
    """Name somebody who approves what the organisation says, or no longer."""
    begin_writing()
    who = acting(actor)
    person = queries.person(user_id, lock=True)
    MANAGE.require(who, Belonging(person.organisation_id))
    _require_confirmed_in_organisation(person)
    if person.is_speaker is not is_speaker:
        person.is_speaker = is_speaker
        db.session.flush()
        kind = "speaker.named" if is_speaker else "speaker.withdrawn"
        note(who, kind, person, person.organisation)
    return person


def set_contact(actor: User | Visitor, user_id: int, is_contact: bool) -> User:
    """Name a further contact of the organisation, or no longer; one has to stay."""
    begin_writing()
    who = acting(actor)
    organisation_id = queries.person(user_id).organisation_id
    MANAGE.require(who, Belonging(organisation_id))
    person = _locked_with_organisation(user_id, organisation_id)
    _require_confirmed_in_organisation(person)
    if person.is_contact is is_contact:
        return person
    if not is_contact and Role.ADMINISTRATOR not in who.roles:
        _require_another_contact(person)
    person.is_contact = is_contact
    db.session.flush()
    if not is_contact:
        revoke_made_by(person.id)
    kind = "contact.named" if is_contact else "contact.withdrawn"
    note(who, kind, person, person.organisation)
    return person


def leave(actor: User | Visitor, *, hand_over: bool = False) -> None:
    """Leave one's organisation; its last contact hands over to the administration, or stays."""
    begin_writing()
    OWN.require(actor)
    who = acting(actor)
    if who.organisation_id is None:
        raise Conflict(_("Sie gehören zu keiner Organisation."))
    person = _locked_with_organisation(who.id, who.organisation_id)
    organisation = person.organisation
    if person.is_contact and not _has_another_contact(person):
        if not hand_over:
            raise LastContact
        for one in users_with_role(Role.ADMINISTRATOR):
            post(one.email, *letters.orphaned(_named(organisation), person.name))
    _leave(person)
    tell_contacts(organisation, letters.removed_receipt(person.name, "", person.name))


def ask_to_join(actor: User | Visitor, organisation_id: int) -> None:
    """Choose an organisation that is to confirm one; what one wrote comes along."""
    begin_writing()
    OWN.require(actor)
    who = acting(actor)
    person = queries.person(who.id, lock=True)
    if person.organisation_id is not None:
        raise Conflict(_("Sie gehören schon zu einer Organisation. Verlassen Sie sie zuerst."))
    organisation = queries.roster_head(organisation_id)
    put_into(person, organisation)
    tell_of_waiting(person, organisation)


def put_into(person: User, organisation: Organisation) -> None:
    """Give somebody an organisation, unconfirmed."""
    forget_refusal(person.id)
    person.organisation_id, person.organisation = organisation.id, organisation
    person.member_since = person.own_bench_id = None
    db.session.flush()
    announce(AppearanceChanged(user_id=person.id))  # the organisation stands beside the name
    announce(MembershipChanged(user_id=person.id))


def tell_of_waiting(person: User, organisation: Organisation | None) -> None:
    """Ask those who can confirm somebody: the contacts, or the administration without any."""
    named = list(queries.contacts(organisation.id)) if organisation else []
    letter = letters.waits(person.name, _named(organisation), to_contact=bool(named))
    for one in named or users_with_role(Role.ADMINISTRATOR):
        post(one.email, *letter)


def tell_contacts(
    organisation: Organisation | None, letter: Letter, *, except_id: int | None = None
) -> None:
    """Mail all contacts of an organisation."""
    if organisation is not None:
        for one in queries.contacts(organisation.id):
            if one.id != except_id:
                post(one.email, *letter)


def note(
    who: User, kind: str, about: User, organisation: Organisation | None, reason: str = ""
) -> None:
    """Enter what staff did into their log; an organisation's own contact is no staff."""
    if who.is_staff:
        place = f"organisation:{organisation.slug}" if organisation else ""
        staff.note(kind, who.id, about_user_id=about.id, about=place, reason=reason)


def forget_refusal(user_id: int) -> None:
    """Somebody asks anew, or is confirmed."""
    db.session.execute(delete(Refusal).where(Refusal.user_id == user_id))


def revoke_made_by(user_id: int) -> None:
    """Let no invitation hold that was made by somebody who no longer may."""
    db.session.execute(
        update(Invitation)
        .where(Invitation.made_by_id == user_id, Invitation.revoked_at.is_(None))
        .values(revoked_at=datetime.now(UTC), email=None, name=None, typed=None)
    )


def _leave(person: User) -> None:
    if person.is_contact:
        revoke_made_by(person.id)
    person.organisation_id = person.own_bench_id = person.member_since = None
    person.organisation = None
    person.is_speaker = person.is_contact = False
    db.session.flush()
    announce(AppearanceChanged(user_id=person.id))  # the organisation stands beside the name
    announce(MembershipChanged(user_id=person.id))


def _locked_with_organisation(user_id: int, organisation_id: int | None) -> User:
    if organisation_id is not None:
        queries.lock_organisation(organisation_id)
    person = queries.person(user_id, lock=True)
    if person.organisation_id != organisation_id:
        raise Conflict(_("Die Person gehört inzwischen nicht mehr dazu."))
    return person


def _require_confirmed_in_organisation(person: User) -> None:
    if person.organisation_id is None or person.member_since is None:
        raise Invalid(_("Dazu muss die Person in ihrer Organisation bestätigt sein."))


def _require_another_contact(person: User) -> None:
    if not _has_another_contact(person):
        raise LastContact


def _has_another_contact(person: User) -> bool:
    return person.organisation_id is not None and any(
        one.id != person.id for one in queries.contacts(person.organisation_id)
    )


def _named(organisation: Organisation | None) -> str:
    return organisation.name if organisation else _("ohne Organisation")
