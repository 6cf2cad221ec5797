"""Which words of a text changed, so that people can read it, in bounded time.

The shortest series of changes after E. W. Myers, „An O(ND) Difference Algorithm and Its
Variations“ (Algorithmica 1, 1986), over words; what is common at both ends is cut off first. The
time grows with the square of what differs, so the work is counted: above the budget the texts are
compared sentence by sentence, and when even that takes too long, as a whole. Whoever applies the
result to the old text always gets the new one.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import gettext as _

IN_REQUEST = 400
"""So many tokens a side, common ends cut off, are compared while somebody waits."""
BUDGET = 1_500_000
"""Steps that a comparison may take: about a second of one core."""

# Numbers with their separators, words with inner hyphens and ampersands, single signs; each with
# the space before it: spaces of their own would match everywhere, and tear phrases apart.
_TOKEN = re.compile(r"\s*(?:\d+(?:[.,:]\d+)*|\w+(?:[-&’']\w+)*|[^\w\s])|\s+")
_SENTENCE = re.compile(r"[^.!?…\n]*(?:[.!?…\n]+[\s“”\"')\]]*|$)", re.DOTALL)
SHOWN = 120
"""A changed passage is quoted up to so many characters; the page shows the rest in place."""


class Op(StrEnum):
    """What became of a piece of text."""

    KEEP = "keep"
    DELETE = "delete"
    INSERT = "insert"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text that stayed, went, or came. Of a replacement the old text stands first."""

    op: Op
    text: str


def tokens(text: str) -> list[str]:
    """The words, numbers and signs of a text; joined they are the text again."""
    return _TOKEN.findall(text)


def is_quick(old: str, new: str) -> bool:
    """Whether `compare` may be called in a request; otherwise a job does it."""
    before, after = tokens(old), tokens(new)
    start, end = _common_ends(before, after)
    return max(len(before), len(after)) - start - end <= IN_REQUEST


def compare(old: str, new: str, budget: int = BUDGET) -> list[Piece]:
    """The pieces that lead from `old` to `new`, word by word where the budget allows."""
    for cut in (tokens, sentences):
        found = _differences(cut(old), cut(new), budget)
        if found is not None:
            return _legible(found)
    return _legible([Piece(Op.DELETE, old), Piece(Op.INSERT, new)])


def sentences(text: str) -> list[str]:
    """A text cut behind the end of each sentence and line; joined it is the text again."""
    return [part for part in _SENTENCE.findall(text) if part]


def old_text(pieces: Iterable[Piece]) -> str:
    """The text before the change."""
    return "".join(piece.text for piece in pieces if piece.op is not Op.INSERT)


def new_text(pieces: Iterable[Piece]) -> str:
    """The text after the change."""
    return "".join(piece.text for piece in pieces if piece.op is not Op.DELETE)


