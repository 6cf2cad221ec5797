"""A page of the forum as visitors would see it if all drafts were published.

The drafts are stored for the length of the rendering and rolled back; what renders is the page's
own view and template, for somebody who is not signed in.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from flask import Flask, current_app, g, make_response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.current import viewer
from forum.accounts.models import Visitor
from forum.content.queries import STORED
from forum.editing import actions, words
from forum.kernel import clock
from forum.kernel.errors import NotFound


@dataclass(frozen=True)
class Preview:
    """What the band above a previewed page says."""

    moment: datetime
    back: str


def page_of(round_slug: str, kind: str, key: str) -> str:
    """The address at which visitors will find an item; asked while its drafts are staged."""
    if kind in {"recommendation", "paragraphs"}:
        return url_for("threads.recommendation", slug=key)
    if kind == "thesis" and (thesis := STORED["thesis"](round_slug).get(key)):
        return url_for("threads.thesis", slug=thesis["recommendation"], thesis_slug=key)
    places = {
        "consultation": "site.home",
        "party": "positions.parties",
        "position": "positions.matrix",
        "term": "site.glossary",
        "entry": "site.timeline",
        "rule": "site.rules",
    }
    return url_for(places.get(kind, "site.home"))


def as_visitor(round_slug: str, kind: str, key: str, moment: datetime) -> ResponseReturnValue:
    """The page of an item at `moment`. Raises `actions.Faulty` when the drafts cannot stand yet."""
    back = words.place_of(round_slug, kind, key) or url_for("editing.round_", round_slug=round_slug)
    with clock.at(moment), actions.staged(viewer(), round_slug):
        path = page_of(round_slug, kind, key)
        try:
            with _another_request(path, Preview(moment, back)):
                answer = _view(request.endpoint or "", request.view_args or {})
        except NotFound as absent:
            raise NotFound(
                _("Zu diesem Zeitpunkt ist die Seite noch nicht öffentlich.")
            ) from absent
    response = make_response(answer)
    response.headers["Cache-Control"] = "no-store"
    return response


def _view(endpoint: str, values: dict[str, Any]) -> ResponseReturnValue:
    return cast("ResponseReturnValue", current_app.view_functions[endpoint](**values))


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
