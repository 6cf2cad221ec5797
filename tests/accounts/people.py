"""People who come with a password, and the forms they fill in."""

from typing import Any

from flask_security.utils import hash_password

from forum.accounts.models import User

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
