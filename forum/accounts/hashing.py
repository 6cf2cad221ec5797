"""Passwords: made slow on purpose, and kept from slowing everybody else.

A hash costs some twenty milliseconds of a core and 19 MiB. Only so many run at once, and whoever
comes when enough are waiting is sent away, so that guessers never hold all threads of a process.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app
from flask_babel import lazy_gettext as _l
from flask_security.proxies import _security
from flask_security.utils import hash_password, verify_password

from forum.kernel.errors import Unavailable

MIN_LENGTH, MAX_LENGTH = 12, 1000

_turns = threading.BoundedSemaphore(max(1, (os.cpu_count() or 2) // 2))
_count_lock = threading.Lock()
_inside = 0


def made(password: str) -> str:
    """The hash of a password, to be stored."""
    with _turn():
        return str(hash_password(_normal(password)))


def matches(password: str, stored: str | None) -> bool:
    """Whether this is the password. Without one stored it takes as long, and is not."""
    with _turn():
        if stored is None:
            hash_password(_normal(password))
            return False
        return bool(verify_password(_normal(password), stored))


def _normal(password: str) -> str:
    return str(_security.password_util.normalize(password))


@contextmanager
def _turn() -> Iterator[None]:
    global _inside
    with _count_lock:
        if _inside >= max(2, current_app.config["FORUM"].THREADS // 2):
            raise Unavailable(
                _l("Gerade melden sich sehr viele an. Versuchen Sie es in einer Minute neu.")
            )
        _inside += 1
    try:
        with _turns:
            yield
    finally:
        with _count_lock:
            _inside -= 1
