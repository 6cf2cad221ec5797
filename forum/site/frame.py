"""What stands around every page: the menu, the footer, and whether demo data is shown.

Reads the current round at most once a request and remembers the last one it saw, so that an error
page needs no database.
"""

from dataclasses import dataclass
from typing import Any

from flask import current_app, g, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError

from forum.accounts.current import viewer
from forum.kernel import identity
from forum.kernel.identity import Shown
from forum.kernel.policy import Rule
from forum.moderation.policy import READ
from forum.positions.policy import DESK
from forum.recommendations import queries

_LAST = "forum_last_frame"
_ADDRESSES = "forum_addresses"


@dataclass(frozen=True)
class Entry:
    """A link of the menu or the footer."""

    title: str
    url: str
    is_current: bool = False


@dataclass(frozen=True)
class Column:
    """A column of the footer."""

    title: str
    entries: list[Entry]


@dataclass(frozen=True)
class Frame:
    """The frame of one page."""

    has_demo: bool
    house: Shown
    menu: list[Entry]
    footer: list[Column]
    legal: list[Entry]


MENU = (
    ("Empfehlungen", "site.recommendations"),
    ("Parteien im Vergleich", "positions.matrix"),
    ("Zusammenfassungen", "summaries.index"),
    ("Zeitleiste", "site.timeline"),
    ("Glossar", "site.glossary"),
    ("So geht es", "site.how_it_works"),
)


def frame() -> Frame:
    """The frame of the page being rendered."""
    if "frame" not in g:
        g.frame = Frame(
            has_demo=_has_demo(),
            house=_house(),
            menu=_entries(*MENU, *_own_places()),
            footer=[
                Column(
                    _("Beteiligen"),
                    _entries(
                        ("So geht es", "site.how_it_works"),
                        ("Regeln der Debatte", "site.rules"),
                        ("So wird gezählt", "site.methods"),
                        ("Entscheidungen der Moderation", "moderation.decisions"),
                    ),
                ),
                Column(
                    _("Nachlesen"),
                    _entries(
                        ("Empfehlungen", "site.recommendations"),
                        ("Parteien", "positions.parties"),
                        ("Organisationen", "organisations.index"),
                        ("Zeitleiste", "site.timeline"),
                        ("Glossar", "site.glossary"),
                    ),
                ),
            ],
            legal=_entries(
                ("Impressum", "site.imprint"),
                ("Datenschutz", "site.privacy"),
                ("Barrierefreiheit", "site.accessibility"),
            ),
        )
    frame: Frame = g.frame
    return frame


def _own_places() -> list[tuple[str, str]]:
    """Where this person works, beside what everybody reads."""
    places: list[tuple[Rule, str, str]] = [
        (READ, _("Moderation"), "moderation.queue"),
        (DESK, _("Partei-Desk"), "positions.desk"),
    ]
    if (editing := Rule.all.get("editing.read")) is not None:  # the desk stands above this floor
        places.append((editing, _("Redaktion"), "editing.desk"))
    if (administering := Rule.all.get("administration.read")) is not None:
        places.append((administering, _("Verwaltung"), "administration.desk"))
    return [(title, endpoint) for rule, title, endpoint in places if rule.check(viewer())]


def _entries(*pairs: tuple[str, str]) -> list[Entry]:
    """Links to those pages that exist: a menu never leads into nothing."""
    known, here = current_app.view_functions, request.endpoint
    return [
        Entry(title, _address(endpoint), here == endpoint)
        for title, endpoint in pairs
        if endpoint in known
    ]


def _address(endpoint: str) -> str:
    """The address of a page without arguments, made once for each place the app may stand at."""
    known: dict[tuple[str, str], str] = current_app.extensions.setdefault(_ADDRESSES, {})
    key = (request.script_root, endpoint)
    if key not in known:
        known[key] = url_for(endpoint)
    return known[key]


def _has_demo() -> bool:
    last: dict[str, Any] = current_app.extensions.setdefault(_LAST, {})
    if g.get("asks_nothing"):
        return bool(last.get("has_demo", False))
    try:
        consultation = g.get("consultation") or queries.current_consultation()
        g.consultation = consultation
    except SQLAlchemyError:
        return bool(last.get("has_demo", False))
    last["has_demo"] = bool(consultation and consultation.has_demo)
    return bool(last["has_demo"])


def _house() -> Shown:
    """Name and sign; every round's revision counts up when they change."""
    if g.get("asks_nothing"):
        return identity.last_seen()
    round_ = g.get("consultation")
    return identity.seen((round_.id, round_.revision) if round_ is not None else None)
