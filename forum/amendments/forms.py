"""A motion as typed: its shape, and what the buttons of the form do to it without filing."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask_babel import gettext as _

from forum.amendments.models import AmendmentKind
from forum.amendments.sources import numbers_in
from forum.amendments.writing import MAX_CHANGES, NewChange, readable
from forum.kernel.web import whole
from forum.recommendations.queries import Clause


@dataclass
class MotionForm:
    """Several changes of one intent, and why."""

    version: int = 0
    submission: str = ""
    reason: str = ""
    aus: str = ""
    """The numbers of the comments it is drawn from, as typed."""
    changes: list[NewChange] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def opened(cls, version: int) -> "MotionForm":
        """An empty one, with a number of its own."""
        return cls(version=version, submission=secrets.token_urlsafe(12))

    @classmethod
    def of(cls, values: Mapping[str, str]) -> "MotionForm":
        """What was sent."""
        form = cls(
            version=whole(values.get("version")) or 0, submission=values.get("submission", "")
        )
        form.reason = form._text(values, "reason")
        form.aus = form._text(values, "aus")[:200]
        for index in range(MAX_CHANGES + 1):
            kind = values.get(f"kind-{index}")
            if kind is None:
                break
            paragraph = whole(values.get(f"paragraph-{index}"))
            if kind in set(AmendmentKind) and paragraph is not None:
                form.changes.append(
                    NewChange(
                        AmendmentKind(kind),
                        paragraph,
                        " ".join(form._text(values, f"heading-{index}").split()),
                        form._text(values, f"text-{index}"),
                    )
                )
        return form

    def _text(self, values: Mapping[str, str], name: str) -> str:
        try:
            return readable(values.get(name, ""))
        except ValueError:
            self.errors[name] = _("Darin stehen Zeichen, die wir nicht lesen können.")
            return ""

    @property
    def drawn_from(self) -> list[int]:
        """The numbers of those comments; what is no number is said by `sources.problem`."""
        return numbers_in(self.aus) or []

    def add(self, kind: str, paragraph: int | None, clauses: Mapping[int, Clause]) -> None:
        """One change more, filled with what stands there now."""
        if kind not in set(AmendmentKind) or paragraph is None:
            self.errors["art"] = _("Wählen Sie, was Sie ändern wollen, und welchen Abschnitt.")
            return
        if len(self.changes) >= MAX_CHANGES:
            self.errors["art"] = _("Höchstens %(n)s Änderungen gehören zusammen.", n=MAX_CHANGES)
            return
        what = AmendmentKind(kind)
        clause = clauses.get(paragraph)
        if clause is None and not (what is AmendmentKind.INSERT and paragraph == 0):
            self.errors["abschnitt"] = _("Wählen Sie einen Abschnitt.")
            return
        if what is AmendmentKind.CHANGE and clause is not None:
            self.changes.append(NewChange(what, paragraph, clause.heading, clause.text))
        else:
            self.changes.append(NewChange(what, paragraph))

    def press(self, values: Mapping[str, str], clauses: Mapping[int, Clause]) -> bool:
        """Do what „add“ or „remove:2“ asks; False for the other buttons."""
        act, _colon, what = values.get("do", "").partition(":")
        if act == "add":
            self.add(values.get("art", ""), whole(values.get("abschnitt")), clauses)
        elif act == "remove" and what.isdecimal() and len(what) < 4:
            self.changes = [c for i, c in enumerate(self.changes) if i != int(what)]
        else:
            return False
        return True
