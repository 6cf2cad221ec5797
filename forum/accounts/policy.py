"""Conditions on people that the rules of other packages share."""

from typing import Any

from flask_babel import lazy_gettext as _l

from forum.kernel.policy import condition


@condition(
    _l(
        "Politische Meinungen sind besonders geschützte Daten: Bevor Sie schreiben oder abstimmen, "
        "brauchen wir Ihre ausdrückliche Einwilligung. Sie finden sie unter „Mein Konto“."
    )
)
def has_consented(actor: Any, _subject: object) -> bool:
    """Agreed to the text `einwilligung` (Art. 9 Abs. 2 lit. a DSGVO), and has not withdrawn it."""
    return getattr(actor, "consent_version", None) is not None
