"""The thread of a recommendation: its text, its debate, its theses, and the acts on them."""

from dataclasses import replace
from types import SimpleNamespace

from flask import Response, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from htmx_flask import request

from forum.accounts.current import viewer
from forum.deliberation import actions, deciding, drafting, listing, replies
from forum.deliberation import queries as deliberation
from forum.deliberation.models import Visibility, Voice
from forum.kernel import clock
from forum.kernel.errors import ForumError, NotFound, SignInRequired
from forum.kernel.policy import Decision
from forum.kernel.web import MAX_KEY, page, see_other, wants_fragment
from forum.recommendations import timetable
from forum.threads import (
    arriving,
    ballot_views,
    draft_views,
    keeping,
    queries,
    question_views,
    similar,
    single,
    writing,
)
from forum.threads.asked import Asked, CommentForm, asked_at, showing
from forum.threads.blueprint import bp
from forum.threads.pages import Part, Stage, Talk
from forum.threads.reader import OWN

__all__ = ["arriving", "ballot_views", "bp", "draft_views", "question_views"]

bp.record_once(lambda state: keeping.install(state.app))
bp.add_app_template_global(timetable.possible, "possible")
bp.add_app_template_global(timetable.upcoming, "upcoming")
bp.add_app_template_global(timetable.day_of, "day_of")


@bp.app_template_global("comment_words")
def _comment_words() -> SimpleNamespace:
    """What stands beside every comment, said once for the page."""
    if "comment_words" not in g:
        g.comment_words = SimpleNamespace(
            pro=_("Pro"),
            contra=_("Contra"),
            question=_("Frage"),
            remark=_("Hinweis"),
            reply=_("Antwort"),
            comment=_("Beitrag"),
            yours=_("Ihr Beitrag"),
            drawn=_("ausgelost"),
            new=_("neu"),
            next_new=_("nächster neuer"),
            about=_("zu"),
            on=_("auf"),
            answers=_("antwortet auf"),
            on_comment=_("auf Beitrag"),
            answer=_("Antworten"),
            edit=_("Bearbeiten"),
            delete=_("Löschen"),
            report=_("Melden"),
            open=_("offen"),
            answered=_("beantwortet"),
            put_to=_("an"),
            editorial=_("die Redaktion"),
            parties=url_for("positions.parties"),
            accept=_("Als Antwort annehmen"),
            release=_("Annahme zurücknehmen"),
            accepted=_("Angenommene Antwort"),
            legend=_("Ihre Stimme zu Beitrag") + " ",
            own=OWN,
            reporting=url_for("moderation.report", subject_id=0)[:-1],  # each adds its id
            decisions=url_for("moderation.decisions"),
        )
    words: SimpleNamespace = g.comment_words
    return words


_N = f"<int(min=1, max={MAX_KEY}):number>"
_ID = f"<int(min=1, max={MAX_KEY}):subject_id>"


def _target() -> str:
    return request.headers.get("HX-Target", "") if wants_fragment() else ""


@bp.get("/empfehlungen/<slug>")
def recommendation(slug: str) -> ResponseReturnValue:
    """Show a recommendation: text, votes, debate, theses and what the parties say to them."""
    stage, asked = queries.stage(slug, viewer()), Asked.of(request.args)
    if _target() == f"antwort-{asked.reply_to}":
        return writing.only_form(stage, asked.reply_to or 0)
    if _target() == "beitraege":
        board = queries.discussion(stage, asked, counted=True)
        board.form = writing.form_for(board)
        return page("threads/recommendation.html", fragment="beitraege", board=board)
    whole = queries.whole(stage, asked)
    whole.board.form = writing.form_for(whole.board)
    return page(
        "threads/recommendation.html",
        fragment="beitraege",
        whole=whole,
        stage=stage,
        board=whole.board,
        now=clock.now(),
    )


@bp.get(f"/empfehlungen/<slug>/abschnitte/{_N}")
def paragraph(slug: str, number: int) -> ResponseReturnValue:
    """Show one Abschnitt, the vote on it, and what was said about it."""
    stage, asked = queries.stage(slug, viewer()), Asked.of(request.args)
    if _target() == f"antwort-{asked.reply_to}":
        return writing.only_form(stage, asked.reply_to or 0)
    if _target() == f"gespraech-{number}":
        about = queries.paragraph_id(stage.recommendation.id, number)
        board = queries.about_paragraph(stage, about, number, asked, counted=True)
        board.form = writing.form_for(board)
        return page("threads/paragraph.html", fragment=f"beitraege#{board.list_id}", board=board)
    return _part(stage, queries.paragraph(stage, number, asked))


