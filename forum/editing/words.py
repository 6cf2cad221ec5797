"""What an item is called on the desk, and where it is edited."""

from collections.abc import Mapping
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _

from forum.editing.sections import section_of

PAGES = {
    "recommendation": ("editing.recommendation", "slug"),
    "paragraphs": ("editing.text", "slug"),
    "thesis": ("editing.thesis", "slug"),
    "consultation": ("editing.consultation", ""),
    "party": ("editing.party", "slug"),
    "organisation": ("editing.organisation", "slug"),
    "source": ("editing.source", "key"),
    "term": ("editing.term", "slug"),
    "entry": ("editing.entry", "key"),
    "text": ("editing.page", "slug"),
    "rule": ("editing.rule", "number"),
    "bench": ("editing.bench", "slug"),
}
"""By kind: the endpoint of the page on which an item is edited, and the argument for its key."""


def kind_word(kind: str) -> str:
    """The kind of an item as people call it."""
    return {
        "consultation": _("Konsultation"),
        "recommendation": _("Handlungsempfehlung"),
        "paragraphs": _("Abschnitte"),
        "thesis": _("These"),
        "party": _("Partei"),
        "position": _("Parteiposition"),
        "organisation": _("Organisation"),
        "bench": _("Bank"),
        "source": _("Quelle"),
        "term": _("Begriff"),
        "entry": _("Eintrag der Zeitleiste"),
        "rule": _("Regel der Debatte"),
        "text": _("Seite"),
    }.get(kind, kind)


def title_of(kind: str, key: str, fields: Mapping[str, Any]) -> str:
    """What an item is called; its key where it has no name yet."""
    for name in ("short_title", "label", "title", "short_name", "name", "term"):
        if fields.get(name):
            return str(fields[name])
    return key


def place_of(round_slug: str, kind: str, key: str) -> str | None:
    """Where an item is edited."""
    endpoint, argument = PAGES.get(kind, ("", ""))
    if endpoint in current_app.view_functions:
        values: dict[str, Any] = {argument: key} if argument else {}
        return url_for(endpoint, round_slug=round_slug, **values)
    section = section_of(kind)
    if section and section in current_app.view_functions:
        return url_for(section, round_slug=round_slug)
    return None


def section_url(endpoint: str, **values: Any) -> str:
    """Where an endpoint is, if there is such a page."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""
