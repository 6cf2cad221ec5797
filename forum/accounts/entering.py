"""Getting into one's account without its password, and what is asked for by mail.

Whether an address has an account must not show: each of these does as much work, and queues one
mail, for an address that nobody knows.
"""

from forum.accounts import actions, letters, links, queries
from forum.accounts.models import User
from forum.kernel import mail
from forum.kernel.db import begin_writing

SIGN_IN, RESET, ADDRESS, WITHDRAW = "sign_in", "reset", "address", "withdraw"


def ask_to_sign_in(email: str, next_path: str, registering: str) -> None:
    """Mail a link to sign in, or that there is no account; `registering` is where to get one."""
    _ask(SIGN_IN, email, next_path, registering)


def ask_to_reset(email: str, next_path: str, registering: str) -> None:
    """Mail a link to set a new password, or that there is no account."""
    _ask(RESET, email, next_path, registering)


def _ask(purpose: str, email: str, next_path: str, registering: str) -> None:
    begin_writing()
    user = queries.holder(email)
    if user is None or not user.active:
        links.make(purpose, next_path=next_path)  # nobody gets it: a row, as for the others
        mail.post(email, *letters.no_account(registering))
        return
    letter = letters.sign_in if purpose == SIGN_IN else letters.reset
    links.send(purpose, user.email, letter, user_id=user.id, next_path=next_path)


def arrive(token: str) -> User:
    """Use up a link to sign in; returns who may be signed in now."""
    opened = links.redeem(token, SIGN_IN)
    return _active(opened.user_id)


def reset(token: str, password_hash: str) -> User:
    """Use up a link to set a new password; all sessions end, and the person may be signed in."""
    user = _active(links.redeem(token, RESET).user_id)
    return change_password(user.id, password_hash)


def change_password(user_id: int, password_hash: str) -> User:
    """Set a new password and say so by mail. All sessions end: sign the person in again."""
    actions.set_password(user_id, password_hash)
    user = queries.user(user_id)
    mail.post(user.email, *letters.password_changed())
    return user


def ask_to_change_address(user_id: int, email: str, recovering: str) -> None:
    """Mail a link to the new address, and a note to the old one.

    `recovering` is the page at which a password is set anew.
    """
    begin_writing()
    user = queries.user(user_id, lock=True)
    links.void(user.id, {ADDRESS})  # only the last one asked for may hold
    if queries.holder(email) is None:
        payload = {"email": email}
        links.send(ADDRESS, email, letters.confirm_address, user_id=user.id, payload=payload)
    else:
        mail.post(email, *letters.address_taken())
    mail.post(user.email, *letters.address_asked(recovering))


def change_address(token: str) -> None:
    """Use up a link that confirms a new address."""
    opened = links.redeem(token, ADDRESS)
    user = _active(opened.user_id)
    before = actions.change_address(user.id, opened.payload["email"])
    mail.post(before, *letters.address_changed())


def _active(user_id: int | None) -> User:
    user = queries.user(user_id) if user_id is not None else None
    if user is None or not user.active:
        raise links.Unknown
    return user
