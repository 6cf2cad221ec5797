"""The published summaries, and the desk where moderators write and approve them."""

from typing import Any

from flask import Blueprint, Response, current_app, flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from htmx_flask import request

from forum.accounts.current import viewer
from forum.amendments import dissents
from forum.ballots.policy import may_vote
from forum.ballots.queries import figures_and_own
from forum.deliberation.described import described
from forum.deliberation.models import Visibility
from forum.kernel.errors import Conflict, NotFound
from forum.kernel.web import page, see_other
from forum.recommendations import current
from forum.recommendations.queries import published as published_recommendation
from forum.recommendations.queries import published_in
from forum.summaries import actions, policy, queries
from forum.summaries.actions import NewStatement
from forum.summaries.forms import SummaryForm
from forum.summaries.models import SummaryState
from forum.summaries.reading import changes
from forum.summaries.references import Reference, parse

bp = Blueprint("summaries", __name__)


@bp.get("/zusammenfassungen/")
def index() -> ResponseReturnValue:
    """List the summaries that stand, and say honestly where there is none yet."""
    consultation = current.consultation()
    return page(
        "summaries/index.html",
        fragment="zusammenfassungen",
        summaries=queries.published_all(consultation),
        recommendations=published_in(consultation),
        ahead=policy.approval_ahead(consultation),
    )


@bp.get("/zusammenfassungen/<slug>")
def show(slug: str) -> ResponseReturnValue:
    """Read the summary that stands now, with all it rests on."""
    return _article(slug)


@bp.get("/zusammenfassungen/<slug>/fassungen/<int:number>")
def version(slug: str, number: int) -> ResponseReturnValue:
    """Read an earlier version; published ones never vanish."""
    return _article(slug, number)


def _article(slug: str, number: int | None = None) -> ResponseReturnValue:
    recommendation = published_recommendation(slug)
    current.use(recommendation.consultation)
    history = queries.history(slug)
    summary = next((one for one in history if number in {None, one.number}), None)
    if summary is None:
        raise NotFound
    before = next((one for one in history if one.number == summary.number - 1), None)
    cited = described(summary.cited_ids)
    ballots = [one.ballot_id for one in cited.values() if one.ballot_id]
    consultation = recommendation.consultation
    figures, own = figures_and_own(viewer(), consultation, [*ballots, summary.id])
    return page(
        "summaries/show.html",
        fragment="zusammenfassung",
        summary=summary,
        recommendation=recommendation,
        history=history,
        changes=changes(summary, before) if before else None,
        dissents=dissents.published(recommendation.id),
        cited=cited,
        figures=figures,
        own=own.get(summary.id),
        decision=may_vote(viewer(), policy.votable(consultation, summary.version_id)),
        responsible=current_app.config["FORUM"].RESPONSIBLE_PERSON,
    )


@bp.get("/moderation/zusammenfassungen/")
def desk() -> ResponseReturnValue:
    """Show moderators where every summary of the round stands."""
    _moderators_only()
    return page(
        "summaries/desk.html",
        fragment="werkstatt",
        rows=queries.in_round(current.consultation()),
        states=SummaryState,
    )


@bp.post("/moderation/zusammenfassungen/<slug>/beginnen")
def begin(slug: str) -> ResponseReturnValue:
    """Begin a version."""
    _moderators_only()
    actions.begin(viewer(), slug)
    return see_other(url_for("summaries.edit", slug=slug))


@bp.route("/moderation/zusammenfassungen/<slug>", methods=["GET", "POST"])
def edit(slug: str) -> ResponseReturnValue:
    """Write a draft, or read one that waits for approval."""
    _moderators_only()
    if request.method == "POST":
        return _edit(slug)
    found = queries.desk(slug)
    form = SummaryForm.of_view(found.draft) if found.draft else SummaryForm()
    return _editor(found, form)


def _edit(slug: str) -> ResponseReturnValue:
    form = SummaryForm.of(request.form)
    button = request.form.get("do", "save")
    if form.press(button):
        return _editor(queries.desk(slug), form, unsaved=True)
    form.without_blanks()
    form.check()
    statements = _statements(slug, form)
    if button == "submit":
        form.check_complete([bool(one.citations) for one in statements])
    if form.errors:
        return _editor(queries.desk(slug), form), 422
    try:
        saved = actions.save_draft(
            viewer(),
            slug,
            title=form.title,
            lead=form.lead,
            statements=statements,
            edition=form.edition,
        )
        if button == "submit":
            actions.submit(viewer(), slug, edition=saved.edition)
            flash(_("Gespeichert. Die Freigabe ist angefragt."), "message")
        else:
            flash(_("Gespeichert."), "message")
    except Conflict as conflict:
        found = queries.desk(slug)
        return _editor(found, form, conflict=str(conflict.message)), 409
    return see_other(url_for("summaries.edit", slug=slug))


def _statements(slug: str, form: SummaryForm) -> list[NewStatement]:
    """The statements with their citations found; what cannot be cited is an error at its field."""
    parsed = [parse(one.cites) for one in form.statements]
    known = queries.resolve(
        published_recommendation(slug), [one for references in parsed for one in references]
    )
    statements = []
    for number, (typed, references) in enumerate(zip(form.statements, parsed, strict=True)):
        refused = [sentence for one in references if (sentence := _why_not(one, known))]
        if refused:
            form.errors[f"cites-{number}"] = " ".join(refused)
        ids = [known[one].id for one in references if one in known]
        statements.append(NewStatement(typed.part, typed.text, ids))
    return statements


def _why_not(reference: Reference, known: dict[Reference, Any]) -> str:
    if reference.kind is None:
        return _("„%(what)s“ ist kein Beleg, den wir kennen.", what=reference.typed)
    found = known.get(reference)
    if found is None:
        return _("„%(what)s“ gibt es nicht, oder es ist nicht öffentlich.", what=reference.typed)
    if found.state is Visibility.HIDDEN:
        return _("„%(what)s“ ist ausgeblendet.", what=reference.typed)
    if found.state is Visibility.DELETED:
        return _("„%(what)s“ ist gelöscht.", what=reference.typed)
    return ""


def _editor(
    found: queries.Desk, form: SummaryForm, *, conflict: str = "", unsaved: bool = False
) -> str | Response:
    current.use(found.recommendation.consultation)
    return page(
        "summaries/edit.html",
        fragment="entwurf",
        desk=found,
        draft=found.draft,
        form=form,
        conflict=conflict,
        unsaved=unsaved,
        states=SummaryState,
    )


@bp.post("/moderation/zusammenfassungen/<slug>/freigeben")
def approve(slug: str) -> ResponseReturnValue:
    """Publish what another moderator has submitted."""
    _moderators_only()
    actions.approve(viewer(), slug, edition=request.form.get("edition", 0, type=int))
    flash(_("Freigegeben und veröffentlicht."), "message")
    return see_other(url_for("summaries.show", slug=slug))


@bp.post("/moderation/zusammenfassungen/<slug>/zurueckgeben")
def give_back(slug: str) -> ResponseReturnValue:
    """Return a draft to its author."""
    _moderators_only()
    actions.give_back(
        viewer(),
        slug,
        edition=request.form.get("edition", 0, type=int),
        remark=request.form.get("remark", "")[:2000],
    )
    flash(_("Zurückgegeben."), "message")
    return see_other(url_for("summaries.edit", slug=slug))


def _moderators_only() -> None:
    """Others are not told that there is such a page."""
    if not policy.DESK.check(viewer()):
        raise NotFound
