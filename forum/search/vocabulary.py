"""The words that compounds may be made of: of the subject, and of the texts in the index."""

from datetime import datetime

from flask import current_app

from forum.search import analysis, queries


class Known:
    """The vocabulary as this process last read it; what others learned is added when asked."""

    def __init__(self) -> None:
        self._begin(None)

    def _begin(self, built_at: datetime | None) -> None:
        self.words = set(analysis.SEED)
        self._built_at = built_at
        self._last = 0

    def refresh(self) -> set[str]:
        """Read what is new."""
        state = queries.state()
        if state is None or state.built_at != self._built_at:
            self._begin(state.built_at if state else None)
        for number, word in queries.words(after=self._last):
            self.words.add(word)
            self._last = number
        return self.words


def known() -> Known:
    """The vocabulary of this process."""
    found: Known = current_app.extensions.setdefault("forum_search_words", Known())
    return found
