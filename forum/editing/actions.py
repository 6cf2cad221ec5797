"""Saving, discarding and publishing drafts."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forum.accounts import staff
from forum.accounts.models import User, Visitor
from forum.content.actions import content_hash
from forum.content.folder import Item
from forum.content.storing import REMOVE, STORE, Store, vacate
from forum.editing import queries, shifting
from forum.editing.checking import Fault, Name, check, overlaid
from forum.editing.models import HOUSE, PASTED, Draft
from forum.editing.policy import EDIT, PUBLISH, READ, REWORD_THESIS
from forum.kernel import clock, html
from forum.kernel.db import begin_writing, db, save
from forum.kernel.errors import Conflict, ForumError
from forum.recommendations.actions import alone


class Faulty(ForumError):
    """The checks found something; nothing was changed. Each fault says item and field."""

    status = 422

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(_("Daran ist noch etwas zu ändern."))
        self.faults = faults


class Overtaken(Conflict):
    """Somebody else has saved or published meanwhile; nothing was changed."""

    def __init__(self, message: Any = None) -> None:
        super().__init__(message or _l("Inzwischen hat jemand anderes daran gearbeitet."))


@dataclass
class Published:
    """What was published."""

    items: list[Name] = field(default_factory=list)
    versions: list[str] = field(default_factory=list)
    """Recommendations whose text has a new version."""


def keep(
    editor: User | Visitor,
    round_slug: str,
    kind: str,
    key: str,
    fields: Mapping[str, Any],
    *,
    revision: int,
    base: str,
    marks: Mapping[str, Any] | None = None,
    is_removal: bool = False,
) -> Draft | None:
    """Save how an item is to stand; None, and no draft, when that is how it stands already.

    `revision` and `base` are those of the `Sheet` the form was opened on; when either has changed,
    `Overtaken`. `Faulty` when the item itself is wrong; what depends on other items (a number
    taken twice, a reference into nothing) is said at publication, so that two can be changed one
    after the other.
    """
    begin_writing()
    alone()
    EDIT.require(editor)
    assert editor.id is not None  # noqa: S101 - the rule has refused visitors
    sheet = queries.sheet(round_slug, kind, key, new=True)
    if sheet.revision != revision or sheet.base != base:
        raise Overtaken
    wanted = Wanted(kind, key, dict(fields), is_removal)
    if kind != PASTED and not is_removal:
        wanted = _checked(editor, sheet, wanted)
        if sheet.stored is not None and content_hash(wanted.fields) == sheet.base:
            if sheet.draft is not None:
                db.session.delete(sheet.draft)
                db.session.flush()
            return None
    draft = sheet.draft or Draft(round_slug=round_slug, kind=kind, key=key, revision=0)
    draft.fields, draft.marks, draft.is_removal = wanted.fields, dict(marks or {}), is_removal
    draft.revision += 1
    draft.base, draft.edited_by_id, draft.edited_at = base or None, editor.id, clock.now()
    return save(draft)


@dataclass(frozen=True)
class Wanted:
    """An item as somebody wants it, before it is a draft."""

    kind: str
    key: str
    fields: dict[str, Any]
    is_removal: bool = False


def _checked(editor: User | Visitor, sheet: queries.Sheet, wanted: Wanted) -> Wanted:
    """Check an item among all others as they are to stand; it comes back as the checks read it."""
    others = [
        one
        for one in queries.drafts(sheet.round_slug)
        if (one.kind, one.key) != (sheet.kind, sheet.key)
    ]
    stored = queries.state(sheet.round_slug)
    checked = check(sheet.round_slug, overlaid(stored, [*others, wanted]))
    name = (sheet.kind, sheet.key)
    faults = [fault for fault in checked.of(name) if not fault.depends]
    if sheet.kind == "thesis" and sheet.stored is not None:
        faults += _rewording(editor, sheet.key, sheet.stored, wanted.fields)
    if faults:
        raise Faulty(faults)
    if name in checked.items and not checked.of(name):
        return replace(wanted, fields=checked.items[name].fields)
    return wanted


def _rewording(
    editor: User | Visitor, key: str, stored: Mapping[str, Any], fields: Mapping[str, Any]
) -> list[Fault]:
    if fields.get("text") == stored["text"]:
        return []
    decision = REWORD_THESIS.check(editor, queries.wordsmith(key))
    return [] if decision else [Fault("thesis", key, "text", str(decision.reason))]


def discard(editor: User | Visitor, round_slug: str, kind: str, key: str, *, revision: int) -> None:
    """Throw a draft away; what stands published stays."""
    begin_writing()
    alone()
    EDIT.require(editor)
    draft = queries.draft(round_slug, kind, key)
    if draft is None:
        return
    if draft.revision != revision:
        raise Overtaken
    db.session.delete(draft)
    db.session.flush()


def publish(
    editor: User | Visitor,
    round_slug: str,
    names: Collection[Name] | None = None,
    *,
    opening: bool = False,
) -> Published:
    """Publish some drafts of a round, or all of them, in one step: everything or nothing.

    Versions, wordings, ledger, search and kept pages follow as after an import.
    """
    PUBLISH.require(editor)
    ahead = queries.plan(round_slug, names)
    rendered = _render(ahead.due)
    begin_writing()
    alone()
    queries.lock_theses([one.key for one in ahead.drafts if one.kind == "thesis"])
    before = shifting.published(round_slug)
    if before is None and not opening and round_slug != HOUSE:
        raise Conflict(
            _l(
                "Diese Konsultation ist noch nicht eröffnet. Bis dahin bleibt alles Entwurf; "
                "veröffentlicht wird sie als Ganzes, wenn Sie sie eröffnen."
            )
        )
    plan = queries.plan(round_slug, names)
    if plan.editions != ahead.editions or plan.overtaken:
        raise Overtaken
    plan.faults += _frozen(editor, round_slug, plan)
    plan.faults += shifting.faults_of(before, plan.drafts)
    if plan.faults:
        raise Faulty(plan.faults)
    found = store(round_slug, plan, rendered)
    shifting.follow(editor.id, round_slug, before, plan.drafts)
    for draft in plan.drafts:
        db.session.delete(draft)
    db.session.flush()
    if found.items:
        about = [f"{kind}:{key}" for kind, key in found.items]
        staff.note(
            "content.published", editor.id, about=f"round:{round_slug}", detail={"items": about}
        )
    return found


def _frozen(editor: User | Visitor, round_slug: str, plan: queries.Plan) -> list[Fault]:
    """Theses that somebody voted on, or was asked about, since the draft was saved."""
    drafts = [one for one in plan.drafts if one.kind == "thesis" and not one.is_removal]
    stored = queries.state(round_slug, {"thesis"})["thesis"] if drafts else {}
    return [
        fault
        for draft in drafts
        if draft.key in stored
        for fault in _rewording(editor, draft.key, stored[draft.key], draft.fields)
    ]


def store(round_slug: str, plan: queries.Plan, rendered: dict[str, str]) -> Published:
    """Write what a plan says, within the running transaction. Asks for no permission."""
    marks = {one.key: one.marks for one in plan.drafts if one.kind == "paragraphs"}
    storing = Store(round_slug, rendered, marks)
    found, now = Published(), clock.now()
    for kind, stores in STORE.items():
        due = [item for item in plan.due if item.kind == kind]
        vacate(kind, [item.key for item in due if (kind, item.key) not in plan.new])
        for item in due:
            # Nothing that is published now was public before.
            told = replace(item, public_from=max(item.public_from, now))
            stores(storing, told, (kind, item.key) in plan.new)
            found.items.append((kind, item.key))
            if kind == "paragraphs":
                found.versions.append(item.key)
    for draft in plan.drafts:
        if draft.is_removal:
            REMOVE[draft.kind](storing, draft.key)
            found.items.append((draft.kind, draft.key))
    return found


@contextmanager
def staged(editor: User | Visitor, round_slug: str) -> Iterator[None]:
    """Within the block all drafts of a round stand published; afterwards nothing has happened."""
    READ.require(editor)
    ahead = queries.plan(round_slug)
    rendered = _render(ahead.due)
    begin_writing()
    alone()
    plan = queries.plan(round_slug)
    if plan.faults:
        raise Faulty(plan.faults)
    if plan.editions != ahead.editions:
        raise Overtaken
    savepoint = db.session.begin_nested()
    try:
        store(round_slug, plan, rendered)
        db.session.flush()
        db.session.expunge_all()
        yield
    finally:
        db.session.expunge_all()
        savepoint.rollback()


def _render(items: list[Item]) -> dict[str, str]:
    sources = [
        paragraph["text"]
        for item in items
        if item.kind == "paragraphs"
        for paragraph in item.fields["paragraphs"]
    ]
    sources += [item.fields["source"] for item in items if item.kind == "text"]
    return {source: str(html.render_editorial(source)) for source in sources}
