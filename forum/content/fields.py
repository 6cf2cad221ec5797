"""Reading the fields of one entry, every fault noted with its line instead of raised."""

import re
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from forum.content.reading import Entry, Problem, Rows
from forum.kernel import clock, html

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
COLOR = re.compile(r"#[0-9A-Fa-f]{6}\Z")
ROUGH_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?\Z")
NO_DAY = date(1970, 1, 1)
NO_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)


class Fields:
    """The fields of one entry of `file`. What is missing or wrong reads as an empty value."""

    def __init__(self, file: str, entry: Any, line: int, problems: list[Problem]) -> None:
        """Anything that is no mapping is a fault of its own, and reads as an empty one."""
        self.file, self.problems = file, problems
        if isinstance(entry, Entry):
            self.entry = entry
        else:
            self.entry = Entry()
            self.entry.line, self.entry.lines = line, {}
            self.fault("must be a mapping")

    @property
    def line(self) -> int:
        """Where the entry begins."""
        return self.entry.line

    def fault(self, sentence: str, key: str | None = None, line: int | None = None) -> None:
        """Note a fault at the value of `key`, at `line`, or at the entry."""
        at = line or (self.entry.line_of(key) if key else self.entry.line)
        self.problems.append(Problem(self.file, at, sentence))

    def only(self, *known: str) -> None:
        """Refuse fields that nobody reads: a typo must not pass."""
        for key in self.entry.keys() - set(known):
            self.fault(f"unknown field {key!r}", key)

    def _value(self, key: str, kind: type | tuple[type, ...], name: str, need: bool) -> Any:
        value = self.entry.get(key)
        if value is None or value == "":
            if need:
                self.fault(f"{key!r} is missing", key)
            return None
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self.fault(f"{key!r} must be {name}", key)
            return None
        return value

    def text(self, key: str, *, need: bool = True, longest: int = 20_000) -> str:
        """Words, cleaned as all that people type; empty where there is none."""
        value = self._value(key, str, "text", need)
        if value is None:
            return ""
        cleaned = html.plain(value)
        if len(cleaned) > longest:
            self.fault(f"{key!r} has {len(cleaned)} characters; at most {longest}", key)
        return cleaned

    def line_of_text(self, key: str, *, need: bool = True) -> str:
        """Words that fit one line of a table."""
        return self.text(key, need=need, longest=255)

    def optional(self, key: str, *, longest: int = 20_000) -> str | None:
        """Words, or None."""
        return self.text(key, need=False, longest=longest) or None

    def slug(self, key: str = "slug") -> str:
        """A name for addresses: small letters, digits, hyphens."""
        value = self.line_of_text(key)
        if value and not SLUG.match(value):
            self.fault(f"{key!r} is {value!r}; small letters, digits and hyphens only", key)
        return value

    def whole(self, key: str) -> int:
        """A positive whole number."""
        value = self._value(key, int, "a whole number", need=True)
        if value is not None and value < 1:
            self.fault(f"{key!r} is {value}; it begins with 1", key)
        return value or 0

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Yes or no."""
        value = self._value(key, bool, "true or false", need=False)
        return default if value is None else value

    def day(self, key: str, *, need: bool = True) -> date | None:
        """A day, written 2017-09-24."""
        value = self._value(key, str, "a day like '2017-09-24'", need)
        if value is None:
            return NO_DAY if need else None
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fault(f"{key!r} is {value!r}; a day is written 2017-09-24", key)
            return NO_DAY

    def moment(self, key: str, *, need: bool = True) -> datetime | None:
        """A moment in Berlin, 2017-08-22T10:00; a day alone is its midnight."""
        value = self._value(key, str, "a moment like '2017-08-22T10:00'", need)
        if value is None:
            return NO_MOMENT if need else None
        try:
            return clock.parse_local(value)
        except ValueError:
            self.fault(f"{key!r} is {value!r}; a moment is written 2017-08-22T10:00", key)
            return NO_MOMENT

    def choice(self, key: str, values: Mapping[str, Any], *, need: bool = True) -> Any:
        """One of the words in `values`, as what it stands for."""
        value = self._value(key, str, "a word", need)
        if value is None:
            return None
        if value not in values:
            self.fault(f"{key!r} is {value!r}; one of {', '.join(sorted(values))}", key)
            return None
        return values[value]

    def rows(self, key: str, *, need: bool = True) -> Rows:
        """A list."""
        found = self._value(key, Rows, "a list", need and key not in self.entry)
        if found is None:
            found = Rows()
            found.lines = []
        return found

    def entries(self, key: str, *, need: bool = True) -> "list[Fields]":
        """A list of mappings."""
        rows = self.rows(key, need=need)
        return [
            Fields(self.file, entry, line, self.problems)
            for entry, line in zip(rows, rows.lines, strict=True)
        ]

    def words(self, key: str, *, need: bool = True) -> list[str]:
        """A list of texts."""
        rows, found = self.rows(key, need=need), []
        for value, line in zip(rows, rows.lines, strict=True):
            if isinstance(value, str) and value.strip():
                found.append(html.plain(value))
            else:
                self.fault(f"{key!r} has something else than text", line=line)
        return found

    def reference(self, key: str, known: Collection[str], what: str, *, need: bool = True) -> str:
        """The key of something that stands elsewhere."""
        value = self.line_of_text(key, need=need)
        if value and value not in known:
            self.fault(f"there is no {what} {value!r}", key)
        return value

    def references(
        self, key: str, known: Collection[str], what: str, *, need: bool = True
    ) -> list[str]:
        """The keys of several things that stand elsewhere, each once."""
        rows, found = self.rows(key, need=need), list[str]()
        for value, line in zip(rows, rows.lines, strict=True):
            if value not in known:
                self.fault(f"there is no {what} {value!r}", line=line)
            elif value in found:
                self.fault(f"{what} {value!r} stands twice", line=line)
            else:
                found.append(value)
        return found


def month_or_day(fields: Fields, key: str, *, end: bool = False) -> date | None:
    """The day that `2017-09` or `2017-09-24` begins or ends with."""
    value = fields.line_of_text(key, need=not end)
    if not value:
        return None
    if re.fullmatch(r"\d{4}-\d{2}", value):
        try:
            first = date.fromisoformat(f"{value}-01")
        except ValueError:
            fields.fault(f"{key!r} is {value!r}; a month is written 2017-09", key)
            return NO_DAY
        following = (first + timedelta(days=31)).replace(day=1)
        return following - timedelta(days=1) if end else first
    return fields.day(key)
