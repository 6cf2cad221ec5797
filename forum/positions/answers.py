"""What readers see of theses and answers: plain values, and what can be computed from them."""

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from flask_babel import gettext as _

from forum.positions import words
from forum.positions.models import Answer, Evidence, Provenance


class State(enum.StrEnum):
    """Whether there is an answer to show."""

    ANSWERED = "answered"
    MISSING = "missing"
    """No document of the party says anything about it that we know of."""
    ANNOUNCED = "announced"
    """The party is represented here, and answers of all parties are published later."""


@dataclass(frozen=True)
class PartyView:
    """A party as it stands beside its answers."""

    id: int
    slug: str
    short_name: str
    name: str
    color: str
    is_invented: bool
    position: int


@dataclass(frozen=True)
class Citation:
    """Where an answer is taken from."""

    title: str
    page: str = ""
    pdf_page: str = ""
    url: str = ""

    @classmethod
    def of(cls, stored: dict[str, Any]) -> "Citation":
        """From what a version stores."""
        known = {name: str(stored.get(name) or "") for name in ("page", "pdf_page", "url")}
        return cls(title=str(stored.get("title") or stored.get("key") or ""), **known)

    @property
    def place(self) -> str:
        """„S. 22 (PDF 23)“; the second number only where it differs."""
        if not self.page:
            return ""
        if not self.pdf_page or self.pdf_page == self.page:
            return _("S. %(page)s", page=self.page)
        return _("S. %(page)s (PDF %(pdf)s)", page=self.page, pdf=self.pdf_page)


@dataclass(frozen=True)
class Said:
    """One public version of an answer."""

    number: int
    published_at: datetime
    answer: Answer
    provenance: Provenance
    evidence: Evidence | None
    reason: str
    sources: tuple[Citation, ...]
    correction_reason: str = ""

    @cached_property
    def word(self) -> str:
        """The answer in words."""
        return words.answer_word(self.answer, self.provenance, self.evidence)

    @property
    def mark(self) -> str:
        """The sign of the answer."""
        return self.answer.value

    @cached_property
    def provenance_word(self) -> str:
        """Whose word it is."""
        return words.provenance_word(self.provenance, self.evidence)

    @cached_property
    def provenance_mark(self) -> str:
        """The icon beside `provenance_word`."""
        return words.provenance_mark(self.provenance, self.evidence)

    @property
    def is_own(self) -> bool:
        """Whether the party itself says so, alone or with others."""
        return self.provenance in {Provenance.PARTY, Provenance.JOINT}

    @cached_property
    def is_derived(self) -> bool:
        """Whether the Redaktion derived it."""
        return words.is_derived(self.provenance, self.evidence)

    @cached_property
    def day(self) -> str:
        """The day it became public."""
        return words.day(self.published_at)


@dataclass(frozen=True)
class AnswerView:
    """What stands for one party beside one thesis: always something, never an empty cell."""

    party: PartyView
    state: State
    said: Said | None = None
    earlier: tuple[Said, ...] = ()
    """What was public before, the latest first: corrections do not make it vanish."""
    position_id: int | None = None
    comment_count: int = 0
    """Of what members wrote about this answer."""
    announced_for: datetime | None = None

    @cached_property
    def word(self) -> str:
        """The answer in words, or why there is none."""
        if self.said:
            return self.said.word
        if self.announced_for:
            return words.announced_word(self.announced_for)
        return words.missing_word()

    @property
    def mark(self) -> str:
        """The sign beside `word`."""
        return self.said.mark if self.said else "none"


@dataclass(frozen=True)
class ThesisView:
    """A thesis and what every party of the round says to it, in the round's order."""

    id: int
    slug: str
    number: int
    position: int
    label: str
    text: str
    background: str | None
    recommendation_id: int
    recommendation_number: int
    comment_count: int
    answers: list[AnswerView] = field(default_factory=list)

    @property
    def title(self) -> str:
        """„1.2“: the second thesis of the first recommendation."""
        return f"{self.recommendation_number}.{self.position}"

    @property
    def anchor(self) -> str:
        """Where it stands on the page of its recommendation."""
        return f"these-{self.slug}"


@dataclass(frozen=True)
class Topic:
    """The theses of one recommendation."""

    slug: str
    number: int
    title: str
    short_title: str
    theses: list[ThesisView]


@dataclass(frozen=True)
class Count:
    """How the answers of one party are made up."""

    total: int
    own: int
    explicit: int
    derived: int
    other: int
    announced: int
    missing: int

    @property
    def answered(self) -> int:
        """Theses with any answer."""
        return self.own + self.explicit + self.derived + self.other


