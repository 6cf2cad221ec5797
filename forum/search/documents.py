"""What can be found: the kinds of documents, and a document as it is indexed and shown."""

import enum
from dataclasses import dataclass
from datetime import datetime

from forum.accounts.bylines import Byline
from forum.deliberation.models import CommentKind
from forum.positions.answers import PartyView, Said
from forum.recommendations.models import SubjectKind
from forum.search import analysis
from forum.search.backend import Entry


class Kind(enum.StrEnum):
    """The kinds of documents, in the order in which the page offers them."""

    RECOMMENDATION = "recommendation"
    PARAGRAPH = "paragraph"
    THESIS = "thesis"
    POSITION = "position"
    COMMENT = "comment"
    AMENDMENT = "amendment"
    STANCE = "stance"
    SUMMARY = "summary"
    TERM = "term"


BY_SUBJECT = {
    SubjectKind.RECOMMENDATION: Kind.RECOMMENDATION,
    SubjectKind.PARAGRAPH: Kind.PARAGRAPH,
    SubjectKind.THESIS: Kind.THESIS,
    SubjectKind.POSITION: Kind.POSITION,
    SubjectKind.COMMENT: Kind.COMMENT,
    SubjectKind.AMENDMENT: Kind.AMENDMENT,
    SubjectKind.STANCE: Kind.STANCE,
    SubjectKind.SUMMARY: Kind.SUMMARY,
}
"""Which subjects are documents. A wording is found as its paragraph."""


def key(kind: Kind, number: int) -> str:
    """How the index calls a document: glossary terms are numbered apart from subjects."""
    return f"t{number}" if kind is Kind.TERM else str(number)


def number_of(document_key: str) -> int:
    """The id of the subject or term behind a key."""
    return int(document_key.removeprefix("t"))


@dataclass(frozen=True)
class Where:
    """The recommendation a document belongs to."""

    slug: str
    number: int
    short_title: str


@dataclass(frozen=True)
class About:
    """What a comment is about."""

    kind: SubjectKind
    number: int
    thesis_place: int | None
    party: str | None


@dataclass(frozen=True, kw_only=True)
class Document:
    """A public text, as the database has it now."""

    kind: Kind
    id: int
    title: str
    text: str
    where: Where | None = None
    number: int | None = None
    """Of paragraph, comment, amendment; of thesis and position, the thesis's place in its text."""
    slug: str = ""
    at: datetime | None = None
    comment_kind: CommentKind | None = None
    byline: Byline | None = None
    about: About | None = None
    party: PartyView | None = None
    said: Said | None = None
    """Of a position: the answer, never shown without whose word it is."""
    thesis_label: str = ""

    @property
    def key(self) -> str:
        """How the index calls it."""
        return key(self.kind, self.id)

    @property
    def heading(self) -> str:
        """What counts as its title when it is searched."""
        return f"{self.party.short_name} {self.party.name}" if self.party else self.title

    @property
    def body(self) -> str:
        """What counts as its text when it is searched."""
        return f"{self.thesis_label}. {self.text}" if self.party else self.text

    @property
    def vocabulary(self) -> set[str]:
        """The words that compounds of other documents may be made of."""
        return analysis.vocabulary(self.heading) | analysis.vocabulary(self.body)

    def entry(self, known: set[str]) -> Entry:
        """As the index takes it."""
        return Entry(
            key=self.key,
            kind=self.kind.value,
            title=analysis.stems(self.heading),
            body=analysis.stems(self.body),
            title_parts=analysis.parts(self.heading, known),
            parts=analysis.parts(self.body, known),
        )
