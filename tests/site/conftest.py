"""The packaged round in the database, imported once a worker where that can be kept as a file."""

import shutil

import pytest
import sqlalchemy as sa

from forum.content.actions import PACKAGED, import_folder
from forum.kernel.db import db
from tests.databases import SqliteDatabase


@pytest.fixture
def content(app, make, database):
    """The round Bundestagswahl 2017 as imported."""
    kept = database.file.with_name("content.db") if isinstance(database, SqliteDatabase) else None
    if kept and kept.exists():
        with app.app_context():
            db.engine.dispose()
        for suffix in ("-wal", "-shm"):
            database.file.with_name(database.file.name + suffix).unlink(missing_ok=True)
        shutil.copy(kept, database.file)
        return
    make.run(lambda: import_folder(PACKAGED))
    if kept:
        with app.app_context():
            db.engine.dispose()
        with sa.create_engine(f"sqlite:///{database.file}").connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(database.file, kept)
