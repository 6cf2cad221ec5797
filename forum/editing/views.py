"""The desk of the Redaktion: rounds, what is waiting, publishing it, and its preview."""

from importlib import import_module
from typing import Any

from flask import Response, flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from htmx_flask import request

from forum.accounts.current import viewer
from forum.editing import actions, checklist, previewing, queries
from forum.editing.blueprint import bp
from forum.editing.handling import editors_only
from forum.editing.models import HOUSE
from forum.kernel import clock
from forum.kernel.web import page, see_other

bp.record_once(lambda state: _take_documents(state.app))
# The pages of each part of the desk hang themselves on the same blueprint.
for _part in ("text_views", "thesis_views", "forms_views", "round_views"):
    import_module(f"forum.editing.{_part}")


def _take_documents(app: Any) -> None:
    app.roomy |= {"editing.paste", "editing.text"}


@bp.get("/redaktion/")
def desk() -> ResponseReturnValue:
    """Show the current round's desk, and the ways to all other rounds."""
    editors_only()
    rounds = queries.rounds()
    if not rounds:
        return page("editing/empty.html", fragment="redaktion")
    return _round(rounds[0].slug, rounds)


@bp.get("/redaktion/<round_slug>/")
def round_(round_slug: str) -> ResponseReturnValue:
    """Show the desk of one round."""
    editors_only()
    if round_slug == HOUSE:
        return see_other(url_for("editing.pages", round_slug=HOUSE))
    return _round(round_slug, queries.rounds())


def _round(round_slug: str, rounds: list[queries.RoundHead]) -> ResponseReturnValue:
    head = queries.head(round_slug)
    return page(
        "editing/round.html",
        fragment="redaktion",
        head=head,
        rounds=rounds,
        plan=queries.plan(round_slug),
        checklist=checklist.of(head),
    )


@bp.route("/redaktion/<round_slug>/veroeffentlichen", methods=["GET", "POST"])
def publish(round_slug: str) -> ResponseReturnValue:
    """Show what is waiting, choose from it, and publish that in one step."""
    editors_only()
    head = queries.head(round_slug)
    if request.method == "GET":
        return _waiting(head, queries.plan(round_slug))
    names = [tuple(value.split(":", 1)) for value in request.form.getlist("item")]
    if not all(len(name) == 2 for name in names) or not names:
        return _waiting(
            head, queries.plan(round_slug), _("Wählen Sie mindestens einen Entwurf.")
        ), 422
    chosen = [(kind, key) for kind, key in names]
    try:
        done = actions.publish(viewer(), round_slug, chosen)
    except actions.Faulty as refusal:
        plan = queries.plan(round_slug)
        plan.faults = refusal.faults
        return _waiting(head, plan, _("Nichts wurde veröffentlicht."), chosen), 422
    except actions.Overtaken as refusal:
        return _waiting(head, queries.plan(round_slug), str(refusal.message), chosen), 409
    told = _("Veröffentlicht und ins öffentliche Protokoll eingetragen: %(n)s.", n=len(done.items))
    flash(told if done.items else _("Davon war nichts mehr zu veröffentlichen."), "message")
    return see_other(url_for("editing.round_", round_slug=round_slug))


def _waiting(
    head: queries.RoundHead,
    plan: queries.Plan,
    problem: str = "",
    chosen: list[tuple[str, str]] | None = None,
) -> str | Response:
    return page(
        "editing/publish.html",
        fragment="veroeffentlichen",
        head=head,
        plan=plan,
        problem=problem,
        chosen=chosen,
    )


@bp.post("/redaktion/<round_slug>/verwerfen")
def discard(round_slug: str) -> ResponseReturnValue:
    """Throw one draft away."""
    editors_only()
    kind, _colon, key = request.form.get("item", "").partition(":")
    actions.discard(
        viewer(), round_slug, kind, key, revision=request.form.get("revision", 0, type=int)
    )
    flash(_("Der Entwurf ist verworfen. Was veröffentlicht ist, bleibt."), "message")
    return see_other(url_for("editing.round_", round_slug=round_slug))


@bp.post("/redaktion/<round_slug>/vorschau")
def preview(round_slug: str) -> ResponseReturnValue:
    """Show a page as visitors would see it if all drafts were published."""
    editors_only()
    head = queries.head(round_slug)
    kind, _colon, key = request.form.get("item", "").partition(":")
    typed = request.form.get("moment", "").strip()
    try:
        moment = clock.parse_local(typed) if typed else None
    except ValueError:
        moment = None
    earliest = max(clock.now(), head.begins_at or clock.now())
    try:
        return previewing.as_visitor(round_slug, kind, key, moment or earliest)
    except actions.Faulty as refusal:
        plan = queries.plan(round_slug)
        plan.faults = refusal.faults
        return _waiting(head, plan, _("Eine Vorschau gibt es, sobald das geändert ist.")), 422
