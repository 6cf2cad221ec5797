"""What happens to the texts under discussion."""

from dataclasses import dataclass
from datetime import datetime

from forum.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class VersionPublished(Event):
    """A text has a new version, public from `published_at`, which may lie ahead."""

    recommendation_id: int
    version_id: int
    number: int
    published_at: datetime
