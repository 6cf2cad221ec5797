"""What people type to follow by mail, and which mails they choose: its shape."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask_babel import gettext as _

from forum.accounts.addresses import is_address
from forum.following.models import Pace
from forum.following.queries import TOPICS
from forum.kernel import html

PACES = (Pace.AT_ONCE, Pace.DAILY, Pace.WEEKLY)


@dataclass
class MailForm:
    """An address that wants to follow."""

    email: str = ""
    pace: str = Pace.DAILY
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, sent: Mapping[str, str]) -> "MailForm":
        """What was sent, checked."""
        form = cls(pace=sent.get("pace", ""))
        try:
            form.email = html.plain(sent.get("email", ""))[:500]
        except ValueError:
            form.email = ""
        if not is_address(form.email):
            form.errors["email"] = _(
                "Geben Sie die Adresse vollständig ein, zum Beispiel name@beispiel.de."
            )
        if form.pace not in PACES:
            form.pace = Pace.DAILY
            form.errors["pace"] = _("Wählen Sie, wie oft wir schreiben sollen.")
        return form


@dataclass
class SettingsForm:
    """Which mails somebody with an account wants."""

    pace: Pace
    follows_own: bool
    mails: frozenset[str]

    @classmethod
    def of(cls, sent: Mapping[str, str]) -> "SettingsForm | None":
        """What was sent; None where no pace was chosen that there is."""
        if sent.get("pace") not in set(Pace):
            return None
        return cls(
            Pace(sent["pace"]),
            sent.get("follows_own") == "1",
            frozenset(topic for topic in TOPICS if sent.get(topic) == "1"),
        )


def pace_words() -> list[tuple[str, str]]:
    """The paces as people choose them."""
    return [
        (Pace.AT_ONCE.value, _("sofort")),
        (Pace.DAILY.value, _("einmal am Tag")),
        (Pace.WEEKLY.value, _("einmal in der Woche")),
        (Pace.NEVER.value, _("nie")),
    ]


def topic_words() -> list[tuple[str, str]]:
    """What mails can be about."""
    return [
        ("mails_replies", _("Antworten auf Ihre Beiträge")),
        ("mails_comments", _("Neue Beiträge, wo Sie folgen")),
        ("mails_texts", _("Neue Fassungen, Entscheidungen und Zusammenfassungen, wo Sie folgen")),
        ("mails_positions", _("Antworten der Parteien, denen Sie folgen")),
    ]
