"""The shape of what people send about their own account."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask_babel import gettext as _

from forum.accounts.models import Appearance, User


@dataclass
class AppearanceForm:
    """How one appears, as typed or as it stands."""

    name: str
    appearance: str
    pseudonym: str
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def standing(cls, user: User) -> "AppearanceForm":
        """What is stored."""
        return cls(user.name, str(user.appearance), user.pseudonym or "")

    @classmethod
    def of(cls, sent: Mapping[str, str], user: User) -> "AppearanceForm":
        """What was sent; a field that the page did not have stays as it is."""
        form = cls(
            sent.get("name", user.name)[:500],
            sent.get("appearance", str(user.appearance)),
            sent.get("pseudonym", user.pseudonym or "")[:500],
        )
        if form.appearance not in set(Appearance):
            form.errors["appearance"] = _("Wählen Sie, wie Sie erscheinen.")
        return form


@dataclass
class LeavingForm:
    """What becomes of one's texts, and the proof that it is oneself."""

    texts: str = ""
    password: str = field(default="", repr=False)
    errors: dict[str, str] = field(default_factory=dict)

    CHOICES = ("delete", "keep")

    @classmethod
    def of(cls, sent: Mapping[str, str]) -> "LeavingForm":
        """What was sent."""
        form = cls(sent.get("texts", ""), sent.get("password", "")[:1000])
        if form.texts not in cls.CHOICES:
            form.errors["texts"] = _("Wählen Sie, was mit Ihren Texten geschehen soll.")
        return form

    @property
    def deletes(self) -> bool:
        """Whether the texts go, too."""
        return self.texts == "delete"
