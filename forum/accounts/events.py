"""What has happened to accounts."""

from dataclasses import dataclass

from forum.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class MembershipChanged(Event):
    """Somebody may vote who could not before, or the other way round."""

    user_id: int
