"""The log of what staff did with people and settings (law: breach support, roles, addresses).

Append-only: triggers refuse every change. It holds ids, so that it names nobody who is gone.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, text

from forum.accounts.models import StaffAct
from forum.kernel.db import save


def note(
    kind: str,
    actor_id: int | None,
    *,
    about_user_id: int | None = None,
    about: str = "",
    reason: str = "",
    detail: dict[str, Any] | None = None,
) -> StaffAct:
    """Enter one act, within the running write transaction. No names or addresses in `detail`.

    `kind` is dotted (`role.granted`, `address.shown`); `about` names a thing that is no person
    (`organisation:ig-metall`, `setting:name`).
    """
    return save(
        StaffAct(
            at=datetime.now(UTC),
            kind=kind,
            actor_id=actor_id,
            about_user_id=about_user_id,
            about=about,
            reason=reason,
            detail=detail or {},
        )
    )


TRIGGERS = {
    "sqlite": [
        "CREATE TRIGGER staff_acts_no_update BEFORE UPDATE ON staff_acts "
        "BEGIN SELECT RAISE(ABORT, 'the log of staff acts is never changed'); END",
        "CREATE TRIGGER staff_acts_no_delete BEFORE DELETE ON staff_acts "
        "BEGIN SELECT RAISE(ABORT, 'the log of staff acts is never shortened'); END",
    ],
    "postgresql": [
        "CREATE FUNCTION staff_acts_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the log of staff acts is never changed or shortened'; END $$",
        "CREATE TRIGGER staff_acts_no_change BEFORE UPDATE OR DELETE ON staff_acts "
        "FOR EACH ROW EXECUTE FUNCTION staff_acts_refuse()",
        "CREATE TRIGGER staff_acts_no_truncate BEFORE TRUNCATE ON staff_acts "
        "FOR EACH STATEMENT EXECUTE FUNCTION staff_acts_refuse()",
    ],
}


def trigger_names(connection: Connection) -> set[str]:
    """The triggers that guard the log in this database."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'staff_acts'"
        if connection.dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE tgrelid = 'staff_acts'::regclass "
        "AND NOT tgisinternal AND tgenabled = 'O'"
    )
    return set(connection.execute(text(query)).scalars())
