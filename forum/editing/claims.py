"""Whether a thesis can be answered: what to look at again before anybody is asked.

It warns and never forbids. German, since theses are; nothing here knows the database.
"""

import enum
import itertools
import re
from dataclasses import dataclass

LONGEST = 300


class Doubt(enum.StrEnum):
    """What may keep people from answering a thesis with one word."""

    SEVERAL_CLAIMS = "several_claims"
    AND_OR = "and_or"
    NEGATION = "negation"
    VAGUE = "vague"
    TOO_LONG = "too_long"
    QUESTION = "question"


@dataclass(frozen=True)
class Finding:
    """One doubt, and the words that raise it."""

    doubt: Doubt
    words: tuple[str, ...] = ()


_AND_OR = re.compile(r"\bund\s*/\s*oder\b|\bbeziehungsweise\b|\bbzw\.", re.IGNORECASE)
_NEGATION = re.compile(
    r"\b(?:nicht|nichts|kein(?:e[mnrs]?)?|nie|niemals|niemand(?:em|en)?|weder|ohne|keinesfalls)\b",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"\b(?:mehr|weniger|viele?[nr]?|wenige[nr]?|einige[nr]?|manche[nr]?|möglichst|angemessene?[mnrs]?|"
    r"ausreichende?[mnrs]?|genügend|genug|deutlich(?:e[mnrs]?)?|stärker(?:e[mnrs]?)?|bessere?[mnrs]?|"
    r"zeitnah|bald|rasch|schneller|häufiger|spürbar|erheblich(?:e[mnrs]?)?|etwas|teilweise|"
    r"grundsätzlich|regelmäßig|gegebenenfalls|verstärkt)\b",
    re.IGNORECASE,
)
_MODAL = re.compile(r"\b(?:soll(?:en|te|ten)?|muss|müssen|müsste[n]?|darf|dürfen)\b", re.IGNORECASE)
_JOINED = re.compile(r"\b(?:und|oder|sowie|außerdem|zugleich|zudem)\b|;", re.IGNORECASE)
# A full stop that ends a sentence: not that of an abbreviation or of „1. Januar“.
_END = re.compile(
    r"(?<=[^\W\d]{3})(?<!Mio)(?<!Mrd)(?<!Abs)(?<!usw)(?<!bzw)(?<!ggf)[.!](?=\s+[A-ZÄÖÜ])"
)


def findings(text: str) -> list[Finding]:
    """What to look at again in the words of a thesis, the weightiest first."""
    text = " ".join(text.split())
    found = []
    if text.endswith("?"):
        found.append(Finding(Doubt.QUESTION))
    if joined := _words(_AND_OR, text):
        found.append(Finding(Doubt.AND_OR, joined))
    if _END.search(text):
        found.append(Finding(Doubt.SEVERAL_CLAIMS))
    elif demands := _two_demands(text):
        found.append(Finding(Doubt.SEVERAL_CLAIMS, (demands,)))
    if negations := _words(_NEGATION, text):
        found.append(Finding(Doubt.NEGATION, negations))
    if vague := _words(_VAGUE, text):
        found.append(Finding(Doubt.VAGUE, vague))
    if len(text) > LONGEST:
        found.append(Finding(Doubt.TOO_LONG))
    return found


def _two_demands(text: str) -> str:
    """Two demands in one sentence: „soll … und soll …“."""
    demands = list(_MODAL.finditer(text))
    for first, second in itertools.pairwise(demands):
        if between := _JOINED.search(text, first.end(), second.start()):
            return f"{first[0]} … {between[0]} … {second[0]}"
    return ""


def _words(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found[0] for found in pattern.finditer(text)))
