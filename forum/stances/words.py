"""What a Haltung is called; everywhere the same, because only here."""

from flask_babel import gettext as _

from forum.stances.models import Answer


def answer_word(answer: Answer | None) -> str:
    """As it stands behind the name of the organisation."""
    if answer is None:
        return _("hat ihre Haltung zurückgezogen")
    return {
        Answer.SUPPORTS: _("trägt mit"),
        Answer.RESERVATION: _("trägt mit Vorbehalt"),
        Answer.REJECTS: _("trägt nicht mit"),
    }[answer]


def answers() -> list[tuple[str, str]]:
    """What may be chosen, in the order of the form."""
    return [(answer.value, answer_word(answer)) for answer in Answer]
