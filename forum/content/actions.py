"""Bringing a content folder into the database: all of it in one transaction, or nothing.

A second run finds nothing to do. What was edited in the product is never overwritten: each item's
hash as last imported is kept, and a row that no longer matches it is left alone and reported.
"""

from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from forum.content import queries
from forum.content.checking import read_folder
from forum.content.folder import Folder, Item
from forum.content.models import ImportedItem
from forum.content.reading import Problem
from forum.content.storing import STORE, Store, vacate
from forum.kernel import clock, html
from forum.kernel.db import begin_writing, db
from forum.kernel.ledger import canonical
from forum.recommendations.actions import alone

PACKAGED = Path(__file__).parent / "bundestagswahl-2017"
"""The round that comes with the product."""
TEXTS = Path(__file__).parent / "texts"
"""Imprint, privacy, rules and accessibility that come with the product."""
OF_THE_HOUSE = frozenset({"rule", "text"})


class ImportRefused(Exception):
    """The folder is faulty; nothing was changed. Each problem says file and line."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass
class Report:
    """What an import did."""

    round: str
    created: dict[str, int] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    """What was not touched, and why, one sentence each."""

    @property
    def did_something(self) -> bool:
        """Whether anything was written."""
        return bool(self.created or self.changed)

    def __str__(self) -> str:
        lines = [f"{count} × {kind} created" for kind, count in self.created.items()]
        lines += [f"{name} changed" for name in self.changed]
        lines += self.left
        return "\n".join(lines if self.did_something else ["nothing to do", *lines])


def import_folder(path: Path) -> Report:
    """Bring the round in `path` into the database, within the running unit of work.

    Texts of the house come from `path/texts`; where a folder has none, those of the product fill
    what is missing. Raises ImportRefused, with every problem, before anything is written.
    """
    own_texts = path / "texts"
    folder = read_folder(path, own_texts if own_texts.is_dir() else TEXTS)
    if folder.problems:
        raise ImportRefused(folder.problems)
    rendered = _render(folder)
    begin_writing()
    alone()
    is_lent = not own_texts.is_dir() and path.resolve() != PACKAGED.resolve()
    problems = clashes(folder)
    if problems:
        raise ImportRefused(problems)
    return _Import(folder, rendered, is_lent).run()


def _render(folder: Folder) -> dict[str, str]:
    sources = [p["text"] for item in folder.of("paragraphs") for p in item.fields["paragraphs"]]
    sources += [item.fields["source"] for item in folder.of("text")]
    return {source: html.render_editorial(source) for source in sources}


def clashes(folder: Folder) -> list[Problem]:
    """What the folder may not bring because of what is stored."""
    problems = []
    elsewhere = queries.slugs_elsewhere(folder.slug)
    for item in folder.items:
        if other := elsewhere.get(item.kind, {}).get(item.key):
            sentence = f"{item.kind} {item.key!r} belongs to the round {other!r} already"
            problems.append(Problem(item.file, item.line, sentence))
    voted, stored = queries.theses_with_ballots(), queries.STORED["thesis"](folder.slug)
    for item in folder.of("thesis"):
        if item.key in voted and item.fields["text"] != stored[item.key]["text"]:
            sentence = f"thesis {item.key!r} has ballots; other words need a new slug and number"
            problems.append(Problem(item.file, item.line, sentence))
    return problems


def content_hash(fields: dict[str, Any]) -> str:
    """SHA-256 of what an item says."""
    return sha256(canonical(fields)).hexdigest()


class _Import:
    def __init__(self, folder: Folder, rendered: dict[str, str], is_lent: bool) -> None:
        self.folder, self.report = folder, Report(folder.slug)
        self.store = Store(folder.slug, rendered)
        self.remembered = queries.imported()
        self.is_lent = is_lent

    def run(self) -> Report:
        seen = set()
        for kind, stores in STORE.items():
            items = self.folder.of(kind)
            stored = queries.STORED[kind](self.folder.slug)
            seen |= {self._name(item) for item in items}
            due = [item for item in items if self._is_due(item, stored.get(item.key))]
            vacate(kind, [item.key for item in due if item.key in stored])
            for item in due:
                stores(self.store, item, item.key not in stored)
                self._remember(item)
                if item.key in stored:
                    self.report.changed.append(f"{kind} {item.key}")
                else:
                    self.report.created[kind] = self.report.created.get(kind, 0) + 1
        for name in sorted(self.remembered.keys() - seen):
            if name.startswith(f"{self.folder.slug}/"):
                self.report.left.append(f"{name} is no longer in the folder; left as it is")
        return self.report

    def _is_due(self, item: Item, stored: dict[str, Any] | None) -> bool:
        """Whether to write an item; otherwise it stands already, or is left with a sentence."""
        last, new = self.remembered.get(self._name(item)), content_hash(item.fields)
        if stored is None:
            if last is None:
                return True
            self._leave(item, "was removed in the product; left so")
            return False
        now = content_hash(stored)
        if now == new:
            if last is None or last.content_hash != new:
                self._remember(item)
            return False
        if item.kind in OF_THE_HOUSE and self.is_lent:
            return False
        if last is None:
            self._leave(item, "exists already with other content; left as it is")
            return False
        if last.content_hash != now:
            self._leave(item, "was edited in the product; left as it is")
            return False
        return True

    def _leave(self, item: Item, why: str) -> None:
        self.report.left.append(f"{item.file}:{item.line}: {item.kind} {item.key} {why}")

    def _name(self, item: Item) -> str:
        prefix = "house" if item.kind in OF_THE_HOUSE else self.folder.slug
        return f"{prefix}/{item.kind}/{item.key}"

    def _remember(self, item: Item) -> None:
        name, found = self._name(item), content_hash(item.fields)
        if row := self.remembered.get(name):
            row.content_hash, row.imported_at = found, clock.now()
        else:
            row = ImportedItem(key=name, content_hash=found, imported_at=clock.now())
            db.session.add(row)
            self.remembered[name] = row
