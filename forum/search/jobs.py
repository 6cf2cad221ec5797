"""The indexer: brings the index up to what the database says. One at a time, whoever starts it."""

import time
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

import structlog

from forum.kernel import clock, jobs
from forum.kernel.db import unit_of_work
from forum.search import actions, analysis, queries
from forum.search.actions import Due
from forum.search.backend import Entry, backend
from forum.search.documents import Kind, key
from forum.search.vocabulary import known

log = structlog.get_logger()

BATCH = 200
_WAIT = 30.0
_TRIES = 20
_LOOK_AGAIN = timedelta(hours=1)


def index_due() -> None:
    """Index what has changed and what the clock has made public; build the index if need be."""
    index = backend()
    with unit_of_work():
        state = queries.state()
        if not _must_rebuild() and state and not _anything_to_do(state.looked_at):
            return
    with index.exclusive(wait=_WAIT) as alone:
        if not alone:
            log.warning("search.busy")  # all stays due; the sweep comes back to it
            return
        with unit_of_work():
            must_rebuild = _must_rebuild()
        if must_rebuild:
            _rebuild()
        else:
            _index_what_became_public()
        _index_what_changed()
        with unit_of_work():
            must_rebuild = _must_rebuild()
        if must_rebuild:
            _rebuild()


def rebuild() -> bool:
    """Build the index anew; False when another indexer does not come to an end."""
    with backend().exclusive(wait=10 * _WAIT) as alone:
        if alone:
            _rebuild()
        return alone


def _must_rebuild() -> bool:
    """No index, one of another analysis, or many more words to take compounds apart by."""
    state = queries.state()
    if state is None or state.version != analysis.VERSION or not backend().exists():
        return True
    learned = len(known().refresh()) - len(analysis.SEED)
    return learned > 200 + state.built_words * 1.25


def _anything_to_do(looked_at: datetime) -> bool:
    return queries.anything_due() or bool(queries.made_public(looked_at)) or _is_old(looked_at)


def _is_old(looked_at: datetime) -> bool:
    return clock.now() - looked_at > _LOOK_AGAIN


def _rebuild() -> None:
    started = time.monotonic()
    with unit_of_work(writing=True):
        due = actions.take_up(limit=None)
    index, now = backend(), clock.now()
    with unit_of_work(writing=index.in_database):
        words: set[str] = set()
        for document in queries.everything():
            words |= document.vocabulary
        words -= analysis.SEED
        index.rebuild(_entries(words | analysis.SEED))
    with unit_of_work(writing=True):
        actions.note_rebuilt(words, now)
        actions.clear(due)
    log.info("search.rebuilt", seconds=round(time.monotonic() - started, 2), words=len(words))


def _entries(words: set[str]) -> Iterator[Entry]:
    for document in queries.everything():
        yield document.entry(words)


def _index_what_became_public() -> None:
    with unit_of_work():
        state = queries.state()
        since = state.looked_at if state else clock.now()
        now = clock.now()
        subjects = queries.made_public(since)
    for start in range(0, len(subjects), BATCH):
        _index(Due(subjects=tuple(subjects[start : start + BATCH])))
    if now - since > (_LOOK_AGAIN if not subjects else timedelta(minutes=1)):
        with unit_of_work(writing=True):
            actions.note_looked(now)


def _index_what_changed() -> None:
    tries = 0
    while tries < _TRIES:
        with unit_of_work(writing=True):
            due = actions.take_up(BATCH)
        if due:
            _index(due)
            with unit_of_work(writing=True):
                actions.clear(due)
            continue
        with unit_of_work():
            if not queries.anything_due():
                return
        tries += 1  # somebody is writing to what is left
        time.sleep(0.1)


def _index(due: Due) -> None:
    """Put what is public, remove what is not, learn the words that are new."""
    index = backend()
    with unit_of_work():
        wanted: dict[Kind, Collection[int]] = dict(queries.documents_of(due.subjects))
        if due.terms:
            wanted[Kind.TERM] = due.terms
        documents = {kind: queries.load(kind, ids) for kind, ids in wanted.items()}
        words = known().refresh()
    found = [document for some in documents.values() for document in some.values()]
    gone = [key(kind, i) for kind, ids in wanted.items() for i in set(ids) - documents[kind].keys()]
    new: set[str] = set()
    for document in found:
        new |= document.vocabulary
    new -= words
    everything = words | new
    with unit_of_work(writing=index.in_database):
        index.update([document.entry(everything) for document in found], gone)
    if new:
        with unit_of_work(writing=True):
            actions.learn(new)


jobs.task("search", index_due)
