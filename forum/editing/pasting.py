"""A text pasted from a word processor, split into Abschnitte at its numbers.

Nothing is thrown away: what belongs to no number becomes a piece of its own, tables become lists,
and `Found` says what was done so that the page can. Nothing here knows the database.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

LONGEST = 400_000
"""Characters taken at once: about 150 pages."""
MOST_PIECES = 300

MONTHS = "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
STYLES = (
    ("word", re.compile(r"(?:Abschnitt|Artikel|Forderung|Punkt|Ziffer)\s+(\d{1,3})\b[.:)]?\s*")),
    ("paragraph", re.compile(r"§\s*(\d{1,3})\b[.:)]?\s*")),
    ("dot", re.compile(rf"(\d{{1,3}})\.(?!\d)(?=\s|$)\s*(?!(?:{MONTHS})\b)")),
    ("bracket", re.compile(r"(\d{1,3})\)\s*")),
    ("brackets", re.compile(r"\((\d{1,3})\)\s*")),
)
_BULLET = re.compile(r"(?:[•·▪▫◦‣∙●○■□►➢✓\uf0b7\uf0a7\uf0d8*]|[-–—](?=\s)|o(?=\t))\s*")
_HEADING = re.compile(r"#{1,6}\s+")
_GLUE = str.maketrans(
    {
        "\u00a0": " ", "\u2007": " ", "\u202f": " ", "\u2028": "\n", "\u2029": "\n\n",
        "\u000b": "\n", "\u000c": "\n\n", "\u00ad": None, "\u200b": None, "\u200c": None,
        "\u200d": None, "\u2060": None, "\ufeff": None, "\u2011": "-",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Piece:
    """What is to become one Abschnitt. `text` is Markdown, blocks parted by blank lines."""

    label: str
    """Its number as it stood in the text, „§ 3“; empty where it had none."""
    heading: str
    text: str
    is_heading_proposed: bool = False
    """Nobody wrote the heading: it is the beginning of the text."""

    @property
    def blocks(self) -> list[str]:
        """Where the piece can be split: before each of these but the first."""
        return self.text.split("\n\n")


@dataclass(frozen=True)
class Found:
    """The pieces of a text, and what was done to find them."""

    pieces: tuple[Piece, ...]
    how: str
    """`numbers`, `headings`, `blanks` or `lines`: where the text was split."""
    tables: int = 0
    has_front: bool = False
    """Text stood before the first number; it is the first piece."""


def pieces_of(text: str) -> Found:
    """Split a text."""
    lines, tables = _without_tables(_lines(text))
    lines = list(_unwrapped(lines))
    cuts = _cuts(lines)
    how = "numbers"
    if not cuts:
        cuts = [(index, 0, "") for index, line in enumerate(lines) if _HEADING.match(line)]
        how = "headings" if len(cuts) > 1 else "blanks"
        cuts = cuts if len(cuts) > 1 else []
    if not cuts:
        blocks = _blocks(lines)
        if len(blocks) == 1 and blocks[0].count("\n") > 0 and not blocks[0].startswith("- "):
            how, blocks = "lines", blocks[0].split("\n")
        return Found(tuple(_piece("", block.split("\n")) for block in blocks), how, tables)
    front = [line for line in lines[: cuts[0][0]] if line]
    found = [_piece("", front)] if front else []
    ends = [cut[0] for cut in cuts[1:]] + [len(lines)]
    for (start, skipped, label), end in zip(cuts, ends, strict=True):
        own = [lines[start][skipped:], *lines[start + 1 : end]]
        found.append(_piece(label, own))
    return Found(tuple(one for one in found if one.text or one.heading), how, tables, bool(front))


def _lines(text: str) -> list[str]:
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_GLUE)
    return [line.rstrip() for line in text.split("\n")]


def _without_tables(lines: Sequence[str]) -> tuple[list[str], int]:
    """Rows of cells as lists; a tab after a number or a bullet makes no cell."""
    found: list[str] = []
    tables, run = 0, list[str]()

    def flush() -> None:
        nonlocal tables
        if len(run) > 1:
            tables += 1
            found.extend(["", *("- " + " · ".join(_cells(row)) for row in run), ""])
        else:
            found.extend(" ".join(row.split()) for row in run)
        run.clear()

    for line in lines:
        if len(_cells(line)) > 1 and not _number(line.strip()):
            run.append(line)
        else:
            flush()
            found.append(line)
    flush()
    return found, tables


def _cells(line: str) -> list[str]:
    bullet = _BULLET.match(line.strip())
    rest = line.strip()[bullet.end() :] if bullet else line.strip()
    return [" ".join(cell.split()) for cell in rest.split("\t") if cell.strip()]


def _unwrapped(lines: Sequence[str]) -> Iterator[str]:
    """Lines as their author meant them: bullets marked, lines broken by a PDF joined again."""
    held = ""
    for raw in lines:
        line = " ".join(raw.split()) if "\t" not in raw else raw.strip()
        bullet = _BULLET.match(line)
        if bullet and line[bullet.end() :]:
            line = "- " + line[bullet.end() :]
        line = " ".join(line.split())
        is_start = not line or line.startswith("- ") or _number(line) or _HEADING.match(line)
        if held and not is_start and not _HEADING.match(held):
            if re.search(r"[a-zäöüß]-$", held) and re.match(r"[a-zäöüß]", line):
                held = held[:-1] + line
                continue
            if len(held) > 40 and not re.search(r"[.:;!?…“”\"]$", held) and line[:1].islower():
                held = f"{held} {line}"
                continue
        if held or not is_start or line:
            yield held
        held = line
        if not line:
            yield ""
    yield held


def _number(line: str) -> tuple[str, int, int] | None:
    """Style, number, and how many characters it takes at the beginning of a line."""
    heading = _HEADING.match(line)
    start = heading.end() if heading else 0
    for style, pattern in STYLES:
        if found := pattern.match(line, start):
            return style, int(found[1]), found.end()
    return None


def _cuts(lines: Sequence[str]) -> list[tuple[int, int, str]]:
    """Where numbered paragraphs begin: line, characters to skip, label.

    The outermost style counts: the one that comes first. A number counts when it goes on from the
    one before; others belong to lists within a paragraph, and so does a date.
    """
    marks: dict[str, list[tuple[int, int, int]]] = {}
    for index, line in enumerate(lines):
        if number := _number(line):
            marks.setdefault(number[0], []).append((index, number[1], number[2]))
    for chain in map(_chain, marks.values()):
        if chain and (len(chain) > 1 or len(marks) == 1):
            return [
                (index, end, _HEADING.sub("", lines[index][:end]).strip(" \t:"))
                for index, _n, end in chain
            ]
    return []


def _chain(marks: Sequence[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """The numbers that follow on each other; after the last one counting may begin again."""
    found: list[tuple[int, int, int]] = []
    rest = list(marks)
    while rest:
        expected, run, last = rest[0][1], list[tuple[int, int, int]](), -1
        if found and expected != 1:
            break
        for place, mark in enumerate(rest):
            if mark[1] == expected:
                run.append(mark)
                expected, last = expected + 1, place
        if found and len(run) < 2:
            break
        found += run
        rest = list(rest[last + 1 :])
    return found


def _blocks(lines: Sequence[str]) -> list[str]:
    """What stands between blank lines; the items of a list stay together."""
    blocks: list[list[str]] = [[]]
    for line in lines:
        if not line:
            blocks.append([])
        else:
            blocks[-1].append(_HEADING.sub("", line))
    return ["\n".join(block) for block in blocks if block]


_SHORT = 110


def _piece(label: str, lines: Sequence[str]) -> Piece:
    own = list(lines)
    while own and not own[0]:
        own.pop(0)
    heading = ""
    if own and (_HEADING.match(own[0]) or _is_title(own[0], own[1:])):
        heading = _HEADING.sub("", own.pop(0)).strip()
    text = _markdown(own)
    if not text:
        return replace(_proposed(label, heading), text=heading) if heading else Piece(label, "", "")
    return Piece(label, heading[:255], text) if heading else _proposed(label, text)


def _is_title(line: str, rest: Sequence[str]) -> bool:
    return (
        any(rest)
        and len(line) <= _SHORT
        and not line.startswith("- ")
        and not re.search(r"[.;:!?]$", line)
    )


def _proposed(label: str, text: str) -> Piece:
    """A piece whose heading is how its text begins."""
    words = " ".join(re.sub(r"^- ", "", text).split())
    first = re.split(r"(?<=[^\W\d]{3})[.;:!?](?:\s|$)", words)[0]
    if len(first) > 70:
        first = first[:70].rsplit(" ", 1)[0] + " …"
    return Piece(label, first, text, is_heading_proposed=True)


def _markdown(lines: Sequence[str]) -> str:
    """Paragraphs parted by blank lines; list items below each other."""
    found: list[str] = []
    for line in lines:
        if not line:
            continue
        line = _HEADING.sub("", line)
        is_item = line.startswith("- ") or bool(re.match(r"\d{1,3}[.)]\s", line))
        was_item = bool(found) and bool(re.match(r"- |\d{1,3}[.)]\s", found[-1].split("\n")[-1]))
        if is_item and was_item:
            found[-1] += "\n" + line
        else:
            found.append(line)
    return "\n\n".join(found)


def merged(pieces: Sequence[Piece], index: int) -> list[Piece]:
    """A piece joined to the one before."""
    if not 0 < index < len(pieces):
        return list(pieces)
    first, second = pieces[index - 1], pieces[index]
    parts = [first.text]
    if second.heading and not second.is_heading_proposed:
        parts.append(f"**{second.heading}**")
    parts.append(second.text)
    whole = replace(first, text="\n\n".join(part for part in parts if part))
    return [*pieces[: index - 1], whole, *pieces[index + 1 :]]


def divided(pieces: Sequence[Piece], index: int, block: int) -> list[Piece]:
    """A piece split before one of its blocks."""
    if not 0 <= index < len(pieces) or not 0 < block < len(pieces[index].blocks):
        return list(pieces)
    blocks = pieces[index].blocks
    first = replace(pieces[index], text="\n\n".join(blocks[:block]))
    second = _piece("", "\n\n".join(blocks[block:]).split("\n"))
    return [*pieces[:index], first, second, *pieces[index + 1 :]]


def without(pieces: Sequence[Piece], index: int) -> list[Piece]:
    """All pieces but one."""
    return [piece for place, piece in enumerate(pieces) if place != index]
