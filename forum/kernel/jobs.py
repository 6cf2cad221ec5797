"""Work after the commit: the database holds what is due, a job is only a nudge to look.

`task(name, run)` declares a piece of work that looks for its due rows and does them. `nudge(name)`
asks for it once the running transaction is committed. `sweep()` runs all of them once a minute, so
that a nudge lost with a killed process costs a minute and nothing else. Tasks are idempotent.

Huey carries the nudges: in a file of the data folder, in PostgreSQL or in Redis, as the settings
say. A file lock lets one consumer a host run, in a thread of a web process or as
`python -m forum worker`; only PostgreSQL and Redis carry several.
"""

import threading
from collections.abc import Callable, Collection
from importlib import import_module
from pathlib import Path
from typing import Any

import structlog
from flask import Flask

from forum.kernel import lean, locks
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


def _load(carrier: str) -> Any:
    """Huey, without the clients that it would load on the chance: 15 MB in every process."""
    clients = {"memory": {"psycopg", "redis"}, "postgresql": {"psycopg"}, "redis": {"redis"}}
    unused = frozenset({"psycopg", "redis"} - clients.get(carrier, set()))
    huey = lean.load("huey", without=unused)
    if carrier == "postgresql":  # another app of this process may have loaded it without
        huey.storage.psycopg = import_module("psycopg")
    return huey


class Queue:
    """Huey with our tasks, bound to one app."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        config = app.config["FORUM"]
        self.carrier: str = "memory" if config.TESTING else config.jobs
        """Where nudges wait: memory (tests), folder, postgresql or redis."""
        huey = _load(self.carrier)
        self.huey: Any = self._connected(huey, config)
        self._run: Any = self.huey.task(name="run")(self.run)
        self.huey.periodic_task(huey.crontab(minute="*"), name="sweep")(self.sweep)

    def _connected(self, huey: Any, config: Any) -> Any:
        if self.carrier == "memory":
            return huey.MemoryHuey("forum", immediate=False)
        if self.carrier == "redis":
            return huey.RedisHuey("forum", url=config.REDIS_URL)
        if self.carrier == "postgresql":
            dsn = config.database_url.replace("+psycopg", "", 1)
            # Its tables are made by `prepare`: the app can be built while the database is away.
            return huey.PostgresHuey("forum", dsn=dsn, create_tables=False)
        config.DATA.mkdir(parents=True, exist_ok=True)
        return huey.SqliteHuey("forum", filename=str(config.DATA / "jobs.db"), fsync=False)

    @property
    def is_shared(self) -> bool:
        """Whether several consumers may take from it."""
        return self.carrier in {"postgresql", "redis"}

    def prepare(self) -> None:
        """Make what nudges wait in. No connection is left open: who calls this may fork."""
        if self.carrier == "postgresql":
            self.huey.storage.initialize_schema()

    def enqueue(self, name: str) -> None:
        """Ask a consumer to run the task soon."""
        self._run(name)

    def run(self, name: str) -> None:
        """Run one task now, in a context of its own."""
        with self.app.app_context():
            _tasks[name]()

    def sweep(self, without: Collection[str] = ()) -> None:
        """Run every task: what fell due by the clock, and what lost nudges left."""
        for name in sorted(_tasks.keys() - set(without)):
            try:
                self.run(name)
            except Exception:  # one failing task must not keep the others from their work
                log.exception("sweep.failed", task=name)


def init_app(app: Flask) -> Queue:
    """Give the app its queue."""
    queue = Queue(app)
    app.extensions[_EXTENSION] = queue
    return queue


class Embedded:
    """A consumer in a thread of a web process; of several processes a host, one works."""

    def __init__(self, queue: Queue, lock: Path) -> None:
        self.queue, self.lock = queue, lock
        self.consumer: Any = None
        self._stopping = threading.Event()

    def start(self) -> None:
        """Wait for the lock in a thread, then consume."""
        threading.Thread(target=self.run, name="jobs", daemon=True).start()

    def run(self) -> None:
        """Wait for the lock, then consume until stopped."""
        while not self._stopping.is_set():
            try:
                handle = locks.hold(self.lock)
            except locks.Taken:
                self._stopping.wait(2)
                continue
            with handle:
                self.queue.sweep()
                self.consumer = _consumer(self.queue)
                # Signals belong to the web server, and to the main thread.
                self.consumer._set_signal_handlers = lambda: None
                self.consumer.run()
            return

    def stop(self) -> None:
        """Let the running task finish, and end."""
        self._stopping.set()
        if self.consumer is not None:
            self.consumer.stop(graceful=True)


def work(queue: Queue, lock: Path) -> None:
    """Consume in this process until a signal comes; the running task is finished first.

    Raises locks.Taken where another process does the work and the queue carries only one.
    """
    handle = None if queue.is_shared else locks.hold(lock, wait=5)
    try:
        queue.prepare()
        queue.sweep()
        # Huey's own choice drops the running task on SIGTERM.
        _consumer(queue, graceful_signal="TERM").run()
    finally:
        if handle is not None:
            handle.close()


def _consumer(queue: Queue, **more: Any) -> Any:
    pace = {"workers": 1, "initial_delay": 0.1, "max_delay": 1.0}
    return import_module("huey.consumer").Consumer(queue.huey, **pace, **more)
