"""Domain events: facts that other parts of the forum may react to.

An action announces a fact; `forum/reactions.py` lists who reacts. Reactions run at once, in the
same transaction: the fact and all that follows from it are saved together, or not at all.
Slow or fallible work (mail, search index) is a row with a state that a job picks up after commit.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that has happened, named in the past tense. Carries ids, never models."""


Reactions = Mapping[type[Event], Sequence[Callable[[Any], None]]]

_EXTENSION = "forum_reactions"


def init_app(app: Flask, reactions: Reactions) -> None:
    """Give the app its table of reactions."""
    app.extensions[_EXTENSION] = reactions


def announce(event: Event) -> None:
    """Tell everyone who reacts to this kind of event."""
    for react in current_app.extensions[_EXTENSION].get(type(event), ()):
        react(event)
