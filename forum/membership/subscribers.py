"""What membership does when something happens to accounts."""

from forum.accounts.events import AccountErased, Registered
from forum.membership import actions, queries


def ask_contacts(event: Registered) -> None:
    """Somebody has registered: tell those who can confirm them."""
    person = queries.person(event.user_id)
    if person.member_since is None:
        actions.tell_of_waiting(person, person.organisation)


def forget_erased(event: AccountErased) -> None:
    """An account is gone: nothing here names it any more, and what it offered no longer holds."""
    actions.forget_refusal(event.user_id)
    actions.revoke_made_by(event.user_id)
