"""Bringing a database up to date, and the triggers that guard its logs.

Alembic is loaded where it works: every web process would carry its 25 MB.
"""

import re
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import Connection, Engine

from forum.accounts import staff
from forum.kernel import ledger


def config(engine: Engine | None = None) -> Any:
    """Alembic's, for the app's database or another."""
    found = current_app.extensions["migrate"].migrate.get_config()
    if engine is not None:
        found.attributes["engine"] = engine
    return found


def upgrade(engine: Engine | None = None) -> None:
    """Apply every migration that is missing."""
    from alembic import command

    command.upgrade(config(engine), "head")


def head() -> str:
    """The last migration this version knows."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(config()).get_current_head() or ""


def knows(revision: str) -> bool:
    """Whether this version has the migration `revision`."""
    folder = Path(config().get_main_option("script_location")) / "versions"
    return any(path.name.startswith(f"{revision}_") for path in folder.glob("*.py"))


def missing_triggers(connection: Connection) -> set[str]:
    """The guards of the ledger and of the log of staff acts that this database lacks."""
    dialect = connection.dialect.name
    wanted = {
        name
        for statement in (*ledger.TRIGGERS[dialect], *staff.TRIGGERS[dialect])
        for name in re.findall(r"^CREATE TRIGGER (\w+)", statement)
    }
    return wanted - ledger.trigger_names(connection) - staff.trigger_names(connection)
