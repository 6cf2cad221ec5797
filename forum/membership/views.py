"""One's organisation and its people; the other pages of membership come along."""

from typing import Any

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.current import viewer
from forum.accounts.models import Role, User
from forum.kernel.errors import ForumError, NotFound, SignInRequired
from forum.kernel.web import page, see_other
from forum.membership import actions, invitation_views, list_views, party_views, queries
from forum.membership.blueprint import bp
from forum.membership.policy import OWN, is_contact_of
from forum.membership.words import masked

__all__ = ["bp", "invitation_views", "list_views", "party_views"]

bp.add_app_template_global(masked, "masked")


def member() -> User:
    """Whoever is signed in as a member; nobody else is told that there is such a page."""
    who = viewer()
    if not isinstance(who, User):
        raise SignInRequired
    if not OWN.check(who):
        raise NotFound
    return who


@bp.get("/konto/organisation")
def organisation() -> ResponseReturnValue:
    """Show whether one belongs to an organisation, and to its contacts all of its people."""
    return _own_page()


def _own_page(errors: dict[str, str] | None = None, **typed: Any) -> str | Any:
    who = member()
    roster = queries.roster(who.organisation_id) if who.organisation_id else None
    is_contact = is_contact_of(who, who.organisation_id)
    return page(
        "membership/organisation.html",
        fragment="organisation",
        me=who,
        roster=roster,
        is_contact=is_contact,
        invitations=invitation_views.listed(who.organisation_id) if is_contact else [],
        choices=[] if roster else queries.organisations(),
        refusal=queries.refusal(who.id) if who.member_since is None else None,
        admits=None if roster else queries.bench_without_organisation(),
        errors=errors or {},
        typed=typed,
    )


def _back() -> ResponseReturnValue:
    """To the page the form came from: an administration's page, or one's own."""
    who = viewer()
    is_own = isinstance(who, User) and Role.MEMBER in who.roles
    return see_other(url_for("membership.organisation") if is_own else "/")


_PERSON = "/konto/organisation/personen/<int:user_id>"


@bp.post(f"{_PERSON}/bestaetigen")
def confirm(user_id: int) -> ResponseReturnValue:
    """Confirm that somebody belongs to the organisation."""
    person = actions.confirm(viewer(), user_id)
    flash(_("%(name)s ist bestätigt.", name=person.name), "message")
    return _back()


@bp.post(f"{_PERSON}/ablehnen")
def decline(user_id: int) -> ResponseReturnValue:
    """Refuse to confirm somebody, with a reason."""
    reason = request.form.get("reason", "")
    try:
        actions.decline(viewer(), user_id, reason)
    except actions.Invalid as refused:
        return _own_page({f"reason-{user_id}": str(refused.message)}, **{str(user_id): reason}), 422
    flash(_("Abgelehnt. Die Person bekommt den Grund per E-Mail."), "message")
    return _back()


@bp.post(f"{_PERSON}/entfernen")
def remove(user_id: int) -> ResponseReturnValue:
    """Take somebody out of the organisation."""
    actions.remove(viewer(), user_id, request.form.get("reason", ""))
    flash(_("Die Person gehört nicht mehr zur Organisation."), "message")
    return _back()


@bp.post(f"{_PERSON}/sprechen")
def speaker(user_id: int) -> ResponseReturnValue:
    """Name somebody who speaks for the organisation, or no longer."""
    person = actions.set_speaker(viewer(), user_id, _wanted())
    flash(
        _("%(name)s spricht für die Organisation.", name=person.name)
        if person.is_speaker
        else _("%(name)s spricht nicht mehr für die Organisation.", name=person.name),
        "message",
    )
    return _back()


@bp.post(f"{_PERSON}/ansprechperson")
def contact(user_id: int) -> ResponseReturnValue:
    """Name a further contact of the organisation, or no longer."""
    person = actions.set_contact(viewer(), user_id, _wanted())
    flash(
        _("%(name)s ist Ansprechperson.", name=person.name)
        if person.is_contact
        else _("%(name)s ist nicht mehr Ansprechperson.", name=person.name),
        "message",
    )
    return _back()


def _wanted() -> bool:
    value = request.form.get("value")
    if value not in {"1", "0"}:
        raise ForumError(_("Gehen Sie zurück und drücken Sie den Knopf noch einmal."))
    return value == "1"


@bp.post("/konto/organisation/beitreten")
def join() -> ResponseReturnValue:
    """Choose the organisation that is to confirm one."""
    chosen = request.form.get("organisation", "")
    if not chosen.isdecimal() or len(chosen) > 9:
        return _own_page({"organisation": _("Wählen Sie eine Organisation.")}), 422
    actions.ask_to_join(viewer(), int(chosen))
    flash(_("Ihre Organisation wurde gebeten, Sie zu bestätigen."), "message")
    return _back()


@bp.post("/konto/organisation/verlassen")
def leave() -> ResponseReturnValue:
    """Leave one's organisation."""
    member()
    try:
        actions.leave(viewer(), hand_over="hand_over" in request.form)
    except actions.LastContact as last:
        return _own_page({"hand_over": str(last.message)}), 422
    flash(_("Sie gehören zu keiner Organisation mehr."), "message")
    return _back()
