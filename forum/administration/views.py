"""The administration's desk under `/verwaltung`."""

from typing import Any

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.current import viewer
from forum.accounts.models import STAFF, Role
from forum.administration import actions, policy, queries, words
from forum.kernel import settings
from forum.kernel.errors import Conflict, ForumError, NotFound
from forum.kernel.policy import Rule
from forum.kernel.settings import Setting
from forum.kernel.web import page, see_other
from forum.membership.actions import Invalid as Refused

bp = Blueprint("administration", __name__, url_prefix="/verwaltung")

_ID = "<int:user_id>"


@bp.get("/")
def desk() -> ResponseReturnValue:
    """What waits for the administration."""
    _only(policy.READ)
    return page(
        "administration/desk.html",
        fragment="verwaltung",
        requests=queries.open_requests(),
        waiting=queries.waiting_without_organisation(),
        organisations=[o for o in queries.organisations() if o.waiting and not o.contacts],
        role_word=words.role_word,
    )


@bp.get("/personen")
def people() -> ResponseReturnValue:
    """Find people by name, number or whole address."""
    _only(policy.READ)
    asked, state = request.args.get("wort", "")[:200], request.args.get("stand", "")
    organisation = queries.organisation(request.args.get("organisation", ""))
    return page(
        "administration/people.html",
        fragment="personen",
        people=queries.people(
            words=asked,
            state=state,
            organisation_id=organisation.id if organisation else None,
            before=request.args.get("vor", type=int),
        ),
        organisation=organisation,
        words=asked,
        state=state if state in queries.STATES else "",
        role_word=words.role_word,
    )


@bp.get(f"/personen/{_ID}")
def person(user_id: int) -> ResponseReturnValue:
    """One account: what it may do, and what can be done with it."""
    _only(policy.READ)
    return _person(user_id)


def _person(user_id: int, **more: Any) -> Any:
    found = queries.one(user_id)
    context = {
        "person": found,
        "party": queries.party_name(found.party_id) if found.party_id else "",
        "may": {
            "lock": policy.LOCK.check(viewer(), queries.as_person(found)),
            "address": policy.SHOW_ADDRESS.check(viewer(), queries.as_person(found)),
            "sessions": policy.END_SESSIONS.check(viewer(), queries.as_person(found)),
        },
        "offered": _offered(found),
        "held": [role for role in sorted(found.roles & STAFF) if _may_revoke(found, role)],
        "requests": queries.open_requests(user_id),
        "log": queries.log(about_user_id=user_id),
        "is_sole": queries.other_administrators(viewer().id or 0) == 0,
        "role_word": words.role_word,
        "act_word": words.act_word,
        "failed": "",
        "sentence": "",
        "typed": {},
        "address": "",
    }
    return page("administration/person.html", fragment="person", **(context | more))


def _offered(found: Any) -> list[Role]:
    return [
        role
        for role in (Role.MODERATOR, Role.EDITOR, Role.ADMINISTRATOR)
        if policy.REQUEST_ROLE.check(viewer(), queries.as_person(found, role))
    ]


def _may_revoke(found: Any, role: Role) -> bool:
    return bool(policy.REVOKE_ROLE.check(viewer(), queries.as_person(found, role)))


def _failed(user_id: int, act: str, problem: ForumError) -> ResponseReturnValue:
    """The page again with the sentence at its form, and what was typed."""
    shown = _person(
        user_id, failed=act, sentence=str(problem.message), typed=request.form.to_dict()
    )
    return shown, problem.status


@bp.post(f"/personen/{_ID}/adresse")
def show_address(user_id: int) -> ResponseReturnValue:
    """Show an e-mail address for a reason; it stands on this one answer and nowhere else."""
    _only(policy.READ)
    try:
        address = actions.show_address(viewer(), user_id, request.form.get("reason", ""))
    except actions.Invalid as problem:
        return _failed(user_id, "address", problem)
    return _person(user_id, address=address)


@bp.post(f"/personen/{_ID}/sperren")
def lock(user_id: int) -> ResponseReturnValue:
    """Let somebody no longer sign in."""
    _only(policy.READ)
    try:
        actions.lock(viewer(), user_id, request.form.get("reason", ""))
    except (actions.Invalid, Conflict) as problem:
        return _failed(user_id, "lock", problem)
    return _done(user_id, _("Das Konto ist gesperrt; die Person bekommt den Grund per E-Mail."))


@bp.post(f"/personen/{_ID}/oeffnen")
def unlock(user_id: int) -> ResponseReturnValue:
    """Let somebody sign in again."""
    _only(policy.READ)
    try:
        actions.unlock(viewer(), user_id, request.form.get("reason", ""))
    except (actions.Invalid, Conflict) as problem:
        return _failed(user_id, "lock", problem)
    return _done(user_id, _("Das Konto ist wieder offen."))


@bp.post(f"/personen/{_ID}/abmelden")
def end_sessions(user_id: int) -> ResponseReturnValue:
    """Sign somebody out everywhere."""
    _only(policy.READ)
    try:
        actions.end_sessions(viewer(), user_id, request.form.get("reason", ""))
    except actions.Invalid as problem:
        return _failed(user_id, "sessions", problem)
    return _done(user_id, _("Die Person ist überall abgemeldet."))


