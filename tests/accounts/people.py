"""People who come with a password, and the forms they fill in."""

import re
from typing import Any

from flask_security.utils import hash_password
from sqlalchemy import select

from forum.accounts.models import User
from forum.kernel.db import db
from forum.kernel.mail import Mail

PASSWORD = "ein ganzer Satz als Passwort"


def with_password(make: Any, **more: Any) -> User:
    """A confirmed member who knows the password."""
    with make.app.app_context():
        secret = hash_password(PASSWORD)
    return make.member(password=secret, **more)


def sign_in(browser: Any, email: str, password: str = PASSWORD, *, next_: str = "", **more: Any):
    """Fill in the sign-in page as a person would; the bare answer."""
    page = browser.get(f"/anmelden?next={next_}" if next_ else "/anmelden")
    fields = {i["name"]: i.get("value", "") for i in page.select("main form input[type=hidden]")}
    return browser.raw(
        "POST", "/anmelden", data=fields | {"email": email, "password": password} | more
    )


def mails(make: Any) -> list[Any]:
    """The mails in the outbox, the oldest first."""
    return make.run(lambda: list(db.session.scalars(select(Mail).order_by(Mail.id))))


def link_in(mail: Any) -> str:
    """The path of the one-time link in a mail."""
    [found] = re.findall(r"http://\S+?(/link/\S+)", mail.body)
    return found


def typed(page: Any, form: str = "main form") -> dict[str, str]:
    """What a form of this page sends as it stands, without its buttons."""
    fields = {}
    for field in page.select(f"{form} input, {form} textarea"):
        if field.get("type") in {"checkbox", "radio"} and not field.has_attr("checked"):
            continue
        fields[field["name"]] = field.get("value", "") if field.name == "input" else field.text
    for field in page.select(f"{form} select"):
        chosen = field.select_one("option[selected]") or field.select_one("option")
        fields[field["name"]] = chosen["value"]
    return fields


def ask_for_link(browser: Any, email: str, *, next_: str = "") -> Any:
    """Press „Anmeldelink per E-Mail schicken“ on the sign-in page; the bare answer."""
    page = browser.get(f"/anmelden?next={next_}" if next_ else "/anmelden")
    return browser.raw("POST", "/anmelden/link", data=typed(page) | {"email": email})
