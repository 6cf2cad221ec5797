"""What kinds and places of hits are called in German."""

from flask import current_app, url_for
from flask_babel import gettext as _

from forum.recommendations.models import SubjectKind
from forum.search.documents import About, Document, Kind


def kind_plural(kind: Kind) -> str:
    """As the page lets people choose."""
    return {
        Kind.RECOMMENDATION: _("Empfehlungen"),
        Kind.PARAGRAPH: _("Abschnitte"),
        Kind.THESIS: _("Thesen"),
        Kind.POSITION: _("Parteipositionen"),
        Kind.COMMENT: _("Beiträge"),
        Kind.AMENDMENT: _("Änderungsvorschläge"),
        Kind.STANCE: _("Haltungen"),
        Kind.SUMMARY: _("Zusammenfassungen"),
        Kind.TERM: _("Glossar"),
    }[kind]


def place(document: Document) -> str:
    """What a hit is, and where it stands: „Abschnitt 2 der Empfehlung 3“."""
    if document.where is None:
        return _("Begriff im Glossar")
    number = document.where.number
    return {
        Kind.RECOMMENDATION: _("Handlungsempfehlung %(n)s", n=number),
        Kind.PARAGRAPH: _("Abschnitt %(p)s der Empfehlung %(n)s", p=document.number, n=number),
        Kind.THESIS: _("These %(n)s.%(p)s", n=number, p=document.number),
        Kind.POSITION: _("Parteiposition zu These %(n)s.%(p)s", n=number, p=document.number),
        Kind.COMMENT: _("Beitrag %(p)s", p=document.number),
        Kind.AMENDMENT: _(
            "Änderungsvorschlag %(p)s zur Empfehlung %(n)s", p=document.number, n=number
        ),
        Kind.STANCE: _("Haltung zur Empfehlung %(n)s", n=number),
        Kind.SUMMARY: _("Zusammenfassung zur Empfehlung %(n)s", n=number),
    }[document.kind]


def about(document: Document) -> str:
    """The title of a comment: what it is about."""
    if document.about is None or document.where is None:
        return ""
    return _about(document.about, document.where.number)


def _about(subject: About, number: int) -> str:
    if subject.kind is SubjectKind.PARAGRAPH:
        return _("zu Abschnitt %(p)s der Empfehlung %(n)s", p=subject.number, n=number)
    if subject.kind is SubjectKind.AMENDMENT:
        return _("zu Änderungsvorschlag %(p)s zur Empfehlung %(n)s", p=subject.number, n=number)
    if subject.kind is SubjectKind.THESIS:
        return _("zur These %(n)s.%(p)s", n=number, p=subject.thesis_place)
    if subject.kind is SubjectKind.POSITION:
        return _(
            "zur Position von %(party)s, These %(n)s.%(p)s",
            party=subject.party,
            n=number,
            p=subject.thesis_place,
        )
    return _("zur Empfehlung %(n)s", n=number)


def address(document: Document) -> str:
    """Where a hit leads."""
    if document.where is None:
        return f"{_url('site.glossary')}#begriff-{document.slug}"
    thread = f"/empfehlungen/{document.where.slug}"
    if document.kind is Kind.PARAGRAPH:
        return f"{thread}#abschnitt-{document.number}"
    if document.kind is Kind.POSITION and document.party:
        return f"{thread}/thesen/{document.slug}/{document.party.slug}"
    if document.kind is Kind.THESIS:
        return f"{thread}#these-{document.slug}"
    if document.kind is Kind.COMMENT:
        return f"{thread}/beitraege/{document.number}"
    if document.kind is Kind.AMENDMENT:
        return f"{thread}/aenderungen/{document.number}"
    if document.kind is Kind.STANCE:
        return f"{thread}/haltungen/{document.number}"
    if document.kind is Kind.SUMMARY:
        return f"/zusammenfassungen/{document.where.slug}"
    return thread


def _url(endpoint: str) -> str:
    return url_for(endpoint) if endpoint in current_app.view_functions else url_for("site.home")
