"""A backup is one file; restoring it brings everything back, or changes nothing and says why."""

import json
import shutil
import stat
import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask.cli import ScriptInfo

from forum.ballots.models import Ballot
from forum.config import Config
from forum.factory import create_app
from forum.kernel import locks
from forum.kernel.db import db, unit_of_work
from forum.operations import archive, backup, copying, restore
from forum.operations.cli import restore as restore_command
from forum.operations.errors import OperationError
from tests.ballots.voting import Polls
from tests.conftest import fresh
from tests.databases import SECRET


@pytest.fixture
def saved(here, make, tmp_path) -> Path:
    """A backup of a round in which somebody has voted."""
    polls = Polls(here, make)
    polls.cast(make.member(name="Ärzu „Ö“ Muster"), polls.wording(), 1)
    return save(here, tmp_path / "saved.zip")


def save(app, file: Path) -> Path:
    def inside() -> None:
        with app.app_context():
            backup.make(file)

    fresh(inside)
    return file


def bring_back(file: Path, place: Path, monkeypatch, *, force: bool = False, **more: str):
    """Restore into `place` with keys from the environment, as a container would."""
    place.mkdir(exist_ok=True)
    monkeypatch.chdir(place)
    environ = {**SECRET, "DATA": str(place / "data"), **more}
    for name, value in environ.items():
        monkeypatch.setenv(f"FORUM_{name}", value)
    return fresh(lambda: restore.restore(file, create_app, force=force))


def ballots(url: str) -> list[tuple]:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(sa.select(Ballot.voter_key, Ballot.value)).all()
    engine.dispose()
    return [tuple(row) for row in found]


def refusal(call) -> str:
    with pytest.raises(OperationError) as caught:
        call()
    return str(caught.value)


def test_a_backup_is_for_its_owner_only_and_says_what_it_holds(saved):
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    manifest = json.loads(zipfile.ZipFile(saved).read("manifest.json"))
    assert manifest["rows"]["ballots"] == 1
    assert manifest["format"] == archive.FORMAT
    assert [p for p in saved.parent.iterdir() if p.name.startswith(".forum")] == []


def test_a_restored_forum_has_the_ballots_and_the_round_knows_its_key(saved, tmp_path, monkeypatch):
    restored = bring_back(saved, tmp_path / "new", monkeypatch)

    assert restored.stopped_rounds == []
    assert len(ballots(f"sqlite:///{tmp_path}/new/data/forum.db")) == 1


def test_another_ballot_key_is_said_loudly(saved, tmp_path, monkeypatch):
    other = {"BALLOT_KEY": "another-key-which-is-long-enough-for-the-check"}
    restored = bring_back(saved, tmp_path / "new", monkeypatch, **other)
    assert restored.stopped_rounds

    shutil.rmtree(tmp_path / "new" / "data")
    said = fresh(
        lambda: CliRunner().invoke(
            restore_command, [str(saved)], obj=ScriptInfo(create_app=create_app)
        )
    )
    assert said.exit_code == 1
    assert "Voting there is stopped" in said.output


def test_a_restore_never_writes_over_a_database(saved, tmp_path, monkeypatch):
    place = tmp_path / "new"
    (place / "data").mkdir(parents=True)
    (place / "data" / "forum.db").write_text("something else")

    assert "--force" in refusal(lambda: bring_back(saved, place, monkeypatch))
    assert (place / "data" / "forum.db").read_text() == "something else"

    bring_back(saved, place, monkeypatch, force=True)
    [aside] = (place / "data").glob("before-restore-*.db")
    assert aside.read_text() == "something else"
    assert len(ballots(f"sqlite:///{place}/data/forum.db")) == 1


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda file: file.write_bytes(file.read_bytes()[:-2000]), "its end is missing"),
        (lambda file: file.write_bytes(b""), "it is empty"),
        (lambda file: file.write_text("Lieber Vorstand"), "a file of another kind"),
        (lambda file: file.unlink(), "There is no file"),
        (lambda file: _spoil_byte(file), "damaged"),
        (lambda file: _rewrite(file, version="99.0.0"), "made by version 99.0.0"),
        (lambda file: _rewrite(file, format=99), "Install that version"),
        (lambda file: _rewrite(file, product="other"), "not made by `forum backup`"),
        (lambda file: _rewrite(file, migration="9999"), "which this version does not know"),
        (lambda file: _rewrite(file, extra="../outside"), "lacks files or holds others"),
    ],
)
def test_a_bad_backup_is_refused_and_leaves_nothing(saved, tmp_path, monkeypatch, spoil, sentence):
    spoil(saved)
    place = tmp_path / "new"

    assert sentence in refusal(lambda: bring_back(saved, place, monkeypatch))
    assert list(place.rglob("*")) == []


def _spoil_byte(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[2000] ^= 0xFF
    file.write_bytes(content)


def _rewrite(file: Path, extra: str = "", **changes: object) -> None:
    with zipfile.ZipFile(file) as archived:
        members = {name: archived.read(name) for name in archived.namelist()}
    manifest = json.loads(members["manifest.json"]) | changes
    with zipfile.ZipFile(file, "w") as rewritten:
        for name, content in members.items():
            if name != "manifest.json":
                rewritten.writestr(name, content)
        if extra:
            rewritten.writestr(extra, "x")
        rewritten.writestr("manifest.json", json.dumps(manifest))


def test_a_full_disk_is_a_sentence_before_anything_is_written(saved, tmp_path, monkeypatch):
    full = shutil._ntuple_diskusage(10**9, 10**9, 10**6)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: full)

    said = refusal(lambda: bring_back(saved, tmp_path / "new", monkeypatch))

    assert "make room and try again" in said
    assert list((tmp_path / "new").rglob("*")) == []


def test_a_disk_that_fills_while_saving_leaves_no_half_file(here, make, tmp_path):
    make.member()
    with pytest.MonkeyPatch.context() as patch:

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        patch.setattr(archive, "write", full)
        said = refusal(lambda: save(here, tmp_path / "saved.zip"))

    assert "is full" in said
    assert [p for p in tmp_path.iterdir() if "saved" in p.name or "backup" in p.name] == []


def test_nothing_is_restored_under_a_running_forum(saved, tmp_path, monkeypatch):
    with locks.hold(tmp_path / "new" / "data" / "web.lock"):
        said = refusal(lambda: bring_back(saved, tmp_path / "new", monkeypatch))

    assert "Stop the forum, then restore" in said


def test_every_value_survives_the_way_there_and_back(here, make, saved, tmp_path, monkeypatch):
    """Row by row, value by value: what was read from the one database is in the other."""
    bring_back(saved, tmp_path / "new", monkeypatch)

    def rows(app) -> dict[str, list[tuple]]:
        with app.app_context(), unit_of_work():
            return {
                table.name: [
                    tuple(row)
                    for row in db.session.execute(sa.select(table).order_by(*table.primary_key))
                ]
                for table in copying.tables()
                if table.name != "operations_notes"
            }

    config = Config(DATA=tmp_path / "new" / "data", LOG_LEVEL="critical", **SECRET)
    assert fresh(lambda: rows(here)) == fresh(lambda: rows(create_app(config)))
