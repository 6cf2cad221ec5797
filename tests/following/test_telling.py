"""Who is told of what: once, of what is public, and never of their own acts."""

from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select

from forum.accounts.models import User
from forum.deliberation.confirming import publish_pending
from forum.following import telling
from forum.following.models import Follow, News, Notice
from forum.kernel import clock
from forum.kernel.db import db


def test_an_answer_is_told_to_whom_it_answers_and_whose_thread_it_is(debate, make, following, work):
    other, third = make.member(name="Zweite Stimme"), make.member(name="Dritte Stimme")
    root = debate.comment()
    reply = debate.comment(parent=root, author=other)
    work()
    assert following.notices(debate.author) == ["answered"]

    debate.comment(parent=reply, author=third)
    work()

    assert following.notices(other) == ["answered"]
    assert following.notices(debate.author) == ["answered", "in_thread"]
    assert following.unread(debate.author) == 2
    assert following.notices(third) == []


def test_nobody_is_told_of_their_own_acts(debate, following, work):
    following.follow(debate.author, debate.recommendation)
    root = debate.comment()
    debate.comment(parent=root)
    work()

    assert following.notices(debate.author) == []


def test_first_comments_are_told_to_followers_of_the_abschnitt_and_the_recommendation(
    debate, make, following, follower, paragraph, work
):
    other = make.member()
    following.follow(follower, paragraph)
    following.follow(other, debate.recommendation)
    debate.comment(about=paragraph)
    debate.comment("Zum Ganzen.")
    work()

    assert following.notices(follower) == ["paragraph"]
    assert following.notices(other) == ["recommendation", "recommendation"]


def test_who_follows_both_is_told_once(debate, following, follower, paragraph, work):
    following.follow(follower, paragraph)
    following.follow(follower, debate.recommendation)
    debate.comment(about=paragraph)
    work()
    work()

    assert following.notices(follower) == ["paragraph"]
    assert following.unread(follower) == 1


def test_answers_are_no_news_for_those_who_follow_the_recommendation(
    debate, make, following, follower, work
):
    root = debate.comment()
    following.follow(follower, debate.recommendation)
    debate.comment(parent=root, author=make.member())
    work()

    assert following.notices(follower) == []


def test_what_waits_for_a_confirmation_is_told_once_it_is_public(
    debate, make, following, follower, work
):
    from forum.accounts.models import Role

    new = make.user(Role.MEMBER, organisation_id=debate.author.organisation_id, consent_version=1)
    from forum.accounts.models import Consent
    from forum.kernel.db import save

    make.run(lambda: save(Consent(user_id=new.id, version=1, given_at=clock.now())))
    following.follow(follower, debate.recommendation)
    debate.comment("Noch nicht bestätigt.", author=new)
    work()
    assert following.notices(follower) == []

    make.run(lambda: publish_pending(new.id))
    work()

    assert following.notices(follower) == ["recommendation"]


def test_what_is_hidden_before_anybody_was_told_is_told_to_nobody(
    debate, following, follower, work
):
    following.follow(follower, debate.recommendation)
    comment = debate.comment()
    debate.hide(comment)
    work()

    assert following.notices(follower) == []


def test_who_follows_later_is_not_told_of_what_was_before(
    debate, following, follower, travel, work
):
    debate.comment()
    travel(timedelta(minutes=1))
    following.follow(follower, debate.recommendation)
    work()

    assert following.notices(follower) == []


def test_own_contributions_are_followed_until_somebody_switches_it_off(
    debate, make, following, browse, work
):
    other = make.member()
    first, second = debate.comment(), debate.comment("Und noch etwas.")
    browser = browse(as_=debate.author)
    page = browser.post(f"/folgen/{first.id}/nicht-mehr")
    assert "Sie erfahren nicht mehr von Antworten" in page.text
    debate.comment(parent=first, author=other)
    debate.comment(parent=second, author=other)
    work()
    assert following.notices(debate.author) == ["answered"]

    browser.post(f"/folgen/{first.id}")
    debate.comment(parent=first, author=other)
    work()
    assert following.notices(debate.author) == ["answered", "answered"]

    following.choose(debate.author, follows_own=False)
    debate.comment(parent=first, author=other)
    work()
    assert len(following.notices(debate.author)) == 2


def test_whoever_was_locked_is_told_nothing(debate, make, following, follower, work):
    from forum.accounts.actions import disable

    following.follow(follower, debate.recommendation)
    make.run(lambda: disable(follower.id))
    debate.comment()
    work()

    assert following.notices(follower) == []


@pytest.fixture
def crowd(make, debate):
    """Very many who follow, put there without their pages."""
    count = 1203

    def put():
        now = clock.now() - timedelta(days=1)
        common = {"is_contact": False, "is_speaker": False, "active": True, "unread_news": 0}
        db.session.execute(
            insert(User),
            [
                common
                | {
                    "name": f"Mitglied {n}",
                    "email": f"m{n}@example.org",
                    "appearance": "name_bench",
                    "fs_uniquifier": f"m{n}",
                }
                for n in range(count)
            ],
        )
        ids = db.session.scalars(select(User.id).where(User.fs_uniquifier.like("m%"))).all()
        db.session.execute(
            insert(Follow),
            [
                {"user_id": one, "subject_id": debate.recommendation.id, "since": now}
                | {"is_off": False}
                for one in ids
            ],
        )

    make.run(put)
    return count


def test_very_many_are_told_in_batches_that_a_killed_worker_takes_up_again(
    debate, make, app, crowd, count_queries, work
):
    debate.comment()
    with app.app_context(), count_queries() as statements:
        [news_id] = make.run(lambda: list(db.session.scalars(select(News.id))))
        assert telling._batch(news_id) == telling.BATCH
        news = make.run(lambda: db.session.get(News, news_id))
    assert (news.told_at, news.step) == (None, 0)
    assert news.after_id > 0
    assert len(statements) <= 9, "as many for one as for five hundred"

    work()

    def told():
        return (
            db.session.scalar(select(func.count()).select_from(Notice)),
            db.session.scalar(select(func.sum(User.unread_news))),
            db.session.get(News, news_id).told_at,
        )

    count, unread, at = make.run(told)
    assert (count, unread) == (crowd, crowd)
    assert at is not None


def test_writing_a_comment_notes_one_fact_and_tells_nobody_itself(debate, crowd, count_queries):
    with count_queries() as statements:
        debate.comment()

    about_news = [s for s in statements if "news" in s or "notices" in s or "follows" in s]
    assert len(about_news) == 1
    assert about_news[0].startswith("INSERT INTO news")
