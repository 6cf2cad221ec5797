"""Conditions on people that the rules of other packages share."""

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _l

from forum.kernel.errors import NotPermitted
from forum.kernel.policy import Decision, condition


@condition(
    _l(
        "Politische Meinungen sind besonders geschützte Daten: Bevor Sie schreiben oder abstimmen, "
        "brauchen wir Ihre ausdrückliche Einwilligung. Sie finden sie unter „Mein Konto“."
    )
)
def has_consented(actor: Any, _subject: object) -> bool:
    """Agreed to the text `einwilligung` (Art. 9 Abs. 2 lit. a DSGVO), and has not withdrawn it."""
    return getattr(actor, "consent_version", None) is not None


_intake: list[Callable[[], Decision]] = []


def intake_asks(question: Callable[[], Decision]) -> Callable[[], Decision]:
    """Have `intake` ask this too; called once by whoever may say that nobody can come yet."""
    _intake.append(question)
    return question


def require_intake() -> None:
    """Raise with the sentence while nobody may come in."""
    decision = intake()
    if not decision:
        raise NotPermitted(decision.reason or _l("Zurzeit kann sich niemand registrieren."))


def intake() -> Decision:
    """Whether real people may come in: asked by registration and by invitations. Default: yes."""
    return next((no for question in _intake if not (no := question())), Decision(True))
