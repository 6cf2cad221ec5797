"""What comments do when something happens to accounts."""

from forum.accounts import queries as accounts
from forum.accounts.events import MembershipChanged
from forum.deliberation.confirming import publish_pending


def publish_what_waited(event: MembershipChanged) -> None:
    """Somebody is a confirmed member now: what they wrote until then becomes public."""
    if accounts.is_confirmed(event.user_id):
        publish_pending(event.user_id)
