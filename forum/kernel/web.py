"""What all views share: reading or writing, whole page or fragment, headers, and error pages."""

import secrets
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import brotli
import structlog
from flask import Flask, Response, current_app, flash, g, make_response, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from htmx_flask import request
from jinja2_fragments.flask import render_block
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response as BaseResponse

from forum.kernel.db import unit_of_work
from forum.kernel.errors import ForumError, SignInRequired

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

Shortcut = Callable[[], Response | None]


class ForumApp(Flask):
    """Flask, with one unit of work around each view.

    `shortcut` may answer a request before sessions, users and hooks are looked at; pages kept for
    visitors come that way.
    """

    shortcut: Shortcut | None = None

    def full_dispatch_request(self) -> Response:
        if self.shortcut is not None and (kept := self.shortcut()) is not None:
            return kept
        return super().full_dispatch_request()

    def dispatch_request(self) -> ResponseReturnValue:
        with unit_of_work():
            return super().dispatch_request()


def wants_fragment() -> bool:
    """True when htmx swaps a piece of the page, rather than navigating to it."""
    htmx = request.htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def page(template: str, *, fragment: str, **context: Any) -> str | Response:
    """Render the whole page, or only its block `fragment` when htmx asks for that piece.

    `fragment` is the name of a block and the id of its outermost element. Success is always a
    redirect; htmx follows it too, and so gets the fragment of the target. A redirect that leads to
    another page than the one that asked must not be swapped into it: htmx is sent there instead.
    """
    if not wants_fragment():
        return render_template(template, **context)
    if request.method == "GET" and request.headers.get("HX-Target", fragment) != fragment:
        return navigate(request.full_path.rstrip("?"))
    notices = render_block("layouts/base.html", "notices", out_of_band=True)
    return str(render_block(template, fragment, **context)) + str(notices)


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


def local_path(url: str, default: str = "/") -> str:
    """`url` when it is a path of this site, else `default`: redirects never lead elsewhere."""
    parts = urlsplit(url.replace("\\", "/"))
    if parts.scheme or parts.netloc or not url.startswith("/") or url[1:2] in {"/", "\\", "\t"}:
        return default
    return url


def init_app(app: Flask) -> None:
    """Install error pages, response headers and the request log."""
    app.register_error_handler(ForumError, _refusal)
    app.register_error_handler(CSRFError, _expired)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(InternalServerError, _bug)
    app.before_request(_start)
    app.after_request(_finish)


def _start() -> None:
    g.started = time.perf_counter()
    g.request_id = secrets.token_hex(6)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _finish(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["FORUM"].is_production:
        response.headers.setdefault("Strict-Transport-Security", HSTS)
    response.vary.add("HX-Request")
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-cache"
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
    response.vary.add("Accept-Encoding")
    if "Content-Encoding" in response.headers or (request.args and "Cookie" in request.headers):
        return response
    body = response.get_data()
    if len(body) > 1024 and "br" in request.accept_encodings:
        response.set_data(brotli.compress(body, quality=4))
        response.headers["Content-Encoding"] = "br"
    return response


def _refusal(error: ForumError) -> Response:
    if isinstance(error, SignInRequired) and request.method == "GET" and not wants_fragment():
        return _to_sign_in(request.full_path.rstrip("?"))
    return error_page(error.status, error.title, error.message)


def _to_sign_in(back: str) -> Response:
    from flask import url_for

    return make_response(redirect(url_for("security.login", next=back), 303))


def _expired(error: CSRFError) -> Response:
    return error_page(
        400,
        _("Die Seite war zu lange offen"),
        _("Ihr Text ist noch da. Senden Sie ihn unten noch einmal ab."),
        typed=True,
    )


def _http_error(error: HTTPException) -> Response:
    titles = {
        400: (
            _("Diese Anfrage konnten wir nicht lesen"),
            _("Gehen Sie zurück, laden Sie die Seite neu und senden Sie noch einmal."),
        ),
        404: (
            _("Seite nicht gefunden"),
            _("Unter dieser Adresse gibt es nichts, oder es wurde zurückgezogen."),
        ),
        405: (
            _("So geht es nicht"),
            _("Diese Adresse nimmt nur abgesandte Formulare entgegen. Gehen Sie zurück."),
        ),
        413: (_("Das ist zu viel auf einmal"), _("Kürzen Sie Ihre Eingabe und senden Sie erneut.")),
        429: (
            _("Das waren viele Anfragen in kurzer Zeit"),
            _("Warten Sie eine Minute und versuchen Sie es erneut."),
        ),
    }
    status = error.code or 500
    title, message = titles.get(
        status,
        (_("Das hat nicht geklappt"), _("Gehen Sie zurück und versuchen Sie es noch einmal.")),
    )
    if error.response is not None:  # a redirect, or an answer somebody made on purpose
        return make_response(error.get_response())
    return error_page(status, title, message, headers=error.get_headers())


def _bug(error: InternalServerError) -> Response:
    reference = secrets.token_hex(4)
    original = error.original_exception
    log.error(
        "request.failed", reference=reference, endpoint=request.endpoint, exc_info=original or error
    )
    return error_page(
        500,
        _("Da ist uns ein Fehler unterlaufen"),
        _("Ihre Eingabe wurde nicht gespeichert. Versuchen Sie es in einigen Minuten erneut."),
        reference=reference,
    )


def error_page(
    status: int,
    title: Any,
    message: Any,
    *,
    reference: str = "",
    typed: bool = False,
    headers: Any = (),
) -> Response:
    """An error in the voice of the house. `typed` offers what was posted for sending again."""
    error = {
        "status": status,
        "title": title,
        "message": message,
        "reference": reference,
        "typed": request.form if typed and request.method == "POST" else None,
    }
    if wants_fragment() and not error["typed"]:
        response = make_response(render_block("errors/error.html", "error", **error), status)
        response.headers["HX-Retarget"] = "#notices"  # the form stays, with all that was typed
        response.headers["HX-Reswap"] = "innerHTML"
    else:
        response = make_response(render_template("errors/error.html", **error), status)
    for name, value in headers:
        if name.lower() in {"retry-after", "allow"}:
            response.headers[name] = value
    response.headers["Cache-Control"] = "no-store"
    return response
