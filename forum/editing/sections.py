"""The parts of the desk, in the order in which a round is made."""

from dataclasses import dataclass

from flask import current_app, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forum.editing.models import HOUSE

SECTIONS = (
    (_l("Überblick"), "editing.round_", ()),
    (_l("Konsultation und Phasen"), "editing.consultation", ("consultation",)),
    (_l("Empfehlungen"), "editing.recommendations", ("recommendation", "paragraphs")),
    (_l("Thesen"), "editing.theses", ("thesis",)),
    (_l("Parteien"), "editing.parties", ("party", "position")),
    (_l("Organisationen"), "editing.organisations", ("organisation", "bench")),
    (_l("Quellen"), "editing.sources", ("source",)),
    (_l("Glossar"), "editing.glossary", ("term",)),
    (_l("Zeitleiste"), "editing.timeline", ("entry",)),
    (_l("Seiten und Name"), "editing.pages", ("text", "rule")),
)
"""Title, endpoint (with the argument `round_slug`), and the kinds of items edited there."""


@dataclass(frozen=True)
class Section:
    """One part of the desk as a link."""

    title: str
    url: str
    is_current: bool


def sections(round_slug: str) -> list[Section]:
    """The parts of a round's desk; the one that is open is the one below whose address one is."""
    found = []
    for title, endpoint, kinds in SECTIONS:
        of_house = "text" in kinds
        if endpoint not in current_app.view_functions or (round_slug == HOUSE and not of_house):
            continue
        url = url_for(endpoint, round_slug=HOUSE if of_house else round_slug)
        is_overview = endpoint == "editing.round_"
        is_here = request.path == url or (not is_overview and request.path.startswith(url))
        found.append(Section(str(title), url, is_here))
    if round_slug == HOUSE:
        found.insert(0, Section(_("Zur Konsultation"), url_for("editing.desk"), is_current=False))
    return found


def section_of(kind: str) -> str | None:
    """The endpoint of the part in which items of a kind are edited."""
    return next((endpoint for _t, endpoint, kinds in SECTIONS if kind in kinds), None)
