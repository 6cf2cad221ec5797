"""Bringing a backup back, into an empty place: all of it, or nothing."""

import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import structlog
from flask import Flask

from forum.config import Config, ConfigError
from forum.kernel import ledger, locks
from forum.kernel.db import db, unit_of_work
from forum.operations import archive, copying, migrations, queries, settings
from forum.operations.archive import Backup
from forum.operations.errors import OperationError, full_disk_said

log = structlog.get_logger()


@dataclass
class Restored:
    """What was brought back, and what is wrong with it."""

    made_at: str
    said: list[str] = field(default_factory=list)
    stopped_rounds: list[str] = field(default_factory=list)
    """Rounds whose votes were cast with another ballot key than the one now set."""


def restore(file: Path, load_app: Callable[[], Flask], *, force: bool = False) -> Restored:
    """Verify `file`, then bring it back; whatever fails leaves everything as it was.

    `load_app` builds the app from the settings as they are by then. With `force` a SQLite file
    that is in the way is moved aside, not removed; a PostgreSQL database must be empty.
    """
    backup = Backup(file)
    restored = Restored(str(backup.manifest["made_at"]))
    with ExitStack() as undo:
        _settings(backup, restored, undo)
        try:
            config = Config.from_environ(generate=False)
        except ConfigError as error:
            raise OperationError(f"The settings do not hold: {error}") from error
        data = config.DATA.absolute()
        with full_disk_said(data), ExitStack() as held:
            if not data.is_dir():
                data.mkdir(parents=True, mode=0o700)
                undo.callback(shutil.rmtree, data, ignore_errors=True)
            _enough_room(backup, data)
            keep_still(data, held, "restore")
            staged = Path(tempfile.mkdtemp(dir=data, prefix=".restore-"))
            undo.callback(shutil.rmtree, staged, ignore_errors=True)
            for name in backup.manifest["files"]:
                backup.extract(name, staged / name)
            if not config.is_on_postgresql:
                _make_way(data, restored, undo, force=force)
                _place(staged / archive.DATABASE, data / "forum.db", undo)
            for name in backup.kept_files:
                _place(staged / archive.FILES / name, data / name, undo, keep_existing=not force)
            with load_app().app_context():
                try:
                    _bring_in(backup, staged / archive.DATABASE, restored)
                finally:
                    db.session.remove()
                    db.engine.dispose()
        undo.pop_all()
    shutil.rmtree(staged, ignore_errors=True)
    shutil.rmtree(data / "index", ignore_errors=True)  # of what stood here before
    return restored


def keep_still(data: Path, held: ExitStack, act: str) -> None:
    """Let nobody serve or work on this folder until `held` ends; refused where somebody does."""
    for name in ("web.lock", "worker.lock"):
        try:
            held.enter_context(locks.hold(data / name))
        except locks.Taken as error:
            raise OperationError(
                f"Process {error.process} serves {data}. Stop the forum, then {act}."
            ) from error


def _settings(backup: Backup, restored: Restored, undo: ExitStack) -> None:
    """Write the settings of the backup unless there are some; those that stand are kept."""
    saved = _parsed(backup.read(archive.SETTINGS))
    if settings.FILE.exists():
        restored.said.append(f"Kept the settings in {settings.FILE.absolute()}.")
        return
    if saved:
        with full_disk_said(settings.FILE.absolute().parent):
            settings.write(saved)
        undo.callback(settings.FILE.unlink, missing_ok=True)
        restored.said.append(f"Wrote the settings and keys to {settings.FILE.absolute()}.")


def _parsed(text: bytes) -> dict[str, str]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "settings"
        file.touch(mode=0o600)
        file.write_bytes(text)
        return settings.read(file)


def _enough_room(backup: Backup, data: Path) -> None:
    free, needed = shutil.disk_usage(data).free, int(backup.size * 1.2) + (32 << 20)
    if free < needed:
        raise OperationError(
            f"The disk that holds {data} has {free >> 20} MB left, the backup needs {needed >> 20} "
            "MB. Nothing was changed; make room and try again."
        )


def _make_way(data: Path, restored: Restored, undo: ExitStack, *, force: bool) -> None:
    present = [n for n in ("forum.db", "forum.db-wal", "forum.db-shm") if (data / n).exists()]
    if not present:
        return
    if not force:
        raise OperationError(
            f"{data / 'forum.db'} is there already, and a restore goes into an empty folder only. "
            "Set FORUM_DATA to another one, or say --force: it moves the present database aside "
            "and puts the backup in its place. Nothing was changed."
        )
    mark = f"{datetime.now(UTC):%Y%m%dT%H%M%S}"
    for name in present:
        aside = data / name.replace("forum.db", f"before-restore-{mark}.db")
        _place(data / name, aside, undo)
    restored.said.append(f"The database that stood there is before-restore-{mark}.db now.")


def _place(source: Path, target: Path, undo: ExitStack, *, keep_existing: bool = False) -> None:
    """Move a file to its place, and back if anything fails later."""
    if target.exists():
        if keep_existing and target.read_bytes() == source.read_bytes():
            return
        if keep_existing:
            raise OperationError(
                f"{target} is there already and differs from the backup's. A restore goes into an "
                "empty folder only; --force replaces it. Nothing was changed."
            )
        aside = target.with_name(f"{target.name}.before-restore")
        target.replace(aside)
        undo.callback(aside.replace, target)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    source.replace(target)
    undo.callback(target.replace, source)


def _bring_in(backup: Backup, staged: Path, restored: Restored) -> None:
    """Migrate, fill PostgreSQL, and look whether it holds; the app is that of the new settings."""
    if not migrations.knows(backup.manifest["migration"]):
        raise OperationError(
            f"The backup stands at migration {backup.manifest['migration']}, which this version "
            "does not know. Install the version that made it. Nothing was changed."
        )
    if db.engine.dialect.name == "postgresql":
        if full := copying.occupied(db.engine):
            raise OperationError(
                f"The database already holds rows ({', '.join(full[:3])}, …), and a restore goes "
                "into an empty one only. Create one with `createdb` and name it in "
                "FORUM_DATABASE_URL. Nothing was changed."
            )
        engine = copying.engine_for(f"sqlite:///{staged}")
        migrations.upgrade(engine)
        migrations.upgrade()
        with copying.snapshot(engine) as source:
            rows = copying.copy(source, db.engine)
        engine.dispose()
    else:
        migrations.upgrade()
        with copying.snapshot(db.engine) as connection:
            rows = copying.count(connection)
    is_same = backup.manifest["migration"] == migrations.head()
    for name, expected in backup.manifest["rows"].items() if is_same else ():
        if rows[name] != expected:
            raise OperationError(f"{name} has {rows[name]} rows, the backup said {expected}.")
    with unit_of_work():
        if broken := ledger.verify():
            raise OperationError(
                f"The backup's ledger is broken at entry {broken.sequence}: {broken.reason}."
            )
        restored.stopped_rounds = list(queries.rounds_of_another_key())
    restored.said.append(f"{sum(rows.values())} rows in {len(rows)} tables; the ledger holds.")
