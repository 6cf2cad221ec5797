"""The mails about one's own account."""

from flask_babel import gettext as _

from forum.kernel import html
from forum.kernel.letters import Letter, address_of, letter
from forum.site.models import TextVersion


def _account() -> str:
    return address_of("/konto")


def agreed(text: TextVersion, link: str) -> Letter:
    """What somebody has agreed to, and how to take it back."""
    return letter(
        _("Ihre Einwilligung"),
        _("Sie haben eingewilligt (Fassung %(number)s):", number=text.number),
        html.text_of(text.html),
        _("Sie können das jederzeit widerrufen, auch ohne sich anzumelden:"),
        link,
    )


def withdrawn(*, erased: bool) -> Letter:
    """That a consent was taken back, and what follows."""
    kept = _("Was Sie geschrieben haben, steht jetzt unter einem Pseudonym.")
    gone = _("Was Sie geschrieben hatten, ist gelöscht.")
    return letter(
        _("Sie haben Ihre Einwilligung widerrufen"),
        _("wir haben Ihren Widerruf erhalten. Schreiben und Abstimmen sind damit angehalten."),
        gone if erased else kept,
        _("Sie können jederzeit neu einwilligen:"),
        _account(),
    )


def export_ready() -> Letter:
    """That a copy of somebody's data is ready."""
    return letter(
        _("Ihre Auskunft ist fertig"),
        _(
            "die Datei mit allem, was wir über Sie gespeichert haben, liegt sieben Tage in Ihrem "
            "Konto. Melden Sie sich an und laden Sie sie herunter:"
        ),
        _account(),
    )


def unused(ends: str) -> Letter:
    """That an account nobody uses will end."""
    return letter(
        _("Ihr Konto wird am %(day)s gelöscht", day=ends),
        _(
            "seit langer Zeit hat sich niemand mehr in Ihrem Konto angemeldet. Wir behalten "
            "Daten nicht länger als nötig und löschen es am %(day)s. Ihre Texte bleiben unter "
            "„Ehemaliges Mitglied“ stehen.",
            day=ends,
        ),
        _("Möchten Sie es behalten, melden Sie sich vorher einmal an:"),
        address_of("/anmelden"),
    )


def leave(link: str) -> Letter:
    """The link behind which an account is erased, for those who use no password."""
    return letter(
        _("Konto löschen: bitte bestätigen"),
        _("Sie möchten Ihr Konto löschen. Auf dieser Seite bestätigen Sie es:"),
        link,
        _("Der Link gilt eine Stunde. Waren Sie das nicht, tun Sie nichts: Ihr Konto bleibt."),
    )
