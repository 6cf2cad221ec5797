"""Forgetting names and addresses that nobody needs any more. Part of `actions`."""

from datetime import datetime

from sqlalchemy import update

from forum.kernel.db import begin_writing, db
from forum.membership.models import Invitation, InvitationKind, InvitationList
from forum.membership.queries import is_over


def forget_over(now: datetime, list_limit: datetime) -> None:
    """Keep nothing of invitations that are over, and of lists that nobody has sent."""
    begin_writing()
    db.session.execute(
        update(Invitation)
        .where(is_over(now))
        .values(email=None, name=None, typed=None)
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        update(InvitationList)
        .where(InvitationList.sealed.is_not(None), InvitationList.made_at < list_limit)
        .values(sealed=None)
        .execution_options(synchronize_session=False)
    )


def forget(invitation: Invitation) -> None:
    """Keep nothing about whom it was for."""
    if invitation.kind is not InvitationKind.ORGANISATION:
        invitation.email = invitation.name = invitation.typed = None
