"""What a text read in each of its versions, and what changed from one to another. Pure."""

import enum
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Edition:
    """A version as lists name it."""

    id: int
    number: int
    published_at: datetime
    note: str


@dataclass(frozen=True)
class Words:
    """A wording with the texts it had: „redaktionell“ changes give it another one."""

    wording_id: int
    paragraph_id: int
    number: int
    """Of the Abschnitt."""
    heading: str
    text: str
    html: str
    corrections: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Passage:
    """An Abschnitt as it stands in one version."""

    paragraph_id: int
    number: int
    position: int
    wording_id: int
    heading: str
    text: str
    html: str
    """Empty where a later correction has replaced it: then it is rendered from `text`."""
    since: int
    """The number of the version with which this text came."""

    @property
    def anchor(self) -> str:
        """Where it stands on a page."""
        return f"abschnitt-{self.number}"

    @property
    def words(self) -> tuple[str, str]:
        """Heading and text."""
        return self.heading, self.text


class What(enum.StrEnum):
    """What became of an Abschnitt between two versions."""

    SAME = "same"
    MOVED = "moved"
    CHANGED = "changed"
    EDITORIAL = "editorial"
    """Its words changed, and publicly not what they demand: votes stay."""
    INSERTED = "inserted"
    STRUCK = "struck"


@dataclass(frozen=True)
class Step:
    """One Abschnitt in a comparison."""

    what: What
    before: Passage | None
    after: Passage | None
    is_moved: bool = False

    @property
    def passage(self) -> Passage:
        """Where it stands, or stood."""
        found = self.after or self.before
        assert found is not None  # noqa: S101 - a step has one side at least
        return found

    @property
    def is_change(self) -> bool:
        """Whether anything is otherwise."""
        return self.what is not What.SAME


@dataclass
class History:
    """All public versions of one text, the oldest first."""

    editions: list[Edition]
    placed: dict[int, list[int]] = field(default_factory=dict)
    """The keys of the wordings of a version, in their order, by its number."""
    wordings: dict[int, Words] = field(default_factory=dict)

    @property
    def latest(self) -> Edition:
        """What people read now."""
        return self.editions[-1]

    def edition(self, number: int) -> Edition | None:
        """A version by its number."""
        return next((one for one in self.editions if one.number == number), None)

    def before(self, number: int) -> Edition | None:
        """The version before one."""
        return next((one for one in reversed(self.editions) if one.number < number), None)

    def in_force(self, moment: datetime) -> Edition | None:
        """The version that was public then."""
        return next((o for o in reversed(self.editions) if o.published_at <= moment), None)

    def text(self, number: int) -> list[Passage]:
        """The Abschnitte of a version in their order."""
        return [
            self._passage(self.wordings[key], number, position)
            for position, key in enumerate(self.placed.get(number, ()), 1)
        ]

    def _passage(self, words: Words, number: int, position: int) -> Passage:
        came = min(n for n, keys in self.placed.items() if words.wording_id in keys)
        heading, text, html = words.heading, words.text, words.html
        for one in words.corrections:  # the earliest first
            if one["version"] > number:
                heading, text, html = one["heading"], one["text"], ""
                break
            came = max(came, one["version"])
        return Passage(
            words.paragraph_id,
            words.number,
            position,
            words.wording_id,
            heading,
            text,
            html,
            came,
        )

    def steps(self, earlier: int, later: int) -> list[Step]:
        """What became of each Abschnitt, in the order of the later text, struck ones in between."""
        old, new = self.text(earlier), self.text(later)
        was = {one.paragraph_id: one for one in old}
        stays = {one.paragraph_id for one in new} & was.keys()
        moved = _moved([was[o.paragraph_id].position for o in new if o.paragraph_id in stays])
        steps: list[Step] = []
        kept = iter(moved)
        for one in new:
            before = was.get(one.paragraph_id)
            if before is None:
                steps.append(Step(What.INSERTED, None, one))
            else:
                steps.append(_step(before, one, is_moved=next(kept)))
        for one in old:
            if one.paragraph_id not in stays:
                steps.insert(_place_of(one, old, steps), Step(What.STRUCK, one, None))
        return steps

    def last_with(self, paragraph_number: int) -> tuple[Passage, Edition | None] | None:
        """An Abschnitt as it last stood, and the version that struck it, if one did."""
        for at in range(len(self.editions) - 1, -1, -1):
            for one in self.text(self.editions[at].number):
                if one.number == paragraph_number:
                    gone = self.editions[at + 1] if at + 1 < len(self.editions) else None
                    return one, gone
        return None

    def texts_of(self, paragraph_id: int) -> list[Passage]:
        """The different texts an Abschnitt had, the oldest first."""
        found: list[Passage] = []
        for edition in self.editions:
            for one in self.text(edition.number):
                if one.paragraph_id == paragraph_id and (not found or found[-1].words != one.words):
                    found.append(one)
        return found


def _step(before: Passage, after: Passage, *, is_moved: bool) -> Step:
    if before.words == after.words:
        return Step(What.MOVED if is_moved else What.SAME, before, after, is_moved)
    same_votes = before.wording_id == after.wording_id
    return Step(What.EDITORIAL if same_votes else What.CHANGED, before, after, is_moved)


def _place_of(gone: Passage, old: Sequence[Passage], steps: Sequence[Step]) -> int:
    """Behind what stood before it, as far as that is shown already."""
    before = [one.paragraph_id for one in old if one.position < gone.position]
    for paragraph_id in reversed(before):
        for index, step in enumerate(steps):
            if step.passage.paragraph_id == paragraph_id:
                return index + 1
    return 0


def _moved(positions: Sequence[int]) -> list[bool]:
    """For each of these, in their new order: whether it moved. As few as possible did."""
    tails: list[int] = []  # the last position of the best series of each length
    ends: list[int] = []
    links: list[int | None] = []
    for index, position in enumerate(positions):
        length = bisect_left(tails, position)
        links.append(ends[length - 1] if length else None)
        if length == len(tails):
            tails.append(position)
            ends.append(index)
        else:
            tails[length], ends[length] = position, index
    stayed: set[int] = set()
    at = ends[-1] if ends else None
    while at is not None:
        stayed.add(at)
        at = links[at]
    return [index not in stayed for index in range(len(positions))]
