"""What people type to register: its shape, and a sentence for each field that needs one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _

from forum.accounts import hashing
from forum.accounts.addresses import is_address
from forum.accounts.models import Appearance, Organisation
from forum.kernel import html
from forum.kernel.web import local_path

NONE, MISSING = "none", "missing"
MAX_NAME, MAX_PSEUDONYM, MAX_WISH = 120, 60, 200


@dataclass
class RegistrationForm:
    """A registration as typed."""

    email: str = ""
    name: str = ""
    organisation: str = ""
    """The number of one, or that one belongs to none, or that it is missing from the list."""
    organisation_wish: str = ""
    appearance: str = Appearance.NAME_ORGANISATION.value
    pseudonym: str = ""
    password: str = field(default="", repr=False)
    is_of_age: bool = False
    consents: bool = False
    consent_version: int = 0
    next: str = ""
    chosen: Organisation | None = None
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, values: Mapping[str, str], organisations: Sequence[Organisation]
    ) -> "RegistrationForm":
        """What was sent, cleaned; `check` looks at it."""
        form = cls(
            email=_clean(values, "email"),
            name=_line(values, "name"),
            organisation=values.get("organisation", ""),
            organisation_wish=_line(values, "organisation_wish"),
            appearance=values.get("appearance", ""),
            pseudonym=_line(values, "pseudonym"),
            password=values.get("password", ""),
            is_of_age=bool(values.get("is_of_age")),
            consents=bool(values.get("consents")),
            consent_version=_number(values.get("consent_version", "")),
            next=local_path(values.get("next", ""), default=""),
        )
        by_id = {str(one.id): one for one in organisations}
        form.chosen = by_id.get(form.organisation)
        if form.chosen is None and form.organisation not in {NONE, MISSING}:
            form.organisation = ""
        if form.appearance not in set(Appearance):
            form.appearance = Appearance.NAME_ORGANISATION.value
        return form

    def check(self, consent_version: int) -> bool:
        """Find what is missing; `consent_version` is the text that stands now."""
        self._check_person()
        self._check_belonging()
        if self.password and len(self.password) < hashing.MIN_LENGTH:
            self.errors["password"] = _(
                "Verwenden Sie mindestens zwölf Zeichen, oder lassen Sie das Feld leer."
            )
        if len(self.password) > hashing.MAX_LENGTH:
            self.errors["password"] = _("So lang ist kein Passwort.")
        if not self.consents:
            self.errors["consents"] = _("Ohne Ihre Einwilligung können wir kein Konto anlegen.")
        elif self.consent_version != consent_version:
            self.consents = False
            self.errors["consents"] = _(
                "Der Text der Einwilligung ist inzwischen ein anderer. Lesen Sie ihn noch einmal."
            )
        if not self.is_of_age:
            self.errors["is_of_age"] = _("Ein Konto gibt es erst ab 16 Jahren.")
        return not self.errors

    def _check_person(self) -> None:
        if not self.email:
            self.errors["email"] = _("Geben Sie Ihre E-Mail-Adresse ein.")
        elif not is_address(self.email):
            self.errors["email"] = _(
                "Geben Sie die Adresse vollständig ein, zum Beispiel name@beispiel.de."
            )
        if not self.name:
            self.errors["name"] = _("Geben Sie Ihren Namen ein.")
        elif len(self.name) > MAX_NAME:
            self.errors["name"] = _("Kürzen Sie den Namen auf höchstens 120 Zeichen.")

    def _check_belonging(self) -> None:
        if not self.organisation:
            self.errors["organisation"] = _(
                "Wählen Sie Ihre Organisation, oder dass Sie keine haben."
            )
        if self.organisation == MISSING and not self.organisation_wish:
            self.errors["organisation_wish"] = _("Schreiben Sie, wie Ihre Organisation heißt.")
        elif len(self.organisation_wish) > MAX_WISH:
            self.errors["organisation_wish"] = _("Kürzen Sie den Namen auf höchstens 200 Zeichen.")
        if self.appearance == Appearance.PSEUDONYM_BENCH and not self.pseudonym:
            self.errors["pseudonym"] = _("Geben Sie das Pseudonym ein, unter dem Sie erscheinen.")
        elif len(self.pseudonym) > MAX_PSEUDONYM:
            self.errors["pseudonym"] = _("Kürzen Sie das Pseudonym auf höchstens 60 Zeichen.")
        if self.organisation != MISSING:
            self.organisation_wish = ""


def _clean(values: Mapping[str, str], name: str) -> str:
    try:
        return html.plain(values.get(name, ""))
    except ValueError:
        return ""


def _line(values: Mapping[str, str], name: str) -> str:
    return " ".join(_clean(values, name).split())


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
