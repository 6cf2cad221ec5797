"""The files every round needs: its phases and benches, organisations, recommendations, sources."""

from datetime import datetime
from typing import Any

from forum.content.fields import NO_MOMENT, ROUGH_DATE, Fields
from forum.content.folder import CITED, Round, iso
from forum.content.reading import Entry
from forum.recommendations.models import Act, Basis

BASES = {"belegt": Basis.SOURCED, "teilweise": Basis.PARTLY, "redaktionell": Basis.EDITORIAL}


def sources(reading: Round) -> None:
    """The sources that everything else cites."""
    top = reading.open("sources.yaml")
    for fields in top.entries("sources", need=False):
        fields.only("key", "title", "publisher", "date", "url", "note")
        key = fields.line_of_text("key")
        reading.once("source", key, fields, "key")
        published_on = fields.line_of_text("date", need=False) or None
        if published_on and not ROUGH_DATE.match(published_on):
            fields.fault(f"'date' is {published_on!r}; written 2017, 2017-09 or 2017-09-24", "date")
        content = {
            "title": fields.text("title"),
            "publisher": fields.line_of_text("publisher", need=False) or None,
            "published_on": published_on,
            "url": address(fields, "url"),
            "note": fields.optional("note"),
        }
        reading.add("source", key, fields, content)
        reading.sources[key] = {"key": key} | {k: content[k] for k in CITED}


def address(fields: Fields, key: str) -> str | None:
    """A link to the web."""
    url = fields.optional(key)
    if url and not url.startswith(("https://", "http://")):
        fields.fault(f"{key!r} must begin with https:// or http://", key)
    return url


def consultation(reading: Round) -> None:
    """The round itself, its phases, and the benches its organisations belong to."""
    top = reading.open("consultation.yaml", need=True)
    if not top.entry:
        return
    top.only(
        "slug", "title", "short_title", "lead", "election", "positions_published_at",
        "party_order_reason", "party_selection_rule", "admits_without_organisation",
        "hides_results", "phases", "benches", "kinds",
    )  # fmt: skip
    reading.folder.slug = top.slug()
    phases = [_phase(reading, fields) for fields in top.entries("phases")]
    if not phases:
        top.fault("a round needs at least one phase", "phases")
    else:
        reading.folder.begins_at = min(begin for begin, _content in phases)
    for position, fields in enumerate(top.entries("benches", need=False), 1):
        fields.only("slug", "name", "is_counted")
        slug = fields.slug()
        reading.once("bench", slug, fields)
        content = {
            "name": fields.line_of_text("name"),
            "position": position,
            "is_counted": fields.flag("is_counted", default=True),
        }
        reading.add("bench", slug, fields, content)
    published = top.moment("positions_published_at", need=False)
    reading.add(
        "consultation",
        reading.folder.slug,
        top,
        {
            "title": top.line_of_text("title"),
            "short_title": top.line_of_text("short_title"),
            "lead": top.text("lead"),
            "election_on": iso(top.day("election")),
            "positions_published_at": iso(published),
            "party_order_reason": top.text("party_order_reason"),
            "admits_without_organisation": top.flag("admits_without_organisation"),
            "hides_results": top.flag("hides_results"),
            "party_selection_rule": top.text("party_selection_rule", need=False),
            "phases": [content for _begin, content in phases],
        },
    )
    kinds = top.entry.get("kinds", Entry())
    for kind, bench in kinds.items() if isinstance(kinds, dict) else ():
        reading.once("kind", kind, top, "kinds")
        if bench is not None and bench not in reading.known("bench"):
            top.fault(f"there is no bench {bench!r}", line=kinds.line_of(kind))
    reading.benches = dict(kinds)


