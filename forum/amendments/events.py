"""What happened to amendments."""

from dataclasses import dataclass

from forum.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class MotionFiled(Event):
    """Amendments of one intent stand in public."""

    motion_id: int
    recommendation_id: int
    author_id: int
    amendment_ids: tuple[int, ...]
    comment_ids: tuple[int, ...]
    """The comments that it was drawn from."""
    submission: str | None = None
    """The number of the form it was filed with."""


@dataclass(frozen=True, kw_only=True)
class AmendmentRevised(Event):
    """An amendment has another wording; votes on it begin anew."""

    amendment_id: int
    recommendation_id: int


@dataclass(frozen=True, kw_only=True)
class AmendmentWithdrawn(Event):
    """Its author took an amendment back."""

    amendment_id: int
    recommendation_id: int


@dataclass(frozen=True, kw_only=True)
class AmendmentsMerged(Event):
    """One amendment goes on as another of the same content."""

    amendment_id: int
    into_id: int
    recommendation_id: int


@dataclass(frozen=True, kw_only=True)
class AmendmentsParted(Event):
    """What was merged stands for itself again: the other was withdrawn."""

    amendment_id: int
    from_id: int
    recommendation_id: int


@dataclass(frozen=True, kw_only=True)
class AmendmentDecided(Event):
    """What became of an amendment is public, with its reason."""

    amendment_id: int
    decision_id: int
    recommendation_id: int
    outcome: str
    """accepted, partly or declined"""


@dataclass(frozen=True, kw_only=True)
class DissentPublished(Event):
    """A Sondervotum stands beneath its Abschnitt."""

    dissent_id: int
    amendment_id: int
    recommendation_id: int


@dataclass(frozen=True, kw_only=True)
class VersionMade(Event):
    """Accepted amendments have become a version of the text."""

    recommendation_id: int
    version_id: int
    amendment_ids: tuple[int, ...]
    """All that were settled with it, also those that gave way."""
