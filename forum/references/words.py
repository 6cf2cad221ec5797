"""How dates of sources and entries are written in German."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from babel.dates import format_date


def rough_date(text: str | None) -> str:
    """A source's date as exact as it is known: „3. Juli 2017“, „Juli 2017“, „2017“."""
    parts = (text or "").split("-")
    if len(parts) == 3:
        return long_date(date.fromisoformat(text or ""))
    if len(parts) == 2:
        return month(date(int(parts[0]), int(parts[1]), 1))
    return text or ""


def long_date(day: date) -> str:
    """„3. Juli 2017“."""
    return format_date(day, "d. MMMM y", locale="de")


def month(day: date) -> str:
    """„Juli 2017“."""
    return format_date(day, "LLLL y", locale="de")


def span(first: date, last: date | None) -> str:
    """„28. bis 30. April 2017“; one day where there is no other."""
    if last is None or last == first:
        return long_date(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}. bis {long_date(last)}"
    pattern = "d. MMMM" if first.year == last.year else "d. MMMM y"
    return f"{format_date(first, pattern, locale='de')} bis {long_date(last)}"


def known(sources: Sequence[Any], today: date) -> list[Any]:
    """Those sources that have appeared by today: nothing is cited before it exists."""
    return [one for one in sources if not is_ahead(one.get("published_on"), today)]


def is_ahead(published_on: str | None, today: date) -> bool:
    """Whether a date, as exact as it is known, lies wholly ahead."""
    if not published_on:
        return False
    return published_on > today.isoformat()[: len(published_on)]
