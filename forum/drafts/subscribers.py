"""What happens to drafts when something happens elsewhere."""

from forum.accounts.events import ConsentWithdrawn
from forum.amendments.events import MotionFiled
from forum.deliberation.events import CommentPosted
from forum.drafts import actions


def let_go_posted(event: CommentPosted | MotionFiled) -> None:
    """A draft has become public."""
    actions.posted(event.author_id, event.submission)


def forget_without_consent(event: ConsentWithdrawn) -> None:
    """Nothing that somebody has not published is kept against their will."""
    actions.forget(event.user_id)
