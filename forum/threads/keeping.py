"""Pages kept for visitors, found by a revision: a thread, and what the parties say.

Whoever comes with any cookie, asks for a fragment, or adds to the address what is not known here
goes the normal way. For all others one small query says which revision is current; its bytes are
then served as they were rendered, or a 304 before anything is rendered. A page ends at the next
instant at which the clock changes it. Kept answers are not logged: the proxy in front counts them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flask import Flask, Response, current_app, request
from flask.sansio.app import App

from forum.kernel import clock, kept
from forum.recommendations.policy import next_change
from forum.threads import polling, revisions
from forum.threads.asked import Asked

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_KNOWN = frozenset({"vor", "nach", "art", "ordnung"})
_rendering = threading.Lock()  # when a page changes, one thread renders it and the others wait


def install(app: App) -> None:
    """Have the app look here before sessions, users and hooks are looked at."""
    app.shortcut = kept_page  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Wanted:
    """A page that may be kept: what exactly it is, and what to ask when it ends."""

    key: tuple[object, ...]
    ends: Callable[[datetime], datetime]


def kept_page() -> Response | WSGIApplication | None:
    """The page as visitors read it; None sends the request on the normal way."""
    if request.endpoint == "threads.arrivals":
        return polling.answer((request.view_args or {})["slug"])
    find = _PAGES.get(request.endpoint or "")
    if find is None or request.method not in {"GET", "HEAD"}:
        return None
    environ = request.environ
    if "HTTP_COOKIE" in environ or "HTTP_HX_REQUEST" in environ:
        return None
    wanted = find()
    if wanted is None:
        return None
    encoding, shelf = kept.encoding(), current_app.extensions["forum_kept"]
    key = (*wanted.key, encoding)
    found = shelf.get(key, clock.now())
    if found is None:
        with _rendering:
            found = shelf.get(key, clock.now()) or _render(shelf, key, encoding, wanted)
    return found if isinstance(found, Response) else kept.answer(found)


def _thread() -> Wanted | None:
    asked = Asked()
    if request.environ.get("QUERY_STRING"):
        asked = Asked.of(request.args)
        if not _is_plain(asked):
            return None
    slug: str = (request.view_args or {})["slug"]
    revision = revisions.revision(slug)
    if revision is None or max(asked.before or 0, asked.after or 0) > revision.last_number + 1:
        return None

    def ends(now: datetime) -> datetime:
        consultation, dates = revisions.ahead(slug, now)
        return min([next_change(consultation, now), *dates])

    return Wanted((slug, asked.before, asked.after, asked.kind, asked.order, revision), ends)


def _answers() -> Wanted | None:
    """The parties, one of them, or the comparison, whole or of one recommendation."""
    chosen = ""
    if request.environ.get("QUERY_STRING"):
        chosen = request.args.get("empfehlung", "")
        if request.endpoint != "positions.matrix" or request.args.to_dict(flat=False) != {
            "empfehlung": [chosen]
        }:
            return None
    slug: str = (request.view_args or {}).get("slug", "")
    revision = revisions.revision_of_answers(slug)
    if revision is None:
        return None

    def ends(now: datetime) -> datetime:
        consultation, dates = revisions.ahead_of_answers(revision[0], now)
        return min([next_change(consultation, now), *dates])

    return Wanted((request.endpoint, slug, chosen, revision), ends)


_PAGES: dict[str, Callable[[], Wanted | None]] = {
    "threads.recommendation": _thread,
    "positions.matrix": _answers,
    "positions.parties": _answers,
    "positions.party": _answers,
}


def _is_plain(asked: Asked) -> bool:
    """Whether the address says nothing but known things, each once and with a meaning."""
    args = request.args
    meant = {
        "vor": asked.before,
        "nach": asked.after,
        "art": asked.kind,
        "ordnung": asked.order,
    }
    return all(
        name in _KNOWN and meant[name] and len(values) == 1 and str(meant[name]) == values[0]
        for name, values in args.lists()
    )


def _render(
    shelf: kept.Shelf, key: tuple[object, ...], encoding: str, wanted: Wanted
) -> kept.Kept | Response:
    """Render the page in the normal way and keep it; what is not a page goes out as it is."""
    now = clock.now()
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    request.environ.pop("HTTP_ACCEPT_ENCODING", None)  # compressed here, and better
    response = Flask.full_dispatch_request(app)
    if response.status_code != 200 or "Set-Cookie" in response.headers:
        return response
    page = kept.keep(response, encoding, wanted.ends(now))
    shelf.put(key, page)
    return page
