"""Where things stand: the address of everything that can be pointed at."""

from flask import url_for

from forum.recommendations.models import Subject, SubjectKind


def address(slug: str) -> str:
    """The address of a thread, without the cost of asking the router for each of many links."""
    return f"/empfehlungen/{slug}"


def subject_url(subject: Subject) -> str:
    """The address that leads to where a subject stands."""
    return url_for("threads.place", subject_id=subject.id)


def standing(kind: SubjectKind, slug: str, number: int, *, detail: str = "") -> str:
    """The address of a thing whose recommendation is known; `detail` is a thesis's own slug."""
    thread = address(slug)
    if kind in {SubjectKind.PARAGRAPH, SubjectKind.WORDING}:
        return f"{thread}#abschnitt-{number}"
    if kind in {SubjectKind.THESIS, SubjectKind.POSITION} and detail:
        return f"{thread}#these-{detail}"
    if kind is SubjectKind.COMMENT:
        return f"{thread}/beitraege/{number}"
    if kind is SubjectKind.SUMMARY:
        return url_for("summaries.show", slug=slug)
    return thread
