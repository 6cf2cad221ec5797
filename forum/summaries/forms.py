"""The editor of a summary: what was typed, and what its buttons do to it without saving."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _

from forum.kernel import html
from forum.summaries.models import SummaryPart
from forum.summaries.reading import SummaryView, heading

MAX_TITLE, MAX_LEAD, MAX_STATEMENT, MAX_STATEMENTS = 200, 1000, 3000, 60


@dataclass
class Typed:
    """One statement as typed: Markdown, and citations as references."""

    part: SummaryPart
    text: str = ""
    cites: str = ""


@dataclass
class SummaryForm:
    """A whole summary as typed."""

    title: str = ""
    lead: str = ""
    edition: int = 0
    statements: list[Typed] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of_view(cls, view: SummaryView) -> "SummaryForm":
        """The form as it opens."""
        return cls(
            title=view.title,
            lead=view.lead,
            edition=view.edition,
            statements=[Typed(one.part, one.source, one.references) for one in view.statements],
        )

    @classmethod
    def of(cls, values: Mapping[str, str]) -> "SummaryForm":
        """What was sent."""
        form = cls()
        form.title = " ".join(form._plain(values, "title").split())
        form.lead = form._plain(values, "lead")
        edition = values.get("edition", "")
        form.edition = int(edition) if edition.isdecimal() and len(edition) < 10 else 0
        for index in range(MAX_STATEMENTS):
            part = values.get(f"part-{index}")
            if part is None:
                break
            if part in set(SummaryPart):
                text = form._plain(values, f"text-{index}")
                cites = form._plain(values, f"cites-{index}")
                form.statements.append(Typed(SummaryPart(part), text, cites))
        return form

    def _plain(self, values: Mapping[str, str], name: str) -> str:
        try:
            text = html.plain(values.get(name, ""))
        except ValueError:
            text = "\ufffd"
        if "\ufffd" in text:
            self.errors[name] = _("Darin stehen Zeichen, die wir nicht lesen können.")
        return text.replace("\ufffd", "")

    def without_blanks(self) -> None:
        """Drop statements nobody wrote anything in."""
        self.statements = [one for one in self.statements if one.text or one.cites]

    def check(self) -> None:
        """Note a sentence for each field that needs one."""
        if not self.title:
            self.errors["title"] = _("Geben Sie der Zusammenfassung einen Titel.")
        elif len(self.title) > MAX_TITLE:
            self.errors["title"] = _("Kürzen Sie den Titel auf höchstens 200 Zeichen.")
        if len(self.lead) > MAX_LEAD:
            self.errors["lead"] = _("Kürzen Sie den Vorspann auf höchstens 1.000 Zeichen.")
        for index, one in enumerate(self.statements):
            if not one.text:
                self.errors[f"text-{index}"] = _(
                    "Schreiben Sie die Aussage, oder entfernen Sie sie."
                )
            elif len(one.text) > MAX_STATEMENT:
                self.errors[f"text-{index}"] = _(
                    "Kürzen Sie die Aussage auf höchstens 3.000 Zeichen."
                )

    def check_complete(self, cites: Sequence[bool]) -> None:
        """Note what is missing before a second person can be asked."""
        if not cites:
            self.errors["statements"] = _("Schreiben Sie mindestens eine Aussage.")
        for index, has_citation in enumerate(cites):
            if not has_citation:
                self.errors.setdefault(f"cites-{index}", _("Nennen Sie mindestens einen Beleg."))

    def press(self, button: str) -> bool:
        """Do what „add:dissent“, „remove:2“, „up:2“ or „down:2“ asks; False for other buttons."""
        act, _colon, what = button.partition(":")
        if act == "add" and what in set(SummaryPart) and len(self.statements) < MAX_STATEMENTS:
            self.statements.append(Typed(SummaryPart(what)))
        elif act in {"remove", "up", "down"} and what.isdecimal():
            self._move(act, int(what))
        else:
            return False
        order = list(SummaryPart)
        self.statements.sort(key=lambda one: order.index(one.part))
        return True

    def _move(self, act: str, index: int) -> None:
        if index >= len(self.statements):
            return
        if act == "remove":
            del self.statements[index]
            return
        other = index + (-1 if act == "up" else 1)
        if (
            0 <= other < len(self.statements)
            and self.statements[other].part is self.statements[index].part
        ):
            both = self.statements
            both[index], both[other] = both[other], both[index]

    @property
    def parts(self) -> list[tuple[SummaryPart, str, list[tuple[int, Typed]]]]:
        """The four parts with their statements, each with its number in the form."""
        return [
            (
                part,
                heading(part),
                [(i, one) for i, one in enumerate(self.statements) if one.part is part],
            )
            for part in SummaryPart
        ]
