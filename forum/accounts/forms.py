"""The shape of what people send about accounts."""

from typing import Any
from urllib.parse import urlsplit

from flask import request
from flask_babel import lazy_gettext as _l
from flask_security.forms import LoginForm
from werkzeug.exceptions import BadRequest
from wtforms import BooleanField, EmailField, PasswordField
from wtforms.validators import InputRequired, Length

from forum.accounts import hashing, queries
from forum.accounts.addresses import is_address
from forum.kernel import html
from forum.kernel.web import local_path

CONTINUE = "/weiter/"
"""Where a text goes on that was kept while its author had to sign in."""


def _address(text: str | None) -> str:
    return html.plain(text or "")


class SignIn(LoginForm):
    """Address and password. Whatever is wrong with them, people read the same sentence."""

    email = EmailField(
        _l("E-Mail-Adresse"),
        filters=[_address],
        validators=[
            InputRequired(_l("Geben Sie Ihre E-Mail-Adresse ein.")),
            Length(max=254, message=_l("So lang ist keine E-Mail-Adresse.")),
        ],
        render_kw={"autocomplete": "username"},
    )
    password = PasswordField(
        _l("Passwort"),
        validators=[
            InputRequired(_l("Geben Sie Ihr Passwort ein.")),
            Length(max=1000, message=_l("So lang ist kein Passwort.")),
        ],
        render_kw={"autocomplete": "current-password"},
    )
    remember = BooleanField(_l("Auf diesem Gerät angemeldet bleiben"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        try:  # the library takes these apart again, and does not expect one that is no address
            for given in (request.args.get("next"), request.form.get("next")):
                urlsplit(given or "")
        except ValueError as error:
            raise BadRequest from error
        self.next.data = local_path(self.next.data or "", default="")

    def validate(self, **kwargs: Any) -> bool:
        """Check the fields, then the account; every way costs one hash, so time tells nothing."""
        if not super(LoginForm, self).validate(**kwargs):
            return False
        user = queries.user_by_email(self.email.data or "")
        stored = user.password if user else None
        if not hashing.matches(self.password.data or "", stored) or not user or not user.active:
            self.password.errors = [_l("Adresse oder Passwort stimmt nicht.")]
            return False
        self.user, self.ifield, self.user_authenticated = user, self.email, True
        return True

    def validate_address(self) -> bool:
        """Check only what a link is mailed to; the password is somebody else's business."""
        if not self.email.validate(self):
            return False
        if not is_address(self.email.data or ""):
            self.email.errors = [
                _l("Geben Sie die Adresse vollständig ein, zum Beispiel name@beispiel.de.")
            ]
            return False
        return True

    @property
    def mistakes(self) -> list[tuple[str, Any]]:
        """The first mistake of each field, for the summary above the form."""
        return [
            (field.id, field.errors[0]) for field in (self.email, self.password) if field.errors
        ]

    @property
    def continues(self) -> bool:
        """Whether a text is waiting behind the sign-in."""
        return bool((self.next.data or "").startswith(CONTINUE))

    @staticmethod
    def described(field: Any) -> dict[str, str]:
        """The attributes that tie a field to its mistake."""
        if not field.errors:
            return {}
        return {"aria-invalid": "true", "aria-describedby": f"{field.id}-error"}
