"""Lists of amendments, and the forms to file, revise and withdraw them.

The page of one amendment belongs to the thread: it carries a debate.
"""

from importlib import import_module

from flask import Response, flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from htmx_flask import request

from forum.accounts.bylines import byline_of
from forum.accounts.current import viewer
from forum.accounts.models import User
from forum.amendments import actions, comparing, queries, shown, sources, writing
from forum.amendments.blueprint import bp
from forum.amendments.comparing import Change
from forum.amendments.forms import MotionForm
from forum.amendments.models import AmendmentKind, AmendmentState
from forum.amendments.policy import FILE, REVISE, Floor, Standing
from forum.amendments.reading import AmendmentView
from forum.kernel.errors import Conflict, SignInRequired
from forum.kernel.policy import Rule
from forum.kernel.web import MAX_KEY, page, see_other, whole
from forum.recommendations import current
from forum.recommendations import queries as recommendations
from forum.recommendations.models import Recommendation
from forum.recommendations.queries import Clause

# The pages of the Redaktion hang themselves on the same blueprint.
import_module("forum.amendments.desk_views")
import_module("forum.amendments.dissent_views")
import_module("forum.amendments.duplicate_views")

_N = f"<int(min=1, max={MAX_KEY}):number>"


def _text(slug: str) -> tuple[Recommendation, list[Clause]]:
    recommendation = recommendations.published(slug)
    current.use(recommendation.consultation)
    return recommendation, recommendations.clauses([recommendation.id]).get(recommendation.id, [])


@bp.get("/empfehlungen/<slug>/aenderungen/")
def index(slug: str) -> ResponseReturnValue:
    """List all amendments to a text, by state and Abschnitt."""
    recommendation, clauses = _text(slug)
    lines = queries.lines(recommendation.id)
    state = request.args.get("stand", "")
    paragraph = whole(request.args.get("abschnitt"))
    chosen = [
        line
        for line in lines
        if (state not in set(AmendmentState) or line.state == state)
        and (paragraph is None or (line.paragraph_number or 0) == paragraph)
    ]
    return page(
        "amendments/index.html",
        fragment="aenderungen",
        recommendation=recommendation,
        clauses=clauses,
        lines=lines,
        shown=chosen,
        state=state if state in set(AmendmentState) else "",
        paragraph=paragraph,
        may_file=FILE.check(viewer(), Floor(recommendation.consultation)),
    )


# Filing ---


@bp.route("/empfehlungen/<slug>/aenderungen/neu", methods=["GET", "POST"])
def new(slug: str) -> ResponseReturnValue:
    """Write a motion of one or several amendments, see how it reads, and file it."""
    recommendation, clauses = _text(slug)
    _may(FILE, Floor(recommendation.consultation))
    by_number = {clause.number: clause for clause in clauses}
    version = clauses[0].version_number if clauses else 0
    if request.method == "GET":
        form = MotionForm.opened(version)
        form.aus = request.args.get("aus", "")[:200]
        if "abschnitt" in request.args:
            kind = request.args.get("art", AmendmentKind.CHANGE.value)
            form.add(kind, whole(request.args.get("abschnitt")), by_number)
            form.errors.clear()
        return _motion(recommendation, clauses, form)
    form = MotionForm.of(request.form)
    since: list[tuple[Clause, Change]] = []
    if form.version != version:
        since = _since(recommendation.id, form, by_number)
        form.version = version
        return _motion(recommendation, clauses, form, overtaken=True, since=since), 409
    if form.press(request.form, by_number):
        return _motion(recommendation, clauses, form, at="art" if form.errors else "letzte")
    form.errors |= writing.check(form.changes, form.reason, by_number)
    drawn = sources.by_numbers(recommendation.id, form.drawn_from)
    if problem := sources.problem(form.aus, drawn):
        form.errors["aus"] = problem
    if form.errors:
        return _motion(recommendation, clauses, form), 422
    if request.form.get("do") == "preview":
        return _motion(recommendation, clauses, form, preview=True)
    try:
        motion = actions.file_motion(
            viewer(),
            recommendation.id,
            form.version,
            form.changes,
            form.reason,
            form.submission,
            form.drawn_from,
        )
    except writing.Refused as refused:
        form.errors |= refused.problems
        return _motion(recommendation, clauses, form), 422
    except Conflict:
        return _motion(recommendation, clauses, form, overtaken=True), 409
    numbers = [amendment.number for amendment in motion.amendments]
    flash(
        _("Ihr Änderungsvorschlag ist eingereicht.")
        if len(numbers) == 1
        else _("Ihre Änderungsvorschläge sind eingereicht."),
        "message",
    )
    return see_other(url_for("threads.amendment", slug=slug, number=numbers[0]))


def _may(rule: Rule, subject: Floor | Standing) -> None:
    decision = rule.check(viewer(), subject)
    if decision.sign_in_helps:
        raise SignInRequired(_("Melden Sie sich an, um Änderungen vorzuschlagen."))
    rule.require(viewer(), subject)


