"""What following does when something happens elsewhere: it notes the fact; a job tells people."""

from forum.accounts.events import ConsentWithdrawn
from forum.amendments.events import AmendmentDecided
from forum.deliberation.events import AnswerAccepted, CommentPosted
from forum.following import actions
from forum.following.models import NewsKind
from forum.positions.events import PositionPublished
from forum.recommendations.events import VersionPublished
from forum.summaries.events import SummaryApproved


def comment_posted(event: CommentPosted) -> None:
    """A comment or an answer is public."""
    is_reply = event.parent_id is not None
    actions.note(
        NewsKind.REPLY if is_reply else NewsKind.COMMENT,
        f"comment:{event.comment_id}",
        subject_id=event.comment_id,
        caused_by_id=event.author_id,
    )


def answer_accepted(event: AnswerAccepted) -> None:
    """Whoever asked, or the Redaktion, says that something answers a question."""
    actions.note_once(
        NewsKind.ACCEPTED,
        f"accepted:{event.answer_id}",
        subject_id=event.answer_id,
        caused_by_id=None if event.by_editorial else event.asker_id,
    )


def position_published(event: PositionPublished) -> None:
    """A party's answer is public: all that become so in one minute are one piece of news."""
    actions.note_position(event.version_id)


def version_published(event: VersionPublished) -> None:
    """A text has another version; the first one is no news to anybody who follows it."""
    if event.number > 1:
        actions.note_once(
            NewsKind.VERSION,
            f"version:{event.version_id}",
            subject_id=event.recommendation_id,
            number=event.number,
            happened_at=event.published_at,
        )


def summary_approved(event: SummaryApproved) -> None:
    """A summary is public, or reads otherwise."""
    actions.note_once(NewsKind.SUMMARY, f"summary:{event.version_id}", subject_id=event.summary_id)


def amendment_decided(event: AmendmentDecided) -> None:
    """The Redaktion has said what becomes of an amendment."""
    actions.note_once(
        NewsKind.DECISION, f"decision:{event.decision_id}", subject_id=event.amendment_id
    )


def forget_interests(event: ConsentWithdrawn) -> None:
    """Without a consent we do not keep what somebody follows."""
    actions.forget_interests(event.user_id)
