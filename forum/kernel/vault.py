"""Text that nobody may read yet, encrypted at rest.

The key is a setting and never in the database: a stolen backup shows that something is there, and
not what. `context` binds a text to its place, so that a row cannot be copied into another's.
"""

import hmac
import json
import os
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app


def _cipher() -> AESGCM:
    return AESGCM(
        sha256(b"forum-seal-v1\0" + current_app.config["FORUM"].SEAL_KEY.encode()).digest()
    )


def seal(content: dict[str, Any], context: str) -> bytes:
    """Encrypt `content` for the place that `context` names."""
    nonce = os.urandom(12)
    text = json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
    return nonce + _cipher().encrypt(nonce, text, context.encode())


def unseal(sealed: bytes, context: str) -> dict[str, Any]:
    """Decrypt. Raises cryptography's InvalidTag with another key, place or a changed byte."""
    text = _cipher().decrypt(sealed[:12], sealed[12:], context.encode())
    content: dict[str, Any] = json.loads(text)
    return content


def mark(text: str, context: str) -> str:
    """What a text is recognised by without being readable: only who has the key can compare."""
    key = sha256(b"forum-mark-v1\0" + current_app.config["FORUM"].SEAL_KEY.encode()).digest()
    return hmac.digest(key, f"{context}\0{text}".encode(), "sha256").hex()
