"""The Redaktion's desk: accepted amendments of a text become its next version."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Response, flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from htmx_flask import request

from forum.accounts import staging
from forum.accounts.current import viewer
from forum.accounts.staging import Preview
from forum.amendments import comparing, publishing, settling, waiting
from forum.amendments.consolidating import Clash, Work
from forum.amendments.merging import Words
from forum.amendments.policy import DESK, PUBLISH, Floor
from forum.amendments.publishing import Made
from forum.amendments.settling import Settlement
from forum.amendments.waiting import Desk
from forum.amendments.writing import Refused
from forum.kernel import clock
from forum.kernel.db import begin_writing, db
from forum.kernel.errors import Conflict
from forum.kernel.web import page, see_other
from forum.recommendations import current
from forum.recommendations import queries as recommendations
from forum.recommendations.models import Recommendation
from forum.versions.blueprint import bp


@bp.get("/redaktion/fassungen")
def desk() -> ResponseReturnValue:
    """List the texts of the round with what waits to go into each."""
    DESK.require(viewer())
    consultation = current.consultation()
    return page(
        "versions/desk.html",
        fragment="redaktion",
        texts=list(waiting.counts(consultation.id).values()),
        may_publish=PUBLISH.check(viewer(), Floor(consultation)),
    )


@bp.route("/redaktion/fassungen/<slug>", methods=["GET", "POST"])
def consolidate(slug: str) -> ResponseReturnValue:
    """Settle what was accepted, see the text that comes of it, and publish it as a version."""
    DESK.require(viewer())
    recommendation = recommendations.published(slug)
    current.use(recommendation.consultation)
    found = waiting.desk(recommendation.id)
    if request.method == "GET":
        return _screen(recommendation, found, Settlement.opened(found.work))
    PUBLISH.require(viewer(), Floor(recommendation.consultation))
    form = Settlement.of(request.form, found.work)
    seen = request.form.get("seen", "")
    if seen != found.seen:
        return _screen(recommendation, found, form, conflict=str(publishing.OVERTAKEN)), 409
    act = request.form.get("do", "")
    if act == "review":
        form.errors = settling.resolve(found.work, form).problems
        form.errors.pop("note", None)
        return _screen(recommendation, found, form, reviewed=True), 422 if form.errors else 200
    try:
        if act == "preview":
            return _preview(recommendation, found, form)
        made = publishing.publish(viewer(), recommendation.id, seen, form, found.work)
    except Refused as refused:
        form.errors = refused.problems
        return _screen(recommendation, waiting.desk(recommendation.id), form), 422
    except Conflict as conflict:
        fresh = waiting.desk(recommendation.id)
        form = Settlement.of(request.form, fresh.work)
        return _screen(recommendation, fresh, form, conflict=str(conflict.message)), 409
    flash(_("Fassung %(n)s ist veröffentlicht.", n=made.version.number), "message")
    return see_other(url_for("versions.index", slug=slug))


def _preview(recommendation: Recommendation, found: Desk, form: Settlement) -> Response:
    back = url_for("versions.consolidate", slug=recommendation.slug)
    path = url_for("threads.recommendation", slug=recommendation.slug)
    with _staged(recommendation, found, form) as made:
        return staging.as_visitor(path, Preview(clock.now(), back, made.version.number))


@contextmanager
def _staged(recommendation: Recommendation, found: Desk, form: Settlement) -> Iterator[Made]:
    """Within the block the version is published; afterwards nothing has happened."""
    begin_writing()
    savepoint = db.session.begin_nested()
    try:
        made = publishing.publish(viewer(), recommendation.id, found.seen, form, found.work)
        db.session.expunge_all()
        yield made
    finally:
        db.session.expunge_all()
        savepoint.rollback()


def _screen(
    recommendation: Recommendation,
    found: Desk,
    form: Settlement,
    *,
    conflict: str = "",
    reviewed: bool = False,
) -> str | Response:
    work = found.work
    return page(
        "versions/consolidate.html",
        fragment="redaktion",
        recommendation=recommendation,
        desk=found,
        work=work,
        form=form,
        choices={group.number: settling.choices_of(group) for group in work.groups},
        diffs=_diffs(work),
        results=_results(work, form) if reviewed else {},
        may_publish=PUBLISH.check(viewer(), Floor(recommendation.consultation)),
        conflict=conflict,
        reviewed=reviewed,
        clash=Clash,
    )


def _diffs(work: Work) -> dict[int, comparing.Change | None]:
    """For each accepted change the way from the text as it stands to its words, by its key.

    None where it would take too long to find while somebody waits.
    """
    found: dict[int, comparing.Change | None] = {}
    pairs: dict[int, tuple[Words, Words]] = {}
    for group in work.groups:
        for one in group.changes if group.standing else ():
            stands = group.standing.words if group.standing else one.base
            if one.change is not None and one.base == stands:
                found[one.id] = one.change
            else:
                pairs[one.id] = (stands, one.words)
    made = comparing.at_once(list(pairs.values()))
    return found | dict(zip(pairs, made, strict=True))


def _results(work: Work, form: Settlement) -> dict[str, comparing.Change | None]:
    """For each Abschnitt the way to the words that were chosen or written."""
    result = settling.resolve(work, form)
    before = {one.number: one.words for one in work.standings}
    pairs = {
        str(one.number): (before[one.number], one.words)
        for one in result.paragraphs
        if one.number and before[one.number] != one.words
    }
    return dict(zip(pairs, comparing.at_once(list(pairs.values())), strict=True))
