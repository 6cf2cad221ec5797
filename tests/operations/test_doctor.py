"""`forum doctor` says what is wrong and how to mend it."""

import os
import pathlib
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text, update

from forum.kernel import jobs, mail
from forum.kernel.db import WRITE, begin_writing, db
from forum.kernel.ledger import LedgerEntry
from forum.operations import actions, checks
from forum.operations.models import OperationsNote
from forum.recommendations.models import Consultation
from tests.conftest import fresh
from tests.operations.conftest import ROOT


@pytest.fixture
def examined(here, monkeypatch):
    """All findings, by what they are about; settings may be changed for this look."""

    def look(**changes) -> dict[str, list[checks.Finding]]:
        def inside():
            with here.app_context():
                config = replace(here.config["FORUM"], **changes)
                monkeypatch.setitem(here.config, "FORUM", config)
                return list(checks.examine())

        found: dict[str, list[checks.Finding]] = {}
        for finding in fresh(inside):
            found.setdefault(finding.about, []).append(finding)
        return found

    return look


@contextmanager
def writing(app):
    with (
        app.app_context(),
        db.engine.connect().execution_options(**{WRITE: True}) as connection,
        connection.begin(),
    ):
        yield connection


def levels(found, about: str) -> set[str]:
    return {finding.level for finding in found[about]}


def words(found, about: str) -> str:
    return " ".join(finding.text for finding in found[about])


def test_after_the_first_sweep_nothing_is_wrong(make, work, examined):
    make.recommendation()
    work()
    found = examined()

    wrong = [f for some in found.values() for f in some if f.level == "wrong"]
    assert wrong == []
    assert levels(found, "index") == {"good"}
    assert levels(found, "jobs") == {"good"}


def test_each_finding_is_a_sentence(make, examined):
    make.consultation()
    for some in examined().values():
        for finding in some:
            assert finding.text[0].isupper() or finding.text[0].isdigit() or "/" in finding.text
            assert finding.text.strip()


def test_nobody_doing_the_work_is_wrong(make, work, examined):
    make.consultation()
    assert levels(examined(), "jobs") == {"wrong"}
    work()
    assert levels(examined(), "jobs") == {"good"}

    def age():
        begin_writing()
        old = datetime.now(UTC) - timedelta(minutes=6)
        db.session.execute(update(OperationsNote).values(at=old))

    make.run(age)
    assert "forum worker" in words(examined(), "jobs")


def test_an_old_backup_is_said(make, examined):
    assert "none yet" in words(examined(), "backup")
    make.run(lambda: actions.note("backup", "forum.zip"))
    assert levels(examined(), "backup") == {"good"}


def test_another_ballot_key_is_wrong(make, examined):
    make.consultation()
    make.run(lambda: (begin_writing(), db.session.execute(
        update(Consultation).values(ballot_key_fingerprint="0" * 64))))  # fmt: skip

    found = examined()
    assert levels(found, "keys") == {"wrong"}
    assert "Put the earlier key back" in words(found, "keys")


def test_a_mail_that_waits_is_wrong_and_one_given_up_is_noted(make, examined):
    def queue():
        begin_writing()
        mail.post("a@example.org", "Betreff", "Text")
        old = datetime.now(UTC) - timedelta(hours=1)
        db.session.execute(update(mail.Mail).values(due_at=old))

    make.run(queue)
    assert levels(examined(), "outbox") == {"wrong"}
    make.run(lambda: (begin_writing(), db.session.execute(
        update(mail.Mail).values(attempts=mail.MAX_ATTEMPTS))))  # fmt: skip
    assert levels(examined(), "outbox") == {"note"}


def test_a_mail_server_that_is_away_is_wrong(examined):
    found = examined(SMTP_URL="smtp://127.0.0.1:1")
    assert levels(found, "mail") == {"wrong"}
    assert "FORUM_SMTP_URL" in words(found, "mail")


def test_redis_that_is_away_is_wrong(examined):
    found = examined(REDIS_URL="redis://127.0.0.1:1/0")
    assert "Start Redis" in words(found, "redis")


def test_missing_triggers_and_a_changed_ledger_are_wrong(app, make, examined):
    make.recommendation()
    with writing(app) as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER ledger_entries_no_update"))
        else:
            connection.execute(text("DROP TRIGGER ledger_entries_no_change ON ledger_entries"))
        connection.execute(
                LedgerEntry.__table__.insert().values(
                    sequence=1, recorded_at=datetime.now(UTC) - timedelta(days=4000),
                    effective_at=datetime.now(UTC), kind="x", subject="y", content_hash="0" * 64,
                    previous_hash="0" * 64, entry_hash="1" * 64,
                )
            )  # fmt: skip
    found = examined()

    assert levels(found, "triggers") == {"wrong"}
    assert "was changed" in words(found, "ledger")


def test_a_database_that_is_not_migrated_is_wrong(app, examined):
    with writing(app) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))

    assert "forum db upgrade" in words(examined(), "migrations")


def test_a_settings_file_that_others_can_read_is_wrong(examined, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("FORUM_X='1'")
    pathlib.Path(tmp_path / ".env").chmod(0o644)
    assert "chmod 600" in words(examined(), "settings")


def test_a_folder_that_is_missing_is_wrong(examined, tmp_path):
    assert levels(examined(DATA=tmp_path / "nowhere"), "disk") == {"wrong"}


def test_the_sweep_runs_the_note(app):
    assert "note" in jobs._tasks


def test_migrations_are_a_command(forum):
    forum("db", "upgrade")
    assert "(head)" in forum("db", "current").stdout


def test_the_entry_point_of_wsgi_servers_loads_before_the_first_migration(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", "import wsgi"],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "FORUM_DATA": str(tmp_path / "data")},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