@bp.post(f"/personen/{_ID}/mitgliedschaft")
def membership(user_id: int) -> ResponseReturnValue:
    """Confirm, refuse, remove or name a member, as the contact of an organisation does."""
    _only(policy.READ)
    act = request.form.get("act", "")
    try:
        sentence = actions.change_membership(viewer(), user_id, act, request.form.get("reason", ""))
    except (actions.Invalid, Refused, Conflict) as problem:
        return _failed(user_id, act, problem)
    return _done(user_id, sentence)


@bp.post(f"/personen/{_ID}/rollen")
def request_role(user_id: int) -> ResponseReturnValue:
    """Ask for a staff role on behalf of somebody."""
    _only(policy.READ)
    try:
        granted = actions.request_role(
            viewer(), user_id, _role("role"), request.form.get("reason", "")
        )
    except (actions.Invalid, Conflict) as problem:
        return _failed(user_id, "role", problem)
    if granted:
        return _done(user_id, _("Die Rolle ist vergeben und im Protokoll vermerkt."))
    return _done(user_id, _("Beantragt. Die Rolle gilt, sobald eine zweite Person zustimmt."))


@bp.post(f"/personen/{_ID}/rollen/entziehen")
def revoke_role(user_id: int) -> ResponseReturnValue:
    """Take a staff role away."""
    _only(policy.READ)
    try:
        actions.revoke_role(viewer(), user_id, _role("role"), request.form.get("reason", ""))
    except (actions.Invalid, Conflict) as problem:
        return _failed(user_id, "revoke", problem)
    return _done(user_id, _("Die Rolle ist entzogen; die Person ist überall abgemeldet."))


def _role(name: str) -> Role:
    typed = request.form.get(name, "")
    if typed not in {role.value for role in STAFF}:
        raise actions.Invalid(_("Wählen Sie eine Rolle."))
    return Role(typed)


def _done(user_id: int, sentence: str) -> ResponseReturnValue:
    flash(sentence, "message")
    return see_other(url_for("administration.person", user_id=user_id))


@bp.get("/rollen")
def roles() -> ResponseReturnValue:
    """Roles that wait for a second person of the staff."""
    if not viewer().is_staff:
        raise NotFound
    waiting = queries.open_requests()
    return page(
        "administration/roles.html",
        fragment="rollen",
        waiting=[
            (one, policy.DECIDE_ROLE.check(viewer(), queries.as_asked(one))) for one in waiting
        ],
        role_word=words.role_word,
    )


@bp.post("/rollen/<int:request_id>")
def decide_role(request_id: int) -> ResponseReturnValue:
    """Agree to a role, or refuse it."""
    if not viewer().is_staff:
        raise NotFound
    answer = request.form.get("answer")
    if answer not in {"grant", "refuse"}:
        raise actions.Invalid(_("Wählen Sie „Zustimmen“ oder „Ablehnen“."))
    actions.decide_role(viewer(), request_id, answer == "grant")
    flash(_("Zugestimmt; die Rolle gilt.") if answer == "grant" else _("Abgelehnt."), "message")
    return see_other(url_for("administration.roles"))


@bp.get("/organisationen")
def organisations() -> ResponseReturnValue:
    """Organisations with their people in numbers."""
    _only(policy.READ)
    return page(
        "administration/organisations.html",
        fragment="organisationen",
        organisations=queries.organisations(),
    )


@bp.get("/protokoll")
def log() -> ResponseReturnValue:
    """What staff did, the latest first."""
    _only(policy.READ)
    kind = request.args.get("art", "")
    return page(
        "administration/log.html",
        fragment="protokoll",
        log=queries.log(kind=kind, before=request.args.get("vor", type=int)),
        kinds=queries.kinds(),
        kind=kind,
        act_word=words.act_word,
        area_word=words.area_word,
        role_word=words.role_word,
    )


@bp.route("/einstellungen", methods=["GET", "POST"])
def house_settings() -> ResponseReturnValue:
    """What the house decides on, with its history."""
    _only(policy.READ)
    if request.method == "GET":
        return _settings()
    key = request.form.get("key", "")
    try:
        actions.change_setting(
            viewer(), key, request.form.get("value", ""), request.form.get("reason", "")
        )
    except (actions.Invalid, Conflict) as problem:
        return _settings(
            failed=key, sentence=str(problem.message), typed=request.form.to_dict()
        ), problem.status
    flash(_("Die Einstellung gilt ab jetzt."), "message")
    return see_other(url_for("administration.house_settings"), focus=f"einstellung-{key}")


def _settings(**more: Any) -> Any:
    context: dict[str, Any] = {"failed": "", "sentence": "", "typed": {}}
    return page(
        "administration/settings.html",
        fragment="einstellungen",
        settings=[
            (setting, setting.value(), settings.history(key))
            for key, setting in sorted(Setting.all.items())
        ],
        **(context | more),
    )


def _only(rule: Rule) -> None:
    """Others are not told that there is such a page."""
    if not rule.check(viewer()):
        raise NotFound
