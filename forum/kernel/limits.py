"""How often one address may do something; counted in memory or Redis, switched off for load."""

from flask import current_app, request
from limits import parse
from werkzeug.exceptions import TooManyRequests


def count(name: str, limit: str) -> None:
    """Count one try of `name` from this address. Raises 429 beyond `limit` („10 per hour“)."""
    for limiter in current_app.extensions.get("limiter", ()):
        if limiter.enabled and not limiter.limiter.hit(
            parse(limit), name, request.remote_addr or "-"
        ):
            raise TooManyRequests
