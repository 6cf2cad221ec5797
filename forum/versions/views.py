"""The versions of a text for everybody: the list, one of them, and any two compared."""

from datetime import UTC, date, datetime
from importlib import import_module

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from htmx_flask import request

from forum.amendments.dissents import DissentView, dissents_beneath
from forum.ballots.queries import figures
from forum.kernel import clock, html
from forum.kernel.errors import NotFound
from forum.kernel.web import MAX_KEY, page, whole
from forum.recommendations import current
from forum.recommendations import queries as recommendations
from forum.recommendations.models import Recommendation
from forum.versions import pages, queries
from forum.versions.blueprint import bp
from forum.versions.history import Edition, History

# The pages of the Redaktion hang themselves on the same blueprint.
import_module("forum.versions.desk_views")

_N = f"<int(min=1, max={MAX_KEY}):number>"


def _text(slug: str) -> tuple[Recommendation, History]:
    recommendation = recommendations.published(slug)
    current.use(recommendation.consultation)
    return recommendation, queries.history(recommendation.id)


@bp.get("/empfehlungen/<slug>/fassungen")
def index(slug: str) -> ResponseReturnValue:
    """List the versions of a text with what changed; `?stand=` leads to that of a day."""
    recommendation, history = _text(slug)
    asked = request.args.get("stand", "")
    if asked and (found := _of_day(history, asked)):
        return redirect(url_for("versions.show", slug=slug, number=found.number, stand=asked))
    causes = queries.causes(recommendation.id)
    return page(
        "versions/index.html",
        fragment="fassungen",
        recommendation=recommendation,
        history=history,
        releases=pages.releases(history, causes),
        waiting=[one for one in causes if one.version_number is None],
        asked=asked,
        day=_day(asked),
        today=clock.today(),
    )


def _day(asked: str) -> date | None:
    try:
        return date.fromisoformat(asked[:10])
    except ValueError:
        return None


def _of_day(history: History, asked: str) -> Edition | None:
    """The version in force at the end of a day; of one to come, the latest."""
    day = _day(asked)
    if day is None:
        return None
    try:
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=clock.BERLIN).astimezone(UTC)
        end = clock.midnight_after(noon)
    except (OverflowError, ValueError):
        return None
    return next((o for o in reversed(history.editions) if o.published_at < end), None)


@bp.get(f"/empfehlungen/<slug>/fassungen/{_N}")
def show(slug: str, number: int) -> ResponseReturnValue:
    """Show the text as one version had it."""
    recommendation, history = _text(slug)
    edition = history.edition(number)
    if edition is None:
        raise NotFound
    passages = history.text(number)
    causes = pages.in_text(queries.causes(recommendation.id))
    return page(
        "versions/show.html",
        fragment="fassung",
        recommendation=recommendation,
        history=history,
        edition=edition,
        before=history.before(number),
        next=next((one for one in history.editions if one.number > number), None),
        passages=passages,
        bodies={one.wording_id: one.html or html.render_editorial(one.text) for one in passages},
        figures=figures([one.wording_id for one in passages], recommendation.consultation),
        causes={
            one.number: [
                cause
                for cause in causes
                if cause.place == one.number and (cause.version_number or 0) <= number
            ]
            for one in passages
        },
        dissents=_dissents(recommendation.id, history, edition),
        day=_day(request.args.get("stand", "")),
    )


def _dissents(
    recommendation_id: int, history: History, edition: Edition
) -> dict[int, list[DissentView]]:
    """The Sondervoten left before another version followed, by Abschnitt."""
    after = next((one for one in history.editions if one.number > edition.number), None)
    return {
        number: left
        for number, found in dissents_beneath(recommendation_id).items()
        if (
            left := [
                one
                for one in found
                if after is None or (one.published_at or one.written_at) < after.published_at
            ]
        )
    }


@bp.get("/empfehlungen/<slug>/fassungen/vergleich")
def compare(slug: str) -> ResponseReturnValue:
    """Compare any two versions, Abschnitt by Abschnitt; without a choice, the last two."""
    recommendation, history = _text(slug)
    later = history.edition(whole(request.args.get("bis")) or 0)
    earlier = history.edition(whole(request.args.get("von")) or 0)
    if ("bis" in request.args and later is None) or ("von" in request.args and earlier is None):
        raise NotFound
    later = later or history.latest
    earlier = earlier or history.before(later.number) or later
    if earlier.number > later.number:
        earlier, later = later, earlier
    steps = history.steps(earlier.number, later.number)
    causes = pages.between(queries.causes(recommendation.id), earlier.number, later.number)
    found = queries.compared(steps)
    lines = pages.lines(steps, causes)
    for line in lines:
        line.change = found.get(line.step.passage.paragraph_id)
    return page(
        "versions/compare.html",
        fragment="vergleich",
        recommendation=recommendation,
        history=history,
        earlier=earlier,
        later=later,
        steps=steps,
        lines={line.step.passage.number: line for line in lines},
        changed=lines,
        dissents=_dissents(recommendation.id, history, later),
        deed=pages.deed,
    )
