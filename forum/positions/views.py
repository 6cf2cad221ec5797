"""Parties and their answers: the list, the comparison, one party, and the parties' own desk."""

from itertools import groupby
from typing import Any

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.current import viewer
from forum.accounts.models import User
from forum.kernel import clock
from forum.kernel.approval import Stale
from forum.kernel.errors import NotFound, SignInRequired
from forum.kernel.web import page, see_other
from forum.positions import actions, answers, desk, policy, queries, words
from forum.positions.forms import AnswerForm
from forum.positions.writing import Refused
from forum.recommendations.current import consultation, use
from forum.recommendations.models import Act
from forum.recommendations.policy import closes_at

bp = Blueprint("positions", __name__)
bp.add_app_template_filter(words.minute, "minute")
bp.add_app_template_global(words.answer_word, "answer_word")
bp.add_app_template_global(words.answer_words, "answer_words")
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


@bp.get("/partei-desk/", endpoint="desk")
def party_desk() -> ResponseReturnValue:
    """What a party has written so far, thesis by thesis."""
    person = _representative()
    assert person.party_id is not None  # noqa: S101 - the rule has asked
    party = desk.party(person.party_id)
    use(queries.round_of(party))
    lines = desk.lines(consultation(), party.id)
    closes = closes_at(consultation(), Act.ANSWER_THESES)
    return page(
        "positions/desk.html",
        fragment="desk",
        round=consultation(),
        party=party,
        topics=[
            (title, list(group))
            for title, group in groupby(lines, key=lambda line: line.recommendation_title)
        ],
        progress=desk.progress(lines),
        closes=closes,
        days_left=(closes.astimezone(clock.BERLIN).date() - clock.today()).days if closes else 0,
        people=[one.name for one in desk.people(party.id)],
    )


@bp.get("/partei-desk/<slug>")
def sheet(slug: str) -> ResponseReturnValue:
    """One thesis: the text so far, and the next step to its publication."""
    found = _sheet(_representative(), slug)
    return _sheet_page(found, AnswerForm.of(found.text_now, found.edition))


@bp.post("/partei-desk/<slug>")
def save_draft(slug: str) -> ResponseReturnValue:
    """Keep the text; with the other button, ask a colleague for approval."""
    person = _representative()
    form = AnswerForm.posted(request.form)
    submit = request.form.get("act") == "submit"
    try:
        actions.save_draft(person, slug, form.content(), form.edition, submit=submit)
    except Refused as refusal:
        return _sheet_page(_sheet(person, slug), form, refusal.problems), 422
    except Stale as stale:
        found = _sheet(person, slug)
        return _sheet_page(found, form.over(found.edition), stale=str(stale.message)), 409
    flash(
        _("Gespeichert. Die Freigabe ist angefragt.") if submit else _("Entwurf gespeichert."),
        "message",
    )
    return see_other(url_for(".sheet", slug=slug))


@bp.post("/partei-desk/<slug>/freigeben")
def approve(slug: str) -> ResponseReturnValue:
    """Approve a colleague's text."""
    person = _representative()
    try:
        actions.approve(person, slug, AnswerForm.posted(request.form).edition)
    except Refused as refusal:
        found = _sheet(person, slug)
        return _sheet_page(
            found, AnswerForm.of(found.text_now, found.edition), refusal.problems
        ), 422
    except Stale as stale:
        return _changed_meanwhile(person, slug, stale)
    flash(_("Freigegeben."), "message")
    return see_other(url_for(".sheet", slug=slug))


@bp.post("/partei-desk/<slug>/zurueckgeben")
def send_back(slug: str) -> ResponseReturnValue:
    """Return a colleague's text with a remark."""
    person = _representative()
    remark = request.form.get("remark", "")
    try:
        actions.send_back(person, slug, AnswerForm.posted(request.form).edition, remark)
    except Refused as refusal:
        found = _sheet(person, slug)
        form = AnswerForm.of(found.text_now, found.edition)
        return _sheet_page(found, form, refusal.problems, remark=remark), 422
    except Stale as stale:
        return _changed_meanwhile(person, slug, stale, remark=remark)
    flash(_("Zurückgegeben."), "message")
    return see_other(url_for(".sheet", slug=slug))


def _representative() -> User:
    """Whoever acts for a party. For everybody else there is no desk; visitors may sign in."""
    person = viewer()
    decision = policy.DESK.check(person)
    if decision.sign_in_helps:
        raise SignInRequired(decision.reason)
    if not decision or not isinstance(person, User):
        raise NotFound
    return person


def _sheet(person: User, slug: str) -> desk.Sheet:
    assert person.party_id is not None  # noqa: S101 - the rule has asked
    found = desk.sheet(person.party_id, slug)
    use(found.consultation)
    return found


def _changed_meanwhile(person: User, slug: str, stale: Stale, **more: Any) -> ResponseReturnValue:
    found = _sheet(person, slug)
    form = AnswerForm.of(found.text_now, found.edition)
    return _sheet_page(found, form, notice=str(stale.message), **more), 409


def _sheet_page(
    found: desk.Sheet,
    form: AnswerForm,
    problems: dict[str, str] | None = None,
    *,
    stale: str = "",
    notice: str = "",
    remark: str = "",
) -> str:
    person = viewer()
    return str(
        page(
            "positions/sheet.html",
            fragment="these",
            round=found.consultation,
            sheet=found,
            form=form,
            problems=problems or {},
            stale=stale,
            notice=notice,
            remark=remark,
            party=desk.party(found.party_id),
            lines=[
                line
                for line in desk.lines(found.consultation, found.party_id)
                if line.recommendation_title == found.recommendation_title
            ],
            may_write=policy.DRAFT.check(person, found),
            may_approve=policy.APPROVE.check(person, found),
            may_return=policy.RETURN.check(person, found),
        )
    )
