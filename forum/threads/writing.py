"""Which form is open on a page, and what it says above the text. One at a time."""

from dataclasses import replace

from flask import Response
from flask_babel import gettext as _
from htmx_flask import request

from forum.accounts.bylines import Byline, byline_of
from forum.deliberation import deciding, drafting, questions, speaking
from forum.deliberation import queries as deliberation
from forum.deliberation.actions import CANNOT_ANSWER, fingerprint
from forum.deliberation.listing import CommentView
from forum.deliberation.models import Comment, DraftMode, Visibility, Voice
from forum.deliberation.policy import EDIT, EDIT_ANSWER, OwnText, PutQuestion, is_silent
from forum.kernel.errors import Conflict
from forum.kernel.policy import Decision
from forum.kernel.web import local_path, page
from forum.positions import queries as positions
from forum.threads.asked import CommentForm, OpenForm
from forum.threads.pages import Board, Stage


def form_for(board: Board) -> OpenForm | None:
    """The form that the address of the page opens, or the one for a new comment, unopened."""
    asked, stage = board.asked, board.stage
    if asked.reply_to or asked.editing:
        for shown in board.everything():
            if not shown.is_visible and not shown.is_pending:
                continue
            if shown.number == asked.reply_to and shown.is_visible:
                return _reply(
                    stage,
                    number=shown.number,
                    comment_id=shown.id,
                    about_id=shown.about_id,
                    root=board.root_of(shown).number,
                    byline=shown.byline,
                    back=board.here,
                    may=stage.may_answer(shown),
                    official=_official(stage, shown),
                )
            if shown.number == asked.editing and shown.author_id == stage.reader.id:
                found = deliberation.numbered(
                    stage.recommendation.id, shown.number, stage.reader.id
                )
                return change(stage, found, root=board.root_of(shown).number)
    if not board.legend:
        return None
    return new_comment(board)


def _official(stage: Stage, shown: CommentView) -> Byline | None:
    voice = stage.reader.voice
    return None if voice is Voice.MEMBER else speaking.spoken(voice, shown.named_party)


def new_comment(board: Board, typed: CommentForm | None = None) -> OpenForm:
    """A new comment about what the page is about. It will stand on top of the first page."""
    form = OpenForm(
        mode="new",
        number=0,
        action=f"{board.stage.url}/beitraege",
        target=board.list_id,
        suffix=board.suffix,
        about_id=board.about_id,
        legend=_("Neuer Beitrag %(about)s", about=board.legend),
        typed=typed or CommentForm(back=board.first_page),
        addressees=_addressees(board.stage),
        is_open=board.asked.writing or typed is not None,
    )
    return _with_draft(board.stage, form, DraftMode.NEW, board.about_id, typed)


def _with_draft(
    stage: Stage, form: OpenForm, mode: DraftMode, place_id: int, typed: CommentForm | None
) -> OpenForm:
    """The form, filled with what was written here before; what comes from a form stays."""
    if typed is not None or stage.reader.id is None or not form.may:
        return form
    draft = drafting.one(stage.reader.id, mode, place_id)
    if draft is None:
        return form
    filled = replace(
        form.typed,
        text=draft.text,
        kind=draft.kind,
        put_to=draft.put_to,
        seen=draft.seen or form.typed.seen,
        edition=draft.edition,
    )
    return replace(form, draft=draft, typed=filled, is_open=True)


def _addressees(stage: Stage) -> tuple[tuple[str, str], ...]:
    parties = positions.parties(stage.consultation.id) if stage.reader.post else ()
    return (
        ("", _("alle")),
        ("redaktion", _("die Redaktion")),
        *((f"partei:{party.slug}", party.short_name) for party in parties),
    )


def only_form(stage: Stage, number: int) -> str | Response:
    """The form to answer the comment of this number, for htmx to put below it."""
    comment = deliberation.numbered(stage.recommendation.id, number)
    form = reply_to(stage, comment, back=local_path(request.path))
    return page("threads/reply.html", fragment=f"antwort#{form.anchor}", form=form, stage=stage)


def reply_to(
    stage: Stage,
    comment: Comment,
    *,
    back: str,
    typed: CommentForm | None = None,
    root: int | None = None,
) -> OpenForm:
    """An answer to a comment that is not on the page yet, or was just sent."""
    if comment.visibility is not Visibility.VISIBLE:
        raise Conflict(CANNOT_ANSWER)
    may, official = stage.reader.post, None
    if stage.reader.voice is not Voice.MEMBER:
        put = questions.put(comment.id) or questions.Put(None, None, False)
        asked = PutQuestion(stage.consultation, True, put.party_id, put.to_editorial)
        may = speaking.may_answer(stage.viewer, asked)
        official = speaking.spoken(stage.reader.voice, put.party)
    return _reply(
        stage,
        number=comment.number,
        comment_id=comment.id,
        about_id=comment.about_id,
        root=root or deciding.root_number(comment),
        byline=_author(comment),
        back=back,
        typed=typed,
        may=may,
        official=official,
    )


def _author(comment: Comment) -> Byline:
    if comment.voice is Voice.MEMBER:
        return byline_of(comment.author)
    return speaking.spoken(comment.voice, _("Partei"))


def _reply(
    stage: Stage,
    *,
    number: int,
    comment_id: int,
    about_id: int,
    root: int,
    byline: Byline,
    back: str,
    may: Decision,
    official: Byline | None = None,
    typed: CommentForm | None = None,
) -> OpenForm:
    form = OpenForm(
        mode="reply",
        number=number,
        action=f"{stage.url}/beitraege",
        target=f"faden-{root}",
        about_id=about_id,
        legend=_("Antwort an %(name)s, Beitrag %(n)s", name=byline.name, n=number),
        typed=typed or CommentForm(back=back),
        parent_id=comment_id,
        may=may,
        byline=official,
    )
    return _with_draft(stage, form, DraftMode.REPLY, comment_id, typed)


def require_own(stage: Stage, comment: Comment) -> None:
    """Refuse whoever may not change this comment, as saving would."""
    rule = EDIT if comment.voice is Voice.MEMBER else EDIT_ANSWER
    rule.require(stage.viewer, OwnText(stage.consultation, comment.author_id, comment.visibility))


def change(
    stage: Stage,
    comment: Comment,
    *,
    root: int,
    typed: CommentForm | None = None,
    overtaken: str | None = None,
) -> OpenForm:
    """One's own comment, to be changed."""
    form = OpenForm(
        mode="edit",
        number=comment.number,
        action=f"{stage.url}/beitraege/{comment.number}/bearbeiten",
        target=f"faden-{root}",
        about_id=comment.about_id,
        legend=_("Ihren Beitrag %(n)s ändern", n=comment.number),
        typed=typed or CommentForm(text=comment.source, seen=fingerprint(comment.source)),
        comment_id=comment.id,
        overtaken=overtaken,
        is_silent=comment.visibility is Visibility.PENDING
        or is_silent(
            comment.posted_at,
            answered=comment.answered_or_rated,
            rated=deciding.is_rated(comment.id),
        ),
    )
    return _with_draft(stage, form, DraftMode.EDIT, comment.id, typed)
