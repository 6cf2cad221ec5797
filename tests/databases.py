"""The databases the suite runs on: a SQLite file, or a PostgreSQL server started for the run.

Every test that asks for `app` gets a freshly restored database with real commits, so that races
and read-only transactions are what they are in production.
"""

import os
import shutil
import uuid
from pathlib import Path

import flask_migrate
import sqlalchemy as sa

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


class SqliteDatabase:
    """One file, copied back from the migrated template before each test."""

    def __init__(self, folder: Path) -> None:
        self.file, self.template = folder / "forum.db", folder / "template.db"
        self.url = ""

    def keep_as_template(self) -> None:
        engine = sa.create_engine(f"sqlite:///{self.file}")
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()
        shutil.copy(self.file, self.template)

    def restore(self) -> None:
        for suffix in ("-wal", "-shm"):
            self.file.with_name(self.file.name + suffix).unlink(missing_ok=True)
        shutil.copy(self.template, self.file)

    def close(self) -> None:
        """Nothing to stop."""


class PostgresDatabase:
    """A database of its own on the run's server, recreated from its template before each test."""

    def __init__(self, server_url: str) -> None:
        self.name = f"forum_{uuid.uuid4().hex[:10]}"
        self.server = sa.create_engine(
            server_url.replace("postgresql://", "postgresql+psycopg://"),
            isolation_level="AUTOCOMMIT",
        )
        base = sa.make_url(server_url)
        self.url = base.set(drivername="postgresql", database=self.name).render_as_string(
            hide_password=False
        )
        self._run(f"CREATE DATABASE {self.name}")

    def _run(self, statement: str) -> None:
        with self.server.connect() as connection:
            connection.exec_driver_sql(statement)

    def keep_as_template(self) -> None:
        self._run(f"ALTER DATABASE {self.name} RENAME TO {self.name}_template")
        self.restore(first=True)

    def restore(self, *, first: bool = False) -> None:
        if not first:
            self._run(f"DROP DATABASE {self.name} WITH (FORCE)")
        self._run(f"CREATE DATABASE {self.name} TEMPLATE {self.name}_template STRATEGY FILE_COPY")

    def close(self) -> None:
        self._run(f"DROP DATABASE {self.name} WITH (FORCE)")
        self._run(f"DROP DATABASE {self.name}_template WITH (FORCE)")
        self.server.dispose()


def migrated_app(folder: Path, database: SqliteDatabase | PostgresDatabase) -> ForumApp:
    """The app over `database`, every migration applied, kept as the template of all tests."""
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
        db.engine.dispose()
    database.keep_as_template()
    clock.use(folder / "clock.json")
    return app
