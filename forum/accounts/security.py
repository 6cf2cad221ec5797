"""Flask-Security in this house: our models, our transaction, our outbox, our addresses."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, Response, g, render_template, request, session
from flask_login import user_logged_in, user_logged_out
from flask_security import MailUtil, Security, SQLAlchemyUserDatastore
from flask_security.utils import login_user
from sqlalchemy import select

from forum.accounts import forms, queries, sessions
from forum.accounts.models import Role, User, Visitor
from forum.kernel import mail
from forum.kernel.db import db
from forum.kernel.error_pages import to_sign_in
from forum.kernel.web import local_path, navigate, wants_fragment

ACCOUNT = "account"
"""Where a session says whose it is, or was: a text that outlives it finds back to its author."""


class Accounts(SQLAlchemyUserDatastore):
    """Finds users with all that policies ask about, and leaves committing to the unit of work."""

    def commit(self) -> None:
        """Called after the unit of work has committed: nothing may be left to write."""
        pending = self.db.session
        if pending.new or pending.dirty or pending.deleted:
            raise RuntimeError("Flask-Security wrote after the unit of work had ended.")

    def find_user(self, case_insensitive: bool = False, **identity: Any) -> User | None:
        """One user by any one attribute, in one statement."""
        [(name, value)] = identity.items()
        if name == "email":
            return queries.user_by_email(value)
        if name == "fs_uniquifier":
            return queries.user_by_session(value)
        return (
            db.session.scalars(queries.with_all(select(User).where(getattr(User, name) == value)))
            .unique()
            .one_or_none()
        )


class Outbox(MailUtil):
    """Puts Flask-Security's mails into our outbox, within the transaction."""

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: str | tuple[str, str],
        sender: Any,
        body: str | None,
        html: str | None,
        **kwargs: Any,
    ) -> None:
        """Queue the plain text; there is no HTML part."""
        mail.post(str(recipient), str(subject), body or "")


SETTINGS = {
    "SECURITY_URL_PREFIX": None,
    "SECURITY_LOGIN_URL": "/anmelden",
    "SECURITY_LOGOUT_URL": "/abmelden",
    "SECURITY_LOGOUT_METHODS": ["POST"],
    "SECURITY_POST_LOGIN_VIEW": "/",
    "SECURITY_POST_LOGOUT_VIEW": "/",
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    "SECURITY_DEPRECATED_PASSWORD_SCHEMES": [],
    # 19 MiB, two rounds, one lane: OWASP's figure, a quarter of the library's memory.
    "SECURITY_PASSWORD_HASH_OPTIONS": {
        "argon2__memory_cost": 19456,
        "argon2__time_cost": 2,
        "argon2__parallelism": 1,
    },
    "SECURITY_PASSWORD_LENGTH_MIN": 12,
    "SECURITY_PASSWORD_NORMALIZE_FORM": "NFKC",
    "SECURITY_HASHING_SCHEMES": ["argon2"],
    "SECURITY_DEPRECATED_HASHING_SCHEMES": [],
    "SECURITY_DATETIME_FACTORY": lambda: datetime.now(UTC),
    "SECURITY_CACHE_CONTROL": {"private": None, "no-store": None},
    "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
    "SECURITY_CLI_USERS_NAME": None,
    "SECURITY_CLI_ROLES_NAME": None,
    "SECURITY_API_ENABLED_METHODS": ["session"],
    "SECURITY_EMAIL_HTML": False,
    "SECURITY_TRACKABLE": False,
    "SECURITY_RETURN_GENERIC_RESPONSES": False,  # our form says one sentence, at its field
    "SECURITY_JOIN_USER_ROLES": False,
    "SECURITY_SEND_PASSWORD_CHANGE_EMAIL": False,
    "SECURITY_UNAUTHORIZED_VIEW": None,
    "SECURITY_FLASH_MESSAGES": False,  # a message would set a cookie
    "SECURITY_STATIC_FOLDER": None,
    "SECURITY_FRESHNESS": timedelta(minutes=-1),  # no page that asks for the password again
    "REMEMBER_COOKIE_DURATION": timedelta(days=30),
    "REMEMBER_COOKIE_HTTPONLY": True,
    "REMEMBER_COOKIE_SAMESITE": "Lax",
}


