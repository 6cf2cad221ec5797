"""What all views share: reading or writing, whole page or fragment, headers, and error pages."""

import secrets
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote_to_bytes, urlsplit

import brotli
import structlog
from flask import (
    Flask,
    Request,
    Response,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    session,
)
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from htmx_flask import request
from itsdangerous import URLSafeTimedSerializer
from jinja2_fragments.flask import render_block
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.wrappers import Response as BaseResponse

from forum.kernel.db import is_writing, unit_of_work
from forum.kernel.errors import NotFound, Unreadable
from forum.kernel.templates import Templates

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

log = structlog.get_logger()

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; object-src 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

HSTS = "max-age=63072000; includeSubDomains"
MAX_KEY = 2**31 - 1
"""The largest number that a key of ours can be on both databases."""

ROOMY = 3 * 1024 * 1024
"""Bytes that a form with a whole document may have."""

Shortcut = Callable[[], "Response | WSGIApplication | None"]


class Tags(TaggedJSONSerializer):
    """Flask's notes on what JSON cannot say; strings and numbers are not asked what they are."""

    _PLAIN = frozenset({str, int, float, bool, type(None)})

    def tag(self, value: Any) -> Any:
        """A value with its note, where it needs one."""
        return value if type(value) in self._PLAIN else super().tag(value)


class Sessions(SecureCookieSessionInterface):
    """Flask's, but it prepares to read a signature only where a cookie came, and that once."""

    serializer = Tags()

    def __init__(self) -> None:
        self._serializers: dict[Any, URLSafeTimedSerializer | None] = {}

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """The serializer for the app's key, built once for each key."""
        key = app.secret_key
        if key not in self._serializers:
            self._serializers[key] = super().get_signing_serializer(app)
        return self._serializers[key]

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """An empty session for who brings no cookie."""
        if "HTTP_COOKIE" not in request.environ:
            return self.session_class()
        return super().open_session(app, request)


class ForumApp(Flask):
    """Flask, with one unit of work around each view.

    `shortcut` may answer a request before sessions, users and hooks are looked at; pages kept for
    visitors come that way.
    """

    shortcut: Shortcut | None = None
    roomy: frozenset[str] = frozenset()
    """Endpoints that take whole documents (`ROOMY` bytes)."""
    desks: frozenset[str] = frozenset()
    """Blueprints whose pages no browser stores for signed-in people: nothing comes back after
    they have left."""
    jinja_environment = Templates
    session_interface = Sessions()
    keep_typed: Callable[[], str | None] = staticmethod(lambda: None)
    """Keeps what somebody without a session has posted; returns where it goes on, or None."""
    after_act: Callable[[], None] = staticmethod(lambda: None)
    """Called in the transaction of each request that writes."""

    def full_dispatch_request(self) -> Response:
        if self.shortcut is not None and (kept := self.shortcut()) is not None:
            return cast("Response", kept)  # Flask only calls it
        return super().full_dispatch_request()

    def log_exception(self, *_: Any) -> None:
        """Nothing: Flask would log the path. The error page logs what happened, without it."""

    def dispatch_request(self) -> ResponseReturnValue:
        with unit_of_work():
            answer = super().dispatch_request()
            if is_writing():
                self.after_act()
            return answer


def wants_fragment() -> bool:
    """True when htmx swaps a piece of the page, rather than navigating to it."""
    htmx = request.htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def page(template: str, *, fragment: str, **context: Any) -> str | Response:
    """Render the whole page, or only its block `fragment` when htmx asks for that piece.

    `fragment` is the name of a block and the id of its outermost element; `faden#faden-12` names
    both where a page has several such elements. Success is always a redirect; htmx follows it too,
    and so gets the fragment of the target. A redirect that leads to another page than the one that
    asked must not be swapped into it: htmx is sent there instead.
    """
    if not wants_fragment():
        return render_template(template, **context)
    block, _hash, target = fragment.partition("#")
    target = target or block
    if request.method == "GET" and request.headers.get("HX-Target", target) != target:
        return navigate(request.full_path.rstrip("?"))
    notices = render_block("layouts/base.html", "notices", out_of_band=True)
    return str(render_block(template, block, **context)) + str(notices)


def see_other(place: str, *, smallest: str | None = None, focus: str = "") -> BaseResponse:
    """Answer a successful POST: plain browsers go back to the `place` people were at.

    htmx is sent to the `smallest` page that shows the change, and takes its fragment. `focus` is
    the id of the new element: the anchor for plain browsers; htmx loses anchors, so the id is
    carried along once and the element gets `autofocus`.
    """
    if wants_fragment():
        if focus:
            flash(focus, "focus")
        return redirect(smallest or place, 303)
    return redirect(f"{place}#{focus}" if focus else place, 303)