@bp.get("/empfehlungen/<slug>/thesen/<thesis_slug>")
def thesis(slug: str, thesis_slug: str) -> ResponseReturnValue:
    """Show one thesis, what parties answer, the vote on it, and what was said about it."""
    stage, asked = queries.stage(slug, viewer()), Asked.of(request.args)
    if _target() == f"antwort-{asked.reply_to}":
        return writing.only_form(stage, asked.reply_to or 0)
    return _part(stage, queries.thesis(stage, thesis_slug, asked))


@bp.get("/empfehlungen/<slug>/thesen/<thesis_slug>/<party_slug>")
def position(slug: str, thesis_slug: str, party_slug: str) -> ResponseReturnValue:
    """Show what one party says to a thesis, and what was said about that."""
    stage, asked = queries.stage(slug, viewer()), Asked.of(request.args)
    if _target() == f"antwort-{asked.reply_to}":
        return writing.only_form(stage, asked.reply_to or 0)
    found = queries.position(stage, thesis_slug, party_slug, asked)
    return _part(stage, found)


@bp.get(f"/empfehlungen/<slug>/aenderungen/{_N}")
def amendment(slug: str, number: int) -> ResponseReturnValue:
    """Show one amendment: what it changes, why, the vote on it, and what was said about it."""
    stage, asked = queries.stage(slug, viewer()), Asked.of(request.args)
    if _target() == f"antwort-{asked.reply_to}":
        return writing.only_form(stage, asked.reply_to or 0)
    return _part(stage, queries.amendment(stage, number, asked))


def _template(part: Part) -> str:
    if part.clause:
        return "threads/paragraph.html"
    if part.amendment:
        return "threads/amendment.html"
    return "threads/position.html" if part.answer else "threads/thesis.html"


def _part(stage: Stage, part: Part) -> str | Response:
    if part.board.form is None:
        part.board.form = writing.form_for(part.board)
    fragment = f"beitraege#{part.board.list_id}"
    return page(_template(part), fragment=fragment, stage=stage, part=part, board=part.board)


@bp.get(f"/empfehlungen/<slug>/beitraege/{_N}")
def comment(slug: str, number: int) -> ResponseReturnValue:
    """Show one comment with all that was answered; a reply is shown where it stands."""
    stage, asked = queries.stage(slug, viewer()), Asked.of(request.args)
    if _target() == f"antwort-{asked.reply_to}":
        return writing.only_form(stage, asked.reply_to or 0)
    try:
        talk = queries.talk(stage, number, asked)
    except NotFound:
        return redirect(_spot(stage, number))
    return _talk(stage, talk, number)


def _talk(stage: Stage, talk: Talk, number: int) -> str | Response:
    if talk.board.form is None:
        talk.board.form = writing.form_for(talk.board)
    return page(
        "threads/comment.html",
        fragment=f"faden#faden-{number}",
        stage=stage,
        talk=talk,
        board=talk.board,
    )


def _spot(stage: Stage, number: int) -> str:
    """The address of a reply: the page of its thread that shows it."""
    spot = replies.spot(stage.recommendation.id, number, stage.reader.id)
    if spot.root_number == number:
        raise NotFound
    args = {
        name: value for name, value in request.args.items() if name in {"antwort", "bearbeiten"}
    }
    return url_for(
        "threads.comment",
        slug=stage.recommendation.slug,
        number=spot.root_number,
        bei=spot.near,
        _anchor=f"beitrag-{number}",
        **args,
    )


@bp.get(f"/stelle/{_ID}")
def place(subject_id: int) -> ResponseReturnValue:
    """Lead to where a thing stands, whatever it is."""
    return redirect(single.place_of(subject_id))


# Writing ---


@bp.get("/empfehlungen/<slug>/beitraege")
def comments(slug: str) -> ResponseReturnValue:
    """Lead to the debate whoever opens the address that forms are sent to."""
    return redirect(url_for("threads.recommendation", slug=slug, _anchor="diskussion"))


@bp.post("/empfehlungen/<slug>/beitraege")
def post_comment(slug: str) -> ResponseReturnValue:
    """Publish a comment or a reply."""
    form = CommentForm.of(request.form, needs_kind=True)
    if form.is_for_later:
        return draft_views.on_draft(slug, form)
    if form.errors:
        return _not_yet(slug, form), 422
    if form.is_preview:
        return _not_yet(slug, similar.beside(slug, form))
    posted = actions.post_comment(
        viewer(),
        form.about,
        form.comment_kind,
        form.text,
        form.parent,
        form.submission,
        form.addressee,
    )
    _posted(form)
    if posted.visibility is Visibility.PENDING:
        flash(_("Ihr Beitrag ist gespeichert. Er wird nach Ihrer Bestätigung sichtbar."), "message")
    else:
        flash(_("Ihr Beitrag ist veröffentlicht."), "message")
    anchor = f"beitrag-{posted.number}"
    thread = url_for("threads.recommendation", slug=slug)
    back = form.back_in(thread)
    if posted.parent_id is None:
        at = back if posted.visibility is Visibility.PENDING else showing(back, posted.number)
        return see_other(at, smallest=at, focus=anchor)
    rank = posted.reply_rank
    spot = listing.Spot(posted.number, deciding.root_number(posted), rank, rank)
    own_page = url_for("threads.comment", slug=slug, number=spot.root_number, bei=spot.near)
    is_shown = rank <= listing.REPLIES or ("/beitraege/" in back and not spot.near)
    return see_other(back if is_shown else own_page, smallest=own_page, focus=anchor)


