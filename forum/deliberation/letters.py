"""What those who wrote comments read of what came of them."""

from flask_babel import gettext as _

from forum.amendments.letters import outcome_word, place_of
from forum.amendments.reading import name
from forum.deliberation.sources import Told
from forum.kernel.letters import Letter, letter


def came_of(told: Told) -> Letter:
    """What the Redaktion decided on the amendment that was drawn from a comment."""
    outcome = outcome_word(told.decision.outcome)
    amendment = name(told.amendment.number)
    quoted = told.text if len(told.text) <= 500 else told.text[:500].rsplit(" ", 1)[0] + " …"
    return letter(
        _("Was aus Ihrem Beitrag %(n)s wurde: %(outcome)s", n=told.comment, outcome=outcome),
        _(
            "aus Ihrem Beitrag %(n)s zur Empfehlung „%(title)s“ entstand %(name)s. Die Redaktion "
            "hat entschieden: %(outcome)s.",
            n=told.comment,
            title=told.recommendation.short_title,
            name=amendment,
            outcome=outcome,
        ),
        _("Sie schrieben: „%(text)s“", text=quoted),
        _("Begründung: %(reason)s", reason=told.decision.reason),
        place_of(told.recommendation, told.amendment.number),
    )
