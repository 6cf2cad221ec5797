"""A draft as typed: what a comment's form and a motion's form have in them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forum.amendments.models import AmendmentKind
from forum.amendments.reading import deed
from forum.amendments.writing import NewChange
from forum.drafts.models import DraftKind
from forum.kernel import html
from forum.kernel.errors import ForumError

MAX_TEXT = 100_000
"""Of all fields together: a draft may be longer than what can be posted, to be cut later."""
MAX_REMARK = 2000
PREFIX = "e-"
"""Begins the numbers of forms that were kept as drafts, so that others need no look-up."""


class Refused(ForumError):
    """It cannot be kept as it is; `problems` has the sentence for each field."""

    status = 422
    title: Any = _l("Der Entwurf kann so nicht gespeichert werden")

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = dict(problems)


@dataclass(frozen=True)
class CommentDraft:
    """A contribution or a reply."""

    about: int
    parent: int | None = None
    kind: str = ""
    text: str = ""

    what = DraftKind.COMMENT

    def stored(self) -> dict[str, Any]:
        """As it is encrypted."""
        return {"about": self.about, "parent": self.parent, "kind": self.kind, "text": self.text}

    def parts(self) -> list[tuple[str, str]]:
        """Each text in it with its name, to be compared with a newer one."""
        return [(_("Text"), self.text)]


@dataclass(frozen=True)
class MotionDraft:
    """Several amendments of one intent."""

    version: int
    changes: tuple[NewChange, ...] = ()
    reason: str = ""
    aus: str = ""
    """The numbers of the comments it is drawn from, as typed."""

    what = DraftKind.MOTION

    def stored(self) -> dict[str, Any]:
        """As it is encrypted."""
        return {
            "version": self.version,
            "reason": self.reason,
            "aus": self.aus,
            "changes": [
                [one.kind.value, one.paragraph, one.heading, one.text] for one in self.changes
            ],
        }

    def parts(self) -> list[tuple[str, str]]:
        """Each text in it with its name, to be compared with a newer one."""
        return [
            *(
                (deed(one.kind, one.paragraph or None), f"{one.heading}\n\n{one.text}".strip())
                for one in self.changes
            ),
            (_("Begründung"), self.reason),
        ]


Content = CommentDraft | MotionDraft


def of(kind: DraftKind, stored: dict[str, Any]) -> Content:
    """From what was encrypted."""
    if kind is DraftKind.COMMENT:
        return CommentDraft(stored["about"], stored["parent"], stored["kind"], stored["text"])
    changes = tuple(
        NewChange(AmendmentKind(what), paragraph, heading, text)
        for what, paragraph, heading, text in stored["changes"]
    )
    return MotionDraft(stored["version"], changes, stored["reason"], stored["aus"])


def check(content: Content) -> None:
    """Refuse what is too much, or nothing at all."""
    length = sum(len(text) for _name, text in content.parts())
    field = "text" if isinstance(content, CommentDraft) else "reason"
    if length > MAX_TEXT:
        raise Refused({field: _("Das ist zu viel für einen Entwurf. Kürzen Sie den Text.")})
    if not length and not (isinstance(content, MotionDraft) and content.changes):
        raise Refused({field: _("Schreiben Sie erst etwas.")})


def readable(text: str, field: str) -> str:
    """The text as it will be stored, or Refused for characters that no database takes."""
    try:
        clean = html.plain(text)
    except ValueError:
        clean = "\ufffd"
    if "\ufffd" in clean:  # what stands for bytes that are no UTF-8
        raise Refused({field: _("Darin stehen Zeichen, die wir nicht lesen können.")})
    return clean
