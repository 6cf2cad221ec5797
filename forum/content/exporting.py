"""Writing a round as a folder that `import-content` reads: what the Redaktion wrote, nothing else.

No people, ballots or comments, nothing that a party said itself, nothing that the demo made up.
A folder is read back and compared before it takes its name, so that none is left half-written.
"""

import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from forum.content import queries, writing
from forum.content.checking import read_folder
from forum.content.queries import Stored
from forum.content.writing import State, local
from forum.content.yaml_out import Quoted, dump


class ExportRefused(Exception):
    """Why no folder was written; each sentence says one thing that stands in the way."""

    def __init__(self, *sentences: str) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


def export_round(slug: str, folder: Path) -> list[str]:
    """Write the round into `folder`, which must be empty or new; returns the names of its files."""
    stored = content_of(slug)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ExportRefused(f"{folder} is not empty; name a new folder.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=folder.parent) as name:
        draft = Path(name) / "round"
        (draft / "texts").mkdir(parents=True)
        written = files(slug, stored, queries.text_dates())
        for file, text in written.items():
            (draft / file).write_text(text, "utf-8", newline="\n")
        _compare(stored, draft)
        if folder.exists():
            folder.rmdir()
        draft.rename(folder)
    return list(written)


def content_of(slug: str) -> dict[str, Stored]:
    """All items of a round and of the house by kind, in the order in which they are written."""
    if queries.round_of(slug) is None:
        known = ", ".join(queries.rounds()) or "none"
        raise ExportRefused(f"There is no round {slug!r}. Stored: {known}.")
    stored = {kind: read(slug) for kind, read in queries.STORED.items()}
    stored["position"] = queries.editorial_positions(slug)
    invented = queries.invented()
    for kind, slugs in invented.items():
        stored[kind] = {key: one for key, one in stored[kind].items() if key not in slugs}
    stored["position"] = {
        key: one
        for key, one in stored["position"].items()
        if key.split("/")[0] not in invented["party"]
    }
    theses = stored["thesis"]
    for term in stored["term"].values():  # the glossary is the house's, and knows older rounds
        term["related_theses"] = [one for one in term["related_theses"] if one in theses]
    return stored


def files(slug: str, stored: State, dates: Mapping[str, datetime]) -> dict[str, str]:
    """The files of a round by name, as text. `dates` tells from when each text counts."""
    found = {name: dump(content) for name, content in writing.files(slug, stored).items()}
    for name, content in writing.house(stored).items():
        if name != "texts":
            found[f"texts/{name}"] = dump(content)
            continue
        for text in content["texts"]:
            at = local(dates[text["slug"]].replace(microsecond=0))
            head = dump({"title": Quoted(text["title"]), "published_at": at})
            found[f"texts/{text['slug']}.md"] = f"---\n{head}---\n{text['source']}\n"
    return found


def _compare(stored: Mapping[str, Stored], folder: Path) -> None:
    """Refuse an export that would not come back as what is stored."""
    back = read_folder(folder, folder / "texts")
    if back.problems:
        raise ExportRefused(*map(str, back.problems))
    read = {(item.kind, item.key): _cited_by_key(item.fields) for item in back.items}
    expected = {
        (kind, key): _cited_by_key(fields)
        for kind, rows in stored.items()
        for key, fields in rows.items()
    }
    wrong = [name for name in expected | read if expected.get(name) != read.get(name)]
    if wrong:
        raise ExportRefused(
            *(f"{kind} {key!r} cannot be written without loss." for kind, key in wrong)
        )


def _cited_by_key(value: Any) -> Any:
    """Content with its citations as keys: what is known of a source stands with the source."""
    if isinstance(value, dict):
        if "key" in value and "publisher" in value:
            return {name: value.get(name) for name in ("key", "page", "pdf_page")}
        return {k: _cited_by_key(v) for k, v in value.items() if k != "programme_title"}
    return [_cited_by_key(one) for one in value] if isinstance(value, list) else value
