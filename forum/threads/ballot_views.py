"""Votes: each on the smallest page that shows it, cast and taken back by a form."""

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from htmx_flask import request

from forum.accounts.current import viewer
from forum.accounts.models import User
from forum.ballots import actions as ballots
from forum.ballots.figures import VALUES
from forum.kernel.errors import ForumError, SignInRequired
from forum.kernel.web import MAX_KEY, local_path, page, see_other
from forum.threads import single
from forum.threads.blueprint import bp

_ID = f"<int(min=1, max={MAX_KEY}):subject_id>"


@bp.get(f"/stimmen/{_ID}")
def ballot(subject_id: int) -> ResponseReturnValue:
    """Show one vote and its result: the smallest page there is."""
    return page(
        "threads/ballot.html",
        fragment=f"stimme#stimme-{subject_id}",
        vote=single.ballot(subject_id, viewer()),
        back=f"/stelle/{subject_id}",
    )


@bp.post(f"/stimmen/{_ID}")
def cast_ballot(subject_id: int) -> ResponseReturnValue:
    """Vote, or change one's vote."""
    value = VALUES.get(request.form.get("value", ""))
    if value is None:
        raise ForumError(_("Wählen Sie „stimme zu“, „neutral“ oder „stimme nicht zu“."))
    ballots.cast(_voter(), subject_id, value)
    flash(_("Ihre Stimme ist gezählt."), "message")
    return _voted(subject_id)


@bp.post(f"/stimmen/{_ID}/zurueckziehen")
def withdraw_ballot(subject_id: int) -> ResponseReturnValue:
    """Take one's vote back."""
    ballots.withdraw(_voter(), subject_id)
    flash(_("Ihre Stimme ist zurückgezogen."), "message")
    return _voted(subject_id)


def _voter() -> User:
    """Whoever is signed in; a visitor is asked to sign in, before anything is looked up."""
    who = viewer()
    if not isinstance(who, User):
        raise SignInRequired(_("Melden Sie sich an, um abzustimmen."))
    return who


def _voted(subject_id: int) -> ResponseReturnValue:
    back = local_path(request.form.get("back", ""), f"/stelle/{subject_id}")
    return see_other(back, smallest=url_for("threads.ballot", subject_id=subject_id))
