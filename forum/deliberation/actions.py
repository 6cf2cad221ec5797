"""Writing, changing, taking back and hiding comments.

Locks are taken in one order everywhere: what the thread is about, then comments, and last the
recommendation with its counters.
"""

from hashlib import sha256
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, case, delete, select, update

from forum.accounts.models import User, Visitor
from forum.deliberation import asking, deciding, ranking, speaking
from forum.deliberation.events import (
    CommentDeleted,
    CommentEdited,
    CommentHidden,
    CommentPosted,
    CommentRestored,
)
from forum.deliberation.models import Comment, CommentEdition, CommentKind, Visibility, Voice
from forum.deliberation.ordering import MAX_RANK, place_of
from forum.deliberation.policy import DELETE, EDIT, EDIT_ANSWER, OwnText, PutQuestion, is_silent
from forum.deliberation.writing import TextRefused, checked
from forum.kernel import clock, html, jobs
from forum.kernel.db import begin_writing, db, save
from forum.kernel.errors import Conflict, NotFound, SignInRequired
from forum.kernel.events import announce
from forum.recommendations.actions import changed, new_subject, touch
from forum.recommendations.models import Recommendation, Subject, SubjectKind
from forum.recommendations.rounds import AnyRound

MAX_SUBMISSION = 64
# Built once: every comment sends them.
_THING: Any = Subject.__table__
_COUNT_ABOUT = (
    update(_THING)
    .where(_THING.c.id == bindparam("counted_id"))
    .values(comment_count=_THING.c.comment_count + bindparam("change"))
)
_WHOLE: Any = Recommendation.__table__
_NEXT_NUMBER = (
    update(_WHOLE)
    .where(_WHOLE.c.id == bindparam("counted_id"))
    .values(
        last_comment_number=_WHOLE.c.last_comment_number + 1,
        comment_count=_WHOLE.c.comment_count + bindparam("shown"),
        revision=_WHOLE.c.revision + bindparam("shown"),
        open_questions=_WHOLE.c.open_questions + bindparam("asked"),
    )
    .returning(_WHOLE.c.last_comment_number)
)
CANNOT_ANSWER = _l(
    "Der Beitrag, auf den Sie antworten, ist nicht mehr öffentlich. "
    "Schreiben Sie einen neuen Beitrag."
)
CHOOSE_A_KIND = _l("Wählen Sie, wie Ihr Beitrag gemeint ist: Pro, Contra, Frage oder Hinweis.")


def post_comment(
    author: User | Visitor,
    about_subject_id: int,
    kind: CommentKind | None,
    source: str,
    parent_id: int | None = None,
    submission: str | None = None,
    put_to: asking.PutTo = asking.EVERYBODY,
) -> Comment:
    """Publish a comment, or a reply to `parent_id`; a question may be `put_to` somebody.

    What somebody writes who is not confirmed yet is kept for their own eyes, outside of every
    count, until `publish_pending`. `submission` is the form's own number: what it has
    posted already comes back instead of a twin.
    """
    text = checked(source)
    rendered = html.render(text)
    submission = (submission or "")[:MAX_SUBMISSION] or None
    begin_writing()
    is_pending = deciding.is_unconfirmed(author)
    scene = deciding.scene(about_subject_id, author.id)
    recommendation_id, consultation = scene.recommendation_id, scene.consultation
    twin, parent = deciding.twin_and_parent(author.id, submission, parent_id)
    put = _put_question(author, parent, consultation)
    voice = speaking.require(author, consultation, put)
    assert author.id is not None  # noqa: S101 - the rule has refused visitors
    if twin is not None:
        return twin
    if parent_id is not None:
        _check_parent(parent, recommendation_id, about_subject_id)
        kind = None
    elif kind is None:
        raise TextRefused(CHOOSE_A_KIND)
    is_question = kind is CommentKind.QUESTION
    party_id = asking.addressed(put_to, consultation) if is_question else None
    rank = order = 0
    if not is_pending:
        count_about(about_subject_id, 1)
        rank, order = _placed(parent)
        asking.count_asked(party_id)
    given = {
        "counted_id": recommendation_id,
        "shown": int(not is_pending),
        "asked": int(is_question and not is_pending),
    }
    number = db.session.execute(_NEXT_NUMBER, given).scalar_one()
    subject = new_subject(
        SubjectKind.COMMENT,
        consultation_id=scene.consultation.id,
        recommendation_id=recommendation_id,
        number=number,
    )
    comment = save(
        Comment(
            id=subject.id,
            recommendation_id=recommendation_id,
            about_id=about_subject_id,
            number=number,
            kind=kind,
            root_id=(parent.root_id or parent.id) if parent else None,
            parent_id=parent.id if parent else None,
            reply_rank=rank,
            depth=parent.depth + 1 if parent else 0,
            reply_order=order,
            author_id=author.id,
            voice=voice,
            party_id=author.party_id if voice is Voice.PARTY else None,
            consent_id=scene.consent_id,
            source=text,
            html=str(rendered),
            render_version=html.RENDER_VERSION,
            posted_at=clock.now(),
            submission=submission,
            visibility=Visibility.PENDING if is_pending else Visibility.VISIBLE,
        )
    )
    if is_question:
        asking.ask(comment, party_id, to_editorial=put_to.to_editorial)
    if not is_pending:
        if comment.root_id is None and isinstance(author, User):
            ranking.enlist(comment, author)
        elif comment.root_id is not None and comment.voice is Voice.EDITORIAL:
            ranking.relist([comment.root_id])
        tell_posted(comment)
    if put is not None and put.asker_id is not None:
        asking.tell_answered(comment, put.asker_id)
    return comment


