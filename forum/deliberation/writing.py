"""What may be written in a comment: length and characters, before anything is rendered."""

from typing import Any

from flask_babel import lazy_gettext as _l

from forum.kernel import html
from forum.kernel.errors import ForumError

MAX_LENGTH = 5000


class TextRefused(ForumError):
    """The text cannot be published as it is; the message says what to change."""

    status = 422
    title: Any = _l("Ihr Text kann so nicht erscheinen")


def checked(source: str) -> str:
    """The text as it will be stored. Raises TextRefused with the sentence for its author."""
    if "\ufffd" in source:  # what stands for bytes that are not UTF-8
        raise TextRefused(
            _l("Ihr Text enthält Zeichen, die wir nicht lesen können. Geben Sie sie neu ein.")
        )
    try:
        text = html.plain(source)
    except ValueError:
        raise TextRefused(
            _l("Ihr Text enthält Zeichen, die wir nicht lesen können. Geben Sie sie neu ein.")
        ) from None
    if not text:
        raise TextRefused(_l("Schreiben Sie einen Text."))
    if len(text) > MAX_LENGTH:
        raise TextRefused(
            _l(
                "Kürzen Sie Ihren Text auf 5.000 Zeichen; zurzeit sind es %(count)s.",
                count=f"{len(text):,}".replace(",", "."),
            )
        )
    return text
