"""Who prepares what an organisation says, and who approves it: by the four eyes of the parties."""

from collections.abc import Sequence
from typing import Any, Protocol

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forum.accounts.models import Role
from forum.accounts.policy import has_consented
from forum.kernel import approval
from forum.kernel.approval import DraftState
from forum.kernel.policy import Condition, Rule, asks_everyone, condition
from forum.recommendations.models import Act, Consultation
from forum.recommendations.policy import closed_sentence, is_open


class Place(Protocol):
    """An Abschnitt as one organisation answers it: what the rules are asked about."""

    @property
    def consultation(self) -> Consultation: ...
    @property
    def organisation_id(self) -> int | None: ...
    @property
    def state(self) -> DraftState | None: ...
    @property
    def author_id(self) -> int | None: ...
    @property
    def speakers(self) -> Sequence[Any]: ...
    @property
    def takes_back(self) -> bool: ...
    @property
    def is_overtaken(self) -> bool: ...


@asks_everyone
def _opens(_actor: Any, place: Place) -> bool:
    return getattr(place, "takes_back", False) or is_open(place.consultation, Act.STANCE)


_opens.__name__ = "phase_opens_stance"
# Taking back what one has said is possible in any phase, as for people.
phase_opens_stance = Condition(
    _opens, lambda _actor, place: closed_sentence(place.consultation, Act.STANCE)
)


def _only_members(actor: Any, _place: object) -> str:
    if Role.PARTY in actor.roles:
        return _("Parteivertretungen geben keine Haltung ab. Sie antworten auf die Thesen.")
    return _("Die Haltung einer Organisation bereiten ihre Mitglieder vor.")


@condition(_only_members)
def speaks_for_members(actor: Any, _place: object) -> bool:
    """Neither staff nor a party's representative, whatever other roles the account holds."""
    return not actor.is_staff and actor.party_id is None


@condition(_l("Sie gehören zu keiner Organisation. Eine Haltung geben Organisationen ab."))
def has_an_organisation(actor: Any, _place: object) -> bool:
    """Somebody there is to speak for."""
    return actor.organisation_id is not None


@condition(
    _l(
        "Ihre Mitgliedschaft ist noch nicht bestätigt. Danach sehen Sie, was Ihre Organisation "
        "vorbereitet, und arbeiten daran mit."
    )
)
def is_confirmed_member(actor: Any, _place: object) -> bool:
    """Somebody vouches for them."""
    return actor.member_since is not None


@condition(_l("Sie gehören zu einer anderen Organisation."))
def is_of_this_organisation(actor: Any, place: Place) -> bool:
    """What an organisation prepares is nobody else's business."""
    return actor.organisation_id is not None and actor.organisation_id == place.organisation_id


@condition(_l("Diesen Abschnitt hat der Text nicht mehr."))
def stands_in_the_text(_actor: Any, place: Any) -> bool:
    """There are words to answer to, or an answer to take back."""
    return place.takes_back or place.wording_id is not None


def _names(people: Sequence[Any]) -> str:
    return ", ".join(one.name for one in people)


def _needs_speaker(_actor: Any, place: Place) -> str:
    if not place.speakers:
        return _(
            "Für Ihre Organisation spricht noch niemand. Ihre Ansprechperson benennt, wer "
            "frei gibt."
        )
    return _(
        "Freigeben kann, wer für Ihre Organisation spricht: %(names)s.",
        names=_names(place.speakers),
    )


@condition(_needs_speaker)
def is_speaker(actor: Any, _place: Place) -> bool:
    """Named by the organisation to speak for it, and still so."""
    return bool(actor.is_speaker)


def _own_draft(actor: Any, place: Place) -> str:
    others = [one for one in place.speakers if one.id != actor.id]
    if others:
        return _(
            "Sie haben diesen Text selbst entworfen. Freigeben kann ihn nur eine zweite Person: "
            "%(names)s.",
            names=_names(others),
        )
    return _(
        "Sie haben diesen Text selbst entworfen, und außer Ihnen spricht niemand für Ihre "
        "Organisation. Lassen Sie den Text von jemand anderem schreiben, oder bitten Sie Ihre "
        "Ansprechperson, eine zweite Person zu benennen."
    )


@condition(
    _l(
        "Der Abschnitt lautet inzwischen anders. Prüfen Sie den Entwurf und speichern Sie ihn neu, "
        "dann gilt er für die neue Fassung."
    )
)
def is_to_the_standing_words(_actor: Any, place: Place) -> bool:
    """Nobody approves what was written to other words than people read now."""
    return place.takes_back or not place.is_overtaken


is_submitted = approval.is_submitted(_l("Dafür ist keine Freigabe angefragt."))
is_second_person = approval.is_second_person(_own_draft)
is_not_the_author = approval.is_second_person(
    _l("Sie haben diesen Text selbst entworfen. Sie können ihn ändern, ohne ihn zurückzugeben.")
)

_WHO = (speaks_for_members, has_an_organisation, is_confirmed_member)

DESK = Rule("stance.desk", [Role.MEMBER], *_WHO, refusal=_only_members)
DRAFT = Rule(
    "stance.draft",
    [Role.MEMBER],
    phase_opens_stance,
    *_WHO,
    is_of_this_organisation,
    stands_in_the_text,
    has_consented,
    refusal=_only_members,
)
APPROVE = Rule(
    "stance.approve",
    [Role.MEMBER],
    phase_opens_stance,
    *_WHO,
    is_of_this_organisation,
    is_submitted,
    is_speaker,
    is_second_person,
    is_to_the_standing_words,
    has_consented,
    refusal=_only_members,
)
RETURN = Rule(
    "stance.return",
    [Role.MEMBER],
    *_WHO,
    is_of_this_organisation,
    is_submitted,
    is_speaker,
    is_not_the_author,
    refusal=_only_members,
)