def init_app(app: Flask) -> None:
    """Sign-in by password and sign-out; registration comes with membership."""
    for name, value in SETTINGS.items():
        app.config.setdefault(name, value)
    app.config.setdefault("SECURITY_PASSWORD_SALT", app.config["SECRET_KEY"])
    secure = app.config["SESSION_COOKIE_SECURE"]
    app.config["REMEMBER_COOKIE_NAME"] = "__Host-forum-bleiben" if secure else "forum-bleiben"
    app.config["REMEMBER_COOKIE_SECURE"] = secure
    roles: Any = Role  # an enum serves: rights live in our policies, not in role rows
    security = Security(
        app, Accounts(db, User, roles), mail_util_cls=Outbox, login_form=forms.SignIn
    )
    app.login_manager.anonymous_user = Visitor  # type: ignore[attr-defined]
    # Flask-Principal would load the person before every request, to list roles that only its own
    # decorators ask for. Our rules ask the person, once something needs to know who that is.
    app.before_request_funcs[None].remove(security.principal._on_before_request)
    security.render_template = _render
    security.unauthn_handler(_sign_in_first)
    security.want_json(lambda _request: False)  # people sign in; machines will have keys
    app.after_request(_finish)
    user_logged_in.connect(_begin, app)
    user_logged_out.connect(_forget, app)


def let_in(user: User, *, remember: bool = False) -> None:
    """Sign somebody in who has proved in another way than by password who they are."""
    login_user(user, remember=remember, authn_via=["email"])


_OF_A_SESSION = ("_user_id", "_fresh", "_id", "_remember", "_remember_seconds")


def sign_in_page(form: forms.SignIn) -> str:
    """The sign-in page with this form, for what is not answered by the library's own view."""
    return render_template(
        "security/login_user.html", login_user_form=form, identity_attributes=["email"]
    )


def _render(template: str, **context: Any) -> Any:
    if wants_fragment() and request.method == "GET":
        return navigate(request.full_path.rstrip("?"))
    html = render_template(template, **context)
    return (html, 422) if request.method == "POST" else html


def _sign_in_first(mechanisms: Any, headers: Any = None) -> Response:
    return to_sign_in(request.full_path.rstrip("?") if request.method == "GET" else "/")


def _finish(response: Response) -> Response:
    """After sign-in stay on this site; after sign-out leave no page in the browser's cache."""
    if request.endpoint in {"security.login", "security.logout"} and "Location" in response.headers:
        response.headers["Location"] = local_path(response.headers["Location"])
        response.status_code = 303
    if request.endpoint == "security.logout" and response.status_code == 303:
        response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _begin(_app: Flask, user: User, **_: Any) -> None:
    """Begin a new session at sign-in: what somebody may have planted before is gone, token too.

    The cookies carry the session's own secret beside the account's key.
    """
    keep = {name: session[name] for name in _OF_A_SESSION if name in session}
    secret = sessions.begin(
        user, request.user_agent.string, remembered=keep.get("_remember") == "set"
    )
    session.clear()
    session.update(keep | {"_user_id": f"{user.fs_uniquifier}.{secret}", ACCOUNT: user.id})
    g.pop("csrf_token", None)  # Flask-WTF's, made from the secret that was just dropped


def _forget(_app: Flask, user: Any = None, **_: Any) -> None:
    """Leave nothing in the session, but Flask-Login's order to drop the remember cookie."""
    if (key := getattr(user, "session_key", None)) is not None:
        sessions.end(key)
    keep = session.pop("_remember", None)
    session.clear()
    if keep:
        session["_remember"] = keep
