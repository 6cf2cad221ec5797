"""The voter key, which stands in a ballot in place of an account, and the key that makes it."""

import hmac
from hashlib import sha256

from flask import current_app

from forum.accounts.models import User


def voter_key(voter: User, consultation_uuid: str) -> bytes | None:
    """What this person's ballots of the round are stored under. None once the account is erased."""
    if voter.ballot_secret is None:
        return None
    message = b"ballot-v1\0" + consultation_uuid.encode() + b"\0" + voter.ballot_secret
    return hmac.digest(_ballot_key(), message, "sha256")


def fingerprint() -> str:
    """Tells one ballot key from another without giving it away."""
    return hmac.new(_ballot_key(), b"ballot-key-fingerprint-v1", sha256).hexdigest()


def _ballot_key() -> bytes:
    key: str = current_app.config["FORUM"].BALLOT_KEY
    return key.encode()
