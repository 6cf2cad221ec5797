"""Pages kept in memory for visitors: the bytes of a version, until the clock changes them.

A kept page is found by its version, which the caller reads from the database with one small query
on every request; nothing is ever served that the database no longer vouches for. The key also holds
the variant (page or fragment, encoding), since a shared ETag would let a browser take one for the
other.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

import brotli
from flask import Response, request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MAX_BYTES = 24 * 1024 * 1024


@dataclass(frozen=True)
class Kept:
    """One page as it goes over the wire."""

    body: bytes
    etag: str
    headers: tuple[tuple[str, str], ...]
    """All of them."""
    about: tuple[tuple[str, str], ...]
    """Those a 304 carries."""
    valid_until: datetime


class Shelf:
    """The pages one process keeps, the longest unused ones dropped first."""

    def __init__(self, limit: int = MAX_BYTES) -> None:
        self._pages: OrderedDict[tuple[object, ...], Kept] = OrderedDict()
        self._size, self._limit = 0, limit
        self._lock = threading.Lock()

    def get(self, key: tuple[object, ...], now: datetime) -> Kept | None:
        """The page of exactly this version, unless the clock has passed its time."""
        with self._lock:
            page = self._pages.get(key)
            if page is None or now >= page.valid_until:
                return None
            self._pages.move_to_end(key)
            return page

    def put(self, key: tuple[object, ...], page: Kept) -> None:
        """Keep a page, and make room for it."""
        with self._lock:
            old = self._pages.pop(key, None)
            self._size -= len(old.body) if old else 0
            self._pages[key] = page
            self._size += len(page.body)
            while self._size > self._limit and len(self._pages) > 1:
                _key, dropped = self._pages.popitem(last=False)
                self._size -= len(dropped.body)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._pages.clear()
            self._size = 0


def encoding() -> str:
    """The encoding this client takes, the smaller first; empty for none."""
    accepted = request.environ.get("HTTP_ACCEPT_ENCODING", "")
    return "br" if "br" in accepted else ""


def keep(response: Response, wanted: str, valid_until: datetime) -> Kept:
    """What to keep of a freshly rendered answer."""
    body = response.get_data()
    etag = f'"{sha256(body).hexdigest()[:20]}-{wanted or "id"}"'
    if wanted == "br":
        body = brotli.compress(body, quality=5)
    about = [
        ("ETag", etag),
        ("Cache-Control", "public, max-age=0, must-revalidate"),
        ("Vary", "Accept-Encoding, HX-Request, Cookie"),
    ]
    own = [("Content-Length", str(len(body)))]
    if wanted:
        own.append(("Content-Encoding", wanted))
    names = {"content-length", "content-encoding", "etag", "vary", "x-request-id", "cache-control"}
    headers = [(k, v) for k, v in response.headers.items() if k.lower() not in names]
    return Kept(body, etag, tuple(headers + own + about), tuple(about), valid_until)


def answer(page: Kept) -> WSGIApplication:
    """The kept page, or 304 when this client has it already.

    Not a `Response`: that would copy and check headers twice which have long been written.
    """

    def send(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if page.etag in environ.get("HTTP_IF_NONE_MATCH", ""):
            start_response("304 NOT MODIFIED", [*page.about])
            return ()
        start_response("200 OK", [*page.headers])
        return () if environ["REQUEST_METHOD"] == "HEAD" else (page.body,)

    return send
