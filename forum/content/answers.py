"""The files with theses, parties, and what the parties' programmes say."""

from datetime import UTC, datetime, time
from typing import Any

from forum.content.consultation import address
from forum.content.fields import COLOR, NO_MOMENT, Fields
from forum.content.folder import Round, iso
from forum.kernel import clock
from forum.kernel.html import plain
from forum.positions.models import Answer, Evidence

ANSWERS = {"zustimmung": Answer.AGREE, "neutral": Answer.NEUTRAL, "ablehnung": Answer.AGAINST}
EVIDENCE = {"ausdruecklich": Evidence.EXPLICIT, "abgeleitet": Evidence.DERIVED}
LONGEST_REASON = 500


def parties(reading: Round) -> None:
    """Parties, with the day their programme was adopted."""
    top = reading.open("parties.yaml")
    for fields in top.entries("parties", need=False):
        fields.only(
            "slug", "order", "short_name", "name", "color", "programme", "result_2013",
            "brand_hint", "pattern", "contrast_on_white", "text_on_color",
        )  # fmt: skip
        slug = fields.slug()
        if slug == "vergleich":
            fields.fault("the slug 'vergleich' is the address of the comparison", "slug")
        reading.once("party", slug, fields)
        order = fields.whole("order")
        reading.once("order of a party", str(order), fields, "order")
        color = fields.line_of_text("color")
        if color and not COLOR.match(color):
            fields.fault(f"'color' is {color!r}; written #RRGGBB", "color")
        content = {
            "position": order,
            "short_name": fields.line_of_text("short_name"),
            "name": fields.line_of_text("name"),
            "color": color,
        }
        reading.add("party", slug, fields, content | _programme(reading, slug, fields))


def _programme(reading: Round, party: str, fields: Fields) -> dict[str, Any]:
    names = ("source", "title", "url", "on", "place", "body")
    if fields.entry.get("programme") is None:
        return dict.fromkeys(f"programme_{name}" for name in names)
    line = fields.entry.line_of("programme")
    part = Fields(fields.file, fields.entry["programme"], line, reading.problems)
    part.only("source", "adopted", "place", "body", "url")
    source = part.reference("source", reading.sources, "source")
    adopted = part.day("adopted")
    if adopted:
        midnight = datetime.combine(adopted, time(), clock.BERLIN).astimezone(UTC)
        reading.adopted[party] = midnight
    return {
        "programme_source": source,
        "programme_title": reading.sources.get(source, {}).get("title"),
        "programme_url": address(part, "url"),
        "programme_on": iso(adopted),
        "programme_place": part.line_of_text("place", need=False) or None,
        "programme_body": part.line_of_text("body", need=False) or None,
    }


def theses(reading: Round) -> None:
    """Theses, each with its place among those of a recommendation."""
    top = reading.open("theses.yaml")
    for fields in top.entries("theses", need=False):
        fields.only("slug", "number", "recommendation", "position", "label", "text", "background")
        slug = fields.slug()
        reading.once("thesis", slug, fields)
        number, position = fields.whole("number"), fields.whole("position")
        reading.once("number of a thesis", str(number), fields, "number")
        recommendation = fields.reference(
            "recommendation", reading.known("recommendation"), "recommendation"
        )
        reading.once("position of a thesis", f"{recommendation} {position}", fields, "position")
        content = {
            "recommendation": recommendation,
            "number": number,
            "position": position,
            "label": fields.line_of_text("label"),
            "text": fields.text("text"),
            "background": fields.optional("background"),
        }
        reading.add("thesis", slug, fields, content, public_from=reading.folder.begins_at)


def positions(reading: Round) -> None:
    """What the programmes say, as the editors read it."""
    top = reading.open("positions.yaml")
    for fields in top.entries("positions", need=False):
        fields.only("party", "thesis", "answer", "rationale", "evidence", "sources")
        party = fields.reference("party", reading.known("party"), "party")
        thesis = fields.reference("thesis", reading.known("thesis"), "thesis")
        key = f"{party}/{thesis}"
        reading.once("position", key, fields, "thesis")
        content = {
            "provenance": "editorial",
            "answer": fields.choice("answer", ANSWERS),
            "evidence": fields.choice("evidence", EVIDENCE),
            "reason": fields.text("rationale", longest=LONGEST_REASON),
            "sources": [_page(reading, part) for part in fields.entries("sources")],
        }
        if not content["sources"]:
            fields.fault("an editorial position needs a source", "sources")
        if party in reading.known("party") and party not in reading.adopted:
            fields.fault(f"party {party!r} has no programme, so its answers no date", "party")
        # Nothing is told before the programme was there to read, nor before the round begins.
        day = max(reading.adopted.get(party, NO_MOMENT), reading.folder.begins_at)
        reading.add("position", key, fields, content, public_from=day)


def _page(reading: Round, fields: Fields) -> dict[str, Any]:
    fields.only("key", "page", "pdf_page")
    key = fields.reference("key", reading.sources, "source")
    found: dict[str, Any] = dict(reading.sources.get(key, {}))
    for name in ("page", "pdf_page"):
        value = fields.entry.get(name)
        found[name] = plain(str(value)) if value is not None else None
    return found
