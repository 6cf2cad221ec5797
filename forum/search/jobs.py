"""The indexer."""

from forum.kernel import jobs


def index_due() -> None:
    """Bring the index up to what the database says."""


jobs.task("search", index_due)
