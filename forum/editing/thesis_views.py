"""Editing theses, with the aid that looks at their words."""

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from htmx_flask import request

from forum.content.fields import SLUG
from forum.editing import claims, queries
from forum.editing.blueprint import bp
from forum.editing.handling import Form, differences, editors_only, save_draft
from forum.kernel.web import page

_BASE = "/redaktion/<round_slug>/thesen"


@bp.get(f"{_BASE}/")
def theses(round_slug: str) -> ResponseReturnValue:
    """List the theses of a round by recommendation."""
    editors_only()
    listed = queries.sheets(round_slug, "thesis")
    listed.sort(key=lambda sheet: sheet.fields.get("position") or 0)
    return page(
        "editing/theses.html",
        fragment="redaktion",
        head=queries.head(round_slug),
        groups=[
            (slug, title, [one for one in listed if one.fields.get("recommendation") == slug])
            for slug, title in _recommendations(round_slug)
        ],
        findings={one.key: claims.findings(one.fields.get("text") or "") for one in listed},
    )


def _recommendations(round_slug: str) -> list[tuple[str, str]]:
    listed = queries.sheets(round_slug, "recommendation")
    listed.sort(key=lambda sheet: sheet.fields.get("number") or 0)
    return [(one.key, str(one.fields.get("title") or one.key)) for one in listed]


@bp.route(f"{_BASE}/neu", methods=["GET", "POST"])
def new_thesis(round_slug: str) -> ResponseReturnValue:
    """Write a new thesis."""
    editors_only()
    listed = [one.fields for one in queries.sheets(round_slug, "thesis")]
    if request.method == "GET":
        recommendation = request.args.get("empfehlung", "")
        among = [one for one in listed if one.get("recommendation") == recommendation]
        fields: dict[str, Any] = dict.fromkeys(("text", "label", "background")) | {
            "number": max((one.get("number") or 0 for one in listed), default=0) + 1,
            "position": max((one.get("position") or 0 for one in among), default=0) + 1,
            "recommendation": recommendation,
        }
        return _page(round_slug, "", fields, Form(request.form))
    form = Form(request.form)
    slug = form.line("slug") or f"these-{form.whole('number')}"
    if not SLUG.match(slug):
        form.errors["slug"] = _("Nehmen Sie nur kleine Buchstaben, Ziffern und Bindestriche.")
    elif slug == "neu" or any(one.key == slug for one in queries.sheets(round_slug, "thesis")):
        form.errors["slug"] = _("Diese Adresse ist schon vergeben.")
    return _save(round_slug, slug, form, is_new=True)


@bp.route(f"{_BASE}/<slug>", methods=["GET", "POST"])
def thesis(round_slug: str, slug: str) -> ResponseReturnValue:
    """Edit a thesis."""
    editors_only()
    sheet = queries.sheet(round_slug, "thesis", slug)
    if request.method == "GET":
        return _page(round_slug, slug, sheet.fields, Form(request.form))
    return _save(round_slug, slug, Form(request.form))


def _save(round_slug: str, slug: str, form: Form, *, is_new: bool = False) -> ResponseReturnValue:
    fields = {
        "number": form.whole("number"),
        "recommendation": form.line("recommendation"),
        "position": form.whole("position"),
        "label": form.line("label"),
        "text": " ".join(form.text("text", longest=2000).split()),
        "background": form.text("background", longest=2000) or None,
    }
    if form.values.get("do", "") == "check":
        form.errors.clear()
        return _page(round_slug, "" if is_new else slug, fields, form, unsaved=True)

    def show(form: Form, theirs: queries.Sheet | None) -> Any:
        return _page(round_slug, "" if is_new else slug, fields, form, theirs)

    return save_draft(
        round_slug,
        "thesis",
        slug,
        form,
        fields,
        show=show,
        leads_to=url_for("editing.thesis", round_slug=round_slug, slug=slug),
    )


def _page(
    round_slug: str,
    slug: str,
    fields: dict[str, Any],
    form: Form,
    theirs: queries.Sheet | None = None,
    *,
    unsaved: bool = False,
) -> ResponseReturnValue:
    labels = {
        "number": _("Nummer"),
        "recommendation": _("Handlungsempfehlung"),
        "position": _("Platz"),
        "label": _("Stichwort"),
        "text": _("These"),
        "background": _("Hintergrund"),
    }
    return page(
        "editing/thesis.html",
        fragment="redaktion",
        head=queries.head(round_slug),
        sheet=queries.sheet(round_slug, "thesis", slug, new=True),
        slug=slug,
        fields=fields,
        form=form,
        theirs=theirs,
        differences=differences(theirs.fields, fields, labels) if theirs else [],
        recommendations=_recommendations(round_slug),
        case=queries.wordsmith(slug),
        findings=claims.findings(fields.get("text") or ""),
        unsaved=unsaved,
    )
