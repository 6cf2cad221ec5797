"""Where a round stands: its phases as a line, and what people can do now. Pure, by a given moment.

Sentences come from the windows of the round, never from the names of its phases.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _

from forum.kernel import clock
from forum.recommendations.models import Act, Consultation, Phase
from forum.recommendations.policy import closed_since, closes_at, is_open, windows
from forum.recommendations.timetable import day_of


@dataclass(frozen=True)
class Step:
    """One phase in the line: `state` is done, now or next."""

    title: str
    summary: str
    span: str
    state: str


def steps(consultation: Consultation, now: datetime) -> list[Step]:
    """The phases that are shown, in their order."""
    return [
        Step(phase.title, phase.summary, span(phase), _state(phase, now))
        for phase in consultation.phases
        if phase.is_shown
    ]


def _state(phase: Phase, now: datetime) -> str:
    if phase.is_open(now):
        return "now"
    return "next" if now < phase.starts_at else "done"


def span(phase: Phase) -> str:
    """„3. April bis 31. August“; a last day counts whole, so midnight belongs to the day before."""
    first = phase.starts_at.astimezone(clock.BERLIN)
    if phase.ends_at is None:
        return _("ab %(day)s", day=day_of(first))
    last = _last(phase.ends_at)
    if (first.year, first.month) == (last.year, last.month) and not _hour(phase.ends_at):
        begin = f"{first.day}."
    else:
        begin = day_of(first)
    return _("%(begin)s bis %(end)s", begin=begin, end=until(phase.ends_at))


def until(end: datetime) -> str:
    """The last moment of a window: „31. August“, „21. August, 12 Uhr“."""
    return day_of(_last(end)) + (f", {_hour(end)}" if _hour(end) else "")


def _last(end: datetime) -> datetime:
    local = end.astimezone(clock.BERLIN)
    return local if _hour(end) else local - timedelta(minutes=1)


def _hour(moment: datetime) -> str:
    local = moment.astimezone(clock.BERLIN)
    if (local.hour, local.minute) == (0, 0):
        return ""
    return f"{local.hour}.{local.minute:02} Uhr" if local.minute else f"{local.hour} Uhr"


def at(moment: datetime) -> str:
    """„22. August um 10 Uhr“; a midnight is its day."""
    hour = _hour(moment)
    return day_of(moment) + (f" um {hour}" if hour else "")


def days_to_election(consultation: Consultation, now: datetime) -> int:
    """Whole days in Berlin; 0 on the day itself, negative afterwards."""
    return (consultation.election_on - now.astimezone(clock.BERLIN).date()).days


def open_now(consultation: Consultation, now: datetime, *, is_member: bool = False) -> list[str]:
    """What can be done now and until when, one sentence each; what comes next where nothing can."""
    return [*_members(consultation, now, is_member), *_parties(consultation, now)]


def _members(consultation: Consultation, now: datetime, is_member: bool) -> list[str]:
    who = _("Sie") if is_member else _("Mitglieder")
    open_acts = [act for act in _DEEDS if is_open(consultation, act, now)]
    if not open_acts:
        return [*_closed(consultation, now), *_results(consultation, now, who)]
    by_end: dict[datetime | None, list[Act]] = {}
    for act in open_acts:
        by_end.setdefault(closes_at(consultation, act, now), []).append(act)
    sentences = []
    for end, acts in by_end.items():
        if end is None:
            sentences.append(_("%(who)s können %(deeds)s.", who=who, deeds=_deeds(acts)))
        else:
            sentences.append(
                _(
                    "%(who)s können bis %(end)s %(deeds)s.",
                    who=who,
                    end=until(end),
                    deeds=_deeds(acts),
                )
            )
    return sentences


_DEEDS = (Act.COMMENT, Act.RATE, Act.VOTE_WORDING, Act.VOTE_THESIS)


def _deeds(acts: list[Act]) -> str:
    deeds = []
    if Act.COMMENT in acts:
        deeds.append(_("Beiträge schreiben"))
    if Act.RATE in acts:
        deeds.append(_("Beiträge bewerten") if Act.COMMENT not in acts else _("bewerten"))
    votes = [
        word
        for act, word in (
            (Act.VOTE_WORDING, _("Abschnitte")),
            (Act.VOTE_THESIS, _("Thesen")),
        )
        if act in acts
    ]
    if votes:
        deeds.append(_("über %(things)s abstimmen", things=_listed(votes)))
    return _listed(deeds)


def _listed(words: list[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return _("%(words)s und %(last)s", words=", ".join(words[:-1]), last=words[-1])


def _closed(consultation: Consultation, now: datetime) -> list[str]:
    ahead = [
        phase.starts_at
        for act in _DEEDS
        for phase in windows(consultation, act)
        if phase.starts_at > now
    ]
    if ahead:
        first = min(ahead)
        acts = [
            act
            for act in _DEEDS
            if any(phase.starts_at == first for phase in windows(consultation, act))
        ]
        return [
            _(
                "Ab %(day)s können Mitglieder %(deeds)s. Bis dahin ist alles zu lesen.",
                day=at(first),
                deeds=_deeds(acts),
            )
        ]
    ends = [end for act in _DEEDS if (end := closed_since(consultation, act, now))]
    if ends:
        return [
            _(
                "Beratung und Abstimmung sind seit %(day)s beendet. Alles bleibt zu lesen.",
                day=at(max(ends)),
            )
        ]
    return []


def _results(consultation: Consultation, now: datetime, who: str) -> list[str]:
    """Of the wordings that come of the discussion: there need not be any."""
    if not is_open(consultation, Act.VOTE_RESULT, now):
        return []
    end = closes_at(consultation, Act.VOTE_RESULT, now)
    if end is None:
        return [_("Entsteht ein neuer Wortlaut, können %(who)s über ihn abstimmen.", who=who)]
    return [
        _(
            "Entsteht ein neuer Wortlaut, können %(who)s bis %(end)s über ihn abstimmen.",
            who=who,
            end=until(end),
        )
    ]


def _parties(consultation: Consultation, now: datetime) -> list[str]:
    published_at = consultation.positions_published_at
    if published_at is None or now >= published_at:
        return []
    sentences = []
    end = closes_at(consultation, Act.ANSWER_THESES, now)
    if end:
        sentences.append(_("Parteien können bis %(end)s auf die Thesen antworten.", end=until(end)))
    sentences.append(
        _(
            "Was Parteien selbst antworten, wird am %(day)s zugleich veröffentlicht.",
            day=at(published_at),
        )
    )
    return sentences
