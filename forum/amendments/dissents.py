"""Reading Sondervoten: those printed beneath an Abschnitt, and those that wait for signatures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from forum.accounts.bylines import Byline, byline
from forum.accounts.models import Bench, Organisation, User
from forum.amendments.models import (
    Amendment,
    AmendmentKind,
    AmendmentMerge,
    AmendmentState,
    Dissent,
    DissentKind,
    DissentSignature,
    Motion,
)
from forum.amendments.reading import deed, name
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.recommendations.models import Paragraph, Recommendation

SIGNATURES = 3
"""So many members of one bench leave a Sondervotum in its name."""


@dataclass(kw_only=True)
class DissentView:
    """A Sondervotum as pages show it."""

    id: int
    number: int
    amendment_id: int
    amendment_number: int
    amendment_kind: AmendmentKind
    outcome: AmendmentState
    paragraph_number: int | None
    slug: str
    recommendation_id: int
    kind: DissentKind
    bench_id: int | None
    bench: str | None
    author_id: int
    html: str
    hidden_reason: str
    written_at: datetime
    published_at: datetime | None
    withdrawn_at: datetime | None
    signed: list[tuple[int, Byline]] = field(default_factory=list)
    """Who stands beneath it, its author first."""

    @property
    def anchor(self) -> str:
        """Where it stands on a page."""
        return f"sondervotum-{self.number}"

    @property
    def title(self) -> str:
        """Whose it is."""
        if self.kind is DissentKind.PROPOSER:
            return _("Sondervotum der Verfasserin oder des Verfassers")
        return _("Sondervotum aus der Bank %(bench)s", bench=self.bench)

    @property
    def about(self) -> str:
        """„Änderungsvorschlag 3“."""
        return name(self.amendment_number)

    @property
    def deed(self) -> str:
        """„Abschnitt 2 ändern“."""
        return deed(self.amendment_kind, self.paragraph_number)

    @property
    def path(self) -> str:
        """The amendment it belongs to."""
        return f"/empfehlungen/{self.slug}/aenderungen/{self.amendment_number}"

    @property
    def names(self) -> list[str]:
        """Those beneath it as they appear; who has left or taken the name back is counted."""
        known = [str(who) for _id, who in self.signed]
        wanted = SIGNATURES if self.kind is DissentKind.BENCH else 1
        gone = wanted - len(known) if self.published_at is not None else 0
        if gone > 0:
            known.append(ngettext("eine Person ohne Namen", "%(num)s Personen ohne Namen", gone))
        return known

    @property
    def missing(self) -> int:
        """How many signatures it still needs."""
        return 0 if self.published_at is not None else SIGNATURES - len(self.signed)

    @property
    def is_readable(self) -> bool:
        """Neither hidden nor withdrawn."""
        return not self.hidden_reason and self.withdrawn_at is None

    def is_signed_by(self, user_id: int | None) -> bool:
        """Whether this person's name stands beneath it."""
        return any(who == user_id for who, _line in self.signed)


_bench_then = aliased(Bench, name="bench_then")
_columns: tuple[Any, ...] = (
    Dissent,
    Amendment.number.label("amendment_number"),
    Amendment.kind.label("amendment_kind"),
    Amendment.state,
    Paragraph.number.label("paragraph_number"),
    Recommendation.slug,
    _bench_then.name.label("bench_then"),
    DissentSignature.user_id,
    User.appearance,
    User.name,
    User.pseudonym,
    Organisation.name.label("organisation"),
    Bench.name.label("bench"),
)


def _listed(*wanted: ColumnElement[bool]) -> Select[Any]:
    found: Select[Any] = (
        select(*_columns)
        .join(Amendment, Amendment.id == Dissent.amendment_id)
        .join(Recommendation, Recommendation.id == Dissent.recommendation_id)
        .outerjoin(Paragraph, Paragraph.id == Dissent.paragraph_id)
        .outerjoin(_bench_then, _bench_then.id == Dissent.bench_id)
        .outerjoin(DissentSignature, DissentSignature.dissent_id == Dissent.id)
        .outerjoin(User, User.id == DissentSignature.user_id)
        .outerjoin(Organisation, Organisation.id == User.organisation_id)
        .outerjoin(Bench, Bench.id == func.coalesce(Organisation.bench_id, User.own_bench_id))
        .where(*wanted)
        .order_by(Dissent.number, DissentSignature.signed_at, DissentSignature.user_id)
    )
    return found


