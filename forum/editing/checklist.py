"""What is missing before a round can open, each with the way to where it is mended."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from forum.editing import offers, queries, windows
from forum.editing.checking import overlaid
from forum.editing.models import HOUSE
from forum.editing.words import place_of, section_url
from forum.site.readiness import law_points

A_RECOMMENDATION, A_ROUND = 8, 40
"""How many theses people answer before they stop."""


@dataclass(frozen=True)
class Point:
    """One thing that has to be there before a round opens."""

    title: str
    is_done: bool
    sentence: str = ""
    """What is missing, and what to do."""
    url: str = ""
    blocks: bool = True
    """Whether the round stays closed without it; otherwise it is a reminder."""


def missing(points: list[Point]) -> list[str]:
    """What keeps a round from being opened."""
    return [one.title for one in points if one.blocks and not one.is_done]


def of(head: queries.RoundHead) -> list[Point]:
    """The checklist of a round, with its drafts as they are to stand."""
    state = overlaid(queries.state(head.slug), queries.drafts(head.slug))
    found = [
        Point(
            one.title,
            one.is_done,
            one.sentence,
            (place_of(HOUSE, "text", one.slug) or "") if one.slug else section_url(one.endpoint),
        )
        for one in law_points()
    ]
    points = [
        (_("Handlungsempfehlungen mit Abschnitten"), _texts(state), "editing.recommendations"),
        (_("Thesen: genug und nicht zu viele"), _theses(state), "editing.theses"),
        (_("Phasen in ihrer Reihenfolge"), _phases(head.fields), "editing.consultation"),
        (_("Parteien und ihre Reihenfolge"), _parties(state, head.fields), "editing.parties"),
        (_("Kontakt in jeder Organisation mit Bank"), _contacts(state), "editing.organisations"),
        (_("Quellen vollständig"), _sources(state), "editing.sources"),
    ]
    found += [
        Point(
            title,
            not sentence,
            sentence,
            section_url(endpoint, round_slug=head.slug),
            blocks=endpoint not in _REMINDERS,
        )
        for title, sentence, endpoint in points
    ]
    return found


_REMINDERS = {"editing.organisations", "editing.sources"}
"""Contacts come in when people do, and a source without a link is a source."""
State = Mapping[str, Mapping[str, Mapping[str, Any]]]


def _texts(state: State) -> str:
    if not state["recommendation"]:
        return _("Legen Sie mindestens eine an.")
    bare = [
        str(fields.get("short_title") or key)
        for key, fields in state["recommendation"].items()
        if not state["paragraphs"].get(key, {}).get("paragraphs")
    ]
    return _("Ohne Abschnitte: %(names)s.", names=", ".join(bare)) if bare else ""


def _theses(state: State) -> str:
    counted = Counter(str(one.get("recommendation")) for one in state["thesis"].values())
    if not counted:
        return _("Noch keine. Parteien und Mitglieder beantworten Thesen, nicht ganze Texte.")
    many = [
        str(state["recommendation"].get(key, {}).get("short_title") or key)
        for key, count in counted.items()
        if count > A_RECOMMENDATION
    ]
    if many:
        return _(
            "Mehr als %(n)s Thesen: %(names)s. Streichen oder verbinden Sie welche.",
            n=A_RECOMMENDATION,
            names=", ".join(many),
        )
    if (total := counted.total()) > A_ROUND:
        return _("%(total)s Thesen sind zu viele; höchstens %(n)s.", total=total, n=A_ROUND)
    return ""


def _phases(fields: Mapping[str, Any]) -> str:
    if not fields.get("phases"):
        return _("Noch keine Phase: Ohne Phasen ist nichts möglich.")
    return next(iter(windows.faults(fields).values()), "")


def _parties(state: State, fields: Mapping[str, Any]) -> str:
    if not state["party"]:
        return _("Noch keine Partei.")
    if not fields.get("party_order_reason"):
        return _("Nennen Sie den Grund der Reihenfolge; er steht an jedem Vergleich.")
    if not fields.get("party_selection_rule"):
        return _("Schreiben Sie auf, nach welcher Regel Parteien gefragt werden.")
    return ""


def _contacts(state: State) -> str:
    known = offers.contacts()
    missing = [
        str(fields.get("short_name") or key)
        for key, fields in state["organisation"].items()
        if fields.get("bench") and not known.get(key)
    ]
    if not missing:
        return ""
    shown = ", ".join(missing[:5]) + (_(" und weitere") if len(missing) > 5 else "")
    return _("Noch niemand bei %(names)s. Laden Sie dort eine Person ein.", names=shown)


def _sources(state: State) -> str:
    bare = [
        key
        for key, fields in state["source"].items()
        if not fields.get("title") or not (fields.get("url") or fields.get("publisher"))
    ]
    if not bare:
        return ""
    return _("Weder Link noch Herausgeber: %(keys)s.", keys=", ".join(bare[:8]))
