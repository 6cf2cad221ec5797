"""What became of a proposal, and what a comment is meant as, in German."""

from flask_babel import gettext as _

from forum.amendments.models import AmendmentState
from forum.deliberation.models import CommentKind


def state_word(state: AmendmentState) -> str:
    """„teilweise übernommen“."""
    return {
        AmendmentState.UNDER_REVIEW: _("In Prüfung"),
        AmendmentState.ACCEPTED: _("übernommen"),
        AmendmentState.PARTLY: _("teilweise übernommen"),
        AmendmentState.DECLINED: _("abgelehnt"),
        AmendmentState.WITHDRAWN: _("zurückgezogen"),
    }.get(state, state.value)


def kind_word(kind: CommentKind | None) -> str:
    """„Pro“; replies are answers."""
    if kind is None:
        return _("Antwort")
    return {
        CommentKind.PRO: _("Pro"),
        CommentKind.CONTRA: _("Contra"),
        CommentKind.QUESTION: _("Frage"),
        CommentKind.REMARK: _("Hinweis"),
    }[kind]
