"""Reading drafts, and what stands published beside them."""

from collections.abc import Collection, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from forum.ballots.models import Tally
from forum.content.actions import clashes, content_hash
from forum.content.folder import Item
from forum.content.queries import STORED
from forum.content.storing import STORE
from forum.editing.checking import Checked, Fault, Name, check, german, overlaid
from forum.editing.models import HOUSE, PASTED, Draft
from forum.editing.policy import Wordsmith
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.positions.models import Party, Position, PositionVersion, Thesis
from forum.recommendations.models import (
    Act,
    Consultation,
    Paragraph,
    Phase,
    Recommendation,
    Subject,
)

OF_THE_HOUSE = frozenset({"rule", "text"})
State = dict[str, dict[str, Any]]


def state(round_slug: str, kinds: Collection[str] | None = None) -> State:
    """What stands published, by kind and key, as the content folder would say it."""
    wanted = kinds or [kind for kind in STORE if (kind in OF_THE_HOUSE) == (round_slug == HOUSE)]
    return {kind: STORED[kind](round_slug) for kind in wanted}


def drafts(round_slug: str, *, kinds: Collection[str] | None = None) -> Sequence[Draft]:
    """All that is waiting in a round, in the order in which it would be stored."""
    found = db.session.scalars(
        select(Draft)
        .where(Draft.round_slug == round_slug, Draft.kind != PASTED)
        .options(joinedload(Draft.edited_by))
        .order_by(Draft.id)
    ).all()
    order = list(STORE)
    chosen = [one for one in found if kinds is None or one.kind in kinds]
    return sorted(chosen, key=lambda one: order.index(one.kind))


def draft(round_slug: str, kind: str, key: str) -> Draft | None:
    """The draft of one item."""
    return db.session.scalars(
        select(Draft)
        .where(Draft.round_slug == round_slug, Draft.kind == kind, Draft.key == key)
        .options(joinedload(Draft.edited_by))
    ).one_or_none()


@dataclass(frozen=True)
class Sheet:
    """One item on the desk: as it stands published, and as it is to stand."""

    round_slug: str
    kind: str
    key: str
    stored: dict[str, Any] | None
    draft: Draft | None

    @property
    def fields(self) -> dict[str, Any]:
        """What a form opens with."""
        return deepcopy(self.draft.fields if self.draft else self.stored or {})

    @property
    def marks(self) -> dict[str, Any]:
        """What accompanies it."""
        return deepcopy(self.draft.marks) if self.draft else {}

    @property
    def revision(self) -> int:
        """Which a form carries, so that a second person's change is noticed; 0 without a draft."""
        return self.draft.revision if self.draft else 0

    @property
    def base(self) -> str:
        """Hash of what stands published, which a form carries as well; empty for something new."""
        return content_hash(self.stored) if self.stored is not None else ""

    @property
    def is_outdated(self) -> bool:
        """What stands published has changed since the draft was saved."""
        return self.draft is not None and (self.draft.base or "") != self.base


def sheet(round_slug: str, kind: str, key: str, *, new: bool = False) -> Sheet:
    """One item with its draft. 404 when it is neither published nor drafted, unless `new`."""
    stored = STORED[kind](round_slug).get(key) if kind in STORED else None
    found = Sheet(round_slug, kind, key, stored, draft(round_slug, kind, key))
    if stored is None and found.draft is None and not new:
        raise NotFound
    return found


def sheets(round_slug: str, kind: str) -> list[Sheet]:
    """All items of a kind, published or drafted."""
    stored = STORED[kind](round_slug)
    waiting = {one.key: one for one in drafts(round_slug, kinds={kind})}
    keys = list(dict.fromkeys([*stored, *waiting]))
    return [Sheet(round_slug, kind, key, stored.get(key), waiting.get(key)) for key in keys]


@dataclass
class Plan:
    """What publishing these drafts would do, and what stands in the way."""

    drafts: Sequence[Draft]
    due: list[Item] = field(default_factory=list)
    """In the order in which they are stored."""
    new: set[Name] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    overtaken: list[Draft] = field(default_factory=list)
    """Drafts of something that was published anew since they were saved."""

    @property
    def editions(self) -> list[tuple[int, int]]:
        """Which drafts in which revision, to notice a change in between."""
        return [(one.id, one.revision) for one in self.drafts]

    def faults_of(self, kind: str, key: str) -> list[Fault]:
        """What stands in the way of one item."""
        return [fault for fault in self.faults if fault.name == (kind, key)]


def plan(round_slug: str, names: Collection[Name] | None = None) -> Plan:
    """Check some drafts of a round, or all, as they would stand beside what is published."""
    chosen = [
        one for one in drafts(round_slug) if names is None or (one.kind, one.key) in set(names)
    ]
    stored = state(round_slug)
    checked = check(round_slug, overlaid(stored, chosen))
    found = Plan(chosen)
    found.faults = sorted(set(_faults(round_slug, stored, chosen, checked)))
    found.overtaken = [
        one for one in chosen if (one.base or "") != _hash(stored.get(one.kind, {}).get(one.key))
    ]
    drafted = {(one.kind, one.key) for one in chosen if not one.is_removal}
    shown = {one.key for one in chosen if one.kind == "source"}
    for item in checked.items.values():
        name = (item.kind, item.key)
        before = stored.get(item.kind, {}).get(item.key)
        if name in drafted or (
            shown
            and before is not None
            and mentions(item.fields, shown)
            and content_hash(before) != content_hash(item.fields)
        ):
            found.due.append(item)
            if before is None:
                found.new.add(name)
    order = list(STORE)
    found.due.sort(key=lambda item: order.index(item.kind))
    return found


def _hash(fields: dict[str, Any] | None) -> str:
    return content_hash(fields) if fields is not None else ""


