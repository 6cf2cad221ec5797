"""Comments as pages show them: a page of first comments, or one thread."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from forum.accounts.bylines import Byline
from forum.deliberation.models import CommentKind, QuestionState, Visibility, Voice
from forum.deliberation.ordering import LEVELS
from forum.recommendations.models import SubjectKind

PAGE = 20
"""First comments on a page."""
REPLIES = 3
"""Replies shown with each first comment; the others stand on the comment's own page."""
REPLY_PAGE = 50
"""Replies on a page of the comment's own."""


@dataclass(slots=True)
class CommentView:
    """A comment as pages show it. What is hidden or deleted carries no text and no author."""

    id: int
    number: int
    kind: CommentKind | None
    root_id: int | None
    parent_id: int | None
    parent_number: int | None
    about_id: int
    about_kind: SubjectKind
    about_number: int
    about_place: int | None
    """Of a thesis, or what a party says to it: the how-manieth thesis it is."""
    about_thesis: str | None
    about_party: str | None
    about_party_name: str | None
    author_id: int
    byline: Byline
    html: str
    edited_at: datetime | None
    visibility: Visibility
    posted_at: datetime
    is_answered: bool
    hidden_reason: str | None
    reply_rank: int
    reply_count: int
    depth: int
    reply_order: int
    voice: Voice = Voice.MEMBER
    named_party: str | None = None
    """The party for which this answers, or to which this question is put."""
    named_id: int | None = None
    named_slug: str | None = None
    question_state: QuestionState | None = None
    to_editorial: bool | None = None
    accepted_id: int | None = None
    accepted_by_editorial: bool | None = None
    accepted: "CommentView | None" = None
    """The answer that stands right below its question."""
    answered: Byline | None = None
    """Of a reply that does not stand right below what it answers: who wrote that, if they show."""
    is_elsewhere: bool = False
    """What it answers stands on another page."""
    is_apart: bool = False
    """Does not stand right below what it answers, so that it has to say so."""
    replies: list["CommentView"] = field(default_factory=list)

    @property
    def is_visible(self) -> bool:
        """Whether its text is public."""
        return self.visibility is Visibility.VISIBLE

    @property
    def is_pending(self) -> bool:
        """Shown to its author alone, until they are confirmed."""
        return self.visibility is Visibility.PENDING

    @property
    def further(self) -> int:
        """Of a first comment: how many replies stand on its own page only."""
        shown = sum(not reply.is_pending for reply in self.replies)
        return self.reply_count - shown - (self.accepted is not None)

    @property
    def is_official(self) -> bool:
        """Answers for a party or the Redaktion: marked, and not rated."""
        return self.voice is not Voice.MEMBER

    def with_replies(self) -> Iterator["CommentView"]:
        """The first comment and all that is shown below it, in their order."""
        yield self
        if self.accepted is not None:
            yield self.accepted
        yield from self.replies

    @property
    def level(self) -> int:
        """Of a reply: on which of the levels it stands."""
        return min(max(self.depth, 1), LEVELS)

    @property
    def anchor(self) -> str:
        """Where it stands on a page."""
        return f"beitrag-{self.number}"


@dataclass(slots=True)
class Listing:
    """One page of first comments in an order, and the cursors to the pages beside it."""

    comments: list[CommentView]
    newer: int | None = None
    """`?nach=` of the page with newer comments."""
    older: int | None = None
    """`?vor=` of the page with older ones."""
    further: str = ""
    """`?weiter=` of the next page, in an order by scores."""
    drawn: frozenset[int] = frozenset()
    """Comments that stand here by lot."""
    is_continued: bool = False
    """A later page of an order by scores: it leads back to the first."""

    def __iter__(self) -> Iterator[CommentView]:
        """Every comment on the page, replies included."""
        for comment in self.comments:
            yield from comment.with_replies()


@dataclass(slots=True)
class Thread:
    """A first comment with one page of its replies, each below what it answers."""

    root: CommentView
    earlier: int | None = None
    """`?vor=` of the page before: the number of the first reply on this one."""
    later: int | None = None
    """`?nach=` of the page after: the number of the last reply on this one."""
    editions: dict[int, list["Edition"]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[CommentView]:
        """The first comment and the replies on this page."""
        yield from self.root.with_replies()


@dataclass(frozen=True, slots=True)
class Edition:
    """What a comment said before."""

    html: str
    replaced_at: datetime


@dataclass(frozen=True)
class Spot:
    """Where a comment stands: under which first comment, and how many replies that has."""

    number: int
    root_number: int
    reply_count: int
    reply_rank: int

    @property
    def near(self) -> int | None:
        """`?bei=` of the page of replies that shows it; None where there is only one page."""
        is_alone = self.reply_count <= REPLY_PAGE or self.number == self.root_number
        return None if is_alone else self.number


def say_whom(root: CommentView) -> None:
    """Find the replies that do not stand right below what they answer, and whom they answer."""
    shown = {view.id: view for view in root.with_replies()}
    if root.accepted is not None:
        parent = shown.get(root.accepted.parent_id or 0)
        root.accepted.is_apart = parent is not root
        root.accepted.answered = parent.byline if parent and parent.byline.name else None
        root.accepted.is_elsewhere = parent is None
    above = [root.id, 0, 0]
    for reply in root.replies:
        reply.is_apart = reply.is_pending or above[reply.level - 1] != reply.parent_id
        if reply.is_apart:
            parent = shown.get(reply.parent_id or 0)
            reply.answered = parent.byline if parent and parent.byline.name else None
            reply.is_elsewhere = parent is None
        above[reply.level :] = [reply.id, *(0 for _ in above[reply.level + 1 :])]
