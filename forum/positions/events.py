"""What happens to positions."""

from dataclasses import dataclass

from forum.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class PositionApproved(Event):
    """A second person of the party has approved an answer; nobody else may know before its time."""

    position_id: int
    version_id: int


@dataclass(frozen=True, kw_only=True)
class PositionPublished(Event):
    """An answer has become public and is in the ledger."""

    position_id: int
    version_id: int
    recommendation_id: int
