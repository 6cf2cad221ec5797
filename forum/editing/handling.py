"""What all forms of the desk share: reading fields, saving them, and saying what went wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.current import viewer
from forum.editing import actions, queries
from forum.editing.policy import READ
from forum.kernel import html
from forum.kernel.errors import NotFound
from forum.kernel.web import see_other


def editors_only() -> None:
    """Others are not told that there is such a page."""
    if not READ.check(viewer()):
        raise NotFound


class Values(Protocol):
    """What a browser sent."""

    def get(self, name: str, default: str = "") -> str:
        """One field."""

    def getlist(self, name: str) -> list[str]:
        """All fields of this name."""


@dataclass
class Form:
    """A form of the desk as typed. Its fields are named as in the content folder.

    `errors` holds a sentence by field; `revision` and `base` say on what it was opened.
    """

    values: Values
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def was_sent(self) -> bool:
        """Whether it comes back with what somebody typed, rather than opening."""
        return self.values.get("revision", "") != ""

    @property
    def revision(self) -> int:
        """Of the draft it was opened on; 0 when there was none."""
        return self.whole("revision")

    @property
    def base(self) -> str:
        """Hash of what stood published when it was opened."""
        return self.values.get("base", "")[:64]

    def text(self, name: str, *, longest: int = 20_000) -> str:
        """Words as people type them, with a sentence where they cannot be kept."""
        typed = self.values.get(name, "") or ""
        try:
            found = html.plain(typed)
        except ValueError:
            found = "\ufffd"
        if "\ufffd" in found:
            self.errors[name] = _("Darin stehen Zeichen, die wir nicht lesen können.")
        elif len(found) > longest:
            self.errors[name] = _(
                "Das sind %(n)s Zeichen; kürzen Sie auf höchstens %(most)s.",
                n=len(found),
                most=longest,
            )
        return found.replace("\ufffd", "")

    def line(self, name: str) -> str:
        """Words on one line."""
        return " ".join(self.text(name, longest=255).split())

    def lines(self, name: str) -> list[str]:
        """One thing a line, blank ones left out."""
        return [line.strip() for line in self.text(name).split("\n") if line.strip()]

    def keys(self, name: str) -> list[dict[str, str]]:
        """Sources by their keys, one or several a line or between commas."""
        typed = self.text(name).replace(",", "\n").split("\n")
        return [{"key": key} for key in dict.fromkeys(key.strip() for key in typed) if key]

    def whole(self, name: str) -> int:
        """A whole number; 0 for anything else."""
        typed = (self.values.get(name, "") or "").strip()
        return int(typed) if typed.isdecimal() and len(typed) < 10 else 0


Show = Callable[..., Any]


def save_draft(
    round_slug: str,
    kind: str,
    key: str,
    form: Form,
    fields: Mapping[str, Any],
    *,
    show: Show,
    leads_to: str,
    marks: Mapping[str, Any] | None = None,
) -> ResponseReturnValue:
    """Save a form as a draft; whatever is wrong is said on its own page, nothing typed is lost.

    `show(form, theirs)` renders the page again; `theirs` is the sheet that a second person has
    saved meanwhile, or None.
    """
    if form.errors:
        return show(form, None), 422
    try:
        draft = actions.keep(
            viewer(),
            round_slug,
            kind,
            key,
            fields,
            revision=form.revision,
            base=form.base,
            marks=marks,
        )
    except actions.Faulty as refusal:
        for fault in refusal.faults:
            form.errors.setdefault(fault.field or "form", fault.sentence)
        return show(form, None), 422
    except actions.Overtaken:
        return show(form, queries.sheet(round_slug, kind, key, new=True)), 409
    flash(
        _("Als Entwurf gespeichert. Öffentlich wird er erst mit der Veröffentlichung.")
        if draft
        else _("So steht es schon veröffentlicht; es gibt nichts zu speichern."),
        "message",
    )
    return see_other(leads_to)


@dataclass(frozen=True)
class Difference:
    """A field that two people have filled in differently."""

    label: str
    theirs: str
    yours: str


def differences(
    theirs: Mapping[str, Any], yours: Mapping[str, Any], labels: Mapping[str, str]
) -> list[Difference]:
    """Where two versions of an item differ, field by field, as text."""
    return [
        Difference(label, as_text(theirs.get(name)), as_text(yours.get(name)))
        for name, label in labels.items()
        if as_text(theirs.get(name)) != as_text(yours.get(name))
    ]


def as_text(value: Any) -> str:
    """A field as people read it."""
    if value is None or value == "":
        return ""
    if isinstance(value, Mapping):
        if "key" in value:
            return str(value["key"])
        return "\n".join(as_text(one) for one in value.values() if one)
    if isinstance(value, list):
        return "\n".join(as_text(one) for one in value)
    return str(value)