def _common_ends(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    """How many tokens are the same at the beginning, and how many of the others at the end."""
    most = min(len(before), len(after))
    start = next((i for i in range(most) if before[i] != after[i]), most)
    most -= start
    end = next((i for i in range(most) if before[-1 - i] != after[-1 - i]), most)
    return start, end


def _differences(before: list[str], after: list[str], budget: int) -> list[Piece] | None:
    """One piece a token; None when it would take more steps than the budget."""
    start, end = _common_ends(before, after)
    middle = _shortest(before[start : len(before) - end], after[start : len(after) - end], budget)
    if middle is None:
        return None
    kept_before = [Piece(Op.KEEP, token) for token in before[:start]]
    kept_after = [Piece(Op.KEEP, token) for token in before[len(before) - end :]]
    return [*kept_before, *middle, *kept_after]


def _shortest(before: list[str], after: list[str], budget: int) -> list[Piece] | None:
    """Myers' greedy search: `furthest[k]` is how far diagonal k has come in `before`."""
    n, m = len(before), len(after)
    furthest = {1: 0}
    trail: list[dict[int, int]] = []
    for changes in range(n + m + 1):
        budget -= changes + 1
        if budget < 0:
            return None
        reached: dict[int, int] = {}
        for k in range(-changes, changes + 1, 2):
            down = k == -changes or (k != changes and furthest[k - 1] < furthest[k + 1])
            x = furthest[k + 1] if down else furthest[k - 1] + 1
            y = x - k
            while x < n and y < m and before[x] == after[y]:
                x += 1
                y += 1
                budget -= 1
            reached[k] = x
            if x >= n and y >= m:
                trail.append(reached)
                return _walk_back(trail, before, after)
        trail.append(reached)
        furthest = furthest | reached
    raise AssertionError("Any two texts differ by at most all of their tokens.")


def _walk_back(trail: list[dict[int, int]], before: list[str], after: list[str]) -> list[Piece]:
    found: list[Piece] = []
    x, y = len(before), len(after)
    for changes in range(len(trail) - 1, -1, -1):
        k = x - y
        if changes:
            last = trail[changes - 1]
            down = k == -changes or (k != changes and last.get(k - 1, -1) < last.get(k + 1, -1))
            from_k = k + 1 if down else k - 1
            from_x = last[from_k]
            from_y = from_x - from_k
        else:
            down, from_x, from_y = False, 0, 0
        first_x, first_y = (from_x, from_y + 1) if down else (from_x + 1, from_y)
        if not changes:
            first_x, first_y = 0, 0
        while x > first_x and y > first_y:
            x, y = x - 1, y - 1
            found.append(Piece(Op.KEEP, before[x]))
        if changes:
            found.append(
                Piece(Op.INSERT, after[from_y]) if down else Piece(Op.DELETE, before[from_x])
            )
            x, y = from_x, from_y
    found.reverse()
    return found


def _legible(found: Iterable[Piece]) -> list[Piece]:
    """Join runs, old before new; a mere space or comma between two changes belongs to them."""
    runs: list[list[str]] = []  # [kept, deleted, inserted] in turn
    for piece in found:
        if piece.op is Op.KEEP:
            if runs and not runs[-1][1] and not runs[-1][2]:
                runs[-1][0] += piece.text
            else:
                runs.append([piece.text, "", ""])
        else:
            if not runs:
                runs.append(["", "", ""])
            runs[-1][1 if piece.op is Op.DELETE else 2] += piece.text
    joined: list[list[str]] = []
    for kept, deleted, inserted in runs:
        if joined and (joined[-1][1] or joined[-1][2]) and (deleted or inserted) and _is_thin(kept):
            joined[-1][1] += kept + deleted
            joined[-1][2] += kept + inserted
        else:
            joined.append([kept, deleted, inserted])
    return [
        Piece(op, text)
        for run in map(_trimmed, joined)
        for op, text in zip((Op.KEEP, Op.DELETE, Op.INSERT), run, strict=True)
        if text
    ]


def _trimmed(run: list[str]) -> tuple[str, str, str]:
    """The space before both sides of a replacement has not changed."""
    kept, deleted, inserted = run
    shared = len(deleted) - len(deleted.lstrip())
    if not inserted.startswith(deleted[:shared]) or inserted[shared : shared + 1].isspace():
        return kept, deleted, inserted
    return kept + deleted[:shared], deleted[shared:], inserted[shared:]


def _is_thin(kept: str) -> bool:
    """Whether a text between two changes says nothing of its own."""
    return not any(sign.isalnum() for sign in kept) and "\n" not in kept


# In words ---


def in_words(pieces: Sequence[Piece]) -> list[str]:
    """The changes as German sentences, in the order of the text: what screen readers hear first."""
    found = []
    for at, piece in enumerate(pieces):
        before = pieces[at - 1] if at else None
        after = pieces[at + 1] if at + 1 < len(pieces) else None
        if piece.op is Op.DELETE:
            if after is not None and after.op is Op.INSERT:
                found.append(
                    _("‚%(old)s‘ wird ‚%(new)s‘.", old=_quoted(piece.text), new=_quoted(after.text))
                )
            else:
                found.append(_struck(piece, before))
        elif piece.op is Op.INSERT and (before is None or before.op is not Op.DELETE):
            word = _last_word(before.text) if before is not None else ""
            if word:
                found.append(
                    _(
                        "Eingefügt nach ‚%(word)s‘: ‚%(new)s‘.",
                        word=word,
                        new=_quoted(piece.text),
                    )
                )
            else:
                found.append(_("Eingefügt am Anfang: ‚%(new)s‘.", new=_quoted(piece.text)))
    return found


def _struck(piece: Piece, before: Piece | None) -> str:
    word = _last_word(before.text) if before is not None else ""
    if word:
        return _("Gestrichen nach ‚%(word)s‘: ‚%(old)s‘.", word=word, old=_quoted(piece.text))
    return _("Gestrichen am Anfang: ‚%(old)s‘.", old=_quoted(piece.text))


def _quoted(text: str) -> str:
    text = " ".join(text.split())
    if len(text) <= SHOWN:
        return text
    return text[:SHOWN].rsplit(" ", 1)[0] + " …"


def _last_word(text: str) -> str:
    words = [token for token in tokens(text[-200:]) if token.strip()[:1].isalnum()]
    return words[-1].strip() if words else ""
