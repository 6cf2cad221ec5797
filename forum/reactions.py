"""What follows from what. Read this file to see every side effect of an action."""

from forum.accounts.events import AppearanceChanged, ConsentWithdrawn, MembershipChanged
from forum.deliberation.events import CommentDeleted
from forum.deliberation.subscribers import publish_what_waited, show_new_name
from forum.kernel.events import Reactions
from forum.moderation.subscribers import settle_reports
from forum.profile.subscribers import pseudonymise
from forum.recommendations.subscribers import recount_entitled

REACTIONS: Reactions = {
    AppearanceChanged: [show_new_name],
    ConsentWithdrawn: [pseudonymise],
    CommentDeleted: [settle_reports],
    # In this order: comments lock things and threads, and the round's row comes last.
    MembershipChanged: [publish_what_waited, recount_entitled],
}
