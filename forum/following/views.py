"""The pages of following: a thing, one's news, which mails one wants, and how they end."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from htmx_flask import request

from forum.accounts import links
from forum.accounts.current import viewer
from forum.accounts.links import Opened, Purpose
from forum.accounts.models import Role, User
from forum.following import actions, letters, queries
from forum.following.forms import PACES, MailForm, SettingsForm, pace_words, topic_words
from forum.following.items import items
from forum.following.models import Pace
from forum.following.policy import FOLLOW
from forum.following.retention import UNCONFIRMED
from forum.following.targets import Place, Target
from forum.kernel import mail
from forum.kernel.errors import ForumError, NotFound, NotPermitted, SignInRequired
from forum.kernel.web import MAX_KEY, is_from_here, local_path, page, see_other, whole
from forum.moderation import visitors

bp = Blueprint("following", __name__)

BY_MAIL = "follow"


@bp.record_once
def _without_a_session(state: BlueprintSetupState) -> None:
    """Visitors carry no token: their form is guarded in `_by_mail`.

    Whoever has the secret of a mail ends these mails, from wherever their mail program asks for it
    (RFC 8058).
    """
    csrf = state.app.extensions["csrf"]
    for view in (subject_by_mail, party_by_mail, stop):
        csrf.exempt(view)


bp.add_app_template_global(pace_words, "pace_words")
bp.add_app_template_global(topic_words, "topic_words")


@bp.app_template_global()
def follow_state(subject_id: int | None = None, party_id: int | None = None) -> dict[str, Any]:
    """What a button to follow has to know; one statement, and none for visitors."""
    person = viewer()
    return {
        "is_signed_in": person.is_authenticated,
        "follows": queries.is_following(person.id, Target(subject_id, party_id)),
        "may": FOLLOW.check(person),
    }


_ID = f"<int(min=1, max={MAX_KEY}):subject_id>"


# A thing ---


@bp.get(f"/folgen/{_ID}")
def subject(subject_id: int) -> ResponseReturnValue:
    """Follow a recommendation, an Abschnitt, or answers to one's own contribution."""
    return _page(queries.place(subject_id, viewer().id))


@bp.get("/folgen/partei/<slug>")
def party(slug: str) -> ResponseReturnValue:
    """Follow a party."""
    return _page(queries.party_place(slug))


def _page(place: Place, form: MailForm | None = None, objection: str = "") -> str | Response:
    person = viewer()
    if place.is_own and person.id is not None and place.target.subject_id is not None:
        follows = queries.follows_own(person.id, place.target.subject_id)
    else:
        follows = queries.is_following(person.id, place.target)
    return page(
        "following/place.html",
        fragment=f"folgen#{place.target.anchor}",
        place=place,
        follows=follows,
        may=FOLLOW.check(person),
        form=form or MailForm(),
        objection=objection,
        stamp=visitors.renewed(request.form.get("stamp", ""), place.target.number),
        paces=[(value, words) for value, words in pace_words() if value in PACES],
    )


@bp.post(f"/folgen/{_ID}")
def follow_subject(subject_id: int) -> ResponseReturnValue:
    """Follow it, or be told of answers again."""
    return _follow(queries.place(subject_id, viewer().id))


@bp.post("/folgen/partei/<slug>")
def follow_party(slug: str) -> ResponseReturnValue:
    """Follow this party."""
    return _follow(queries.party_place(slug))


@bp.post(f"/folgen/{_ID}/nicht-mehr")
def unfollow_subject(subject_id: int) -> ResponseReturnValue:
    """Follow it no longer."""
    return _unfollow(queries.place(subject_id, viewer().id))


@bp.post("/folgen/partei/<slug>/nicht-mehr")
def unfollow_party(slug: str) -> ResponseReturnValue:
    """Follow this party no longer."""
    return _unfollow(queries.party_place(slug))


def _follow(place: Place) -> ResponseReturnValue:
    actions.follow(_me(), place.target)
    flash(
        _("Sie erfahren wieder von Antworten.")
        if place.is_own
        else _("Sie folgen jetzt: %(label)s.", label=place.label),
        "message",
    )
    return _back(place)


def _unfollow(place: Place) -> ResponseReturnValue:
    actions.unfollow(_me(), place.target)
    flash(
        _("Sie erfahren nicht mehr von Antworten.")
        if place.is_own
        else _("Sie folgen nicht mehr: %(label)s.", label=place.label),
        "message",
    )
    return _back(place)


def _back(place: Place) -> ResponseReturnValue:
    return see_other(local_path(request.form.get("back", ""), place.path), smallest=place.path)


def _me() -> User:
    person = viewer()
    if not isinstance(person, User):
        raise SignInRequired(_("Melden Sie sich an, oder folgen Sie per E-Mail."))
    return person


# By mail, without an account ---


@bp.post(f"/folgen/{_ID}/per-mail")
def subject_by_mail(subject_id: int) -> ResponseReturnValue:
    """Mail a link that confirms that an address follows."""
    _only_from_here()
    return _by_mail(queries.place(subject_id, None))


