"""One-time links in mails: to sign in, to confirm, to set a password, to withdraw a consent.

A mail scanner opens links, and a browser may fetch them early: opening one only shows a page with
one button, and the POST acts. Whoever holds the secret may use it, on any device. The table holds
its hash; path and payload are sealed and bound to it.

A package on a higher floor adds a kind of link with `declare`, mails one with `send`, and answers
its POST in `Purpose.act`, which calls `redeem` first.
"""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from flask import current_app
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select, update

from forum.accounts.models import MailedLink
from forum.kernel import mail, vault
from forum.kernel.db import begin_writing, db, save
from forum.kernel.errors import ForumError
from forum.kernel.web import local_path

KEPT_AFTERWARDS = timedelta(days=7)
"""For so long a link that is over is still told apart from one that never was."""


@dataclass(frozen=True)
class Opened:
    """A link that still holds, as its page and its act see it."""

    token: str
    purpose: str
    user_id: int | None
    payload: dict[str, Any] = field(repr=False)
    next: str
    """Where it leads in the end: a path of this site, or empty."""


@dataclass(frozen=True)
class Purpose:
    """What a kind of link is for. The package that acts on it declares it once with `declare`."""

    name: str
    lifetime: timedelta
    title: Any
    lead: Any
    button: Any
    act: Callable[[Opened], ResponseReturnValue]
    """Answers the POST. It has to call `redeem` before it changes anything."""
    renew: Callable[[str], str]
    """Where people get another link, given the path they wanted to reach."""
    renew_label: Any
    afterwards: str = ""
    """The purpose whose renewal is offered once this one's link has done its work; else its own."""
    template: str = "accounts/link.html"
    context: Callable[[Opened], dict[str, Any]] = lambda _opened: {}
    """What the template wants to know beyond that."""


class Over(ForumError):
    """The link was used, has expired, or never was."""

    status = 410
    title = _l("Dieser Link gilt nicht mehr")

    def __init__(self, message: Any, purpose: str = "", next_: str = "") -> None:
        super().__init__(message)
        self.purpose, self.next = purpose, next_


class Unknown(Over):
    """No link has this secret, or it was forgotten long ago."""

    status = 404

    def __init__(self) -> None:
        super().__init__(
            _l(
                "Diesen Link gibt es nicht oder nicht mehr. Prüfen Sie, ob Ihr Mailprogramm ihn "
                "umgebrochen hat, und kopieren Sie ihn dann ganz in die Adresszeile."
            )
        )


TO_GET_IN = frozenset({"sign_in", "reset", "address"})
"""Purposes that open an account: no such link outlives a change of its password."""

_purposes: dict[str, Purpose] = {}


def declare(purpose: Purpose) -> None:
    """Make a kind of link known; done once, when the package that acts on it is loaded."""
    if _purposes.setdefault(purpose.name, purpose) is not purpose:
        raise ValueError(f"The purpose {purpose.name!r} exists twice")


def purpose(name: str) -> Purpose:
    """What was declared under this name."""
    return _purposes[name]


def make(
    purpose: str,
    *,
    user_id: int | None = None,
    payload: dict[str, Any] | None = None,
    next_path: str = "",
    lifetime: timedelta | None = None,
) -> str:
    """The address of a new link, within the running write transaction.

    `next_path` is where it leads in the end; anything but a path of this site is dropped.
    `lifetime` where it is another than that of its purpose.
    """
    begin_writing()
    token = secrets.token_urlsafe(32)
    save(
        MailedLink(
            token=_hash(token),
            purpose=purpose,
            user_id=user_id,
            sealed=vault.seal(payload or {}, f"mailed-link:{token}"),
            way_on=vault.seal({"next": _bounded(next_path)}, f"way-on:{token}"),
            expires_at=datetime.now(UTC) + (lifetime or _purposes[purpose].lifetime),
        )
    )
    return f"{current_app.config['FORUM'].BASE_URL.rstrip('/')}/link/{token}"


