"""Sessions: one row for each sign-in, so that people see them and can end each of them.

The cookie carries the account's key and the session's secret; `queries.user_by_session` looks both
up in the one statement that loads the person.
"""

import re
import secrets
import uuid
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, update

from forum.accounts import queries
from forum.accounts.models import Session, User
from forum.kernel import clock
from forum.kernel.db import begin_writing, db, save

LASTS = timedelta(days=14)
LASTS_REMEMBERED = timedelta(days=30)
"""Where somebody chose to stay signed in; the same as the cookie's own time."""

_BROWSERS = (
    ("Edge", r"\bEdg(?:e|A|iOS)?/"),
    ("Opera", r"\bOPR/|\bOpera/"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
    ("Firefox", r"\bFirefox/|\bFxiOS/"),
    ("Chrome", r"\bChrome/|\bCriOS/"),
    ("Safari", r"\bSafari/"),
)
_SYSTEMS = (
    ("iPhone", r"\biPhone\b"),
    ("iPad", r"\biPad\b"),
    ("Android", r"\bAndroid\b"),
    ("Windows", r"\bWindows\b"),
    ("macOS", r"\bMac(?:intosh| OS X)\b"),
    ("ChromeOS", r"\bCrOS\b"),
    ("Linux", r"\bLinux\b"),
)


def device(user_agent: str) -> tuple[str, str]:
    """Browser and system by name, as far as the browser says; empty where it says nothing."""

    def first(known: tuple[tuple[str, str], ...]) -> str:
        return next((name for name, sign in known if re.search(sign, user_agent[:500])), "")

    return first(_BROWSERS), first(_SYSTEMS)


def begin(user: User, user_agent: str, *, remembered: bool) -> str:
    """Begin a session; returns the secret its cookie carries."""
    secret, now = secrets.token_urlsafe(24), datetime.now(UTC)
    browser, system = device(user_agent)
    begin_writing()
    save(
        Session(
            token=sha256(secret.encode()).hexdigest(),
            user_id=user.id,
            account_key=user.fs_uniquifier,
            browser=browser,
            system=system,
            started_at=now,
            expires_at=now + (LASTS_REMEMBERED if remembered else LASTS),
        )
    )
    db.session.execute(
        update(User)
        .where(User.id == user.id)
        .values(last_active_on=clock.today(), updated_at=User.updated_at)
        .execution_options(synchronize_session=False)
    )
    return secret


def end(token: str) -> None:
    """End the session of this key: somebody signs out."""
    begin_writing()
    db.session.execute(delete(Session).where(Session.token == token))


def end_one(user_id: int, session_id: int) -> None:
    """End one session of an account, wherever it runs."""
    begin_writing()
    db.session.execute(delete(Session).where(Session.id == session_id, Session.user_id == user_id))


def end_all(user_id: int) -> None:
    """Sign an account out everywhere, with a new key that no cookie knows."""
    begin_writing()
    user = queries.user(user_id, lock=True)
    user.fs_uniquifier = uuid.uuid4().hex
    db.session.flush()
    db.session.execute(delete(Session).where(Session.user_id == user_id))


def purge() -> None:
    """Forget the sessions that are over."""
    begin_writing()
    db.session.execute(delete(Session).where(Session.expires_at <= datetime.now(UTC)))
