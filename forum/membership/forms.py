"""What somebody types who follows an invitation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from forum.accounts.addresses import is_address
from forum.accounts.models import Appearance, Organisation
from forum.accounts.registering import lines
from forum.kernel import html
from forum.membership.following import Answer

MAX_NAME, MAX_PSEUDONYM = 120, 60


def no_consent() -> str:
    """Nothing may be kept without consent."""
    return _("Ohne Ihre Einwilligung können wir kein Konto anlegen.")


@dataclass
class InvitedForm:
    """The one form behind an invitation, as typed."""

    name: str = ""
    email: str = ""
    appearance: str = Appearance.NAME_ORGANISATION.value
    pseudonym: str = ""
    is_of_age: bool = False
    consents: bool = False
    consent_version: int = 0
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, values: Mapping[str, str]) -> "InvitedForm":
        """What was sent, cleaned; `check` looks at it."""
        version = values.get("consent_version", "")
        form = cls(
            name=_line(values, "name"),
            email=_line(values, "email"),
            appearance=values.get("appearance", ""),
            pseudonym=_line(values, "pseudonym"),
            is_of_age=bool(values.get("is_of_age")),
            consents=bool(values.get("consents")),
            consent_version=int(version) if version.isdecimal() and len(version) < 10 else 0,
        )
        if form.appearance not in set(Appearance):
            form.appearance = Appearance.NAME_ORGANISATION.value
        return form

    @classmethod
    def again(cls, answer: Answer) -> "InvitedForm":
        """What was typed before the address was proved."""
        return cls(name=answer.name, appearance=answer.appearance.value, pseudonym=answer.pseudonym)

    def check(self, consent_version: int | None, *, with_email: bool, appears: bool) -> bool:
        """Find what is missing; `consent_version` is the text that stands now."""
        if not self.name:
            self.errors["name"] = _("Geben Sie Ihren Namen ein.")
        elif len(self.name) > MAX_NAME:
            self.errors["name"] = _("Kürzen Sie den Namen auf höchstens 120 Zeichen.")
        if with_email and not is_address(self.email):
            self.errors["email"] = _(
                "Geben Sie die Adresse vollständig ein, zum Beispiel name@beispiel.de."
            )
        if appears and self.appearance == Appearance.PSEUDONYM_BENCH and not self.pseudonym:
            self.errors["pseudonym"] = _("Geben Sie das Pseudonym ein, unter dem Sie erscheinen.")
        elif len(self.pseudonym) > MAX_PSEUDONYM:
            self.errors["pseudonym"] = _("Kürzen Sie das Pseudonym auf höchstens 60 Zeichen.")
        if not self.is_of_age:
            self.errors["is_of_age"] = _("Ein Konto gibt es erst ab 16 Jahren.")
        if not self.consents:
            self.errors["consents"] = no_consent()
        elif consent_version is None:
            self.errors["consents"] = _(
                "Der Text der Einwilligung fehlt noch. Versuchen Sie es später."
            )
        elif self.consent_version != consent_version:
            self.consents = False
            self.errors["consents"] = _(
                "Der Text der Einwilligung ist inzwischen ein anderer. Lesen Sie ihn noch einmal."
            )
        return not self.errors

    def answer(self) -> Answer:
        """What was typed, checked before."""
        return Answer(
            name=self.name,
            appearance=Appearance(self.appearance),
            pseudonym=self.pseudonym,
            consent_version=self.consent_version,
            email=self.email,
        )


def appearances(form: InvitedForm, organisation: Organisation | None) -> list[tuple[Any, ...]]:
    """Each way to appear, with its words and the line that others will read."""
    words = {
        Appearance.NAME_ORGANISATION: _("Name und Organisation"),
        Appearance.NAME_BENCH: _("Name und Bank"),
        Appearance.PSEUDONYM_BENCH: _("Pseudonym und Bank"),
    }
    return [
        (kind.value, words[kind], line.name if line else "", line.more if line else "")
        for kind, line in lines(form.name, form.pseudonym, organisation)
    ]


def _line(values: Mapping[str, str], name: str) -> str:
    try:
        return " ".join(html.plain(values.get(name, "")).split())
    except ValueError:
        return ""
