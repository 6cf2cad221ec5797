"""Who may see which answers, and who may draft, request, approve and return them."""

from datetime import datetime
from typing import Any, Protocol

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from forum.accounts.models import Role
from forum.kernel import approval, clock
from forum.kernel.approval import DraftState
from forum.kernel.policy import Condition, Rule, condition
from forum.positions import words
from forum.positions.models import PositionVersion
from forum.recommendations.models import Act, Consultation
from forum.recommendations.policy import closed_sentence, is_open


def public(now: datetime) -> ColumnElement[bool]:
    """THE condition under which anybody may read a version: pages, search and counts share it.

    Publication is the clock's. Whether the sweep has already decrypted a version does not matter.
    The version that counts is the one published last (`latest_first`).
    """
    return PositionVersion.published_at <= now


def latest_first() -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The order in which the first public version of a position is the one that stands."""
    return PositionVersion.published_at.desc(), PositionVersion.number.desc()


class Place(Protocol):
    """A thesis as one party answers it: what the rules of the desk are asked about."""

    @property
    def consultation(self) -> Consultation: ...
    @property
    def party_id(self) -> int: ...
    @property
    def state(self) -> DraftState | None: ...
    @property
    def author_id(self) -> int | None: ...


def answering_is_open(consultation: Consultation, now: datetime | None = None) -> bool:
    """Whether parties may write now: before publication, or after it to correct and answer late."""
    moment = now or clock.now()
    return any(is_open(consultation, act, moment) for act in (Act.ANSWER_THESES, _AFTER))


_AFTER = Act.CORRECT_ANSWERS


def published_from(consultation: Consultation, now: datetime) -> datetime:
    """From when an answer approved at `now` is public: the common minute, later at once."""
    common = consultation.positions_published_at
    assert common is not None, "has_common_minute is asked first"  # noqa: S101
    return max(common, now)


def _closed(_actor: Any, place: Place) -> str:
    consultation, now = place.consultation, clock.now()
    sentence = closed_sentence(consultation, Act.ANSWER_THESES)
    ahead = [
        phase.starts_at
        for phase in consultation.phases
        if _AFTER in phase.acts and phase.starts_at > now
    ]
    begun = any(
        phase.starts_at <= now for phase in consultation.phases if Act.ANSWER_THESES in phase.acts
    )
    if ahead and begun:
        return " ".join(
            [
                sentence,
                _(
                    "Berichtigen und nachreichen können Sie ab dem %(when)s.",
                    when=words.minute(min(ahead)),
                ),
            ]
        )
    return sentence


answering = Condition(lambda _actor, place: answering_is_open(place.consultation), _closed)
answering.holds.__name__ = "answering_is_open"


@condition(
    _l("Für diese Konsultation steht noch nicht fest, wann Positionen veröffentlicht werden.")
)
def has_common_minute(_actor: Any, place: Place) -> bool:
    return place.consultation.positions_published_at is not None


@condition(_l("Ihr Konto gehört zu keiner Partei."))
def has_a_party(actor: Any, _place: object) -> bool:
    return actor.party_id is not None


@condition(_l("Sie vertreten eine andere Partei."))
def is_of_this_party(actor: Any, place: Place) -> bool:
    return actor.party_id is not None and bool(actor.party_id == place.party_id)


is_submitted = approval.is_submitted(_l("Für diese These ist keine Freigabe angefragt."))
is_second_person = approval.is_second_person(
    _l(
        "Sie haben diesen Text selbst entworfen. "
        "Freigeben kann ihn nur eine zweite Person Ihrer Partei."
    )
)
is_not_the_author = approval.is_second_person(
    _l("Sie haben diesen Text selbst entworfen. Sie können ihn ändern, ohne ihn zurückzugeben.")
)


_PARTIES_ONLY = _l("Das können nur die bestätigten Vertretungen der Parteien.")

DESK = Rule("position.desk", {Role.PARTY}, has_a_party, refusal=_PARTIES_ONLY)
DRAFT = Rule(
    "position.draft",
    {Role.PARTY},
    is_of_this_party,
    answering,
    has_common_minute,
    refusal=_PARTIES_ONLY,
)
SUBMIT = Rule(
    "position.submit",
    {Role.PARTY},
    is_of_this_party,
    answering,
    has_common_minute,
    refusal=_PARTIES_ONLY,
)
APPROVE = Rule(
    "position.approve",
    {Role.PARTY},
    is_of_this_party,
    answering,
    has_common_minute,
    is_submitted,
    is_second_person,
    refusal=_PARTIES_ONLY,
)
RETURN = Rule(
    "position.return",
    {Role.PARTY},
    is_of_this_party,
    answering,
    is_submitted,
    is_not_the_author,
    refusal=_PARTIES_ONLY,
)
