"""Getting into one's account without its password, and what is asked for by mail.

Whether an address has an account must not show: each of these does as much work, and queues one
mail, for an address that nobody knows.
"""

from forum.accounts import letters, links, queries
from forum.accounts.models import User
from forum.kernel import mail
from forum.kernel.db import begin_writing

SIGN_IN, RESET, WITHDRAW = "sign_in", "reset", "withdraw"


def ask_to_sign_in(email: str, next_path: str, registering: str) -> None:
    """Mail a link to sign in, or that there is no account; `registering` is where to get one."""
    _ask(SIGN_IN, email, next_path, registering)


def ask_to_reset(email: str, next_path: str, registering: str) -> None:
    """Mail a link to set a new password, or that there is no account."""
    _ask(RESET, email, next_path, registering)


def _ask(purpose: str, email: str, next_path: str, registering: str) -> None:
    begin_writing()
    user = queries.user_by_email(email)
    if user is None or not user.active:
        mail.post(email, *letters.no_account(registering))
        return
    letter = letters.sign_in if purpose == SIGN_IN else letters.reset
    links.send(purpose, user.email, letter, user_id=user.id, next_path=next_path)


def arrive(token: str) -> User:
    """Use up a link to sign in; returns who may be signed in now."""
    opened = links.redeem(token, SIGN_IN)
    return _active(opened.user_id)


def _active(user_id: int | None) -> User:
    user = queries.user(user_id) if user_id is not None else None
    if user is None or not user.active:
        raise links.Unknown
    return user
