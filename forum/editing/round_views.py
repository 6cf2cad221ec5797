"""A round as a whole: beginning it, its dates, opening it; and the name of the installation."""

import re
from typing import Any

from flask import Response, flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from htmx_flask import request

from forum.accounts.current import viewer
from forum.content.copying import NewRound
from forum.content.fields import SLUG
from forum.editing import actions, checklist, queries, rounds, shifting, windows
from forum.editing.blueprint import bp
from forum.editing.handling import Form, differences, editors_only, save_draft
from forum.editing.kinds import slugged
from forum.editing.models import HOUSE
from forum.kernel import clock, identity
from forum.kernel.errors import Conflict, NotFound
from forum.kernel.web import page, see_other
from forum.recommendations.models import Act

bp.add_app_template_filter(windows.in_words, "moment_in_words")
bp.add_app_template_filter(windows.end_in_words, "end_in_words")


@bp.route("/redaktion/neu", methods=["GET", "POST"])
def new_round() -> ResponseReturnValue:
    """Begin a round: from the last one, or empty."""
    editors_only()
    known = [one for one in queries.rounds() if one.is_published]
    form = Form(request.form)
    if request.method == "GET":
        return _new_page(form, known)
    title, short = form.line("title"), form.line("short_title")
    slug = form.line("slug") or slugged(title)
    election = form.line("election")
    day = windows.moment_of(election) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", election) else None
    if not title:
        form.errors["title"] = _("Das fehlt noch.")
    if not SLUG.match(slug) or slug in {HOUSE, "neu", "name"}:
        form.errors["slug"] = _("Nehmen Sie nur kleine Buchstaben, Ziffern und Bindestriche.")
    if day is None:
        form.errors["election"] = _("Schreiben Sie den Tag so: 2017-09-24.")
    copy = form.values.get("copy", "")
    if copy and copy not in {one.slug for one in known}:
        form.errors["copy"] = _("Wählen Sie eine Konsultation.")
    if form.errors or day is None:
        return _new_page(form, known), 422
    new = NewRound(slug, title, short or title, day.astimezone(clock.BERLIN).date())
    try:
        rounds.begin(viewer(), new, copy=copy or None, texts=bool(form.values.get("texts", "")))
    except Conflict as refusal:
        form.errors["slug"] = str(refusal.message)
        return _new_page(form, known), 409
    flash(
        _("Angelegt, als Entwurf. Öffentlich wird die Konsultation, wenn Sie sie eröffnen."),
        "message",
    )
    return see_other(url_for("editing.round_", round_slug=slug))


def _new_page(form: Form, known: list[queries.RoundHead]) -> str | Response:
    return page("editing/new_round.html", fragment="anlegen", form=form, rounds=known)


@bp.route("/redaktion/<round_slug>/konsultation", methods=["GET", "POST"])
def consultation(round_slug: str) -> ResponseReturnValue:
    """Change what a round is called, its dates and phases, and the rules for parties."""
    editors_only()
    if round_slug == HOUSE:
        raise NotFound
    head = queries.head(round_slug)
    sheet = queries.sheet(round_slug, "consultation", round_slug)
    form = Form(request.form)
    if request.method == "GET":
        return _round_page(head, sheet, form, sheet.fields)
    fields = _typed(form, sheet.fields)
    reason = form.text("reason", longest=1000)
    form.errors |= windows.faults(fields)
    if shifting.published(round_slug) and not reason and _moved(sheet, fields):
        form.errors["reason"] = _(
            "Sie verschieben einen Termin, der öffentlich ist. Nennen Sie den Grund."
        )

    def show(form: Form, theirs: queries.Sheet | None) -> str | Response:
        return _round_page(head, sheet, form, fields, theirs, reason)

    return save_draft(
        round_slug,
        "consultation",
        round_slug,
        form,
        fields,
        show=show,
        leads_to=url_for("editing.consultation", round_slug=round_slug),
        marks={"reason": reason} if reason else {},
    )


def _moved(sheet: queries.Sheet, fields: dict[str, Any]) -> list[windows.Shift]:
    return windows.shifts(sheet.stored, fields, clock.now()) if sheet.stored else []


