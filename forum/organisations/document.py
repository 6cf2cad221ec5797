"""The page of an organisation as a DOCX: what stands on the page, all of it, and nothing else."""

import io
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _

from forum.accounts.models import Organisation
from forum.kernel import clock, identity
from forum.organisations import queries
from forum.organisations.queries import Page, Proposed, Stated, Where, Written
from forum.organisations.words import kind_word, state_word

MOST = 500
"""Entries of each list; a document that had to leave some out says so."""
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_UNPRINTABLE = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def of(organisation: Organisation) -> bytes:
    """All that the organisation has said and what became of it, as it stands now."""
    from docx import Document  # 20 MB of lxml that most workers never need

    now = clock.now()
    doc: Any = Document()
    _dress(doc, organisation, now)
    doc.add_heading(_clean(organisation.name), 0)
    bench = organisation.bench.name if organisation.bench else _("ohne Bank")
    _line(doc, f"{bench}. " + _("Stand: %(day)s", day=_day(now)))
    _stated(doc, queries.stated(organisation.id, limit=MOST))
    _proposed(doc, queries.proposed(organisation.id, limit=MOST))
    _written(doc, queries.written(organisation.id, limit=MOST))
    target = io.BytesIO()
    doc.save(target)
    return target.getvalue()


def _stated(doc: Any, found: Page[Stated]) -> None:
    doc.add_heading(_("Haltungen"), 1)
    _empty(doc, found.rows, _("Noch keine Haltung."))
    for one in found.rows:
        doc.add_heading(_clean(_about(one.where, one.paragraph_number)), 2)
        if one.line.is_hidden:
            _line(doc, _("Ausgeblendet: %(reason)s", reason=one.line.hidden_reason))
            continue
        for index, said in enumerate(one.versions):
            word = doc.add_paragraph()
            word.add_run(said.word).bold = True
            word.add_run(
                ", " + _("zur Fassung %(n)s", n=said.text_version) + ", " + _day(said.approved_at)
            )
            if index:
                word.add_run(" " + _("(frühere Haltung)"))
            if said.text:
                _line(doc, said.text)
    _cut(doc, found)


def _proposed(doc: Any, found: Page[Proposed]) -> None:
    doc.add_heading(_("Änderungsvorschläge"), 1)
    _empty(doc, found.rows, _("Noch kein Änderungsvorschlag."))
    for one in found.rows:
        line = one.line
        doc.add_heading(_clean(f"{line.name}: {line.deed}, {_about(one.where, None)}"), 2)
        _line(doc, f"{line.byline.name}, {_day(line.filed_at)}: {state_word(line.state)}")
        if line.words:
            _line(doc, line.words)
        if one.outcome:
            _line(doc, _("Begründung der Redaktion: %(reason)s", reason=one.outcome))
    _cut(doc, found)


def _written(doc: Any, found: Page[Written]) -> None:
    doc.add_heading(_("Beiträge"), 1)
    _empty(doc, found.rows, _("Noch kein Beitrag."))
    for one in found.rows:
        name = _("Beitrag %(n)s", n=one.number)
        doc.add_heading(_clean(f"{name}, {_about(one.where, one.paragraph_number)}"), 2)
        _line(doc, f"{one.name}, {_day(one.posted_at)}: {kind_word(one.kind)}")
        _line(doc, one.text)
    _cut(doc, found)


def _about(where: Where, paragraph: int | None) -> str:
    text = _("Empfehlung %(n)s, %(title)s", n=where.number, title=where.title)
    return f"{_('Abschnitt %(n)s', n=paragraph)}, {text}" if paragraph else text


def _dress(doc: Any, organisation: Organisation, now: datetime) -> None:
    """Language, properties and the footer with its page numbers, which Word fills in."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    house = identity.name()
    properties = doc.core_properties
    properties.author = properties.last_modified_by = house
    properties.title = _clean(organisation.name)
    properties.comments = properties.keywords = properties.subject = ""
    properties.language = "de-DE"
    properties.created = properties.modified = now.replace(tzinfo=None)
    normal = doc.styles["Normal"].element.get_or_add_rPr()
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "de-DE")
    normal.append(language)
    footer = doc.sections[0].footer.paragraphs[0]
    footer.add_run(f"{house}, {_day(now)}, " + _("Seite") + " ")
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = footer.add_run()._r
        if text:
            part = OxmlElement("w:instrText")
            part.set(qn("xml:space"), "preserve")
            part.text = text
        else:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        run.append(part)


def _line(doc: Any, text: str) -> None:
    for part in _clean(text).split("\n"):
        if part.strip():
            doc.add_paragraph(part)


def _clean(text: str) -> str:
    return _UNPRINTABLE.sub("", text)


def _day(moment: datetime) -> str:
    return str(format_date(moment.astimezone(clock.BERLIN), "d. MMMM y"))


def _empty(doc: Any, rows: Sequence[object], sentence: str) -> None:
    if not rows:
        _line(doc, sentence)


def _cut(doc: Any, found: Page[Any]) -> None:
    if found.older is not None:
        _line(doc, _("Hier stehen die neuesten %(n)s; ältere stehen auf der Seite.", n=MOST))
