"""Pages to register, and the page behind the link that confirms it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from forum.accounts import hashing, links, policy, queries, registering, security
from forum.accounts.blueprint import bp
from forum.accounts.current import viewer
from forum.accounts.links import Opened, Purpose
from forum.accounts.models import Appearance, Organisation
from forum.accounts.registration_form import RegistrationForm
from forum.kernel.errors import NotPermitted
from forum.kernel.policy import Decision
from forum.kernel.web import local_path, page, see_other

APPEARANCES = {
    Appearance.NAME_ORGANISATION: _l("Name und Organisation"),
    Appearance.NAME_BENCH: _l("Name und Bank"),
    Appearance.PSEUDONYM_BENCH: _l("Pseudonym und Bank"),
}


@bp.route("/registrieren", methods=["GET", "POST"])
def register() -> ResponseReturnValue:
    """Take what somebody needs for an account, and mail them the link that makes it."""
    if request.method == "POST":
        return _take()
    next_ = local_path(request.args.get("next", ""), default="")
    if viewer().is_authenticated:
        return redirect(next_ or "/", 303)
    form = RegistrationForm(next=next_)
    return page("accounts/register.html", fragment="register", **_context(form))


@bp.post("/registrieren/vorschau")
def preview() -> ResponseReturnValue:
    """Show how somebody would appear with what they have typed so far; stores nothing."""
    organisations = queries.organisations_to_choose()
    form = RegistrationForm.of(request.form, organisations)
    context = _context(form, organisations)
    return page("accounts/register.html", fragment="so_erscheinen#so-erscheinen", **context)


def _take() -> ResponseReturnValue:
    may, consent = _intake(), queries.consent_text()
    if not may or consent is None:
        raise NotPermitted(may.reason)
    organisations = queries.organisations_to_choose()
    form = RegistrationForm.of(request.form, organisations)
    if not form.check(consent.number):
        context = _context(form, organisations)
        return page("accounts/register.html", fragment="register", **context), 422
    registering.ask(
        registering.Application(
            email=form.email,
            name=form.name,
            organisation_id=form.chosen.id if form.chosen else None,
            organisation_wish=form.organisation_wish,
            appearance=Appearance(form.appearance),
            pseudonym=form.pseudonym,
            password_hash=hashing.made(form.password) if form.password else None,
            consent_version=form.consent_version,
        ),
        form.next,
    )
    return see_other(url_for("accounts.on_its_way", what="registrierung"))


def _intake() -> Decision:
    """Whether anybody can register now: the rule, and a text that they can agree to."""
    may = policy.intake()
    if may and queries.consent_text() is None:
        return Decision(False, _("Registrieren können Sie sich, sobald die Einwilligung vorliegt."))
    return may


def _context(
    form: RegistrationForm, organisations: Sequence[Organisation] | None = None
) -> dict[str, Any]:
    lines = registering.lines(form.name, form.pseudonym, form.chosen)
    consent = queries.consent_text()
    return {
        "form": form,
        "intake": _intake(),
        "consent": consent,
        "consent_body": Markup(consent.html if consent else ""),  # noqa: S704 - by kernel.html
        "organisations": organisations or queries.organisations_to_choose(),
        "appearances": [(kind.value, APPEARANCES[kind], line) for kind, line in lines],
    }


def _confirm(opened: Opened) -> ResponseReturnValue:
    user = registering.confirm(opened.token)
    security.let_in(user)
    flash(_("Ihr Konto ist angelegt, und Sie sind angemeldet."), "message")
    return redirect(opened.next or "/", 303)


def _register_again(next_path: str) -> str:
    return url_for("accounts.register", next=next_path or None)


links.declare(
    Purpose(
        name=registering.CONFIRM,
        lifetime=timedelta(days=7),
        title=_l("Registrierung bestätigen"),
        lead=_l("Drücken Sie den Knopf: Ihr Konto wird angelegt, und Sie sind angemeldet."),
        button=_l("Konto anlegen"),
        act=_confirm,
        renew=_register_again,
        renew_label=_l("Neu registrieren"),
        afterwards=registering.SIGN_IN,
    )
)
