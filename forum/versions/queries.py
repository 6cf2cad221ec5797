"""Reading the versions of a text, what came of amendments in them, and stored comparisons."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, tuple_

from forum.accounts.bylines import Byline, byline
from forum.accounts.models import Bench, Organisation, User
from forum.amendments import comparing
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
from forum.amendments.reading import deed, name
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.recommendations import policy as rounds
from forum.recommendations.models import Paragraph, Place, Subject, Version, Wording
from forum.versions.history import Edition, History, Passage, Step, Words
from forum.versions.models import TextDifference


def history(recommendation_id: int, *, at: datetime | None = None) -> History:
    """All versions that are public; 404 when none is. Three statements."""
    rows = db.session.scalars(
        select(Version)
        .where(Version.recommendation_id == recommendation_id, rounds.public(at or clock.now()))
        .order_by(Version.number)
    ).all()
    if not rows:
        raise NotFound
    return _with_texts(rows)


def _with_texts(versions: Sequence[Version]) -> History:
    found = History(
        [Edition(row.id, row.number, row.published_at, row.note or "") for row in versions]
    )
    numbers = {row.id: row.number for row in versions}
    placed = db.session.execute(
        select(Place.version_id, Place.wording_id)
        .where(Place.version_id.in_(numbers))
        .order_by(Place.version_id, Place.position)
    )
    for version_id, wording_id in placed:
        found.placed.setdefault(numbers[version_id], []).append(wording_id)
    wanted = {key for keys in found.placed.values() for key in keys}
    wordings = db.session.execute(
        select(Wording, Paragraph.number)
        .join(Paragraph, Paragraph.id == Wording.paragraph_id)
        .where(Wording.id.in_(wanted))
    )
    for row, number in wordings:
        found.wordings[row.id] = Words(
            row.id,
            row.paragraph_id,
            number,
            row.heading,
            row.text,
            row.html,
            tuple(row.corrections),
        )
    return found


# Where the changes came from ---


@dataclass(frozen=True, kw_only=True)
class Cause:
    """An accepted amendment as it stands beside what came of it."""

    number: int
    kind: AmendmentKind
    state: AmendmentState
    paragraph_number: int | None
    """What it was about when it was filed."""
    byline: Byline | None
    """None where its words are hidden or taken back."""
    reason_html: str
    """Why the Redaktion took it up."""
    decided_at: datetime
    comment_count: int
    version_number: int | None
    """None while it waits for one."""
    place: int | None
    """The Abschnitt that it changed, or brought."""
    share: Share | None
    remark: str

    @property
    def name(self) -> str:
        """„Änderungsvorschlag 3“."""
        return name(self.number)

    @property
    def deed(self) -> str:
        """„Abschnitt 2 ändern“."""
        return deed(self.kind, self.paragraph_number)


def causes(recommendation_id: int) -> list[Cause]:
    """All accepted amendments of a text, by version, those last that are in none."""
    about, place = Paragraph.__table__.alias("about"), Paragraph.__table__.alias("place")
    columns: tuple[Any, ...] = (
        Amendment,
        Motion.hidden_reason,
        Motion.reason,
        AmendmentDecision.reason_html,
        AmendmentDecision.effective_at,
        VersionChange.share,
        VersionChange.remark,
        Version.number.label("version_number"),
        Version.published_at,
        about.c.number.label("about_number"),
        place.c.number.label("place_number"),
        Subject.comment_count,
        User.appearance,
        User.name,
        User.pseudonym,
        Organisation.name.label("organisation"),
        Bench.name.label("bench"),
    )
    rows = db.session.execute(
        select(*columns)
        .join(Motion, Motion.id == Amendment.motion_id)
        .join(
            AmendmentDecision,
            (AmendmentDecision.amendment_id == Amendment.id)
            & AmendmentDecision.effective_at.is_not(None),
        )
        .join(Subject, Subject.id == Amendment.id)
        .join(User, User.id == Motion.author_id)
        .outerjoin(Organisation, Organisation.id == User.organisation_id)
        .outerjoin(Bench, Bench.id == func.coalesce(Organisation.bench_id, User.own_bench_id))
        .outerjoin(VersionChange, VersionChange.amendment_id == Amendment.id)
        .outerjoin(Version, Version.id == VersionChange.version_id)
        .outerjoin(about, about.c.id == Amendment.paragraph_id)
        .outerjoin(place, place.c.id == VersionChange.paragraph_id)
        .where(
            Amendment.recommendation_id == recommendation_id,
            Amendment.state.in_((AmendmentState.ACCEPTED, AmendmentState.PARTLY)),
        )
        .order_by(Version.number, Amendment.number)
    )
    found = [_cause(row) for row in rows]
    return sorted(found, key=lambda one: (one.version_number is None, one.version_number or 0))


def _cause(row: Any) -> Cause:
    is_shown = row.hidden_reason is None and bool(row.reason)
    return Cause(
        number=row.Amendment.number,
        kind=row.Amendment.kind,
        state=row.Amendment.state,
        paragraph_number=row.about_number,
        byline=byline(
            row.appearance,
            name=row.name,
            pseudonym=row.pseudonym,
            organisation=row.organisation,
            bench=row.bench,
        )
        if is_shown
        else None,
        reason_html=row.reason_html,
        decided_at=row.effective_at,
        comment_count=row.comment_count,
        version_number=row.version_number,
        place=row.place_number,
        share=row.share,
        remark=row.remark or "",
    )


# Comparisons ---


def compared(steps: Iterable[Step]) -> dict[int, Change | None]:
    """The word diff of each changed Abschnitt by its key; None while a job is still at it."""
    pairs = [
        (one.before, one.after)
        for one in steps
        if one.before and one.after and one.before.words != one.after.words
    ]
    stored = _stored(pairs)
    missing = [pair for pair in pairs if _key(*pair) not in stored]
    quick = comparing.at_once([(before.words, after.words) for before, after in missing])
    found: dict[int, Change | None] = {
        before.paragraph_id: stored[_key(before, after)]
        for before, after in pairs
        if _key(before, after) in stored
    }
    for (before, _after), change in zip(missing, quick, strict=True):
        found[before.paragraph_id] = change
    return found


def _key(before: Passage, after: Passage) -> tuple[int, int, int]:
    return before.paragraph_id, before.since, after.since


def _stored(pairs: Sequence[tuple[Passage, Passage]]) -> dict[tuple[int, int, int], Change]:
    if not pairs:
        return {}
    table = TextDifference
    rows = db.session.scalars(
        select(table).where(
            tuple_(table.paragraph_id, table.before, table.after).in_(
                [_key(*pair) for pair in pairs]
            )
        )
    )
    found = {}
    for row in rows:
        change = comparing.stored(row.pieces)
        if change is not None:
            found[row.paragraph_id, row.before, row.after] = change
    return found


def uncompared() -> tuple[int, int, int] | None:
    """A version nobody has compared yet, with its recommendation and number."""
    row = db.session.execute(
        select(Version.id, Version.recommendation_id, Version.number)
        .where(~Version.is_compared)
        .order_by(Version.id)
        .limit(1)
    ).first()
    return (row[0], row[1], row[2]) if row else None


def up_to(recommendation_id: int, number: int) -> History:
    """All versions up to one, public or not: for the job that compares them."""
    return _with_texts(
        db.session.scalars(
            select(Version)
            .where(Version.recommendation_id == recommendation_id, Version.number <= number)
            .order_by(Version.number)
        ).all()
    )


def differences_to(paragraph_ids: Iterable[int], number: int) -> set[tuple[int, int]]:
    """What is stored already of the way to the texts of one version: Abschnitt and text before."""
    rows = db.session.execute(
        select(TextDifference.paragraph_id, TextDifference.before).where(
            TextDifference.paragraph_id.in_(list(paragraph_ids)), TextDifference.after == number
        )
    )
    return {(paragraph_id, before) for paragraph_id, before in rows}