def count(answers: Iterable[AnswerView]) -> Count:
    """Count the answers of one party."""
    listed = list(answers)
    said = [answer.said for answer in listed if answer.said]
    own = sum(one.is_own for one in said)
    derived = sum(one.is_derived for one in said)
    explicit = sum(one.provenance is Provenance.EDITORIAL for one in said) - derived
    return Count(
        total=len(listed),
        own=own,
        explicit=explicit,
        derived=derived,
        other=len(said) - own - explicit - derived,
        announced=sum(answer.state is State.ANNOUNCED for answer in listed),
        missing=sum(answer.state is State.MISSING for answer in listed),
    )


def parties(theses: Sequence[ThesisView]) -> list[PartyView]:
    """The parties of these theses in their order."""
    return [answer.party for answer in theses[0].answers] if theses else []


def headline(theses: Sequence[ThesisView]) -> str:
    """The title of a comparison; parties invented for the demo do not count."""
    real = sum(not party.is_invented for party in parties(theses))
    if real < 2:
        return _("Parteien im Vergleich")
    return _("%(count)s Parteien, dieselben Sätze", count=words.capital(words.number(real)))


def lead(theses: Sequence[ThesisView]) -> str:
    """Where the answers shown come from, in sentences that are true of exactly these.

    Real and invented parties are counted apart.
    """
    real, invented = _Makeup(), _Makeup()
    for index, party in enumerate(parties(theses)):
        makeup = invented if party.is_invented else real
        makeup.add([thesis.answers[index].said for thesis in theses])
    return " ".join(
        sentence for sentence in (_about_real(real), _about_invented(invented)) if sentence
    )


@dataclass
class _Makeup:
    """How many of some parties answered themselves, and how many only their programme does."""

    parties: int = 0
    own: int = 0
    programme: int = 0
    other: int = 0

    def add(self, said: Sequence[Said | None]) -> None:
        self.parties += 1
        self.own += any(one and one.is_own for one in said)
        self.programme += any(one and one.provenance is Provenance.EDITORIAL for one in said)
        self.other += any(one and one.provenance is Provenance.IMPORT for one in said)


def _about_real(real: _Makeup) -> str:
    if not real.parties:
        return ""
    if not (real.own or real.programme or real.other):
        return _("Noch ist keine Position einer Partei belegt.")
    if real.own == 0:
        return " ".join([_programmes(real), _none_answered(real)]).strip()
    own = words.capital(words.number(real.own))
    if real.parties == 1:
        sentence = _("Die Partei hat selbst geantwortet.")
    elif real.own == real.parties:
        sentence = _(
            "Alle %(count)s Parteien haben selbst geantwortet.", count=words.number(real.own)
        )
    elif real.own == 1:
        sentence = _(
            "Eine von %(all)s Parteien hat selbst geantwortet.", all=words.number(real.parties)
        )
    else:
        sentence = _(
            "%(own)s von %(all)s Parteien haben selbst geantwortet.",
            own=own,
            all=words.number(real.parties),
        )
    if real.programme and not real.other:
        sentence += " " + _("Alle übrigen Antworten hat die Redaktion aus Programmen entnommen.")
    return sentence


def _programmes(real: _Makeup) -> str:
    if real.programme == 1:
        return _("Aus dem Programm einer Partei.")
    if real.programme:
        return _("Aus den Programmen von %(count)s Parteien.", count=words.number(real.programme))
    return _("Aus anderen Quellen übernommen.")


def _none_answered(real: _Makeup) -> str:
    if real.parties == 1:
        return _("Selbst geantwortet hat sie noch nicht.")
    return _("Noch hat keine selbst geantwortet.")


def _about_invented(invented: _Makeup) -> str:
    if not invented.parties:
        return ""
    if invented.parties == 1:
        there = _("Eine Partei ist für die Vorführung erfunden.")
        answered = _("Sie hat geantwortet.")
    else:
        there = _(
            "%(count)s Parteien sind für die Vorführung erfunden.",
            count=words.capital(words.number(invented.parties)),
        )
        answered = (
            _("Eine von ihnen hat geantwortet.")
            if invented.own == 1
            else _(
                "%(count)s von ihnen haben geantwortet.",
                count=words.capital(words.number(invented.own)),
            )
        )
    return f"{there} {answered}" if invented.own else there


def publication(moment: datetime | None, now: datetime, theses: Sequence[ThesisView]) -> str:
    """What is true of the common publication: ahead, past, or nothing to say."""
    if moment is None:
        return ""
    if moment > now:
        return _(
            "Eigene Antworten der Parteien werden am %(when)s gemeinsam veröffentlicht.",
            when=words.minute(moment),
        )
    said = [answer.said for thesis in theses for answer in thesis.answers if answer.said]
    if any(one.is_own for one in said):
        return _(
            "Eigene Antworten der Parteien sind seit %(when)s öffentlich; "
            "spätere Berichtigungen bleiben sichtbar.",
            when=words.minute(moment),
        )
    return ""
