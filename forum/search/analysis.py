"""How German text becomes what the index holds, and how a query is read. Pure.

Every backend indexes the same stream of tokens made here, so that all of them find the same. A
token is the stem of a word („Förderungen“, „Foerderung“: one token). A compound also yields its
parts, apart from the stream: they make „Infrastruktur“ find „Verkehrsinfrastruktur“ without putting
words into a phrase that nobody wrote.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Set
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import snowballstemmer
from markupsafe import Markup, escape

VERSION = 1
"""Counts up with every change of what is indexed; an index of another version is built anew."""

MAX_QUERY = 200
MAX_TERMS = 12
_MAX_WORD = 60
_MIN_PART = 4
_LINKS = ("", "s", "es", "n", "en")

_WORD = re.compile(r"\w+(?:&\w+)?")
_STEMMER = snowballstemmer.stemmer("german")

SEED = frozenset((Path(__file__).parent / "words.txt").read_text(encoding="utf-8").split())
"""Words of the subject that compounds are made of, known before the first text is read."""

STOP_WORDS = frozenset((Path(__file__).parent / "fillers.txt").read_text(encoding="utf-8").split())
"""Left out of a query outside quotes, unless it has nothing else. „nicht“, „kein“, „gegen“ and
„ohne“ count: without them a position reads as its opposite."""


@dataclass(frozen=True)
class Token:
    """A word of a text: its stem, and where it stands."""

    stem: str
    word: str
    start: int
    end: int


@dataclass(frozen=True)
class Query:
    """What is asked: every group has to be found; a group of several stems is a phrase."""

    groups: tuple[tuple[str, ...], ...] = ()
    words: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.groups)


class QueryTooLong(Exception):
    """More terms than a search answers."""


def normal(text: str) -> str:
    """The form in which texts and queries are compared: composed, without soft hyphens."""
    return unicodedata.normalize("NFC", text.replace("\u00ad", "")).replace("\0", " ")


@lru_cache(maxsize=50_000)
def fold(word: str) -> str:
    """One spelling for words of the vocabulary: „foerderung“ for both ways to write it."""
    return word.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """What is compared: lower case, umlauts and endings gone."""
    found: str = _STEMMER.stemWord(word[:_MAX_WORD])
    return found or word[:_MAX_WORD]


def tokens(text: str) -> Iterator[Token]:
    """The words of a text in their order; `text` is in its normal form already."""
    for match in _WORD.finditer(text):
        word = match.group().lower()
        yield Token(stem(word), word, match.start(), match.end())


def stems(text: str) -> list[str]:
    """The stream of stems of a text."""
    return [token.stem for token in tokens(normal(text))]


def vocabulary(text: str) -> set[str]:
    """The words of a text that compounds may be made of, folded."""
    return {
        fold(token.word)
        for token in tokens(normal(text))
        if _MIN_PART <= len(token.word) <= 25
        and token.word.isalpha()
        and token.word not in STOP_WORDS
    }


def parts(text: str, known: Collection[str]) -> list[str]:
    """The stems that compounds are made of, and those of hyphened words written as one."""
    text = normal(text)
    found: dict[str, None] = {}
    run: list[Token] = []
    for token in tokens(text):
        for part in split(fold(token.word), known):
            found[stem(part)] = None
        if run and text[run[-1].end : token.start] == "-":
            run.append(token)
            found[stem("".join(t.word for t in run))] = None
        else:
            run = [token]
    return list(found)


def split(word: str, known: Collection[str]) -> list[str]:
    """The known words that a folded compound consists of; none when it is not wholly known."""
    if not 2 * _MIN_PART <= len(word) <= _MAX_WORD or not word.isalpha():
        return []
    return sorted(_split(word, known, {}))


def _split(word: str, known: Collection[str], seen: dict[str, Set[str]]) -> Set[str]:
    """All parts of all ways to read `word` as two or more known words."""
    if word in seen:
        return seen[word]
    seen[word] = frozenset()
    found: set[str] = set()
    for cut in range(_MIN_PART, len(word) - _MIN_PART + 1):
        tail = word[cut:]
        tails = ({tail} if tail in known else set()) | _split(tail, known, seen)
        if not tails:
            continue
        heads = _heads(word[:cut], known, seen)
        if heads:
            found |= heads | tails
    seen[word] = frozenset(found)
    return found


def _heads(head: str, known: Collection[str], seen: dict[str, Set[str]]) -> Set[str]:
    found: set[str] = set()
    for link in _LINKS:
        bare = head.removesuffix(link) if link and head.endswith(link) else head
        if (link and bare == head) or len(bare) < _MIN_PART:
            continue
        found |= {bare} if bare in known else set()
        found |= _split(bare, known, seen)
    if head + "e" in known:  # „Schul-“ of „Schule“
        found.add(head + "e")
    return found


_QUOTES = str.maketrans(dict.fromkeys("„“”‟«»″", '"'))
_PIECE = re.compile(r'"([^"]*)"?|([^\s"]+)')


def parse(text: str) -> Query:
    """Read what somebody typed. Anything can be read; quotes, and hyphens, mean a phrase.

    Raises QueryTooLong for more than MAX_TERMS words or MAX_QUERY characters.
    """
    text = normal(text).translate(_QUOTES)
    if len(text) > MAX_QUERY:
        raise QueryTooLong
    groups: dict[tuple[str, ...], bool] = {}
    words: list[str] = []
    left_out: list[str] = []
    for match in _PIECE.finditer(text):
        quoted, loose = match.groups()
        found = list(tokens(quoted if loose is None else loose))
        if not found:
            continue
        group = tuple(token.stem for token in found)
        is_filler = loose is not None and len(found) == 1 and found[0].word in STOP_WORDS
        if is_filler:
            left_out.append(found[0].word)
        words += [token.word for token in found]
        groups[group] = groups.get(group, True) and is_filler
    if len(words) > MAX_TERMS:
        raise QueryTooLong
    kept = [group for group, is_filler in groups.items() if not is_filler]
    if not kept:
        return Query(tuple(groups), tuple(words))
    return Query(tuple(kept), tuple(words), tuple(dict.fromkeys(left_out)))


def highlight(text: str, query: Query, *, length: int = 260) -> Markup:
    """A piece of plain text around what was found, escaped, with what was found marked."""
    text = normal(text)
    found = list(_matches(text, query))
    start, end = _window(text, found, length)
    pieces: list[Markup] = [Markup("… ") if start else Markup()]
    position = start
    for a, b in found:
        if a < position or b > end:
            continue
        pieces += [escape(text[position:a]), Markup("<mark>"), escape(text[a:b]), Markup("</mark>")]
        position = b
    pieces.append(escape(text[position:end]))
    if end < len(text):
        pieces.append(Markup(" …"))
    return Markup("").join(pieces)


def _matches(text: str, query: Query) -> Iterator[tuple[int, int]]:
    """Where the groups of the query stand; of a compound, the part that was asked for."""
    singles = {group[0] for group in query.groups if len(group) == 1}
    phrases = [group for group in query.groups if len(group) > 1]
    stream = list(tokens(text))
    after = 0
    for index, token in enumerate(stream):
        if index < after:
            continue
        length = max(
            (
                len(phrase)
                for phrase in phrases
                if tuple(t.stem for t in stream[index : index + len(phrase)]) == phrase
            ),
            default=0,
        )
        if length:
            after = index + length
            yield token.start, stream[after - 1].end
        elif token.stem in singles:
            yield token.start, token.end
        elif part := _part(token.word, singles):
            yield token.start + part[0], token.start + part[1]


@lru_cache(maxsize=20_000)
def _flat(word: str) -> str:
    return fold(word).replace("ae", "a").replace("oe", "o").replace("ue", "u")


def _part(word: str, singles: Set[str]) -> tuple[int, int] | None:
    """Where one of the stems stands in a compound, as its end or its beginning."""
    if len(word) < 2 * _MIN_PART or not word.isalpha():
        return None
    flat = _flat(word)
    for wanted in singles:
        if wanted[:_MIN_PART] not in flat:  # the beginning of a stem is never changed but by umlaut
            continue
        for cut in range(_MIN_PART - 1, len(word) - _MIN_PART + 1):
            if stem(word[cut:]) == wanted:
                return cut, len(word)
        if flat.startswith(wanted[:_MIN_PART]):
            for cut in range(len(word) - _MIN_PART, _MIN_PART - 1, -1):
                if stem(word[:cut]) == wanted:
                    return 0, cut
    return None


def _window(text: str, found: list[tuple[int, int]], length: int) -> tuple[int, int]:
    """The stretch of `length` characters with the most hits, cut between words."""
    if len(text) <= length:
        return 0, len(text)
    best, start = -1, 0
    for a, _b in found:
        count = sum(1 for c, d in found if a <= c and d <= a + length - 60)
        if count > best:
            best, start = count, max(0, a - 50)
    if start:
        start = text.find(" ", start) + 1
    end = min(len(text), start + length)
    if end < len(text):
        blank = text.rfind(" ", start, end)
        end = blank if blank > start else end
    return start, end