@bp.post("/folgen/partei/<slug>/per-mail")
def party_by_mail(slug: str) -> ResponseReturnValue:
    """Mail a link that confirms that an address follows this party."""
    _only_from_here()
    return _by_mail(queries.party_place(slug))


def _only_from_here() -> None:
    if not is_from_here(request):
        raise NotPermitted(_("Senden Sie das Formular von unserer eigenen Seite aus."))


def _by_mail(place: Place) -> ResponseReturnValue:
    """The same for every address: nobody looks whether it follows already, or has an account."""
    form = MailForm.of(request.form)
    objection = visitors.objection(
        request.form.get("stamp", ""), place.target.number, request.form.get("website", "")
    )
    if form.errors or objection:
        return make_response(_page(place, form, objection), 422)
    days = UNCONFIRMED.value()
    link = links.make(
        BY_MAIL,
        payload={
            "address": form.email,
            "pace": form.pace,
            "subject": place.target.subject_id,
            "party": place.target.party_id,
            "label": place.label,
        },
        next_path=place.url,
        lifetime=timedelta(days=days),
    )
    mail.post(form.email, *letters.confirm(place.label, link, days=days), keep=False)
    return see_other(url_for("following.on_its_way"))


@bp.get("/folgen/unterwegs")
def on_its_way() -> ResponseReturnValue:
    """Say that a mail is under way, whatever the address."""
    return page("following/on_its_way.html", fragment="unterwegs")


@bp.get("/folgen/bestaetigt")
def confirmed() -> ResponseReturnValue:
    """Say that an address follows from now on."""
    return page("following/confirmed.html", fragment="bestaetigt")


def _confirm(opened: Opened) -> ResponseReturnValue:
    payload = links.redeem(opened.token, BY_MAIL).payload
    target = Target(payload["subject"], payload["party"])
    if queries.place_of(target) is None:
        raise NotFound
    actions.confirm(payload["address"], Pace(payload["pace"]), target)
    return redirect(url_for("following.confirmed"), 303)


links.declare(
    Purpose(
        name=BY_MAIL,
        lifetime=timedelta(days=UNCONFIRMED.default),
        title=_l("Per E-Mail folgen"),
        lead=_l("Drücken Sie den Knopf: Dann bekommen Sie E-Mails, und jede lässt sich abstellen."),
        button=_l("Ja, ich möchte folgen"),
        act=_confirm,
        renew=lambda next_: next_ or "/",
        renew_label=_l("Noch einmal folgen"),
        template="following/link.html",
        context=lambda opened: {"label": opened.payload["label"]},
    )
)


@bp.route("/abbestellen/<secret>", methods=["GET", "POST"])
def stop(secret: str) -> ResponseReturnValue:
    """End the mails that carry this secret. The page is the same for every secret there could be.

    A POST is answered at once, without a redirect: mail programs send it themselves (RFC 8058).
    """
    is_done = request.method == "POST"
    if is_done:
        actions.stop_mails(secret)
    response = make_response(page("following/stop.html", fragment="abbestellen", is_done=is_done))
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


# One's own news ---


@bp.get("/konto/neuigkeiten")
def news() -> ResponseReturnValue:
    """List what has happened where somebody follows."""
    person = _me()
    found = queries.notices(person.id, whole(request.args.get("vor")))
    listed = items(found.rows)
    off = queries.switched_off(person.id, [one.own_id for one in listed if one.own_id])
    return page(
        "following/news.html",
        fragment="neuigkeiten",
        listed=listed,
        older=found.older,
        off=off,
        newest=listed[0].notice_id if listed else 0,
        unread=person.unread_news,
        may_answer=Role.MEMBER in person.roles,
        first_of={one.own_id: one.notice_id for one in reversed(listed) if one.own_id},
    )


@bp.post("/konto/neuigkeiten/gelesen")
def mark_read() -> ResponseReturnValue:
    """Note that one has seen all up to the newest shown, or only one."""
    up_to = whole(request.form.get("bis"))
    only = whole(request.form.get("nur"))
    if up_to is None and only is None:
        raise ForumError(_("Laden Sie die Seite neu und versuchen Sie es noch einmal."))
    actions.mark_read(_me(), only or up_to or 0, only=only is not None)
    back = local_path(request.form.get("back", ""), url_for("following.news"))
    return see_other(back, smallest=back)


@bp.get("/konto/folgen")
def followed() -> ResponseReturnValue:
    """List what somebody follows, each with its button."""
    return page("following/followed.html", fragment="gefolgt", places=queries.followed(_me().id))


@bp.post("/konto/benachrichtigungen")
def choose() -> ResponseReturnValue:
    """Choose which mails come, and how often."""
    person = _me()
    form = SettingsForm.of(request.form)
    if form is None:
        raise ForumError(_("Wählen Sie, wie oft wir schreiben sollen."))
    actions.choose(person, pace=form.pace, follows_own=form.follows_own, mails=form.mails)
    flash(_("Gespeichert. So schreiben wir Ihnen ab jetzt."), "message")
    return see_other(url_for("profile.account"), focus="mails")


@bp.app_template_global()
def mail_settings() -> Any:
    """Which mails the viewer wants, for their account's page."""
    return queries.settings(_me().id)
