"""Contributions that say much the same, offered before somebody posts.

They are found by the search, a floor above, which names its finder here.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from forum.threads.asked import CommentForm

Finder = Callable[[str, str], Sequence[Any]]
"""From the slug of a recommendation and a text to `search.similar.Alike`."""
_finders: list[Finder] = []


def use(finder: Finder) -> None:
    """Have similar contributions found by this; called once, when the search is loaded."""
    _finders[:] = [finder]


def offered(slug: str, text: str) -> Sequence[Any]:
    """What says much the same in this recommendation."""
    return _finders[0](slug, text) if _finders else ()


def beside(slug: str, form: CommentForm) -> CommentForm:
    """A new comment about to be posted, with what says much the same."""
    if form.parent is not None:
        return form
    return replace(form, similar=offered(slug, form.text))