def _read(rows: Iterable[Any], *, unveiled: bool = False) -> list[DissentView]:
    found: dict[int, DissentView] = {}
    for row in rows:
        one: Dissent = row.Dissent
        view = found.get(one.id)
        if view is None:
            is_open = unveiled or one.hidden_reason is None
            view = found[one.id] = DissentView(
                id=one.id,
                number=one.number,
                amendment_id=one.amendment_id,
                amendment_number=row.amendment_number,
                amendment_kind=row.amendment_kind,
                outcome=row.state,
                paragraph_number=row.paragraph_number,
                slug=row.slug,
                recommendation_id=one.recommendation_id,
                kind=one.kind,
                bench_id=one.bench_id,
                bench=row.bench_then,
                author_id=one.author_id,
                html=one.html if is_open else "",
                hidden_reason=one.hidden_reason or "",
                written_at=one.written_at,
                published_at=one.published_at,
                withdrawn_at=one.withdrawn_at,
            )
        if row.user_id is not None and view.html:
            who = byline(
                row.appearance,
                name=row.name,
                pseudonym=row.pseudonym,
                organisation=row.organisation,
                bench=row.bench,
            )
            view.signed.append((row.user_id, who))
    for view in found.values():
        view.signed.sort(key=lambda one: one[0] != view.author_id)
    return list(found.values())


@cache
def _published() -> Select[Any]:
    """Built once, for every page of a thread asks it."""
    return _listed(
        Dissent.recommendation_id == bindparam("recommendation_id"),
        Dissent.published_at.is_not(None),
    )


def published(recommendation_id: int) -> list[DissentView]:
    """All Sondervoten to a text, hidden and withdrawn ones as places without words."""
    return _read(db.session.execute(_published(), {"recommendation_id": recommendation_id}))


def dissents_beneath(
    recommendation_id: int, *, superseded_at: datetime | None = None
) -> dict[int, list[DissentView]]:
    """Sondervoten by the number of the Abschnitt they are printed beneath; 0: above the first.

    `superseded_at` is when the version that is shown gave way to the next: it prints what was
    public by then. None for the version that stands.
    """
    found: dict[int, list[DissentView]] = {}
    for view in published(recommendation_id):
        if superseded_at is None or (view.published_at and view.published_at < superseded_at):
            found.setdefault(view.paragraph_number or 0, []).append(view)
    return found


def of_amendment(amendment_id: int, bench_id: int | None) -> list[DissentView]:
    """The Sondervoten on one amendment: public ones, and what waits in the reader's own bench."""
    return _read(
        db.session.execute(
            _listed(
                Dissent.amendment_id == amendment_id,
                or_(
                    Dissent.published_at.is_not(None),
                    (Dissent.bench_id == bench_id) & Dissent.withdrawn_at.is_(None),
                ),
            )
        )
    )


def by_ids(dissent_ids: Sequence[int], *, unveiled: bool = False) -> dict[int, DissentView]:
    """Public Sondervoten by their keys; `unveiled`, with the words of hidden ones."""
    rows = db.session.execute(
        _listed(Dissent.id.in_(dissent_ids), Dissent.published_at.is_not(None))
    )
    return {view.id: view for view in _read(rows, unveiled=unveiled)}


def written_by(user_id: int) -> list[DissentView]:
    """What somebody has written or signed."""
    signed = select(DissentSignature.dissent_id).where(DissentSignature.user_id == user_id)
    return _read(
        db.session.execute(_listed(or_(Dissent.author_id == user_id, Dissent.id.in_(signed))))
    )


# What actions decide on ---


def merged_authors(amendment_id: int) -> Sequence[int]:
    """Who proposed what was merged into an amendment."""
    return db.session.scalars(
        select(Motion.author_id)
        .join(Amendment, Amendment.motion_id == Motion.id)
        .join(AmendmentMerge, AmendmentMerge.amendment_id == Amendment.id)
        .where(AmendmentMerge.into_id == amendment_id, AmendmentMerge.dissolved_at.is_(None))
    ).all()


def standing(amendment_id: int, bench_id: int | None) -> Dissent | None:
    """The Sondervotum that this bench has left, or is about to."""
    return db.session.scalars(
        select(Dissent).where(
            Dissent.amendment_id == amendment_id,
            Dissent.bench_id.is_(None) if bench_id is None else Dissent.bench_id == bench_id,
            Dissent.withdrawn_at.is_(None),
        )
    ).first()


def amendment_of(dissent_id: int) -> int:
    """The amendment a Sondervotum is about; 404 when there is none."""
    found = db.session.scalar(select(Dissent.amendment_id).where(Dissent.id == dissent_id))
    if found is None:
        raise NotFound
    return found


def place_of(dissent_id: int) -> str:
    """The page of the amendment that a Sondervotum is about."""
    slug, number = db.session.execute(
        select(Recommendation.slug, Amendment.number)
        .join(Amendment, Amendment.recommendation_id == Recommendation.id)
        .join(Dissent, Dissent.amendment_id == Amendment.id)
        .where(Dissent.id == dissent_id)
    ).one()
    return f"/empfehlungen/{slug}/aenderungen/{number}#sondervoten"


def signature_count(dissent_id: int) -> int:
    """How many names stand beneath it."""
    return (
        db.session.scalar(select(func.count()).where(DissentSignature.dissent_id == dissent_id))
        or 0
    )


def held(dissent_id: int) -> Dissent:
    """A Sondervotum with its signatures, read under the lock of its amendment."""
    return (
        db.session.scalars(
            select(Dissent)
            .where(Dissent.id == dissent_id)
            .options(joinedload(Dissent.signatures))
            .execution_options(populate_existing=True)
        )
        .unique()
        .one()
    )
