"""The mails of the moderation."""

from flask import current_app
from flask_babel import gettext as _

from forum.deliberation.described import Described
from forum.moderation.models import Report
from forum.moderation.words import reason_word


def address_of(subject_id: int) -> str:
    """Where a contribution stands, as an address for mails."""
    return f"{current_app.config['FORUM'].BASE_URL}/stelle/{subject_id}"


def receipt_letter(report: Report, subject: Described) -> str:
    """What a reporter reads at once."""
    return _(
        "Guten Tag,\n\n"
        "Ihre Meldung %(receipt)s zu %(what)s (Empfehlung „%(title)s“) ist eingegangen.\n"
        "%(link)s\n\n"
        "Grund: %(reason)s\n\n"
        "Die Moderation liest jede Meldung selbst und entscheidet in der Regel binnen 24 Stunden. "
        "Sie erhalten die Entscheidung mit ihrer Begründung an diese Adresse.\n\n"
        "Forum Industriepolitik",
        receipt=report.receipt,
        what=subject.label,
        title=subject.title,
        link=address_of(subject.id),
        reason=reason_word(report.reason),
    )
