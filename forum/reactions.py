"""What follows from what. Read this file to see every side effect of an action."""

from forum.accounts.events import MembershipChanged
from forum.deliberation.subscribers import publish_what_waited
from forum.kernel.events import Reactions
from forum.recommendations.subscribers import recount_entitled

REACTIONS: Reactions = {
    # In this order: comments lock things and threads, and the round's row comes last.
    MembershipChanged: [publish_what_waited, recount_entitled],
}
