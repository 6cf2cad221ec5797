"""What accepted amendments make of a text, Abschnitt by Abschnitt, and where they clash. Pure."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from forum.accounts.bylines import Byline
from forum.amendments.comparing import Change
from forum.amendments.merging import Words, all_joined
from forum.amendments.models import AmendmentKind, AmendmentState
from forum.amendments.reading import deed, name


class Clash(enum.StrEnum):
    """Why somebody has to look."""

    SEVERAL = "several"
    """More than one accepted amendment changes this Abschnitt."""
    STRIKE_AND_CHANGE = "strike_and_change"
    OVERTAKEN = "overtaken"
    """The Abschnitt has changed since the amendment was written."""
    NOTHING_LEFT = "nothing_left"
    """The text reads so already."""
    GONE = "gone"
    """The text no longer has the Abschnitt."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """An Abschnitt of the version that is to be followed."""

    paragraph_id: int
    number: int
    words: Words


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """An accepted amendment that is in no version yet."""

    id: int
    number: int
    decision_id: int
    kind: AmendmentKind
    """What it does to the text; a strike taken up in part changes it."""
    state: AmendmentState
    paragraph_id: int | None
    paragraph_number: int | None
    base: Words
    """What it was written against; nothing for an insertion."""
    words: Words
    """What was decided to enter the text; nothing for a strike."""
    change: Change | None = None
    """The way from `base` to `words`, where it was found once."""
    version_id: int
    """Of the text it was filed against."""
    byline: Byline
    reason_html: str
    """Why the Redaktion took it up."""
    decided_at: datetime
    comment_count: int = 0
    is_hidden: bool = False
    is_erased: bool = False
    """Its author has taken the words back before they went into a version."""

    @property
    def name(self) -> str:
        """„Änderungsvorschlag 3“."""
        return name(self.number)

    @property
    def deed(self) -> str:
        """„Abschnitt 2 ändern“."""
        return deed(self.kind, self.paragraph_number)


@dataclass
class Group:
    """One Abschnitt with all that was accepted about it."""

    number: int
    standing: Standing | None
    """None when the text no longer has it."""
    changes: list[Accepted] = field(default_factory=list)
    strikes: list[Accepted] = field(default_factory=list)

    @property
    def all(self) -> list[Accepted]:
        """Changes and strikes, by number."""
        return sorted([*self.changes, *self.strikes], key=lambda one: one.number)

    @cached_property
    def clashes(self) -> list[Clash]:
        """What somebody has to settle; empty where there is nothing to think about."""
        if self.standing is None:
            return [Clash.GONE]
        stands = self.standing.words
        found = []
        if len({one.words for one in self.changes}) > 1:
            found.append(Clash.SEVERAL)
        if self.strikes and self.changes:
            found.append(Clash.STRIKE_AND_CHANGE)
        if any(one.base != stands for one in self.all):
            found.append(Clash.OVERTAKEN)
        if any(one.words == stands for one in self.changes):
            found.append(Clash.NOTHING_LEFT)
        return found

    @cached_property
    def proposal(self) -> Words | None:
        """All changes joined, where they do not touch the same words."""
        if self.standing is None or not self.changes:
            return None
        return all_joined(self.standing.words, [(one.base, one.words) for one in self.changes])


@dataclass
class Insertion:
    """A new Abschnitt that was accepted, and where it would stand."""

    accepted: Accepted
    after: int
    """The number of the Abschnitt before it; 0: at the beginning."""
    is_moved: bool = False
    """The Abschnitt it was to follow is gone: it stands where that one stood."""


@dataclass
class Work:
    """All that waits to become a version of one text."""

    standings: list[Standing]
    groups: list[Group] = field(default_factory=list)
    insertions: list[Insertion] = field(default_factory=list)
    erased: list[Accepted] = field(default_factory=list)
    """Nothing is left of these to take up."""

    @property
    def is_empty(self) -> bool:
        """Nothing waits."""
        return not (self.groups or self.insertions)

    @property
    def all(self) -> list[Accepted]:
        """Every accepted amendment that can still go in."""
        found = [one for group in self.groups for one in group.all]
        return [*found, *(one.accepted for one in self.insertions)]

    @property
    def clashing(self) -> int:
        """How many Abschnitte somebody has to look at."""
        return sum(bool(group.clashes) for group in self.groups)


def gather(
    standings: Sequence[Standing],
    accepted: Sequence[Accepted],
    orders: Mapping[int, Sequence[int]],
) -> Work:
    """Sort what was accepted by Abschnitt.

    `orders` are the numbers of the Abschnitte in their order, by version, for those versions that
    insertions were filed against whose place is gone.
    """
    work = Work(list(standings))
    by_id = {one.paragraph_id: one for one in standings}
    groups: dict[int, Group] = {}
    for one in sorted(accepted, key=lambda one: one.number):
        if one.is_erased and one.kind is not AmendmentKind.STRIKE:
            work.erased.append(one)
        elif one.kind is AmendmentKind.INSERT:
            work.insertions.append(_insertion(one, by_id, orders))
        else:
            key, number = one.paragraph_id or 0, one.paragraph_number or 0
            group = groups.setdefault(key, Group(number, by_id.get(key)))
            (group.strikes if one.kind is AmendmentKind.STRIKE else group.changes).append(one)
    places = {one.paragraph_id: at for at, one in enumerate(standings)}
    work.groups = [
        groups[key] for key in sorted(groups, key=lambda key: places.get(key, len(places)))
    ]
    return work


def _insertion(
    one: Accepted, by_id: Mapping[int, Standing], orders: Mapping[int, Sequence[int]]
) -> Insertion:
    if one.paragraph_number is None:
        return Insertion(one, 0)
    standing = by_id.get(one.paragraph_id or 0)
    if standing is not None:
        return Insertion(one, standing.number)
    order = list(orders.get(one.version_id, ()))
    here = {found.number for found in by_id.values()}
    before = order[: order.index(one.paragraph_number)] if one.paragraph_number in order else []
    after = next((number for number in reversed(before) if number in here), 0)
    return Insertion(one, after, is_moved=True)
