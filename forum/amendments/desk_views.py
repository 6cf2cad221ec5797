"""The desk of the Redaktion: what is to decide, and deciding it."""

from flask import Response, flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from htmx_flask import request

from forum.accounts.current import viewer
from forum.amendments import deciding, open_motions, queries, writing
from forum.amendments.blueprint import bp
from forum.amendments.deciding import NewDecision
from forum.amendments.models import AmendmentKind, AmendmentState
from forum.amendments.policy import CONFIRM, DECIDE, DESK, Case
from forum.amendments.reading import Line
from forum.ballots.queries import figures
from forum.kernel.errors import Conflict
from forum.kernel.web import MAX_KEY, page, see_other, whole
from forum.recommendations import current
from forum.recommendations import queries as recommendations

_ID = f"<int(min=1, max={MAX_KEY}):motion_id>"


@bp.get("/redaktion/aenderungen")
def desk() -> ResponseReturnValue:
    """List the motions of the round on which something is to decide."""
    DESK.require(viewer())
    consultation = recommendations.current_consultation()
    lines = open_motions.to_decide(consultation.id) if consultation else []
    motions: dict[int, list[Line]] = {}
    for line in lines:
        motions.setdefault(line.motion_id, []).append(line)
    return page(
        "amendments/desk.html",
        fragment="redaktion",
        motions=motions,
        texts=open_motions.slugs({line.recommendation_id for line in lines}),
    )


@bp.route(f"/redaktion/aenderungen/{_ID}", methods=["GET", "POST"])
def motion(motion_id: int) -> ResponseReturnValue:
    """Read a motion with its votes, and decide on all that is open in it."""
    DESK.require(viewer())
    if request.method == "GET":
        return _sheet(motion_id)
    wordings: dict[int, int] = {}
    decisions: dict[int, NewDecision] = {}
    for name, value in request.form.items():
        key = whole(name.removeprefix("wording-"))
        wording = whole(value)
        if name.startswith("wording-") and key and wording:
            wordings[key] = wording
            decisions[key] = _decision(key)
    try:
        made = deciding.decide(viewer(), motion_id, wordings, decisions)
    except writing.Refused as refused:
        return _sheet(motion_id, decisions, refused.problems), 422
    except Conflict as conflict:
        return _sheet(motion_id, decisions, conflict=str(conflict.message)), 409
    if any(one.needs_second for one in made):
        flash(
            _(
                "Drei oder mehr Bänke stimmen mehrheitlich zu: Die Ablehnung gilt, sobald eine "
                "zweite Person zustimmt. Bis dahin ist sie nicht öffentlich."
            ),
            "message",
        )
    else:
        flash(_("Entschieden und mitgeteilt."), "message")
    return see_other(url_for("amendments.motion", motion_id=motion_id))


def _decision(key: int) -> NewDecision:
    outcome = request.form.get(f"outcome-{key}", "")

    def typed(name: str) -> str:
        try:
            return writing.readable(request.form.get(f"{name}-{key}", ""))
        except ValueError:
            return ""

    return NewDecision(
        AmendmentState(outcome) if outcome in set(AmendmentState) else None,
        typed("reason"),
        " ".join(typed("heading").split()),
        typed("text"),
    )


def _sheet(
    motion_id: int,
    typed: dict[int, NewDecision] | None = None,
    errors: dict[str, str] | None = None,
    conflict: str = "",
) -> str | Response:
    lines = open_motions.in_motion(motion_id)
    first = lines[0]
    text = open_motions.slugs({first.recommendation_id})[first.recommendation_id]
    recommendation = recommendations.published(text.slug)
    current.use(recommendation.consultation)
    made = queries.decisions([line.id for line in lines])
    waiting = {
        one.amendment_id: one
        for line in lines
        for one in made
        if one.wording_id == line.wording_id
        and line.is_under_review
        and one.effective_at is None
        and one.refused_at is None
    }
    case = Case(recommendation.consultation, first.author_id, first.organisation_id)
    seconds = {
        key: CONFIRM.check(
            viewer(),
            Case(case.consultation, case.author_id, case.organisation_id, one.decided_by_id),
        )
        for key, one in waiting.items()
    }
    return page(
        "amendments/motion.html",
        fragment="redaktion",
        recommendation=recommendation,
        lines=lines,
        first=first,
        figures=figures([line.wording_id for line in lines], recommendation.consultation),
        made={one.amendment_id: one for one in made if one.effective_at},
        waiting=waiting,
        seconds=seconds,
        may_decide=DECIDE.check(viewer(), case),
        typed=typed or {},
        words=open_motions.newest_texts([line.id for line in lines]),
        errors=errors or {},
        conflict=conflict,
        strike=AmendmentKind.STRIKE,
    )


@bp.post(f"/redaktion/aenderungen/entscheidungen/<int(min=1, max={MAX_KEY}):decision_id>")
def second(decision_id: int) -> ResponseReturnValue:
    """Agree to a refusal against a majority, or give it back."""
    DESK.require(viewer())
    agrees = request.form.get("do") == "agree"
    decision = deciding.second(viewer(), decision_id, agrees=agrees)
    flash(
        _("Die Ablehnung gilt und ist mitgeteilt.")
        if agrees
        else _("Die Ablehnung gilt nicht. Über den Vorschlag ist neu zu entscheiden."),
        "message",
    )
    motion_id = queries.motion_of(decision.amendment_id).id
    return see_other(url_for("amendments.motion", motion_id=motion_id))
