"""What rounds do when something happens elsewhere."""

from forum.accounts import queries as accounts
from forum.accounts.events import MembershipChanged
from forum.recommendations import actions


def recount_entitled(_event: MembershipChanged) -> None:
    """Who may vote has changed: every result says of how many."""
    actions.set_entitled(accounts.entitled_count())