def navigate(url: str) -> Response:
    """Have htmx leave the page for `url`, as a link would."""
    response = make_response("", 200)
    response.headers["HX-Redirect"] = url
    response.headers["Cache-Control"] = "no-store"
    return response


def whole(text: str | None) -> int | None:
    """A number as it may stand in an address or a hidden field; None for anything else."""
    if text and text.isascii() and text.isdigit() and len(text) <= 10:
        value = int(text)
        return value if value <= MAX_KEY else None
    return None


def local_path(url: str, default: str = "/") -> str:
    """`url` when it is a path of this site, else `default`: redirects never lead elsewhere."""
    try:
        parts = urlsplit(url.replace("\\", "/"))
    except ValueError:
        return default
    if parts.scheme or parts.netloc or not url.startswith("/") or url[1:2] in {"/", "\\", "\t"}:
        return default
    return url


def is_from_here(request: Request) -> bool:
    """Whether a form was sent from a page of ours, as far as the browser says.

    For forms without a token: those that visitors fill in, and links whose secret is their right.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def init_app(app: Flask) -> None:
    """Install response headers, the request log, and the refusal of unreadable requests."""
    app.before_request(_start)
    app.before_request(_readable)
    app.after_request(_finish)


def _start() -> None:
    g.started = time.perf_counter()
    g.request_id = secrets.token_hex(6)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _readable() -> None:
    """Refuse what no form and no link of ours sends, before it reaches a view or the database."""
    if request.endpoint in cast("ForumApp", current_app).roomy:
        request.max_content_length = request.max_form_memory_size = ROOMY
        request.max_form_parts = 4000
    if "\0" in request.path or any(
        isinstance(value, int) and value > MAX_KEY for value in (request.view_args or {}).values()
    ):
        raise NotFound
    if not _is_text(request.query_string) or "\0" in "".join(request.args.values()):
        raise BadRequest
    if request.method == "POST" and request.mimetype == "application/x-www-form-urlencoded":
        # Werkzeug reads such a form whole, whatever its size, and lets broken bytes through.
        if (request.content_length or 0) > (request.max_form_memory_size or 0):
            raise RequestEntityTooLarge
        if not _is_text(request.get_data(cache=True)):
            raise Unreadable
    elif request.method == "POST" and any("\ufffd" in text for text in request.form.values()):
        raise Unreadable


def _is_text(encoded: bytes) -> bool:
    """Whether a query or form is UTF-8 once its percent signs are resolved."""
    try:
        unquote_to_bytes(encoded).decode()
    except UnicodeDecodeError:
        return False
    return True


def _finish(response: Response) -> Response:
    headers = response.headers
    given = {name.lower() for name, _ in headers}
    for name, value in HEADERS.items():
        if name.lower() not in given:
            headers.add(name, value)
    if current_app.config["FORUM"].is_production and "strict-transport-security" not in given:
        headers.add("Strict-Transport-Security", HSTS)
    _vary(response, "HX-Request")
    if "cache-control" not in given:
        desks = cast("ForumApp", current_app).desks
        at_a_desk = request.blueprint in desks and "_user_id" in session
        headers.add("Cache-Control", "no-store" if at_a_desk else "private, no-cache")
    if "started" in g:
        response.headers["X-Request-ID"] = g.request_id
        log.info(
            "request",
            method=request.method,
            endpoint=request.endpoint,
            status=response.status_code,
            ms=round((time.perf_counter() - g.started) * 1000, 1),
        )
    return _compressed(response)


def _vary(response: Response, name: str) -> None:
    """Add a name to `Vary`, without taking apart what stands there."""
    given = response.headers.get("Vary")
    if given is None:
        response.headers.add("Vary", name)
    elif name not in given:
        response.headers["Vary"] = f"{given}, {name}"


def _compressed(response: Response) -> Response:
    """HTML in brotli for those who take it.

    Not where a signed-in person's page may repeat what the address says: an attacker who chooses
    that text could read the page's token from the length of the answer (BREACH).
    """
    if (
        response.mimetype != "text/html"
        or response.direct_passthrough
        or response.status_code == 304
    ):
        return response
    _vary(response, "Accept-Encoding")
    if "Content-Encoding" in response.headers or (request.args and "Cookie" in request.headers):
        return response
    body = response.get_data()
    if len(body) > 1024 and "br" in request.accept_encodings:
        response.set_data(brotli.compress(body, quality=3))
        response.headers["Content-Encoding"] = "br"
    return response
