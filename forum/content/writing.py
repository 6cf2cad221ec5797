"""Items written as the files of a content folder: the way back from `reading`.

What the product holds is checked by the very readers that check a folder, and exported in the form
they read. Nothing here knows the database; a `State` is what `queries.STORED` returns by kind, or
what drafts would make of it. Fields that a draft has not filled in yet are None, and so is whatever
a reader takes for granted: a line that need not be written.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from forum.content.answers import ANSWERS, EVIDENCE
from forum.content.consultation import BASES
from forum.content.lookup import PRECISIONS
from forum.content.reading import Entry, Rows
from forum.content.yaml_out import Inline, Nothing
from forum.kernel import clock
from forum.references.models import DatePrecision

State = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""By kind and key: the fields of an item."""

LISTS = {
    "sources.yaml": ("sources", "source", ("key",)),
    "organisations.yaml": ("organisations", "organisation", ("slug",)),
    "recommendations.yaml": ("recommendations", "recommendation", ("slug",)),
    "parties.yaml": ("parties", "party", ("slug",)),
    "theses.yaml": ("theses", "thesis", ("slug",)),
    "positions.yaml": ("positions", "position", ("party", "thesis")),
    "glossary.yaml": ("terms", "term", ("slug",)),
    "timeline.yaml": ("entries", "entry", ("key",)),
    "rules.yaml": ("rules", "rule", ("number",)),
    "texts": ("texts", "text", ("slug",)),
}
"""By file: its list, the kind of item in it, and the fields that are its key."""


def files(slug: str, state: State) -> dict[str, dict[str, Any]]:
    """A round by file, everything in the order in which a person would look for it."""
    kinds, organisations = _organisations(state.get("organisation", {}))
    return {
        "consultation.yaml": _consultation(slug, state, kinds),
        "sources.yaml": {"sources": _all(state, "source", _source)},
        "organisations.yaml": {"organisations": organisations},
        "recommendations.yaml": {"recommendations": _recommendations(state)},
        "parties.yaml": {"parties": _all(state, "party", _party)},
        "theses.yaml": {"theses": _all(state, "thesis", _thesis)},
        "positions.yaml": {
            "positions": [
                _position(key, fields)
                for key, fields in state.get("position", {}).items()
                if fields.get("provenance") == "editorial"
            ]
        },
        "glossary.yaml": {"terms": _all(state, "term", _term)},
        "timeline.yaml": _timeline(state.get("entry", {})),
    }


def house(state: State) -> dict[str, dict[str, Any]]:
    """The rules and texts of the house. `texts` stands for the folder of that name."""
    return {
        "rules.yaml": {
            "rules": [
                {"number": int(number), **dict(fields)}
                for number, fields in sorted(
                    state.get("rule", {}).items(), key=lambda pair: int(pair[0])
                )
            ]
        },
        "texts": {
            "texts": [{"slug": slug, **dict(f)} for slug, f in state.get("text", {}).items()]
        },
    }


def _all(state: State, kind: str, write: Any) -> list[dict[str, Any]]:
    items = state.get(kind, {}).items()
    order = sorted(items, key=lambda pair: pair[1].get("number") or pair[1].get("position") or 0)
    return [write(key, fields) for key, fields in order]


def _consultation(slug: str, state: State, kinds: dict[str, Any]) -> dict[str, Any]:
    found = state.get("consultation", {}).get(slug)
    if found is None:
        return {}
    benches = sorted(state.get("bench", {}).items(), key=lambda pair: pair[1].get("position") or 0)
    return {
        "slug": slug,
        "title": found.get("title"),
        "short_title": found.get("short_title"),
        "lead": found.get("lead"),
        "election": found.get("election_on"),
        "positions_published_at": local(found.get("positions_published_at")),
        "party_order_reason": found.get("party_order_reason"),
        "party_selection_rule": found.get("party_selection_rule") or None,
        "admits_without_organisation": found.get("admits_without_organisation") or None,
        "hides_results": found.get("hides_results") or None,
        "phases": [_phase(phase) for phase in found.get("phases", ())],
        "benches": [
            {
                "slug": key,
                "name": bench.get("name"),
                "is_counted": None if bench.get("is_counted", True) else False,
            }
            for key, bench in benches
        ],
        "kinds": {
            kind: Nothing() if bench is None else bench for kind, bench in sorted(kinds.items())
        },
    }


