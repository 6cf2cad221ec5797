"""Several processes: carried by Redis and PostgreSQL, refused where they are not."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from flask import Flask

from forum.config import Config, ConfigError
from forum.factory import create_app
from forum.kernel import jobs, locks
from forum.serving import hold_the_folder
from tests.conftest import fresh
from tests.databases import SECRET
from tests.operations.conftest import ROOT
from tests.operations.test_deploy import needs
from tests.operations.test_moving import empty, server  # noqa: F401 - fixtures


@pytest.fixture(scope="module")
def redis(tmp_path_factory):
    """A Redis of our own."""
    program = needs("redis-server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("redis")
    process = subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder],
        stdout=subprocess.DEVNULL,
    )
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    assert process.poll() is None, "Somebody else has taken the port"
    yield f"redis://127.0.0.1:{port}/0"
    process.terminate()
    process.wait(10)


def config(folder, **more) -> Config:
    return Config(DATA=folder, LOG_LEVEL="critical", **SECRET, **more)


def test_a_second_web_process_on_the_folder_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(locks.time, "sleep", lambda _seconds: None)
    with (
        hold_the_folder(config(tmp_path)),
        pytest.raises(ConfigError, match=f"Process {os.getpid()} serves .* FORUM_REDIS_URL"),
    ):
        hold_the_folder(config(tmp_path))


def test_several_workers_need_limits_that_hold_for_all(tmp_path):
    with pytest.raises(ConfigError, match="FORUM_WORKERS is 2"):
        hold_the_folder(config(tmp_path, WORKERS=2))
    assert hold_the_folder(config(tmp_path, WORKERS=2, REDIS_URL="redis://x")) is None
    assert hold_the_folder(config(tmp_path, WORKERS=2, RATE_LIMITS=False)) is None


def test_a_second_worker_on_the_folder_is_refused(forum, tmp_path):
    with locks.hold(tmp_path / "here" / "data" / "worker.lock"):
        said = forum("worker", status=1).stderr
    assert f"Process {os.getpid()} does the work" in said
    assert "FORUM_JOBS" in said


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"JOBS": "rabbits"}, "folder, postgresql or redis"),
        ({"JOBS": "redis"}, "needs FORUM_REDIS_URL"),
        ({"JOBS": "postgresql"}, "needs it in FORUM_DATABASE_URL"),
    ],
)
def test_a_carrier_that_is_not_there_is_refused(environ, sentence):
    with pytest.raises(ConfigError, match=sentence):
        Config(**environ, **SECRET)


def test_the_carrier_follows_from_what_there_is(tmp_path):
    postgres = {"DATABASE_URL": "postgresql://u@h/d"}
    assert config(tmp_path).jobs == "folder"
    assert config(tmp_path, **postgres).jobs == "postgresql"
    assert config(tmp_path, REDIS_URL="redis://x", **postgres).jobs == "redis"
    assert config(tmp_path, JOBS="folder", **postgres).jobs == "folder"


def _carried(queue: jobs.Queue) -> None:
    """What one process enqueues, another takes, once."""
    queue.prepare()
    queue.enqueue("mail")
    other = queue.huey.dequeue()
    assert other is not None
    assert other.args == ("mail",)
    assert queue.huey.dequeue() is None


def test_redis_carries_jobs(tmp_path, redis):
    app = create_app(config(tmp_path, REDIS_URL=redis))
    queue = app.extensions["forum_jobs"]
    assert queue.is_shared
    _carried(queue)


@pytest.mark.slow
def test_postgresql_carries_jobs(tmp_path, empty):  # noqa: F811
    queue = jobs.Queue(_bare(config(tmp_path, DATABASE_URL=empty)))
    assert queue.is_shared
    try:
        _carried(queue)
    finally:
        queue.huey.storage.close()  # a connection left to the collector is a warning elsewhere


def _bare(settings: Config) -> Flask:
    app = Flask("bare")
    app.config["FORUM"] = settings
    return app


def test_limits_in_redis_hold_across_processes(tmp_path, redis):
    """Half of the attempts meet the one process, half the other; together they reach the limit."""
    apps = [create_app(config(tmp_path / "data", REDIS_URL=redis)) for _ in range(2)]

    def attempt(number: int) -> bool:
        app = apps[number % 2]
        with app.app_context():
            return app.extensions["forum_limits"].allow("test", "5/minute", "somebody")

    assert [fresh(lambda n=n: attempt(n)) for n in range(7)] == [True] * 5 + [False] * 2


@pytest.mark.slow
def test_two_workers_share_the_work_of_redis_and_end_when_told(tmp_path, redis):
    environ = {k: v for k, v in os.environ.items() if not k.startswith("FORUM_")} | {
        "FORUM_DATA": str(tmp_path / "data"),
        "FORUM_REDIS_URL": redis,
        "PYTHONPATH": str(ROOT),
    }
    subprocess.run(
        [sys.executable, "-m", "forum", "db", "upgrade"],
        cwd=tmp_path, env=environ, check=True, capture_output=True,
    )  # fmt: skip
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "forum", "worker"], cwd=tmp_path, env=environ,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(2)
    ]  # fmt: skip
    for worker in workers:  # until each waits for work, and takes the signal as its consumer does
        for _ in range(400):
            caught = re.search(r"SigCgt:\s*(\w+)", Path(f"/proc/{worker.pid}/status").read_text())
            if caught and int(caught[1], 16) >> (signal.SIGTERM - 1) & 1:
                break
            time.sleep(0.1)
    assert [worker.poll() for worker in workers] == [None, None]
    for worker in workers:
        worker.send_signal(signal.SIGTERM)
    assert [worker.wait(20) for worker in workers] == [0, 0]
