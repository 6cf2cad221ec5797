"""What happens to a text whose author has to sign in first."""

from urllib.parse import urlsplit

from flask import g, request, session, url_for
from flask.typing import ResponseReturnValue

from forum.accounts import (
    actions,
    entering_views,
    link_views,
    own_views,
    queries,
    registering_views,
)
from forum.accounts.blueprint import bp
from forum.accounts.current import viewer
from forum.accounts.models import User
from forum.accounts.security import ACCOUNT
from forum.kernel import limits
from forum.kernel.db import unit_of_work
from forum.kernel.error_pages import FIELD_LABELS, typed_fields, where_they_were
from forum.kernel.errors import SignInRequired
from forum.kernel.web import page

__all__ = ["bp", "entering_views", "link_views", "own_views", "registering_views"]

NOT_A_TEXT = frozenset({"threads.cast_ballot", "threads.withdraw_ballot", "threads.save_draft"})
"""Forms of which nothing is kept: a vote belongs nowhere but in the ballot, and what the script
saves while somebody types still stands before them."""


@bp.app_template_global()
def sign_in_here() -> str:
    """The sign-in page that leads back to this one; many places of a page link it."""
    if "sign_in_here" not in g:
        g.sign_in_here = url_for("security.login", next=request.full_path.rstrip("?"))
    url: str = g.sign_in_here
    return url


@bp.get("/weiter/<token>")
def carry_on(token: str) -> ResponseReturnValue:
    """Show somebody who has signed in again what they had typed."""
    who = viewer()
    if not isinstance(who, User):
        raise SignInRequired
    held = queries.held(token, who.id)
    return page(
        "accounts/held.html",
        fragment="held",
        path=held.path,
        typed=held.fields,
        labels=FIELD_LABELS,
        token=token,
    )


def keep_typed() -> str | None:
    """Keep the form of a person whose session has ended; returns where to go on after sign-in.

    Called by the error pages. None when this is no form of ours, too large, or too often.
    """
    if not _is_ours():
        return None
    if request.endpoint in NOT_A_TEXT:
        return where_they_were()
    fields = typed_fields()
    if not fields:
        return where_they_were()
    if not limits.allow("held", "20/hour", limits.address()):
        return None
    with unit_of_work():
        token = actions.hold(request.full_path.rstrip("?"), fields, session.get(ACCOUNT))
    return url_for("accounts.carry_on", token=token) if token else None


def let_go_used() -> None:
    """Forget a kept form in the very transaction that takes its text."""
    if token := request.form.get("held"):
        actions.let_go(token, viewer().id)


def _is_ours() -> bool:
    """Whether a page of ours sent this form: nobody else fills the table."""
    if request.endpoint is None or request.files:
        return False
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return bool(origin) and urlsplit(origin).netloc == request.host
