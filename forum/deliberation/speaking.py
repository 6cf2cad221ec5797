"""For whom somebody may answer, and how that stands beside what they write."""

from typing import Any

from flask_babel import gettext as _

from forum.accounts.bylines import Byline, byline
from forum.accounts.models import Role
from forum.deliberation.models import Voice
from forum.deliberation.policy import (
    ANSWER_AS_EDITORIAL,
    ANSWER_AS_PARTY,
    POST,
    Debate,
    PutQuestion,
)
from forum.kernel.policy import Decision
from forum.recommendations.rounds import AnyRound


def voice_of(actor: Any) -> Voice:
    """As what somebody speaks in a thread, whatever other roles the account holds."""
    if Role.PARTY in actor.roles:
        return Voice.PARTY
    return Voice.EDITORIAL if Role.EDITOR in actor.roles else Voice.MEMBER


def may_answer(actor: Any, question: PutQuestion) -> Decision:
    """Whether somebody may write below a comment: members anywhere, others what they are asked."""
    voice = voice_of(actor)
    if voice is Voice.PARTY:
        return ANSWER_AS_PARTY.check(actor, question)
    if voice is Voice.EDITORIAL:
        return ANSWER_AS_EDITORIAL.check(actor, question)
    return POST.check(actor, Debate(question.consultation))


def require(actor: Any, consultation: AnyRound, question: PutQuestion | None) -> Voice:
    """Refuse whoever may not write here; returns for whom they write. None: a first comment."""
    voice = voice_of(actor)
    if question is None or voice is Voice.MEMBER:
        POST.require(actor, Debate(consultation))
    elif voice is Voice.PARTY:
        ANSWER_AS_PARTY.require(actor, question)
    else:
        ANSWER_AS_EDITORIAL.require(actor, question)
    return voice


def byline_of_row(row: Any) -> Byline:
    """How the author of a comment stands beside it.

    `row` has voice, speaking_party, appearance, name, pseudonym, organisation and bench.
    """
    return spoken(
        row.voice,
        row.speaking_party,
        row.appearance,
        row.name,
        row.pseudonym,
        row.organisation,
        row.bench,
    )


def spoken(voice: Voice, party: str | None, *person: Any) -> Byline:
    """The party or the Redaktion where somebody answers for it; else the person, as they chose."""
    if voice is Voice.PARTY:
        return Byline(party or "", _("Antwort der Partei"))
    if voice is Voice.EDITORIAL:
        return Byline(_("Redaktion"), _("Antwort der Redaktion"))
    appearance, name, pseudonym, organisation, bench = person
    return byline(
        appearance, name=name, pseudonym=pseudonym, organisation=organisation, bench=bench
    )
