"""Writing a round as a folder that `import-content` reads: what the Redaktion wrote, nothing else.

No people, ballots or comments, nothing that a party said itself, nothing that the demo made up.
A folder is read back and compared before it takes its name, so that none is left half-written.
"""

import tempfile
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from forum.content import queries
from forum.content.answers import ANSWERS, EVIDENCE
from forum.content.checking import read_folder
from forum.content.consultation import BASES
from forum.content.lookup import PRECISIONS
from forum.content.queries import Stored
from forum.content.yaml_out import Inline, Nothing, Quoted, dump
from forum.kernel.clock import BERLIN
from forum.references.models import DatePrecision


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
        written = files(stored, queries.text_dates())
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


def files(stored: Mapping[str, Stored], dates: Mapping[str, datetime]) -> dict[str, str]:
    """The files of a round by name, as text. `dates` tells from when each text counts."""
    ((slug, round_),) = stored["consultation"].items()
    kinds = _kinds(stored["organisation"])
    found = {
        "consultation.yaml": dump(_consultation(slug, round_, stored["bench"], kinds)),
        "organisations.yaml": _list("organisations", stored, _organisation(kinds)),
        "sources.yaml": _list("sources", stored, _source),
        "recommendations.yaml": dump(
            {
                "recommendations": [
                    _recommendation(key, fields, stored["paragraphs"].get(key, {}))
                    for key, fields in stored["recommendation"].items()
                ]
            }
        ),
        "theses.yaml": _list("theses", stored, lambda key, fields: {"slug": key} | fields),
        "parties.yaml": _list("parties", stored, _party),
        "positions.yaml": _list("positions", stored, _position),
        "glossary.yaml": _list("terms", stored, _term),
        "timeline.yaml": dump(_timeline(stored["entry"])),
        "texts/rules.yaml": dump(
            {"rules": [{"number": int(n)} | fields for n, fields in stored["rule"].items()]}
        ),
    }
    for key, fields in stored["text"].items():
        head = dump({"title": Quoted(fields["title"]), "published_at": moment(dates[key])})
        found[f"texts/{key}.md"] = f"---\n{head}---\n{fields['source']}\n"
    return found


_KIND = {
    "organisations": "organisation", "sources": "source", "theses": "thesis", "parties": "party",
    "positions": "position", "terms": "term",
}  # fmt: skip


def _list(name: str, stored: Mapping[str, Stored], write: Any) -> str:
    rows = stored[_KIND[name]].items()
    return dump({name: [write(key, fields) for key, fields in rows]})


def moment(value: str | datetime | None) -> str | None:
    """A moment as people in Berlin write it; with its offset in the hour that comes twice."""
    if value is None:
        return None
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    local = at.astimezone(BERLIN).replace(microsecond=0)
    plain = local.replace(tzinfo=None, fold=0)
    if plain.replace(tzinfo=BERLIN).astimezone(UTC) != local.astimezone(UTC):
        return local.isoformat()
    if not (plain.hour or plain.minute or plain.second):
        return plain.date().isoformat()
    return plain.isoformat(timespec="seconds" if plain.second else "minutes")


def _kinds(organisations: Stored) -> dict[str, str | None]:
    """The bench of each kind of organisation: that of the first one of its kind."""
    found: dict[str, str | None] = {}
    for fields in organisations.values():
        found.setdefault(fields["kind"], fields["bench"])
    return dict(sorted(found.items()))


def _consultation(
    slug: str, fields: dict[str, Any], benches: Stored, kinds: dict[str, str | None]
) -> dict[str, Any]:
    return {
        "slug": slug,
        "title": fields["title"],
        "short_title": fields["short_title"],
        "lead": fields["lead"],
        "election": fields["election_on"],
        "positions_published_at": moment(fields["positions_published_at"]),
        "party_order_reason": fields["party_order_reason"],
        "party_selection_rule": fields["party_selection_rule"] or None,
        "admits_without_organisation": fields["admits_without_organisation"] or None,
        "phases": [
            {
                "slug": phase["slug"],
                "title": phase["title"],
                "summary": phase["summary"],
                "starts_at": moment(phase["starts_at"]),
                "ends_at": moment(phase["ends_at"]),
                "acts": Inline(phase["acts"]),
                "is_shown": None if phase["is_shown"] else False,
            }
            for phase in fields["phases"]
        ],
        "benches": [
            {
                "slug": key,
                "name": bench["name"],
                "is_counted": None if bench["is_counted"] else False,
            }
            for key, bench in benches.items()
        ],
        "kinds": {kind: Nothing() if bench is None else bench for kind, bench in kinds.items()},
    }


