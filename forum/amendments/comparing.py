"""What an amendment changes, heading and text apart, as pieces and in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from forum.kernel import worddiff
from forum.kernel.worddiff import Op, Piece

AT_ONCE = 4
"""So many comparisons are made while somebody waits; a job makes the others."""


@dataclass(frozen=True)
class Change:
    """The way from one heading and text to another."""

    heading: Sequence[Piece]
    text: Sequence[Piece]

    def stored(self) -> dict[str, list[list[str]]]:
        """As a row keeps it."""
        return {
            "heading": [[piece.op.value, piece.text] for piece in self.heading],
            "text": [[piece.op.value, piece.text] for piece in self.text],
        }

    @property
    def is_none(self) -> bool:
        """Whether nothing changed."""
        return all(piece.op is Op.KEEP for piece in (*self.heading, *self.text))

    @property
    def changes_heading(self) -> bool:
        """Whether the heading reads otherwise."""
        return any(piece.op is not Op.KEEP for piece in self.heading)

    def in_words(self) -> list[str]:
        """The changes as sentences, those of the heading named as such."""
        return [
            *(_("Überschrift: %(change)s", change=one) for one in worddiff.in_words(self.heading)),
            *worddiff.in_words(self.text),
        ]


def stored(pieces: dict[str, Any] | None) -> Change | None:
    """What a row keeps; None while it is still to be compared."""
    if pieces is None:
        return None
    return Change(
        [Piece(Op(op), text) for op, text in pieces["heading"]],
        [Piece(Op(op), text) for op, text in pieces["text"]],
    )


def compare(before: tuple[str, str], after: tuple[str, str]) -> Change:
    """Compare heading and text with heading and text, within the work limit."""
    return Change(worddiff.compare(before[0], after[0]), worddiff.compare(before[1], after[1]))


def at_once(pairs: Sequence[tuple[tuple[str, str], tuple[str, str]]]) -> list[Change | None]:
    """Compare while somebody waits; None for each pair that a job has to compare."""
    found: list[Change | None] = []
    for before, after in pairs:
        made = sum(one is not None for one in found)
        quick = worddiff.is_quick(before[0], after[0]) and worddiff.is_quick(before[1], after[1])
        found.append(compare(before, after) if quick and made < AT_ONCE else None)
    return found
