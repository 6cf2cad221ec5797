"""Signing in by a link, a forgotten password, and withdrawing a consent from a mail."""

from datetime import timedelta

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forum.accounts import actions, entering, hashing, links, security
from forum.accounts.blueprint import bp
from forum.accounts.forms import SignIn
from forum.accounts.link_views import link_page
from forum.accounts.links import Opened, Purpose
from forum.kernel.letters import address_of
from forum.kernel.web import page, see_other

PLACES = {
    "link": (
        _l("Sehen Sie in Ihr Postfach"),
        _l(
            "Wenn es zu dieser Adresse ein Konto gibt, ist ein Anmeldelink unterwegs. Er gilt "
            "15 Minuten und einmal, auch auf einem anderen Gerät."
        ),
    ),
    "passwort": (
        _l("Sehen Sie in Ihr Postfach"),
        _l(
            "Wenn es zu dieser Adresse ein Konto gibt, ist ein Link unterwegs, mit dem Sie ein "
            "neues Passwort setzen. Er gilt eine Stunde und einmal."
        ),
    ),
    "adresse": (
        _l("Sehen Sie in das Postfach der neuen Adresse"),
        _l(
            "Wir haben einen Link dorthin geschickt. Wenn Sie ihn bestätigen, gilt die neue "
            "Adresse; bis dahin gilt die bisherige. Er gilt 24 Stunden und einmal."
        ),
    ),
    "registrierung": (
        _l("Fast geschafft: Sehen Sie in Ihr Postfach"),
        _l(
            "Wir haben Ihnen einen Link geschickt. Erst wenn Sie ihn öffnen und dort bestätigen, "
            "wird Ihr Konto angelegt. Er gilt sieben Tage."
        ),
    ),
}


@bp.app_template_global()
def mails_lie_in_a_folder() -> bool:
    """Whether this is a demo that sends no mail."""
    config = current_app.config["FORUM"]
    return not config.is_production and not config.SMTP_URL


@bp.post("/anmelden/link")
def send_link() -> ResponseReturnValue:
    """Mail a link to sign in, whoever asks."""
    form = SignIn()
    if not form.validate_address():
        return security.sign_in_page(form), 422
    email, next_ = form.email.data or "", form.next.data or ""
    entering.ask_to_sign_in(email, next_, _registering(next_))
    return see_other(url_for("accounts.on_its_way", what="link"))


@bp.route("/passwort-vergessen", methods=["GET", "POST"])
def forgotten() -> ResponseReturnValue:
    """Mail a link to set a new password, whoever asks."""
    form = SignIn()
    if request.method == "GET" or not form.validate_address():
        html = page("accounts/forgotten.html", fragment="vergessen", form=form)
        return html, 200 if request.method == "GET" else 422
    email, next_ = form.email.data or "", form.next.data or ""
    entering.ask_to_reset(email, next_, _registering(next_))
    return see_other(url_for("accounts.on_its_way", what="passwort"))


def _registering(next_path: str) -> str:
    return address_of(url_for("accounts.register", next=next_path or None))


@bp.get("/unterwegs/<any(link, passwort, registrierung, adresse):what>")
def on_its_way(what: str) -> ResponseReturnValue:
    """Say that a mail is on its way; the same for everybody."""
    title, sentence = PLACES[what]
    return page("accounts/on_its_way.html", fragment="unterwegs", title=title, sentence=sentence)


def _sign_in(opened: Opened) -> ResponseReturnValue:
    user = entering.arrive(opened.token)
    security.let_in(user, remember="remember" in request.form)
    return redirect(opened.next or "/", 303)


def _reset(opened: Opened) -> ResponseReturnValue:
    password = request.form.get("password", "")
    if mistake := password_mistake(password):
        return link_page(opened, status=422, errors={"password": mistake})
    security.let_in(entering.reset(opened.token, hashing.made(password)))
    flash(_("Ihr neues Passwort gilt. Alle anderen Sitzungen sind beendet."), "message")
    return redirect(opened.next or "/", 303)


def password_mistake(password: str) -> str:
    """What is wrong with a new password, or nothing."""
    if len(password) < hashing.MIN_LENGTH:
        return str(_("Verwenden Sie mindestens zwölf Zeichen für das Passwort."))
    if len(password) > hashing.MAX_LENGTH:
        return str(_("So lang ist kein Passwort."))
    return ""


def _withdraw(opened: Opened) -> ResponseReturnValue:
    links.redeem(opened.token, entering.WITHDRAW)
    if opened.user_id is not None:
        actions.withdraw_consent(opened.user_id)
    return see_other(url_for("accounts.consent_withdrawn"))


@bp.get("/einwilligung/widerrufen")
def consent_withdrawn() -> ResponseReturnValue:
    """Confirm that a consent was withdrawn by a link from a mail."""
    return page("accounts/withdrawn.html", fragment="widerrufen")


def _reset_again(next_path: str) -> str:
    return url_for("accounts.forgotten", next=next_path or None)


def _sign_in_again(next_path: str) -> str:
    return url_for("security.login", next=next_path or None)


links.declare(
    Purpose(
        name=entering.SIGN_IN,
        lifetime=timedelta(minutes=15),
        title=_l("Anmelden"),
        lead=_l("Drücken Sie den Knopf, und Sie sind angemeldet."),
        button=_l("Jetzt anmelden"),
        act=_sign_in,
        renew=_sign_in_again,
        renew_label=_l("Neuen Anmeldelink anfordern"),
        template="accounts/link_sign_in.html",
    )
)
links.declare(
    Purpose(
        name=entering.RESET,
        lifetime=timedelta(hours=1),
        title=_l("Neues Passwort setzen"),
        lead=_l("Danach sind Sie angemeldet, und alle anderen Sitzungen sind beendet."),
        button=_l("Passwort setzen"),
        act=_reset,
        renew=_reset_again,
        renew_label=_l("Neuen Link anfordern"),
        template="accounts/link_reset.html",
    )
)
links.declare(
    Purpose(
        name=entering.WITHDRAW,
        lifetime=timedelta(days=3650),
        title=_l("Einwilligung widerrufen"),
        lead=_l(
            "Danach können Sie nichts mehr schreiben und nicht mehr abstimmen, bis Sie neu "
            "einwilligen. Was Sie bis dahin geschrieben haben, steht dann unter einem Pseudonym; "
            "löschen können Sie es in Ihrem Konto."
        ),
        button=_l("Einwilligung widerrufen"),
        act=_withdraw,
        renew=_sign_in_again,
        renew_label=_l("Anmelden und im Konto nachsehen"),
    )
)
