"""How a form for visitors is kept from robots and other sites without a cookie.

A signed stamp says when the form was opened, and gives each form a number of its own; a field that
people do not see stays empty; the browser says which site the form stood on.
"""

import hmac
import secrets
from datetime import UTC, datetime
from hashlib import sha256

from flask import current_app
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer

LEAST_SECONDS = 3
"""Nobody reads a contribution and says what is wrong with it in less."""
MOST_SECONDS = 24 * 3600
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="forum-report-v1")


def stamp(subject_id: int) -> str:
    """What a freshly opened form carries. Real time, for nobody travels while typing."""
    opened = int(datetime.now(UTC).timestamp())
    return _serializer().dumps([subject_id, opened, secrets.token_hex(8)])


def objection(value: str, subject_id: int, trap: str) -> str:
    """Why this form is not taken yet, or an empty string."""
    if trap.strip():
        return _("Lassen Sie das Feld „Webseite“ leer und senden Sie noch einmal.")
    try:
        about, opened, _nonce = _serializer().loads(value)
    except (BadSignature, ValueError, TypeError):
        return _(
            "Diese Seite war zu lange offen. Prüfen Sie Ihren Text und senden Sie noch einmal."
        )
    age = datetime.now(UTC).timestamp() - opened
    if about != subject_id or age > MOST_SECONDS:
        return _(
            "Diese Seite war zu lange offen. Prüfen Sie Ihren Text und senden Sie noch einmal."
        )
    if age < LEAST_SECONDS:
        return _("Das ging sehr schnell. Prüfen Sie Ihre Angaben und senden Sie noch einmal.")
    return ""


def receipt(stamped: str, *content: str) -> str:
    """„M-7K3Q-9XTZ“: the same for the same form sent twice, and telling nothing about anybody."""
    key = current_app.config["SECRET_KEY"].encode()
    mac = hmac.new(key, "\0".join(("report", stamped, *content)).encode(), sha256).digest()
    number = int.from_bytes(mac)
    letters = []
    for _place in range(8):
        number, index = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[index])
    code = "".join(letters)
    return f"M-{code[:4]}-{code[4:]}"


def renewed(value: str, subject_id: int) -> str:
    """The same stamp while it holds, so that sending again is not too quick; else a new one."""
    try:
        about, opened, _nonce = _serializer().loads(value)
    except (BadSignature, ValueError, TypeError):
        return stamp(subject_id)
    fresh = datetime.now(UTC).timestamp() - opened <= MOST_SECONDS
    return value if about == subject_id and fresh else stamp(subject_id)
