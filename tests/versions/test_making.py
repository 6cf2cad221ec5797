"""The Redaktion makes a version out of what was accepted: on one screen, in one step."""

import threading
from datetime import timedelta

import pytest

from forum.accounts.models import Role
from forum.amendments import publishing
from forum.amendments.models import VersionChange
from forum.ballots.models import Ballot
from forum.kernel import ledger
from forum.kernel.db import db, unit_of_work
from forum.kernel.errors import Conflict
from forum.recommendations.models import Paragraph, Version, Wording
from tests.conftest import fresh
from tests.versions.conftest import NEW, OLD, change, insert, strike


def versions(desk):
    return desk.run(
        lambda: [
            (one.number, one.note)
            for one in db.session.query(Version)
            .filter_by(recommendation_id=desk.recommendation.id)
            .order_by(Version.number)
        ]
    )


def test_what_is_accepted_becomes_a_version_that_everybody_reads(desk):
    first, second = desk.file(), desk.file(strike(3), insert(2))
    desk.september()
    desk.accept(first)
    desk.accept(second)
    browser, page, sent = desk.opened()
    assert "3 beschlossene Vorschläge warten" in page.text
    assert "500 Millionen" in page.select_one(".proposal .diff").text
    assert "zu entscheiden" not in page.text

    answer = browser.post(
        desk.screen, sent | {"note": "Eine Zahl, ein neuer Abschnitt.", "do": "publish"}
    )

    assert "Fassung 2 ist veröffentlicht." in answer.text
    assert desk.texts(2) == [
        (1, OLD.replace("2", "1", 1)),
        (2, NEW),
        (4, "Ein neuer Abschnitt."),
    ]
    page = desk.browse().get(desk.url)
    assert [one.text.strip() for one in page.select(".clause .number")] == ["1", "2", "4"]
    assert "Fassung 2 vom 2. September 2017" in page.text
    assert "Eine Zahl, ein neuer Abschnitt." in page.text
    assert desk.waiting().work.is_empty
    assert desk.run(ledger.verify) is None


def test_the_ledger_says_what_the_version_came_of(desk):
    motion = desk.file()
    desk.september()
    desk.accept(motion)
    entered = {}

    def spy():
        found, form = desk.form()
        import forum.recommendations.actions as module

        enter = module.ledger.enter

        def noting(kind, subject, content, **more):
            entered[kind] = content
            return enter(kind, subject, content, **more)

        module.ledger.enter = noting
        try:
            desk.run(
                lambda: publishing.publish(
                    desk.editor, desk.recommendation.id, found.seen, form, found.work
                )
            )
        finally:
            module.ledger.enter = enter

    spy()

    assert entered["recommendation.version"]["amendments"] == [
        {"amendment": 1, "share": "whole", "paragraph": 2}
    ]


def test_an_editorial_change_keeps_wording_and_ballots(desk):
    motion = desk.file()
    desk.september()
    desk.accept(motion)
    browser, _page, sent = desk.opened()

    browser.post(desk.screen, sent | {"note": "Sprachlich.", "editorial-2": "1", "do": "publish"})

    wordings = desk.run(
        lambda: (
            db.session.query(Wording)
            .join(Paragraph, Paragraph.id == Wording.paragraph_id)
            .filter(Paragraph.number == 2)
            .count()
        )
    )
    assert wordings == 1
    page = desk.browse().get(f"{desk.url}/abschnitte/2")
    assert "Redaktionell geändert" in page.text
    assert NEW in page.text


def test_what_is_missing_is_said_and_nothing_typed_is_lost(desk):
    motions = [desk.file(change(text=OLD + " Eins.")), desk.file(change(text=OLD + " Zwei."))]
    desk.september()
    for one in motions:
        desk.accept(one)
    browser, page, sent = desk.opened()
    assert "Sie berühren dieselben Worte" in page.text

    page = browser.post(
        desk.screen,
        sent | {"text-2": OLD + " Eins und zwei.", "do": "publish"},
        status=422,
    )

    assert page.select_one("#choice-2-error")
    assert page.select_one("#note-error")
    assert OLD + " Eins und zwei." in page.select_one("#text-2").text
    assert versions(desk) == [(1, None)]


