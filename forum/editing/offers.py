"""What forms offer to choose from, and what stands beside them."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from forum.accounts.models import Organisation, User
from forum.content.lookup import PRECISIONS
from forum.editing import queries
from forum.editing.queries import Sheet
from forum.kernel.db import db
from forum.site.models import TextVersion


def of(round_slug: str) -> dict[str, dict[str, Any]]:
    """Choices by name, each with the words for it; drafts count as they are to stand."""
    words = {"tag": _("auf den Tag"), "monat": _("auf den Monat"), "meldung": _("Tag der Meldung")}
    entries = [one.fields for one in queries.sheets(round_slug, "entry")]
    organisations = [one.fields for one in queries.sheets(round_slug, "organisation")]
    return {
        "precisions": {word: words[word] for word in PRECISIONS},
        "entry_kinds": {
            str(one["kind"]): str(one["kind_label"]) for one in entries if one.get("kind")
        },
        "organisation_kinds": {
            kind: kind for kind in sorted({str(one["kind"]) for one in organisations})
        },
        "benches": {one.key: one.fields.get("name") for one in queries.sheets(round_slug, "bench")},
        "sources": {
            one.key: one.fields.get("title") for one in queries.sheets(round_slug, "source")
        },
    }


def rows(kind: str, sheets: Sequence[Sheet]) -> list[Sheet]:
    """Items in the order in which one looks for them."""

    def place(sheet: Sheet) -> tuple[Any, ...]:
        fields = sheet.fields
        if kind in {"party", "bench"}:
            return (fields.get("position") or 0, sheet.key)
        if kind == "rule":
            return (int(sheet.key), "")
        if kind == "entry":
            return (str(fields.get("happened_on")), sheet.key)
        return (str(fields.get("term") or fields.get("short_name") or "").casefold(), sheet.key)

    return sorted(sheets, key=place)


def next_rule(round_slug: str) -> int:
    """The number of the next rule of the debate; none is used twice."""
    return max((int(one.key) for one in queries.sheets(round_slug, "rule")), default=0) + 1


def contacts() -> dict[str, list[str]]:
    """Who confirms the people of an organisation, by its slug."""
    found: dict[str, list[str]] = {}
    people = db.session.execute(
        select(Organisation.slug, User.name)
        .join(User, User.organisation_id == Organisation.id)
        .where(User.is_contact, User.active, User.erased_at.is_(None))
        .order_by(User.name)
    )
    for slug, name in people:
        found.setdefault(slug, []).append(name)
    return found


def versions(slug: str) -> Sequence[TextVersion]:
    """All versions of a text, the newest first."""
    return db.session.scalars(
        select(TextVersion).where(TextVersion.slug == slug).order_by(TextVersion.number.desc())
    ).all()
