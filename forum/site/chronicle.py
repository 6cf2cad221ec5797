"""The timeline as a page shows it: entries, phases and the common minute, month by month. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from flask_babel import gettext as _

from forum.kernel import clock
from forum.recommendations.line import at
from forum.recommendations.models import Consultation
from forum.references import words
from forum.references.models import DatePrecision, TimelineEntry


@dataclass(frozen=True)
class Moment:
    """One line of the timeline."""

    day: date
    when: str
    title: str
    text: str
    kind: str
    is_ahead: bool
    is_general_knowledge: bool = False
    sources: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class Month:
    """All moments of a month."""

    title: str
    anchor: str
    is_ahead: bool
    moments: list[Moment]


def moments(
    consultation: Consultation, entries: Iterable[TimelineEntry], now: datetime
) -> list[Moment]:
    """Everything in the order of time."""
    today = now.astimezone(clock.BERLIN).date()
    found = [_entry(entry, today) for entry in entries]
    found += _steps(consultation, now)
    return sorted(found, key=lambda moment: moment.day)


def months(found: Sequence[Moment], today: date) -> list[Month]:
    """The moments by month."""
    return [
        Month(words.month(day), f"{day:%Y-%m}", day > today, list(group))
        for day, group in groupby(found, key=lambda moment: moment.day.replace(day=1))
    ]


def _entry(entry: TimelineEntry, today: date) -> Moment:
    if entry.precision is DatePrecision.MONTH:
        when = words.month(entry.happened_on)
        if entry.ended_on and (entry.ended_on.month, entry.ended_on.year) != (
            entry.happened_on.month,
            entry.happened_on.year,
        ):
            when = _("%(begin)s bis %(end)s", begin=when, end=words.month(entry.ended_on))
    else:
        when = words.span(entry.happened_on, entry.ended_on)
    if entry.precision is DatePrecision.REPORT:
        when = _("gemeldet am %(day)s", day=when)
    return Moment(
        day=entry.happened_on,
        when=when,
        title=entry.title,
        text=entry.text or "",
        kind=entry.kind_label,
        is_ahead=entry.happened_on > today,
        is_general_knowledge=entry.is_general_knowledge,
        sources=words.known(entry.sources, today),
    )


def _steps(consultation: Consultation, now: datetime) -> Iterable[Moment]:
    kind = _("Konsultation")
    for phase in consultation.phases:
        if phase.is_shown:
            yield _moment(
                phase.starts_at, now, _("Beginn: %(phase)s", phase=phase.title), phase.summary, kind
            )
    if consultation.positions_published_at:
        yield _moment(
            consultation.positions_published_at,
            now,
            _("Veröffentlichung der Parteiantworten"),
            _("Alle freigegebenen Antworten werden in derselben Minute öffentlich."),
            kind,
        )


def _moment(moment: datetime, now: datetime, title: str, text: str, kind: str) -> Moment:
    local = moment.astimezone(clock.BERLIN)
    minute = timedelta(hours=local.hour, minutes=local.minute)
    when = at(moment) if minute else words.long_date(local.date())
    return Moment(local.date(), when, title, text, kind, is_ahead=moment > now)
