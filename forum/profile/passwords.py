"""Asking for the password once more, before what cannot be undone."""

from flask_security.proxies import _security
from flask_security.utils import verify_password

from forum.accounts.models import User


def is_right(user: User, password: str) -> bool:
    """Whether this is the account's password. Slow on purpose: ask before writing."""
    secret = _security.password_util.normalize(password)
    return bool(user.password and password and verify_password(secret, user.password))