def _organisation(kinds: dict[str, str | None]) -> Any:
    def write(slug: str, fields: dict[str, Any]) -> dict[str, Any]:
        bench = fields["bench"]
        return {
            "slug": slug,
            "short_name": fields["short_name"],
            "name": fields["name"],
            "kind": fields["kind"],
            "bench": None if bench == kinds[fields["kind"]] else bench or Nothing(),
            "role": "buendnispartner" if fields["is_partner"] else None,
            "note": fields["note"],
            "sources": _keys(fields["sources"]),
            "founder": fields["is_founder"] or None,
        }

    return write


def _source(key: str, fields: dict[str, Any]) -> dict[str, Any]:
    names = ("title", "publisher", "published_on", "url", "note")
    return {"key": key} | {
        "date" if name == "published_on" else name: fields[name] for name in names
    }


def _recommendation(slug: str, fields: dict[str, Any], text: dict[str, Any]) -> dict[str, Any]:
    return {
        "slug": slug,
        "number": fields["number"],
        "title": fields["title"],
        "subtitles": fields["subtitles"] or None,
        "title_full": None if fields["title_full"] == fields["title"] else fields["title_full"],
        "short_title": fields["short_title"],
        "teaser": fields["teaser"],
        "context": [
            {"text": part["text"], "sources": _keys(part["sources"])} for part in fields["context"]
        ]
        or None,
        "demands": [
            {
                "number": paragraph["number"],
                "heading": paragraph["heading"],
                "text": paragraph["text"],
                "basis": _word(BASES, paragraph["basis"]),
                "sources": _keys(paragraph["sources"]),
                "note": paragraph["note"],
            }
            for paragraph in text.get("paragraphs", [])
        ],
        "guiding_questions": fields["guiding_questions"] or None,
        "sources": _keys(fields["sources"]),
    }


def _party(slug: str, fields: dict[str, Any]) -> dict[str, Any]:
    programme = {
        "source": fields["programme_source"],
        "adopted": fields["programme_on"],
        "place": fields["programme_place"],
        "body": fields["programme_body"],
        "url": fields["programme_url"],
    }
    return {
        "slug": slug,
        "order": fields["position"],
        "short_name": fields["short_name"],
        "name": fields["name"],
        "color": fields["color"],
        "programme": programme if fields["programme_source"] else None,
    }


def _position(key: str, fields: dict[str, Any]) -> dict[str, Any]:
    party, thesis = key.split("/")
    return {
        "party": party,
        "thesis": thesis,
        "answer": _word(ANSWERS, fields["answer"]),
        "rationale": fields["reason"],
        "evidence": _word(EVIDENCE, fields["evidence"]),
        "sources": [
            {name: one.get(name) for name in ("key", "page", "pdf_page")}
            for one in fields["sources"]
        ],
    }


def _term(slug: str, fields: dict[str, Any]) -> dict[str, Any]:
    return {
        "slug": slug,
        "term": fields["term"],
        "definition": fields["definition"],
        "related_theses": Inline(fields["related_theses"]) if fields["related_theses"] else None,
    }


def _timeline(entries: Stored) -> dict[str, Any]:
    kinds = {fields["kind"]: fields["kind_label"] for fields in entries.values()}
    return {
        "kinds": [{"key": key, "label": label} for key, label in sorted(kinds.items())],
        "entries": [_entry(key, fields) for key, fields in entries.items()],
    }


def _entry(key: str, fields: dict[str, Any]) -> dict[str, Any]:
    begin, end = fields["happened_on"], fields["ended_on"]
    if fields["precision"] == DatePrecision.MONTH and _is_month(begin, end):
        begin, end = begin[:7], None
    return {
        "key": key,
        "date": begin,
        "end": end,
        "precision": _word(PRECISIONS, fields["precision"]),
        "kind": fields["kind"],
        "title": fields["title"],
        "text": fields["text"],
        "basis": "allgemeinwissen" if fields["is_general_knowledge"] else "belegt",
        "sources": _keys(fields["sources"]),
        "announced": fields["is_announced"] or None,
    }


def _is_month(begin: str, end: str | None) -> bool:
    """Whether two days are the first and the last of one month."""
    if end is None:
        return False
    first, after = date.fromisoformat(begin), date.fromisoformat(end) + timedelta(days=1)
    return first.day == after.day == 1 and begin[:7] == end[:7]


def _keys(cited: list[Any]) -> list[str] | None:
    return [one["key"] for one in cited] or None


def _word(words: Mapping[str, Any], value: Any) -> str | None:
    """The German word that stands for a value in the files."""
    return next((word for word, meaning in words.items() if meaning == value), None)


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
