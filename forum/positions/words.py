"""What answers, marks and dates are called in German; everywhere the same, because only here.

Whose word an answer is shows wherever the answer does: a sign and a word of its own for the party
itself, for its programme as the Redaktion read it, and for what the Redaktion derived from it.
"""

from datetime import datetime

from babel import Locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forum.kernel import clock
from forum.positions.models import Answer, Evidence, Provenance

_ANSWERS = {
    Answer.AGREE: _l("Zustimmung"),
    Answer.NEUTRAL: _l("neutral"),
    Answer.AGAINST: _l("Ablehnung"),
    Answer.UNDECIDED: _l("keine Festlegung"),
}
_PROVENANCES = {
    Provenance.PARTY: _l("von der Partei"),
    Provenance.EDITORIAL: _l("aus dem Programm, redaktionell"),
    Provenance.JOINT: _l("gemeinsame Antwort"),
    Provenance.IMPORT: _l("übernommen aus anderer Quelle"),
}
_MARKS = {
    Provenance.PARTY: "verified",
    Provenance.EDITORIAL: "document",
    Provenance.JOINT: "people",
    Provenance.IMPORT: "download",
}


def answer_word(
    answer: Answer, provenance: Provenance | None = None, evidence: Evidence | None = None
) -> str:
    """The word of an answer. A neutral that nobody wrote down says so."""
    if answer is Answer.NEUTRAL and is_derived(provenance, evidence):
        return _("im Programm nicht festgelegt (abgeleitet)")
    return str(_ANSWERS[answer])


def answer_words() -> list[tuple[str, str]]:
    """The answers a party can choose, with their words."""
    return [(answer.value, answer_word(answer)) for answer in Answer]


def is_derived(provenance: Provenance | None, evidence: Evidence | None) -> bool:
    """Whether the Redaktion concluded the answer from something else that the programme says."""
    return provenance is Provenance.EDITORIAL and evidence is Evidence.DERIVED


def provenance_word(provenance: Provenance, evidence: Evidence | None = None) -> str:
    """Whose word an answer is."""
    if is_derived(provenance, evidence):
        return _("aus dem Programm abgeleitet, redaktionell")
    return str(_PROVENANCES[provenance])


def provenance_mark(provenance: Provenance, evidence: Evidence | None = None) -> str:
    """The icon that stands beside `provenance_word`."""
    if is_derived(provenance, evidence):
        return "derived"
    return _MARKS[provenance]


def missing_word() -> str:
    """What stands where no answer does; never „neutral“."""
    return _("keine belegte Position")


def announced_word(moment: datetime) -> str:
    """What stands where a party taking part has not answered yet."""
    return _("noch keine Antwort, Veröffentlichung am %(day)s", day=day(moment))


MONTHS = Locale("de").months["format"]["wide"]


def day(moment: datetime) -> str:
    """„22. August“."""
    local = moment.astimezone(clock.BERLIN)
    return f"{local.day}. {MONTHS[local.month]}"


def minute(moment: datetime) -> str:
    """„22. August um 10 Uhr“, with minutes where they are not zero."""
    local = moment.astimezone(clock.BERLIN)
    hour = f"{local.hour}.{local.minute:02}" if local.minute else str(local.hour)
    return _("%(day)s um %(hour)s Uhr", day=day(moment), hour=hour)


_NUMBERS = dict(
    enumerate(
        "keine eine zwei drei vier fünf sechs sieben acht neun zehn elf zwölf".split()  # noqa: SIM905
    )
)


def number(count: int) -> str:
    """A count of parties in words up to twelve."""
    return _NUMBERS.get(count, str(count))


def capital(text: str) -> str:
    """The sentence with its first letter large."""
    return text[:1].upper() + text[1:]
