"""A Haltung as written, and what it must be like before it is kept or approved: pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forum.kernel import html
from forum.kernel.errors import ForumError
from forum.stances.models import Answer

MAX_TEXT = 500
"""Unicode code points after NFC: what people count as characters."""
TAKEN_BACK = "taken_back"


class Refused(ForumError):
    """It cannot stand as it is; `problems` has the sentence for each field."""

    status = 422
    title: Any = _l("Die Haltung kann so nicht gespeichert werden")

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = dict(problems)


@dataclass(frozen=True)
class Content:
    """What an organisation writes about an Abschnitt."""

    answer: str = ""
    """One of `Answer`, `TAKEN_BACK`, or nothing yet."""
    text: str = ""

    @property
    def takes_back(self) -> bool:
        """Whether it asks for the end of what was said before."""
        return self.answer == TAKEN_BACK

    @property
    def value(self) -> Answer | None:
        """The answer as a version keeps it."""
        return Answer(self.answer) if self.answer in set(Answer) else None


def readable(text: str, field: str) -> str:
    """The text as it will be stored, or Refused for characters that no database takes."""
    try:
        clean = html.plain(text)
    except ValueError:
        clean = "\ufffd"
    if "\ufffd" in clean:  # what stands for bytes that are no UTF-8
        raise Refused({field: _("Darin stehen Zeichen, die wir nicht lesen können.")})
    return clean


def problems(content: Content, *, complete: bool) -> dict[str, str]:
    """What has to change before this can be kept, or approved when `complete`; by field."""
    found: dict[str, str] = {}
    if content.answer not in {"", TAKEN_BACK, *Answer} or (complete and not content.answer):
        found["answer"] = _("Wählen Sie, was Ihre Organisation sagt.")
    if complete and content.value is Answer.RESERVATION and not content.text:
        found["text"] = _("Schreiben Sie, welchen Vorbehalt Ihre Organisation hat.")
    if content.takes_back and content.text:
        found["text"] = _("Wer die Haltung zurückzieht, lässt den Text leer.")
    if len(content.text) > MAX_TEXT:
        found["text"] = _(
            "Kürzen Sie den Text auf %(max)s Zeichen; zurzeit sind es %(count)s.",
            max=MAX_TEXT,
            count=len(content.text),
        )
    return found
