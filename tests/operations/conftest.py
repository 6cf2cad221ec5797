"""Fixtures for tests of operation: commands as an operator types them, in a folder of their own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from forum.kernel import clock

ROOT = Path(__file__).parents[2]
Forum = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def forum(tmp_path: Path) -> Forum:
    """Run `forum …` in `place` (a folder of this test): its output, and 0 unless told otherwise."""

    def run(
        *arguments: object, status: int = 0, place: str = "here", **environ: str
    ) -> subprocess.CompletedProcess[str]:
        folder = tmp_path / place
        folder.mkdir(exist_ok=True)
        clean = {k: v for k, v in os.environ.items() if not k.startswith("FORUM_")}
        done = subprocess.run(
            [sys.executable, "-m", "forum", *map(str, arguments)],
            cwd=folder,
            env=clean | {"PYTHONPATH": str(ROOT)} | environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            stdin=subprocess.DEVNULL,
        )
        assert done.returncode == status, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done

    return run


@pytest.fixture
def here(app, data_folder: Path, monkeypatch):
    """The app of the tests, whose settings stand in no file and no environment."""
    monkeypatch.chdir(data_folder)
    yield app
    clock.use(data_folder / "clock.json")  # restoring builds other apps


INIT = (
    "init",
    "--operator=Bündnis für O'Brien",
    "--address=Straße 1\n10115 Berlin",
    "--responsible=Erika Muster, Straße 1, Berlin",
    "--base-url=https://forum.example.org",
    "--admin-email=erika@example.org",
    "--admin-name=Erika Muster",
    "--smtp-url=",
    "--mail-sender=forum@example.org",
    "--database-url=",
)
