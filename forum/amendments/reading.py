"""What pages show of amendments: plain values, without markup and without the database."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from forum.accounts.bylines import Byline
from forum.amendments.comparing import Change
from forum.amendments.models import AmendmentKind, AmendmentState, Share
from forum.kernel import html as markup
from forum.recommendations.queries import Clause


def deed(kind: AmendmentKind, paragraph: int | None) -> str:
    """What it does, as a heading says it."""
    if kind is AmendmentKind.CHANGE:
        return _("Abschnitt %(n)s ändern", n=paragraph)
    if kind is AmendmentKind.STRIKE:
        return _("Abschnitt %(n)s streichen", n=paragraph)
    if paragraph is None:
        return _("Neuer Abschnitt am Anfang")
    return _("Neuer Abschnitt nach Abschnitt %(n)s", n=paragraph)


def name(number: int) -> str:
    """How it is called in a sentence."""
    return _("Änderungsvorschlag %(n)s", n=number)


@dataclass(frozen=True, kw_only=True)
class Line:
    """An amendment as a list shows it."""

    id: int
    number: int
    kind: AmendmentKind
    state: AmendmentState
    state_since: datetime
    paragraph_id: int | None
    paragraph_number: int | None
    motion_id: int
    recommendation_id: int
    author_id: int
    organisation_id: int | None
    byline: Byline
    reason_html: str
    hidden_reason: str
    filed_at: datetime
    version_number: int
    wording_id: int
    """Its newest wording: what ballots are cast on."""
    wording_number: int
    heading: str
    html: str
    change: Change | None
    base_wording_id: int | None
    comment_count: int
    is_merged: bool = False
    """With another, on either side."""
    is_drawn: bool = False
    """From comments."""

    @property
    def name(self) -> str:
        """„Änderungsvorschlag 3“."""
        return name(self.number)

    @property
    def deed(self) -> str:
        """„Abschnitt 2 ändern“."""
        return deed(self.kind, self.paragraph_number)

    @property
    def is_hidden(self) -> bool:
        """Its words may not be read."""
        return bool(self.hidden_reason) or self.is_erased

    @property
    def is_erased(self) -> bool:
        """Its author has taken back all that they wrote: no motion is filed without a reason."""
        return not self.reason_html

    @property
    def is_under_review(self) -> bool:
        """Nothing has become of it yet."""
        return self.state is AmendmentState.UNDER_REVIEW

    @property
    def is_decided(self) -> bool:
        """The Redaktion has decided, one way or another."""
        return self.state in {
            AmendmentState.ACCEPTED,
            AmendmentState.PARTLY,
            AmendmentState.DECLINED,
        }

    @property
    def is_open(self) -> bool:
        """Whether it can be voted on, as far as it is up to itself."""
        return self.is_under_review and not self.is_hidden

    @property
    def words(self) -> str:
        """What it would put into the text, and why, without markup."""
        parts = (self.heading, markup.text_of(self.html), markup.text_of(self.reason_html))
        return " – ".join(part for part in parts if part)

    @property
    def gist(self) -> str:
        """Its first change in words, where that says more than `deed`."""
        if self.kind is AmendmentKind.INSERT:
            return self.heading
        if self.kind is AmendmentKind.STRIKE or self.change is None:
            return ""
        return next(iter(self.change.in_words()), "")


@dataclass(frozen=True, kw_only=True)
class OldWording:
    """What an amendment read before it was revised; the result on it stands beside the new one."""

    id: int
    number: int
    posted_at: datetime
    change: Change | None


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the Redaktion decided, as everybody reads it."""

    reason_html: str
    final: tuple[str, str] | None
    """Heading and text that are to enter the text, where it was taken up in part."""
    change: Change | None
    on: datetime


@dataclass(frozen=True, kw_only=True)
class Merged:
    """That one amendment went into another, as both pages say it."""

    amendment_id: int
    number: int
    """The duplicate."""
    into: int
    carried: int
    wording_id: int
    reason: str
    on: datetime

    @property
    def name(self) -> str:
        """„Änderungsvorschlag 3“, the duplicate."""
        return name(self.number)

    @property
    def into_name(self) -> str:
        """„Änderungsvorschlag 1“, what it goes on as."""
        return name(self.into)


@dataclass(frozen=True)
class Entry:
    """In which version an accepted amendment went into the text, and with how much."""

    amendment_id: int
    amendment_number: int
    version_number: int
    paragraph_number: int | None
    """What it changed, struck or brought."""
    share: Share
    remark: str

    @property
    def is_in_text(self) -> bool:
        """Whether anything of it went in."""
        return self.share is not Share.YIELDED


@dataclass(kw_only=True)
class AmendmentView:
    """An amendment on its own page."""

    line: Line
    others: Sequence[Line]
    """The other amendments of the same motion."""
    earlier: Sequence[OldWording] = field(default_factory=tuple)
    verdict: Verdict | None = None
    dissents: Sequence[Any] = field(default_factory=tuple)
    """[dissents.DissentView]: public ones, and what waits in the reader's own bench."""
    sources: Sequence[int] = field(default_factory=tuple)
    """The numbers of the comments it was drawn from."""
    merges: Sequence["Merged"] = field(default_factory=tuple)
    """What it was merged with, on either side."""
    entry: Entry | None = None
    """Where it went, once it is in a version."""
    clause: Clause | None = None
    """The Abschnitt as it reads now; None when the text has it no longer, and at the beginning."""

    @property
    def is_overtaken(self) -> bool:
        """The Abschnitt reads otherwise now than when this was written."""
        line = self.line
        if not line.is_under_review or line.paragraph_id is None:
            return False
        if line.kind is AmendmentKind.INSERT:
            return self.clause is None
        return self.clause is None or self.clause.wording_id != line.base_wording_id
