"""Rendering another page within this request, as a visitor reads it: for previews.

Whoever calls it has put into the running transaction what is to be seen, and rolls it back after.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from flask import Flask, Response, current_app, g, make_response, request
from flask.typing import ResponseReturnValue

from forum.accounts.models import Visitor


@dataclass(frozen=True)
class Preview:
    """What the band above a previewed page says."""

    moment: datetime
    back: str
    of_version: int = 0
    """The version that is shown before it is published; 0: drafts of the desk are."""


def as_visitor(path: str, preview: Preview) -> Response:
    """The page at `path`, by its own view and template, kept nowhere."""
    with _another_request(path, preview):
        view = current_app.view_functions[request.endpoint or ""]
        answer = cast("ResponseReturnValue", view(**(request.view_args or {})))
    response = make_response(answer)
    response.headers["Cache-Control"] = "no-store"
    return response


@contextmanager
def _another_request(path: str, preview: Preview) -> Iterator[None]:
    """Act as a visitor's request for `path`, in this one's transaction."""
    app = cast("Any", current_app)._get_current_object()
    kept = dict(g.__dict__)
    base = request.url_root
    g.__dict__.clear()
    try:
        with cast("Flask", app).test_request_context(path, base_url=base):
            g._login_user = Visitor()
            g.preview = preview
            yield
    finally:
        g.__dict__.clear()
        g.__dict__.update(kept)
