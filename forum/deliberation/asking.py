"""Questions: put to somebody, answered, accepted. Part of `actions`.

Locks as everywhere: what the thread is about, comments and questions, the party with its counts,
and last the recommendation.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select, update

from forum.accounts.models import User, Visitor
from forum.deliberation import deciding
from forum.deliberation.events import (
    AnswerAccepted,
    AnswerReleased,
    QuestionAnswered,
    QuestionAsked,
)
from forum.deliberation.models import Comment, Question, QuestionState, Visibility
from forum.deliberation.policy import ACCEPT, PutQuestion
from forum.kernel import clock
from forum.kernel.db import begin_writing, db, save
from forum.kernel.errors import Conflict, ForumError, NotFound, SignInRequired
from forum.kernel.events import announce
from forum.positions.models import Party
from forum.recommendations.actions import touch
from forum.recommendations.models import Recommendation
from forum.recommendations.rounds import AnyRound


@dataclass(frozen=True)
class PutTo:
    """Whom somebody asks: one party of the round by its slug, the Redaktion, or everybody."""

    party_slug: str = ""
    to_editorial: bool = False


EVERYBODY = PutTo()


def addressed(put_to: PutTo, consultation: AnyRound) -> int | None:
    """The key of the party asked; refuses one that the round does not have."""
    if not put_to.party_slug:
        return None
    found = db.session.scalar(
        select(Party.id).where(
            Party.slug == put_to.party_slug, Party.consultation_id == consultation.id
        )
    )
    if found is None:
        raise ForumError(_l("Diese Partei gibt es in dieser Konsultation nicht."))
    return found


def ask(comment: Comment, party_id: int | None, *, to_editorial: bool) -> Question:
    """Keep whom a question asks. The recommendation's own count is kept by whoever calls."""
    is_listed = comment.visibility is Visibility.VISIBLE
    question = save(
        Question(
            comment_id=comment.id,
            recommendation_id=comment.recommendation_id,
            number=comment.number,
            party_id=party_id,
            to_editorial=to_editorial,
            is_listed=is_listed,
        )
    )
    if is_listed:
        _tell_asked(question, comment.author_id)
    return question


def count_asked(party_id: int | None) -> None:
    """Let the count of a party follow a new question, if it is put to one."""
    if party_id is None:
        return
    db.session.execute(
        update(Party)
        .where(Party.id == party_id)
        .values(open_questions=Party.open_questions + 1)
        .execution_options(synchronize_session=False)
    )


def _tell_asked(question: Question, author_id: int) -> None:
    announce(
        QuestionAsked(
            comment_id=question.comment_id,
            recommendation_id=question.recommendation_id,
            author_id=author_id,
            party_id=question.party_id,
            to_editorial=question.to_editorial,
        )
    )


def tell_answered(answer: Comment, asker_id: int) -> None:
    """Announce that whom a question was put to has answered it."""
    assert answer.parent_id is not None  # noqa: S101 - an answer has a question
    announce(
        QuestionAnswered(
            question_id=answer.parent_id,
            answer_id=answer.id,
            recommendation_id=answer.recommendation_id,
            asker_id=asker_id,
            party_id=answer.party_id,
        )
    )


def put_question(parent: Comment, consultation: AnyRound) -> PutQuestion:
    """What the rules for answering are asked about."""
    found = db.session.get(Question, parent.id)
    return PutQuestion(
        consultation,
        is_question=found is not None,
        party_id=found.party_id if found else None,
        to_editorial=bool(found and found.to_editorial),
        asker_id=parent.author_id,
    )


def accept(actor: User | Visitor, answer_id: int) -> Comment:
    """Say that a reply answers the question of its thread; another one accepted before gives way.

    Saying it twice changes nothing.
    """
    answer, question, asker_id = _settling(actor, answer_id)
    if answer.visibility is not Visibility.VISIBLE:
        raise Conflict(_l("Diese Antwort ist nicht mehr öffentlich."))
    if question.accepted_id == answer.id:
        return answer
    assert actor.id is not None  # noqa: S101 - the rule has refused visitors
    question.accepted_id, question.accepted_at = answer.id, clock.now()
    question.accepted_by_editorial = actor.id != asker_id
    question.state = QuestionState.ANSWERED
    db.session.flush()
    _recount([question])
    announce(
        AnswerAccepted(
            question_id=question.comment_id,
            answer_id=answer.id,
            recommendation_id=question.recommendation_id,
            asker_id=asker_id,
            answerer_id=answer.author_id,
            by_editorial=question.accepted_by_editorial,
        )
    )
    return answer


