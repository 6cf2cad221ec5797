"""Whether this installation may take in real people: what the law asks for before (L1 to L3).

The demo is exempt: its people are invented, and it says so on every page.
"""

import re
from dataclasses import dataclass

from flask import current_app
from flask_babel import gettext as _

from forum.config import Config
from forum.site import queries

CONSENT, PRIVACY = "einwilligung", "datenschutz"


@dataclass(frozen=True)
class Point:
    """One thing that has to be there, and where it is mended."""

    title: str
    is_done: bool
    sentence: str = ""
    """What is missing, and what to do."""
    endpoint: str = ""
    slug: str = ""
    """Of the text it is about."""


def law_points() -> list[Point]:
    """What has to be settled before people are taken in, each with a sentence."""
    config: Config = current_app.config["FORUM"]
    if not config.is_production:
        return [
            Point(_("Vorführung: Impressum, Einwilligung und Mails werden nicht geprüft"), True)
        ]
    texts = queries.published_texts()
    mails = queries.mails()
    return [
        _point(
            _("Impressum vollständig"),
            is_imprint(config.IMPRINT),
            _(
                "Name, Anschrift mit Postleitzahl, Vertretung und E-Mail-Adresse gehören in die "
                "Einstellung FORUM_IMPRINT (§ 5 DDG); die Person, die den Server betreibt, trägt "
                "sie ein."
            ),
            "site.imprint",
        ),
        _point(
            _("Verantwortliche Person genannt"),
            bool(config.RESPONSIBLE_PERSON.strip()),
            _(
                "Name und Anschrift gehören in die Einstellung FORUM_RESPONSIBLE_PERSON "
                "(§ 18 Abs. 2 MStV)."
            ),
            "site.imprint",
        ),
        _point(
            _("Datenschutzerklärung veröffentlicht"),
            PRIVACY in texts,
            _("Schreiben Sie die Seite „Datenschutz“, und veröffentlichen Sie sie."),
            slug=PRIVACY,
        ),
        _point(
            _("Einwilligung veröffentlicht"),
            CONSENT in texts,
            _(
                "Ohne den Text „einwilligung“ kann niemand einwilligen, und ohne Einwilligung "
                "darf niemand schreiben (Art. 9 DSGVO). Veröffentlichen Sie ihn."
            ),
            slug=CONSENT,
        ),
        _point(
            _("Mails gehen hinaus"),
            bool(config.SMTP_URL) and mails.stuck == 0,
            _(
                "%(n)s Mails sind seit über einer Stunde nicht zugestellt. Die Person, die den "
                "Server betreibt, sieht mit „forum doctor“, woran es liegt.",
                n=mails.stuck,
            )
            if mails.stuck
            else _("Es ist kein Mailserver eingestellt (FORUM_SMTP_URL)."),
        ),
        _point(
            _("Keine erfundenen Personen"),
            not mails.has_demo,
            _("In dieser Datenbank stehen Daten der Vorführung. Beginnen Sie mit einer leeren."),
        ),
    ]


def _point(title: str, is_done: bool, sentence: str, endpoint: str = "", slug: str = "") -> Point:
    return Point(title, is_done, "" if is_done else sentence, endpoint, slug)


def is_imprint(words: str) -> bool:
    """Whether an imprint names at least an address with postcode and a mail address."""
    return bool(re.search(r"\b\d{5}\b", words) and re.search(r"\S+@\S+\.\S+", words))


def refusal() -> str:
    """Why nobody can be taken in yet; empty when everything is settled."""
    missing = [one.title for one in law_points() if not one.is_done]
    if not missing:
        return ""
    return _(
        "Hier können sich noch keine Menschen anmelden: Vorher fehlt noch etwas, was das Recht "
        "verlangt (%(missing)s). Die Redaktion sieht unter „Bis zur Eröffnung“, was zu tun ist.",
        missing=", ".join(missing),
    )
