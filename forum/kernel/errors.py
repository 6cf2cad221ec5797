"""Expected refusals. Each knows its HTTP status and the sentence a person reads."""

from typing import Any

from flask_babel import lazy_gettext as _l


class ForumError(Exception):
    """Base of all refusals; a bug is never a ForumError."""

    status = 400
    title: Any = _l("Das hat nicht geklappt")

    def __init__(self, message: Any) -> None:
        super().__init__(message)
        self.message = message


class NotFound(ForumError):
    """There is no such thing, or its existence is nobody's business."""

    status = 404
    title = _l("Seite nicht gefunden")

    def __init__(self, message: Any = None) -> None:
        super().__init__(
            message or _l("Unter dieser Adresse gibt es nichts, oder es wurde zurückgezogen.")
        )


class Unreadable(ForumError):
    """What was sent is no text."""

    title = _l("Ihr Text enthält unlesbare Zeichen")

    def __init__(self, message: Any = None) -> None:
        super().__init__(
            message
            or _l("Entfernen Sie die Zeichen, die als � erscheinen, und senden Sie noch einmal.")
        )


class SignInRequired(ForumError):
    """Nobody is signed in, and the action needs somebody."""

    status = 401
    title = _l("Dafür müssen Sie angemeldet sein")

    def __init__(self, message: Any = None) -> None:
        super().__init__(message or _l("Melden Sie sich an und versuchen Sie es noch einmal."))


class NotPermitted(ForumError):
    """The person is known, and a rule says no."""

    status = 403
    title = _l("Das geht hier nicht")


class Conflict(ForumError):
    """The world has moved on since the form was opened."""

    status = 409
    title = _l("Inzwischen hat sich etwas geändert")


class Unavailable(ForumError):
    """The operator has to do something first. The message says what."""

    status = 503
    title = _l("Das ist zurzeit nicht möglich")
