"""What somebody writes before they are confirmed: kept for their eyes, and public at once after."""

import threading

import pytest
from sqlalchemy import func, select, update

from forum.accounts.actions import confirm_member, create_user
from forum.accounts.models import Appearance, Bench, Organisation, Role, User
from forum.accounts.queries import user
from forum.deliberation import actions, replies
from forum.deliberation.described import described
from forum.deliberation.models import Comment, CommentKind, Visibility
from forum.kernel.db import db, unit_of_work
from forum.kernel.errors import Conflict, NotFound
from forum.recommendations.models import Recommendation, Subject
from tests.conftest import fresh


@pytest.fixture
def newcomer(make):
    """A registered member whom nobody has confirmed yet."""
    made = make.member(name="Neue Kollegin")
    make.run(
        lambda: db.session.execute(update(User).filter_by(id=made.id).values(member_since=None))
    )
    return make.run(lambda: user(made.id))


def confirm(debate, person):
    debate.run(lambda: confirm_member(person.id))
    return debate.run(lambda: user(person.id))


def page_of(debate):
    return f"/empfehlungen/{debate.recommendation.slug}"


def test_a_pending_comment_is_counted_nowhere_and_changes_no_page(debate, newcomer):
    root = debate.comment()
    before = debate.row(Recommendation, debate.recommendation.id)
    pending = debate.comment(author=newcomer)
    reply = debate.comment(author=newcomer, parent=root)
    after = debate.row(Recommendation, debate.recommendation.id)

    assert pending.visibility is reply.visibility is Visibility.PENDING
    assert (after.comment_count, after.revision) == (before.comment_count, before.revision)
    assert debate.row(Subject, debate.recommendation.id).comment_count == 1
    assert debate.again(root).reply_count == 0
    assert not debate.again(root).answered_or_rated
    assert [pending.number, reply.number] == [2, 3]


def test_only_its_author_finds_it_in_lists_and_threads(debate, newcomer):
    root = debate.comment()
    pending = debate.comment("Noch nicht für alle.", author=newcomer)
    reply = debate.comment("Auch noch nicht.", author=newcomer, parent=root)

    others = {c.number for c in debate.listing(reader_id=debate.author.id)}
    own = debate.listing(reader_id=newcomer.id)

    assert others == {c.number for c in debate.listing()} == {root.number}
    assert {c.number for c in own} == {root.number, pending.number, reply.number}
    assert [c.number for c in debate.thread(root.number)] == [root.number]
    assert [c.number for c in debate.thread(root.number, reader_id=newcomer.id)] == [
        root.number,
        reply.number,
    ]
    with pytest.raises(NotFound):
        debate.thread(pending.number, reader_id=debate.author.id)
    with pytest.raises(NotFound):
        debate.run(lambda: replies.spot(debate.recommendation.id, reply.number))


def test_the_author_reads_when_it_becomes_visible_and_others_read_nothing(debate, newcomer, browse):
    answer = browse(as_=newcomer).post(
        f"{page_of(debate)}/beitraege",
        {"text": "Noch nicht für alle.", "kind": "pro", "about": debate.recommendation.id},
    )

    assert "Er wird nach Ihrer Bestätigung sichtbar." in answer.text
    shown = answer.select_one("#beitrag-1")
    assert "Wird nach Bestätigung sichtbar." in shown.text
    assert not shown.select(".rating")
    assert "Antworten" not in shown.text
    assert "abstimmen und bewerten können Sie ab dann" in answer.text
    for who in (None, debate.author):
        browser = browse(as_=who)
        assert "Noch nicht für alle" not in browser.get(page_of(debate)).text
        browser.get(f"{page_of(debate)}/beitraege/1", status=404)
    assert "Noch nicht für alle" in browse(as_=newcomer).get(f"{page_of(debate)}/beitraege/1").text


def test_nobody_can_answer_rate_report_cite_or_find_it(debate, newcomer, browse, work):
    pending = debate.comment("Geheimniskrämerei vorab.", author=newcomer)
    work()
    somebody = browse(as_=debate.author)

    somebody.get(f"/melden/{pending.id}", status=404)
    somebody.get(f"/stelle/{pending.id}", status=404)
    somebody.get(f"/stimmen/{pending.id}", status=404)
    assert (
        somebody.raw("POST", f"/stimmen/{pending.id}", data={"value": "agree"}).status_code == 404
    )
    assert debate.run(lambda: described([pending.id])) == {}
    assert debate.run(lambda: described([pending.id], unveiled=True))[pending.id].text
    assert "Geheimniskrämerei vorab" not in browse().get("/suche?q=Geheimniskrämerei").text
    with pytest.raises(NotFound):
        debate.comment(parent=pending)
    with pytest.raises(Conflict):
        debate.hide(pending)


