"""The next round from the last one: same frame, new election, nothing that anybody said or voted.

Pure, on items as a folder brings them. Recommendations, parties and theses get new slugs, since
each address belongs to one round for good; the older round stays readable at its own.
"""

import re
from collections.abc import Collection, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from forum.content.queries import Stored
from forum.kernel.clock import BERLIN

SLUGGED = ("recommendation", "party", "thesis")
"""Kinds whose slug is unique across rounds."""
_PROGRAMME = ("source", "title", "url", "on", "place", "body")
_YEAR = re.compile(r"-\d{4}(-\d+)?\Z")


@dataclass(frozen=True)
class NewRound:
    """What has to be said of a round before anything else."""

    slug: str
    title: str
    short_title: str
    election_on: date


def copied(
    last: Mapping[str, Stored], new: NewRound, taken: Mapping[str, Collection[str]]
) -> dict[str, Stored]:
    """The items of the new round by kind and key, in the order in which they are stored.

    `last` is what `content.queries.STORED` returns of the round to copy, `taken` are the slugs in
    use by kind. Kept: phases, with every window as far from the new election day as before, order
    of the parties and its reason, recommendations with their present text, theses. Left behind:
    answers, programmes, timeline. Benches, organisations, sources, glossary and texts of the house
    belong to no round and are there already.
    """
    ((_slug, round_),) = last["consultation"].items()
    names = {
        kind: _renamed(last[kind], new.election_on.year, taken.get(kind, ())) for kind in SLUGGED
    }
    theses = {
        names["thesis"][key]: deepcopy(fields)
        | {"recommendation": names["recommendation"][fields["recommendation"]]}
        for key, fields in last["thesis"].items()
    }
    none = dict.fromkeys(f"programme_{name}" for name in _PROGRAMME)
    return {
        "consultation": {new.slug: _round(round_, new)},
        "recommendation": {
            names["recommendation"][key]: deepcopy(fields)
            for key, fields in last["recommendation"].items()
        },
        "paragraphs": {
            names["recommendation"][key]: {"paragraphs": _paragraphs(fields["paragraphs"])}
            for key, fields in last["paragraphs"].items()
        },
        "party": {
            names["party"][key]: deepcopy(fields) | none for key, fields in last["party"].items()
        },
        "thesis": theses,
    }


def empty(last: Mapping[str, Stored], new: NewRound) -> dict[str, Stored]:
    """A round with the phases of the last one, moved to its election, and nothing else."""
    ((_slug, round_),) = last["consultation"].items()
    fields = _round(round_, new) | {
        "lead": "", "party_order_reason": "", "party_selection_rule": "",
    }  # fmt: skip
    return {"consultation": {new.slug: fields}}


def moved(moment: str | None, days: int) -> str | None:
    """A stored moment, some days later at the same time of day in Berlin."""
    if moment is None:
        return None
    local = datetime.fromisoformat(moment).astimezone(BERLIN).replace(tzinfo=None)
    return (local + timedelta(days=days)).replace(tzinfo=BERLIN).astimezone(UTC).isoformat()


def _round(last: dict[str, Any], new: NewRound) -> dict[str, Any]:
    days = (new.election_on - date.fromisoformat(last["election_on"])).days
    return deepcopy(last) | {
        "title": new.title,
        "short_title": new.short_title,
        "election_on": new.election_on.isoformat(),
        "positions_published_at": moved(last["positions_published_at"], days),
        "phases": [
            phase
            | {
                "starts_at": moved(phase["starts_at"], days),
                "ends_at": moved(phase["ends_at"], days),
            }
            for phase in deepcopy(last["phases"])
        ],
    }


def _paragraphs(last: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The present text, counted from 1 in its order: nothing hangs on the numbers yet."""
    return [deepcopy(paragraph) | {"number": number} for number, paragraph in enumerate(last, 1)]


def _renamed(items: Stored, year: int, taken: Collection[str]) -> dict[str, str]:
    """A free slug for each: that of before, its year exchanged."""
    used, found = {*taken, *items}, {}
    for key in items:
        stem = f"{_YEAR.sub('', key)}-{year}"
        name, count = stem, 1
        while name in used:
            count += 1
            name = f"{stem}-{count}"
        used.add(name)
        found[key] = name
    return found
