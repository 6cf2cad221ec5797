"""The pages under /konto."""

from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, flash, make_response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import logout_user

from forum.accounts import links
from forum.accounts import queries as people
from forum.accounts.bylines import byline
from forum.accounts.current import viewer
from forum.accounts.link_views import link_page
from forum.accounts.links import Opened, Purpose
from forum.accounts.models import Appearance, Role, User
from forum.amendments import dissents
from forum.amendments import traces as proposals
from forum.deliberation import fates
from forum.following.queries import switched_off
from forum.kernel.errors import Conflict, SignInRequired
from forum.kernel.web import page, see_other
from forum.profile import actions, passwords, queries
from forum.profile.forms import AppearanceForm, LeavingForm
from forum.profile.policy import ERASE, EXPORT, Asking, Leaving

bp = Blueprint("profile", __name__)

LEAVE = "leave"


def _me() -> User:
    user = viewer()
    if not isinstance(user, User):
        raise SignInRequired(_("Melden Sie sich an, um Ihr Konto zu sehen."))
    return user


@bp.get("/konto")
def account() -> ResponseReturnValue:
    """Show one's account: what others see, devices, consent, one's data."""
    return _account(AppearanceForm.standing(_me()))


def _account(form: AppearanceForm) -> str | Response:
    user = _me()
    texts = queries.consent_texts()
    export = queries.newest_export(user.id)
    asking = Asking(user.id, export.requested_at if export else None, datetime.now(UTC))
    return page(
        "profile/account.html",
        fragment="konto",
        user=user,
        form=form,
        bylines=_bylines(user, form),
        is_member=Role.MEMBER in user.roles,
        devices=people.sessions(user),
        newest=texts[0] if texts else None,
        agreed=next(iter(queries.consents(user.id)), None),
        written=queries.contribution_count(user.id),
        export=export,
        export_until=export.ready_at + queries.EXPORT_KEPT if export and export.ready_at else None,
        may_export=EXPORT.check(user, asking),
    )


def _bylines(user: User, form: AppearanceForm) -> list[tuple[str, str, str]]:
    """The ways to appear: value, what it is called, and the line as others will see it."""
    names = {
        Appearance.NAME_ORGANISATION: _("Name und Organisation"),
        Appearance.NAME_BENCH: _("Name und Bank"),
        Appearance.PSEUDONYM_BENCH: _("Pseudonym und Bank"),
    }
    shown = [
        (
            kind,
            byline(
                kind,
                name=form.name,
                pseudonym=form.pseudonym or _("Ihr Pseudonym"),
                organisation=user.organisation.name if user.organisation else None,
                bench=user.bench.name if user.bench else None,
            ),
        )
        for kind in Appearance
        if user.organisation or kind is not Appearance.NAME_ORGANISATION or kind == form.appearance
    ]
    return [(kind.value, names[kind], str(line)) for kind, line in shown]


@bp.post("/konto/auftritt")
def appear() -> ResponseReturnValue:
    """Change one's name, pseudonym and how one appears."""
    user = _me()
    form = AppearanceForm.of(request.form, user)
    if not form.errors:
        try:
            actions.appear(
                user.id,
                name=form.name,
                appearance=Appearance(form.appearance),
                pseudonym=form.pseudonym,
            )
        except actions.Refused as refusal:
            form.errors[refusal.field] = str(refusal.message)
    if form.errors:
        return make_response(_account(form), 422)
    flash(
        _("Gespeichert. So erscheinen Sie ab jetzt, auch neben Ihren früheren Beiträgen."),
        "message",
    )
    return see_other(url_for("profile.account"))


@bp.get("/konto/einwilligung")
def consent() -> ResponseReturnValue:
    """Show the text people agree to, and what one has agreed to when."""
    user = _me()
    return page(
        "profile/consent.html",
        fragment="einwilligung",
        user=user,
        texts=queries.consent_texts(),
        history=queries.consents(user.id),
        written=queries.contribution_count(user.id),
    )


@bp.post("/konto/einwilligung/geben")
def agree() -> ResponseReturnValue:
    """Agree to the text that was shown."""
    user = _me()
    version = request.form.get("version", type=int)
    if version is None:
        raise Conflict(_("Laden Sie die Seite neu, und lesen Sie den Text."))
    actions.agree(user.id, version)
    flash(_("Danke. Sie können schreiben und abstimmen."), "message")
    return see_other(url_for("profile.account"))


@bp.post("/konto/einwilligung/widerrufen")
def withdraw() -> ResponseReturnValue:
    """Take one's consent back, at once."""
    user = _me()
    actions.withdraw(user.id, erase=request.form.get("texts") == "delete")
    flash(_("Widerrufen. Schreiben und Abstimmen sind damit angehalten."), "message")
    return see_other(url_for("profile.consent"))


@bp.get("/konto/geraete")
def devices() -> ResponseReturnValue:
    """List where one is signed in."""
    user = _me()
    return page(
        "profile/devices.html",
        fragment="geraete",
        devices=people.sessions(user),
        current=user.session_key,
    )


