"""Making invitations, and the page behind their link."""

from dataclasses import dataclass

from flask import Response, current_app, flash, make_response, redirect, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from forum.accounts import queries as accounts
from forum.accounts import security
from forum.accounts.current import viewer
from forum.accounts.models import Role, User
from forum.kernel.error_pages import error_page
from forum.kernel.errors import NotFound, NotPermitted, SignInRequired
from forum.kernel.web import is_from_here, local_path, page, see_other
from forum.membership import following, forms, inviting, queries
from forum.membership.actions import Invalid
from forum.membership.blueprint import bp
from forum.membership.models import Invitation, InvitationKind
from forum.membership.policy import INVITE, Belonging


@bp.record_once
def _the_secret_is_the_right(state: BlueprintSetupState) -> None:
    """Whoever follows an invitation has no session yet; `_guard` looks at those who have one."""
    state.app.extensions["csrf"].exempt(invitation)


@dataclass(frozen=True)
class Listed:
    """An open invitation as those see it who may hand it on or revoke it."""

    invitation: Invitation
    address: str
    """Of an organisation's link; empty for a personal one."""


def listed(organisation_id: int | None) -> list[Listed]:
    """The open invitations into an organisation."""
    found = []
    for one in queries.open_invitations(organisation_id=organisation_id):
        secret = queries.secret_of(one)
        found.append(Listed(one, inviting.address(secret) if secret else ""))
    return found


# Making ---


@bp.get("/konto/einladungen")
def invitations() -> ResponseReturnValue:
    """Invite people into an organisation, and see which invitations are open."""
    return _page()


def _organisation_id() -> int | None:
    chosen = request.values.get("organisation", "")
    return int(chosen) if chosen.isdecimal() and len(chosen) < 10 else None


def inviter() -> tuple[User, int | None]:
    """Whoever may invite, and into which organisation; a contact has only their own."""
    who = viewer()
    if not isinstance(who, User):
        raise SignInRequired
    staff = bool(who.roles & {Role.EDITOR, Role.ADMINISTRATOR})
    chosen = _organisation_id() if staff else who.organisation_id
    if not staff and not INVITE.check(who, Belonging(who.organisation_id)):
        raise NotFound
    return who, chosen


def _page(errors: dict[str, str] | None = None, general: str = "") -> str | Response:
    who, chosen = inviter()
    is_staff = bool(who.roles & {Role.EDITOR, Role.ADMINISTRATOR})
    return page(
        "membership/invitations.html",
        fragment="einladungen",
        is_staff=is_staff,
        organisations=queries.organisations() if is_staff else [],
        chosen=queries.roster_head(chosen) if chosen else None,
        invitations=listed(chosen) if chosen else [],
        leads_to=local_path(
            request.values.get("leads_to", request.args.get("next", "")), default=""
        ),
        errors=errors or {},
        general=general,
        typed=request.form,
    )


def _made() -> ResponseReturnValue:
    _who, chosen = inviter()
    return see_other(url_for("membership.invitations", organisation=chosen))


@bp.post("/konto/einladungen/link")
def make_link() -> ResponseReturnValue:
    """Make a link for the people of an organisation."""
    _who, chosen = inviter()
    days, uses = request.form.get("days", "30"), request.form.get("uses", "50")
    if chosen is None:
        return _page({"organisation": _("Wählen Sie eine Organisation.")}), 422
    try:
        inviting.link(
            viewer(),
            chosen,
            days=int(days) if days.isdecimal() and len(days) < 5 else 0,
            max_uses=int(uses) if uses.isdecimal() and len(uses) < 5 else 0,
        )
    except Invalid as refused:
        return _page({"uses": str(refused.message)}), 422
    flash(_("Der Link ist da. Geben Sie ihn nur in Ihrer Organisation weiter."), "message")
    return _made()


@bp.post("/konto/einladungen/person")
def invite() -> ResponseReturnValue:
    """Invite one person by mail."""
    _who, chosen = inviter()
    if chosen is None:
        return _page({"organisation": _("Wählen Sie eine Organisation.")}), 422
    guest = inviting.Guest(
        email=request.form.get("email", ""),
        name=request.form.get("name", ""),
        is_speaker="is_speaker" in request.form,
        is_contact="is_contact" in request.form,
        organisation_id=chosen,
    )
    leads_to = local_path(request.form.get("leads_to", ""), default="/")
    try:
        inviting.invite(viewer(), guest, leads_to=leads_to)
    except Invalid as refused:
        return _page({"email": str(refused.message)}), 422
    flash(_("Die Einladung ist unterwegs."), "message")
    return _made()


