"""`forum init`: from an empty folder to a forum that somebody can sign in to.

Run again it changes nothing that stands: settings, keys and accounts are kept, and only what is
missing is added.
"""

import secrets
import smtplib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from forum.accounts import actions as accounts
from forum.accounts import links
from forum.accounts import queries as people
from forum.accounts.entering import SIGN_IN
from forum.accounts.models import Role
from forum.config import PREFIX, SECRETS
from forum.kernel import mail
from forum.kernel.db import db, unit_of_work
from forum.operations import migrations, settings


@dataclass(frozen=True)
class Question:
    """A setting that `init` asks for."""

    name: str
    option: str
    text: str
    default: str | None = None
    """None: there must be an answer."""


QUESTIONS = (
    Question("BASE_URL", "base_url", "Address of the forum, as https://forum.example.org"),
    Question(
        "RESPONSIBLE_PERSON",
        "responsible",
        "Responsible for the content (§ 18 Abs. 2 MStV): name and address",
    ),
    Question("SMTP_URL", "smtp_url", "Mail server, as smtp://user:password@mail.example.org:587"),
    Question("MAIL_SENDER", "mail_sender", "Address that mails come from"),
    Question("DATABASE_URL", "database_url", "PostgreSQL address, empty for SQLite", ""),
)


def complete(
    present: Mapping[str, str], answer: Callable[[Question], str], imprint: Callable[[], str]
) -> dict[str, str]:
    """The settings as they stand, with answers to what is missing and new keys where none are."""
    values = dict(present)
    values.setdefault(f"{PREFIX}ENV", "production")
    for question in QUESTIONS:
        if f"{PREFIX}{question.name}" not in values:
            values[f"{PREFIX}{question.name}"] = answer(question)
    if not values.get(f"{PREFIX}IMPRINT"):
        values[f"{PREFIX}IMPRINT"] = imprint()
    for name in SECRETS:
        if not values.get(f"{PREFIX}{name}"):
            values[f"{PREFIX}{name}"] = secrets.token_urlsafe(48)
    values.setdefault(f"{PREFIX}TRUSTED_PROXIES", "1")
    return values


def write(values: Mapping[str, str], present: Mapping[str, str]) -> int:
    """Write the file of settings if there is anything new; says how many."""
    if values != present:
        settings.write(values)
    return len(values) - len(present)


def migrate() -> None:
    """Bring the database up to date."""
    migrations.upgrade()
    db.session.remove()
    db.engine.dispose()


def make_administrator(email: str, name: str) -> tuple[bool, str]:
    """An administrator's account: whether it is new, and a link that signs them in once."""
    with unit_of_work(writing=True):
        found = people.user_by_email(email)
        is_new = found is None
        if found is None:
            roles = [Role.ADMINISTRATOR]
            found = accounts.create_user(email=email, name=name, password_hash=None, roles=roles)
        elif Role.ADMINISTRATOR not in found.roles:
            accounts.grant_role(found.id, Role.ADMINISTRATOR)
        return is_new, links.make(SIGN_IN, user_id=found.id)


def test_mail(recipient: str) -> str | None:
    """Send a mail past the outbox; None when the server took it, else what it said."""
    try:
        mail.send_now(
            recipient,
            "Testmail des Forums",
            "Guten Tag,\n\ndiese Mail kommt aus der Einrichtung Ihres Forums. Wenn Sie sie lesen, "
            "kann das Forum Mails versenden.\n",
        )
    except (OSError, smtplib.SMTPException) as error:
        return f"{type(error).__name__}: {error}"
    return None