def _since(
    recommendation_id: int, form: MotionForm, clauses: dict[int, Clause]
) -> list[tuple[Clause, Change]]:
    """What reads otherwise now than in the version that the form was opened on."""
    before = recommendations.wordings_in(recommendation_id, form.version)
    about = {change.paragraph for change in form.changes}
    moved = [
        clause
        for number, clause in clauses.items()
        if number in about and number in before and before[number].id != clause.wording_id
    ]
    pairs = [
        ((before[one.number].heading, before[one.number].text), (one.heading, one.text))
        for one in moved
    ]
    found = comparing.at_once(pairs)
    return [(clause, change) for clause, change in zip(moved, found, strict=True) if change]


def _motion(
    recommendation: Recommendation,
    clauses: list[Clause],
    form: MotionForm,
    *,
    preview: bool = False,
    overtaken: bool = False,
    since: list[tuple[Clause, Change]] | None = None,
    at: str = "",
) -> str | Response:
    by_number = {clause.number: clause for clause in clauses}
    compared = (
        comparing.at_once(
            [(writing.standing(one, by_number), writing.proposed(one)) for one in form.changes]
        )
        if preview
        else []
    )
    return page(
        "amendments/new.html",
        fragment="antrag",
        recommendation=recommendation,
        clauses=clauses,
        by_number=by_number,
        form=form,
        preview=compared,
        overtaken=overtaken,
        since=since or [],
        at=at,
        byline=_own_byline(),
        origins=sources.by_numbers(recommendation.id, form.drawn_from),
    )


def _own_byline() -> str:
    who = viewer()
    return str(byline_of(who)) if isinstance(who, User) else ""


# Revising and withdrawing ---


def _own(slug: str, number: int) -> tuple[Recommendation, list[Clause], AmendmentView]:
    recommendation, clauses = _text(slug)
    found = shown.view(recommendation.id, number, clauses)
    line = found.line
    _may(
        REVISE,
        Standing(recommendation.consultation, line.author_id, line.state, is_hidden=line.is_hidden),
    )
    return recommendation, clauses, found


@bp.route(f"/empfehlungen/<slug>/aenderungen/{_N}/ueberarbeiten", methods=["GET", "POST"])
def revise(slug: str, number: int) -> ResponseReturnValue:
    """Give one's own amendment another wording, or carry it over to the text as it reads now."""
    recommendation, _clauses, found = _own(slug, number)
    wording = queries.newest(found.line.id)
    if request.method == "GET":
        return _revision(recommendation, found, wording.heading, wording.text, wording.number)
    seen = whole(request.form.get("seen")) or 0
    try:
        heading = " ".join(writing.readable(request.form.get("heading", "")).split())
        text = writing.readable(request.form.get("text", ""))
    except ValueError:
        errors = {"text": _("Darin stehen Zeichen, die wir nicht lesen können.")}
        return _revision(recommendation, found, "", "", seen, errors), 422
    try:
        actions.revise(viewer(), found.line.id, seen, heading, text)
    except writing.Refused as refused:
        return _revision(recommendation, found, heading, text, seen, refused.problems), 422
    except Conflict as conflict:
        errors = {"text": str(conflict.message)}
        before = queries.wording_numbered(found.line.id, seen)
        now = (wording.heading, wording.text)
        meanwhile = comparing.at_once([((before.heading, before.text), now)]) if before else [None]
        return (
            _revision(
                recommendation,
                found,
                heading,
                text,
                wording.number,
                errors,
                meanwhile=meanwhile[0],
            ),
            409,
        )
    flash(_("Der neue Wortlaut steht. Abgestimmt wird darüber von vorn."), "message")
    return see_other(url_for("threads.amendment", slug=slug, number=number))


def _revision(
    recommendation: Recommendation,
    found: AmendmentView,
    heading: str,
    text: str,
    seen: int,
    errors: dict[str, str] | None = None,
    *,
    meanwhile: Change | None = None,
) -> str | Response:
    base = None
    if found.is_overtaken and found.clause and found.line.base_wording_id:
        old = queries.wording(found.line.base_wording_id)
        if old is not None:
            now = (found.clause.heading, found.clause.text)
            [base] = comparing.at_once([((old.heading, old.text), now)])
    return page(
        "amendments/revise.html",
        fragment="antrag",
        recommendation=recommendation,
        view=found,
        line=found.line,
        since=base,
        meanwhile=meanwhile,
        heading=heading,
        text=text,
        seen=seen,
        errors=errors or {},
    )


@bp.post(f"/empfehlungen/<slug>/aenderungen/{_N}/zurueckziehen")
def withdraw(slug: str, number: int) -> ResponseReturnValue:
    """Take one's own amendment back."""
    recommendation, clauses = _text(slug)
    found = shown.view(recommendation.id, number, clauses)
    actions.withdraw(viewer(), found.line.id)
    flash(_("Ihr Änderungsvorschlag ist zurückgezogen."), "message")
    return see_other(url_for("threads.amendment", slug=slug, number=number))
