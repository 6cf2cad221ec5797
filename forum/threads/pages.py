"""What the pages of a thread are rendered from: plain values, loaded by `queries.py`."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from forum.amendments.dissents import DissentView
from forum.amendments.models import AmendmentKind
from forum.amendments.offering import Offer
from forum.amendments.reading import AmendmentView, Entry
from forum.ballots.figures import Figures
from forum.deliberation import speaking
from forum.deliberation.facets import Order
from forum.deliberation.fates import Fate
from forum.deliberation.listing import CommentView, Edition, Listing, Thread
from forum.deliberation.models import Voice
from forum.deliberation.news import News
from forum.deliberation.policy import ACCEPT, PutQuestion
from forum.deliberation.ranked import Choices
from forum.kernel.policy import Decision
from forum.positions.answers import AnswerView, ThesisView
from forum.recommendations.models import Consultation, Recommendation, Subject, SubjectKind
from forum.recommendations.queries import Clause, Struck
from forum.stances.reading import Line as Haltung
from forum.threads.asked import Asked, OpenForm
from forum.threads.places import address
from forum.threads.reader import Reader


@dataclass(frozen=True)
class Stage:
    """One recommendation, its round, and what whoever looks may do here."""

    recommendation: Recommendation
    viewer: Any
    reader: Reader

    @property
    def consultation(self) -> Consultation:
        """The round, phases loaded."""
        return self.recommendation.consultation

    def may_answer(self, comment: CommentView) -> Decision:
        """Whether whoever looks may write below this comment."""
        if self.reader.voice is Voice.MEMBER:
            return self.reader.post
        return speaking.may_answer(self.viewer, self._put(comment))

    def may_accept(self, question: CommentView) -> bool:
        """Whether whoever looks may say what answers it."""
        is_asked = self.reader.is_signed_in and question.question_state is not None
        return is_asked and bool(ACCEPT.check(self.viewer, self._put(question)))

    def _put(self, comment: CommentView) -> PutQuestion:
        return PutQuestion(
            self.consultation,
            is_question=comment.question_state is not None,
            party_id=comment.named_id,
            to_editorial=bool(comment.to_editorial),
            asker_id=comment.author_id,
        )

    @property
    def url(self) -> str:
        """The address of the thread."""
        return address(self.recommendation.slug)


@dataclass
class Votes:
    """Figures and own votes of everything on a page, asked for once."""

    figures: dict[int, Figures] = field(default_factory=dict)
    own: dict[int, int] = field(default_factory=dict)


@dataclass
class Board:
    """A list of comments as a page shows it, with all that its macros need."""

    stage: Stage
    path: str
    """The address of the page the list stands on."""
    asked: Asked
    listing: Listing
    about_id: int
    """What a new comment written here is about."""
    legend: str
    """Names that thing: „zur Empfehlung“, „zu Abschnitt 2“."""
    clause: int = 0
    """Of an Abschnitt's list, which opens beside others on the page of the text: its number."""
    votes: Votes = field(default_factory=Votes)
    fates: dict[int, Fate] = field(default_factory=dict)
    """What became of the comments on the page; those of which nothing came are missing."""
    labels: dict[int, tuple[str, str]] = field(default_factory=dict)
    """What a comment is about and where that stands, unless it is the page's own subject."""
    form: OpenForm | None = None
    editions: dict[int, list[Edition]] = field(default_factory=dict)
    """Earlier texts, where the page shows them."""
    order: Order = Order.NEWEST
    """How the list is ordered."""
    may_order: bool = True
    """Whether results are shown, so that a list can be ordered by them."""
    choices: Choices | None = None
    """What the list can be narrowed to; None where nothing can be chosen."""
    news: News | None = None
    """What has come since the reader's mark; None for visitors."""

    @property
    def list_id(self) -> str:
        """The id of the list on a page."""
        return f"gespraech-{self.clause}" if self.clause else "beitraege"

    @property
    def suffix(self) -> str:
        """Tells ids in the list apart from those of another list on the same page."""
        return f"-{self.clause}" if self.clause else ""

    @cached_property
    def here(self) -> str:
        """The address of this page of the list, without the form that is open on it."""
        return self._with(self.asked.page_args)

    @cached_property
    def first_page(self) -> str:
        """The address of the first page of this list, order and filters kept."""
        return self._with(self.asked.list_args)

    def listed(self, **changed: object) -> str:
        """The first page of the same list but for what is given; empty takes a filter away."""
        args = self.asked.list_args | {name: str(value or "") for name, value in changed.items()}
        return self._with({name: value for name, value in args.items() if value})

    def _with(self, args: dict[str, str]) -> str:
        joint = "&" if "?" in self.path else "?"
        return f"{self.path}{joint}{urlencode(args)}" if args else self.path

    @property
    def poll(self) -> str:
        """Where a page that stays open asks what has come since; empty where nobody can write."""
        if not self.stage.reader.comments_are_open:
            return ""
        recommendation = self.stage.recommendation
        about = "" if self.about_id == recommendation.id else f"&zu={self.about_id}"
        return f"{self.stage.url}/stand?seit={recommendation.last_comment_number}{about}"

    @cached_property
    def prefix(self) -> str:
        """`here`, to be followed by one more argument."""
        return self.here + ("&" if "?" in self.here else "?")

    def everything(self) -> Iterator[CommentView]:
        """Every comment on the page, replies included."""
        return iter(self.listing)

    def root_of(self, comment: CommentView) -> CommentView:
        """The first comment of the thread that a shown comment belongs to."""
        return next(
            root for root in self.listing.comments if root.id in {comment.id, comment.root_id}
        )


