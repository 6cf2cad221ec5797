"""The list of organisations, and what each has said."""

from itertools import groupby

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue
from htmx_flask import request

from forum.kernel import clock
from forum.kernel.web import page, whole
from forum.organisations import document, queries
from forum.organisations.words import kind_word

bp = Blueprint("organisations", __name__)
bp.add_app_template_global(kind_word, "comment_kind_word")


@bp.get("/organisationen/")
def index() -> ResponseReturnValue:
    """List all organisations by bench."""
    rows = queries.index()
    return page(
        "organisations/index.html",
        fragment="organisationen",
        count=len(rows),
        banks=[(bench, list(group)) for bench, group in groupby(rows, key=lambda row: row.bench)],
    )


@bp.get("/organisationen/<slug>")
def organisation(slug: str) -> ResponseReturnValue:
    """Show what an organisation has said, each list page by page."""
    found = queries.organisation(slug)
    return page(
        "organisations/organisation.html",
        fragment="organisation",
        organisation=found,
        stated=queries.stated(found.id, whole(request.args.get("haltungen"))),
        proposed=queries.proposed(found.id, whole(request.args.get("vorschlaege"))),
        written=queries.written(found.id, whole(request.args.get("beitraege"))),
    )


@bp.get("/organisationen/<slug>.docx", endpoint="document")
def as_document(slug: str) -> ResponseReturnValue:
    """The same as a file for Word, whole."""
    found = queries.organisation(slug)
    response = Response(document.of(found), mimetype=document.TYPE)
    name = f"{found.slug}-{clock.today().isoformat()}.docx"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
