"""The checks of the content folder, run on drafts, and what they find in German, at its field.

The checks themselves stand in `forum.content`; nothing is checked twice.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from forum.content.checking import read_house, read_written
from forum.content.folder import Folder, Item
from forum.content.writing import State, Written, files, house
from forum.editing.models import HOUSE

Name = tuple[str, str]
"""Kind and key of an item."""


@dataclass(frozen=True, order=True)
class Fault:
    """What the checks found, and in which field, called as in the content folder."""

    kind: str
    key: str
    field: str
    sentence: str
    depends: bool = False
    """Whether other items have a part in it, so that a draft may be kept with this fault."""

    @property
    def name(self) -> Name:
        """The item it was found in."""
        return self.kind, self.key


@dataclass
class Checked:
    """The items as they would be stored, and what stands in the way."""

    written: Written
    folder: Folder
    items: dict[Name, Item] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def of(self, name: Name) -> list[Fault]:
        """The faults of one item."""
        return [fault for fault in self.faults if fault.name == name]


def check(round_slug: str, state: State) -> Checked:
    """Check a whole round, or the texts of the house, as `import-content` would."""
    if round_slug == HOUSE:
        written = Written(HOUSE, house(state))
        folder = read_house(written)
    else:
        written = Written(round_slug, files(round_slug, state))
        folder = read_written(written)
    items = {(one.kind, one.key): one for one in folder.items}
    return Checked(written, folder, items, _faults(written, folder))


def _faults(written: Written, folder: Folder) -> list[Fault]:
    found = []
    for problem in folder.problems:
        spot = written.spot(problem.line)
        sentence, depends = german(problem.sentence)
        found.append(Fault(spot.kind, spot.key, spot.field, sentence, depends))
    return found


def overlaid(state: State, drafts: Iterable[Any]) -> dict[str, dict[str, Mapping[str, Any]]]:
    """What would stand if these drafts were published."""
    found = {kind: dict(items) for kind, items in state.items()}
    for draft in drafts:
        if draft.is_removal:
            found.setdefault(draft.kind, {}).pop(draft.key, None)
        else:
            found.setdefault(draft.kind, {})[draft.key] = draft.fields
    return found


_OTHERS = r"(recommendation|party|thesis|source|bench|phase|organisation|term|entry|act|rule|kind)"


def german(sentence: str) -> tuple[str, bool]:
    """A sentence of the importer in German, and whether other items have a part in it."""
    for pattern, translate, depends in _SENTENCES:
        match = re.fullmatch(pattern, sentence, re.DOTALL)
        if match is not None:
            return str(translate(match)), depends
    return sentence, False


def _what(found: re.Match[str]) -> str:
    words = {
        "recommendation": _("Handlungsempfehlung"),
        "party": _("Partei"),
        "thesis": _("These"),
        "source": _("Quelle"),
        "bench": _("Bank"),
        "phase": _("Phase"),
        "organisation": _("Organisation"),
        "term": _("Begriff"),
        "entry": _("Eintrag"),
        "act": _("Handlung"),
        "rule": _("Regel"),
        "kind": _("Art"),
    }
    return words.get(found[1]) or str(found[1])


_SENTENCES: list[tuple[str, Any, bool]] = [
    (r"'.*' is missing", lambda _m: _("Das fehlt noch."), False),
    (
        r"'.*' has (\d+) characters; at most (\d+)",
        lambda m: _(
            "Das sind %(n)s Zeichen; kürzen Sie auf höchstens %(most)s.", n=m[1], most=m[2]
        ),
        False,
    ),
    (
        r"'.*' is .*; small letters, digits and hyphens only",
        lambda _m: _("Nehmen Sie nur kleine Buchstaben, Ziffern und Bindestriche."),
        False,
    ),
    (r"'.*' is .*; it begins with 1", lambda _m: _("Geben Sie eine Zahl ab 1 an."), False),
    (
        r"'.*' is .*; a day is written .*",
        lambda _m: _("Schreiben Sie den Tag so: 2017-09-24."),
        False,
    ),
    (
        r"'.*' is .*; a moment is written .*",
        lambda _m: _("Schreiben Sie Tag und Uhrzeit so: 2017-08-22T10:00."),
        False,
    ),
    (
        r"'.*' is .*; a month is written .*",
        lambda _m: _("Schreiben Sie den Monat so: 2017-09."),
        False,
    ),
    (
        r"'.*' is .*; written 2017, 2017-09 or 2017-09-24",
        lambda _m: _("Schreiben Sie 2017, 2017-09 oder 2017-09-24."),
        False,
    ),
    (
        r"'.*' is .*; written #RRGGBB",
        lambda _m: _("Schreiben Sie die Farbe so: #1A2B3C."),
        False,
    ),
    (r"'.*' is .*; one of (.*)", lambda m: _("Wählen Sie eines davon: %(w)s.", w=m[1]), False),
    (
        r"'.*' must begin with https:// or http://",
        lambda _m: _("Die Adresse beginnt mit https:// oder http://."),
        False,
    ),
    (r"'.*' must be a whole number", lambda _m: _("Geben Sie eine ganze Zahl an."), False),
    (r"('.*' )?must be .*", lambda _m: _("Diese Angabe hat nicht die richtige Form."), False),
    (
        r"'.*' has something else than text",
        lambda _m: _("Hier steht eine leere Zeile; füllen oder entfernen Sie sie."),
        False,
    ),
    (r"unknown field .*", lambda _m: _("Dieses Feld gibt es nicht."), False),
    (
        r"(.*) '.*' stands already in line .*",
        lambda m: _("Das ist schon vergeben: %(what)s.", what=_taken(m)),
        True,
    ),
    (
        r"demand (\d+) stands already in line .*",
        lambda m: _("Abschnitt %(n)s steht schon da.", n=m[1]),
        False,
    ),
    (
        r"there is no kind of organisation in consultation.yaml '(.*)'",
        lambda m: _("Diese Art von Organisation gibt es nicht: %(key)s.", key=m[1]),
        True,
    ),
    (
        rf"there is no {_OTHERS} '(.*)'",
        lambda m: _("Das gibt es nicht: %(what)s „%(key)s“.", what=_what(m), key=m[2]),
        True,
    ),
    (
        rf"{_OTHERS} '(.*)' stands twice",
        lambda m: _("%(what)s „%(key)s“ steht zweimal da.", what=_what(m), key=m[2]),
        False,
    ),
    (
        r"the slug 'vergleich' is .*",
        lambda _m: _("„vergleich“ ist die Adresse des Vergleichs; nehmen Sie eine andere."),
        False,
    ),
    (
        r"a round needs at least one phase",
        lambda _m: _("Eine Konsultation braucht mindestens eine Phase."),
        False,
    ),
    (
        r"a phase ends after it has begun",
        lambda _m: _("Das Ende liegt vor dem Beginn; eine Phase endet, nachdem sie begonnen hat."),
        False,
    ),
    (
        r"an entry ends after it has begun",
        lambda _m: _("Das Ende liegt vor dem Beginn."),
        False,
    ),
    (
        r"a recommendation needs at least one demand",
        lambda _m: _("Eine Handlungsempfehlung braucht mindestens einen Abschnitt."),
        True,
    ),
    (
        r"an editorial position needs a source",
        lambda _m: _("Eine redaktionelle Position braucht eine Quelle."),
        False,
    ),
    (
        r"party '(.*)' has no programme, so its answers no date",
        lambda _m: _("Zu dieser Partei fehlt das Programm und damit das Datum ihrer Antworten."),
        True,
    ),
    (r"the text is empty", lambda _m: _("Der Text ist leer."), False),
    (
        r"\S+ '.*' belongs to the round '(.*)' already",
        lambda m: _("Diese Adresse gehört schon zur Konsultation „%(round)s“.", round=m[1]),
        True,
    ),
    (
        r"thesis '.*' has ballots; other words need a new slug and number",
        lambda _m: _(
            "Über diese These wurde schon abgestimmt; ein anderer Wortlaut ist eine neue These."
        ),
        False,
    ),
]


def _taken(found: re.Match[str]) -> str:
    words = {
        "number of a recommendation": _("die Nummer der Handlungsempfehlung"),
        "order of a party": _("der Platz der Partei"),
        "number of a thesis": _("die Nummer der These"),
        "position of a thesis": _("der Platz der These in ihrer Empfehlung"),
        "source": _("das Kürzel der Quelle"),
    }
    return words.get(found[1], _("die Adresse"))