@bp.post("/konto/geraete/<int:session_id>/abmelden")
def end_session(session_id: int) -> ResponseReturnValue:
    """Sign one device out."""
    actions.end_session(_me().id, session_id)
    flash(_("Dieses Gerät ist abgemeldet."), "message")
    return see_other(url_for("profile.devices"))


@bp.post("/konto/geraete/abmelden")
def end_all_sessions() -> ResponseReturnValue:
    """Sign out everywhere, here too."""
    user = _me()
    actions.end_all_sessions(user.id)
    logout_user()
    return see_other(url_for("security.login"))


@bp.get("/konto/beitraege")
def contributions() -> ResponseReturnValue:
    """List what one has written, with what became of it."""
    found = queries.contributions(_me().id, request.args.get("vor", type=int))
    off = switched_off(_me().id, [one.id for one in found.rows])
    return page("profile/contributions.html", fragment="beitraege", found=found, off=off)


@bp.get("/konto/spuren")
def traces() -> ResponseReturnValue:
    """Show what became of all that one proposed and wrote, with one's words in the text."""
    me = _me()
    before = request.args.get("vor", type=int)
    found = queries.contributions(me.id, before)
    return page(
        "profile/traces.html",
        fragment="spuren",
        found=found,
        fates=fates.fates([one.id for one in found.rows]),
        nothing_yet=fates.OPEN,
        first_page=before is None,
        proposals=proposals.of_author(me.id) if before is None else [],
        dissents=dissents.written_by(me.id) if before is None else [],
    )


@bp.post("/konto/auskunft")
def ask_for_export() -> ResponseReturnValue:
    """Ask for a copy of all we hold about oneself."""
    actions.ask_for_export(_me().id)
    flash(
        _("Wir stellen die Datei zusammen und schreiben Ihnen, sobald sie fertig ist."), "message"
    )
    return see_other(url_for("profile.account"), focus="daten")


@bp.get("/konto/auskunft/<int:export_id>")
def download(export_id: int) -> ResponseReturnValue:
    """Hand a finished copy to its owner."""
    response = make_response(queries.export_content(_me().id, export_id))
    response.mimetype = "application/zip"
    response.headers["Content-Disposition"] = 'attachment; filename="auskunft.zip"'
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.route("/konto/loeschen", methods=["GET", "POST"])
def leave() -> ResponseReturnValue:
    """Erase one's account, after one's password."""
    user = _me()
    if request.method == "GET":
        return _leaving(LeavingForm(), user)
    form = LeavingForm.of(request.form)
    if not passwords.is_right(user, form.password):
        form.errors["password"] = _("Dieses Passwort stimmt nicht.")
    if form.errors:
        return make_response(_leaving(form, user), 422)
    return _erase(user.id, texts=form.deletes)


def _leaving(form: LeavingForm, user: User) -> str | Response:
    last = queries.last_of(user)
    return page(
        "profile/leave.html",
        fragment="loeschen",
        user=user,
        form=form,
        last=last,
        may=ERASE.check(user, Leaving(user.id, last.administrator)),
        written=queries.contribution_count(user.id),
    )


@bp.post("/konto/loeschen/link")
def mail_leaving() -> ResponseReturnValue:
    """Mail the link behind which one erases one's account, to those who use no password."""
    user = _me()
    ERASE.require(user, Leaving(user.id, queries.last_of(user).administrator))
    actions.send_leaving(user.id)
    flash(_("Der Link ist unterwegs. Er gilt eine Stunde."), "message")
    return see_other(url_for("profile.leave"))


def _erase(user_id: int, *, texts: bool) -> ResponseReturnValue:
    actions.erase(user_id, texts=texts)
    if viewer().id == user_id:
        logout_user()
    return see_other(url_for("profile.gone"))


@bp.get("/konto/geloescht")
def gone() -> ResponseReturnValue:
    """Say that an account is erased, and what that means."""
    return page("profile/gone.html", fragment="geloescht")


def _leave_by_link(opened: Opened) -> ResponseReturnValue:
    form = LeavingForm.of(request.form)
    if form.errors:
        return link_page(opened, status=422, errors=form.errors)
    links.redeem(opened.token, LEAVE)
    if opened.user_id is None:
        raise links.Unknown
    return _erase(opened.user_id, texts=form.deletes)


links.declare(
    Purpose(
        name=LEAVE,
        lifetime=timedelta(hours=1),
        title=_l("Konto löschen"),
        lead=_l("Wählen Sie, was mit Ihren Texten geschieht. Danach ist Ihr Konto gelöscht."),
        button=_l("Konto endgültig löschen"),
        act=_leave_by_link,
        renew=lambda _next: url_for("profile.leave"),
        renew_label=_l("Neuen Link anfordern"),
        template="profile/leave_by_link.html",
    )
)
