"""What following leaves of somebody: all of it in the copy of their data, nothing after erasure."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from forum.following.models import Follow, MailSettings, News, Notice
from forum.kernel.db import Base, db
from forum.kernel.mail import Mail
from forum.profile import actions as profile
from forum.profile import export
from tests.profile.test_erasure import everything, leaks


@pytest.fixture
def person(debate, make, following, server, work):
    """Somebody who follows, writes, and has had a mail."""
    person = make.member(name="Quirinia Quittenbaum")
    following.choose(person)
    following.follow(person, debate.recommendation)
    debate.comment("Glühwürmchenzucht.", author=person)
    debate.comment("Von jemand anderem.")
    work()
    assert len(server.to(person)) == 1
    return person


def test_the_copy_of_ones_data_says_what_one_follows_and_no_secret(person, make):
    found = make.run(lambda: export.collect(person.id))

    assert len(found["follows"]) == 1
    assert len(found["notices"]) == 1
    [settings] = found["mail_settings"]
    assert settings["pace"] == "at_once"
    assert not {"token", "sealed"} & settings.keys()
    [caused] = found["news"]
    assert caused.keys() <= {"id", "kind", "number", "happened_at", "told_at"}


@pytest.mark.parametrize("texts", [True, False])
def test_erasure_leaves_no_follow_no_notice_and_no_setting(
    person, debate, make, app, data_folder, work, texts
):
    make.run(lambda: profile.erase(person.id, texts=texts))
    work()

    for table in (Follow, Notice, MailSettings):
        assert make.run(lambda t=table: db.session.scalars(select(t.user_id)).all()) == []
    found = everything(make, app, data_folder)
    assert not leaks(found, person.email, "quittenbaum")
    assert bool(leaks(found, "glühwürmchen")) is not texts


def test_what_somebody_wrote_before_leaving_is_mailed_to_nobody_after(
    person, debate, make, following, follower, server, travel, work
):
    """Kept texts stand without a name: so they do in mails. Texts taken back are in none."""
    following.follow(follower, debate.recommendation)  # gathered, until the morning
    debate.comment("Glühwürmchen, die zweiten.", author=person)
    work()
    make.run(lambda: profile.erase(person.id, texts=True))
    travel(timedelta(days=1))
    work()

    assert server.to(follower) == []
    assert make.run(lambda: db.session.scalars(select(Mail)).all()) == []


def test_no_table_of_following_points_at_votes():
    mine = {News, Follow, Notice, MailSettings}
    targets = {
        key.column.table.name
        for model in mine
        for column in Base.metadata.tables[model.__tablename__].columns
        for key in column.foreign_keys
    }
    assert targets == {"users", "subjects", "parties", "news", "mail_followers"}
