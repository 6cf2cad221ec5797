"""Saving everything in one file while the forum runs.

The database comes as a SQLite file whatever it is, taken at one moment within a reading
transaction, which holds up no writer; so a backup can be restored into either database.
"""

import os
import shutil
import sqlite3
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import current_app

from forum.ballots import secrecy
from forum.config import PREFIX, SECRETS, given_settings
from forum.kernel.db import db, unit_of_work
from forum.operations import actions, archive, copying, migrations, queries, settings
from forum.operations.errors import OperationError, full_disk_said

NOTE = "backup"
KEPT = ("clock.json", "secrets", "uploads")
"""What of the data folder is saved besides the database; the rest is built anew or a queue."""


@dataclass(frozen=True)
class Made:
    """A finished backup."""

    file: Path
    size: int
    rows: int


def make(file: Path) -> Made:
    """Write the backup; `file` appears when it is whole, and replaces an older one."""
    file = file.absolute()
    if not file.parent.is_dir():
        raise OperationError(f"There is no folder {file.parent}. Create it, or name another file.")
    with unit_of_work():
        if (stands := queries.revision()) != migrations.head():
            raise OperationError(
                f"The database stands at migration {stands or 'none'}, this version at "
                f"{migrations.head()}. Run `forum db upgrade`, then save."
            )
    db.session.remove()
    with full_disk_said(file.parent):
        folder = Path(tempfile.mkdtemp(dir=file.parent, prefix=".forum-backup-"))
        try:
            rows = _snapshot(folder / "forum.db")
            whole = folder / "backup"
            handle = os.open(whole, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w+b") as out:
                archive.write(out, _members(folder / "forum.db"), _about(rows))
                out.flush()
                os.fsync(out.fileno())
            size = whole.stat().st_size
            whole.replace(file)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    with unit_of_work(writing=True):
        actions.note(NOTE, str(file))
    return Made(file, size, sum(rows.values()))


def _snapshot(target: Path) -> dict[str, int]:
    """The database of this moment as a SQLite file; rows by table."""
    if db.engine.dialect.name == "sqlite":
        _copy_file(target)
        engine = copying.engine_for(f"sqlite:///{target}")
        with engine.connect() as connection:
            rows = copying.count(connection)
    else:
        engine = copying.engine_for(f"sqlite:///{target}")
        migrations.upgrade(engine)
        with copying.snapshot(db.engine) as source:
            rows = copying.copy(source, engine)
    engine.dispose()
    for left in ("-wal", "-shm"):
        target.with_name(target.name + left).unlink(missing_ok=True)
    return rows


def _copy_file(target: Path) -> None:
    """SQLite's own copy, in one step: in steps it would begin again with every write."""
    with db.engine.connect() as connection:
        source: Any = connection.connection.driver_connection
        copy = sqlite3.connect(target)
        try:
            copy.execute(
                "PRAGMA synchronous=OFF"
            )  # the finished archive is what must reach the disk
            source.backup(copy, pages=-1)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        except sqlite3.OperationalError as error:
            if "full" in str(error):
                raise OperationError(
                    f"The disk that holds {target.parent.parent} is full. Nothing was saved."
                ) from error
            raise
        finally:
            copy.close()


def _members(database: Path) -> dict[str, Path | bytes]:
    members: dict[str, Path | bytes] = {
        archive.DATABASE: database,
        archive.SETTINGS: settings.rendered(_settings()).encode(),
    }
    data = current_app.config["FORUM"].DATA
    for name in KEPT:
        for path in sorted([data / name, *(data / name).rglob("*")]):
            if path.is_file():
                members[archive.FILES + str(path.relative_to(data))] = path
    return members


def _settings() -> dict[str, str]:
    """What was set, by file or environment. Generated secrets lie in the data folder instead."""
    config, given = current_app.config["FORUM"], given_settings()
    if config.is_production:
        given |= {PREFIX + name: getattr(config, name) for name in SECRETS}
    return given


def _about(rows: dict[str, int]) -> dict[str, Any]:
    return {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "database": db.engine.dialect.name,
        "migration": migrations.head(),
        "ballot_key_fingerprint": secrecy.fingerprint(),
        "rows": rows,
    }