def _typed(form: Form, before: dict[str, Any]) -> dict[str, Any]:
    """The round as typed. A phase without a title is none; one marked to go is left out."""
    phases = []
    known = {one["slug"]: list(one.get("acts") or ()) for one in before.get("phases") or ()}
    for index in range(min(form.whole("phases"), 60)):
        name = f"phases-{index}-"
        title = form.line(f"{name}title")
        if not title or form.values.get(f"{name}gone", ""):
            continue
        acts = [act.value for act in Act if act in form.values.getlist(f"{name}acts")]
        slug = form.line(f"{name}slug") or slugged(title)
        if set(acts) == set(known.get(slug, ())):
            acts = known[slug]  # in the order they had
        phases.append(
            {
                "slug": slug,
                "title": title,
                "summary": form.text(f"{name}summary"),
                "starts_at": form.line(f"{name}starts_at") or None,
                "ends_at": form.line(f"{name}ends_at") or None,
                "acts": acts,
                "is_shown": bool(form.values.get(f"{name}is_shown", "")),
            }
        )
    return dict(before) | {
        "title": form.line("title"),
        "short_title": form.line("short_title"),
        "lead": form.text("lead"),
        "election_on": form.line("election"),
        "positions_published_at": form.line("positions_published_at") or None,
        "party_order_reason": form.text("party_order_reason"),
        "party_selection_rule": form.text("party_selection_rule"),
        "admits_without_organisation": bool(form.values.get("admits_without_organisation")),
        "hides_results": bool(form.values.get("hides_results")),
        "phases": phases,
    }


def _round_page(
    head: queries.RoundHead,
    sheet: queries.Sheet,
    form: Form,
    fields: dict[str, Any],
    theirs: queries.Sheet | None = None,
    reason: str = "",
) -> str | Response:
    labels = {
        "title": _("Titel"), "short_title": _("Kurztitel"), "lead": _("Vorspann"),
        "election_on": _("Wahltag"), "positions_published_at": _("Veröffentlichung der Positionen"),
        "party_order_reason": _("Grund der Reihenfolge"),
        "party_selection_rule": _("Wer gefragt wird"),
        "admits_without_organisation": _("Menschen ohne Organisation"),
        "hides_results": _("Ergebnisse erst nach der Stimme"), "phases": _("Phasen"),
    }  # fmt: skip
    return page(
        "editing/consultation.html",
        fragment="konsultation",
        head=head,
        sheet=theirs or sheet,
        fields=fields,
        errors=form.errors,
        reason=reason or str(sheet.marks.get("reason") or ""),
        acts=windows.ACTS,
        typed=windows.typed,
        remarks=windows.remarks(fields),
        shifts=_moved(sheet, fields),
        theirs=theirs,
        differences=differences(theirs.fields, fields, labels) if theirs else [],
    )


@bp.post("/redaktion/<round_slug>/eroeffnen")
def open_round(round_slug: str) -> ResponseReturnValue:
    """Publish the whole round in one step, and show it from now on."""
    editors_only()
    head = queries.head(round_slug)
    back = url_for("editing.round_", round_slug=round_slug)
    missing = checklist.missing(checklist.of(head))
    try:
        rounds.open_round(viewer(), round_slug, missing=missing)
    except actions.Faulty:
        flash(_("Nicht eröffnet: An den Entwürfen ist noch etwas zu ändern."), "message")
        return see_other(url_for("editing.publish", round_slug=round_slug))
    flash(_("Die Konsultation ist eröffnet. Alle Seiten zeigen sie von jetzt an."), "message")
    return see_other(back)


@bp.route("/redaktion/name", methods=["GET", "POST"])
def name() -> ResponseReturnValue:
    """Change what the installation is called, and its logo."""
    editors_only()
    form, shown = Form(request.form), identity.current()
    if request.method == "GET":
        return _name_page(form, shown.name, shown.tagline)
    title, tagline = form.line("name"), form.line("tagline")
    upload = request.files.get("logo")
    picture = upload.stream.read(identity.LARGEST + 1) if upload and upload.filename else b""
    if not title:
        form.errors["name"] = _("Das fehlt noch.")
    elif len(title) > 80:
        form.errors["name"] = _("Kürzen Sie auf höchstens 80 Zeichen.")
    if picture and (why := identity.refusal(picture)):
        form.errors["logo"] = why
    if form.errors:
        return _name_page(form, title, tagline), 422
    keep = not form.values.get("no_logo", "")
    rounds.call_it(viewer(), title, tagline, picture, keep=keep)
    flash(_("Gespeichert. Der Name steht von jetzt an auf allen Seiten und in Mails."), "message")
    return see_other(url_for("editing.name"))


def _name_page(form: Form, name: str, tagline: str) -> str | Response:
    return page(
        "editing/name.html",
        fragment="benennen",
        head=queries.head(HOUSE),
        errors=form.errors,
        name=name,
        tagline=tagline,
        shown=identity.current(),
        history=identity.history(),
    )