def _phase(phase: Mapping[str, Any]) -> dict[str, Any]:
    return dict(phase) | {
        "starts_at": local(phase.get("starts_at")),
        "ends_at": local(phase.get("ends_at")),
        "acts": Inline(phase.get("acts") or ()),
        "is_shown": None if phase.get("is_shown", True) else False,
    }


def local(moment: str | datetime | None) -> str | None:
    """A stored moment as people in Berlin write it; with its offset in the hour that comes twice.

    What is no moment is left for the reader to refuse.
    """
    if not moment:
        return None
    try:
        there = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    except ValueError:
        return str(moment)
    if there.tzinfo is None:
        return str(moment)
    in_berlin = there.astimezone(clock.BERLIN)
    wall = in_berlin.replace(tzinfo=None)
    is_odd = wall.second or wall.microsecond
    short = wall.isoformat(timespec="auto" if is_odd else "minutes").removesuffix("T00:00")
    return short if clock.parse_local(short) == there.astimezone(UTC) else in_berlin.isoformat()


def _organisations(
    stored: Mapping[str, Mapping[str, Any]],
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    kinds: dict[str, Any] = {}
    found = []
    for slug, fields in stored.items():
        kind, bench = fields.get("kind"), fields.get("bench")
        if kind:
            kinds.setdefault(kind, bench)
        entry = {
            "slug": slug,
            "short_name": fields.get("short_name"),
            "name": fields.get("name"),
            "kind": kind,
            "role": "buendnispartner" if fields.get("is_partner") else None,
            "note": fields.get("note"),
            "sources": keys_of(fields.get("sources")) or None,
            "founder": True if fields.get("is_founder") else None,
        }
        if kind and kinds[kind] != bench:  # one of its kind that belongs to another bench
            entry["bench"] = bench or Nothing()
        found.append(entry)
    return kinds, found


def _source(key: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "key": key,
        "title": fields.get("title"),
        "publisher": fields.get("publisher"),
        "date": fields.get("published_on"),
        "url": fields.get("url"),
        "note": fields.get("note"),
    }


def keys_of(cited: Any) -> list[str]:
    """The keys of what is cited."""
    return [one["key"] for one in cited or ()]


def _recommendations(state: State) -> list[dict[str, Any]]:
    texts = state.get("paragraphs", {})

    def write(slug: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "slug": slug,
            "number": fields.get("number"),
            "title": fields.get("title"),
            "subtitles": fields.get("subtitles") or None,
            "title_full": _unless(fields.get("title"), fields.get("title_full")),
            "short_title": fields.get("short_title"),
            "teaser": fields.get("teaser"),
            "context": [
                {"text": part.get("text"), "sources": keys_of(part.get("sources")) or None}
                for part in fields.get("context") or ()
            ]
            or None,
            "demands": [
                {
                    "number": part.get("number"),
                    "heading": part.get("heading"),
                    "text": part.get("text"),
                    "basis": _word(BASES, part.get("basis")),
                    "sources": keys_of(part.get("sources")) or None,
                    "note": part.get("note"),
                }
                for part in texts.get(slug, {}).get("paragraphs", ())
            ],
            "guiding_questions": fields.get("guiding_questions") or None,
            "sources": keys_of(fields.get("sources")) or None,
        }

    return _all(state, "recommendation", write)


def _unless(usual: Any, value: Any) -> Any:
    return None if value == usual else value


def _word(words: Mapping[str, Any], value: Any) -> Any:
    """The word that stands for a value; the value itself where there is none."""
    return next((word for word, meaning in words.items() if meaning == value), value)


def _party(slug: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    programme = None
    if any(fields.get(f"programme_{name}") for name in ("source", "on", "place", "body", "url")):
        programme = {
            "source": fields.get("programme_source"),
            "adopted": fields.get("programme_on"),
            "place": fields.get("programme_place"),
            "body": fields.get("programme_body"),
            "url": fields.get("programme_url"),
        }
    return {
        "slug": slug,
        "order": fields.get("position"),
        "short_name": fields.get("short_name"),
        "name": fields.get("name"),
        "color": fields.get("color"),
        "programme": programme,
    }


def _thesis(slug: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    names = ("number", "recommendation", "position", "label", "text", "background")
    return {"slug": slug} | {name: fields.get(name) for name in names}


def _position(key: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    party, _slash, thesis = key.partition("/")
    return {
        "party": party,
        "thesis": thesis,
        "answer": _word(ANSWERS, fields.get("answer")),
        "rationale": fields.get("reason"),
        "evidence": _word(EVIDENCE, fields.get("evidence")),
        "sources": [
            {name: one.get(name) for name in ("key", "page", "pdf_page")}
            for one in fields.get("sources") or ()
        ],
    }


def _term(slug: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    theses = fields.get("related_theses")
    return {
        "slug": slug,
        "term": fields.get("term"),
        "definition": fields.get("definition"),
        "related_theses": Inline(theses) if theses else None,
    }


def _timeline(stored: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    labels = {f.get("kind"): f.get("kind_label") for f in stored.values() if f.get("kind")}
    return {
        "kinds": [
            {"key": kind, "label": label}
            for kind, label in sorted(labels.items(), key=lambda pair: str(pair[0]))
        ],
        "entries": [
            _entry(key, fields)
            for key, fields in sorted(stored.items(), key=lambda p: str(p[1].get("happened_on")))
        ],
    }


def _entry(key: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    begin, end = days_of(fields)
    return {
        "key": key,
        "date": begin,
        "end": end,
        "precision": _word(PRECISIONS, fields.get("precision")),
        "kind": fields.get("kind"),
        "title": fields.get("title"),
        "text": fields.get("text"),
        "basis": "allgemeinwissen" if fields.get("is_general_knowledge") else "belegt",
        "sources": keys_of(fields.get("sources")) or None,
        "announced": True if fields.get("is_announced") else None,
    }


def days_of(fields: Mapping[str, Any]) -> tuple[Any, Any]:
    """When an entry begins and ends, as people write it: a whole month as 2017-09, without end."""
    begin: Any = fields.get("happened_on")
    end: Any = fields.get("ended_on")
    if fields.get("precision") != DatePrecision.MONTH:
        return begin, end
    try:
        first, after = date.fromisoformat(begin), date.fromisoformat(end) + timedelta(days=1)
    except (TypeError, ValueError):
        return begin, end
    is_whole = first.day == after.day == 1 and begin[:7] == end[:7]
    return (begin[:7], None) if is_whole else (begin, end)


@dataclass(frozen=True)
class Spot:
    """What a line of written files belongs to: an item, and the field as its file calls it."""

    kind: str
    key: str
    field: str = ""
    """`title`, or `demands-2-text` for one further down; counted from 0."""


class Written:
    """Files with lines, as the readers want them; each line leads back to its item."""

    def __init__(self, slug: str, written: dict[str, dict[str, Any]]) -> None:
        self.slug, self.spots = slug, [Spot("", "")]
        self.files = {
            name: self._entry(content, (name,), content) for name, content in written.items()
        }

    def spot(self, line: int) -> Spot:
        """What stands in a line."""
        return self.spots[line]

    def _line(self, path: tuple[Any, ...], content: dict[str, Any]) -> int:
        self.spots.append(self._spot(path, content))
        return len(self.spots) - 1

    def _entry(
        self, mapping: Mapping[str, Any], path: tuple[Any, ...], content: dict[str, Any]
    ) -> Entry:
        found = Entry()
        found.line, found.lines = self._line(path, content), {}
        for key, value in mapping.items():
            below = (*path, key)
            found.lines[key] = self._line(below, content)
            found[key] = self._value(value, below, content)
        return found

    def _value(self, value: Any, path: tuple[Any, ...], content: dict[str, Any]) -> Any:
        if isinstance(value, Mapping):
            return self._entry(value, path, content)
        if isinstance(value, list | tuple):
            rows = Rows()
            rows.lines = []
            for index, one in enumerate(value):
                below = (*path, index)
                rows.lines.append(self._line(below, content))
                rows.append(self._value(one, below, content))
            return rows
        if isinstance(value, Nothing):
            return None
        return str(value) if isinstance(value, str) else value

    def _spot(self, path: tuple[Any, ...], content: dict[str, Any]) -> Spot:
        name, *rest = path
        if name == "consultation.yaml":
            if rest[:1] == ["benches"] and len(rest) > 1:
                return Spot("bench", content["benches"][rest[1]]["slug"], _joined(rest[2:]))
            return Spot("consultation", self.slug, _joined(rest))
        in_file, kind, keys = LISTS[name]
        if len(rest) < 2 or rest[0] != in_file:
            return Spot(kind, "", _joined(rest))
        entry = content[in_file][rest[1]]
        key = "/".join(str(entry[part]) for part in keys)
        if kind == "recommendation" and rest[2:3] == ["demands"]:
            kind = "paragraphs"
        return Spot(kind, key, _joined(rest[2:]))


def _joined(path: list[Any]) -> str:
    return "-".join(map(str, path))
