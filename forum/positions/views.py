"""Parties and their answers: the list, the comparison, one party, and the parties' own desk."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from forum.kernel import clock
from forum.kernel.errors import NotFound
from forum.kernel.web import page
from forum.positions import answers, queries
from forum.recommendations.current import consultation, use

bp = Blueprint("positions", __name__)
bp.add_app_template_global(answers.lead, "positions_lead")
bp.add_app_template_global(answers.headline, "positions_headline")


@bp.app_template_global("positions_publication")
def _publication(views: list[answers.ThesisView]) -> str:
    return answers.publication(consultation().positions_published_at, clock.now(), views)


@bp.get("/parteien/")
def parties() -> ResponseReturnValue:
    """List the parties of the round, each with how much of its answers is known and from where."""
    views = [view for topic in queries.matrix(consultation()) for view in topic.theses]
    rows = [
        (party, answers.count(view.answers[index] for view in views))
        for index, party in enumerate(queries.parties(consultation().id))
    ]
    return page(
        "positions/parties.html", fragment="parteien", round=consultation(), rows=rows, views=views
    )


@bp.get("/parteien/vergleich")
def matrix() -> ResponseReturnValue:
    """Compare all answers; `?empfehlung=<slug>` shows the theses of one recommendation only."""
    topics = queries.matrix(consultation())
    chosen = request.args.get("empfehlung", "")
    shown = [topic for topic in topics if not chosen or topic.slug == chosen]
    if chosen and not shown:
        raise NotFound
    views = [view for topic in topics for view in topic.theses]
    return page(
        "positions/matrix.html",
        fragment="vergleich",
        round=consultation(),
        topics=topics,
        shown=shown,
        chosen=chosen,
        views=views,
        columns=answers.parties(views),
    )


@bp.get("/parteien/<slug>")
def party(slug: str) -> ResponseReturnValue:
    """Show one party: its programme, and what it says to each thesis."""
    found = queries.party(slug)
    use(queries.round_of(found))
    topics = queries.party_topics(consultation(), found.id)
    views = [view for topic in topics for view in topic.theses]
    return page(
        "positions/party.html",
        fragment="partei",
        round=consultation(),
        party=found,
        topics=topics,
        views=views,
        count=answers.count(view.answers[0] for view in views),
    )
