"""Questions: their lists, of a recommendation and of a party, and what answers them."""

from typing import Any

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from htmx_flask import request

from forum.accounts.current import viewer
from forum.deliberation import asking, questions, replies
from forum.deliberation import queries as deliberation
from forum.deliberation.models import Comment, QuestionState
from forum.kernel.web import MAX_KEY, page, see_other, whole
from forum.positions import queries as positions
from forum.recommendations.current import consultation, use
from forum.threads import queries, writing
from forum.threads.asked import Asked
from forum.threads.blueprint import bp
from forum.threads.pages import Board, Stage

_N = f"<int(min=1, max={MAX_KEY}):number>"
STATES = {"offen": QuestionState.OPEN, "beantwortet": QuestionState.ANSWERED}
"""The states as they stand in addresses; without one, open questions are shown."""
_ON_PARTY_PAGE = 3


def _state() -> str:
    found = request.args.get("stand", "offen")
    return found if found in STATES else "offen"


@bp.get("/empfehlungen/<slug>/fragen")
def questions_of(slug: str) -> ResponseReturnValue:
    """List the questions of a recommendation, open or answered, each with its answer."""
    stage, asked, state = queries.stage(slug, viewer()), Asked.of(request.args), _state()
    if request.htmx and request.headers.get("HX-Target", "") == f"antwort-{asked.reply_to}":
        return writing.only_form(stage, asked.reply_to or 0)
    board = _board(stage, asked, state, STATES[state])
    board.form = writing.form_for(board)
    return page("threads/questions.html", fragment="fragen", stage=stage, board=board, state=state)


def _board(stage: Stage, asked: Asked, name: str, state: QuestionState) -> Board:
    """A page of the questions of a recommendation in one state, with their figures."""
    found = questions.listed(
        stage.recommendation.id, state, before=asked.before, reader_id=stage.reader.id
    )
    return Board(
        stage,
        f"{stage.url}/fragen" + ("?stand=beantwortet" if name == "beantwortet" else ""),
        asked,
        found,
        stage.recommendation.id,
        "",
        votes=queries.votes(stage, queries.ratable(found)),
        labels=queries.labels_of(stage, found, 0),
    )


@bp.get("/parteien/<slug>/fragen")
def questions_to(slug: str) -> ResponseReturnValue:
    """List the questions put to a party, open or answered."""
    party, state = positions.party(slug), _state()
    use(positions.round_of(party))
    lines, older = questions.put_to_party(
        party.id, STATES[state], before=whole(request.args.get("vor"))
    )
    return page(
        "threads/party_questions.html",
        fragment="fragen",
        party=party,
        lines=lines,
        older=older,
        state=state,
        round=consultation(),
    )


@bp.app_template_global("newest_questions")
def _newest(party: Any) -> list[questions.Line]:
    """The newest open questions to a party, for its own page; asked only where there are some."""
    if not party.open_questions:
        return []
    return questions.put_to_party(party.id, QuestionState.OPEN, limit=_ON_PARTY_PAGE)[0]


@bp.post(f"/empfehlungen/<slug>/beitraege/{_N}/annehmen")
def accept_answer(slug: str, number: int) -> ResponseReturnValue:
    """Say that a reply answers the question."""
    answer = asking.accept(viewer(), _key(slug, number))
    flash(_("Die Antwort ist angenommen. Sie steht jetzt gleich unter der Frage."), "message")
    return _settled(slug, answer)


@bp.post(f"/empfehlungen/<slug>/beitraege/{_N}/annahme-zuruecknehmen")
def release_answer(slug: str, number: int) -> ResponseReturnValue:
    """Take an acceptance back."""
    answer = asking.release(viewer(), _key(slug, number))
    flash(_("Die Annahme ist zurückgenommen. Die Frage ist wieder offen."), "message")
    return _settled(slug, answer)


def _key(slug: str, number: int) -> int:
    stage = queries.stage(slug, viewer())
    return deliberation.numbered(stage.recommendation.id, number, stage.reader.id).id


def _settled(slug: str, answer: Comment) -> ResponseReturnValue:
    spot = replies.spot(answer.recommendation_id, answer.number)
    own_page = url_for("threads.comment", slug=slug, number=spot.root_number, bei=spot.near)
    return see_other(own_page, smallest=own_page, focus=f"beitrag-{answer.number}")
