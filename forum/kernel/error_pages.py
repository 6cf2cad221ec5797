"""What people read when something does not work: one sentence on what it is, one on what to do.

What they had typed is never lost: it is offered for sending again where that can help, shown for
copying where it cannot, and kept while they sign in.
"""

import secrets
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import (
    Flask,
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from htmx_flask import request
from jinja2_fragments.flask import render_block
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException, InternalServerError, TooManyRequests

from forum.kernel.db import db
from forum.kernel.errors import ForumError, NotFound, SignInRequired, Unavailable
from forum.kernel.web import local_path, navigate, wants_fragment

log = structlog.get_logger()

SECRETS = ("csrf_token", "password", "passwort", "held")
"""A field whose name holds one of these is never shown again and never kept."""

DOORS = frozenset(
    {
        "security.login",
        "accounts.send_link",
        "accounts.forgotten",
        "accounts.register",
        "accounts.preview",
    }
)
"""Forms with a token for people who have no session: signing in first would not help them."""

AGAIN = {400, 422, 429, 500, 503}
"""Where sending the same once more may help."""

_AGAIN = _l("Gehen Sie zurück, laden Sie die Seite neu und senden Sie noch einmal.")
SENTENCES: dict[int, tuple[Any, Any]] = {
    400: (_l("Diese Anfrage konnten wir nicht lesen"), _AGAIN),
    401: (SignInRequired.title, _l("Melden Sie sich an und versuchen Sie es noch einmal.")),
    403: (_l("Das geht hier nicht"), _l("Dieser Bereich ist nicht für alle offen.")),
    404: (NotFound.title, NotFound().message),
    405: (
        _l("So geht es nicht"),
        _l("Diese Adresse lässt sich so nicht aufrufen. Gehen Sie zurück und von dort weiter."),
    ),
    409: (
        _l("Inzwischen hat sich etwas geändert"),
        _l("Laden Sie die Seite neu, und sehen Sie nach, was neu ist."),
    ),
    413: (
        _l("Das ist zu viel auf einmal"),
        _l("Gehen Sie zurück, kürzen Sie Ihre Eingabe und senden Sie noch einmal."),
    ),
    422: (
        _l("Mit diesen Angaben geht es nicht"),
        _l("Gehen Sie zurück, prüfen Sie Ihre Eingabe und senden Sie noch einmal."),
    ),
    503: (
        _l("Das Forum ist gerade nicht erreichbar"),
        _l("Versuchen Sie es in einigen Minuten noch einmal."),
    ),
}
_OTHER = (
    _l("Das hat nicht geklappt"),
    _l("Gehen Sie zurück und versuchen Sie es noch einmal."),
)


def init_app(app: Flask) -> None:
    """Answer every refusal, mistake and bug with a page in the voice of the house."""
    app.jinja_env.globals["is_prose"] = is_prose
    app.register_error_handler(ForumError, _refusal)
    app.register_error_handler(CSRFError, _expired)
    app.register_error_handler(TooManyRequests, _too_many)
    app.register_error_handler(HTTPException, _http_error)
    for gone in (OperationalError, InterfaceError, PoolTimeout):
        app.register_error_handler(gone, _no_database)
    app.register_error_handler(InternalServerError, _bug)


def error_page(
    status: int,
    title: Any,
    message: Any,
    *,
    reference: str = "",
    headers: Iterable[tuple[str, str]] = (),
    again: bool | None = None,
) -> Response:
    """An error page, or a notice above the page for htmx, whose form stays with all its text.

    `again` offers what was posted for sending once more; without it, it is shown for copying.
    """
    _calm_down()
    typed = typed_fields()
    error = {
        "status": status,
        "title": title,
        "message": message,
        "reference": reference,
        "typed": typed,
        "again": bool(typed) and (status in AGAIN if again is None else again),
        "labels": FIELD_LABELS,
    }
    if not wants_fragment():
        response = make_response(render_template("errors/error.html", **error), status)
    elif again:  # the page's own token is void: only a new form can be sent
        response = make_response(render_block("errors/error.html", "error", **error), status)
        response.headers["HX-Retarget"] = "#inhalt"
        response.headers["HX-Reswap"] = "innerHTML show:window:top"
    else:
        response = make_response(render_template("errors/notice.html", **error), status)
        response.headers["HX-Retarget"] = "#notices"
        response.headers["HX-Reswap"] = "innerHTML show:#notices:top"
    for name, value in headers:
        if name.lower() in {"retry-after", "allow"}:
            response.headers[name] = value
    response.headers["Cache-Control"] = "no-store"
    return response


FIELD_LABELS = {
    "text": _l("Ihr Text"),
    "source": _l("Ihr Text"),
    "body": _l("Ihr Text"),
    "reason": _l("Begründung"),
    "public_reason": _l("Öffentliche Begründung"),
    "reason_to_author": _l("Begründung an die Verfasserin oder den Verfasser"),
    "title": _l("Titel"),
    "lead": _l("Vorspann"),
    "remark": _l("Bemerkung"),
    "sources": _l("Quellen"),
    "correction_reason": _l("Grund der Berichtigung"),
}
"""How known fields are called when they stand on a page other than their own."""


def typed_fields(form: "MultiDict[str, str] | None" = None) -> list[tuple[str, str]]:
    """What was posted with this request, without secrets."""
    if request.method != "POST" or (request.blueprint or "") == "security":
        return []
    try:
        found = request.form if form is None else form
    except (HTTPException, UnicodeDecodeError):  # too large, or no text
        return []
    return [
        (name, value)
        for name, value in found.items(multi=True)
        if not any(secret in name.lower() for secret in SECRETS)
    ]


def is_prose(name: str, value: str) -> bool:
    """Whether a field holds what somebody wrote, rather than a choice or a number of the form."""
    return bool(value.strip()) and (name in FIELD_LABELS or " " in value.strip() or "\n" in value)


def _calm_down() -> None:
    """Make sure that the page needs nothing from a database that may be gone."""
    try:
        db.session.expunge_all()  # what was read stays as it is
        db.session.rollback()
        _ = current_user.is_authenticated
    except SQLAlchemyError:
        g._login_user = current_app.login_manager.anonymous_user()  # type: ignore[attr-defined]


def _refusal(error: ForumError) -> Response:
    if isinstance(error, SignInRequired):
        return _sign_in(error)
    return error_page(
        error.status,
        error.title,
        error.message,
        headers=[("Retry-After", "120")] if isinstance(error, Unavailable) else [],
    )


def _sign_in(error: ForumError) -> Response:
    if request.headers.get("X-Unasked"):
        # The page asked by itself: nobody is led away from what they are typing.
        return make_response("", 204)
    if request.method in {"GET", "HEAD"}:
        return to_sign_in(request.full_path.rstrip("?"))
    if back := current_app.keep_typed():  # type: ignore[attr-defined]
        return to_sign_in(back)
    return error_page(401, error.title, error.message)


def to_sign_in(back: str) -> Response:
    """Lead to the sign-in page, and from there on to `back`."""
    place = url_for("security.login", next=local_path(back))
    return navigate(place) if wants_fragment() else make_response(redirect(place, 303))


def where_they_were(default: str = "/") -> str:
    """The page of ours whose form was sent, for people who have to sign in first."""
    found = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer") or "")
    return local_path(found.path) if found.path and found.netloc == request.host else default


def _expired(_error: CSRFError) -> Response:
    _calm_down()
    if request.endpoint == "security.logout" and not current_user.is_authenticated:
        return make_response(redirect("/", 303))  # the session is over already
    if request.endpoint in DOORS and not current_user.is_authenticated:
        return error_page(
            400,
            _("Die Seite war zu lange offen"),
            _("Öffnen Sie sie neu und geben Sie Ihre Daten noch einmal ein."),
            again=False,
        )
    if not current_user.is_authenticated:
        return _sign_in(SignInRequired(_("Ihre Sitzung ist zu Ende. Melden Sie sich neu an.")))
    return error_page(
        400,
        _("Die Seite war zu lange offen"),
        _("Ihre Eingabe ist noch da. Senden Sie sie noch einmal ab."),
        again=True,
    )


def _too_many(error: TooManyRequests) -> Response:
    g.asks_nothing = True  # whoever asks too often costs the database nothing more
    seconds = error.retry_after if isinstance(error.retry_after, int) else 60
    minutes = max(1, -(-seconds // 60))
    from flask_babel import ngettext

    return error_page(
        429,
        _("Das waren viele Anfragen in kurzer Zeit"),
        ngettext(
            "Warten Sie eine Minute und versuchen Sie es noch einmal.",
            "Warten Sie %(num)s Minuten und versuchen Sie es noch einmal.",
            minutes,
        ),
        headers=[("Retry-After", str(seconds))],
    )


def _http_error(error: HTTPException) -> Response:
    if error.response is not None:  # a redirect, or an answer somebody made on purpose
        return make_response(error.get_response())
    status = error.code or 500
    title, message = SENTENCES.get(status, _OTHER)
    return error_page(status, title, message, headers=error.get_headers())


def _no_database(error: Exception) -> Response:
    reference = _reference(error)
    title, message = SENTENCES[503]
    return error_page(503, title, message, reference=reference, headers=[("Retry-After", "60")])


def _bug(error: InternalServerError) -> Response:
    reference = _reference(error.original_exception or error)
    return error_page(
        500,
        _("Das liegt an uns"),
        _("Der Server konnte Ihre Anfrage nicht beantworten. Versuchen Sie es später noch einmal."),
        reference=reference,
    )


def _reference(error: BaseException) -> str:
    """A number people can quote, and under which the log says what happened."""
    number = secrets.token_hex(4).upper()
    reference = f"{number[:4]}-{number[4:]}"
    log.error("request.failed", reference=reference, endpoint=request.endpoint, exc_info=error)
    return reference