def test_with_the_confirmation_all_of_it_becomes_public_at_once(debate, newcomer, browse, work):
    root = debate.comment()
    browse().get(page_of(debate))  # kept for visitors as it stands
    debate.comment("Mein erster Beitrag.", author=newcomer)
    reply = debate.comment("Meine Antwort.", author=newcomer, parent=root)
    earlier = debate.comment("Eine andere Antwort.", parent=root)

    confirm(debate, newcomer)
    work()

    page = browse().get(page_of(debate)).text
    assert "Mein erster Beitrag." in page
    assert "Meine Antwort." in page
    assert debate.row(Recommendation, debate.recommendation.id).comment_count == 4
    assert debate.row(Subject, debate.recommendation.id).comment_count == 4
    assert debate.again(root).reply_count == 2
    assert [debate.again(earlier).reply_rank, debate.again(reply).reply_rank] == [1, 2]
    assert "Meine Antwort" in browse().get("/suche?q=Meine Antwort").text
    assert confirm(debate, newcomer).member_since  # again: nothing is counted twice
    assert debate.row(Recommendation, debate.recommendation.id).comment_count == 4


def test_who_was_confirmed_meanwhile_publishes_at_once(debate, newcomer):
    confirm(debate, newcomer)  # the page they write on still holds the person as they were

    assert debate.comment(author=newcomer).visibility is Visibility.VISIBLE


def test_a_confirmation_at_the_same_instant_leaves_nothing_behind(debate, newcomer, app):
    together = threading.Barrier(3)
    failures = []

    def together_with(call):
        def inside():
            try:
                with app.app_context(), unit_of_work():
                    together.wait()
                    call()
            except Exception as error:
                failures.append(error)

        return threading.Thread(target=lambda: fresh(inside))

    threads = [
        together_with(
            lambda n=n: actions.post_comment(
                newcomer, debate.recommendation.id, CommentKind.PRO, f"Beitrag {n}."
            )
        )
        for n in range(2)
    ]
    threads.append(together_with(lambda: confirm_member(newcomer.id)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not failures
    states = debate.run(
        lambda: (
            db.session.scalars(select(Comment.visibility).filter_by(author_id=newcomer.id))
            .unique()
            .all()
        )
    )
    assert states == [Visibility.VISIBLE]
    assert debate.row(Recommendation, debate.recommendation.id).comment_count == 2


def test_a_pending_comment_is_changed_silently_and_deleted_without_a_trace(
    debate, newcomer, browse
):
    pending = debate.comment(author=newcomer)
    debate.edit(pending, "Anders gesagt.", author=newcomer)
    assert debate.again(pending).edited_at is None

    browse(as_=newcomer).post(f"{page_of(debate)}/beitraege/{pending.number}/loeschen")

    left = debate.run(
        lambda: db.session.scalar(
            select(func.count()).select_from(Subject).where(Subject.id == pending.id)
        )
    )
    assert left == 0
    assert "gelöscht" not in browse().get(page_of(debate)).select_one("#beitraege").text
    assert debate.comment().number == pending.number + 1


def test_a_replys_page_shows_ones_own_pending_reply_after_the_others(debate, newcomer):
    root = debate.comment()
    own = debate.comment(author=newcomer, parent=root)
    later = [debate.comment(parent=root) for _ in range(4)]

    found = debate.listing(reader_id=newcomer.id).comments[0]

    assert [r.number for r in found.replies] == [*(r.number for r in later[:3]), own.number]
    assert found.further == 1


def test_a_bench_of_ones_own_stands_in_the_byline(debate, make):
    bench = make.run(
        lambda: _saved(Bench(slug="ohne-organisation", name="ohne Organisation", position=9)).id
    )
    alone = make.user(
        Role.MEMBER, name="Ada Frei", member=True, own_bench_id=bench,
        appearance=Appearance.NAME_BENCH,
    )  # fmt: skip
    comment = debate.comment(author=alone)

    shown = debate.thread(comment.number).root
    assert str(shown.byline) == "Ada Frei, ohne Organisation"


def _saved(row):
    db.session.add(row)
    db.session.flush()
    return row


def test_an_account_made_as_confirmed_member_has_nothing_to_wait_for(debate, make):
    organisation = make.run(lambda: db.session.scalars(select(Organisation.id)).first())
    made = make.run(
        lambda: (
            create_user(
                email="neu@example.org",
                name="Neu",
                password_hash=None,
                roles=[Role.MEMBER],
                organisation_id=organisation,
                consent_version=1,
            ).id
        )
    )
    person = make.run(lambda: user(made))

    assert debate.comment(author=person).visibility is Visibility.VISIBLE
