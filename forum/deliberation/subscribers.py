"""What comments do when something happens to accounts."""

from forum.accounts import queries as accounts
from forum.accounts.events import (
    AccountErased,
    AppearanceChanged,
    ConsentWithdrawn,
    MembershipChanged,
)
from forum.amendments.events import AmendmentDecided
from forum.deliberation import actions, drafting, letters, marking, sources
from forum.deliberation.confirming import publish_pending
from forum.kernel.mail import post


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


def tell_whose_comment_it_came_of(event: AmendmentDecided) -> None:
    """What was drawn from comments is decided: those who wrote them hear of it, too."""
    for told in sources.authors_behind(event.amendment_id):
        post(told.email, *letters.came_of(told))


def forget_drafts(event: ConsentWithdrawn) -> None:
    """Without consent we keep nothing of what somebody thinks and has not even said."""
    drafting.forget_all(event.user_id)
