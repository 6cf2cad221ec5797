"""What the page of an amendment offers to whoever looks, beside voting and writing."""

from dataclasses import dataclass

from forum.accounts.models import User, Visitor
from forum.amendments.dissenting import may_dissent
from forum.amendments.policy import MERGE, Case
from forum.amendments.reading import Line
from forum.ballots.figures import Figures
from forum.recommendations.models import Consultation


@dataclass(frozen=True)
class Offer:
    """Acts that are open to one person."""

    merge: bool = False
    """Let it go on as another."""
    dissent: bool = False
    """Leave a Sondervotum."""


def offer(who: User | Visitor, consultation: Consultation, line: Line, figures: Figures) -> Offer:
    """Ask the rules once."""
    case = Case(consultation, line.author_id, line.organisation_id)
    return Offer(
        merge=bool(MERGE.check(who, case)),
        dissent=may_dissent(who, consultation, line, figures),
    )


def bench_id_of(who: User | Visitor) -> int | None:
    """The bench in whose name somebody could speak."""
    return who.bench.id if isinstance(who, User) and who.bench else None
