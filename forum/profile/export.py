"""All we hold about one account, as one ZIP: each table as JSON, and a page to read it.

Driven by the schema: every row of every table that points at the account is in it. Of rows that
stand for an office (a verdict, a summary, an act of staff) only what says that this person acted:
the rest is about others. Secrets that open something are left out; so are ballots, which name
nobody: a file that joined an account to what it voted on must never exist.
"""

import io
import json
import zipfile
from datetime import date, datetime
from typing import Any

from flask import render_template
from sqlalchemy import Column, Table, or_, select

from forum.accounts.models import User
from forum.deliberation import drafting
from forum.deliberation.models import Comment, CommentEdition
from forum.drafts import queries as drafts
from forum.kernel import clock
from forum.kernel.db import Base, db
from forum.kernel.mail import Mail

SECRETS = frozenset(
    {"password", "ballot_secret", "fs_uniquifier", "account_key", "token", "sealed", "way_on"}
    | {"content", "pseudonym_key", "receipt_hash"}
)
"""Columns that open something, or hold another copy of the same."""

_OFFICIAL = frozenset({"id", "kind", "measure", "state", "number"})
"""What is told of rows in which the person only held an office, beside dates."""

_OWN = frozenset({"user_id", "author_id", "reporter_id"})
_OF_OFFICE = frozenset(
    {"position_versions", "position_drafts", "summary_versions", "stance_versions", "stance_drafts"}
)


def tables() -> dict[str, list[str]]:
    """Every table that points at accounts, with the columns that do; `users` itself apart."""
    found: dict[str, list[str]] = {}
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.column.table.name == "users" for key in column.foreign_keys):
                found.setdefault(table.name, []).append(column.name)
    return found


def bundle(user_id: int) -> bytes:
    """The ZIP for this account."""
    everything = collect(user_id)
    page = render_template("profile/export.html", everything=everything, at=clock.now())
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("auskunft.html", page)
        for name, rows in everything.items():
            text = json.dumps(rows, ensure_ascii=False, indent=2)
            archive.writestr(f"daten/{name}.json", text)
    return target.getvalue()


def collect(user_id: int) -> dict[str, list[dict[str, Any]]]:
    """By table, the rows about this account as plain values."""
    users: Any = User.__table__
    found = {"users": _rows(users, [users.c.id], user_id, is_office=False)}
    for name, columns in tables().items():
        table = Base.metadata.tables[name]
        own = [table.c[c] for c in columns if c in _OWN and name not in _OF_OFFICE]
        office = [table.c[c] for c in columns if table.c[c] not in own]
        found[name] = _rows(table, own, user_id, is_office=False) + _rows(
            table, office, user_id, is_office=True
        )
    found["comment_editions"] = _plain(
        db.session.execute(
            select(CommentEdition.__table__)
            .join(Comment, Comment.id == CommentEdition.comment_id)
            .where(Comment.author_id == user_id)
        ).mappings()
    )
    found["comment_drafts"] = [
        {
            "saved_at": draft.saved_at.isoformat(),
            "mode": draft.mode.value,
            "place_id": draft.place_id,
            "text": draft.text,
            "others": [other.text for other in draft.others],
        }
        for draft in drafting.of(user_id)
    ]
    email = select(User.email).where(User.id == user_id).scalar_subquery()
    found["mails"] = _plain(
        db.session.execute(
            select(Mail.subject, Mail.created_at, Mail.sent_at).where(Mail.recipient == email)
        ).mappings()
    )
    found["member_drafts"] = [_told(one) for one in drafts.texts_of(user_id)]
    found["draft_remarks"] = [_told(one) for one in drafts.remarks_of(user_id)]
    return found


def _told(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(value) for name, value in row.items()}


def _rows(
    table: Table, columns: list[Column[Any]], user_id: int, *, is_office: bool
) -> list[dict[str, Any]]:
    if not columns:
        return []
    told = [column for column in table.columns if _is_told(column, is_office=is_office)]
    statement = select(*told).where(or_(*(column == user_id for column in columns)))
    return _plain(db.session.execute(statement).mappings())


def _is_told(column: Column[Any], *, is_office: bool) -> bool:
    if column.name in SECRETS:
        return False
    return not is_office or column.name in _OFFICIAL or column.name.endswith("_at")


def _plain(rows: Any) -> list[dict[str, Any]]:
    return [{name: _value(value) for name, value in row.items()} for row in rows]


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(clock.BERLIN).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return value