def send(
    purpose: str,
    recipient: str,
    letter: Callable[[str], tuple[str, str]],
    *,
    user_id: int | None = None,
    payload: dict[str, Any] | None = None,
    next_path: str = "",
) -> None:
    """Mail a new link; `letter(address)` gives the subject and the body that it stands in."""
    mail.post(
        recipient, *letter(make(purpose, user_id=user_id, payload=payload, next_path=next_path))
    )


def look(token: str) -> Opened:
    """What a link is for, without using it. Raises `Over` when it no longer holds."""
    row = db.session.scalars(
        select(MailedLink).where(MailedLink.token == _hash(token))
    ).one_or_none()
    if row is None or row.purpose not in _purposes:
        raise Unknown
    next_ = vault.unseal(row.way_on, f"way-on:{token}")["next"]
    if row.used_at is not None:
        raise Over(
            _l("Dieser Link ist schon benutzt. Jeder Link gilt genau einmal."),
            _purposes[row.purpose].afterwards or row.purpose,
            next_,
        )
    if row.sealed is None or row.expires_at <= datetime.now(UTC):
        raise Over(
            _l("Die Zeit für diesen Link ist abgelaufen."),
            row.purpose,
            next_,
        )
    payload = vault.unseal(row.sealed, f"mailed-link:{token}")
    return Opened(token, row.purpose, row.user_id, payload, next_)


def redeem(token: str, purpose: str) -> Opened:
    """Use a link up, in this write transaction; of two who try at once, one succeeds.

    Raises `Over` when it no longer holds, and `Unknown` when it is for something else.
    """
    begin_writing()
    opened = look(token)
    if opened.purpose != purpose:
        raise Unknown
    taken = db.session.execute(
        update(MailedLink)
        .where(MailedLink.token == _hash(token), MailedLink.used_at.is_(None))
        .values(used_at=datetime.now(UTC), sealed=None)
        .returning(MailedLink.id)
    ).first()
    if taken is None:
        raise Over(
            _l("Dieser Link ist schon benutzt. Jeder Link gilt genau einmal."),
            _purposes[purpose].afterwards or purpose,
            opened.next,
        )
    return opened


def used_by(token: str) -> int | None:
    """Whose link this was, once it has been used."""
    return db.session.scalar(
        select(MailedLink.user_id).where(
            MailedLink.token == _hash(token), MailedLink.used_at.is_not(None)
        )
    )


def belongs_to(token: str, user_id: int) -> None:
    """Note whose account a link has made, so that a second press leads there."""
    db.session.execute(
        update(MailedLink).where(MailedLink.token == _hash(token)).values(user_id=user_id)
    )


def void(user_id: int, purposes: Iterable[str] | None = None) -> None:
    """Forget the links of an account: all, or those for `purposes` that nobody has used yet.

    After a change of password or address, when it is locked, and when it is erased.
    """
    begin_writing()
    statement = delete(MailedLink).where(MailedLink.user_id == user_id)
    if purposes is not None:
        statement = statement.where(
            MailedLink.purpose.in_(list(purposes)), MailedLink.used_at.is_(None)
        )
    db.session.execute(statement)


def is_purge_due() -> bool:
    """Whether there is anything to forget."""
    now = datetime.now(UTC)
    due = select(MailedLink.id).where(_emptied(now) | _forgotten(now))
    return bool(db.session.scalar(select(due.exists())))


def purge() -> None:
    """Forget what expired links carry at once, and the links themselves after a while."""
    begin_writing()
    now = datetime.now(UTC)
    db.session.execute(delete(MailedLink).where(_forgotten(now)))
    db.session.execute(update(MailedLink).where(_emptied(now)).values(sealed=None))


def _emptied(now: datetime) -> Any:
    return (MailedLink.expires_at < now) & MailedLink.sealed.is_not(None)


def _forgotten(now: datetime) -> Any:
    limit = now - KEPT_AFTERWARDS
    return (MailedLink.expires_at < limit) | (MailedLink.used_at < limit)


def _bounded(next_path: str) -> str:
    path = local_path(next_path, default="")
    return path if len(path) <= 1000 else ""


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