def test_the_result_is_shown_before_anything_is_published(desk):
    motion = desk.file()
    desk.september()
    desk.accept(motion)
    browser, _page, sent = desk.opened()

    page = browser.post(desk.screen, sent | {"do": "review"})

    assert "500 Millionen" in page.select_one(".result-words .diff").text
    assert versions(desk) == [(1, None)]


def test_the_preview_is_the_real_page_and_leaves_no_trace(desk):
    motion = desk.file(change(), insert(2))
    desk.september()
    desk.accept(motion)
    browser, _page, sent = desk.opened()

    page = browser.post(desk.screen, sent | {"note": "Mehr.", "do": "preview"})

    assert "So lesen Besucher Fassung 2" in page.text
    assert [one.text.strip() for one in page.select(".clause .number")] == ["1", "2", "4", "3"]
    assert NEW in page.text
    assert versions(desk) == [(1, None)]
    assert desk.run(lambda: db.session.query(VersionChange).count()) == 0
    assert desk.run(lambda: db.session.query(Paragraph).count()) == 3
    assert desk.run(ledger.verify) is None


def test_a_version_published_while_the_screen_is_open_is_said_and_nothing_is_lost(desk):
    motion = desk.file()
    desk.september()
    desk.accept(motion)
    browser, _page, sent = desk.opened()
    desk.publish(1, "Abschnitt 1 lautet jetzt anders.")

    page = browser.post(
        desk.screen,
        sent
        | {"note": "Mein Satz.", "choice-2": "own", "text-2": "Mein Wortlaut.", "do": "publish"},
        status=409,
    )

    assert "Inzwischen ist eine neue Fassung erschienen" in page.text
    assert "Fassung 3 vorbereiten" in page.text
    assert page.select_one("#note").text.strip() == "Mein Satz."
    assert page.select_one("#text-2").text.strip() == "Mein Wortlaut."
    assert page.select_one("input[name=choice-2][checked]")["value"] == "own"
    assert [number for number, _note in versions(desk)] == [1, 2]


def test_a_decision_made_while_the_screen_is_open_is_shown_before_anything_is_published(desk):
    motion, late = desk.file(), desk.file(strike(3))
    desk.september()
    desk.accept(motion)
    browser, _page, sent = desk.opened()
    desk.accept(late)

    page = browser.post(desk.screen, sent | {"note": "Mein Satz.", "do": "publish"}, status=409)

    assert page.select_one("#abschnitt-3")
    assert [number for number, _note in versions(desk)] == [1]


def test_publishing_twice_publishes_once(desk):
    motion = desk.file()
    desk.september()
    desk.accept(motion)
    browser, _page, sent = desk.opened()
    sent |= {"note": "Mehr.", "do": "publish"}
    browser.post(desk.screen, sent)

    browser.post(desk.screen, sent, status=409)

    assert [number for number, _note in versions(desk)] == [1, 2]


