"""How often people may do what: one table, generous to people and dear to machines."""

from flask import request

from forum.accounts.addresses import normal
from forum.kernel.limits import Rate, address, person

READS = frozenset({"GET"})


def typed_account() -> str:
    """The account somebody tries to sign in to, whether it exists or not."""
    return normal(request.form.get("email", "")) or "-"


RATES = (
    # Whatever is posted, by anybody.
    Rate("*", "240/minute", person),
    Rate("security.login", "20/5 minutes", address),
    Rate("security.login", "10/5 minutes", typed_account),
    Rate("accounts.send_link", "20/hour", address),
    Rate("accounts.send_link", "5/hour", typed_account),
    Rate("accounts.forgotten", "20/hour", address),
    Rate("accounts.forgotten", "5/hour", typed_account),
    Rate("accounts.register", "20/hour", address),
    Rate("accounts.register", "5/hour", typed_account),
    Rate("accounts.password", "10/5 minutes", person),
    Rate("accounts.address", "10/hour", person),
    Rate("accounts.open_link", "60/10 minutes", address),
    Rate("threads.post_comment", "40/10 minutes", person),
    Rate("threads.edit_comment", "60/10 minutes", person),
    Rate("moderation.report", "20/hour", address),
    Rate("profile.leave", "10/hour", person),
    Rate("profile.mail_leaving", "5/hour", person),
    Rate("profile.appear", "30/hour", person),
    Rate("search.results", "60/minute", address, READS),
)
