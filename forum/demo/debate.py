"""What the invented people say: read from `debate.yaml`, spread over spring and summer."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from forum.deliberation.models import CommentKind
from forum.kernel import clock

FILE = Path(__file__).parent / "debate.yaml"


@dataclass(frozen=True)
class Saying:
    """One contribution of the demo; `answers` is the key of the one it replies to."""

    key: str
    recommendation: str
    about: str
    kind: CommentKind | None
    bench: str
    text: str
    when: datetime
    answers: str = ""
    fate: str = ""


def sayings(until: datetime, chance: random.Random) -> list[Saying]:
    """All contributions, in the order in which they are made."""
    debate: dict[str, list[dict[str, Any]]] = yaml.safe_load(FILE.read_text())["debate"]
    found = [
        one for slug, threads in debate.items() for one in _thread(slug, threads, until, chance)
    ]
    return sorted(found, key=lambda saying: (saying.when, saying.key))


def _thread(
    slug: str, threads: list[dict[str, Any]], until: datetime, chance: random.Random
) -> Iterator[Saying]:
    begin = clock.parse_local("2017-04-03T09:00")
    span = (until - begin) * 0.97
    for number, first in enumerate(threads):
        when = begin + span * ((number + chance.random()) / len(threads))
        key = f"{slug}/{number}"
        yield Saying(
            key,
            slug,
            first["about"],
            CommentKind(first["kind"]),
            first["bench"],
            first["text"],
            _daytime(when),
            fate=first.get("fate", ""),
        )
        for turn, reply in enumerate(first.get("replies", ())):
            later = when + (until - when) * (
                0.02 + 0.9 * (turn + chance.random()) / (len(first["replies"]) + 6)
            )
            yield Saying(
                f"{key}/{turn}",
                slug,
                first["about"],
                None,
                reply["bench"],
                reply["text"],
                max(_daytime(later), _daytime(when) + timedelta(minutes=20 * (turn + 1))),
                answers=key,
            )


def _daytime(when: datetime) -> datetime:
    """The same day, at an hour at which people write."""
    local = when.astimezone(clock.BERLIN)
    return local.replace(hour=8 + local.hour * 13 // 24).astimezone(when.tzinfo)