def _posted(form: CommentForm) -> None:
    """Forget the draft of what is public now."""
    author = viewer()
    if form.edition and author.id is not None:
        drafting.forget(author.id, *form.place, form.edition)


def _not_yet(slug: str, form: CommentForm) -> str | Response:
    """The page again, the form open where it was: what was typed, its preview or its errors."""
    stage, asked = queries.stage(slug, viewer()), asked_at(form.back)
    if not stage.reader.post and (form.parent is None or stage.reader.voice is Voice.MEMBER):
        raise _refused(stage.reader.post)
    if form.parent is not None:
        answered = deliberation.by_id(stage.recommendation.id, form.parent)
        spot = replies.spot(stage.recommendation.id, answered.number)
        root = spot.root_number
        talk = queries.talk(stage, root, Asked(near=spot.near))
        reply = writing.reply_to(stage, answered, back=form.back, typed=form, root=root)
        if not reply.may:
            raise _refused(reply.may)
        talk.board.form = reply
        return _talk(stage, talk, root)
    part = queries.part_about(stage, form.about, asked)
    board = part.board if isinstance(part, Part) else part
    board.form = writing.new_comment(board, typed=form)
    if isinstance(part, Part):
        return _part(stage, part)
    if wants_fragment():
        return page("threads/recommendation.html", fragment="beitraege", board=board)
    whole = queries.whole(stage, asked)
    whole.board.form = board.form
    return page(
        "threads/recommendation.html",
        fragment="beitraege",
        whole=whole,
        stage=stage,
        board=whole.board,
        now=clock.now(),
    )


def _refused(decision: Decision) -> ForumError:
    kind = SignInRequired if decision.sign_in_helps else ForumError
    return kind(decision.reason)


@bp.post(f"/empfehlungen/<slug>/beitraege/{_N}/bearbeiten")
def edit_comment(slug: str, number: int) -> ResponseReturnValue:
    """Change one's own comment."""
    stage = queries.stage(slug, viewer())
    found = deliberation.numbered(stage.recommendation.id, number, stage.reader.id)
    spot = replies.spot(stage.recommendation.id, number, stage.reader.id)
    form = replace(CommentForm.of(request.form, needs_kind=False), changes=found.id)
    if form.is_for_later:
        writing.require_own(stage, found)
        return draft_views.on_draft(slug, form)
    overtaken, status = None, 422 if form.errors else 200
    if not form.errors and not form.is_preview:
        try:
            actions.edit_comment(viewer(), found.id, form.text, form.seen)
        except actions.Overtaken as late:
            overtaken, status = late.current, 409
            form = replace(form, seen=actions.fingerprint(late.current))
    if form.errors or form.is_preview or overtaken is not None:
        writing.require_own(stage, found)
        talk = queries.talk(stage, spot.root_number, Asked(near=spot.near))
        talk.board.form = writing.change(
            stage, found, root=spot.root_number, typed=form, overtaken=overtaken
        )
        return _talk(stage, talk, spot.root_number), status
    _posted(form)
    flash(_("Ihre Änderung ist gespeichert."), "message")
    own_page = _page_of(slug, spot)
    return see_other(own_page, smallest=own_page, focus=f"beitrag-{number}")


@bp.post(f"/empfehlungen/<slug>/beitraege/{_N}/loeschen")
def delete_comment(slug: str, number: int) -> ResponseReturnValue:
    """Take one's own comment back."""
    stage = queries.stage(slug, viewer())
    found = deliberation.numbered(stage.recommendation.id, number, stage.reader.id)
    spot = replies.spot(stage.recommendation.id, number, stage.reader.id)
    actions.delete_comment(viewer(), found.id)
    flash(_("Ihr Beitrag ist gelöscht."), "message")
    if found.visibility is Visibility.PENDING and spot.root_number == number:
        return see_other(stage.url)  # nobody else ever saw it, and nothing of it is left
    own_page = _page_of(slug, spot)
    if found.visibility is Visibility.PENDING:
        return see_other(own_page)
    return see_other(own_page, smallest=own_page, focus=f"beitrag-{number}")


def _page_of(slug: str, spot: listing.Spot) -> str:
    return url_for("threads.comment", slug=slug, number=spot.root_number, bei=spot.near)
