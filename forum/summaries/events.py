"""What happens to summaries."""

from dataclasses import dataclass

from forum.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class SummaryApproved(Event):
    """A version of a summary is public."""

    summary_id: int
    version_id: int
    recommendation_id: int
    number: int
