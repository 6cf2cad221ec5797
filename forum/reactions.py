"""What follows from what. Read this file to see every side effect of an action."""

from forum.accounts.events import (
    AccountErased,
    AppearanceChanged,
    ConsentWithdrawn,
    MembershipChanged,
    Registered,
    RepresentationChanged,
)
from forum.amendments.events import AmendmentDecided, MotionFiled, VersionMade
from forum.amendments.subscribers import tell_whose_words_stand
from forum.deliberation.events import AnswerAccepted, CommentDeleted, CommentPosted
from forum.deliberation.subscribers import (
    forget_drafts,
    forget_marks,
    publish_what_waited,
    show_new_name,
    tell_whose_comment_it_came_of,
)
from forum.drafts.subscribers import forget_without_consent, let_go_posted
from forum.following.subscribers import (
    amendment_decided,
    answer_accepted,
    comment_posted,
    forget_interests,
    position_published,
    summary_approved,
    version_published,
)
from forum.kernel.events import Reactions
from forum.membership.subscribers import ask_contacts, forget_erased
from forum.moderation.subscribers import settle_reports
from forum.positions.events import PositionPublished
from forum.profile.subscribers import pseudonymise
from forum.recommendations.events import VersionPublished
from forum.recommendations.subscribers import recount_entitled, show_who_answers
from forum.summaries.events import SummaryApproved

REACTIONS: Reactions = {
    AccountErased: [forget_erased, forget_marks],
    VersionMade: [tell_whose_words_stand],
    Registered: [ask_contacts],
    AppearanceChanged: [show_new_name],
    ConsentWithdrawn: [
        forget_drafts,
        pseudonymise,
        forget_interests,
        forget_without_consent,
    ],
    CommentPosted: [comment_posted, let_go_posted],
    MotionFiled: [let_go_posted],
    AnswerAccepted: [answer_accepted],
    PositionPublished: [position_published],
    AmendmentDecided: [amendment_decided, tell_whose_comment_it_came_of],
    VersionPublished: [version_published],
    SummaryApproved: [summary_approved],
    CommentDeleted: [settle_reports],
    # In this order: comments lock things and threads, and the round's row comes last.
    MembershipChanged: [publish_what_waited, recount_entitled],
    RepresentationChanged: [show_who_answers],
}
