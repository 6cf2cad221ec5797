"""A summary as pages show it."""

from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _

from forum.kernel import html
from forum.summaries.models import SummaryPart, SummaryState


def heading(part: SummaryPart) -> str:
    """What a part is called."""
    return {
        SummaryPart.CONSENSUS: _("Konsens"),
        SummaryPart.DISSENT: _("Dissens"),
        SummaryPart.OPEN: _("Offene Fragen"),
        SummaryPart.OUTCOME: _("Was daraus wurde"),
    }[part]


@dataclass(frozen=True)
class CitationView:
    """What a statement rests on; its words are read apart, for they may be gone."""

    subject_id: int
    label: str
    """„Beitrag 12“."""
    reference: str
    """As moderators type it."""

    @property
    def mark(self) -> str:
        """The little sign in the text: the number alone where it is clear."""
        return self.label.removeprefix("Beitrag ")


@dataclass(frozen=True)
class StatementView:
    """One statement and its citations."""

    id: int
    part: SummaryPart
    source: str
    html: str
    citations: list[CitationView] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        """Where it stands on the page of its summary."""
        return f"aussage-{self.id}"

    @property
    def text(self) -> str:
        """Its words without markup."""
        return html.text_of(self.html)

    @property
    def opening(self) -> str:
        """Its HTML up to where the marks of its citations stand: inside the last paragraph."""
        return self.html.rstrip().removesuffix("</p>")

    @property
    def closing(self) -> str:
        """What `opening` left out."""
        return "</p>" if self.html.rstrip().endswith("</p>") else ""

    @property
    def references(self) -> str:
        """Its citations as moderators type them."""
        return ", ".join(citation.reference for citation in self.citations)


@dataclass(frozen=True)
class SummaryView:
    """One version of a summary."""

    id: int
    """The summary's own number, which ballots and reports point at."""
    version_id: int
    recommendation_id: int
    recommendation_number: int
    recommendation_title: str
    slug: str
    number: int
    state: SummaryState
    edition: int
    title: str
    lead: str
    author_id: int
    author: str
    approver: str
    approved_at: datetime | None
    statements: list[StatementView] = field(default_factory=list)

    @property
    def parts(self) -> list[tuple[SummaryPart, str, list[StatementView]]]:
        """The four parts in their order with their headings, empty ones too."""
        return [
            (part, heading(part), [one for one in self.statements if one.part is part])
            for part in SummaryPart
        ]

    @property
    def cited_ids(self) -> list[int]:
        """Everything cited, each once."""
        return list(dict.fromkeys(one.subject_id for s in self.statements for one in s.citations))


@dataclass(frozen=True)
class Changes:
    """What a version says that the one before did not, and the other way round."""

    added: list[str]
    removed: list[str]


def changes(now: SummaryView, before: SummaryView) -> Changes:
    """Statement by statement; a reworded one stands in both lists."""
    old = {one.source for one in before.statements}
    new = {one.source for one in now.statements}
    return Changes(
        added=[one.text for one in now.statements if one.source not in old],
        removed=[one.text for one in before.statements if one.source not in new],
    )
