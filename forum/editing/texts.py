"""The Abschnitte of a recommendation as typed, and what the buttons of their form do."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from flask_babel import gettext as _

from forum.content.consultation import BASES
from forum.content.writing import keys_of
from forum.editing.handling import Form
from forum.editing.pasting import Piece

MOST = 400
"""Abschnitte that one form may carry."""
ALIKE = 0.6
"""From this ratio on, a pasted piece is taken for a new wording of what stands."""


@dataclass
class Row:
    """One Abschnitt as typed. `number` is 0 until it is saved for the first time."""

    number: int = 0
    heading: str = ""
    text: str = ""
    basis: str = ""
    note: str = ""
    sources: str = ""
    is_editorial: bool = False


@dataclass
class TextForm:
    """All Abschnitte of a recommendation, in their order, and the note of the new version."""

    rows: list[Row] = field(default_factory=list)
    note: str = ""

    @classmethod
    def opened(cls, fields: Mapping[str, Any], marks: Mapping[str, Any]) -> "TextForm":
        """The form as it opens."""
        editorial = marks.get("editorial") or ()
        return cls(
            [
                Row(
                    number=one["number"],
                    heading=one["heading"],
                    text=one["text"],
                    basis=one.get("basis") or "",
                    note=one.get("note") or "",
                    sources=", ".join(keys_of(one.get("sources"))),
                    is_editorial=one["number"] in editorial,
                )
                for one in fields.get("paragraphs", ())
            ],
            marks.get("note") or "",
        )

    @classmethod
    def of(cls, form: Form, known: Collection[int]) -> "TextForm":
        """What was sent. A number that this recommendation never had counts as none."""
        found = cls(note=form.text("note", longest=2000))
        for index in range(MOST):
            at = f"demands-{index}"
            if form.values.get(f"{at}-number", None) is None:  # type: ignore[arg-type]
                break
            number = form.whole(f"{at}-number")
            basis = form.values.get(f"{at}-basis", "")
            found.rows.append(
                Row(
                    number=number if number in known else 0,
                    heading=form.line(f"{at}-heading"),
                    text=form.text(f"{at}-text"),
                    basis=basis if basis in BASES.values() else "",
                    note=form.text(f"{at}-note", longest=2000),
                    sources=", ".join(one["key"] for one in form.keys(f"{at}-sources")),
                    is_editorial=form.values.get(f"{at}-change", "") == "editorial",
                )
            )
        return found

    def press(self, button: str) -> bool:
        """Do what „add:2“, „remove:2“, „up:2“ or „down:2“ asks; False for other buttons."""
        act, _colon, what = button.partition(":")
        if not what.isdecimal() or len(what) > 4:
            return False
        index, rows = int(what), self.rows
        if act == "add" and index <= len(rows) < MOST:
            rows.insert(index, Row())
        elif act == "remove" and index < len(rows):
            del rows[index]
        elif act == "up" and 0 < index < len(rows):
            rows[index - 1], rows[index] = rows[index], rows[index - 1]
        elif act == "down" and index + 1 < len(rows):
            rows[index + 1], rows[index] = rows[index], rows[index + 1]
        return act in {"add", "remove", "up", "down"}

    def fields(self, used: Collection[int]) -> dict[str, Any]:
        """The item `paragraphs`; what is new takes the next number that was never used."""
        last = max([*used, *(row.number for row in self.rows), 0])
        for row in self.rows:
            if not row.number:
                last += 1
                row.number = last
        return {
            "paragraphs": [
                {
                    "number": row.number,
                    "heading": row.heading,
                    "text": row.text,
                    "basis": row.basis or None,
                    "note": row.note or None,
                    "sources": [{"key": key} for key in row.sources.split(", ") if key],
                }
                for row in self.rows
            ]
        }

    def marks(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        """What accompanies the text: its note, and what changes „redaktionell“."""
        before = {one["number"]: one for one in stored.get("paragraphs", ())}
        found: dict[str, Any] = {}
        editorial = [
            row.number
            for row in self.rows
            if row.is_editorial
            and row.number in before
            and (row.heading, row.text)
            != (before[row.number]["heading"], before[row.number]["text"])
        ]
        if editorial:
            found["editorial"] = editorial
        if self.note:
            found["note"] = self.note
        return found


def struck(stored: Mapping[str, Any], rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Published Abschnitte that are no longer in the form."""
    here = {row.number for row in rows}
    return [one for one in stored.get("paragraphs", ()) if one["number"] not in here]


def basis_choices() -> list[tuple[str, str]]:
    """What an Abschnitt can rest on, with the word for it."""
    words = {
        "sourced": _("belegt"),
        "partly": _("teilweise belegt"),
        "editorial": _("redaktioneller Vorschlag"),
    }
    return [("", _("keine Angabe")), *((value, words[value]) for value in BASES.values())]


def placed(pieces: Sequence[Piece], existing: Sequence[Mapping[str, Any]]) -> list[int]:
    """For each pasted piece the number of the Abschnitt that it rewords; 0 for something new.

    The same words first, then words that are alike; the number in the pasted text says nothing,
    since an insertion there shifts all that follow, and ours never shift.
    """
    found = [0] * len(pieces)
    left = {one["number"]: one for one in existing}
    for index, piece in enumerate(pieces):
        for number, one in left.items():
            if one["text"] == piece.text:
                found[index] = number
                del left[number]
                break
    ratios = []
    for index, piece in enumerate(pieces):
        if found[index]:
            continue
        matcher = SequenceMatcher(b=piece.text[:2000], autojunk=False)
        for number, one in left.items():
            matcher.set_seq1(one["text"][:2000])
            if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
                continue
            ratios.append((-matcher.ratio(), index, number))
    taken: set[int] = set()
    for ratio, index, number in sorted(ratios):
        if -ratio >= ALIKE and not found[index] and number not in taken:
            found[index] = number
            taken.add(number)
    return found


def taken_over(
    pieces: Sequence[Piece], existing: Sequence[Mapping[str, Any]], *, append: bool
) -> TextForm:
    """Pasted pieces as Abschnitte: in place of what stands, or after it."""
    if append:
        rows = TextForm.opened({"paragraphs": existing}, {}).rows
        return TextForm([*rows, *(Row(heading=one.heading, text=one.text) for one in pieces)])
    standing = {row.number: row for row in TextForm.opened({"paragraphs": existing}, {}).rows}
    rows = []
    for piece, number in zip(pieces, placed(pieces, existing), strict=True):
        row = standing.get(number, Row())
        if piece.heading and not (number and piece.is_heading_proposed):
            row.heading = piece.heading
        row.text = piece.text
        rows.append(row)
    return TextForm(rows)
