"""The wheel holds all that the forum needs, and runs where there is no checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def run(*command: str | Path, cwd: Path, **environ: str) -> str:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("FORUM_", "PYTHONPATH"))}
    done = subprocess.run(
        [sys.executable, *command],
        cwd=cwd,
        env=clean | environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_wheel_runs_elsewhere(tmp_path):
    run("-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path / "dist", cwd=ROOT)
    [wheel] = (tmp_path / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        archive.extractall(tmp_path / "site")
    for needed in (
        "forum/templates/layouts/base.html",
        "forum/static/css/tokens.css",
        "forum/migrations/versions/0001_first_tables.py",
        "forum/content/bundestagswahl-2017/recommendations.yaml",
    ):
        assert needed in names

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    environ = {"PYTHONPATH": str(tmp_path / "site"), "FORUM_DATA": str(tmp_path / "data")}
    run("-m", "forum", "db", "upgrade", cwd=elsewhere, **environ)
    packaged = "from forum.content import actions; print(actions.PACKAGED)"
    folder = run("-c", packaged, cwd=elsewhere, **environ).strip()
    assert str(tmp_path / "site") in folder
    run("-m", "forum", "import-content", folder, cwd=elsewhere, **environ)
    page = (
        "from forum.factory import create_app; "
        "print(create_app().test_client().get('/empfehlungen/').status_code)"
    )
    assert run("-c", page, cwd=elsewhere, **environ).strip().endswith("200")
