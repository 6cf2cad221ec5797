"""From the wheel to a forum that was lost, restored, and lets nobody vote twice."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import venv
from pathlib import Path

import pytest

from tests.operations.conftest import INIT, ROOT


def test_init_asks_once_and_keeps_what_stands(forum, tmp_path):
    first = forum(*INIT, "--no-test-mail").stdout
    file = tmp_path / "here" / ".env"
    before = file.read_text()

    assert file.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "here" / "data").stat().st_mode & 0o777 == 0o700
    assert re.search(r"https://forum\.example\.org/link/\S{30,}", first)

    again = forum("init", "--admin-email=erika@example.org", "--admin-name=E").stdout
    assert file.read_text() == before
    assert "Kept the account erika@example.org" in again
    assert "administrator" in forum("user", "list").stdout


def test_init_refuses_a_wrong_answer_before_it_writes_anything(forum, tmp_path):
    wrong = [a.replace("https://", "http://") for a in INIT]
    assert "https://" in forum(*wrong, status=1).stderr
    assert list((tmp_path / "here").iterdir()) == []

    missing = [a for a in INIT if not a.startswith("--responsible")]
    assert "--responsible is missing" in forum(*missing, status=1).stderr


def test_a_mail_server_that_is_away_is_said_and_the_rest_is_done(forum):
    away = [a.replace("--smtp-url=", "--smtp-url=smtp://127.0.0.1:1") for a in INIT]
    done = forum(*away)
    assert "was not sent" in done.stderr
    assert "it is an administrator" in done.stdout


def test_settings_survive_their_file(tmp_path):
    from forum.operations import settings

    nasty = {"A": 'it\'s \\ "x" ${HOME} $x #no\nsecond line', "B": "", "C": " ä „ö“ "}
    settings.write(nasty, tmp_path / ".env")
    assert settings.read(tmp_path / ".env") == nasty


class Installed:
    """The forum as pip installs it, in a folder of its own."""

    def __init__(self, program: Path, folder: Path) -> None:
        self.program, self.folder = program, folder
        folder.mkdir()

    def __call__(self, *arguments: object) -> str:
        done = subprocess.run(
            [self.program, *map(str, arguments)], cwd=self.folder, env=self.environ,
            capture_output=True, text=True, check=False, timeout=180,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    @property
    def environ(self) -> dict[str, str]:
        hidden = ("FORUM_", "PYTHON")
        return {k: v for k, v in os.environ.items() if not k.startswith(hidden)}

    @contextlib.contextmanager
    def running(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        with (self.folder / "log").open("w") as log:
            process = subprocess.Popen(
                [self.program, "run", "--port", str(port)], cwd=self.folder,
                env=self.environ, stdout=log, stderr=log,
            )  # fmt: skip
            try:
                for _ in range(600):
                    with contextlib.suppress(OSError):
                        urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz").read()
                        break
                    time.sleep(0.1)
                yield port
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(30)


VOTE = """
import sys
from sqlalchemy import select, func
from forum.factory import create_app
from forum.kernel.db import db, unit_of_work
from forum.accounts import queries as people, actions as accounts
from forum.accounts.models import Organisation, Role
from forum.ballots import actions
from forum.ballots.models import Ballot
from forum.kernel import clock
from forum.recommendations.models import Phase, Wording
app = create_app()
with app.app_context():
    with unit_of_work(writing=True):
        phase = db.session.scalars(select(Phase).order_by(Phase.id)).first()
        phase.ends_at, phase.acts = None, sorted({*phase.acts, "vote_wording"})
        if people.user_by_email("mia@example.org") is None:
            homes = select(Organisation).where(Organisation.bench_id.is_not(None))
            home = db.session.scalars(homes).first()
            accounts.create_user(email="mia@example.org", name="Mia", password_hash=None,
                roles=[Role.MEMBER], organisation_id=home.id, consent_version=1)
    with unit_of_work():
        mia = people.user_by_email("mia@example.org")
        wording = db.session.scalars(select(Wording.id).order_by(Wording.id)).first()
        db.session.expunge_all()
    with unit_of_work():
        actions.cast(mia, wording, int(sys.argv[1]))
    with unit_of_work():
        print("ballots", db.session.scalar(select(func.count()).select_from(Ballot)))
"""


@pytest.mark.slow
def test_install_lose_and_restore(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path / "dist"],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    [wheel] = (tmp_path / "dist").glob("*.whl")
    venv.create(tmp_path / "venv", with_pip=True)
    pip = [tmp_path / "venv/bin/python", "-m", "pip", "install", "-q", "--no-deps", wheel]
    subprocess.run(pip, check=True, capture_output=True)
    # The dependencies are those of the tests: only the wheel itself is under test.
    [site] = (tmp_path / "venv" / "lib").glob("python*/site-packages")
    (site / "dependencies.pth").write_text(
        "".join(f"{path}\n" for path in sys.path if path.endswith("site-packages"))
    )
    program = tmp_path / "venv" / "bin" / "forum"
    python = tmp_path / "venv" / "bin" / "python"

    def vote(forum: Installed, value: int) -> str:
        return subprocess.run(
            [python, "-c", VOTE, str(value)], cwd=forum.folder, env=forum.environ,
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip

    old = Installed(program, tmp_path / "old")
    old(*INIT)
    with old.running() as port:
        assert b"Handlungsempfehlung" in _page(port)
        assert "ballots 1" in vote(old, 1)
        old("backup", tmp_path / "saved.zip")
    old_files = {path.name for path in (site / "forum" / "deploy" / "systemd").iterdir()}
    assert "forum.service" in old_files
    (tmp_path / "old").rename(tmp_path / "lost")

    new = Installed(program, tmp_path / "new")
    started = time.monotonic()
    said = new("restore", tmp_path / "saved.zip")
    assert "the ledger holds" in said
    with new.running() as port:
        assert b"Handlungsempfehlung" in _page(port)
        assert time.monotonic() - started < 60
        assert "ballots 1" in vote(new, -1)  # the same ballot, changed: not a second one


def _page(port: int) -> bytes:
    request = urllib.request.Request(f"http://127.0.0.1:{port}/")
    for name in ("X-Forwarded-For", "X-Forwarded-Host"):
        request.add_header(name, "127.0.0.1")
    request.add_header("X-Forwarded-Proto", "https")
    with urllib.request.urlopen(request) as answer:
        return answer.read()
