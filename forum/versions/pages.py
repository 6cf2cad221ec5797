"""What the pages of versions are rendered from: the changes with what they came of. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _

from forum.amendments.comparing import Change
from forum.amendments.models import Share
from forum.versions.history import Edition, History, Step, What
from forum.versions.queries import Cause


@dataclass
class Line:
    """One change with the amendments it came of, and how the words differ."""

    step: Step
    causes: list[Cause] = field(default_factory=list)
    change: Change | None = None

    @property
    def deed(self) -> str:
        """„Abschnitt 2 geändert“."""
        return deed(self.step)


def deed(step: Step) -> str:
    """What became of an Abschnitt, as a list says it."""
    n = step.passage.number
    words = {
        What.SAME: _("Abschnitt %(n)s unverändert", n=n),
        What.MOVED: _("Abschnitt %(n)s verschoben", n=n),
        What.CHANGED: _("Abschnitt %(n)s geändert", n=n),
        What.EDITORIAL: _("Abschnitt %(n)s redaktionell geändert", n=n),
        What.INSERTED: _("Abschnitt %(n)s neu", n=n),
        What.STRUCK: _("Abschnitt %(n)s gestrichen", n=n),
    }
    found = words[step.what]
    if step.is_moved and step.what is not What.MOVED:
        return _("%(change)s und verschoben", change=found)
    return found


@dataclass
class Release:
    """A version in the list: what changed with it, and what came of which amendment."""

    edition: Edition
    before: Edition | None
    lines: list[Line] = field(default_factory=list)
    yielded: list[Cause] = field(default_factory=list)
    """Accepted amendments that were settled with it and put nothing into the text."""


def releases(history: History, causes: Sequence[Cause]) -> list[Release]:
    """All versions, the newest first, each with its changes."""
    found = []
    for edition in reversed(history.editions):
        before = history.before(edition.number)
        own = [one for one in causes if one.version_number == edition.number]
        release = Release(edition, before)
        release.yielded = [one for one in own if one.share is Share.YIELDED]
        if before is not None:
            steps = history.steps(before.number, edition.number)
            release.lines = lines(steps, own)
        found.append(release)
    return found


def lines(steps: Iterable[Step], causes: Sequence[Cause]) -> list[Line]:
    """The changes among these steps, each with the amendments that went into it."""
    return [
        Line(step, [one for one in in_text(causes) if one.place == step.passage.number])
        for step in steps
        if step.is_change
    ]


def in_text(causes: Iterable[Cause]) -> list[Cause]:
    """Those amendments of which something stands in the text."""
    return [one for one in causes if one.share not in {None, Share.YIELDED}]


def between(causes: Sequence[Cause], earlier: int, later: int) -> list[Cause]:
    """Those that went in after one version, up to another."""
    return [one for one in causes if earlier < (one.version_number or 0) <= later]
