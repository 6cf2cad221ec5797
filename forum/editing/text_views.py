"""Editing recommendations: what stands above the text, the Abschnitte, and pasting them."""

import re
from dataclasses import asdict
from typing import Any

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from htmx_flask import request

from forum.accounts.current import viewer
from forum.content.fields import SLUG
from forum.editing import actions, documents, pasting, queries, texts
from forum.editing.blueprint import bp
from forum.editing.handling import Form, differences, editors_only, save_draft
from forum.editing.models import PASTED
from forum.editing.pasting import Piece
from forum.kernel import html
from forum.kernel.web import page, see_other

_BASE = "/redaktion/<round_slug>/empfehlungen"


@bp.get(f"{_BASE}/")
def recommendations(round_slug: str) -> ResponseReturnValue:
    """List the recommendations of a round, published and drafted."""
    editors_only()
    listed = queries.sheets(round_slug, "recommendation")
    listed.sort(key=lambda sheet: sheet.fields.get("number") or 0)
    return page(
        "editing/recommendations.html",
        fragment="redaktion",
        head=queries.head(round_slug),
        sheets=listed,
        texts={sheet.key: sheet for sheet in queries.sheets(round_slug, "paragraphs")},
    )


@bp.route(f"{_BASE}/neu", methods=["GET", "POST"])
def new_recommendation(round_slug: str) -> ResponseReturnValue:
    """Begin a recommendation."""
    editors_only()
    if request.method == "GET":
        numbers = [
            sheet.fields.get("number") or 0
            for sheet in queries.sheets(round_slug, "recommendation")
        ]
        fields = recommendation_fields(Form(request.form)) | {"number": max(numbers, default=0) + 1}
        return _recommendation_page(round_slug, "", fields, Form(request.form))
    form = Form(request.form)
    slug = form.line("slug") or slug_of(form.line("title"))
    if not SLUG.match(slug):
        form.errors["slug"] = _("Nehmen Sie nur kleine Buchstaben, Ziffern und Bindestriche.")
    elif slug == "neu" or any(
        sheet.key == slug for sheet in queries.sheets(round_slug, "recommendation")
    ):
        form.errors["slug"] = _("Diese Adresse ist schon vergeben.")
    return _save_recommendation(round_slug, slug, form, is_new=True)


_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def slug_of(title: str) -> str:
    """An address made of a title."""
    words = re.sub(r"[^a-z0-9]+", "-", title.lower().translate(_UMLAUTS))
    return words.strip("-")[:80].strip("-")


@bp.route(f"{_BASE}/<slug>", methods=["GET", "POST"])
def recommendation(round_slug: str, slug: str) -> ResponseReturnValue:
    """Edit title, teaser, context, guiding questions and sources of a recommendation."""
    editors_only()
    sheet = queries.sheet(round_slug, "recommendation", slug)
    if request.method == "GET":
        return _recommendation_page(round_slug, slug, sheet.fields, Form(request.form))
    return _save_recommendation(round_slug, slug, Form(request.form))


def _save_recommendation(
    round_slug: str, slug: str, form: Form, *, is_new: bool = False
) -> ResponseReturnValue:
    fields = recommendation_fields(form)

    def show(form: Form, theirs: queries.Sheet | None) -> Any:
        return _recommendation_page(round_slug, "" if is_new else slug, fields, form, theirs)

    return save_draft(
        round_slug,
        "recommendation",
        slug,
        form,
        fields,
        show=show,
        leads_to=url_for("editing.recommendation", round_slug=round_slug, slug=slug),
    )


def recommendation_fields(form: Form) -> dict[str, Any]:
    """The item `recommendation` as typed."""
    context = []
    for index in range(50):
        if form.values.get(f"context-{index}-text", None) is None:  # type: ignore[arg-type]
            break
        text = form.text(f"context-{index}-text")
        if text:
            context.append({"text": text, "sources": form.keys(f"context-{index}-sources")})
    title = form.line("title")
    return {
        "number": form.whole("number"),
        "title": title,
        "title_full": form.text("title_full", longest=1000) or title,
        "subtitles": form.lines("subtitles"),
        "short_title": form.line("short_title"),
        "teaser": form.text("teaser", longest=2000),
        "context": context,
        "guiding_questions": form.lines("guiding_questions"),
        "sources": form.keys("sources"),
    }


def _labels() -> dict[str, str]:
    return {
        "number": _("Nummer"),
        "title": _("Titel"),
        "short_title": _("Kurzer Titel"),
        "title_full": _("Titel in voller Länge"),
        "subtitles": _("Untertitel"),
        "teaser": _("Vorspann"),
        "context": _("Hintergrund"),
        "guiding_questions": _("Leitfragen"),
        "sources": _("Quellen"),
    }


