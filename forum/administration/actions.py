"""Acting on accounts, roles and settings. Whatever is done here stands in the log of staff acts."""

from datetime import UTC, datetime

from flask_babel import gettext as _

from forum.accounts import actions as accounts
from forum.accounts import staff
from forum.accounts.models import STAFF, Role, User, Visitor
from forum.administration import letters, policy, queries
from forum.administration.models import RoleRequest
from forum.kernel import html
from forum.kernel.db import begin_writing, db, save
from forum.kernel.errors import Conflict, ForumError, SignInRequired
from forum.kernel.mail import post
from forum.kernel.settings import Setting
from forum.membership import actions as membership

MAX_REASON = 1000


class Invalid(ForumError):
    """Something is missing or wrong in what was sent; the message says what would do."""

    status = 422


def _acting(actor: User | Visitor) -> User:
    """Whoever acts, read again in this transaction."""
    if actor.id is None:
        raise SignInRequired
    return queries.one(actor.id)


def checked_reason(reason: str) -> str:
    """A reason, which every one of these acts needs."""
    text = html.plain(reason)
    if not text:
        raise Invalid(_("Schreiben Sie den Grund; er steht im Protokoll."))
    if len(text) > MAX_REASON:
        raise Invalid(_("Kürzen Sie den Grund auf höchstens 1.000 Zeichen."))
    return text


def show_address(actor: User | Visitor, user_id: int, reason: str) -> str:
    """The e-mail address of somebody, for a reason that is logged."""
    reason = checked_reason(reason)
    begin_writing()
    who = _acting(actor)
    person = queries.one(user_id)
    policy.SHOW_ADDRESS.require(who, queries.as_person(person))
    staff.note("address.shown", who.id, about_user_id=person.id, reason=reason)
    return str(person.email)


def lock(actor: User | Visitor, user_id: int, reason: str) -> None:
    """Let somebody no longer sign in. They are told why; what they wrote stays."""
    reason = checked_reason(reason)
    begin_writing()
    who = _acting(actor)
    person = queries.one(user_id)
    policy.LOCK.require(who, queries.as_person(person))
    if not person.active:
        raise Conflict(_("Dieses Konto ist schon gesperrt."))
    accounts.disable(person.id)
    staff.note("account.locked", who.id, about_user_id=person.id, reason=reason)
    post(person.email, *letters.locked(reason))


def unlock(actor: User | Visitor, user_id: int, reason: str) -> None:
    """Let somebody sign in again."""
    reason = checked_reason(reason)
    begin_writing()
    who = _acting(actor)
    person = queries.one(user_id)
    policy.LOCK.require(who, queries.as_person(person))
    if person.active:
        raise Conflict(_("Dieses Konto ist nicht gesperrt."))
    accounts.enable(person.id)
    staff.note("account.unlocked", who.id, about_user_id=person.id, reason=reason)
    post(person.email, *letters.unlocked())


def end_sessions(actor: User | Visitor, user_id: int, reason: str) -> None:
    """Sign somebody out everywhere, as after a lost phone."""
    reason = checked_reason(reason)
    begin_writing()
    who = _acting(actor)
    person = queries.one(user_id)
    policy.END_SESSIONS.require(who, queries.as_person(person))
    accounts.end_sessions(person.id)
    staff.note("sessions.ended", who.id, about_user_id=person.id, reason=reason)


def change_membership(actor: User | Visitor, user_id: int, act: str, reason: str) -> str:
    """Confirm, refuse, remove or name a member; rules and mails are those of `membership`.

    Returns what has happened, in a sentence.
    """
    if act == "confirm":
        membership.confirm(actor, user_id)
        return _("Die Mitgliedschaft ist bestätigt; die Person bekommt eine E-Mail.")
    if act == "decline":
        membership.decline(actor, user_id, reason)
        return _("Abgelehnt. Die Person bekommt den Grund per E-Mail.")
    if act == "remove":
        membership.remove(actor, user_id, checked_reason(reason))
        return _("Die Mitgliedschaft ist beendet; die Person bekommt den Grund per E-Mail.")
    if act in {"contact", "no-contact"}:
        membership.set_contact(actor, user_id, act == "contact")
        return _("Gespeichert.")
    if act in {"speaker", "no-speaker"}:
        membership.set_speaker(actor, user_id, act == "speaker")
        return _("Gespeichert.")
    raise Invalid(_("Gehen Sie zurück und drücken Sie den Knopf noch einmal."))