def former_of(votes: Votes, clause: Clause) -> tuple[Figures, int | None] | None:
    """The result on the wording before, and how whoever looks voted on it and not yet on this."""
    if clause.former_id is None or clause.former_id not in votes.figures:
        return None
    own = None if clause.wording_id in votes.own else votes.own.get(clause.former_id)
    return votes.figures[clause.former_id], own


@dataclass
class Whole:
    """Everything on the page of a recommendation."""

    stage: Stage
    clauses: list[Clause]
    theses: list[ThesisView]
    board: Board
    votes: Votes
    summary: Any = None
    """summaries.queries.SummaryView, when one is published."""
    amendments: dict[int, list[tuple[int, AmendmentKind]]] = field(default_factory=dict)
    """What is under review, by Abschnitt; 0: at the beginning."""
    stances: dict[int, list[Haltung]] = field(default_factory=dict)
    """What organisations say, by the key of the Abschnitt."""
    dissents: dict[int, list[DissentView]] = field(default_factory=dict)
    """Sondervoten, by the number of the Abschnitt; 0: above the first."""
    came_of: dict[int, list[Entry]] = field(default_factory=dict)
    """The amendments that Abschnitte came of, by their number."""

    @property
    def dissents_elsewhere(self) -> list[DissentView]:
        """Those beneath an Abschnitt that the text has no longer."""
        here = {0, *(clause.number for clause in self.clauses)}
        return [one for n, found in self.dissents.items() if n not in here for one in found]

    def former(self, clause: Clause) -> tuple[Figures, int | None] | None:
        """What stands beside an Abschnitt that reads otherwise than before."""
        return former_of(self.votes, clause)

    @property
    def ballots_cast(self) -> int | None:
        """All votes on the Abschnitte and theses of this page; None where a result is hidden."""
        shown = [clause.wording_id for clause in self.clauses] + [one.id for one in self.theses]
        found = [self.votes.figures[one] for one in shown]
        return None if any(one.is_hidden for one in found) else sum(one.total for one in found)


@dataclass
class Part:
    """One Abschnitt with its neighbours, a thesis, a position, or an amendment, and its debate."""

    board: Board
    clause: Clause | None = None
    thesis: ThesisView | None = None
    answer: AnswerView | None = None
    """What one party says to the thesis, where that is what the page is about."""
    clauses: list[Clause] = field(default_factory=list)
    previous: Clause | None = None
    next: Clause | None = None
    amendments: list[tuple[int, AmendmentKind]] = field(default_factory=list)
    """What is under review about the Abschnitt."""
    stances: list[Haltung] = field(default_factory=list)
    """What organisations say to the Abschnitt."""
    dissents: list[DissentView] = field(default_factory=list)
    """Sondervoten printed beneath the Abschnitt."""
    came_of: list[Entry] = field(default_factory=list)
    """The amendments that it came of, or that struck it."""
    struck: Struck | None = None
    """Of an Abschnitt that the text no longer has."""
    amendment: AmendmentView | None = None
    may_vote: Decision | None = None
    """On the amendment's newest wording."""
    offer: Offer = field(default_factory=Offer)
    """What else whoever looks may do with the amendment."""

    @property
    def figures(self) -> Figures:
        """What was voted on here."""
        return self.board.votes.figures[self.ballot_id]

    @property
    def former(self) -> tuple[Figures, int | None] | None:
        """What stands beside an Abschnitt that reads otherwise than before."""
        return former_of(self.board.votes, self.clause) if self.clause else None

    @property
    def former_vote(self) -> int | None:
        """How whoever looks voted on the wording before, as long as they have not on this one."""
        if self.amendment is None or not self.amendment.earlier:
            return None
        own = self.board.votes.own
        return None if self.ballot_id in own else own.get(self.amendment.earlier[0].id)

    @property
    def ballot_id(self) -> int:
        """What ballots are cast on here: a wording, or the thesis."""
        if self.clause is not None:
            return self.clause.wording_id
        if self.amendment is not None:
            return self.amendment.line.wording_id
        assert self.thesis is not None  # noqa: S101 - a part is one or the other
        return self.thesis.id


@dataclass
class Talk:
    """One first comment with a page of its replies, as its own page shows it."""

    stage: Stage
    thread: Thread
    board: Board
    about: tuple[str, str]
    """What all of it is about, as in „Alle Beiträge zu …“, and the address of that page."""


@dataclass(frozen=True)
class BallotPlace:
    """One object of ballots on a page of its own: the smallest that shows a vote."""

    subject: Subject
    consultation: Consultation
    figures: Figures
    own: int | None
    decision: Decision
    legend: str

    @property
    def is_rating(self) -> bool:
        """Whether it is a comment's, in the compact form."""
        return self.subject.kind is SubjectKind.COMMENT