@bp.post("/konto/einladungen/<int:invitation_id>/zurueckziehen")
def revoke(invitation_id: int) -> ResponseReturnValue:
    """Let an invitation no longer hold."""
    found = inviting.revoke(viewer(), invitation_id)
    flash(_("Die Einladung gilt nicht mehr."), "message")
    if found.kind is InvitationKind.PARTY:
        is_editor = viewer().party_id is None
        named = queries.party(found.party_id).slug if is_editor else None
        return see_other(url_for("membership.party", partei=named))
    return see_other(url_for("membership.invitations", organisation=found.organisation_id))


# Following ---


@bp.route("/einladung/<token>", methods=["GET", "POST"])
def invitation(token: str) -> ResponseReturnValue:
    """Say what an invitation is for; when its button is pressed, make the account, or join."""
    _guard()
    try:
        found = following.look(token)
        if request.method == "POST":
            return _follow(token, found)
        return _invitation_page(token, found, _empty(token, found))
    except following.Over as over:
        return _over(over)


def _guard() -> None:
    if request.method != "POST":
        return
    if not is_from_here(request):
        raise NotPermitted(_("Öffnen Sie den Link der Einladung und drücken Sie dort den Knopf."))
    if viewer().is_authenticated and current_app.config.get("WTF_CSRF_ENABLED", True):
        current_app.extensions["csrf"].protect()


def _over(over: following.Over) -> Response:
    response = error_page(over.status, over.title, over.message)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _empty(token: str, found: Invitation) -> forms.InvitedForm:
    answer = following.typed_with(token, found)
    if answer is not None:
        return forms.InvitedForm.again(answer)
    return forms.InvitedForm(name=found.name or "")


def _follow(token: str, found: Invitation) -> ResponseReturnValue:
    consent = accounts.consent_text()
    version = consent.number if consent else None
    if viewer().is_authenticated:
        who = viewer()
        is_apart = who.party_id is not None or who.is_staff  # refused whatever they agree to
        needs = who.consent_version is None and version is not None and not is_apart
        if needs and "consents" not in request.form:
            form = forms.InvitedForm(errors={"consents": forms.no_consent()})
            return _invitation_page(token, found, form), 422
        user, path = following.join(viewer(), token, version if needs else None)
        flash(
            _("Sie gehören jetzt zu Ihrer Organisation.")
            if user.member_since
            else _("Ihre Organisation wurde gebeten, Sie zu bestätigen."),
            "message",
        )
        return see_other(path)
    is_link = found.kind is InvitationKind.ORGANISATION
    answer = following.typed_with(token, found)
    if answer is None:
        form = forms.InvitedForm.of(request.form)
        if "preview" in request.form:
            return _invitation_page(token, found, form)
        is_whole = form.check(
            version, with_email=is_link, appears=found.kind is not InvitationKind.PARTY
        )
        if not is_whole:
            return _invitation_page(token, found, form), 422
        answer = form.answer()
    if is_link:
        following.answer_link(token, answer)
        return see_other(url_for("accounts.on_its_way", what="registrierung"))
    try:
        user, path = following.redeem(token, answer)
    except following.HasAccount:
        return redirect(url_for("membership.invitation", token=token), 303)
    security.let_in(user)
    flash(_("Ihr Konto ist angelegt, und Sie sind angemeldet."), "message")
    return redirect(path, 303)


def _invitation_page(token: str, found: Invitation, form: forms.InvitedForm) -> Response:
    consent = accounts.consent_text()
    is_typed = found.typed is not None
    has_account = (
        not viewer().is_authenticated
        and found.email is not None
        and accounts.user_by_email(found.email) is not None
    )
    response = make_response(
        page(
            "membership/invitation.html",
            fragment="einladung",
            token=token,
            invitation=found,
            into=_into(found),
            form=form,
            consent=consent,
            consent_body=Markup(consent.html if consent else ""),  # noqa: S704 - by kernel.html
            appearances=forms.appearances(form, found.organisation),
            is_typed=is_typed,
            has_account=has_account,
        )
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _into(found: Invitation) -> str:
    if found.organisation is not None:
        return found.organisation.name
    return str(queries.party(found.party_id).name)
