"""The index follows the database, whatever happens to the indexer."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from forum.kernel import clock
from forum.kernel.db import db, unit_of_work
from forum.positions.models import PositionVersion, Provenance
from forum.recommendations.actions import changed
from forum.recommendations.models import Subject
from forum.references.models import GlossaryTerm
from forum.search import actions, jobs
from forum.search.backend import backend
from tests.conftest import fresh
from tests.databases import ENGINE, SECRET
from tests.factories import berlin_summer
from tests.positions.factory import answer, party, thesis


@pytest.fixture
def inside(app):
    """Call in the app, outside of any unit of work."""

    def run(call):
        def within():
            with app.app_context():
                return call()

        return fresh(within)

    return run


@pytest.fixture
def due(inside):
    """How many subjects the index has yet to hear of."""

    def count():
        def read():
            with unit_of_work():
                flags = db.session.execute(select(Subject.index_due, Subject.is_indexing))
                return sum(a or b for a, b in flags)

        return inside(read)

    return count


def test_a_comment_is_found_after_the_work_of_its_nudge(app, debate, names, due, work):
    work()
    debate.comment("Die Wanderbaustelle gehört dazu.")
    assert names("Wanderbaustelle") == []

    queue = app.extensions["forum_jobs"]
    fresh(lambda: [queue.huey.execute(task) for task in iter(queue.huey.dequeue, None)])

    assert names("Wanderbaustelle") == ["comment:1"]
    assert due() == 0


def test_a_changed_comment_is_found_by_what_it_says_now(debate, names, work, travel):
    comment = debate.comment("Die Wanderbaustelle gehört dazu.")
    work()
    debate.edit(comment, "Der Prellbock gehört dazu.")
    work()

    assert names("Prellbock") == ["comment:1"]
    assert names("Wanderbaustelle") == []


def test_a_hidden_comment_is_gone_at_once_and_its_count_with_it(debate, names, browse, work):
    comment = debate.comment("Die Wanderbaustelle gehört dazu.")
    work()
    assert "Ein Treffer" in browse().get("/suche?q=Wanderbaustelle").text

    debate.hide(comment)  # no indexer has come by
    page = browse().get("/suche?q=Wanderbaustelle")

    assert names("Wanderbaustelle") == []
    assert "Kein Treffer" in page.text
    assert "gehört dazu" not in page.text


def test_a_hidden_comment_leaves_the_index_and_comes_back_with_it(debate, names, work, inside):
    comment = debate.comment("Die Wanderbaustelle gehört dazu.")
    work()
    before = inside(lambda: _count())
    debate.hide(comment)
    work()
    assert inside(lambda: _count()) == before - 1

    debate.hide(comment, None)
    work()

    assert names("Wanderbaustelle") == ["comment:1"]


def test_an_ampersand_in_a_comment_is_a_letter(debate, names, work):
    debate.comment("Wir brauchen F&E & Geduld.")
    work()

    assert names("F&E") == ["comment:1"]
    assert names("amp") == []


def test_a_deleted_comment_is_gone(debate, names, work):
    comment = debate.comment("Die Wanderbaustelle gehört dazu.")
    work()
    debate.delete(comment)

    assert names("Wanderbaustelle") == []


def _count():
    with unit_of_work():
        return backend().count()


def test_an_answer_is_found_from_its_minute_on_and_not_before(
    make, names, browse, travel, work, inside
):
    publication = berlin_summer(8, 22, 10)
    asked, who = thesis(make, make.recommendation()), party(make)
    answer(
        make,
        asked,
        who,
        provenance=Provenance.PARTY,
        reason="Wir wollen Wanderbaustellen.",
        published_at=publication,
    )
    travel(publication - timedelta(minutes=5))
    work()
    assert names("Wanderbaustelle") == []
    assert "Kein Treffer" in browse().get("/suche?q=Wanderbaustelle").text
    before = inside(_count)

    travel(publication)
    work()

    assert names("Wanderbaustelle") == ["position:partei-a/t-1"]
    assert inside(_count) == before + 1
    page = browse().get("/suche?q=Wanderbaustelle")
    assert "von der Partei" in page.select_one(".hits").text
    assert "Zustimmung" in page.select_one(".hits").text


def test_the_sealed_text_of_an_answer_is_in_no_index(make, names, work, travel):
    asked, who = thesis(make, make.recommendation()), party(make)
    version = answer(make, asked, who, reason="Wir wollen Wanderbaustellen.")

    def seal():
        row = db.session.get_one(PositionVersion, version.id)
        row.answer, row.sealed, row.reason, row.sources = None, b"sealed", "", []
        changed(version.position_id)

    work()
    assert names("Wanderbaustelle")
    make.run(seal)
    assert names("Wanderbaustelle") == []


def test_a_recommendation_is_found_once_it_is_public(make, names, travel, work):
    later = make.recommendation(published_at=clock.now() + timedelta(hours=3))
    work()
    assert names("Investitionsprogramm") == []

    travel(timedelta(hours=3, minutes=1))
    work()

    found = names("Investitionsprogramm")
    assert set(found) == {f"paragraph:{later.slug}/{n}" for n in (1, 2, 3)}


def test_a_term_of_the_glossary_is_found(make, names, work):
    make.run(
        lambda: db.session.add(
            GlossaryTerm(
                slug="prellbock",
                term="Prellbock",
                sort_key="prellbock",
                definition="Das Ende eines Gleises.",
                related_theses=[],
            )
        )
    )
    work()

    assert names("Gleis") == ["term:prellbock"]


def test_a_compound_is_found_by_a_word_learned_from_a_later_text(debate, names, work):
    work()
    debate.comment("Eine Prellbock ist ein Ende. Die Wanderung dauert.")
    debate.comment("Der Wanderungsprellbock ist neu.")
    work()

    assert "comment:2" in names("Prellbock")


def test_a_change_while_the_indexer_reads_is_not_lost(debate, names, inside, due, make):
    comment = debate.comment("Die Wanderbaustelle gehört dazu.")
    inside(jobs.index_due)
    debate.edit(comment, "Der Prellbock gehört dazu.")

    def step(call):
        def within():
            with unit_of_work(writing=True):
                return call()

        return inside(within)

    taken = step(lambda: actions.take_up(200))
    inside(lambda: jobs._index(taken))
    debate.edit(comment, "Das Signal gehört dazu.")  # before the indexer has noted its work
    step(lambda: actions.clear(taken))

    assert due() == 1
    inside(jobs.index_due)
    assert names("Signal") == ["comment:1"]
    assert names("Prellbock") == []


def test_work_that_was_taken_up_and_dropped_is_done_by_the_next(debate, names, inside, due, work):
    work()
    debate.comment("Die Wanderbaustelle gehört dazu.")

    def take():
        with unit_of_work(writing=True):
            return actions.take_up(200)

    assert inside(take)
    assert due() == 1
    work()
    assert names("Wanderbaustelle") == ["comment:1"]


def test_a_failing_index_leaves_everything_due(debate, names, inside, due, app, work):
    work()
    debate.comment("Die Wanderbaustelle gehört dazu.")
    index = inside(backend)

    def fail(*_):
        raise OSError("disk full")

    index.update = fail
    with pytest.raises(OSError, match="disk full"):
        inside(jobs.index_due)
    del index.update

    assert due() == 1
    work()
    assert names("Wanderbaustelle") == ["comment:1"]


def test_only_one_indexer_works_at_a_time(inside):
    def both():
        with backend().exclusive(wait=0) as first, backend().exclusive(wait=0.1) as second:
            return first, second

    assert inside(both) == (True, False)
    assert inside(lambda: _alone()) is True


def _alone():
    with backend().exclusive(wait=0) as alone:
        return alone


def test_a_lost_index_is_built_again(app, debate, names, work, data_folder):
    import shutil

    debate.comment("Die Wanderbaustelle gehört dazu.")
    work()
    shutil.rmtree(data_folder / "index", ignore_errors=True)
    if ENGINE == "sqlite":
        assert names("Wanderbaustelle") == []
    work()

    assert names("Wanderbaustelle") == ["comment:1"]


SLOWLY = """
import os, sys, time
from forum.config import Config
from forum.factory import create_app
from forum.search import analysis, documents, jobs
app = create_app(Config.from_environ())
original = documents.Document.entry
def slow(self, known):
    print("indexing", flush=True)
    time.sleep(0.2)
    return original(self, known)
documents.Document.entry = slow
with app.app_context():
    jobs.index_due()
"""


@pytest.mark.parametrize("documents", [1, 2])
def test_a_killed_indexer_loses_nothing(
    app, debate, names, due, work, database, data_folder, documents
):
    work()
    for n in range(3):
        debate.comment(f"Die Wanderbaustelle {n} gehört dazu.")
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("FORUM_")},
        "FORUM_DATA": str(data_folder),
        "FORUM_DATABASE_URL": database.url,
        "FORUM_LOG_LEVEL": "critical",
        **{f"FORUM_{name}": value for name, value in SECRET.items()},
    }
    process = subprocess.Popen(
        [sys.executable, "-c", SLOWLY], env=environ, stdout=subprocess.PIPE, text=True
    )
    for _n in range(documents):
        assert process.stdout.readline() == "indexing\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert due() == 3

    started = time.monotonic()
    work()

    assert sorted(names("Wanderbaustelle")) == ["comment:1", "comment:2", "comment:3"]
    assert due() == 0
    assert time.monotonic() - started < 20
