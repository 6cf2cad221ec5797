"""Joining several changes of one text, as far as they do not touch the same words. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from forum.kernel import worddiff
from forum.kernel.worddiff import Op, Piece


@dataclass(frozen=True, order=True)
class Edit:
    """A passage of the old text, by its characters, and what stands there instead."""

    start: int
    end: int
    new: str


def edits(pieces: Sequence[Piece]) -> list[Edit]:
    """A word diff as passages to replace, in the order of the text."""
    found: list[Edit] = []
    at = 0
    for piece in pieces:
        last = found[-1] if found and found[-1].end == at else None
        if piece.op is Op.KEEP:
            at += len(piece.text)
        elif piece.op is Op.DELETE:
            found.append(Edit(at, at + len(piece.text), ""))
            at += len(piece.text)
        elif last is not None and last.end > last.start and not last.new:
            found[-1] = Edit(last.start, last.end, piece.text)
        else:
            found.append(Edit(at, at, piece.text))
    return found


def joined(base: str, one: str, other: str) -> str | None:
    """The text with both changes; None where they touch, or would take too long to find."""
    if one == other:
        return one
    if not (worddiff.is_quick(base, one) and worddiff.is_quick(base, other)):
        return one if base == other else other if base == one else None
    mine = edits(worddiff.compare(base, one))
    theirs = edits(worddiff.compare(base, other))
    both = sorted({*mine, *theirs})
    for before, after in pairwise(both):
        if after.start <= before.end:
            return None
    parts, at = [], 0
    for edit in both:
        parts += [base[at : edit.start], edit.new]
        at = edit.end
    return "".join([*parts, base[at:]])


Words = tuple[str, str]
"""Heading and text."""


def all_joined(standing: Words, changes: Sequence[tuple[Words, Words]]) -> Words | None:
    """What stands, with all changes; each is given as what it was written against, and its words.

    None where heading or text cannot be joined without somebody's reading both.
    """
    result = standing
    for base, words in changes:
        heading = joined(base[0], result[0], words[0])
        text = joined(base[1], result[1], words[1])
        if heading is None or text is None:
            return None
        result = heading, text
    return result
