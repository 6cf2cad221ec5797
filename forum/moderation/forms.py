"""What people type into a report, and moderators into a decision: its shape, not its permission."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask_babel import gettext as _

from forum.kernel import html
from forum.moderation.models import Measure, ReportReason

MAX_TEXT = 2000
_ADDRESS = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;.]{2,}")


def _clean(values: Mapping[str, str], name: str, errors: dict[str, str]) -> str:
    typed = values.get(name, "")
    try:
        text = html.plain(typed)
    except ValueError:
        text = "\ufffd"
    if "\ufffd" in text:  # what stands for bytes that are no UTF-8
        errors[name] = _("Darin stehen Zeichen, die wir nicht lesen können. Geben Sie sie neu ein.")
        return text.replace("\ufffd", "")
    return text


def _prose(values: Mapping[str, str], name: str, errors: dict[str, str], missing: str) -> str:
    text = _clean(values, name, errors)
    if name in errors:
        return text
    if not text and missing:
        errors[name] = missing
    elif len(text) > MAX_TEXT:
        errors[name] = _("Kürzen Sie auf höchstens 2.000 Zeichen.")
    return text


@dataclass
class ReportForm:
    """A Meldung as typed. `errors` holds a sentence for each field that needs one."""

    reason: str = ""
    text: str = ""
    name: str = ""
    email: str = ""
    in_good_faith: bool = False
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, values: Mapping[str, str], *, signed_in: bool) -> "ReportForm":
        """What was sent, checked. Name and address of a signed-in person are known."""
        errors: dict[str, str] = {}
        form = cls(errors=errors, in_good_faith=bool(values.get("in_good_faith")))
        form.reason = values.get("reason", "")
        if form.reason not in set(ReportReason):
            form.reason = ""
            errors["reason"] = _("Wählen Sie einen Grund.")
        form.text = _prose(
            values,
            "text",
            errors,
            _("Schreiben Sie in ein, zwei Sätzen, was nicht in Ordnung ist."),
        )
        if not signed_in:
            form.name = _clean(values, "name", errors)
            if len(form.name) > 200:
                errors["name"] = _("Kürzen Sie den Namen auf höchstens 200 Zeichen.")
            form.email = _clean(values, "email", errors)
            if form.email and (len(form.email) > 250 or not _ADDRESS.fullmatch(form.email)):
                errors["email"] = _(
                    "Geben Sie die Adresse vollständig ein, zum Beispiel name@beispiel.de."
                )
        if not form.in_good_faith:
            errors["in_good_faith"] = _("Bestätigen Sie, dass Ihre Angaben stimmen.")
        return form


@dataclass
class DecisionForm:
    """An Entscheidung as typed."""

    measure: str = ""
    clause_id: int | None = None
    reason_to_author: str = ""
    public_reason: str = ""
    basis: int = 0
    """The last decision on the contribution when the form was opened; 0 for none."""
    seen: int = 0
    """The latest report that the moderator had before their eyes."""
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, values: Mapping[str, str], sentences: Mapping[int, str]) -> "DecisionForm":
        """What was sent, checked; `sentences` are the public sentences by clause."""
        errors: dict[str, str] = {}
        form = cls(errors=errors, basis=_number(values, "basis"), seen=_number(values, "seen"))
        form.measure = values.get("measure", "")
        if form.measure not in set(Measure):
            form.measure = ""
            errors["measure"] = _("Wählen Sie, was geschehen soll.")
        clause = _number(values, "clause")
        form.clause_id = clause if clause in sentences else None
        if form.measure == Measure.HIDE and form.clause_id is None:
            errors["clause"] = _("Wählen Sie die Regel, gegen die der Beitrag verstößt.")
        told = form.measure in {Measure.HIDE, Measure.RESTORE}
        form.reason_to_author = _prose(
            values,
            "reason_to_author",
            errors,
            _("Begründen Sie es der Verfasserin oder dem Verfasser.") if told else "",
        )
        form.public_reason = _prose(values, "public_reason", errors, "")
        if not form.public_reason and "public_reason" not in errors:
            form.public_reason = form.proposal(sentences)
            if not form.public_reason and form.measure:
                errors["public_reason"] = _("Schreiben Sie den Satz, den alle lesen.")
        return form

    def proposal(self, sentences: Mapping[int, str]) -> str:
        """The public sentence that the clause, or the measure, suggests."""
        if self.measure == Measure.NONE:
            return _("Der Beitrag verstößt gegen keine Regel der Debatte und bleibt stehen.")
        if self.measure == Measure.RESTORE:
            return _("Die Ausblendung war nicht berechtigt und ist aufgehoben.")
        return sentences.get(self.clause_id or 0, "")


def _number(values: Mapping[str, str], name: str) -> int:
    text = values.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0
