"""What follows for an account from what happens to it elsewhere."""

from forum.accounts.events import ConsentWithdrawn
from forum.profile import actions


def pseudonymise(event: ConsentWithdrawn) -> None:
    """Without a consent nobody's name stands beside an opinion, whatever way it was withdrawn."""
    actions.pseudonymise(event.user_id)
