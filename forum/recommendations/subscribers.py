"""What rounds do when something happens elsewhere."""

from forum.accounts import queries as accounts
from forum.accounts.events import MembershipChanged, RepresentationChanged
from forum.recommendations import actions


def recount_entitled(_event: MembershipChanged) -> None:
    """Who may vote has changed: every result says of how many."""
    actions.set_entitled(accounts.entitled_count())


def show_who_answers(_event: RepresentationChanged) -> None:
    """A party is represented now, or no longer: what its answers are announced for reads anew."""
    actions.touch_current()
