"""What follows from what. Read this file to see every side effect of an action."""

from forum.accounts.events import MembershipChanged
from forum.kernel.events import Reactions
from forum.recommendations.subscribers import recount_entitled

REACTIONS: Reactions = {
    MembershipChanged: [recount_entitled],
}
