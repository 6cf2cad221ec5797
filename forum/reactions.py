"""What follows from what. Read this file to see every side effect of an action."""

from forum.accounts.events import (
    AccountErased,
    AppearanceChanged,
    ConsentWithdrawn,
    MembershipChanged,
    Registered,
    RepresentationChanged,
)
from forum.deliberation.events import CommentDeleted
from forum.deliberation.subscribers import publish_what_waited, show_new_name
from forum.kernel.events import Reactions
from forum.membership.subscribers import ask_contacts, forget_erased
from forum.moderation.subscribers import settle_reports
from forum.profile.subscribers import pseudonymise
from forum.recommendations.subscribers import recount_entitled, show_who_answers

REACTIONS: Reactions = {
    AccountErased: [forget_erased],
    Registered: [ask_contacts],
    AppearanceChanged: [show_new_name],
    ConsentWithdrawn: [pseudonymise],
    CommentDeleted: [settle_reports],
    # In this order: comments lock things and threads, and the round's row comes last.
    MembershipChanged: [publish_what_waited, recount_entitled],
    RepresentationChanged: [show_who_answers],
}