def _recommendation_page(
    round_slug: str,
    slug: str,
    fields: dict[str, Any],
    form: Form,
    theirs: queries.Sheet | None = None,
) -> ResponseReturnValue:
    sheet = queries.sheet(round_slug, "recommendation", slug, new=True)
    return page(
        "editing/recommendation.html",
        fragment="redaktion",
        head=queries.head(round_slug),
        sheet=sheet,
        slug=slug,
        fields=fields,
        form=form,
        theirs=theirs,
        differences=differences(theirs.fields, fields, _labels()) if theirs else [],
        sources=queries.source_keys(round_slug),
    )


# The text ---


@bp.route(f"{_BASE}/<slug>/text", methods=["GET", "POST"])
def text(round_slug: str, slug: str) -> ResponseReturnValue:
    """Edit the Abschnitte of a recommendation."""
    editors_only()
    queries.sheet(round_slug, "recommendation", slug)
    sheet = queries.sheet(round_slug, "paragraphs", slug, new=True)
    if request.method == "GET":
        typed = texts.TextForm.opened(sheet.fields, sheet.marks)
        return _text_page(sheet, typed, Form(request.form))
    form = Form(request.form)
    used = queries.used_numbers(slug) | {
        one["number"] for one in sheet.fields.get("paragraphs", ())
    }
    typed = texts.TextForm.of(form, used)
    if typed.press(form.values.get("do", "")):
        form.errors.clear()
        return _text_page(sheet, typed, form, unsaved=True)

    def show(form: Form, theirs: queries.Sheet | None) -> Any:
        return _text_page(sheet, typed, form, theirs)

    return save_draft(
        round_slug,
        "paragraphs",
        slug,
        form,
        typed.fields(used),
        marks=typed.marks(sheet.stored or {}),
        show=show,
        leads_to=url_for("editing.text", round_slug=round_slug, slug=slug),
    )


def _text_page(
    sheet: queries.Sheet,
    typed: texts.TextForm,
    form: Form,
    theirs: queries.Sheet | None = None,
    *,
    unsaved: bool = False,
) -> ResponseReturnValue:
    stored = sheet.stored or {}
    return page(
        "editing/text.html",
        fragment="redaktion",
        head=queries.head(sheet.round_slug),
        title=queries.sheet(sheet.round_slug, "recommendation", sheet.key).fields,
        sheet=sheet,
        typed=typed,
        form=form,
        theirs=theirs,
        differences=_text_differences(theirs, typed) if theirs else [],
        unsaved=unsaved,
        published={one["number"]: one for one in stored.get("paragraphs", ())},
        struck=texts.struck(stored, typed.rows),
        choices=texts.basis_choices(),
        sources=queries.source_keys(sheet.round_slug),
        pasted=queries.draft(sheet.round_slug, PASTED, sheet.key),
    )


def _text_differences(theirs: queries.Sheet, typed: texts.TextForm) -> Any:
    def by_number(rows: list[texts.Row]) -> dict[str, str]:
        found = {str(row.number): f"{row.heading}\n{row.text}" for row in rows if row.number}
        new = [f"{row.heading}\n{row.text}" for row in rows if not row.number]
        return found | ({"new": "\n\n".join(new)} if new else {})

    stored = by_number(texts.TextForm.opened(theirs.fields, theirs.marks).rows)
    yours = by_number(typed.rows)
    labels = {
        key: _("Neue Abschnitte") if key == "new" else _("Abschnitt %(n)s", n=key)
        for key in [*stored, *yours]
    }
    return differences(stored, yours, labels)


# Pasting ---


@bp.route(f"{_BASE}/<slug>/einfuegen", methods=["GET", "POST"])
def paste(round_slug: str, slug: str) -> ResponseReturnValue:
    """Paste a text or hand over a file, look at what was found in it, and take it over."""
    editors_only()
    queries.sheet(round_slug, "recommendation", slug)
    held = queries.sheet(round_slug, PASTED, slug, new=True)
    if request.method == "GET":
        return _paste_page(held)
    do = request.form.get("do", "read")
    if do == "read":
        return _read_pasted(held)
    pieces = [Piece(**one) for one in held.fields.get("pieces", ())]
    form = Form(request.form)
    here = url_for("editing.paste", round_slug=round_slug, slug=slug)
    if held.draft is None or form.revision != held.revision:
        return _paste_page(held, problem=_("Inzwischen hat jemand anderes daran gearbeitet.")), 409
    if do in {"replace", "append"}:
        return _take_over(held, pieces, append=do == "append")
    act, *places = do.split(":")
    at = [int(one) for one in places if one.isdecimal() and len(one) < 6]
    if act == "drop-all":
        actions.discard(viewer(), round_slug, PASTED, slug, revision=held.revision)
        return see_other(here)
    if act == "merge" and len(at) == 1:
        pieces = pasting.merged(pieces, at[0])
    elif act == "split" and len(at) == 2:
        pieces = pasting.divided(pieces, at[0], at[1])
    elif act == "drop" and len(at) == 1:
        pieces = pasting.without(pieces, at[0])
    _hold(held, held.fields | {"pieces": [asdict(one) for one in pieces]})
    return see_other(here, focus=f"fund-{min(at[0], len(pieces)) if at else 1}")


