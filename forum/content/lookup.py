"""The files for looking things up: glossary and timeline, and the house's own rules and texts."""

from pathlib import Path

from forum.content.fields import NO_MOMENT, Fields, month_or_day
from forum.content.folder import Round, iso
from forum.content.reading import read_text, read_yaml
from forum.kernel.html import plain
from forum.references.models import DatePrecision

PRECISIONS = {
    "tag": DatePrecision.DAY,
    "monat": DatePrecision.MONTH,
    "meldung": DatePrecision.REPORT,
}


def glossary(reading: Round) -> None:
    """Terms in plain words."""
    top = reading.open("glossary.yaml")
    for fields in top.entries("terms", need=False):
        fields.only("slug", "term", "definition", "related_theses")
        slug = fields.slug()
        reading.once("term", slug, fields)
        content = {
            "term": fields.line_of_text("term"),
            "definition": fields.text("definition"),
            "related_theses": fields.references(
                "related_theses", reading.known("thesis"), "thesis", need=False
            ),
        }
        reading.add("term", slug, fields, content)


def timeline(reading: Round) -> None:
    """What happened, and what was announced."""
    top = reading.open("timeline.yaml")
    kinds = {
        fields.line_of_text("key"): fields.line_of_text("label")
        for fields in top.entries("kinds", need=False)
    }
    for fields in top.entries("entries", need=False):
        fields.only(
            "key", "date", "end", "precision", "kind", "title", "text", "basis", "sources",
            "announced",
        )  # fmt: skip
        key = fields.slug("key")
        reading.once("entry", key, fields, "key")
        kind = fields.reference("kind", kinds, "kind")
        begin, end = month_or_day(fields, "date"), month_or_day(fields, "end", end=True)
        if end is None and fields.entry.get("precision") == "monat":
            end = month_or_day(fields, "date", end=True)
        if begin and end and end < begin:
            fields.fault("an entry ends after it has begun", "end")
        content = {
            "happened_on": iso(begin),
            "ended_on": iso(end),
            "precision": fields.choice("precision", PRECISIONS),
            "kind": kind,
            "kind_label": kinds.get(kind, ""),
            "title": fields.text("title"),
            "text": fields.optional("text"),
            "is_announced": fields.flag("announced"),
            "is_general_knowledge": fields.choice(
                "basis", {"belegt": False, "allgemeinwissen": True}
            ),
            "sources": reading.cited(fields, need=False),
        }
        reading.add("entry", key, fields, content)


def house(reading: Round, texts: Path) -> None:
    """Rules of the debate, and texts with a date."""
    path = texts / "rules.yaml"
    rules(reading, Fields(path.name, read_yaml(path, reading.problems), 1, reading.problems))
    for path in sorted(texts.glob("*.md")):
        found = read_text(path, reading.problems)
        if found is not None:
            fields = Fields(path.name, found.head, 1, reading.problems)
            fields.only("title", "published_at")
            if fields.entry.get("published_at") is None:
                fields.fault("'published_at' is missing", "published_at")
            text(reading, path.stem, fields, found.body)


def rules(reading: Round, top: Fields) -> None:
    """The numbered rules of the debate."""
    for fields in top.entries("rules"):
        fields.only("number", "title", "text", "public_sentence")
        number = str(fields.whole("number"))
        reading.once("rule", number, fields, "number")
        content = {
            name: fields.text(name, longest=255 if name == "title" else 2000)
            for name in ("title", "text", "public_sentence")
        }
        reading.add("rule", number, fields, content)


def text(reading: Round, slug: str, fields: Fields, body: str) -> None:
    """A text with a date, Markdown."""
    content = {"title": fields.line_of_text("title"), "source": plain(body)}
    if not content["source"]:
        fields.fault("the text is empty", "source")
    day = fields.moment("published_at", need=False) or NO_MOMENT
    reading.add("text", slug, fields, content, public_from=day)
