"""How often people may do what: one table, generous to people and dear to machines."""

from flask import request

from forum.accounts.addresses import normal
from forum.kernel.limits import Rate, address, person

READS = frozenset({"GET"})


def typed_account() -> str:
    """The account somebody tries to sign in to, whether it exists or not."""
    return normal(request.form.get("email", "")) or "-"


def typed_account_or_address() -> str:
    """The typed address where a form has one; else where the request comes from, and its path."""
    typed = request.form.get("email", "").strip().lower()
    return typed or f"{address()} {request.path}"


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
    Rate("membership.invitation", "60/hour", address),
    Rate("membership.invitation", "10/hour", typed_account_or_address),
    Rate("membership.invite", "200/hour", person),
    Rate("membership.check_list", "30/hour", person),
    Rate("threads.post_comment", "40/10 minutes", person),
    Rate("amendments.new", "60/10 minutes", person),
    Rate("amendments.revise", "60/10 minutes", person),
    Rate("drafts.remark", "60/10 minutes", person),
    Rate("threads.edit_comment", "60/10 minutes", person),
    Rate("moderation.report", "20/hour", address),
    Rate("following.subject_by_mail", "20/hour", address),
    Rate("following.subject_by_mail", "5/hour", typed_account),
    Rate("following.party_by_mail", "20/hour", address),
    Rate("following.party_by_mail", "5/hour", typed_account),
    Rate("following.stop", "60/10 minutes", address),
    Rate("profile.leave", "10/hour", person),
    Rate("profile.mail_leaving", "5/hour", person),
    Rate("profile.appear", "30/hour", person),
    Rate("organisations.document", "20/minute", address, READS),
    Rate("search.results", "60/minute", address, READS),
)
