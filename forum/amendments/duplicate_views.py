"""The page on which duplicates are merged."""

from flask import Response, flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from htmx_flask import request

from forum.accounts.current import viewer
from forum.amendments import duplicates, open_motions, shown, uniting, writing
from forum.amendments.blueprint import bp
from forum.amendments.policy import MERGE, Case
from forum.amendments.reading import AmendmentView
from forum.ballots.queries import figures
from forum.kernel.errors import Conflict, SignInRequired
from forum.kernel.web import MAX_KEY, page, see_other, whole
from forum.recommendations import current
from forum.recommendations import queries as recommendations
from forum.recommendations.models import Recommendation

_N = f"<int(min=1, max={MAX_KEY}):number>"


@bp.route(f"/empfehlungen/<slug>/aenderungen/{_N}/zusammenfuehren", methods=["GET", "POST"])
def merge(slug: str, number: int) -> ResponseReturnValue:
    """Let an amendment go on as another that wants the same."""
    recommendation = recommendations.published(slug)
    current.use(recommendation.consultation)
    clauses = recommendations.clauses([recommendation.id]).get(recommendation.id, [])
    found = shown.view(recommendation.id, number, clauses)
    case = Case(recommendation.consultation, found.line.author_id, found.line.organisation_id)
    if MERGE.check(viewer(), case).sign_in_helps:
        raise SignInRequired(_("Melden Sie sich an, um Vorschläge zusammenzuführen."))
    MERGE.require(viewer(), case)
    if request.method == "GET":
        return _merging(recommendation, found)
    try:
        reason = " ".join(writing.readable(request.form.get("reason", "")).split())
    except ValueError:
        reason = ""
    into, _colon, wording = request.form.get("into", "").partition(":")
    target, seen = whole(into), whole(wording)
    if not target or not seen:
        errors = {"into": _("Wählen Sie, womit dieser Vorschlag zusammengeführt wird.")}
        return _merging(recommendation, found, reason, errors), 422
    own = whole(request.form.get("seen")) or 0
    try:
        made = uniting.merge(viewer(), found.line.id, target, reason, (own, seen))
    except writing.Refused as refused:
        return _merging(recommendation, found, reason, refused.problems, target), 422
    except Conflict as conflict:
        message = str(conflict.message)
        found = shown.view(recommendation.id, number, clauses)
        return _merging(recommendation, found, reason, conflict=message), 409
    flash(
        ngettext(
            "Zusammengeführt. Eine Zustimmung ist mitgegangen.",
            "Zusammengeführt. %(num)s Zustimmungen sind mitgegangen.",
            made.carried,
        )
        if made.carried
        else _("Zusammengeführt. Keine Zustimmung kam hinzu."),
        "message",
    )
    return see_other(url_for("threads.amendment", slug=slug, number=number))


def _merging(
    recommendation: Recommendation,
    found: AmendmentView,
    reason: str = "",
    errors: dict[str, str] | None = None,
    target: int = 0,
    conflict: str = "",
) -> str | Response:
    line = found.line
    others = duplicates.possible(line)
    ids = [line.wording_id, *(other.wording_id for other in others)]
    return page(
        "amendments/merge.html",
        fragment="zusammenfuehren",
        recommendation=recommendation,
        line=line,
        others=others,
        texts=open_motions.newest_texts([line.id, *(other.id for other in others)]),
        has_absorbed=line.id in duplicates.absorbed([line.id]),
        figures=figures(ids, recommendation.consultation),
        reason=reason,
        target=target,
        errors=errors or {},
        conflict=conflict,
    )
