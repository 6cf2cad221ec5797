"""What may be proposed, before anything is stored: pure, from what was typed and what stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forum.amendments.models import AmendmentKind
from forum.kernel import html
from forum.kernel.errors import ForumError
from forum.recommendations.queries import Clause

MAX_HEADING, MAX_TEXT, MAX_REASON, MAX_CHANGES = 200, 8000, 5000, 10
TOO_LONG = _l("Kürzen Sie den Text auf höchstens 8.000 Zeichen.")


@dataclass(frozen=True)
class NewChange:
    """One amendment as somebody wants to file it."""

    kind: AmendmentKind
    paragraph: int
    """The number of the Abschnitt it is about; 0: at the beginning, for an insertion."""
    heading: str = ""
    text: str = ""


class Refused(ForumError):
    """It cannot be filed as it is; `problems` has the sentence for each field."""

    status = 422
    title: Any = _l("Ihr Änderungsvorschlag kann so nicht eingereicht werden")

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = dict(problems)


def readable(text: str) -> str:
    """The text as it will be stored; ValueError for characters that no database takes."""
    clean = html.plain(text)
    if "\ufffd" in clean:  # what stands for bytes that are no UTF-8
        raise ValueError(text)
    return clean


def proposed(change: NewChange) -> tuple[str, str]:
    """Heading and text as they would stand; nothing for a strike."""
    return ("", "") if change.kind is AmendmentKind.STRIKE else (change.heading, change.text)


def standing(change: NewChange, clauses: Mapping[int, Clause]) -> tuple[str, str]:
    """Heading and text that it changes; nothing for an insertion."""
    clause = clauses.get(change.paragraph)
    if change.kind is AmendmentKind.INSERT or clause is None:
        return "", ""
    return clause.heading, clause.text


def check(
    changes: Sequence[NewChange], reason: str, clauses: Mapping[int, Clause]
) -> dict[str, str]:
    """A sentence for each field that needs one."""
    problems: dict[str, str] = {}
    if not changes:
        problems["art"] = _("Sagen Sie, was Sie ändern wollen.")
    elif len(changes) > MAX_CHANGES:
        problems["art"] = _("Höchstens %(n)s Änderungen gehören zusammen.", n=MAX_CHANGES)
    taken: set[int] = set()
    for index, change in enumerate(changes):
        problems |= _check_one(index, change, clauses)
        if change.kind is not AmendmentKind.INSERT:
            if change.paragraph in taken:
                problems[f"change-{index}"] = _(
                    "Abschnitt %(n)s steht schon unter Ihren Änderungen. Fassen Sie sie zusammen.",
                    n=change.paragraph,
                )
            taken.add(change.paragraph)
    if not reason:
        problems["reason"] = _("Begründen Sie, warum der Text so besser wird.")
    elif len(reason) > MAX_REASON:
        problems["reason"] = _("Kürzen Sie die Begründung auf höchstens 5.000 Zeichen.")
    return problems


def _check_one(index: int, change: NewChange, clauses: Mapping[int, Clause]) -> dict[str, str]:
    at_beginning = change.kind is AmendmentKind.INSERT and change.paragraph == 0
    if change.paragraph not in clauses and not at_beginning:
        return {
            f"change-{index}": _(
                "Einen Abschnitt %(n)s hat der Text nicht. Entfernen Sie diese Änderung.",
                n=change.paragraph,
            )
        }
    if change.kind is AmendmentKind.STRIKE:
        return {}
    problems: dict[str, str] = {}
    if not change.heading:
        problems[f"heading-{index}"] = _("Geben Sie dem Abschnitt eine Überschrift.")
    elif len(change.heading) > MAX_HEADING:
        problems[f"heading-{index}"] = _("Kürzen Sie die Überschrift auf höchstens 200 Zeichen.")
    if not change.text:
        problems[f"text-{index}"] = _("Schreiben Sie, wie der Abschnitt lauten soll.")
    elif len(change.text) > MAX_TEXT:
        problems[f"text-{index}"] = str(TOO_LONG)
    before = tuple(html.plain(part) for part in standing(change, clauses))
    if not problems and proposed(change) == before:
        problems[f"text-{index}"] = _(
            "Hier ist noch nichts geändert. Ändern Sie Überschrift oder Text, oder entfernen Sie "
            "diesen Abschnitt aus Ihrem Vorschlag."
        )
    return problems
