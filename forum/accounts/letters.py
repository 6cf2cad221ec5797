"""The mails about accounts. Each gives its subject and its body around one link."""

from flask_babel import gettext as _

from forum.kernel.letters import Letter, address_of, letter


def _asked_for() -> str:
    return _("Sie bekommen diese E-Mail, weil jemand diese Adresse bei uns eingegeben hat.")


def sign_in(link: str) -> Letter:
    """To somebody who asked for a link to sign in."""
    return letter(
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
        why=_asked_for(),
    )


def no_account(registering: str) -> Letter:
    """To an address that nobody can sign in with, when somebody tried."""
    return letter(
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
        why=_asked_for(),
    )


def reset(link: str) -> Letter:
    """To somebody who has forgotten their password."""
    return letter(
        _("Neues Passwort setzen"),
        _("mit diesem Link setzen Sie ein neues Passwort:"),
        link,
        _("Er gilt eine Stunde und einmal. Danach sind alle anderen Sitzungen beendet."),
        _("Sie haben das nicht angefordert? Dann tun Sie nichts: Ihr bisheriges Passwort bleibt."),
        why=_asked_for(),
    )


def password_changed() -> Letter:
    """To the holder of an account, when its password has changed."""
    return letter(
        _("Ihr Passwort wurde geändert"),
        _("das Passwort Ihres Kontos wurde soeben geändert. Alle anderen Sitzungen sind beendet."),
        _("Waren Sie das nicht? Setzen Sie sofort ein neues Passwort:"),
        address_of("/passwort-vergessen"),
    )


def confirm_registration(link: str) -> Letter:
    """To an address that somebody wants to register with."""
    return letter(
        _("Bestätigen Sie Ihre Registrierung"),
        _("mit diesem Link bestätigen Sie Ihre Adresse; dann wird Ihr Konto angelegt:"),
        link,
        _(
            "Er gilt sieben Tage und einmal, auch auf einem anderen Gerät. Bestätigen Sie nicht, "
            "löschen wir Ihre Angaben nach diesen sieben Tagen."
        ),
        _("Sie haben sich nicht registriert? Dann tun Sie nichts."),
        why=_asked_for(),
    )


def account_exists(link: str) -> Letter:
    """To somebody who registers with an address that has an account."""
    return letter(
        _("Sie haben schon ein Konto"),
        _(
            "jemand wollte sich mit dieser Adresse registrieren. Zu ihr gibt es schon ein Konto. "
            "Mit diesem Link melden Sie sich an:"
        ),
        link,
        _("Er gilt 15 Minuten und einmal. Danach hilft „Anmeldelink per E-Mail schicken“."),
        _("Waren Sie das nicht, dann tun Sie nichts. An Ihrem Konto hat sich nichts geändert."),
        why=_asked_for(),
    )


def account_locked() -> Letter:
    """To somebody whose account was locked, when they register anew."""
    return letter(
        _("Ihr Konto ist gesperrt"),
        _(
            "jemand wollte sich mit dieser Adresse registrieren. Das Konto zu dieser Adresse ist "
            "gesperrt. An wen Sie sich wenden, steht im Impressum:"
        ),
        address_of("/impressum"),
        why=_asked_for(),
    )


def welcome(link: str) -> Letter:
    """To somebody whose account was just made, with the way to withdraw the consent."""
    return letter(
        _("Ihr Konto ist angelegt"),
        _(
            "Ihr Konto ist angelegt. Als Nächstes bestätigt Ihre Organisation oder die "
            "Administration, dass Sie dazugehören. Dann erscheint, was Sie geschrieben haben, und "
            "Sie können abstimmen."
        ),
        _(
            "Heben Sie diese E-Mail auf. Mit diesem Link widerrufen Sie Ihre Einwilligung "
            "jederzeit, auch ohne Anmeldung:"
        ),
        link,
        _("Worin Sie eingewilligt haben, steht hier:"),
        address_of("/einwilligung"),
    )


def missing_organisation(name: str, wish: str) -> Letter:
    """To those who keep the list of organisations."""
    return letter(
        _("Eine Organisation fehlt in der Liste"),
        _(
            "%(name)s hat sich registriert und die eigene Organisation nicht in der Liste "
            "gefunden. Angegeben ist:",
            name=name,
        ),
        wish,
        _(
            "Tragen Sie sie ein oder ordnen Sie die Person einer anderen zu, bevor jemand sie "
            "bestätigt."
        ),
        why=_("Sie bekommen diese E-Mail, weil Sie die Liste der Organisationen führen."),
    )


def confirm_address(link: str) -> Letter:
    """To the address that somebody wants to have from now on."""
    return letter(
        _("Bestätigen Sie Ihre neue Adresse"),
        _("mit diesem Link bestätigen Sie, dass diese Adresse ab jetzt zu Ihrem Konto gehört:"),
        link,
        _("Er gilt 24 Stunden und einmal. Bis dahin gilt Ihre bisherige Adresse."),
        _("Sie haben das nicht angefordert? Dann tun Sie nichts."),
        why=_asked_for(),
    )


def address_taken() -> Letter:
    """To an address that has an account, when another one asks for it."""
    return letter(
        _("Diese Adresse gehört schon zu einem Konto"),
        _(
            "jemand wollte diese Adresse für ein anderes Konto eintragen. Das geht nicht, denn sie "
            "gehört schon zu Ihrem. Geändert hat sich nichts."
        ),
        _("Haben Sie zwei Konten, dann melden Sie sich mit dieser Adresse an:"),
        address_of("/anmelden"),
        why=_asked_for(),
    )


def address_asked(recovering: str) -> Letter:
    """To the address an account has, when another was asked for."""
    return letter(
        _("Für Ihr Konto wurde eine neue Adresse eingetragen"),
        _(
            "für Ihr Konto wurde eine neue E-Mail-Adresse eingetragen. Sie gilt, sobald sie "
            "bestätigt ist; dann bekommen Sie hier keine E-Mails mehr."
        ),
        _(
            "Waren Sie das nicht? Setzen Sie sofort ein neues Passwort. Damit wird auch der Link "
            "ungültig, der die neue Adresse bestätigt:"
        ),
        recovering,
    )


def address_changed() -> Letter:
    """To the address that an account had until now."""
    return letter(
        _("Ihre Adresse wurde geändert"),
        _(
            "Ihr Konto hat jetzt die neue Adresse, die Sie eingetragen und bestätigt haben. An "
            "diese hier schreiben wir nicht mehr."
        ),
        _("Waren Sie das nicht? An wen Sie sich wenden, steht im Impressum:"),
        address_of("/impressum"),
    )
