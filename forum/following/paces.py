"""When a mail is due: pure computation, by the product's clock."""

from datetime import datetime, time, timedelta

from forum.following.models import NewsKind, Pace
from forum.kernel.clock import BERLIN

MORNING = time(7)
"""When the gathered mails go out, in Berlin."""
MONDAY = 0
STALE = timedelta(days=7)
"""What is so old when its turn comes is in the list and in no mail."""
TOGETHER = timedelta(minutes=10)
"""Answers that come within this time come as one mail."""

ANSWERS = frozenset({NewsKind.REPLY, NewsKind.ACCEPTED})


def due(pace: Pace, kind: NewsKind, now: datetime) -> datetime | None:
    """When somebody is to be mailed what is news now; None: never."""
    if pace is Pace.AT_ONCE:
        return now + TOGETHER if kind in ANSWERS else now
    if pace is Pace.DAILY:
        return _next(now)
    return _next(now, weekday=MONDAY) if pace is Pace.WEEKLY else None


def _next(now: datetime, weekday: int | None = None) -> datetime:
    """The next morning after `now`, of that day of the week."""
    day = now.astimezone(BERLIN).date()
    while True:
        moment = datetime.combine(day, MORNING, BERLIN)
        if moment > now and weekday in {None, day.weekday()}:
            return moment
        day += timedelta(days=1)
