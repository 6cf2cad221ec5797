"""Visitors follow by mail: once they have confirmed it, and forgotten when they go."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from forum.accounts.models import MailedLink
from forum.following.models import Follow, MailFollower, Notice
from forum.following.retention import UNCONFIRMED
from forum.kernel.db import db
from forum.kernel.mail import Mail
from forum.moderation import visitors
from tests.following.conftest import link_in, text_of
from tests.positions.factory import party
from tests.profile.test_erasure import everything

ADDRESS = "Gast.Geber@zeitung.example"


@pytest.fixture
def ask(browse, app, monkeypatch):
    """Fill the form for visitors in, as slowly as people do."""

    def send(path, address=ADDRESS, *, pace="at_once", status=200):
        browser = browse()
        form = browser.get(path).select_one("form[action$=per-mail]")
        sent = {one["name"]: one["value"] for one in form.select("input[type=hidden]")}
        monkeypatch.setattr(visitors, "LEAST_SECONDS", 0)
        sent |= {"email": address, "pace": pace}
        return browser.post(form["action"], sent, status=status)

    return send


def rows(make, table):
    return make.run(lambda: db.session.scalar(select(func.count()).select_from(table)))


def confirm(browse, server, work, address=ADDRESS):
    work()
    link = link_in(server.to(address)[-1], "/link")
    page = browse().get(link)
    assert "Sie möchten folgen" in page.text
    return browse().post(link)


def test_an_address_follows_once_its_link_was_pressed(
    debate, make, browse, server, work, ask, paragraph
):
    page = ask(f"/folgen/{paragraph}")
    assert "Sehen Sie in Ihr Postfach" in page.text
    work()
    [letter] = server.to(ADDRESS)
    assert "Abschnitt 1 der Empfehlung „Berufsschulen“" in " ".join(text_of(letter).split())
    link = link_in(letter, "/link")
    browse().get(link)
    browse().get(link)
    assert rows(make, MailFollower) == 0, "a mail scanner opens links and confirms nothing"
    debate.comment("Zu früh.", about=paragraph)
    work()

    page = browse().post(link)
    assert "Sie folgen" in page.h1.text
    assert rows(make, MailFollower) == 1
    browse().post(link, status=410)
    debate.comment("Das kommt an.", about=paragraph)
    work()

    letter = server.to(ADDRESS)[-1]
    assert len(server.to(ADDRESS)) == 2
    said = text_of(letter)
    assert "Das kommt an." in said
    assert "Zu früh." not in said
    assert "weil Sie diesem Abschnitt folgen" in said
    assert "antwort=" not in said, "visitors cannot answer"
    assert letter["List-Unsubscribe"]
    assert all(len(line) <= 78 or line.startswith("http") for line in said.splitlines())


def test_one_address_follows_several_things_and_has_one_mail(
    debate, make, browse, server, work, ask, paragraph
):
    made = party(make, "partei-a")
    for path in (
        f"/folgen/{paragraph}",
        f"/folgen/{debate.recommendation.id}",
        f"/folgen/partei/{made.slug}",
        f"/folgen/{paragraph}",
    ):
        ask(path, ADDRESS.lower() if "partei" in path else ADDRESS)
        confirm(browse, server, work, ADDRESS.lower() if "partei" in path else ADDRESS)
    assert (rows(make, MailFollower), rows(make, Follow)) == (1, 3)
    server.mails.clear()
    debate.comment(about=paragraph)
    work()

    assert len(server.mails) == 1


def test_the_daily_mail_of_a_visitor_comes_in_the_morning(
    debate, browse, server, work, ask, travel
):
    ask(f"/folgen/{debate.recommendation.id}", pace="daily")
    confirm(browse, server, work)
    server.mails.clear()
    debate.comment("Eins.")
    work()
    assert server.mails == []
    travel(timedelta(days=1))
    work()
    assert len(server.mails) == 1
    travel(timedelta(days=1))
    work()
    assert len(server.mails) == 1, "no news, no mail"


def test_unsubscribing_forgets_the_address_and_all_it_was_told(
    debate, make, app, data_folder, browse, server, work, ask
):
    ask(f"/folgen/{debate.recommendation.id}")
    confirm(browse, server, work)
    debate.comment()
    work()
    address = link_in(server.to(ADDRESS)[-1], "/abbestellen")
    debate.comment("Noch nicht verschickt.")

    answer = browse().raw("POST", address, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    work()

    assert len(server.to(ADDRESS)) == 2
    assert (rows(make, MailFollower), rows(make, Follow), rows(make, Notice)) == (0, 0, 0)
    found = everything(make, app, data_folder)
    assert not [where for where, said in found.items() if ADDRESS.lower() in said]


def test_no_table_holds_an_address_in_clear(
    debate, make, app, data_folder, browse, server, work, ask
):
    ask(f"/folgen/{debate.recommendation.id}")
    confirm(browse, server, work)
    debate.comment()
    work()

    found = everything(make, app, data_folder)
    assert not [where for where, said in found.items() if ADDRESS.lower() in said]
    follower = make.run(lambda: db.session.scalars(select(MailFollower)).one())
    assert ADDRESS.encode() not in follower.sealed
    assert link_in(server.mails[-1], "/abbestellen").rpartition("/")[2] not in str(found)


def test_whoever_does_not_confirm_is_forgotten_after_their_days(
    debate, make, app, data_folder, server, work, ask
):
    make.run(lambda: UNCONFIRMED.change(2, reason="Kürzer.", changed_by_id=None))
    ask(f"/folgen/{debate.recommendation.id}")
    work()
    assert "2 Tage" in text_of(server.to(ADDRESS)[-1])
    link = make.run(lambda: db.session.scalars(select(MailedLink)).one())
    wait = link.expires_at - datetime.now(UTC)
    assert timedelta(days=1, hours=23) < wait <= timedelta(days=2)

    over = datetime.now(UTC) - timedelta(seconds=1)
    make.run(lambda: setattr(db.session.get(MailedLink, link.id), "expires_at", over))
    work()
    row = make.run(lambda: db.session.scalars(select(MailedLink)).one_or_none())
    assert row is None or row.sealed is None
    assert rows(make, Mail) == 0
    found = everything(make, app, data_folder)
    assert not [where for where, said in found.items() if ADDRESS.lower() in said]


def test_neither_page_nor_work_tells_whether_an_address_follows(
    debate, make, browse, server, work, ask, count_queries
):
    path = f"/folgen/{debate.recommendation.id}"
    ask(path)
    confirm(browse, server, work)
    member = make.member()

    def answer(address):
        with count_queries() as statements:
            page = ask(path, address)
        return page.select_one("main").text, tuple(statements)

    asking = (ADDRESS, "neu@x.example", member.email)
    answers = [answer(one) for one in asking]
    assert len({said for said, _sent in answers}) == 1
    assert len({sent for _said, sent in answers}) == 1
    assert not [s for s in answers[0][1] if "mail_followers" in s or "lower(users" in s]
    work()
    assert len({str(m["Subject"]) for m in server.mails if m["To"] in asking}) == 1


@pytest.mark.parametrize("address", ["", "kein-at", "a@b", "a@b.example\nBcc: c@d.example"])
def test_what_is_no_address_is_said_at_its_field(debate, ask, make, address):
    page = ask(f"/folgen/{debate.recommendation.id}", address, status=422)
    assert page.select_one("#email-error")
    assert rows(make, Mail) == 0


def test_robots_fill_the_field_that_nobody_sees(debate, browse, make, monkeypatch):
    monkeypatch.setattr(visitors, "LEAST_SECONDS", 0)
    path = f"/folgen/{debate.recommendation.id}"
    stamp = browse().get(path).select_one("input[name=stamp]")["value"]
    sent = {"email": ADDRESS, "pace": "daily", "stamp": stamp}
    browse().post(f"{path}/per-mail", sent | {"website": "http://x"}, status=422)
    browse().post(f"{path}/per-mail", sent | {"stamp": "x"}, status=422)
    assert rows(make, Mail) == 0
    browse().post(f"{path}/per-mail", sent)
    assert rows(make, Mail) == 1


def test_one_address_is_not_written_to_again_and_again(debate, app, ask, browse, monkeypatch):
    limits = app.extensions["forum_limits"]
    limits.enabled = True
    limits._counter.storage.reset()
    try:
        for _ in range(5):
            ask(f"/folgen/{debate.recommendation.id}")
        ask(f"/folgen/{debate.recommendation.id}", ADDRESS.upper(), status=429)
        ask(f"/folgen/{debate.recommendation.id}", "jemand@x.example")
    finally:
        limits.enabled = False
        limits._counter.storage.reset()


def test_erasing_an_account_forgets_its_address_here_too(debate, make, browse, server, work, ask):
    from forum.profile.actions import erase

    member = make.member()
    ask(f"/folgen/{debate.recommendation.id}", member.email)
    confirm(browse, server, work, member.email)
    assert rows(make, MailFollower) == 1

    make.run(lambda: erase(member.id, texts=True))

    assert (rows(make, MailFollower), rows(make, Follow)) == (0, 0)
