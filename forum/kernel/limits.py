"""Rate limits: how often somebody may ask for something, counted before the first SQL.

The table of limits belongs to the product (`forum/limits.py`); this is the mechanism. Counters live
in the memory of the process, or in Redis by setting. What they are counted by is hashed, so that no
address and no e-mail stands in them. A counter that cannot be reached lets everybody through.
"""

import hmac
import ipaddress
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from flask import Flask, current_app, request, session
from limits import RateLimitItem, parse
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

log = structlog.get_logger()

_EXTENSION = "forum_limits"

Key = Callable[[], str]


@dataclass(frozen=True)
class Rate:
    """How often one `key` may call an endpoint: `Rate("search.results", "60/minute", address)`."""

    endpoint: str
    rate: str
    key: Key
    methods: frozenset[str] = frozenset({"POST"})


def address() -> str:
    """Where the request comes from. Whoever has one IPv6 address has the whole /64."""
    text = request.remote_addr or "-"
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return text
    if found.version == 4:
        return text
    return str(ipaddress.ip_network((int(found) >> 64 << 64, 64)).network_address)


def person() -> str:
    """The account of the session, not yet looked up; for visitors, where they come from."""
    account, _stop, _session = str(session.get("_user_id") or "").partition(".")
    return account or address()


class Limits:
    """The counters of one app."""

    def __init__(self, app: Flask, rates: Sequence[Rate]) -> None:
        self.enabled: bool = app.config["FORUM"].RATE_LIMITS
        self._counter = FixedWindowRateLimiter(
            storage_from_string(app.config["RATELIMIT_STORAGE_URI"])
        )
        self._secret = app.config["SECRET_KEY"].encode()
        self._rates: dict[str, list[tuple[Rate, RateLimitItem]]] = {}
        for rate in rates:
            self._rates.setdefault(rate.endpoint, []).append((rate, parse(rate.rate)))

    def check(self) -> None:
        """Count this request where the table says so; raises TooManyRequests."""
        if not self.enabled or request.endpoint is None:
            return
        for rate, item in (*self._rates.get(request.endpoint, ()), *self._rates.get("*", ())):
            if request.method in rate.methods:
                self._hit(item, rate.endpoint, rate.key())

    def allow(self, name: str, rate: str, key: str) -> bool:
        """Count something that is no request of its own."""
        if not self.enabled:
            return True
        try:
            self._hit(parse(rate), name, key)
        except TooManyRequests:
            return False
        return True

    def _hit(self, item: RateLimitItem, name: str, key: str) -> None:
        hashed = hmac.digest(self._secret, key.encode("utf-8", "replace"), "sha256").hex()[:24]
        counter = self._counter
        try:
            if counter.hit(item, name, hashed):
                return
            reset = counter.get_window_stats(item, name, hashed).reset_time
        except Exception as error:  # Redis is away: a limit is no reason to stop
            log.warning("limits.unreachable", error=type(error).__name__)
            return
        raise TooManyRequests(retry_after=max(1, math.ceil(reset - time.time())))


def init_app(app: Flask, rates: Sequence[Rate]) -> None:
    """Count every request by the table, before sessions and users are looked up."""
    found = app.extensions[_EXTENSION] = Limits(app, rates)
    app.before_request(found.check)


def allow(name: str, rate: str, key: str) -> bool:
    """Whether `key` may do `name` once more: for what no endpoint stands for."""
    found: Limits = current_app.extensions[_EXTENSION]
    return found.allow(name, rate, key)
