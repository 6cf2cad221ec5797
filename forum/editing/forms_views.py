"""Lists and plain forms of the desk: sources, glossary, timeline, organisations, parties, pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from htmx_flask import request
from markupsafe import Markup

from forum.accounts.current import viewer
from forum.editing import actions, offers, queries
from forum.editing.blueprint import bp
from forum.editing.handling import Form, differences, editors_only, save_draft
from forum.editing.kinds import KINDS, OF_THE_HOUSE, Kind, as_month
from forum.editing.models import HOUSE
from forum.editing.words import place_of
from forum.kernel import html
from forum.kernel.errors import NotFound
from forum.kernel.web import page, see_other


def _opened(kind: Kind, round_slug: str) -> queries.RoundHead:
    """The round, or the house, to which items of this kind belong."""
    editors_only()
    if (round_slug == HOUSE) is not (kind.kind in OF_THE_HOUSE):
        raise NotFound
    return queries.head(round_slug)


def _list(kind: Kind, round_slug: str) -> ResponseReturnValue:
    """List the items of one kind, published or drafted."""
    head = _opened(kind, round_slug)
    return page(
        "editing/items.html",
        fragment="liste",
        head=head,
        kind=kind,
        rows=offers.rows(kind.kind, queries.sheets(round_slug, kind.kind)),
        benches=queries.sheets(round_slug, "bench") if kind.kind == "organisation" else [],
        contacts=offers.contacts() if kind.kind == "organisation" else {},
    )


def _new(kind: Kind, round_slug: str) -> ResponseReturnValue:
    """Begin an item."""
    head = _opened(kind, round_slug)
    if not kind.new:
        raise NotFound
    form = Form(request.form)
    if request.method == "GET":
        return _page(kind, head, queries.Sheet(round_slug, kind.kind, "", None, None), form)
    key = form.line("slug").lower()
    if kind.kind == "rule":
        key = str(offers.next_rule(round_slug))
    sheet = queries.sheet(round_slug, kind.kind, key, new=True)
    if not key or key == "neu":
        form.errors["slug"] = _("Das fehlt noch.") if not key else _("Nehmen Sie ein anderes.")
    elif sheet.stored is not None or sheet.draft is not None:
        form.errors["slug"] = _("Das gibt es schon. Nehmen Sie ein anderes oder bearbeiten Sie es.")
    return _save(kind, head, sheet, form, is_new=True)


def _item(kind: Kind, round_slug: str, **key: Any) -> ResponseReturnValue:
    """Change an item, or mark it to be taken out."""
    head = _opened(kind, round_slug)
    sheet = queries.sheet(round_slug, kind.kind, str(key[kind.argument]))
    form = Form(request.form)
    if request.method == "GET":
        return _page(kind, head, sheet, form)
    if kind.can_go and request.form.get("remove"):
        return _remove(kind, head, sheet, form)
    return _save(kind, head, sheet, form)


def _save(
    kind: Kind, head: queries.RoundHead, sheet: queries.Sheet, form: Form, *, is_new: bool = False
) -> ResponseReturnValue:
    found = offers.of(head.slug)
    fields = dict(sheet.fields) | {one.at: one.typed(form) for one in kind.fields}
    if kind.kind == "bench" and is_new:
        fields["position"] = len(found["benches"]) + 1
    kind.complete(fields, found)

    def show(form: Form, theirs: queries.Sheet | None) -> str | Response:
        return _page(kind, head, sheet, form, theirs, fields, is_new=is_new)

    return save_draft(
        head.slug,
        kind.kind,
        sheet.key,
        form,
        fields,
        show=show,
        leads_to=url_for(kind.listing, round_slug=head.slug),
    )


def _remove(
    kind: Kind, head: queries.RoundHead, sheet: queries.Sheet, form: Form
) -> ResponseReturnValue:
    try:
        actions.keep(
            viewer(),
            head.slug,
            kind.kind,
            sheet.key,
            sheet.fields,
            revision=form.revision,
            base=form.base,
            is_removal=True,
        )
    except actions.Overtaken:
        return _page(kind, head, sheet, form, queries.sheet(head.slug, kind.kind, sheet.key)), 409
    flash(_("Zum Entfernen vorgemerkt. Weg ist es erst mit der Veröffentlichung."), "message")
    return see_other(url_for(kind.listing, round_slug=head.slug))


def _page(
    kind: Kind,
    head: queries.RoundHead,
    sheet: queries.Sheet,
    form: Form,
    theirs: queries.Sheet | None = None,
    typed: dict[str, Any] | None = None,
    *,
    is_new: bool = False,
) -> str | Response:
    stored = sheet.fields if typed is None else typed
    shown = as_month(stored) if kind.kind == "entry" else stored
    fresh = is_new or not sheet.key
    return page(
        "editing/item.html",
        fragment="bearbeiten",
        head=head,
        kind=kind,
        sheet=theirs or sheet,
        is_new=fresh,
        slug=form.values.get("slug", "") if fresh else sheet.key,
        action=url_for(f"{kind.page}_new", round_slug=head.slug)
        if fresh
        else place_of(head.slug, kind.kind, sheet.key),
        values={one.name: one.shown(shown) for one in kind.fields},
        errors=form.errors,
        theirs=theirs,
        differences=_differences(kind, theirs, stored),
        offers=offers.of(head.slug),
        preview=_preview(kind, stored),
        history=offers.versions(sheet.key) if kind.kind == "text" else [],
        contacts=offers.contacts().get(sheet.key, []) if kind.kind == "organisation" else [],
    )


def _differences(kind: Kind, theirs: queries.Sheet | None, typed: dict[str, Any]) -> list[Any]:
    labels = {one.at: str(one.label) for one in kind.fields}
    return differences(theirs.fields, typed, labels) if theirs else []


def _preview(kind: Kind, fields: dict[str, Any]) -> Markup | str:
    """How a text reads, from the same renderer that publishes it."""
    if kind.kind != "text" or not fields.get("source"):
        return ""
    return html.render_editorial(str(fields["source"])[:200_000])


def _named(call: Callable[..., ResponseReturnValue], kind: Kind, name: str) -> Any:
    """The view of one kind; it bears the name of its endpoint, and the words of the general one."""

    @wraps(call)
    def view(**values: Any) -> ResponseReturnValue:
        return call(kind, **values)

    view.__name__ = view.__qualname__ = name
    return view


def _hang(kind: Kind) -> None:
    base = f"/redaktion/<round_slug>/{kind.path}/"
    listing, form = (one.removeprefix("editing.") for one in (kind.listing, kind.page))
    bp.add_url_rule(base, listing, _named(_list, kind, listing))
    both = ["GET", "POST"]
    if kind.new:
        name = f"{form}_new"
        bp.add_url_rule(f"{base}neu", name, _named(_new, kind, name), methods=both)
    bp.add_url_rule(f"{base}<{kind.argument}>", form, _named(_item, kind, form), methods=both)


for _kind in KINDS:
    _hang(_kind)