# Roles ---


def request_role(actor: User | Visitor, user_id: int, role: Role, reason: str) -> bool:
    """Ask that somebody work for the forum; a second person of the staff has to agree.

    While there is only one administrator their word holds at once, and the log says so. Returns
    whether the role is granted already.
    """
    reason = checked_reason(reason)
    begin_writing()
    who = _acting(actor)
    person = queries.one(user_id, lock=True)
    policy.REQUEST_ROLE.require(who, queries.as_person(person, role))
    is_sole = queries.other_administrators(who.id) == 0
    now = datetime.now(UTC)
    if any(one.role is role for one in queries.open_requests(person.id)):
        raise Conflict(_("Diese Rolle ist schon beantragt und wartet auf Zustimmung."))
    found = save(
        RoleRequest(
            user_id=person.id,
            role=role,
            reason=reason,
            requested_by_id=who.id,
            requested_at=now,
            is_sole=is_sole,
        )
    )
    staff.note(
        "role.requested", who.id, about_user_id=person.id, reason=reason, detail={"role": role}
    )
    if is_sole:
        found.decided_by_id, found.decided_at, found.is_granted = who.id, now, True
        _grant(who, found)
        return True
    for one in queries.staff_but(who.id, person.id):
        post(one.email, *letters.role_waits(person.name, role, who.name, found.id))
    return False


def decide_role(actor: User | Visitor, request_id: int, is_granted: bool) -> None:
    """Agree that somebody is to hold a role, or refuse."""
    begin_writing()
    who = _acting(actor)
    found = queries.request_(request_id, lock=True)
    policy.DECIDE_ROLE.require(who, queries.as_asked(found))
    found.decided_by_id, found.decided_at = who.id, datetime.now(UTC)
    found.is_granted = is_granted
    db.session.flush()
    if is_granted:
        person = queries.one(found.user_id)
        if not person.active or person.erased_at is not None:
            raise Conflict(_("Das Konto ist inzwischen gesperrt oder gelöscht."))
        if Role.PARTY in person.roles:
            raise Conflict(_("Die Person vertritt inzwischen eine Partei; lehnen Sie ab."))
        _grant(who, found)
        return
    staff.note(
        "role.refused",
        who.id,
        about_user_id=found.user_id,
        detail={"role": found.role, "request": found.id},
    )


def _grant(who: User, found: RoleRequest) -> None:
    accounts.grant_role(found.user_id, found.role)
    staff.note(
        "role.granted",
        who.id,
        about_user_id=found.user_id,
        reason=found.reason,
        detail={"role": found.role, "request": found.id, "sole_administrator": found.is_sole},
    )
    person = queries.one(found.user_id)
    post(person.email, *letters.role_granted(found.role))


def revoke_role(actor: User | Visitor, user_id: int, role: Role, reason: str) -> None:
    """Take a staff role away, at once: caution needs no second person."""
    reason = checked_reason(reason)
    begin_writing()
    who = _acting(actor)
    person = queries.one(user_id)
    policy.REVOKE_ROLE.require(who, queries.as_person(person, role))
    if role not in person.roles & STAFF:
        raise Conflict(_("Diese Rolle hat die Person nicht mehr."))
    accounts.revoke_role(person.id, role)
    staff.note(
        "role.revoked", who.id, about_user_id=person.id, reason=reason, detail={"role": role}
    )
    post(person.email, *letters.role_revoked(role, reason))


# Settings ---


def change_setting(actor: User | Visitor, key: str, typed: str, reason: str) -> None:
    """Let another value of a setting hold."""
    reason = checked_reason(reason)
    setting = Setting.all.get(key)
    if setting is None:
        raise Invalid(_("Diese Einstellung gibt es nicht."))
    if not typed.strip().isdecimal() or not setting.low <= int(typed) <= setting.high:
        raise Invalid(
            _(
                "Geben Sie eine ganze Zahl von %(low)s bis %(high)s ein.",
                low=setting.low,
                high=setting.high,
            )
        )
    begin_writing()
    who = _acting(actor)
    policy.CHANGE_SETTING.require(who)
    before, value = setting.value(), int(typed)
    if before == value:
        raise Conflict(_("Dieser Wert gilt schon."))
    setting.change(value, reason=reason, changed_by_id=who.id)
    staff.note(
        "setting.changed",
        who.id,
        about=f"setting:{key}",
        reason=reason,
        detail={"before": before, "after": value},
    )
