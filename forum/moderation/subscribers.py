"""What the moderation does when something happens elsewhere."""

from forum.deliberation.events import CommentDeleted
from forum.moderation import actions


def settle_reports(event: CommentDeleted) -> None:
    """A reported comment is gone: whoever reported it is told, and nobody has to decide."""
    actions.settle_deleted(event.comment_id)
