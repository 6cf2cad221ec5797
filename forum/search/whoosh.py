"""The index in a folder, by Whoosh. The only module that knows Whoosh.

The folder holds generations and the name of the current one; a rebuild writes a new generation and
then changes the name, in one step.
"""

import fcntl
import shutil
import time
import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from whoosh import query as q
from whoosh import sorting
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.fields import ID, TEXT, Schema
from whoosh.index import EmptyIndexError, FileIndex, create_in, open_dir

from forum.search.analysis import Query
from forum.search.backend import MOST, Entry, Hits, Likeness, rarest, telling

_SCHEMA = Schema(
    key=ID(unique=True, stored=True),
    kind=ID(stored=True, sortable=True),
    title=TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=True, field_boost=3.0),
    body=TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=True),
    title_parts=TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=False, field_boost=1.5),
    parts=TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=False, field_boost=0.4),
)
_FIELDS = ("title", "body", "title_parts", "parts")


class WhooshBackend:
    """An index in `folder`."""

    name = "whoosh"
    in_database = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._current: tuple[str, FileIndex] | None = None

    @contextmanager
    def exclusive(self, wait: float) -> Iterator[bool]:
        """A lock on a file; the system frees it when its process ends, however it ends."""
        self.folder.mkdir(parents=True, exist_ok=True)
        deadline = time.monotonic() + wait
        with (self.folder / "lock").open("a") as handle:
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    if time.monotonic() >= deadline:
                        yield False
                        return
                    time.sleep(0.05)
                else:
                    break
            yield True

    def exists(self) -> bool:
        """Whether a whole generation is there."""
        return self._open() is not None

    def update(self, put: Iterable[Entry], remove: Collection[str]) -> None:
        """One commit."""
        index = self._open()
        if index is None:
            raise FileNotFoundError(f"There is no index in {self.folder}")
        writer = index.writer(timeout=30.0, delay=0.02)
        try:
            for key in remove:
                writer.delete_by_term("key", key)
            for entry in put:
                writer.update_document(**_fields(entry))
        except BaseException:
            writer.cancel()
            raise
        writer.commit()

    def rebuild(self, entries: Iterable[Entry]) -> None:
        """Write a generation, make it the current one, drop the others."""
        name = f"index-{uuid.uuid4().hex[:12]}"
        target = self.folder / name
        target.mkdir(parents=True)
        writer = create_in(target, _SCHEMA).writer(limitmb=64)
        try:
            for entry in entries:
                writer.add_document(**_fields(entry))
        except BaseException:
            writer.cancel()
            shutil.rmtree(target, ignore_errors=True)
            raise
        writer.commit()
        temporary = self.folder / "current.new"
        temporary.write_text(name)
        temporary.replace(self.folder / "current")
        for old in self.folder.glob("index-*"):
            if old.name != name:  # what people have erased must not lie on in the last one
                shutil.rmtree(old, ignore_errors=True)

    def find(self, query: Query, kinds: Collection[str], limit: int, offset: int) -> Hits:
        """Search in the current generation as it is now."""
        try:
            return self._find(query, kinds, limit, offset)
        except FileNotFoundError:  # it was replaced just as we opened it
            self._current = None
            return self._find(query, kinds, limit, offset)

    def _find(self, query: Query, kinds: Collection[str], limit: int, offset: int) -> Hits:
        if not query or (index := self._open()) is None:
            return Hits()
        with index.searcher() as searcher:
            asked = _every_group(query)
            counts = searcher.search(
                asked, limit=1, scored=False, groupedby="kind", maptype=sorting.Count
            ).groups("kind")
            counts = {kind: count for kind, count in counts.items() if kind}
            wanted = q.Or([q.Term("kind", kind) for kind in kinds]) if kinds else None
            end = min(offset + limit, MOST)
            found: Any = searcher.search(asked, limit=max(end, 1), filter=wanted)
            page = found[offset:end] if offset < end else []
            return Hits([(hit["kind"], hit["key"]) for hit in page], counts)

    def like(self, stems: Sequence[str], kind: str, limit: int) -> Likeness:
        """By the frequencies that the index keeps."""
        try:
            return self._like(stems, kind, limit)
        except FileNotFoundError:  # it was replaced just as we opened it
            self._current = None
            return self._like(stems, kind, limit)

    def _like(self, stems: Sequence[str], kind: str, limit: int) -> Likeness:
        if (index := self._open()) is None:
            return Likeness()
        with index.searcher() as searcher:
            reader = searcher.reader()
            frequencies = {stem: reader.doc_frequency("body", stem) for stem in stems}
            found = telling(frequencies, index.doc_count())
            wanted = [
                q.Term("body", stem, boost=found.weights[stem]) for stem in rarest(frequencies)
            ]
            if wanted:
                hits: Any = searcher.search(q.Or(wanted), limit=limit, filter=q.Term("kind", kind))
                found.keys.extend(hit["key"] for hit in hits)
            return found

    def count(self) -> int:
        """Documents, those deleted not counted."""
        index = self._open()
        return index.doc_count() if index is not None else 0

    def _name(self) -> str:
        try:
            return (self.folder / "current").read_text()
        except FileNotFoundError:
            return ""

    def _open(self) -> FileIndex | None:
        """The current generation; it is opened again after a rebuild."""
        for _attempt in range(3):  # it may be replaced between reading its name and opening it
            try:
                name = self._name()
                if not name:
                    return None
                if self._current is None or self._current[0] != name:
                    self._current = (name, open_dir(self.folder / name))
                elif not (self.folder / name).is_dir():
                    return None
                return self._current[1]
            except (FileNotFoundError, EmptyIndexError):
                self._current = None
        return None


def _fields(entry: Entry) -> dict[str, str]:
    return {
        "key": entry.key,
        "kind": entry.kind,
        "title": " ".join(entry.title),
        "body": " ".join(entry.body),
        "title_parts": " ".join(entry.title_parts),
        "parts": " ".join(entry.parts),
    }


def _every_group(query: Query) -> Any:
    groups = []
    for group in query.groups:
        if len(group) == 1:
            choices = [q.Term(name, group[0]) for name in _FIELDS]
        else:
            choices = [q.Phrase(name, list(group)) for name in ("title", "body")]
        groups.append(q.Or(choices))
    return q.And(groups).normalize()
