"""The page of a thread, kept for visitors: found by its revision, until the clock changes it.

Whoever comes with any cookie, asks for a fragment, or adds to the address what is not known here
goes the normal way. For all others one small query says which revision is current; its bytes are
then served as they were rendered, or a 304 before anything is rendered. Kept answers are not
logged: the proxy in front counts them.
"""

import threading
from datetime import datetime

import brotli
from flask import Flask, Response, current_app, request
from flask.sansio.app import App

from forum.kernel import clock, kept
from forum.recommendations.policy import next_change
from forum.threads import revisions
from forum.threads.asked import Asked

_KNOWN = frozenset({"vor", "nach", "art"})
_rendering = threading.Lock()  # when a page changes, one thread renders it and the others wait


def install(app: App) -> None:
    """Have the app look here before sessions, users and hooks are looked at."""
    app.shortcut = kept_page  # type: ignore[attr-defined]


def kept_page() -> Response | None:
    """The page of a thread as visitors read it; None sends the request on the normal way."""
    if request.endpoint != "threads.recommendation" or request.method not in {"GET", "HEAD"}:
        return None
    environ = request.environ
    if "HTTP_COOKIE" in environ or "HTTP_HX_REQUEST" in environ:
        return None
    asked = Asked()
    if environ.get("QUERY_STRING"):
        asked = Asked.of(request.args)
        if not _is_plain(asked):
            return None
    slug = (request.view_args or {})["slug"]
    revision = revisions.revision(slug)
    if revision is None or max(asked.before or 0, asked.after or 0) > revision.last_number + 1:
        return None
    encoding, shelf = kept.encoding(), current_app.extensions["forum_kept"]
    key = (slug, asked.before, asked.after, asked.kind, encoding, revision)
    found = shelf.get(key, clock.now())
    if found is None:
        with _rendering:
            found = shelf.get(key, clock.now()) or _render(shelf, key, encoding)
    return found if isinstance(found, Response) else kept.answer(found)


def _is_plain(asked: Asked) -> bool:
    """Whether the address says nothing but known things, each once and with a meaning."""
    args = request.args
    meant = {"vor": asked.before, "nach": asked.after, "art": asked.kind}
    return all(
        name in _KNOWN and meant[name] and len(values) == 1 and str(meant[name]) == values[0]
        for name, values in args.lists()
    )


def _render(shelf: kept.Shelf, key: tuple[object, ...], encoding: str) -> kept.Kept | Response:
    """Render the page in the normal way and keep it; what is not a page goes out as it is."""
    now = clock.now()
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    response = Flask.full_dispatch_request(app)
    if response.status_code != 200 or "Set-Cookie" in response.headers:
        return response
    if response.headers.get("Content-Encoding") == "br":
        response.set_data(brotli.decompress(response.get_data()))
    page = kept.keep(response, encoding, _valid_until(str(key[0]), now))
    shelf.put(key, page)
    return page


def _valid_until(slug: str, now: datetime) -> datetime:
    """The next instant at which the clock alone changes the page."""
    consultation, dates = revisions.ahead(slug, now)
    return min([next_change(consultation, now), *dates])
