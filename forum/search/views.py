"""The search page."""

from importlib import import_module

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from htmx_flask import request

from forum.kernel.web import page
from forum.search import analysis, words
from forum.search.documents import Kind
from forum.search.hits import Found, find

bp = Blueprint("search", __name__)
import_module("forum.search.similar")  # offers itself to the forms of threads


@bp.get("/suche")
def results() -> ResponseReturnValue:
    """Find what is public."""
    typed = analysis.normal(request.args.get("q", "")).strip()
    kind = _kind(request.args.get("art", ""))
    error, found = "", Found()
    try:
        query = analysis.parse(typed)
        if query:
            found = find(query, kind, _page(request.args.get("seite", "")))
        elif typed:
            error = _("Darin steht kein Wort, nach dem wir suchen könnten.")
    except analysis.QueryTooLong:
        error = _(
            "Das ist zu lang: Suchen Sie mit höchstens %(words)s Wörtern und %(letters)s Zeichen.",
            words=analysis.MAX_TERMS,
            letters=analysis.MAX_QUERY,
        )
    body = page(
        "search/results.html",
        fragment="treffer",
        typed=typed,
        error=error,
        found=found,
        kind=kind,
        kinds=[(one, words.kind_plural(one)) for one in Kind],
    )
    return body, 422 if error else 200


def _kind(text: str) -> Kind | None:
    return Kind(text) if text in set(Kind) else None


def _page(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text[:6]) <= 50 else 1
