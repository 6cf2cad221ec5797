"""What happens to Haltungen."""

from dataclasses import dataclass

from forum.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class StancePublished(Event):
    """An organisation has said something about an Abschnitt, or taken it back; it is public."""

    stance_id: int
    version_id: int
    recommendation_id: int
    paragraph_id: int
