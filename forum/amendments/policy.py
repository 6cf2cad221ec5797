"""Who may propose changes, revise and withdraw them."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from forum.accounts.models import Role
from forum.accounts.policy import has_consented
from forum.amendments.models import (
    Amendment,
    AmendmentState,
    AmendmentWording,
    DissentKind,
    Motion,
)
from forum.ballots.figures import BenchFigure
from forum.ballots.policy import Votable, ask_also, is_confirmed
from forum.kernel.policy import Rule, asks_everyone, condition
from forum.recommendations.models import Act, Consultation, Subject, SubjectKind
from forum.recommendations.policy import phase_opens


@dataclass(frozen=True)
class Floor:
    """A text that somebody wants to change."""

    consultation: Consultation


@dataclass(frozen=True)
class Standing:
    """An amendment that somebody wants to revise or withdraw."""

    consultation: Consultation
    author_id: int
    state: AmendmentState
    is_hidden: bool = False


def _only_members(actor: Any, _subject: object) -> str:
    if Role.PARTY in actor.roles:
        return _("Parteivertretungen ändern den Text nicht. Sie antworten auf die Thesen.")
    if actor.is_staff:
        return _(
            "Moderation, Redaktion und Administration schlagen keine Änderungen vor: Sie "
            "entscheiden darüber."
        )
    return _("Änderungen schlagen Mitglieder vor.")


@condition(_only_members)
def speaks_for_members(actor: Any, _subject: object) -> bool:
    """Neither staff nor a party's representative, whatever other roles the account holds."""
    return not actor.is_staff and actor.party_id is None


@condition(
    _l(
        "Ihre Mitgliedschaft ist noch nicht bestätigt. Änderungen vorschlagen können Sie danach; "
        "Beiträge schreiben Sie schon jetzt."
    )
)
def is_confirmed_member(actor: Any, _subject: object) -> bool:
    """Somebody vouches for them: an amendment stands in public at once."""
    return actor.member_since is not None


@condition(_l("Das ist nicht Ihr Änderungsvorschlag."))
def is_proposer(actor: Any, subject: Standing) -> bool:
    """The one who filed it."""
    return subject.author_id == actor.id


@condition(_l("Über diesen Vorschlag ist schon entschieden, oder er ist zurückgezogen."))
def is_under_review(_actor: Any, subject: Standing) -> bool:
    """Nothing has become of it yet."""
    return subject.state is AmendmentState.UNDER_REVIEW


@condition(_l("Der Vorschlag ist ausgeblendet und lässt sich nicht ändern."))
def is_not_hidden(_actor: Any, subject: Standing) -> bool:
    """Moderation has not hidden its motion."""
    return not subject.is_hidden


FILE = Rule(
    "amendment.file",
    [Role.MEMBER],
    phase_opens(Act.AMEND),
    speaks_for_members,
    is_confirmed_member,
    has_consented,
    refusal=_only_members,
)
REVISE = Rule(
    "amendment.revise",
    [Role.MEMBER],
    phase_opens(Act.AMEND),
    is_proposer,
    is_under_review,
    is_not_hidden,
    has_consented,
    refusal=_l("Das ist nicht Ihr Änderungsvorschlag."),
)
# Taking back what one has proposed is possible in any phase, as long as nothing is decided.
WITHDRAW = Rule(
    "amendment.withdraw",
    [Role.MEMBER],
    is_proposer,
    is_under_review,
    refusal=_l("Das ist nicht Ihr Änderungsvorschlag."),
)


@condition(
    _l(
        "Über diesen Wortlaut wird nicht mehr abgestimmt: Er wurde überarbeitet, zurückgezogen "
        "oder ausgeblendet, oder es ist darüber entschieden."
    )
)
@asks_everyone
def is_the_open_wording(_actor: Any, subject: Votable) -> bool:
    """The newest wording of an amendment under review."""
    return subject.facts.get("open_amendment") is not None


_later = aliased(AmendmentWording)
ask_also(
    SubjectKind.AMENDMENT_WORDING,
    is_the_open_wording,
    ends=True,
    open_amendment=select(Amendment.id)
    .join(AmendmentWording, AmendmentWording.amendment_id == Amendment.id)
    .join(Motion, Motion.id == Amendment.motion_id)
    .where(
        AmendmentWording.id == Subject.id,
        Amendment.state == AmendmentState.UNDER_REVIEW,
        Motion.hidden_reason.is_(None),
        AmendmentWording.number
        == select(func.max(_later.number))
        .where(_later.amendment_id == Amendment.id)
        .correlate(Amendment)
        .scalar_subquery(),
    )
    .correlate(Subject)
    .scalar_subquery(),
)


def votable(consultation: Consultation, amendment_id: int, *, is_open: bool) -> Votable:
    """A wording as the rule `ballot.amendment_wording` sees it, from what a page has read."""
    facts = {"open_amendment": amendment_id if is_open else None}
    return Votable(SubjectKind.AMENDMENT_WORDING, consultation, facts=facts)


@dataclass(frozen=True)
class Case:
    """What the Redaktion is about to decide on."""

    consultation: Consultation
    author_id: int
    organisation_id: int | None
    """Of the proposer, on the day it was filed."""
    decided_by_id: int | None = None
    """Who has decided already, where a second person is asked."""


