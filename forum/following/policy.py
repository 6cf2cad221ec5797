"""Who may follow what with an account. Without one it takes an address, and nobody is asked."""

from typing import Any

from flask_babel import lazy_gettext as _l

from forum.accounts.models import Role
from forum.kernel.policy import Rule, condition


@condition(_l("Melden Sie sich an, oder folgen Sie per E-Mail."))
def has_account(actor: Any, _subject: object) -> bool:
    """Somebody signed in."""
    return bool(actor.is_authenticated)


@condition(
    _l(
        "Wem oder was Sie folgen, sagt etwas über Ihre Meinung. Wir speichern es, sobald Sie unter "
        "„Ihr Konto“ eingewilligt haben."
    )
)
def has_agreed(actor: Any, _subject: object) -> bool:
    """What members follow is kept only with their consent, as what they write (Art. 9 DSGVO)."""
    return Role.MEMBER not in actor.roles or actor.consent_version is not None


FOLLOW = Rule("following.follow", list(Role), has_account, has_agreed)
