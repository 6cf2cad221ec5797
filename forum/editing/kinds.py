# ruff: noqa: E501 - a field stands on one line with all its words
"""The items that are edited in one plain form each: their fields, as data.

Fields bear the names they have in the content folder, since the checks speak of them so; `stored`
is the name under which an item holds them.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from forum.content.lookup import PRECISIONS
from forum.content.writing import days_of
from forum.editing.handling import Form

Fields = Mapping[str, Any]


@dataclass(frozen=True)
class Field:
    """One control of a form."""

    name: str
    label: Any
    control: str = "line"
    """line, text, whole, flag, choice, keys, words, day, color, suggest."""
    hint: Any = ""
    stored: str = ""
    required: bool = False
    rows: int = 3
    longest: int = 20_000
    options: str = ""
    """Of a choice or suggestion: which list the page offers (see `offers` in queries)."""

    @property
    def at(self) -> str:
        """Where the item holds it."""
        return self.stored or self.name

    def typed(self, form: Form) -> Any:
        """What was typed, as an item holds it."""
        if self.control in {"text"}:
            return form.text(self.name, longest=self.longest) or None
        if self.control == "whole":
            return form.whole(self.name)
        if self.control == "flag":
            return bool(form.values.get(self.name, ""))
        if self.control == "keys":
            return form.keys(self.name)
        if self.control == "words":
            return [word for word in re.split(r"[\s,]+", form.text(self.name)) if word]
        return form.line(self.name) or None

    def shown(self, fields: Fields) -> Any:
        """What the control opens with."""
        value = fields.get(self.at)
        if self.control == "flag":
            return bool(value)
        if self.control == "keys":
            return "\n".join(one["key"] for one in value or ())
        if self.control == "words":
            return " ".join(value or ())
        return "" if value is None else value


_KEY_HINT = _l(
    "Steht in Adressen und ändert sich nicht mehr: kleine Buchstaben, Ziffern, Bindestriche."
)


@dataclass(frozen=True)
class Kind:
    """A kind of item with its pages."""

    kind: str
    path: str
    """In addresses: `/redaktion/<round>/quellen/`."""
    listing: str
    """Endpoint of the list, and of the section."""
    page: str
    """Endpoint of the form."""
    argument: str
    """How the address calls the key: slug, key or number."""
    title: Any
    new: Any
    """The button that begins another one; empty where there is a fixed set."""
    lead: Any
    fields: tuple[Field, ...]
    key_hint: Any = _KEY_HINT
    can_go: bool = False
    """Whether it can be taken out again."""
    complete: Callable[[dict[str, Any], Fields], None] = lambda _fields, _offers: None
    """Derives what the form does not ask for."""


def slugged(words: str) -> str:
    """Words as they stand in an address."""
    words = words.lower().translate(_GERMAN)
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80]


_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def _entry(fields: dict[str, Any], offers: Fields) -> None:
    """A kind of entry is known by its label; a month is written 2017-09 and has no end."""
    label = fields["kind_label"] or ""
    known = {one: key for key, one in offers.get("entry_kinds", {}).items()}
    fields["kind"] = known.get(label) or slugged(label) or None
    fields["is_general_knowledge"] = not fields["sources"]


def as_month(fields: Fields) -> dict[str, Any]:
    """An entry with its dates as people write them: a whole month as 2017-09."""
    begin, end = days_of(fields)
    found = dict(fields) | {"happened_on": begin, "ended_on": end}
    word = {str(value): word for word, value in PRECISIONS.items()}.get(str(found.get("precision")))
    return found | {"precision": word or found.get("precision")}


def _party(fields: dict[str, Any], offers: Fields) -> None:
    fields["programme_title"] = offers.get("sources", {}).get(fields["programme_source"])


_SOURCES = Field(
    "sources", _l("Quellen"), "keys", _l("Kürzel der Quellen, eines je Zeile."), rows=3
)

KINDS = (
    Kind(
        "source", "quellen", "editing.sources", "editing.source", "key",
        _l("Quellen"), _l("Quelle anlegen"),
        _l("Was Texte und Antworten belegt. Überall steht, was hier steht: Titel, Herausgeber, Datum, Link."),
        (
            Field("title", _l("Titel"), "text", rows=2, required=True),
            Field("publisher", _l("Herausgeber")),
            Field("date", _l("Datum"), hint=_l("So genau, wie es bekannt ist: 2017, 2017-09 oder 2017-09-24."), stored="published_on"),
            Field("url", _l("Adresse im Netz"), hint=_l("Beginnt mit https://. Sehen Sie nach, ob der Link noch führt.")),
            Field("note", _l("Bemerkung"), "text"),
        ),
        can_go=True,
    ),
    Kind(
        "term", "glossar", "editing.glossary", "editing.term", "slug",
        _l("Glossar"), _l("Begriff anlegen"),
        _l("Begriffe in Alltagssprache. Sie gehören der Installation und gelten in jeder Konsultation."),
        (
            Field("term", _l("Begriff"), required=True),
            Field("definition", _l("Erklärung"), "text", _l("Ein oder zwei kurze Sätze, ohne weitere Fachwörter."), rows=4, required=True),
            Field("related_theses", _l("Thesen dazu"), "words", _l("Kürzel der Thesen, durch Leerzeichen getrennt.")),
        ),
    ),
    Kind(
        "entry", "zeitleiste", "editing.timeline", "editing.entry", "key",
        _l("Zeitleiste"), _l("Eintrag anlegen"),
        _l("Was geschehen ist und was angekündigt ist. Vor seinem Tag steht nur, was angekündigt ist."),
        (
            Field("title", _l("Titel"), "text", rows=2, required=True),
            Field("date", _l("Tag oder Monat"), hint=_l("2017-09-24 oder 2017-09."), stored="happened_on", required=True),
            Field("end", _l("Letzter Tag"), hint=_l("Nur, wenn es mehrere Tage dauert."), stored="ended_on"),
            Field("precision", _l("Wie genau"), "choice", options="precisions", required=True),
            Field("kind", _l("Art"), "suggest", _l("Wählen Sie eine vorhandene oder schreiben Sie eine neue."), stored="kind_label", options="entry_kinds", required=True),
            Field("text", _l("Ein Satz dazu"), "text"),
            Field("announced", _l("Angekündigt: schon vor dem Tag zu sehen"), "flag", stored="is_announced"),
            Field("sources", _l("Quellen"), "keys", _l("Kürzel der Quellen, eines je Zeile. Ohne Quelle steht dort „Allgemeinwissen“.")),
        ),
        can_go=True, complete=_entry,
    ),
    Kind(
        "organisation", "organisationen", "editing.organisations", "editing.organisation", "slug",
        _l("Organisationen"), _l("Organisation anlegen"),
        _l("Wer mitberät. Mitglieder stimmen in der Bank ihrer Organisation; ohne Bank haben sie keine Stimme."),
        (
            Field("name", _l("Name"), required=True),
            Field("short_name", _l("Kurzname"), required=True),
            Field("kind", _l("Art"), "suggest", _l("Zum Beispiel gewerkschaft, kammer, ministerium."), options="organisation_kinds", required=True),
            Field("bench", _l("Bank"), "choice", options="benches"),
            Field("role", _l("Partner des Bündnisses"), "flag", stored="is_partner"),
            Field("founder", _l("Gründungspartner"), "flag", stored="is_founder"),
            Field("note", _l("Bemerkung"), "text"),
            _SOURCES,
        ),
    ),
    Kind(
        "bench", "baenke", "editing.benches", "editing.bench", "slug",
        _l("Bänke"), _l("Bank anlegen"),
        _l("Gruppen, deren Stimmen zusammen gezeigt werden."),
        (
            Field("name", _l("Name"), required=True),
            Field("is_counted", _l("Zählt in Summe und Mehrheiten der Bänke"), "flag"),
        ),
    ),
    Kind(
        "party", "parteien", "editing.parties", "editing.party", "slug",
        _l("Parteien"), _l("Partei anlegen"),
        _l("Gleiche Fragen, gleicher Platz, gleiche Frist für alle. Die Reihenfolge gilt für die ganze Konsultation; ihr Grund steht auf jeder Vergleichsseite."),
        (
            Field("name", _l("Name"), required=True),
            Field("short_name", _l("Kurzname"), required=True),
            Field("order", _l("Platz in der Reihenfolge"), "whole", stored="position", required=True),
            Field("color", _l("Farbe des Punkts"), "color", _l("So: #1A2B3C. Farbe steht nie allein, immer mit dem Namen."), required=True),
            Field("programme-source", _l("Wahlprogramm (Quelle)"), hint=_l("Kürzel der Quelle. Leer, solange es keines gibt."), stored="programme_source"),
            Field("programme-adopted", _l("Beschlossen am"), "day", _l("Vorher wird nichts daraus erzählt. So: 2017-06-25."), stored="programme_on"),
            Field("programme-place", _l("Ort"), stored="programme_place"),
            Field("programme-body", _l("Wer beschlossen hat"), stored="programme_body"),
            Field("programme-url", _l("Adresse des Programms"), stored="programme_url"),
        ),
        complete=_party,
    ),
    Kind(
        "text", "seiten", "editing.pages", "editing.page", "slug",
        _l("Seiten und Name"), "",
        _l("Texte, die zur Installation gehören. Jede Veröffentlichung wird eine neue Fassung; frühere bleiben lesbar."),
        (
            Field("title", _l("Titel"), required=True),
            Field("source", _l("Text"), "text", _l("Markdown: Überschriften mit ##, Listen mit -, Links als [Wort](https://…)."), rows=24, longest=100_000, required=True),
        ),
    ),
    Kind(
        "rule", "regeln", "editing.rules", "editing.rule", "number",
        _l("Regeln der Debatte"), _l("Regel anlegen"),
        _l("Jede Entscheidung der Moderation nennt die Regel, auf der sie beruht."),
        (
            Field("title", _l("Titel"), required=True),
            Field("text", _l("Regel"), "text", rows=4, longest=2000, required=True),
            Field("public_sentence", _l("Öffentlicher Satz"), "text", _l("Vorschlag für den Grund, der an einem ausgeblendeten Beitrag steht."), longest=2000, required=True),
        ),
        key_hint=_l("Die nächste freie Nummer."),
    ),
)  # fmt: skip

BY_KIND = {kind.kind: kind for kind in KINDS}
OF_THE_HOUSE = frozenset({"text", "rule"})