def _put_question(
    author: User | Visitor, parent: Comment | None, consultation: AnyRound
) -> PutQuestion | None:
    """The question on which it hangs whether somebody may answer for a party or the Redaktion."""
    if parent is None or speaking.voice_of(author) is Voice.MEMBER:
        return None
    return asking.put_question(parent, consultation)


def _placed(parent: Comment | None) -> tuple[int, int]:
    """Rank and place of a new reply; zeros for a first comment."""
    if parent is None:
        return 0, 0
    rank = count_reply(parent.root_id or parent.id, parent.id)
    return rank, place_of(parent.depth, parent.reply_order, rank)


def tell_posted(comment: Comment) -> None:
    """Announce that a comment is public."""
    announce(
        CommentPosted(
            comment_id=comment.id,
            recommendation_id=comment.recommendation_id,
            about_id=comment.about_id,
            parent_id=comment.parent_id,
            author_id=comment.author_id,
            submission=comment.submission,
        )
    )


def count_about(about_id: int, change: int) -> None:
    """Let the count of comments about one thing follow."""
    db.session.execute(_COUNT_ABOUT, {"counted_id": about_id, "change": change})


def _check_parent(parent: Comment | None, recommendation_id: int, about_id: int) -> None:
    if (
        parent is None
        or parent.recommendation_id != recommendation_id
        or parent.about_id != about_id
        or parent.visibility is Visibility.PENDING
    ):
        raise NotFound
    if parent.visibility is not Visibility.VISIBLE:
        raise Conflict(CANNOT_ANSWER)


def count_reply(root_id: int, parent_id: int) -> int:
    """Give the thread one reply more, and say the how-manieth it is."""
    ranks = {
        row.id: row.reply_count
        for row in db.session.execute(
            update(Comment)
            .where(Comment.id.in_({root_id, parent_id}))
            .values(
                # Only the first comment counts: a reply keeps what it has, which is 0.
                reply_count=Comment.reply_count + case((Comment.id == root_id, 1), else_=0),
                answered_or_rated=True,
            )
            .returning(Comment.id, Comment.reply_count)
            .execution_options(synchronize_session=False)
        )
    }
    if ranks[root_id] > MAX_RANK:
        raise Conflict(_l("Dieser Faden ist voll. Schreiben Sie einen neuen Beitrag."))
    return ranks[root_id]


class Overtaken(Conflict):
    """The comment was changed in another tab meanwhile; `current` is what it says now."""

    def __init__(self, current: str) -> None:
        super().__init__(
            _l("Ihr Beitrag lautet inzwischen anders: Sie haben ihn an anderer Stelle geändert.")
        )
        self.current = current


def fingerprint(text: str) -> str:
    """Tells whether a comment still says what it said when its form was opened."""
    return sha256(text.encode()).hexdigest()[:16]


