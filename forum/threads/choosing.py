"""Which list of comments an address asks for: its order, and the filters by name made keys."""

from forum.ballots.policy import hides
from forum.deliberation import ranked
from forum.deliberation.facets import Filters, Order
from forum.deliberation.news import News, since
from forum.deliberation.ranked import Choices
from forum.recommendations.models import Consultation, SubjectKind
from forum.threads.asked import Asked
from forum.threads.pages import Stage


def news(stage: Stage) -> News | None:
    """What is new to whoever is signed in."""
    if stage.reader.id is None:
        return None
    return since(stage.reader.id, stage.recommendation)


def order(asked: Asked, consultation: Consultation) -> tuple[Order, bool]:
    """The order of the list, and whether results may order it at all.

    „Brücke“ unless something else is asked for; where results are hidden, the newest first.
    """
    if hides(consultation, SubjectKind.COMMENT):
        return Order.NEWEST, False
    return (Order(asked.order) if asked.order else Order.BRIDGE), True


def filters(asked: Asked, scope_id: int) -> tuple[Filters | None, Choices]:
    """The filters as the lists find them, None where nothing can match; and what can be chosen."""
    choices = ranked.choices(scope_id, asked.organisation)
    bench = next((one for one in choices.benches if one.slug == asked.bench), None)
    organisation = next(
        (one for one in choices.organisations if one.slug == asked.organisation), None
    )
    if (asked.bench and bench is None) or (asked.organisation and organisation is None):
        return None, choices
    if bench and organisation and bench.id != organisation.bench_id:
        return None, choices
    found = Filters(
        asked.comment_kind,
        bench.id if bench else None,
        organisation.id if organisation else None,
        answered=asked.answered,
    )
    return found, choices
