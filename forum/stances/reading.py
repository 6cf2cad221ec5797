"""What pages show of Haltungen: plain values, without markup and without the database."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from forum.accounts.models import User
from forum.kernel.approval import DraftState, Step
from forum.recommendations.models import Consultation
from forum.stances.models import Answer
from forum.stances.words import answer_word
from forum.stances.writing import Content


@dataclass(frozen=True, kw_only=True)
class Said:
    """One version of what an organisation said."""

    id: int
    number: int
    answer: Answer | None
    text: str
    wording_id: int
    text_version: int
    """The version of the text that it was said to."""
    approved_at: datetime

    @property
    def word(self) -> str:
        """„trägt mit Vorbehalt“."""
        return answer_word(self.answer)


@dataclass(frozen=True, kw_only=True)
class Line:
    """A Haltung as a list shows it: who says what, in its newest version."""

    id: int
    number: int
    recommendation_id: int
    paragraph_id: int
    organisation: str
    short_name: str
    organisation_slug: str
    is_invented: bool
    bench: str
    """Empty for organisations without one."""
    hidden_reason: str
    said: Said

    @property
    def is_hidden(self) -> bool:
        """Its texts may not be read."""
        return bool(self.hidden_reason)

    @property
    def is_taken_back(self) -> bool:
        """The organisation has none any more."""
        return self.said.answer is None


@dataclass(frozen=True)
class Bank:
    """The Haltungen of one bench; every organisation alike, by name."""

    name: str
    lines: list[Line]


def by_bench(lines: Sequence[Line]) -> list[Bank]:
    """Lines that come in the order of the benches, bench by bench."""
    found: list[Bank] = []
    for line in lines:
        if not found or found[-1].name != line.bench:
            found.append(Bank(line.bench, []))
        found[-1].lines.append(line)
    return found


@dataclass(frozen=True, kw_only=True)
class StanceView:
    """A Haltung on its own page, with all its versions."""

    line: Line
    slug: str
    recommendation: str
    paragraph_number: int
    heading: str
    """Of the Abschnitt, as it reads now, or read last."""
    standing_wording_id: int | None
    """None when the text has the Abschnitt no longer."""
    versions: Sequence[Said]
    """The newest first."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One Abschnitt as one organisation answers it; what the rules are asked about."""

    consultation: Consultation
    organisation_id: int
    organisation: str
    recommendation_id: int
    slug: str
    title: str
    paragraph_id: int
    number: int
    heading: str
    html: str
    wording_id: int | None
    """The words people read now; None when the text has the Abschnitt no longer."""
    text_version: int
    speakers: Sequence[User] = ()
    state: DraftState | None = None
    author_id: int | None = None
    author_name: str = ""
    edition: int = 0
    changed_at: datetime | None = None
    draft: Content = field(default_factory=Content)
    draft_wording_id: int | None = None
    remark: str = ""
    returned_by: str = ""
    standing: Said | None = None
    """What the organisation says in public."""
    stance_number: int | None = None
    takes_back: bool = False

    @property
    def step(self) -> Step:
        """Where the text stands between drafting and approval."""
        return Step(self.state, self.author_id, self.edition)

    @property
    def is_open_draft(self) -> bool:
        """Whether somebody is still at work on it."""
        return self.step.is_open

    @property
    def is_overtaken(self) -> bool:
        """Whether the Abschnitt reads otherwise now than when the draft was written."""
        return self.is_open_draft and self.draft_wording_id != self.wording_id

    @property
    def is_to_former_words(self) -> bool:
        """Whether what stands in public was said to other words."""
        return self.standing is not None and self.standing.wording_id != self.wording_id

    @property
    def can_be_taken_back(self) -> bool:
        """Whether there is a Haltung to take back."""
        return self.standing is not None and self.standing.answer is not None

    @property
    def text_now(self) -> Content:
        """What the form starts from: the draft, else what stands."""
        if self.is_open_draft:
            return self.draft
        if self.standing is not None and self.standing.answer is not None:
            return Content(self.standing.answer.value, self.standing.text)
        return Content()


@dataclass(frozen=True, kw_only=True)
class DeskLine:
    """An Abschnitt in the list of an organisation's desk."""

    number: int
    heading: str
    state: DraftState | None
    answer: Answer | None
    said: bool
    """Whether the organisation has ever said something."""
    is_to_former_words: bool