def mentions(fields: Any, keys: Collection[str]) -> bool:
    """Whether something cites one of these sources."""
    if isinstance(fields, dict):
        return (
            fields.get("key") in keys
            or fields.get("programme_source") in keys
            or any(mentions(value, keys) for value in fields.values())
        )
    return isinstance(fields, list) and any(mentions(value, keys) for value in fields)


def _faults(
    round_slug: str, stored: State, chosen: Sequence[Draft], checked: Checked
) -> list[Fault]:
    names = {(one.kind, one.key) for one in chosen}
    found = [fault for fault in checked.faults if fault.name in names]
    elsewhere = [fault for fault in checked.faults if fault.name not in names]
    if elsewhere:  # a draft may break what refers to it; what was broken before is not its fault
        known = set(check(round_slug, stored).faults)
        found += [fault for fault in elsewhere if fault not in known]
    if round_slug != HOUSE:
        for problem in clashes(checked.folder):
            spot = checked.written.spot(problem.line)
            if (spot.kind, spot.key) in names:
                sentence, depends = german(problem.sentence)
                field_ = "text" if spot.kind == "thesis" else "slug"
                found.append(Fault(spot.kind, spot.key, field_, sentence, depends))
    return found


@dataclass(frozen=True)
class RoundHead:
    """A round as the desk names it; it may be no more than a draft."""

    slug: str
    title: str
    fields: dict[str, Any]
    """Of the item `consultation`, as it is to stand."""
    is_published: bool
    is_current: bool
    waiting: int
    """Drafts in it."""

    @property
    def begins_at(self) -> datetime | None:
        """When its first phase begins."""
        starts = [one["starts_at"] for one in self.fields.get("phases", ()) if one.get("starts_at")]
        return min(map(clock.parse_local, starts), default=None)


def rounds() -> list[RoundHead]:
    """All rounds, the current one first, then the newest."""
    rows = db.session.scalars(select(Consultation).order_by(Consultation.id.desc())).all()
    stored = {row.slug: row for row in rows}
    begun = db.session.scalars(
        select(Draft.key).where(Draft.kind == "consultation").order_by(Draft.id.desc())
    )
    slugs = sorted(
        dict.fromkeys([*(slug for slug in begun if slug not in stored), *stored]),
        key=lambda slug: slug not in stored or not stored[slug].is_current,
    )
    return [head(slug) for slug in slugs]


def current_slug() -> str | None:
    """The slug of the round that pages show."""
    return db.session.scalar(select(Consultation.slug).where(Consultation.is_current))


def slugs() -> dict[str, set[str]]:
    """All slugs that are unique across rounds, by kind, drafts included."""
    found: dict[str, set[str]] = {}
    for kind, table in (("recommendation", Recommendation), ("party", Party), ("thesis", Thesis)):
        drafted = db.session.scalars(select(Draft.key).where(Draft.kind == kind))
        found[kind] = {*db.session.scalars(select(table.slug)), *drafted}
    return found


def head(slug: str) -> RoundHead:
    """One round, or the house. 404 when it is neither published nor drafted."""
    if slug == HOUSE:
        return RoundHead(
            slug,
            _("Seiten und Name"),
            {},
            is_published=True,
            is_current=False,
            waiting=_waiting(slug),
        )
    found = sheet(slug, "consultation", slug)
    current = db.session.scalar(
        select(Consultation.slug).where(Consultation.slug == slug, Consultation.is_current)
    )
    return RoundHead(
        slug=slug,
        title=str(found.fields.get("title") or slug),
        fields=found.fields,
        is_published=found.stored is not None,
        is_current=current is not None,
        waiting=_waiting(slug),
    )


def _waiting(slug: str) -> int:
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Draft)
            .where(Draft.round_slug == slug, Draft.kind != PASTED)
        )
        or 0
    )


def source_keys(round_slug: str) -> list[tuple[str, str]]:
    """The sources that can be cited, published or drafted, with their titles."""
    return sorted((one.key, str(one.fields.get("title"))) for one in sheets(round_slug, "source"))


def used_numbers(recommendation_slug: str) -> set[int]:
    """The numbers of all Abschnitte a recommendation ever had; none is used again."""
    return set(
        db.session.scalars(
            select(Paragraph.number)
            .join(Recommendation, Recommendation.id == Paragraph.recommendation_id)
            .where(Recommendation.slug == recommendation_slug)
        )
    )


def wordsmith(thesis_slug: str) -> Wordsmith:
    """What rests on the words of a thesis."""
    asked = select(PositionVersion.id).join(Position).where(Position.thesis_id == Thesis.id)
    row = db.session.execute(
        select(Thesis.id, Thesis.consultation_id, asked.exists()).where(Thesis.slug == thesis_slug)
    ).one_or_none()
    if row is None:
        return Wordsmith(has_ballots=False, is_asked=False)
    voted = db.session.scalar(
        select(Tally.subject_id).where(
            Tally.subject_id == row[0], Tally.agree + Tally.neutral + Tally.against > 0
        )
    )
    phases = db.session.scalars(select(Phase).where(Phase.consultation_id == row[1]))
    now = clock.now()
    begun = any(Act.ANSWER_THESES in one.acts and one.starts_at <= now for one in phases)
    return Wordsmith(has_ballots=voted is not None, is_asked=begun or bool(row[2]))


def lock_theses(slugs: Collection[str]) -> None:
    """Hold off votes on these theses until this transaction ends."""
    db.session.execute(
        select(Subject.id)
        .join(Thesis, Thesis.id == Subject.id)
        .where(Thesis.slug.in_(slugs))
        .order_by(Subject.id)
        .with_for_update(of=Subject)
    ).all()
