"""Citations as moderators type them: „Beitrag 12, Abschnitt 3, These 1.2, Position spd/1.2“.

Pure reading and writing; whether there is such a thing, and whether it is public, others say.
"""

import re
from dataclasses import dataclass

from forum.recommendations.models import SubjectKind

_WORDS = {
    "beitrag": SubjectKind.COMMENT,
    "beiträge": SubjectKind.COMMENT,
    "abschnitt": SubjectKind.PARAGRAPH,
    "abschnitte": SubjectKind.PARAGRAPH,
    "these": SubjectKind.THESIS,
    "thesen": SubjectKind.THESIS,
    "position": SubjectKind.POSITION,
    "positionen": SubjectKind.POSITION,
}
_KEYS = {
    SubjectKind.COMMENT: r"\d{1,9}",
    SubjectKind.PARAGRAPH: r"\d{1,9}",
    SubjectKind.THESIS: r"[a-z0-9][a-z0-9.-]*",
    SubjectKind.POSITION: r"[a-z0-9][a-z0-9-]*/[a-z0-9][a-z0-9.-]*",
}


@dataclass(frozen=True)
class Reference:
    """One citation as typed. `kind` is None when it cannot be read."""

    typed: str
    kind: SubjectKind | None
    key: str


def parse(text: str) -> list[Reference]:
    """The citations in `text`, each once, in their order. „Beiträge 3, 5 und 8“ are three."""
    found: list[Reference] = []
    last: SubjectKind | None = None
    for part in re.split(r"[,;\n]|\bund\b", text):
        typed = " ".join(part.split())
        if not typed:
            continue
        word, _, rest = typed.partition(" ")
        kind = _WORDS.get(word.lower())
        key = (rest if kind else typed).strip().lower()
        kind = kind or last
        last = kind
        readable = kind is not None and re.fullmatch(_KEYS[kind], key)
        reference = Reference(typed, kind if readable else None, key)
        if (reference.kind, key) not in {(one.kind, one.key) for one in found}:
            found.append(reference)
    return found


def written(kind: SubjectKind, number: int, thesis: str | None, party: str | None) -> str:
    """How a citation is typed, for a form that is opened again."""
    return {
        SubjectKind.COMMENT: f"Beitrag {number}",
        SubjectKind.PARAGRAPH: f"Abschnitt {number}",
        SubjectKind.THESIS: f"These {thesis}",
        SubjectKind.POSITION: f"Position {party}/{thesis}",
    }.get(kind, str(number))
