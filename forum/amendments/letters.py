"""What proposers read of what became of what they proposed."""

from flask_babel import gettext as _
from flask_babel import ngettext

from forum.amendments.models import Amendment, AmendmentDecision, AmendmentMerge, AmendmentState
from forum.amendments.reading import name
from forum.kernel.letters import Letter, address_of, letter
from forum.recommendations.models import Recommendation


def outcome_word(state: AmendmentState) -> str:
    """An outcome as a sentence says it."""
    return {
        AmendmentState.ACCEPTED: _("übernommen"),
        AmendmentState.PARTLY: _("teilweise übernommen"),
        AmendmentState.DECLINED: _("abgelehnt"),
    }[state]


def place_of(recommendation: Recommendation, number: int) -> str:
    """The address of an amendment, as it stands in a mail."""
    return address_of(f"/empfehlungen/{recommendation.slug}/aenderungen/{number}")


def decided(
    recommendation: Recommendation,
    amendment: Amendment,
    decision: AmendmentDecision,
    *,
    merged: Amendment | None = None,
) -> Letter:
    """What became of it, why, the words that are to enter the text, and where it stands.

    `merged` is the amendment of whom this letter goes to, where it went on as the decided one.
    """
    outcome = outcome_word(decision.outcome)
    own = merged or amendment
    parts = [
        _(
            "die Redaktion hat über Ihren %(name)s zur Empfehlung „%(title)s“ entschieden: "
            "%(outcome)s.",
            name=name(own.number),
            title=recommendation.short_title,
            outcome=outcome,
        )
    ]
    if merged is not None:
        parts.append(
            _(
                "Er ist mit %(name)s zusammengeführt; entschieden wurde über beide gemeinsam.",
                name=name(amendment.number),
            )
        )
    parts.append(_("Begründung: %(reason)s", reason=decision.reason))
    if decision.final_text:
        parts.append(
            _(
                "So soll der Text lauten:\n%(heading)s\n%(text)s",
                heading=decision.final_heading,
                text=decision.final_text,
            )
        )
    parts.append(place_of(recommendation, own.number))
    if decision.outcome is not AmendmentState.ACCEPTED:
        parts.append(
            _(
                "Wenn Sie damit nicht einverstanden sind, können Sie dort ein Sondervotum "
                "hinterlassen. Es bleibt unter dem Abschnitt stehen."
            )
        )
    subject = _("Ihr %(name)s: %(outcome)s", name=name(own.number), outcome=outcome)
    return letter(subject, *parts)


def merged(
    recommendation: Recommendation, duplicate: Amendment, other: Amendment, merge: AmendmentMerge
) -> Letter:
    """That one's amendment goes on as another, with the agreement it had."""
    return letter(
        _(
            "Ihr %(name)s geht in %(other)s auf",
            name=name(duplicate.number),
            other=name(other.number),
        ),
        _(
            "Ihr %(name)s zur Empfehlung „%(title)s“ will dasselbe wie %(other)s. Beide sind "
            "zusammengeführt.",
            name=name(duplicate.number),
            title=recommendation.short_title,
            other=name(other.number),
        ),
        _("Begründung: %(reason)s", reason=merge.reason),
        ngettext(
            "Eine Zustimmung ist mit ihm gegangen.",
            "%(num)s Zustimmungen sind mit ihm gegangen.",
            merge.carried,
        )
        if merge.carried
        else _("Wer ihm zustimmte, hatte über den anderen schon abgestimmt."),
        _(
            "Ihr Vorschlag bleibt lesbar. Wird der andere zurückgezogen, steht Ihrer wieder für "
            "sich zur Abstimmung."
        ),
        place_of(recommendation, other.number),
    )
