"""`python -m forum run`: bring the data folder up to date, then serve it with gunicorn.

One process by default: eight threads for requests, one for the work after the commit. More web
processes (FORUM_WORKERS) need rate limits in Redis; a file lock lets one of them work.
"""

import contextlib
import ctypes
import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import click
import structlog
from flask import Flask, current_app
from flask.cli import with_appcontext
from gunicorn.app.base import BaseApplication
from sqlalchemy.exc import SQLAlchemyError

from forum.config import Config, ConfigError
from forum.kernel import clock, locks
from forum.kernel.db import db, unit_of_work
from forum.kernel.jobs import Embedded
from forum.operations.checks import another_key
from forum.operations.queries import rounds_of_another_key

log = structlog.get_logger()

M_ARENA_MAX = -8  # from malloc.h
PR_SET_PDEATHSIG = 1  # from prctl.h


class Server(BaseApplication):
    """gunicorn around one app that is already built."""

    def __init__(self, app: Flask, bind: str, *, works: bool = True) -> None:
        self.app, self.bind, self.works = app, bind, works
        config = app.config["FORUM"]
        self.embedded = Embedded(app.extensions["forum_jobs"], config.DATA / "worker.lock")
        super().__init__()

    def load_config(self) -> None:
        """Few settings, each for a reason."""
        config = self.app.config["FORUM"]
        settings: dict[str, Any] = {
            "bind": self.bind,
            "worker_class": "gthread",
            "workers": config.WORKERS,
            "threads": config.THREADS,
            "graceful_timeout": 20,
            "control_socket_disable": True,  # one path for all instances of a user otherwise
            "worker_tmp_dir": str(config.DATA),  # the heartbeat must not depend on /tmp
            "accesslog": None,  # the app logs requests itself, without personal data
            "loglevel": "warning",
            "proc_name": "forum",
            "post_worker_init": self._started,
            "worker_exit": self._ending,
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The app every worker serves."""
        return self.app

    def _started(self, _worker: Any) -> None:
        _share_memory_arenas()
        sys.setswitchinterval(0.001)  # a busy job then costs pages a few milliseconds less
        if self.works:
            self.embedded.start()

    def _ending(self, _server: Any, _worker: Any) -> None:
        self.embedded.stop()


def _share_memory_arenas() -> None:
    """Have the threads share two arenas of glibc's malloc, not one each."""
    with contextlib.suppress(AttributeError, OSError):  # another C library manages without
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)


def prepare(app: Flask) -> list[str]:
    """Migrate, set the demo's clock, fill an empty folder, catch up; says what was done."""
    import flask_migrate

    from forum.content import actions as content
    from forum.demo import actions as demo
    from forum.recommendations.queries import current_consultation

    config, said = app.config["FORUM"], []
    flask_migrate.upgrade()
    refuse_demo_data(app)
    if config.NOW and not config.is_production:
        wanted = clock.parse_local(config.NOW)
        if not clock.advance_to(wanted):
            said.append(f"The clock stays at {_local(clock.now())}; it only goes forward.")
    is_new = current_consultation() is None
    if is_new:
        with unit_of_work():
            content.import_folder(content.PACKAGED)
        said.append("Imported the start content.")
        if config.DEMO:
            said += demo.fill()
    said += warn_of_other_key(app)
    queue = app.extensions["forum_jobs"]
    queue.prepare()
    # An index of many texts takes minutes to build: pages need not wait for it.
    queue.sweep(without=() if is_new else {"search"})
    db.engine.dispose()  # processes forked from here open connections of their own
    return said


def warn_of_other_key(app: Flask) -> list[str]:
    """Say it loudly when votes were cast with another ballot key; pages are served all the same."""
    try:
        with app.app_context():
            with unit_of_work():
                stopped = rounds_of_another_key()
            db.session.remove()
    except SQLAlchemyError:  # not migrated yet: there is no vote either
        return []
    if not stopped:
        return []
    log.error("ballots.another_key", rounds=list(stopped))
    return [f"WARNING: {another_key(stopped)}"]


def hold_the_folder(config: Config) -> IO[str] | None:
    """Refuse a second web process where rate limits count in memory: each would count alone."""
    if not config.counts_in_memory:
        return None
    if config.WORKERS > 1:
        raise ConfigError(
            f"FORUM_WORKERS is {config.WORKERS}, but rate limits count in memory, each process for "
            "itself. Set FORUM_REDIS_URL, or FORUM_WORKERS=1 and more FORUM_THREADS."
        )
    try:
        return locks.hold(config.DATA / "web.lock", wait=5)
    except locks.Taken as error:
        raise ConfigError(
            f"Process {error.process} serves {config.DATA} already, and rate limits that count in "
            "memory are for one. Stop it first, or set FORUM_REDIS_URL for several."
        ) from error


def _apart(work: Callable[[], object]) -> None:
    """Do it in a process of its own, so that what serves does not carry what it loaded."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        code = 1
        with contextlib.suppress(AttributeError, OSError):  # end with whoever waits for it
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        try:
            work()
            code = 0
        except (ConfigError, click.ClickException) as error:
            click.echo(f"forum: {error}", err=True)
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else 1
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    if code := os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
        raise SystemExit(abs(code))


def refuse_demo_data(app: Flask) -> None:
    """In production, stop before invented people are taken for real ones.

    Asked wherever the forum is served, not by migrations: they must be able to run first.
    """
    from forum.recommendations.queries import demo_rounds

    if not app.config["FORUM"].is_production:
        return
    try:
        with app.app_context():
            with unit_of_work():
                found = demo_rounds()
            db.session.remove()
            db.engine.dispose()  # processes forked from here open connections of their own
    except SQLAlchemyError:  # not migrated yet, or not reachable: nothing is served from it either
        return
    if found:
        raise ConfigError(
            f"The database holds demo data ({', '.join(found)}): invented people, votes and "
            "comments. Point FORUM_DATABASE_URL or FORUM_DATA at an empty database."
        )


def _local(moment: Any) -> str:
    return f"{moment.astimezone(clock.BERLIN):%Y-%m-%d %H:%M}"


@click.command("run")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=int)
@click.option("--no-jobs", is_flag=True, help="Leave the work to `forum worker`.")
@with_appcontext
def run(host: str, port: int, no_jobs: bool) -> None:
    """Serve the forum; an empty data folder gets content and, in the demo, invented people."""
    app: Any = current_app
    app = app._get_current_object()
    Path(app.config["FORUM"].DATA).mkdir(parents=True, exist_ok=True)
    held = hold_the_folder(app.config["FORUM"])  # until the process ends
    _apart(lambda: click.echo("".join(f"{line}\n" for line in prepare(app)), nl=False))
    click.echo(f"Forum Industriepolitik: http://{host}:{port}/")
    sys.argv = [sys.argv[0]]
    Server(app, f"{host}:{port}", works=not no_jobs).run()
    del held
