"""Doors: what sign-in, reset and registration cost, and what a guesser costs other people.

Known and unknown addresses take turns, so that noise meets both alike. The guesser sends twenty a
second; others vote meanwhile, and once without the guesser.
"""

import re
import statistics
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import update

from forum.accounts import hashing
from forum.accounts.models import User
from forum.kernel.db import db, unit_of_work
from tools.bench.load import Answer, Client, Server
from tools.bench.round import PEOPLE, Bench

ROUNDS = 150
DOORS = {
    "sign-in": ("/anmelden", "/anmelden", {"password": "falsch geraten"}),
    "sign-in link": ("/anmelden", "/anmelden/link", {}),
    "reset": ("/passwort-vergessen", "/passwort-vergessen", {}),
    "registration": (
        "/registrieren",
        "/registrieren",
        {
            "name": "Vera Neu",
            "organisation": "none",
            "appearance": "name_organisation",
            "password": "ein ganzer Satz zum Merken",
            "is_of_age": "1",
            "consents": "1",
            "consent_version": "1",
        },
    ),
}


class Visitor:
    """Somebody in front of the doors, with the cookie and token of one page."""

    def __init__(self, port: int, page: str, address: str = "127.0.0.1") -> None:
        self.client = Client(port, {"X-Forwarded-For": address})
        answer = self.client.get(page)
        self.cookie = answer.headers["set-cookie"].split(";")[0]
        found = re.search(rb'name="csrf_token" value="([^"]+)"', answer.body)
        assert found, answer.body[:500]
        self.token = found.group(1).decode()

    def knock(self, door: str, fields: dict[str, str]) -> Answer:
        """Send the form."""
        body = urlencode({"csrf_token": self.token, **fields})
        return self.client.post(door, body, Cookie=self.cookie)


def give_passwords(bench: Bench) -> None:
    """Let the people of the bench have a password, which nobody will guess."""
    with bench.app.app_context():
        hashed = hashing.made("ein Satz, den niemand rät")
        with unit_of_work(writing=True):
            db.session.execute(update(User).values(password=hashed))
        db.session.remove()


def timing(bench: Bench, folder: Path) -> dict[str, tuple[float, float]]:
    """The median milliseconds of each door, for a known and an unknown address."""
    give_passwords(bench)
    server = Server.start("wsgi:app", bench.environ, folder)
    found = {}
    for name, (page, door, more) in DOORS.items():
        visitor = Visitor(server.port, page)
        times: dict[bool, list[float]] = {True: [], False: []}
        for number in range(ROUNDS + 10):
            for known in (True, False) if number % 2 else (False, True):
                email = f"bench{number % PEOPLE}@example.org"
                fields = {"email": email if known else f"x{email}", **more}
                start = time.perf_counter()
                answer = visitor.knock(door, fields)
                if number >= 10:
                    times[known].append((time.perf_counter() - start) * 1000)
                assert answer.status == (422 if name == "sign-in" else 303), answer.body[:3000]
        found[name] = (statistics.median(times[True]), statistics.median(times[False]))
    server.stop()
    return found


def guessing(bench: Bench, folder: Path, seconds: float = 12) -> dict[str, float]:
    """The median milliseconds of a vote: alone, beside a guesser of one account, and of many."""
    environ = bench.environ | {"FORUM_RATE_LIMITS": "on", "FORUM_TRUSTED_PROXIES": "1"}
    server = Server.start("wsgi:app", environ, folder)
    person = bench.member(server.port, 0)
    token = bench.token(person)

    def vote(number: int) -> float:
        wording = bench.wordings[number % len(bench.wordings)]
        start = time.perf_counter()
        value = ("agree", "neutral", "against")[number % 3]
        fields = {"csrf_token": token, "value": value, "back": bench.path}
        answer = person.post(f"/stimmen/{wording}", urlencode(fields))
        assert answer.status == 303, answer.body[:500]
        return (time.perf_counter() - start) * 1000

    def guess(stop: threading.Event, kind: str) -> None:
        visitors = [
            Visitor(server.port, "/anmelden", f"198.51.100.{n}")
            for n in range(1 if kind == "address" else 40)
        ]
        begun, number = time.perf_counter(), 0
        while not stop.is_set():
            email = "bench1@example.org" if kind == "account" else f"bench{number}@example.org"
            visitors[number % len(visitors)].knock(
                "/anmelden", {"email": email, "password": f"geraten {number}"}
            )
            number += 1
            stop.wait(max(0.0, begun + number / 20 - time.perf_counter()))

    found: dict[str, list[float]] = {"alone": [], "account": [], "address": []}
    number = 0
    for _turn in range(3):
        for kind, times in found.items():
            stop = threading.Event()
            guesser = threading.Thread(target=guess, args=(stop, kind))
            if kind != "alone":
                guesser.start()
                time.sleep(1)
            end = time.perf_counter() + seconds / 3
            while time.perf_counter() < end:
                times.append(vote(number))
                number += 1
                time.sleep(0.28)  # within a person's own limit of 240 a minute
            stop.set()
            if kind != "alone":
                guesser.join()
    server.stop()
    return {kind: statistics.median(times) for kind, times in found.items()}
