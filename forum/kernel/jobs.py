"""Work after the commit: the database holds what is due, a job is only a nudge to look.

`task(name, run)` declares a piece of work that looks for its due rows and does them. `nudge(name)`
asks for it once the running transaction is committed. `sweep()` runs all of them once a minute, so
that a nudge lost with a killed process costs a minute and nothing else. Tasks are idempotent.

Huey carries the nudges: a file in the data folder by default, Redis by setting. A file lock lets
one consumer a host run, in a thread of a web process or as `python -m forum worker`.
"""

import fcntl
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog
from flask import Flask
from huey import MemoryHuey, RedisHuey, SqliteHuey, crontab
from huey.consumer import Consumer

from forum.kernel.db import after_commit

log = structlog.get_logger()

_tasks: dict[str, Callable[[], object]] = {}
_EXTENSION = "forum_jobs"


def task(name: str, run: Callable[[], object]) -> None:
    """Declare work: `run` looks for its due rows, does them, and may run at any time."""
    _tasks[name] = run


def nudge(name: str) -> None:
    """Have the task `name` look for due work after this transaction, and not if it fails."""
    if name not in _tasks:
        raise KeyError(f"No task is called {name!r}; declared: {', '.join(sorted(_tasks))}")
    from flask import current_app

    queue: Queue = current_app.extensions[_EXTENSION]
    after_commit(lambda: queue.enqueue(name), once=f"nudge {name}")


class Queue:
    """Huey with our tasks, bound to one app."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        config = app.config["FORUM"]
        if config.TESTING:
            self.huey: Any = MemoryHuey("forum", immediate=False)
        elif config.REDIS_URL:
            self.huey = RedisHuey("forum", url=config.REDIS_URL)
        else:
            config.DATA.mkdir(parents=True, exist_ok=True)
            self.huey = SqliteHuey("forum", filename=str(config.DATA / "jobs.db"), fsync=False)
        self._run: Any = self.huey.task(name="run")(self.run)
        self.huey.periodic_task(crontab(minute="*"), name="sweep")(self.sweep)

    def enqueue(self, name: str) -> None:
        """Ask a consumer to run the task soon."""
        self._run(name)

    def run(self, name: str) -> None:
        """Run one task now, in a context of its own."""
        with self.app.app_context():
            _tasks[name]()

    def sweep(self) -> None:
        """Run every task: what fell due by the clock, and what lost nudges left."""
        for name in sorted(_tasks):
            try:
                self.run(name)
            except Exception:  # one failing task must not keep the others from their work
                log.exception("sweep.failed", task=name)


def init_app(app: Flask) -> Queue:
    """Give the app its queue."""
    queue = Queue(app)
    app.extensions[_EXTENSION] = queue
    return queue


class _EmbeddedConsumer(Consumer):
    def _set_signal_handlers(self) -> None:
        """Signals belong to the web server, and to the main thread."""


class Embedded:
    """A consumer that runs wherever it is started, and on one place a host only."""

    def __init__(self, queue: Queue, lock: Path) -> None:
        self.queue, self.lock = queue, lock
        self.consumer: Any = None
        self._stopping = threading.Event()

    def start(self) -> None:
        """Wait for the lock in a thread, then consume."""
        threading.Thread(target=self.run, name="jobs", daemon=True).start()

    def run(self) -> None:
        """Wait for the lock, then consume until stopped."""
        self.lock.parent.mkdir(parents=True, exist_ok=True)
        with self.lock.open("a") as handle:  # closing it frees the lock, so it stays open
            while not self._stopping.is_set():
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    self._stopping.wait(2)
                    continue
                self.queue.sweep()
                self.consumer = _EmbeddedConsumer(
                    self.queue.huey, workers=1, initial_delay=0.1, max_delay=1.0
                )
                self.consumer.run()
                return

    def stop(self) -> None:
        """Let the running task finish, and end."""
        self._stopping.set()
        if self.consumer is not None:
            self.consumer.stop(graceful=True)
