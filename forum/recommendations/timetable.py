"""What is possible in a round now, and until when, in words. Pure."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from babel.dates import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forum.kernel.clock import BERLIN
from forum.recommendations.models import Act, Consultation


@lru_cache(maxsize=2048)
def day_month(day: date) -> str:
    """A day as it stands in a sentence: „31. August“."""
    return format_date(day, "d. MMMM", locale="de")


def day_of(moment: datetime) -> str:
    """The day of a moment in Berlin, in words; cheap enough to stand beside every comment."""
    return day_month(moment.astimezone(BERLIN).date())


def last_day(end: datetime) -> date:
    """The last day that counts whole, of a window that ends at `end`."""
    return (end - timedelta(microseconds=1)).astimezone(BERLIN).date()


_VERBS: tuple[tuple[frozenset[Act], Any], ...] = (
    (frozenset({Act.COMMENT}), _l("kommentieren")),
    (frozenset({Act.RATE}), _l("Beiträge bewerten")),
    (frozenset({Act.VOTE_WORDING, Act.VOTE_THESIS}), _l("abstimmen")),
    (frozenset({Act.VOTE_RESULT}), _l("über neue Wortlaute abstimmen")),
)


def possible(consultation: Consultation, now: datetime) -> list[str]:
    """What members can do now and until when, one sentence for each end; empty when nothing."""
    until: dict[datetime | None, list[str]] = {}
    for acts, verb in _VERBS:
        open_ = [
            phase for phase in consultation.phases if acts & set(phase.acts) and phase.is_open(now)
        ]
        if open_:
            ends = [phase.ends_at for phase in open_]
            end = None if None in ends else max(moment for moment in ends if moment)
            until.setdefault(end, []).append(str(verb))
    return [
        _("Mitglieder können bis %(end)s %(acts)s.", end=day_month(last_day(end)), acts=_and(acts))
        if end
        else _("Mitglieder können %(acts)s.", acts=_and(acts))
        for end, acts in until.items()
    ]


def _and(words: Sequence[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s und %(last)s", first=", ".join(words[:-1]), last=words[-1])


def upcoming(consultation: Consultation, now: datetime) -> str:
    """What comes next, for times when members can do nothing; empty when nothing comes."""
    ahead = [p for p in consultation.phases if p.is_shown and p.starts_at > now]
    if not ahead:
        return _("Diese Konsultation ist abgeschlossen. Alles Gesagte bleibt lesbar.")
    first = min(ahead, key=lambda phase: phase.starts_at)
    return _(
        "Am %(day)s beginnt die Phase „%(phase)s“.",
        day=day_month(first.starts_at.astimezone(BERLIN).date()),
        phase=first.title,
    )
