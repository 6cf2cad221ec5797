"""Reporting, the moderators' desk, and the public list of decisions."""

from dataclasses import replace
from datetime import timedelta

from flask import Blueprint, Response, current_app, flash, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from htmx_flask import request

from forum.accounts.current import viewer
from forum.deliberation.described import Described
from forum.kernel.errors import Conflict, NotFound, NotPermitted
from forum.kernel.web import is_from_here, page, see_other, whole
from forum.moderation import actions, policy, queries, visitors, words
from forum.moderation.forms import DecisionForm, ReportForm
from forum.moderation.models import Measure, ReportReason

bp = Blueprint("moderation", __name__)


@bp.record_once
def _visitors_carry_no_token(state: BlueprintSetupState) -> None:
    """The report form is open to people without a cookie; `_take` guards it in other ways."""
    state.app.extensions["csrf"].exempt(report)


@bp.route("/melden/<int:subject_id>", methods=["GET", "POST"])
def report(subject_id: int) -> ResponseReturnValue:
    """Report a contribution, with or without an account."""
    if request.method == "POST":
        return _take(subject_id)
    subject = queries.reportable(subject_id)
    return page("moderation/report.html", fragment="melden", **_form(ReportForm(), subject))


def _take(subject_id: int) -> ResponseReturnValue:
    signed_in = viewer().is_authenticated
    if not is_from_here(request):
        raise NotPermitted(_("Senden Sie die Meldung von unserer eigenen Seite aus."))
    if signed_in and current_app.config.get("WTF_CSRF_ENABLED", True):
        current_app.extensions["csrf"].protect()
    form = ReportForm.of(request.form, signed_in=signed_in)
    stamp = request.form.get("stamp", "")
    objection = visitors.objection(stamp, subject_id, request.form.get("website", ""))
    if form.errors or objection:
        subject = queries.reportable(subject_id)
        context = _form(form, subject, objection=objection, stamp=stamp)
        return page("moderation/report.html", fragment="melden", **context), 422
    receipt = visitors.receipt(stamp, form.reason, form.text, form.email)
    actions.report(
        viewer(),
        subject_id,
        reason=ReportReason(form.reason),
        text=form.text,
        receipt=receipt,
        name=form.name,
        email=form.email,
    )
    return see_other(url_for("moderation.receipt", code=receipt))


def _form(
    form: ReportForm, subject: Described, *, objection: str = "", stamp: str = ""
) -> dict[str, object]:
    return {
        "form": form,
        "subject": subject,
        "objection": objection,
        "stamp": visitors.renewed(stamp, subject.id),
        "reasons": [(reason.value, words.reason_word(reason)) for reason in ReportReason],
    }


@bp.get("/melden/eingang/<code>")
def receipt(code: str) -> ResponseReturnValue:
    """Confirm a report to whoever knows its code."""
    found = queries.by_receipt(code)
    return page(
        "moderation/receipt.html",
        fragment="eingang",
        report=found,
        verdict=queries.verdict(found.verdict_id),
        measure_word=words.measure_word,
    )


@bp.get("/moderation/")
def queue() -> ResponseReturnValue:
    """List what was reported, and open one of it beside the list."""
    _moderators_only()
    waiting = queries.waiting()
    chosen = whole(request.args.get("beitrag")) or next(
        (one.subject_id for one in waiting if one.subject), None
    )
    file = queries.file(chosen) if chosen else None
    return page(
        "moderation/queue.html",
        fragment="meldungen",
        waiting=waiting,
        file=file,
        reason_word=words.reason_word,
        day=timedelta(days=1),
    )


@bp.route("/moderation/entscheiden/<int:subject_id>", methods=["GET", "POST"])
def decide(subject_id: int) -> ResponseReturnValue:
    """Hide, restore, or leave a contribution as it is, each with its reasons."""
    _moderators_only()
    if request.method == "POST":
        return _decide(subject_id)
    return _decision_page(subject_id, DecisionForm())


def _decide(subject_id: int) -> ResponseReturnValue:
    sentences = {clause.id: clause.public_sentence for clause in queries.clauses()}
    form = DecisionForm.of(request.form, sentences)
    if "propose" in request.form:
        form.errors.clear()
        form.public_reason = form.proposal(sentences)
        return _decision_page(subject_id, form)
    if form.errors:
        return _decision_page(subject_id, form), 422
    try:
        actions.decide(
            viewer(),
            subject_id,
            measure=Measure(form.measure),
            clause_id=form.clause_id,
            reason_to_author=form.reason_to_author,
            public_reason=form.public_reason,
            basis=form.basis,
            seen=form.seen,
        )
    except actions.NamesSomebody as refusal:
        form.errors["public_reason"] = str(refusal.message)
        return _decision_page(subject_id, form), 422
    except Conflict as conflict:
        return _decision_page(subject_id, form, str(conflict.message)), 409
    flash(_("Entschieden und mitgeteilt."), "message")
    return see_other(url_for("moderation.queue"))


def _decision_page(subject_id: int, form: DecisionForm, conflict: str = "") -> str | Response:
    file = queries.file(subject_id)
    return page(
        "moderation/decide.html",
        fragment="entscheiden",
        file=file,
        form=form,
        conflict=conflict,
        clauses=queries.clauses(),
        choices=[
            (measure, words.measure_choice(measure))
            for measure in Measure
            if policy.DECIDE.check(viewer(), replace(file.case, measure=measure))
        ],
        reason_word=words.reason_word,
    )


@bp.get("/entscheidungen")
def decisions() -> ResponseReturnValue:
    """All decisions of the moderation with their public reasons, without names."""
    return page(
        "moderation/decisions.html",
        fragment="entscheidungen",
        decisions=queries.decisions(whole(request.args.get("vor"))),
        measure_word=words.measure_word,
    )


def _moderators_only() -> None:
    """Others are not told that there is such a page."""
    if not policy.READ.check(viewer()):
        raise NotFound