def _phase(reading: Round, fields: Fields) -> tuple[datetime, dict[str, Any]]:
    fields.only("slug", "title", "summary", "starts_at", "ends_at", "acts", "is_shown")
    slug = fields.slug()
    reading.once("phase", slug, fields)
    starts, ends = fields.moment("starts_at"), fields.moment("ends_at", need=False)
    if ends and starts and ends <= starts:
        fields.fault("a phase ends after it has begun", "ends_at")
    return starts or NO_MOMENT, {
        "slug": slug,
        "title": fields.line_of_text("title"),
        "summary": fields.text("summary"),
        "starts_at": iso(starts),
        "ends_at": iso(ends),
        "acts": fields.references("acts", list(Act), "act"),
        "is_shown": fields.flag("is_shown", default=True),
    }


def organisations(reading: Round) -> None:
    """Organisations as facts; nobody speaks for them by being listed."""
    top = reading.open("organisations.yaml")
    for fields in top.entries("organisations", need=False):
        fields.only(
            "slug", "short_name", "name", "kind", "role", "note", "sources", "founder", "bench",
        )  # fmt: skip
        slug = fields.slug()
        reading.once("organisation", slug, fields)
        kind = fields.reference(
            "kind", reading.benches, "kind of organisation in consultation.yaml"
        )
        content = {
            "name": fields.line_of_text("name"),
            "short_name": fields.line_of_text("short_name"),
            "kind": kind,
            "note": fields.optional("note", longest=1000),
            "is_founder": fields.flag("founder"),
            "is_partner": fields.line_of_text("role", need=False) == "buendnispartner",
            "bench": _bench(reading, fields, kind),
            "sources": reading.cited(fields, need=False),
        }
        reading.add("organisation", slug, fields, content)


def _bench(reading: Round, fields: Fields, kind: str) -> str | None:
    """The bench of its kind, unless the organisation names another, or none."""
    if "bench" not in fields.entry:
        return reading.benches.get(kind)
    return fields.reference("bench", reading.known("bench"), "bench", need=False) or None


def recommendations(reading: Round) -> None:
    """Recommendations, and the text of each, paragraph by paragraph."""
    top = reading.open("recommendations.yaml", need=True)
    begins_at = reading.folder.begins_at
    for fields in top.entries("recommendations"):
        fields.only(
            "slug", "number", "title", "subtitles", "title_full", "short_title", "teaser",
            "context", "demands", "guiding_questions", "sources",
        )  # fmt: skip
        slug = fields.slug()
        reading.once("recommendation", slug, fields)
        number = fields.whole("number")
        reading.once("number of a recommendation", str(number), fields, "number")
        title = fields.line_of_text("title")
        content = {
            "number": number,
            "title": title,
            "title_full": fields.text("title_full", need=False) or title,
            "subtitles": fields.words("subtitles", need=False),
            "short_title": fields.line_of_text("short_title"),
            "teaser": fields.text("teaser"),
            "context": [_context(reading, part) for part in fields.entries("context", need=False)],
            "guiding_questions": fields.words("guiding_questions", need=False),
            "sources": reading.cited(fields, need=False),
        }
        reading.add("recommendation", slug, fields, content, public_from=begins_at)
        taken: dict[int, int] = {}
        paragraphs = [_demand(reading, part, taken) for part in fields.entries("demands")]
        if not paragraphs:
            fields.fault("a recommendation needs at least one demand", "demands")
        text = {"paragraphs": paragraphs}
        reading.add("paragraphs", slug, fields, text, public_from=begins_at)


def _context(reading: Round, fields: Fields) -> dict[str, Any]:
    fields.only("text", "sources")
    return {"text": fields.text("text"), "sources": reading.cited(fields, need=False)}


def _demand(reading: Round, fields: Fields, taken: dict[int, int]) -> dict[str, Any]:
    fields.only("number", "heading", "text", "basis", "sources", "note")
    number = fields.whole("number")
    if number in taken:
        fields.fault(f"demand {number} stands already in line {taken[number]}", "number")
    taken.setdefault(number, fields.line)
    return {
        "number": number,
        "heading": fields.line_of_text("heading"),
        "text": fields.text("text"),
        "basis": fields.choice("basis", BASES, need=False),
        "note": fields.optional("note"),
        "sources": reading.cited(fields, need=False),
    }