def edit_comment(author: User | Visitor, comment_id: int, source: str, seen: str = "") -> Comment:
    """Change a comment: silently as long as nobody can have relied on it, else with its history.

    `seen` is the `fingerprint` of the text that the change began with: Overtaken when it has been
    changed since.
    """
    text = checked(source)
    rendered = html.render(text)
    begin_writing()
    held = deciding.held(comment_id)
    comment = held.comment
    rule = EDIT if comment.voice is Voice.MEMBER else EDIT_ANSWER
    rule.require(author, _own_text(held))
    if comment.source == text:
        return comment
    if seen and seen != fingerprint(comment.source):
        raise Overtaken(comment.source)
    silently = comment.visibility is Visibility.PENDING or is_silent(
        comment.posted_at,
        answered=comment.answered_or_rated,
        rated=deciding.is_rated(comment.id),
    )
    now = clock.now()
    if not silently:
        save(
            CommentEdition(
                comment_id=comment.id, source=comment.source, html=comment.html, replaced_at=now
            )
        )
        comment.edited_at = now
    comment.source, comment.html = text, str(rendered)
    comment.render_version = html.RENDER_VERSION
    db.session.flush()
    if comment.visibility is Visibility.VISIBLE:
        changed(comment.id)
        touch(comment.recommendation_id)
    announce(CommentEdited(comment_id=comment.id, silently=silently))
    return comment


def delete_comment(author: User | Visitor, comment_id: int) -> Comment:
    """Take a comment back. Its place stays, with a sentence; its text is gone everywhere.

    One that nobody else ever saw leaves no place: nothing can point at it.
    """
    if not author.is_authenticated:
        raise SignInRequired(_l("Melden Sie sich an, um Ihren Beitrag zu löschen."))
    begin_writing()
    held = deciding.held(comment_id)
    comment = held.comment
    DELETE.require(author, _own_text(held))
    if comment.visibility is Visibility.PENDING:
        db.session.delete(comment)
        db.session.flush()
        db.session.execute(delete(Subject).where(Subject.id == comment.id))
        return comment
    was_visible = comment.visibility is Visibility.VISIBLE
    db.session.execute(delete(CommentEdition).where(CommentEdition.comment_id == comment.id))
    comment.visibility = Visibility.DELETED
    comment.source = comment.html = ""
    comment.edited_at = comment.hidden_reason = None
    db.session.flush()
    changed(comment.id)
    ranking.relist([comment.root_id or comment.id])
    asking.follow([comment.id])
    _count_visible(comment, -1 if was_visible else 0)
    announce(CommentDeleted(comment_id=comment.id))
    return comment


def byline_changed(author_id: int) -> None:
    """Note that a name stands differently beside all that somebody wrote."""
    begin_writing()
    written = select(Comment.id).where(Comment.author_id == author_id)
    db.session.execute(
        update(Subject)
        .where(Subject.id.in_(written))
        .values(index_due=True)
        .execution_options(synchronize_session=False)
    )
    jobs.nudge("search")
    ranking.relist_author(author_id)
    places = select(Comment.recommendation_id).where(Comment.author_id == author_id).distinct()
    for recommendation_id in sorted(db.session.scalars(places)):
        touch(recommendation_id)  # in one order, so that two people never wait for each other


def set_hidden(comment_id: int, public_reason: str | None) -> Comment:
    """Hide a comment behind a public sentence without names, or show it again with None.

    The moderation calls this inside its own decision, which also asks the rule.
    """
    begin_writing()
    comment = deciding.held(comment_id).comment
    if comment.visibility is Visibility.DELETED:
        raise Conflict(_l("Der Beitrag wurde inzwischen gelöscht."))
    if comment.visibility is Visibility.PENDING:
        raise Conflict(_l("Der Beitrag ist noch nicht öffentlich."))
    before = comment.visibility
    comment.visibility = Visibility.HIDDEN if public_reason else Visibility.VISIBLE
    comment.hidden_reason = public_reason or None
    db.session.flush()
    changed(comment.id)
    ranking.relist([comment.root_id or comment.id])
    asking.follow([comment.id])
    if before is comment.visibility:
        _count_visible(comment, 0)
    elif public_reason:
        _count_visible(comment, -1)
        announce(CommentHidden(comment_id=comment.id))
    else:
        _count_visible(comment, 1)
        announce(CommentRestored(comment_id=comment.id))
    return comment


def _own_text(held: deciding.Held) -> OwnText:
    return OwnText(
        held.recommendation.consultation, held.comment.author_id, held.comment.visibility
    )


def _count_visible(comment: Comment, change: int) -> None:
    """Let the counts follow, and the page: what it is about first, the recommendation last."""
    if change:
        count_about(comment.about_id, change)
    db.session.execute(
        update(Recommendation)
        .where(Recommendation.id == comment.recommendation_id)
        .values(
            comment_count=Recommendation.comment_count + change,
            revision=Recommendation.revision + 1,
        )
        .execution_options(synchronize_session=False)
    )
