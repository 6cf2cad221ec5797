"""What a content folder holds: items in the order in which they are stored, or all its faults.

Nothing here knows the database. The fields of an `Item` are what is stored, in a form that can be
hashed and compared: words, whole numbers, lists, mappings, moments as ISO text in UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from forum.content.fields import NO_MOMENT, Fields
from forum.content.reading import Entry, Problem, read_yaml

CITED = ("title", "publisher", "published_on", "url")


@dataclass(frozen=True)
class Item:
    """One thing that the folder brings: its kind, its key there, its content, and where it is."""

    kind: str
    key: str
    fields: dict[str, Any]
    file: str
    line: int
    public_from: datetime = NO_MOMENT
    """When it is told for the first time; earlier nothing of it is public."""


@dataclass
class Folder:
    """All that a folder brings, in the order in which it is stored, or what is wrong with it."""

    path: Path
    slug: str = ""
    items: list[Item] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    begins_at: datetime = NO_MOMENT

    def of(self, kind: str) -> list[Item]:
        """The items of one kind."""
        return [item for item in self.items if item.kind == kind]


class Round:
    """Reads the files of a round one after the other; the later ones refer to the earlier."""

    def __init__(self, path: Path, held: Mapping[str, Entry] | None = None) -> None:
        """`held` are files that were never written: what the product holds, as entries."""
        self.folder, self.held = Folder(path), held
        self.problems = self.folder.problems
        self.keys: dict[str, dict[str, int]] = {}
        self.sources: dict[str, dict[str, Any]] = {}
        self.adopted: dict[str, datetime] = {}
        self.benches: dict[str, str | None] = {}

    def open(self, name: str, *, need: bool = False) -> Fields:
        """The top of a file; an empty one where it is not needed and not there."""
        if self.held is not None:
            return Fields(name, self.held[name], 1, self.problems)
        path = self.folder.path / name
        if not need and not path.exists():
            entry = Entry()
            entry.lines = {}
        else:
            before = len(self.problems)
            entry = read_yaml(path, self.problems)
            if not entry and len(self.problems) > before:
                return Fields(name, entry, 1, [])  # unreadable: what it lacks is no further fault
        return Fields(name, entry, 1, self.problems)

    def once(self, kind: str, key: str, fields: Fields, shown: str = "slug") -> None:
        """Note that `key` of this kind is taken; a second time is a fault."""
        taken = self.keys.setdefault(kind, {})
        if key and key in taken:
            fields.fault(f"{kind} {key!r} stands already in line {taken[key]}", shown)
        taken.setdefault(key, fields.line)

    def add(
        self, kind: str, key: str, fields: Fields, content: dict[str, Any], **more: Any
    ) -> None:
        """Note an item as read; it is stored in this order."""
        self.folder.items.append(Item(kind, key, content, fields.file, fields.line, **more))

    def known(self, kind: str) -> dict[str, int]:
        """The keys of a kind that has been read."""
        return self.keys.get(kind, {})

    def cited(self, fields: Fields, key: str = "sources", *, need: bool = True) -> list[Any]:
        """The sources named by their keys, as they are cited: what the reader is told of them."""
        found = fields.references(key, self.sources, "source", need=need)
        return [dict(self.sources[name]) for name in found]


def iso(value: date | datetime | None) -> str | None:
    """A day or a moment as it is hashed and compared."""
    return value.isoformat() if value else None
