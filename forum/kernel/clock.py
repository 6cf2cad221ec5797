"""The product's clock: every date people read or that opens and closes something comes from here.

In the demo it may stand elsewhere than real time: the offset lies in the data folder, so that a
restart does not go back and every process agrees. Sessions, tokens, limits, retries and logs use
real time and do not come here.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")

_file: Path | None = None
_offset = timedelta()
_stamp: int | None = None
_fixed: ContextVar[datetime | None] = ContextVar("forum_clock", default=None)


def use(file: Path | None) -> None:
    """Take the offset from `file` from now on; None means real time."""
    global _file, _offset, _stamp
    _file, _offset, _stamp = file, timedelta(), None


def now() -> datetime:
    """The current moment, in UTC."""
    return _fixed.get() or datetime.now(UTC) + offset()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Within the block it is `moment`: so the demo tells its past through real actions."""
    token = _fixed.set(moment)
    try:
        yield
    finally:
        _fixed.reset(token)


def offset() -> timedelta:
    """How far this clock stands from real time."""
    global _offset, _stamp
    if _file is None:
        return timedelta()
    try:
        stamp = os.stat(_file).st_mtime_ns  # noqa: PTH116 - asked on every call, so the cheap way
    except FileNotFoundError:
        return timedelta()
    if stamp != _stamp:
        _offset = timedelta(seconds=json.loads(_file.read_text())["offset_seconds"])
        _stamp = stamp
    return _offset


def advance_to(moment: datetime) -> bool:
    """Move the clock forward to `moment`. False, and unchanged, when it is not later than now."""
    if _file is None:
        raise RuntimeError("This clock shows real time and cannot be set.")
    if _file.exists() and moment <= now():
        return False
    seconds = (moment - datetime.now(UTC)).total_seconds()
    temporary = _file.with_suffix(".new")
    temporary.write_text(json.dumps({"offset_seconds": seconds}))
    temporary.replace(_file)
    return True


def today() -> date:
    """Today in Berlin."""
    return now().astimezone(BERLIN).date()


def midnight_after(moment: datetime) -> datetime:
    """The next midnight in Berlin, when every „Tage bis zur Wahl“ changes."""
    local = moment.astimezone(BERLIN).date() + timedelta(days=1)
    return datetime(local.year, local.month, local.day, tzinfo=BERLIN).astimezone(UTC)


def parse_local(text: str) -> datetime:
    """A moment written as people in Berlin write it: `2017-08-17T10:00`."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=BERLIN)
    return moment.astimezone(UTC)
