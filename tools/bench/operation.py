"""Backup of a database with 100,000 comments while people write, and its restore to a first page.

`python -m tools.bench.operation` measures this alone.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import func, insert, select, update

from forum.deliberation.models import Comment
from forum.kernel.db import db, unit_of_work
from forum.recommendations.models import Recommendation, Subject
from tools.bench.data import Conversation, conversation
from tools.bench.load import ROOT, Client, free_port
from tools.bench.round import Bench, build

COMMENTS = 100_000
Say = Callable[..., None]


def fill(bench: Bench) -> None:
    """Write the first comments again and again, under new numbers, until there are enough."""
    with bench.app.app_context():
        with unit_of_work():
            subjects, comments = Subject.__table__, Comment.__table__
            first = (
                db.session.execute(select(comments).where(comments.c.root_id.is_(None)))
                .mappings()
                .all()
            )
            kinds = dict(map(tuple, db.session.execute(select(subjects.c.id, subjects.c.kind))))
            rounds = dict(
                map(tuple, db.session.execute(select(subjects.c.id, subjects.c.consultation_id)))
            )
            last = db.session.scalar(select(func.max(subjects.c.id))) or 0
            number = db.session.scalar(select(func.max(comments.c.number))) or 0
        for start in range(0, COMMENTS - len(first), 5000):
            new_subjects, new_comments = [], []
            for step in range(start, min(start + 5000, COMMENTS - len(first))):
                like, key, place = first[step % len(first)], last + step + 1, number + step + 1
                new_subjects.append(
                    {
                        "id": key,
                        "kind": kinds[like["id"]],
                        "consultation_id": rounds[like["id"]],
                        "recommendation_id": like["recommendation_id"],
                        "number": place,
                        "comment_count": 0,
                        "index_due": False,
                        "is_indexing": False,
                    }
                )
                new_comments.append(
                    dict(like) | {"id": key, "number": place, "submission": f"copy-{step}"}
                )
            with unit_of_work(writing=True):
                db.session.execute(insert(subjects), new_subjects)
                db.session.execute(insert(comments), new_comments)
        db.engine.dispose()


class Writer(threading.Thread):
    """Writes a row, commits, and again; keeps the longest it took."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(daemon=True)
        self.bench, self.took, self.done = bench, [], threading.Event()

    def run(self) -> None:
        with self.bench.app.app_context():
            while not self.done.wait(0.01):
                started = time.perf_counter()
                with unit_of_work(writing=True):
                    db.session.execute(
                        update(Recommendation)
                        .where(Recommendation.id == self.bench.recommendation_id)
                        .values(revision=Recommendation.revision + 1)
                    )
                self.took.append(time.perf_counter() - started)

    def longest(self) -> float:
        """Milliseconds; starts counting anew."""
        took, self.took = self.took, []
        return max(took, default=0) * 1000


def forum(place: Path, environ: dict[str, str], *arguments: str) -> list[str]:
    place.mkdir(exist_ok=True)
    return [sys.executable, "-m", "forum", *arguments]


def measure(folder: Path, say: Say, name: str = "SQLite", database: str = "") -> None:
    """Fill, back up under writes, restore elsewhere."""
    folder.mkdir(exist_ok=True)
    talk = conversation()
    few = Conversation(talk.name, talk.texts[:100], talk.votes[:100])
    bench = build(folder / "full", few, database)
    fill(bench)
    environ = {**os.environ, **bench.environ, "PYTHONPATH": str(ROOT)}
    file, work = folder / "saved.zip", folder / "work"
    writer = Writer(bench)
    writer.start()
    time.sleep(5)
    alone = writer.longest()
    started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        forum(work, environ, "backup", str(file)),
        cwd=work,
        env=environ,
        check=True,
        capture_output=True,
    )
    took, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    say(
        f"{name}: backup of {COMMENTS} comments",
        took,
        "s",
        20,
        note=f"{file.stat().st_size / 1e6:.0f} MB, {cpu:.1f} s of CPU, load {os.getloadavg()[0]:.0f}",
    )
    say(
        f"{name}: longest a writer took meanwhile",
        writer.longest(),
        "ms",
        100,
        note=f"{alone:.0f} ms in 5 s without it",
    )
    writer.done.set()
    writer.join()
    environ = {k: v for k, v in environ.items() if k != "FORUM_DATABASE_URL"}
    environ["FORUM_DATA"] = str(folder / "new")
    started, port = time.monotonic(), free_port()
    subprocess.run(
        forum(work, environ, "restore", str(file)),
        cwd=work,
        env=environ,
        check=True,
        capture_output=True,
    )
    restored = time.monotonic() - started
    server = subprocess.Popen(
        forum(work, environ, "run", "--port", str(port)),
        cwd=work,
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            try:
                assert Client(port).get("/").status == 200
                break
            except OSError:
                time.sleep(0.1)
        say(
            f"{name}: restore to the first page",
            time.monotonic() - started,
            "s",
            60,
            note=f"restore alone {restored:.1f} s",
        )
    finally:
        server.terminate()
        server.wait(60)
    shutil.rmtree(folder / "new")


if __name__ == "__main__":
    from tools.bench.__main__ import failures
    from tools.bench.__main__ import say as printed

    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        measure(Path(temporary), printed)
    raise SystemExit(bool(failures))
