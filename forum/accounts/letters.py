"""The mails about accounts. Each gives its subject and its body around one link."""

from flask import current_app
from flask_babel import gettext as _

Letter = tuple[str, str]

GREETING = "Forum Industriepolitik"


def _letter(subject: str, *paragraphs: str) -> Letter:
    return subject, "\n\n".join((_("Guten Tag,"), *paragraphs, GREETING))


def address_of(path: str) -> str:
    """A page of ours as it stands in a mail."""
    return f"{current_app.config['FORUM'].BASE_URL.rstrip('/')}{path}"


def sign_in(link: str) -> Letter:
    """To somebody who asked for a link to sign in."""
    return _letter(
        _("Ihr Anmeldelink"),
        _("mit diesem Link melden Sie sich an:"),
        link,
        _(
            "Er gilt 15 Minuten und einmal, auch auf einem anderen Gerät. Auf der Seite, die er "
            "öffnet, drücken Sie den Knopf „Jetzt anmelden“."
        ),
        _(
            "Sie haben keinen Link angefordert? Dann tun Sie nichts: Ohne diese E-Mail kommt "
            "niemand in Ihr Konto."
        ),
    )


def no_account(registering: str) -> Letter:
    """To an address that nobody can sign in with, when somebody tried."""
    return _letter(
        _("Zu dieser Adresse gibt es kein Konto"),
        _(
            "jemand wollte sich mit dieser Adresse anmelden. Zu ihr gibt es kein Konto, mit dem "
            "das geht."
        ),
        _(
            "Waren Sie das, dann nehmen Sie die Adresse, mit der Sie sich registriert haben, oder "
            "registrieren Sie sich hier:"
        ),
        registering,
        _("Waren Sie es nicht, dann tun Sie nichts. Wir haben Ihre Adresse nicht gespeichert."),
    )


def reset(link: str) -> Letter:
    """To somebody who has forgotten their password."""
    return _letter(
        _("Neues Passwort setzen"),
        _("mit diesem Link setzen Sie ein neues Passwort:"),
        link,
        _("Er gilt eine Stunde und einmal. Danach sind alle anderen Sitzungen beendet."),
        _("Sie haben das nicht angefordert? Dann tun Sie nichts: Ihr bisheriges Passwort bleibt."),
    )


def password_changed() -> Letter:
    """To the holder of an account, when its password has changed."""
    return _letter(
        _("Ihr Passwort wurde geändert"),
        _("das Passwort Ihres Kontos wurde soeben geändert. Alle anderen Sitzungen sind beendet."),
        _("Waren Sie das nicht? Setzen Sie sofort ein neues Passwort:"),
        address_of("/passwort-vergessen"),
    )
