"""The windows of a round: what they open in plain words, what is odd about them, what was moved.

Pure, on the fields of the item `consultation`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forum.kernel import clock
from forum.recommendations.line import at
from forum.recommendations.models import Act
from forum.recommendations.timetable import last_day
from forum.references.words import long_date

ACTS = {
    Act.READ: _l("Alle lesen"),
    Act.COMMENT: _l("Mitglieder schreiben Beiträge"),
    Act.RATE: _l("Mitglieder bewerten Beiträge"),
    Act.AMEND: _l("Mitglieder schlagen Änderungen vor"),
    Act.VOTE_WORDING: _l("Mitglieder stimmen über Abschnitte ab"),
    Act.VOTE_RESULT: _l("Mitglieder stimmen über Wortlaute neuer Fassungen ab"),
    Act.VOTE_THESIS: _l("Mitglieder stimmen über Thesen ab"),
    Act.VOTE_AMENDMENT: _l("Mitglieder stimmen über Änderungsvorschläge ab"),
    Act.VOTE_SUMMARY: _l("Mitglieder sagen, ob Zusammenfassungen fair sind"),
    Act.STANCE: _l("Organisationen geben ihre Haltung ab"),
    Act.ANSWER_THESES: _l("Parteien beantworten Thesen"),
    Act.CORRECT_ANSWERS: _l("Parteien berichtigen Antworten"),
    Act.ANSWER_QUESTIONS: _l("Parteien beantworten Fragen"),
    Act.DECIDE_AMENDMENTS: _l("Die Redaktion entscheidet über Änderungsvorschläge"),
    Act.DRAFT_SUMMARY: _l("Die Moderation schreibt Zusammenfassungen"),
    Act.APPROVE_SUMMARY: _l("Die Moderation gibt Zusammenfassungen frei"),
    Act.FOLLOW_UP: _l("Was daraus wurde, wird festgehalten"),
}
"""What each act lets people do."""
OF_PARTIES = {Act.ANSWER_THESES, Act.CORRECT_ANSWERS, Act.ANSWER_QUESTIONS}
OF_STAFF = {Act.DECIDE_AMENDMENTS, Act.DRAFT_SUMMARY, Act.APPROVE_SUMMARY, Act.FOLLOW_UP}
OF_MEMBERS = set(Act) - OF_PARTIES - OF_STAFF - {Act.READ}

Fields = Mapping[str, Any]


def moment_of(value: Any) -> datetime | None:
    """A stored or typed moment; None where there is none, or none that can be read."""
    try:
        return clock.parse_local(str(value)) if value else None
    except ValueError:
        return None


def typed(value: Any) -> str:
    """A moment as a field for day and time holds it, in Berlin."""
    found = moment_of(value)
    if found is None:
        return str(value or "")
    return found.astimezone(clock.BERLIN).replace(tzinfo=None).isoformat(timespec="minutes")


def in_words(value: Any) -> str:
    """„22. August 2017 um 10 Uhr“."""
    found = moment_of(value)
    if found is None:
        return _("offen")
    local = found.astimezone(clock.BERLIN)
    day = long_date(local.date())
    hour = at(found).partition(" um ")[2]
    return _("%(day)s um %(hour)s", day=day, hour=hour) if hour else day


def end_in_words(value: Any) -> str:
    """As `in_words`; a last day counts whole, so a midnight is told as the day before it."""
    found = moment_of(value)
    if found is None or typed(value)[11:] != "00:00":
        return in_words(value)
    return long_date(last_day(found))


def faults(fields: Fields) -> dict[str, str]:
    """What may not stand so, by field: phases people see stand in the order of their beginning."""
    found: dict[str, str] = {}
    last: datetime | None = None
    for index, phase in enumerate(fields.get("phases") or ()):
        begin = moment_of(phase.get("starts_at"))
        if begin is None or not phase.get("is_shown", True):
            continue
        if last is not None and begin < last:
            found[f"phases-{index}-starts_at"] = _(
                "Diese Phase beginnt vor der, die darüber steht. Ordnen Sie die Phasen nach ihrem "
                "Beginn."
            )
        last = max(last or begin, begin)
    return found


def remarks(fields: Fields) -> list[str]:
    """What is allowed and worth a second look: overlaps, gaps, publication before a deadline."""
    phases = [
        (str(one.get("title")), start, moment_of(one.get("ends_at")), set(one.get("acts") or ()))
        for one in fields.get("phases") or ()
        if (start := moment_of(one.get("starts_at")))
    ]
    found = []
    for index, (title, start, end, acts) in enumerate(phases):
        for other, begin, stop, more in phases[index + 1 :]:
            if (end is None or begin < end) and (stop is None or start < stop):
                both = (acts & more) - {Act.READ}
                found.append(
                    _(
                        "„%(a)s“ und „%(b)s“ überschneiden sich; in dieser Zeit gilt beides.",
                        a=title,
                        b=other,
                    )
                    + (
                        " "
                        + _(
                            "Beide öffnen: %(acts)s.",
                            acts=", ".join(str(ACTS[Act(one)]) for one in sorted(both)),
                        )
                        if both
                        else ""
                    )
                )
    ends = sorted(phases, key=lambda one: one[1])
    for (title, _start, end, _acts), (other, begin, _stop, _more) in pairwise(ends):
        if (
            end is not None
            and end < begin
            and not any(s <= end and (e is None or e > end) for _t, s, e, _a in phases)
        ):
            found.append(_("Zwischen „%(a)s“ und „%(b)s“ ist nichts offen.", a=title, b=other))
    common = moment_of(fields.get("positions_published_at"))
    deadlines = [
        end
        for _t, start, end, acts in phases
        if Act.ANSWER_THESES in acts and end and (common is None or start < common)
    ]
    if common and deadlines and max(deadlines) > common:
        found.append(_("Die Positionen werden veröffentlicht, bevor die Frist der Parteien endet."))
    if common is None and deadlines:
        found.append(
            _(
                "Noch steht nicht fest, wann die Positionen veröffentlicht werden; bis dahin "
                "kann keine Partei etwas freigeben."
            )
        )
    return found


@dataclass(frozen=True)
class Shift:
    """A date that was public and is to be another."""

    what: str
    before: str
    after: str
    acts: frozenset[str]
    is_over: bool
    """Both dates lie behind us: nobody needs to be told."""

    @property
    def sentence(self) -> str:
        """„Diskussion, Ende: 1. September 2017 → 8. September 2017“, in words."""
        return _(
            "%(what)s: bisher %(before)s, jetzt %(after)s",
            what=self.what,
            before=self.before,
            after=self.after,
        )


def shifts(before: Fields, after: Fields, now: datetime) -> list[Shift]:
    """The dates that differ between what is published and what is to be."""
    found = []
    old = {one["slug"]: one for one in before.get("phases") or ()}
    new = {one["slug"]: one for one in after.get("phases") or ()}
    for slug, phase in old.items():
        acts = frozenset(phase.get("acts") or ())
        other = new.get(slug)
        if other is None:
            found.append(
                Shift(
                    _("Phase „%(title)s“", title=phase["title"]),
                    _span(phase), _("gestrichen"), acts, _is_over(now, phase.get("ends_at")),
                )
            )  # fmt: skip
            continue
        for name, words, told in (
            ("starts_at", _("Beginn"), in_words),
            ("ends_at", _("Ende"), end_in_words),
        ):
            was, will = phase.get(name), other.get(name)
            if moment_of(was) != moment_of(will):
                found.append(
                    Shift(
                        _("Phase „%(title)s“, %(end)s", title=phase["title"], end=words),
                        told(was), told(will),
                        acts | frozenset(other.get("acts") or ()), _is_over(now, was, will),
                    )
                )  # fmt: skip
    was, will = before.get("positions_published_at"), after.get("positions_published_at")
    if was and moment_of(was) != moment_of(will):
        found.append(
            Shift(
                _("Veröffentlichung der Positionen"), in_words(was), in_words(will),
                frozenset({Act.ANSWER_THESES}), is_over=False,
            )
        )  # fmt: skip
    if before.get("election_on") and before.get("election_on") != after.get("election_on"):
        day = str(after.get("election_on") or "")
        found.append(
            Shift(
                _("Wahltag"), long_date(date.fromisoformat(before["election_on"])),
                long_date(date.fromisoformat(day)) if day else _("offen"), frozenset(Act),
                is_over=False,
            )
        )  # fmt: skip
    return found


def _span(phase: Fields) -> str:
    return _(
        "%(a)s bis %(b)s", a=in_words(phase.get("starts_at")), b=end_in_words(phase.get("ends_at"))
    )


def _is_over(now: datetime, *moments: Any) -> bool:
    read = [moment_of(one) for one in moments]
    return all(one is not None and one < now for one in read)


def concerned(found: Sequence[Shift]) -> tuple[bool, bool, bool]:
    """Whether members, parties, and staff have to be told."""
    acts = {act for one in found if not one.is_over for act in one.acts}
    return bool(acts & OF_MEMBERS), bool(acts & OF_PARTIES), bool(acts & OF_STAFF)