def release(actor: User | Visitor, answer_id: int) -> Comment:
    """Take an acceptance back: the question is open again."""
    answer, question, _asker = _settling(actor, answer_id)
    if question.accepted_id != answer.id:
        raise Conflict(_l("Diese Antwort ist nicht angenommen."))
    _reopen(question)
    db.session.flush()
    _recount([question])
    announce(AnswerReleased(question_id=question.comment_id))
    return answer


def _settling(actor: User | Visitor, answer_id: int) -> tuple[Comment, Question, int]:
    if not actor.is_authenticated:
        raise SignInRequired(_l("Melden Sie sich an, um eine Antwort anzunehmen."))
    begin_writing()
    held = deciding.held(answer_id)
    answer = held.comment
    question = db.session.scalars(
        select(Question)
        .where(Question.comment_id == answer.root_id)
        .with_for_update(key_share=True)
    ).one_or_none()
    asker_id = db.session.scalar(select(Comment.author_id).where(Comment.id == answer.root_id))
    if question is None or asker_id is None or answer.visibility is Visibility.PENDING:
        raise NotFound
    put = PutQuestion(held.recommendation.consultation, is_question=True, asker_id=asker_id)
    ACCEPT.require(actor, put)
    if not question.is_listed:
        raise Conflict(_l("Die Frage ist nicht mehr öffentlich."))
    return answer, question, asker_id


def _reopen(question: Question) -> None:
    question.accepted_id = question.accepted_at = None
    question.accepted_by_editorial = False
    question.state = QuestionState.OPEN


def follow(comment_ids: Iterable[int]) -> None:
    """Have questions follow what became of these comments: shown, hidden, deleted or confirmed.

    A question is listed while its comment is public; an accepted answer that is not public any more
    leaves it open.
    """
    ids = list(comment_ids)
    rows = db.session.execute(
        select(Question, Comment.id, Comment.visibility, Comment.author_id)
        .join(Comment, Comment.id.in_([Question.comment_id, Question.accepted_id]))
        .where(Comment.id.in_(ids))
        .order_by(Question.comment_id)
        .with_for_update(key_share=True, of=Question)
    ).all()
    if not rows:
        return
    for question, comment_id, visibility, author_id in rows:
        is_public = visibility is Visibility.VISIBLE
        if question.accepted_id == comment_id and not is_public:
            _reopen(question)
            announce(AnswerReleased(question_id=question.comment_id))
        if question.comment_id == comment_id:
            was_listed, question.is_listed = question.is_listed, is_public
            if is_public and not was_listed:
                _tell_asked(question, author_id)
    db.session.flush()
    _recount([question for question, *_rest in rows])


def _recount(questions: Iterable[Question]) -> None:
    """Count anew, under the locks of the rows that hold the counts."""
    questions = list(questions)
    for party_id in sorted({one.party_id for one in questions if one.party_id is not None}):
        db.session.execute(select(Party.id).where(Party.id == party_id).with_for_update())
        _count(Party, party_id, Question.party_id == party_id)
    for recommendation_id in sorted({one.recommendation_id for one in questions}):
        touch(recommendation_id)
        _count(Recommendation, recommendation_id, Question.recommendation_id == recommendation_id)


def _count(table: Any, key: int, mine: Any) -> None:
    def number(state: QuestionState) -> Any:
        return (
            select(func.count())
            .select_from(Question)
            .where(mine, Question.state == state, Question.is_listed)
            .scalar_subquery()
        )

    db.session.execute(
        update(table)
        .where(table.id == key)
        .values(
            open_questions=number(QuestionState.OPEN),
            answered_questions=number(QuestionState.ANSWERED),
        )
        .execution_options(synchronize_session=False)
    )
