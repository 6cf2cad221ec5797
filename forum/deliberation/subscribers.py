"""What comments do when something happens to accounts."""

from forum.accounts import queries as accounts
from forum.accounts.events import AccountErased, AppearanceChanged, MembershipChanged
from forum.deliberation import actions, marking
from forum.deliberation.confirming import publish_pending


def publish_what_waited(event: MembershipChanged) -> None:
    """Somebody is a confirmed member now: what they wrote until then becomes public."""
    if accounts.is_confirmed(event.user_id):
        publish_pending(event.user_id)


def show_new_name(event: AppearanceChanged) -> None:
    """A name stands beside all somebody wrote: those pages and the search show it anew."""
    actions.byline_changed(event.user_id)


def forget_marks(event: AccountErased) -> None:
    """An account is gone: up to where it had read goes too."""
    marking.forget(event.user_id)
