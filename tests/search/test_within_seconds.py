"""With the work running beside the pages, what people write is found within five seconds."""

import os
import re
import subprocess
import sys
import time
from urllib.parse import urlencode

import pytest

from tests.databases import ENGINE
from tools.bench.data import Conversation
from tools.bench.load import ROOT, Client, free_port
from tools.bench.round import build

TALK = Conversation("two", ["Erster Beitrag.", "Zweiter Beitrag."], [(1, 1, 1), (1, 1, 1)])
SECONDS = 5


def found(visitor: Client, word: str) -> bool:
    """Whether a comment is among the hits; what was asked for stands on the page in any case."""
    return re.search(rb"Beitrag \d", visitor.get(f"/suche?q={word}").body) is not None


def seconds_until(visitor: Client, word: str, *, there: bool) -> float:
    started = time.monotonic()
    while found(visitor, word) is not there:
        if time.monotonic() - started > 4 * SECONDS:
            pytest.fail(f"{word} was not {'found' if there else 'gone'}")
        time.sleep(0.05)
    return time.monotonic() - started


@pytest.mark.slow
@pytest.mark.skipif(ENGINE != "sqlite", reason="one data folder, with its own database")
def test_changes_are_found_within_five_seconds(tmp_path):
    bench = build(tmp_path / "data", TALK)
    port = free_port()
    log = (tmp_path / "server.log").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-m", "forum", "run", "--port", str(port)],
        cwd=ROOT,
        env=os.environ | bench.environ,
        stdout=log,
        stderr=log,
    )
    member, visitor = bench.member(port, 0), Client(port)
    try:
        end = time.monotonic() + 60
        while True:
            try:
                visitor.get("/healthz")
                break
            except OSError:
                visitor.connection.close()
                assert time.monotonic() < end, (tmp_path / "server.log").read_text()
                time.sleep(0.1)
        token = bench.token(member)
        # The first sweep indexes all there is; after it, a nudge is all there is to wait for.
        while not found(visitor, "Zweiter"):
            assert time.monotonic() < end, (tmp_path / "server.log").read_text()
            time.sleep(0.2)

        def post(place: str, **fields: str) -> str:
            answer = member.post(place, urlencode({"csrf_token": token, **fields}))
            assert answer.status == 303, answer.body[:2000]
            return answer.headers["location"]

        posted = post(
            f"{bench.path}/beitraege",
            kind="pro",
            text="Die Wanderbaustelle gehört dazu.",
            about=str(bench.recommendation_id),
            submission="einmal",
        )
        written = seconds_until(visitor, "Wanderbaustelle", there=True)
        number = posted.rpartition("-")[2]
        post(f"{bench.path}/beitraege/{number}/bearbeiten", text="Der Prellbock gehört dazu.")
        changed = seconds_until(visitor, "Prellbock", there=True)
        post(f"{bench.path}/beitraege/{number}/loeschen")
        deleted = seconds_until(visitor, "Prellbock", there=False)
    finally:
        for client in (member, visitor):
            client.connection.close()
        server.terminate()
        server.wait(20)
        log.close()
    assert max(written, changed, deleted) <= SECONDS, (written, changed, deleted)