def _read_pasted(held: queries.Sheet) -> ResponseReturnValue:
    typed = request.form.get("text", "")
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        try:
            typed = documents.text_of(upload.filename, upload.read())
        except documents.NotReadable:
            sentence = _(
                "Diese Datei ließ sich nicht lesen. Es gehen .docx, .odt und .txt; ein PDF öffnen "
                "Sie und kopieren den Text in das Feld darüber."
            )
            return _paste_page(held, typed, {"file": sentence}), 422
    try:
        typed = html.plain(typed.translate({0x0B: "\n", 0x0C: "\n\n"}))
    except ValueError:
        typed = ""
    if not typed:
        return _paste_page(
            held, "", {"text": _("Fügen Sie einen Text ein, oder wählen Sie eine Datei.")}
        ), 422
    if len(typed) > pasting.LONGEST:
        sentence = _(
            "Das sind %(n)s Zeichen; auf einmal gehen %(most)s, etwa 150 Seiten. Nichts ist "
            "verloren: Der Text steht unten. Lassen Sie einen Teil davon stehen, und fügen Sie den "
            "Rest danach mit „Anfügen“ hinzu.",
            n=f"{len(typed):,}".replace(",", "."),
            most=f"{pasting.LONGEST:,}".replace(",", "."),
        )
        return _paste_page(held, typed, {"text": sentence}), 422
    found = pasting.pieces_of(typed)
    if len(found.pieces) > pasting.MOST_PIECES:
        sentence = _(
            "Darin sind %(n)s Teile; eine Handlungsempfehlung hat höchstens %(most)s. Der Text "
            "steht unten; fügen Sie ihn in kleineren Stücken ein.",
            n=len(found.pieces),
            most=pasting.MOST_PIECES,
        )
        return _paste_page(held, typed, {"text": sentence}), 422
    fields = {
        "pieces": [asdict(one) for one in found.pieces],
        "how": found.how,
        "tables": found.tables,
        "has_front": found.has_front,
    }
    _hold(held, fields)
    return see_other(url_for("editing.paste", round_slug=held.round_slug, slug=held.key))


def _hold(held: queries.Sheet, fields: dict[str, Any]) -> None:
    actions.keep(
        viewer(),
        held.round_slug,
        PASTED,
        held.key,
        fields,
        revision=held.revision,
        base=held.base,
    )


def _take_over(held: queries.Sheet, pieces: list[Piece], *, append: bool) -> ResponseReturnValue:
    """Make the pieces the draft of the text. The pasted text stays until that is saved."""
    sheet = queries.sheet(held.round_slug, "paragraphs", held.key, new=True)
    existing = sheet.fields.get("paragraphs", [])
    typed = texts.taken_over(pieces, existing, append=append)
    used = queries.used_numbers(held.key) | {one["number"] for one in existing}
    try:
        actions.keep(
            viewer(),
            held.round_slug,
            "paragraphs",
            held.key,
            typed.fields(used),
            revision=sheet.revision,
            base=sheet.base,
            marks={"note": sheet.marks["note"]} if sheet.marks.get("note") else None,
        )
    except actions.Faulty as refusal:
        return _paste_page(held, problem=refusal.faults[0].sentence), 422
    actions.discard(viewer(), held.round_slug, PASTED, held.key, revision=held.revision)
    flash(_("Als Entwurf übernommen. Prüfen Sie Überschriften und Quellen."), "message")
    return see_other(url_for("editing.text", round_slug=held.round_slug, slug=held.key))


def _paste_page(
    held: queries.Sheet, typed: str = "", errors: dict[str, str] | None = None, problem: str = ""
) -> Any:
    pieces = [Piece(**one) for one in held.fields.get("pieces", ())] if not errors else []
    sheet = queries.sheet(held.round_slug, "paragraphs", held.key, new=True)
    existing = sheet.fields.get("paragraphs", [])
    placed = texts.placed(pieces, existing)
    kept = set(placed)
    return page(
        "editing/paste.html",
        fragment="redaktion",
        head=queries.head(held.round_slug),
        title=queries.sheet(held.round_slug, "recommendation", held.key).fields,
        held=held,
        pieces=list(zip(pieces, placed, strict=True)),
        typed=typed,
        errors=errors or {},
        problem=problem,
        existing=existing,
        gone=[one for one in existing if one["number"] not in kept] if pieces else [],
    )
