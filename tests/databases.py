"""The databases the suite runs on: a SQLite file, or a PostgreSQL server started for the run.

Every test that asks for `app` gets a freshly restored database with real commits, so that races
and read-only transactions are what they are in production.
"""

import os
import shutil
import sqlite3
import uuid
from pathlib import Path
from typing import Any

import flask_migrate
import sqlalchemy as sa

from forum.accounts.security import SETTINGS
from forum.config import Config
from forum.factory import create_app
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.web import ForumApp

SECRET = {
    name: f"{name.lower()}-of-the-tests-long-enough-for-the-check"
    for name in ("SECRET_KEY", "BALLOT_KEY", "SEAL_KEY")
}
ENGINE = os.environ.get("TEST_ENGINE", "sqlite")


EMPTY = "empty"
"""The state of a database that has been migrated and holds nothing."""


class SqliteDatabase:
    """One file, replaced before each test by a copy of the state it begins with."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "forum.db"
        self.url = ""
        sa.event.listen(sa.Engine, "connect", _never_sync)

    def _state(self, state: str) -> Path:
        return self.file.with_name(f"state-{state}.db")

    def has(self, state: str) -> bool:
        """Whether this state was kept."""
        return self._state(state).exists()

    def keep(self, engine: sa.Engine, state: str) -> None:
        """Keep what the database holds now under this name."""
        with engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()
        shutil.copy(self.file, self._state(state))

    def restore(self, engine: sa.Engine, state: str = EMPTY) -> None:
        """Have the database hold exactly what was kept under this name."""
        engine.dispose()
        for suffix in ("-wal", "-shm"):
            self.file.with_name(self.file.name + suffix).unlink(missing_ok=True)
        shutil.copy(self._state(state), self.file)

    def close(self) -> None:
        """Nothing to stop."""


def _never_sync(connection: Any, _record: Any) -> None:
    """No power cut is tested in this process, and each commit would wait for the disk."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")


_CLEAR = """
DO $$
DECLARE one text; is_used boolean;
BEGIN
  SET LOCAL lock_timeout = '3s';
  SET LOCAL session_replication_role = replica;  -- neither triggers nor foreign keys
  FOR one IN SELECT quote_ident(relname) FROM pg_class
      WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
  LOOP
    EXECUTE 'SELECT EXISTS (SELECT FROM ' || one || ')' INTO is_used;
    IF is_used THEN EXECUTE 'DELETE FROM ' || one; END IF;
  END LOOP;
  PERFORM setval(seqrelid, seqstart, false) FROM pg_sequence;
END $$
"""
_SHAPE = "SELECT (SELECT string_agg(version_num, ',') FROM alembic_version), " + ", ".join(
    f"(SELECT sum(hashtextextended(oid::text || xmin::text, 0)) FROM {catalogue})"
    for catalogue in ("pg_class", "pg_constraint", "pg_trigger", "pg_proc")
)
"""Differs as soon as a table, an index, a constraint, a trigger or a function does."""


class PostgresDatabase:
    """A database of its own on the run's server, emptied before each test.

    Rows are deleted, which leaves connections open and their caches warm. A test that changed more
    than rows costs the next one a copy of the template.
    """

    def __init__(self, server_url: str) -> None:
        self.name = f"forum_{uuid.uuid4().hex[:10]}"
        self.server = _engine(server_url)
        base = sa.make_url(server_url)
        self.url = base.set(drivername="postgresql", database=self.name).render_as_string(
            hide_password=False
        )
        self.own = _engine(self.url)
        self.states: list[str] = []
        self.shape: object = None
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self._run(f"ALTER SYSTEM SET {setting} = off")  # the server dies with the run
        self._run("SELECT pg_reload_conf()")
        self._run(f"CREATE DATABASE {self.name}")

    def _run(self, statement: str) -> None:
        with self.server.connect() as connection:
            connection.exec_driver_sql(statement)

    def has(self, state: str) -> bool:
        """Whether this state was kept."""
        return state in self.states

    def keep(self, engine: sa.Engine, state: str) -> None:
        """Keep what the database holds now under this name."""
        if state == EMPTY:
            self.shape = self._shape()
        engine.dispose()
        self.own.dispose()
        self._run(f"CREATE DATABASE {self.name}_{state} TEMPLATE {self.name}")
        self.states.append(state)

    def restore(self, engine: sa.Engine, state: str = EMPTY) -> None:
        """Have the database hold exactly what was kept under this name."""
        if state == EMPTY and self._is_cleared():
            return
        engine.dispose()
        self.own.dispose()
        self._run(f"DROP DATABASE {self.name} WITH (FORCE)")
        self._run(f"CREATE DATABASE {self.name} TEMPLATE {self.name}_{state}")
        self.shape = self._shape() if state == EMPTY else self.shape

    def _shape(self) -> object:
        with self.own.connect() as connection:
            return tuple(connection.exec_driver_sql(_SHAPE).one())

    def _is_cleared(self) -> bool:
        try:
            if self._shape() != self.shape:
                return False
            with self.own.connect() as connection:
                connection.exec_driver_sql(_CLEAR)
        except sa.exc.DBAPIError:  # a table is gone, or somebody still holds a lock
            return False
        return True

    def close(self) -> None:
        self.own.dispose()
        for suffix in ("", *(f"_{state}" for state in self.states)):
            self._run(f"DROP DATABASE {self.name}{suffix} WITH (FORCE)")
        self.server.dispose()


def _engine(url: str) -> sa.Engine:
    return sa.create_engine(
        url.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
    )


def migrated_app(folder: Path, database: SqliteDatabase | PostgresDatabase) -> ForumApp:
    """The app over `database`, every migration applied, kept as the state all tests begin with."""
    app = create_app(
        Config(
            DATA=folder,
            DATABASE_URL=database.url,
            BASE_URL="http://forum.test",
            RATE_LIMITS=False,
            TESTING=True,
            LOG_LEVEL="critical",
            **SECRET,
        )
    )
    with app.app_context():
        flask_migrate.upgrade()
        database.keep(db.engine, EMPTY)
    cheap_hashes(app)
    clock.use(folder / "clock.json")
    return app


def cheap_hashes(app: ForumApp, *, yes: bool = True) -> None:
    """Have passwords cost next to nothing, or again what they cost in production."""
    options = SETTINGS["SECURITY_PASSWORD_HASH_OPTIONS"]
    cheap = {"argon2__memory_cost": 64, "argon2__time_cost": 1}
    app.extensions["security"].pwd_context.update(**(cheap if yes else options))
