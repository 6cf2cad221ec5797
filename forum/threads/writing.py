"""Which form is open on a page, and what it says above the text. One at a time."""

from flask_babel import gettext as _

from forum.accounts.bylines import Byline, byline_of
from forum.deliberation import deciding
from forum.deliberation import queries as deliberation
from forum.deliberation.models import Comment, Visibility
from forum.deliberation.policy import EDIT, OwnText, is_silent
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
                )
            if shown.number == asked.editing and shown.author_id == stage.reader.id:
                found = deliberation.numbered(
                    stage.recommendation.id, shown.number, stage.reader.id
                )
                return change(stage, found, root=board.root_of(shown).number)
    if not board.legend:
        return None
    return new_comment(board)


def new_comment(board: Board, typed: CommentForm | None = None) -> OpenForm:
    """A new comment about what the page is about. It will stand on top of the first page."""
    return OpenForm(
        mode="new",
        number=0,
        action=f"{board.stage.url}/beitraege",
        target="beitraege",
        about_id=board.about_id,
        legend=_("Neuer Beitrag %(about)s", about=board.legend),
        typed=typed or CommentForm(back=board.first_page),
        is_open=board.asked.writing or typed is not None,
    )


def reply_to(
    stage: Stage,
    comment: Comment,
    *,
    back: str,
    typed: CommentForm | None = None,
    root: int | None = None,
) -> OpenForm:
    """An answer to a comment that is not on the page yet, or was just sent."""
    return _reply(
        stage,
        number=comment.number,
        comment_id=comment.id,
        about_id=comment.about_id,
        root=root or deciding.root_number(comment),
        byline=byline_of(comment.author),
        back=back,
        typed=typed,
    )


def _reply(
    stage: Stage,
    *,
    number: int,
    comment_id: int,
    about_id: int,
    root: int,
    byline: Byline,
    back: str,
    typed: CommentForm | None = None,
) -> OpenForm:
    return OpenForm(
        mode="reply",
        number=number,
        action=f"{stage.url}/beitraege",
        target=f"faden-{root}",
        about_id=about_id,
        legend=_("Ihre Antwort auf %(name)s, Beitrag %(n)s", name=byline.name, n=number),
        typed=typed or CommentForm(back=back),
        parent_id=comment_id,
    )


def require_own(stage: Stage, comment: Comment) -> None:
    """Refuse whoever may not change this comment, as saving would."""
    EDIT.require(stage.viewer, OwnText(stage.consultation, comment.author_id, comment.visibility))


def change(
    stage: Stage, comment: Comment, *, root: int, typed: CommentForm | None = None
) -> OpenForm:
    """One's own comment, to be changed."""
    return OpenForm(
        mode="edit",
        number=comment.number,
        action=f"{stage.url}/beitraege/{comment.number}/bearbeiten",
        target=f"faden-{root}",
        about_id=comment.about_id,
        legend=_("Ihren Beitrag %(n)s ändern", n=comment.number),
        typed=typed or CommentForm(text=comment.source),
        is_silent=comment.visibility is Visibility.PENDING
        or is_silent(
            comment.posted_at,
            answered=comment.answered_or_rated,
            rated=deciding.is_rated(comment.id),
        ),
    )
