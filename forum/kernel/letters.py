"""How a mail is written: who it is from, and why it came (law: each mail has its purpose)."""

from flask import current_app
from flask_babel import gettext as _

from forum.kernel import identity

Letter = tuple[str, str]
"""Subject and body."""


def letter(subject: str, *paragraphs: str, why: str = "") -> Letter:
    """A mail with its greeting and signature. `why` it came: to the holder of an account, if empty.

    What is written so without more is what its reader has to get; mails about news can be ended
    and are put into the outbox by `mail.post_late`.
    """
    why = why or _("Sie bekommen diese E-Mail, weil Sie hier ein Konto haben.")
    body = (_("Guten Tag,"), *paragraphs, identity.name(), f"-- \n{why}")
    return subject, "\n\n".join(body)


def address_of(path: str) -> str:
    """A page of ours as it stands in a mail."""
    return f"{current_app.config['FORUM'].BASE_URL.rstrip('/')}{path}"
