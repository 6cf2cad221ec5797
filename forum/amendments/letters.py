"""What proposers read of the decision on what they proposed."""

from flask_babel import gettext as _

from forum.amendments.models import Amendment, AmendmentDecision, AmendmentState
from forum.amendments.reading import name
from forum.kernel import identity
from forum.kernel.letters import address_of
from forum.recommendations.models import Recommendation


def outcome_word(state: AmendmentState) -> str:
    """An outcome as a sentence says it."""
    return {
        AmendmentState.ACCEPTED: _("übernommen"),
        AmendmentState.PARTLY: _("teilweise übernommen"),
        AmendmentState.DECLINED: _("abgelehnt"),
    }[state]


def decided(
    recommendation: Recommendation, amendment: Amendment, decision: AmendmentDecision
) -> tuple[str, str]:
    """What became of it, why, and where it stands."""
    outcome = outcome_word(decision.outcome)
    link = address_of(f"/empfehlungen/{recommendation.slug}/aenderungen/{amendment.number}")
    words = (
        _(
            "\n\nSo soll der Text lauten:\n%(heading)s\n%(text)s",
            heading=decision.final_heading,
            text=decision.final_text,
        )
        if decision.final_text
        else ""
    )
    subject = _("Ihr %(name)s: %(outcome)s", name=name(amendment.number), outcome=outcome)
    return subject, _(
        "Guten Tag,\n\n"
        "die Redaktion hat über Ihren %(name)s zur Empfehlung „%(title)s“ entschieden: "
        "%(outcome)s.\n\nBegründung: %(reason)s%(words)s\n\n%(link)s\n\n%(house)s",
        name=name(amendment.number),
        title=recommendation.short_title,
        outcome=outcome,
        reason=decision.reason,
        words=words,
        link=link,
        house=identity.name(),
    )