@pytest.mark.parametrize("by", ["editors", "editor and import"])
def test_of_two_who_publish_at_once_one_wins(app, desk, make, by):
    """Real threads with connections of their own; what loses has changed nothing."""
    motion = desk.file()
    desk.september()
    desk.accept(motion)
    found, form = desk.form()
    other = make.user(Role.EDITOR)
    together = threading.Barrier(2)
    won, lost, broken = [], [], []

    def consolidate(editor):
        publishing.publish(editor, desk.recommendation.id, found.seen, form, found.work)

    def elsewhere(_editor):
        from forum.kernel import clock, html
        from forum.kernel.db import begin_writing
        from forum.recommendations import queries
        from forum.recommendations.actions import NewText, alone, publish_version

        begin_writing()
        alone()
        latest = queries.latest_version(desk.recommendation.id)
        if latest.number != 1:
            raise Conflict("Zu spät.")
        text = "Von anderswo."
        publish_version(
            queries.published(desk.recommendation.slug),
            [NewText(1, "Eins", text, html.render_editorial(text), None, None, [])],
            published_at=clock.now(),
        )

    def go(editor, act):
        def inside():
            with app.app_context():
                try:
                    together.wait()
                    with unit_of_work():
                        act(editor)
                    won.append(act)
                except Conflict:
                    lost.append(act)
                except Exception as error:  # a thread's failure must reach the test
                    broken.append(error)
                finally:
                    db.session.remove()

        fresh(inside)

    acts = [consolidate, consolidate if by == "editors" else elsewhere]
    threads = [
        threading.Thread(target=go, args=(who, act))
        for who, act in zip((desk.editor, other), acts, strict=True)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)

    assert broken == []
    assert (len(won), len(lost)) == (1, 1)
    assert [number for number, _note in versions(desk)] == [1, 2]
    assert desk.run(ledger.verify) is None


def test_nothing_is_published_outside_of_its_phase(desk):
    motion = desk.file()
    desk.september()
    desk.accept(motion)
    browser, _page, sent = desk.opened()
    desk.travel(timedelta(days=20))

    page = browser.get(desk.screen)

    assert "beendet" in page.text
    assert not page.select("button[value=publish]")
    browser.post(desk.screen, sent | {"note": "Mehr.", "do": "publish"}, status=403)
    assert [number for number, _note in versions(desk)] == [1]


def test_only_the_redaktion_sees_the_screen(desk, make):
    for who in (make.moderator(), desk.author):
        desk.browse(as_=who).get(desk.screen, status=403)
        desk.browse(as_=who).get("/redaktion/fassungen", status=403)
    page = desk.browse(as_=desk.editor).get("/redaktion/fassungen")
    assert "Nichts wartet." in page.text


def test_with_nothing_accepted_the_screen_says_so(desk):
    desk.september()

    page = desk.browse(as_=desk.editor).get(desk.screen)

    assert "Zurzeit wartet kein beschlossener Vorschlag." in page.text
    assert not page.select("form.consolidation")


def test_a_number_once_used_is_never_used_again(desk):
    first = desk.file(insert(3))
    desk.september()
    desk.accept(first)
    desk.make_version()
    desk.publish(4, None)
    desk.accepted(insert(3), version=3)

    desk.make_version()

    assert [number for number, _text in desk.texts(4)] == [1, 2, 3, 5]


def test_ballots_are_never_moved_by_a_version(desk, make):
    def rows():
        return desk.run(
            lambda: sorted(
                (one.subject_id, one.voter_key, one.value) for one in db.session.query(Ballot)
            )
        )

    voter = make.member()
    page = desk.browse(as_=voter).get(f"{desk.url}/abschnitte/2")
    action = page.select_one("form.vote")["action"]
    desk.browse(as_=voter).post(action, {"value": "agree", "back": desk.url})
    before = rows()
    motion = desk.file()
    desk.september()
    desk.accept(motion)

    desk.make_version()

    assert len(before) == 1
    assert rows() == before


def test_what_an_export_writes_and_an_import_leaves_alone_is_the_new_version(desk):
    from forum.content.actions import content_hash
    from forum.content.queries import STORED

    def stored():
        return desk.run(lambda: STORED["paragraphs"]("testrunde")[desk.recommendation.slug])

    imported = content_hash(stored())
    motion = desk.file(change(), insert(2))
    desk.september()
    desk.accept(motion)
    desk.make_version()

    now = stored()

    assert [one["number"] for one in now["paragraphs"]] == [1, 2, 4, 3]
    assert now["paragraphs"][1]["text"] == NEW
    assert content_hash(now) != imported, "an import finds it edited in the product"
