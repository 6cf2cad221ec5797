"""Changing one's own password and address."""

from datetime import timedelta

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forum.accounts import addresses, entering, hashing, links, security
from forum.accounts.blueprint import bp
from forum.accounts.current import viewer
from forum.accounts.entering_views import password_mistake
from forum.accounts.links import Opened, Purpose
from forum.accounts.models import User
from forum.kernel import html
from forum.kernel.errors import Conflict, SignInRequired
from forum.kernel.letters import address_of
from forum.kernel.web import page, see_other


@bp.route("/konto/passwort", methods=["GET", "POST"])
def password() -> ResponseReturnValue:
    """Change one's password; all other sessions end, this one goes on."""
    user = _signed_in()
    errors: dict[str, str] = {}
    if request.method == "POST":
        new = request.form.get("new_password", "")
        if mistake := password_mistake(new):
            errors["new_password"] = mistake
        elif mistake := _not_theirs(user):
            errors["password"] = mistake
        else:
            remember = current_app.config["REMEMBER_COOKIE_NAME"] in request.cookies
            changed = entering.change_password(user.id, hashing.made(new))
            security.let_in(changed, remember=remember)
            flash(_("Ihr Passwort ist geändert. Alle anderen Sitzungen sind beendet."), "message")
            return see_other(url_for("accounts.password"))
    answer = page("accounts/password.html", fragment="passwort", user=user, errors=errors)
    return answer, 422 if errors else 200


@bp.route("/konto/adresse", methods=["GET", "POST"])
def address() -> ResponseReturnValue:
    """Ask for another address; it holds once it is confirmed by a link."""
    user = _signed_in()
    errors: dict[str, str] = {}
    typed = ""
    if request.method == "POST":
        typed = html.plain(request.form.get("email", ""))
        if not addresses.is_address(typed):
            errors["email"] = _(
                "Geben Sie die Adresse vollständig ein, zum Beispiel name@beispiel.de."
            )
        elif addresses.normal(typed) == addresses.normal(user.email):
            errors["email"] = _("Das ist die Adresse, die Ihr Konto schon hat.")
        elif mistake := _not_theirs(user):
            errors["password"] = mistake
        else:
            recovering = address_of(url_for("accounts.forgotten"))
            entering.ask_to_change_address(user.id, typed, recovering)
            return see_other(url_for("accounts.on_its_way", what="adresse"))
    answer = page(
        "accounts/address.html", fragment="adresse", user=user, errors=errors, typed=typed
    )
    return answer, 422 if errors else 200


@bp.get("/adresse-geaendert")
def address_changed() -> ResponseReturnValue:
    """Confirm that an account has its new address."""
    return page("accounts/address_changed.html", fragment="geaendert")


def _signed_in() -> User:
    user = viewer()
    if not isinstance(user, User):
        raise SignInRequired
    return user


def _not_theirs(user: User) -> str:
    """What is wrong with the present password; an account without one is asked for none."""
    if not user.password or hashing.matches(request.form.get("password", ""), user.password):
        return ""
    return str(_("Das ist nicht Ihr jetziges Passwort."))


def _change_address(opened: Opened) -> ResponseReturnValue:
    try:
        entering.change_address(opened.token)
    except Conflict as taken:
        raise links.Over(taken.message, entering.SIGN_IN) from taken
    return redirect(url_for("accounts.address_changed"), 303)


def _ask_again(_next: str) -> str:
    return url_for("accounts.address")


links.declare(
    Purpose(
        name=entering.ADDRESS,
        lifetime=timedelta(hours=24),
        title=_l("Neue Adresse bestätigen"),
        lead=_l("Drücken Sie den Knopf: Ab dann gehört diese Adresse zu Ihrem Konto."),
        button=_l("Adresse bestätigen"),
        act=_change_address,
        renew=_ask_again,
        renew_label=_l("Adresse neu eintragen"),
        afterwards=entering.SIGN_IN,
    )
)
