"""People write comments and replies."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from forum.accounts.models import Appearance, Role, Visitor
from forum.deliberation import actions, replies
from forum.deliberation.listing import PAGE
from forum.deliberation.models import Comment, CommentKind
from forum.deliberation.writing import TextRefused
from forum.kernel.db import db, unit_of_work
from forum.kernel.errors import Conflict, NotFound, NotPermitted, SignInRequired
from forum.recommendations.models import Paragraph, Recommendation, Subject
from tests.conftest import fresh
from tests.factories import berlin_summer


def paragraph_id(make, recommendation, number=1):
    return make.run(
        lambda: db.session.scalars(
            select(Paragraph.id).filter_by(recommendation_id=recommendation.id, number=number)
        ).one()
    )


def test_numbers_are_counted_within_the_recommendation_and_never_reused(debate, make):
    first, second = debate.comment(), debate.comment()
    debate.delete(second)
    third = debate.comment()
    other = make.recommendation()

    elsewhere = debate.comment(about=other.id)

    assert [first.number, second.number, third.number, elsewhere.number] == [1, 2, 3, 1]


def test_counts_stand_with_the_thing_and_with_the_recommendation(debate, make):
    about = paragraph_id(make, debate.recommendation)
    comment = debate.comment(about=about)
    debate.comment(parent=comment)
    debate.comment()

    assert debate.row(Subject, about).comment_count == 2
    assert debate.row(Subject, debate.recommendation.id).comment_count == 1
    assert debate.row(Recommendation, debate.recommendation.id).comment_count == 3


def test_replies_get_their_rank_under_the_first_comment(debate):
    root = debate.comment()
    first = debate.comment(parent=root)
    second = debate.comment(parent=first)

    assert [first.reply_rank, second.reply_rank] == [1, 2]
    assert second.root_id == root.id
    assert second.parent_id == first.id
    assert second.kind is None
    assert debate.again(root).reply_count == 2
    assert debate.again(first).answered_or_rated


def test_markdown_is_rendered_once_and_made_safe(debate):
    comment = debate.comment("**Ja**, aber <script>alert(1)</script> [hier](javascript:x)")

    assert "<strong>Ja</strong>" in comment.html
    assert "<script" not in comment.html
    assert "href" not in comment.html


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Schreiben Sie einen Text."),
        ("  \n \x00\u202e ", "Schreiben Sie einen Text."),
        ("x" * 5001, "5.001"),
        ("kaputt \ufffd", "nicht lesen"),
        ("halb \ud800", "nicht lesen"),
    ],
)
def test_a_text_that_cannot_appear_is_refused_with_a_sentence(debate, text, sentence):
    with pytest.raises(TextRefused, match=sentence):
        debate.comment(text)

    assert debate.row(Recommendation, debate.recommendation.id).last_comment_number == 0


def test_five_thousand_characters_are_enough(debate):
    assert len(debate.comment("x" * 5000).source) == 5000


def test_a_first_comment_needs_a_kind(debate):
    with pytest.raises(TextRefused, match="Pro, Contra, Frage oder Hinweis"):
        debate.comment(kind=None)


def test_a_double_click_posts_once(debate):
    first = debate.comment(submission="abc")
    second = debate.comment(submission="abc")
    other = debate.comment(submission="abc", author=debate.make.member())

    assert first.id == second.id
    assert other.id != first.id
    assert debate.row(Recommendation, debate.recommendation.id).comment_count == 2


def test_a_double_click_at_the_same_instant_posts_once(debate, app):
    failures = []

    def click():
        def inside():
            try:
                with app.app_context(), unit_of_work():
                    actions.post_comment(
                        debate.author,
                        debate.recommendation.id,
                        CommentKind.PRO,
                        "Einmal.",
                        submission="doppelt",
                    )
            except Exception as error:
                failures.append(error)

        fresh(inside)

    clicks = [threading.Thread(target=click) for _ in range(8)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()

    assert failures == []
    count = debate.run(lambda: db.session.scalar(select(func.count()).select_from(Comment)))
    assert count == 1
    assert debate.row(Recommendation, debate.recommendation.id).comment_count == 1


def test_many_write_at_once_and_every_number_and_rank_is_given_once(debate, app):
    root = debate.comment()
    failures = []

    def write(parent_id, kind):
        def inside():
            try:
                with app.app_context(), unit_of_work():
                    actions.post_comment(
                        debate.author, debate.recommendation.id, kind, "Text", parent_id
                    )
            except Exception as error:
                failures.append(error)

        fresh(inside)

    people = [
        threading.Thread(
            target=lambda n=n: [
                write(root.id if n % 2 else None, None if n % 2 else CommentKind.REMARK)
                for _ in range(5)
            ]
        )
        for n in range(6)
    ]
    for person in people:
        person.start()
    for person in people:
        person.join()

    assert failures == []
    rows = debate.run(lambda: db.session.execute(select(Comment.number, Comment.reply_rank)).all())
    assert sorted(row.number for row in rows) == list(range(1, 32))
    assert sorted(row.reply_rank for row in rows if row.reply_rank) == list(range(1, 16))
    assert debate.row(Recommendation, debate.recommendation.id).comment_count == 31


def test_visitors_are_asked_to_sign_in(debate):
    with pytest.raises(SignInRequired):
        debate.comment(author=Visitor())


@pytest.mark.parametrize(
    ("role", "sentence"),
    [
        (Role.PARTY, "Fragen, die an ihre Partei gerichtet sind"),
        (Role.MODERATOR, "damit die Debatte den Mitgliedern gehört"),
        (Role.EDITOR, "damit die Debatte den Mitgliedern gehört"),
        (Role.ADMINISTRATOR, "damit die Debatte den Mitgliedern gehört"),
        (Role.GUEST, "Beiträge schreiben Mitglieder"),
    ],
)
def test_only_members_write_and_others_read_why(debate, make, role, sentence):
    with pytest.raises(NotPermitted) as refusal:
        debate.comment(author=make.user(role))

    assert sentence in str(refusal.value.message)


def test_who_also_works_for_the_forum_does_not_write(debate, make):
    with pytest.raises(NotPermitted):
        debate.comment(author=make.user(Role.MEMBER, Role.MODERATOR, member=True))


def test_a_second_after_the_phase_nobody_writes(debate, travel):
    travel(berlin_summer(9, 1) - timedelta(seconds=5))
    debate.comment()
    travel(berlin_summer(9, 1) + timedelta(seconds=1))

    with pytest.raises(NotPermitted) as refusal:
        debate.comment()

    assert "„Diskussion“ ist seit 1. September beendet" in str(refusal.value.message)


def test_replies_belong_to_the_same_debate(debate, make):
    other = make.recommendation()
    foreign = debate.comment(about=other.id)

    with pytest.raises(NotFound):
        debate.run(
            lambda: actions.post_comment(
                debate.author, debate.recommendation.id, None, "Text", foreign.id
            )
        )


def test_nobody_answers_what_is_hidden_or_deleted(debate):
    hidden, deleted = debate.comment(), debate.comment()
    debate.hide(hidden)
    debate.delete(deleted)

    for gone in (hidden, deleted):
        with pytest.raises(Conflict):
            debate.comment(parent=gone)


def test_what_is_not_public_cannot_be_written_about(debate, make):
    future = make.recommendation(published_at=datetime(2017, 9, 1, tzinfo=UTC))

    for about in (future.id, paragraph_id(make, future), 999_999):
        with pytest.raises(NotFound):
            debate.comment(about=about)


@pytest.mark.parametrize(
    ("appearance", "expected"),
    [
        (Appearance.NAME_ORGANISATION, "Jana Hollmann, Verband"),
        (Appearance.NAME_BENCH, "Jana Hollmann, Kammern"),
        (Appearance.PSEUDONYM_BENCH, "Rheinländerin, Kammern"),
    ],
)
def test_people_stand_beside_their_text_as_they_chose(debate, make, appearance, expected):
    author = make.member(name="Jana Hollmann", pseudonym="Rheinländerin", appearance=appearance)
    debate.comment(author=author)

    [comment] = debate.listing().comments

    assert str(comment.byline).startswith(expected)
    assert ("Jana Hollmann" in str(comment.byline)) == (
        appearance is not Appearance.PSEUDONYM_BENCH
    )


def test_posting_takes_at_most_nine_statements_with_the_user(debate, count_queries, app):
    root = debate.comment()
    reply = debate.comment(parent=root)
    with count_queries() as statements:
        debate.comment(parent=reply, submission="x")

    assert len(statements) <= 8, "\n".join(statements)


def test_lists_are_one_statement_with_ten_or_with_many(debate, count_queries):
    for n in range(30):
        root = debate.comment(f"Beitrag {n}")
        for _ in range(5 if n == 29 else 0):
            debate.comment(parent=root)

    with count_queries() as statements:
        listing = debate.listing()

    assert len(statements) == 1
    assert len(listing.comments) == PAGE
    assert [reply.reply_rank for reply in listing.comments[0].replies] == [1, 2, 3]


def test_pages_follow_the_numbers_and_meet_without_gaps(debate):
    for n in range(45):
        debate.comment(f"Beitrag {n}")

    first = debate.listing()
    second = debate.listing(before=first.older)
    third = debate.listing(before=second.older)
    back = debate.listing(after=third.newer)

    numbers = [[c.number for c in page.comments] for page in (first, second, third)]
    assert numbers == [
        list(range(45, 25, -1)),
        list(range(25, 5, -1)),
        list(range(5, 0, -1)),
    ]
    assert first.newer is None
    assert third.older is None
    assert [c.number for c in back.comments] == numbers[1]
    assert (back.newer, back.older) == (25, 6)


def test_a_list_holds_one_kind_or_one_paragraph(debate, make):
    about = paragraph_id(make, debate.recommendation)
    debate.comment(kind=CommentKind.CONTRA)
    debate.comment(kind=CommentKind.PRO, about=about)

    assert [c.number for c in debate.listing(kind=CommentKind.CONTRA).comments] == [1]
    assert [c.number for c in debate.listing(about_id=about).comments] == [2]


def test_a_long_thread_is_read_in_pages(debate):
    root = debate.comment()
    for _ in range(53):
        last = debate.comment(parent=root)

    first = debate.thread(root.number)
    second = debate.thread(root.number, after=first.later)

    assert [reply.reply_rank for reply in first.root.replies] == list(range(1, 51))
    assert (first.earlier, first.later) == (None, 51)
    assert [reply.reply_rank for reply in second.root.replies] == [51, 52, 53]
    assert (second.earlier, second.later) == (52, None)
    spot = debate.run(lambda: replies.spot(debate.recommendation.id, last.number))
    assert (spot.root_number, spot.near) == (root.number, last.number)
    near = debate.thread(root.number, near=last.number)
    assert [reply.reply_rank for reply in near.root.replies] == list(range(43, 54))
    assert (near.earlier, near.later) == (44, None)
    back = debate.thread(root.number, before=near.earlier)
    assert [reply.reply_rank for reply in back.root.replies] == list(range(1, 43))
    assert (back.earlier, back.later) == (None, 43)
