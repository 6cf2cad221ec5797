"""Where things stand: the address of everything that can be pointed at."""

from flask import url_for

from forum.recommendations.models import Subject, SubjectKind


def address(slug: str) -> str:
    """The address of a thread, without the cost of asking the router for each of many links."""
    return f"/empfehlungen/{slug}"


def subject_url(subject: Subject) -> str:
    """The address that leads to where a subject stands."""
    return url_for("threads.place", subject_id=subject.id)


def about_thesis(slug: str, thesis: str, party: str | None = None) -> str:
    """The address of a thesis, or of what a party says to it."""
    return f"{address(slug)}/thesen/{thesis}" + (f"/{party}" if party else "")


def standing(
    kind: SubjectKind, slug: str, number: int, *, thesis: str = "", party: str = ""
) -> str:
    """The address of a thing whose recommendation is known; thesis and party by their slugs."""
    thread = address(slug)
    if kind in {SubjectKind.PARAGRAPH, SubjectKind.WORDING}:
        return f"{thread}#abschnitt-{number}"
    if kind is SubjectKind.POSITION and thesis and party:
        return about_thesis(slug, thesis, party)
    if kind in {SubjectKind.THESIS, SubjectKind.POSITION} and thesis:
        return f"{thread}#these-{thesis}"
    if kind is SubjectKind.COMMENT:
        return f"{thread}/beitraege/{number}"
    if kind in {SubjectKind.AMENDMENT, SubjectKind.AMENDMENT_WORDING}:
        return f"{thread}/aenderungen/{number}"
    if kind is SubjectKind.STANCE:
        return f"{thread}/haltungen/{number}"
    if kind is SubjectKind.DISSENT:
        return f"{thread}#sondervotum-{number}"
    if kind is SubjectKind.SUMMARY:
        return url_for("summaries.show", slug=slug)
    return thread
