"""What came of somebody's proposals, with the words of theirs that stand in the text."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from forum.amendments import beside, duplicates, open_motions, queries
from forum.amendments.comparing import Change
from forum.amendments.models import (
    Amendment,
    AmendmentDecision,
    AmendmentKind,
    AmendmentState,
    Motion,
    Share,
    VersionChange,
)
from forum.amendments.reading import Entry, Line, Merged
from forum.kernel.db import db
from forum.kernel.worddiff import Op
from forum.recommendations.models import Place, Recommendation, Wording


@dataclass(frozen=True, kw_only=True)
class Trace:
    """One proposal with its fate."""

    line: Line
    recommendation: Recommendation
    reason_html: str = ""
    """Why it was decided so."""
    entry: Entry | None = None
    """In which version it stands."""
    words: Sequence[str] = field(default_factory=tuple)
    """Words of it that stand in the text."""
    merged: Merged | None = None
    """What it goes on as."""

    @property
    def url(self) -> str:
        """The page of the amendment."""
        return f"{self.thread}/aenderungen/{self.line.number}"

    @property
    def thread(self) -> str:
        """The page of the text."""
        return f"/empfehlungen/{self.recommendation.slug}"

    @property
    def diff_url(self) -> str:
        """The version it went into, compared with the one before."""
        number = self.entry.version_number if self.entry else 1
        return f"{self.thread}/fassungen/vergleich?von={number - 1}&bis={number}"


def own_words(
    kind: AmendmentKind, change: Change | None, share: Share, final: tuple[str, str]
) -> list[str]:
    """The passages of a proposal that stand in the text: what it inserted, as far as it is there.

    A passage that was joined with others stands there if the text has it word for word.
    """
    if kind is AmendmentKind.STRIKE or change is None or share is Share.YIELDED:
        return []
    inserted = [
        piece.text.strip()
        for piece in (*change.heading, *change.text)
        if piece.op is Op.INSERT and any(sign.isalnum() for sign in piece.text)
    ]
    if share is Share.WHOLE:
        return inserted
    return [one for one in inserted if one in final[0] or one in final[1]]


def of_author(user_id: int) -> list[Trace]:
    """All that somebody proposed, the latest first."""
    return _traces(queries.read(queries.listed(Motion.author_id == user_id)))[::-1]


def of_amendments(amendment_ids: Collection[int]) -> list[Trace]:
    """These amendments with their fates."""
    return _traces(queries.read(queries.listed(Amendment.id.in_(amendment_ids))))


def _traces(lines: list[Line]) -> list[Trace]:
    """The same few statements for any number of them."""
    if not lines:
        return []
    ids = [line.id for line in lines]
    texts = open_motions.slugs({line.recommendation_id for line in lines})
    entries = beside.entered(ids)
    made = {one.amendment_id: one for one in queries.decisions(ids) if one.effective_at}
    finals = _finals(ids)
    gone = [line.id for line in lines if line.state is AmendmentState.MERGED]
    merges = {one.amendment_id: one for one in duplicates.around(gone)} if gone else {}
    return [
        Trace(
            line=line,
            recommendation=texts[line.recommendation_id],
            reason_html=made[line.id].reason_html if line.id in made else "",
            entry=entries.get(line.id),
            words=_words(line, made.get(line.id), entries.get(line.id), finals.get(line.id)),
            merged=merges.get(line.id),
        )
        for line in lines
    ]


def _words(
    line: Line,
    decision: AmendmentDecision | None,
    entry: Entry | None,
    final: tuple[str, str] | None,
) -> list[str]:
    if entry is None or final is None:
        return []
    change = line.change
    if decision is not None and decision.final_text is not None:
        # In part: what was proposed, as far as the Redaktion kept it.
        return own_words(line.kind, change, Share.JOINED, final)
    return own_words(line.kind, change, entry.share, final)


def _finals(amendment_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """How the Abschnitt reads in the version that each of these went into."""
    rows = db.session.execute(
        select(VersionChange.amendment_id, Wording.heading, Wording.text)
        .join(Place, Place.version_id == VersionChange.version_id)
        .join(
            Wording,
            (Wording.id == Place.wording_id) & (Wording.paragraph_id == VersionChange.paragraph_id),
        )
        .where(VersionChange.amendment_id.in_(amendment_ids))
    )
    return {key: (heading, text) for key, heading, text in rows}