@condition(
    _l(
        "Über einen Vorschlag der eigenen Organisation entscheidet niemand. Überlassen Sie das "
        "jemand anderem aus der Redaktion."
    )
)
def is_not_of_the_proposers(actor: Any, case: Case) -> bool:
    """Neither the proposer nor anybody of the proposer's organisation."""
    if case.author_id == actor.id:
        return False
    return case.organisation_id is None or case.organisation_id != actor.organisation_id


@condition(
    _l(
        "Drei oder mehr Bänke stimmen dem Vorschlag mehrheitlich zu. Ihre Ablehnung gilt erst, "
        "wenn eine zweite Person der Redaktion zustimmt."
    )
)
def is_somebody_else(actor: Any, case: Case) -> bool:
    """The second pair of eyes."""
    return case.decided_by_id != actor.id


DESK = Rule("amendment.desk", [Role.EDITOR])
DECIDE = Rule(
    "amendment.decide",
    [Role.EDITOR],
    phase_opens(Act.DECIDE_AMENDMENTS),
    is_not_of_the_proposers,
)
# As long as people can vote: whoever does not want their agreement carried can take it back.
MERGE = Rule(
    "amendment.merge",
    [Role.MODERATOR, Role.EDITOR],
    phase_opens(Act.VOTE_AMENDMENT),
    is_not_of_the_proposers,
    refusal=_l("Vorschläge führt die Moderation oder die Redaktion zusammen."),
)
CONFIRM = Rule(
    "amendment.confirm",
    [Role.EDITOR],
    phase_opens(Act.DECIDE_AMENDMENTS),
    is_not_of_the_proposers,
    is_somebody_else,
)


@dataclass(frozen=True)
class Outvoted:
    """What was decided on an amendment, as somebody who may contradict it sees it."""

    consultation: Consultation
    state: AmendmentState
    is_proposer: bool
    bench: BenchFigure | None
    """Of the one who asks, as published; None for people without a bench that counts."""

    @property
    def kind(self) -> DissentKind:
        """In whose name they would speak."""
        lost = self.state in {AmendmentState.PARTLY, AmendmentState.DECLINED}
        return DissentKind.PROPOSER if self.is_proposer and lost else DissentKind.BENCH

    @property
    def bench_got_its_way(self) -> bool:
        """Whether the published figures show that its bench wanted what was decided."""
        if self.bench is None or self.bench.shares is None:
            return False
        if self.state is AmendmentState.ACCEPTED:
            return bool(self.bench.has_majority)
        return self.state is AmendmentState.DECLINED and self.bench.shares.against > 50


@dataclass(frozen=True)
class Petition:
    """A Sondervotum that somebody wants to sign, or to take back."""

    consultation: Consultation
    author_id: int
    bench_id: int | None
    signed_by: frozenset[int]


@condition(_l("Ein Sondervotum gibt es, sobald über den Vorschlag entschieden ist."))
def is_decided_on(_actor: Any, subject: Outvoted) -> bool:
    """The decision is public."""
    return subject.state in {
        AmendmentState.ACCEPTED,
        AmendmentState.PARTLY,
        AmendmentState.DECLINED,
    }


@condition(
    _l(
        "Ein Sondervotum hinterlässt, wer den Vorschlag eingereicht hat, oder drei Mitglieder "
        "einer Bank. Sie gehören zu keiner Bank mit Stimme."
    )
)
def speaks_for_a_bench(_actor: Any, subject: Outvoted) -> bool:
    """As the proposer, or with a bench that counts."""
    return subject.kind is DissentKind.PROPOSER or subject.bench is not None


@condition(_l("Ihre Bank hat mehrheitlich so gestimmt, wie entschieden wurde."))
def was_outvoted(_actor: Any, subject: Outvoted) -> bool:
    """As the proposer, or with a bench that does not evidently have what it wanted."""
    return subject.kind is DissentKind.PROPOSER or not subject.bench_got_its_way


@condition(_l("Unterschreiben können Mitglieder derselben Bank."))
def is_of_this_bench(actor: Any, petition: Petition) -> bool:
    """Of the bench in whose name it stands."""
    return actor.bench is not None and actor.bench.id == petition.bench_id


@condition(_l("Zurücknehmen kann, wer das Sondervotum verfasst oder unterschrieben hat."))
def stands_beneath_it(actor: Any, petition: Petition) -> bool:
    """Wrote or signed it."""
    return actor.id == petition.author_id or actor.id in petition.signed_by


# Whoever is outvoted may say so as long as the round can be read: no phase ends it.
DISSENT = Rule(
    "amendment.dissent",
    [Role.MEMBER],
    speaks_for_members,
    is_confirmed,
    has_consented,
    is_decided_on,
    speaks_for_a_bench,
    was_outvoted,
    refusal=_l("Ein Sondervotum hinterlassen Mitglieder."),
)
SIGN_DISSENT = Rule(
    "amendment.sign_dissent",
    [Role.MEMBER],
    speaks_for_members,
    is_confirmed,
    has_consented,
    is_of_this_bench,
    refusal=_l("Ein Sondervotum unterschreiben Mitglieder."),
)
WITHDRAW_DISSENT = Rule("amendment.withdraw_dissent", list(Role), stands_beneath_it)
PUBLISH = Rule("amendment.publish", [Role.EDITOR], phase_opens(Act.DECIDE_AMENDMENTS))
