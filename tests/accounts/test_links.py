"""Links in mails: one button, once, and nothing for whoever only looks."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from forum.accounts import actions, links
from forum.accounts.models import MailedLink, User
from forum.kernel import clock
from forum.kernel.db import db
from tests.accounts.people import ask_for_link, link_in, mails


@pytest.fixture
def person(make):
    return make.member(name="Ada Schmidt")


def asked(browse, make, person, next_=""):
    assert ask_for_link(browse(), person.email, next_=next_).status_code == 303
    return link_in(mails(make)[-1])


def rows(make):
    return make.run(lambda: list(db.session.scalars(select(MailedLink).order_by(MailedLink.id))))


def test_one_press_on_another_device_leads_back_to_the_paragraph(browse, make, person):
    recommendation = make.recommendation()
    place = f"/empfehlungen/{recommendation.slug}/abschnitte/2"
    link = asked(browse, make, person, place)
    phone = browse()
    page = phone.get(link)

    assert len(page.select("main button")) == 1
    assert page.select_one("main button").text == "Jetzt anmelden"
    answer = phone.raw("POST", link)

    assert answer.status_code == 303
    assert answer.headers["Location"] == place
    assert "Ada Schmidt" in phone.get(place).select_one(".masthead").text


def test_looking_at_the_page_does_nothing_and_sets_no_cookie(browse, make, person):
    link = asked(browse, make, person)
    for _ in range(3):
        answer = browse().raw("GET", link)
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
    browse().raw("HEAD", link)

    assert [row.used_at for row in rows(make)] == [None]
    assert browse().raw("POST", link).status_code == 303


def test_a_link_works_once(browse, make, person):
    link = asked(browse, make, person, "/glossar")
    first = browse()
    assert first.raw("POST", link).status_code == 303

    for method in ("GET", "POST"):
        page = browse().check(browse().raw(method, link), 410)
        assert page.h1.text == "Dieser Link gilt nicht mehr"
        assert "schon benutzt" in page.select_one(".lead").text
        assert page.select_one("main .button")["href"] == "/anmelden?next=/glossar"
    # Who pressed twice is simply there.
    assert first.raw("POST", link).headers["Location"] == "/glossar"


def test_after_a_quarter_of_an_hour_there_is_a_new_one(browse, make, person):
    link = asked(browse, make, person, "/glossar")
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=15, seconds=1), tick=False):
        page = browse().check(browse().raw("POST", link), 410)
        assert "abgelaufen" in page.select_one(".lead").text
        assert page.select_one("main .button").text == "Neuen Anmeldelink anfordern"
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=14, seconds=50), tick=False):
        assert browse().raw("POST", link).status_code == 303


@pytest.mark.parametrize("token", ["x", "a" * 43, "ä", "x" * 5000, "..%2f", "%00"])
def test_a_foreign_link_says_what_to_do(browse, app, token):
    for method in ("GET", "POST"):
        page = browse().check(browse().raw(method, f"/link/{token}"), 404)
        assert page.select("main a[href]")


def test_the_clock_of_the_demo_moves_no_link(browse, make, person, travel):
    link = asked(browse, make, person)
    travel(timedelta(days=400))

    assert browse().raw("POST", link).status_code == 303


def test_the_table_holds_neither_secret_nor_way(browse, make, person):
    link = asked(browse, make, person, "/weiter/ein-geheimnis")
    [row] = rows(make)

    token = link.rsplit("/", 1)[1]
    for held in (row.token, row.purpose, row.sealed, row.way_on):
        assert token not in str(held)
        assert "ein-geheimnis" not in str(held)


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_a_link_never_leads_elsewhere(browse, make, person, elsewhere):
    made = make.run(
        lambda: links.make("sign_in", user_id=person.id, next_path=elsewhere).partition("/link/")[2]
    )

    assert browse().raw("POST", f"/link/{made}").headers["Location"] == "/"


def test_another_site_cannot_press_the_button(browse, make, person):
    link = asked(browse, make, person)
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert browse().raw("POST", link, headers=headers).status_code == 403

    assert browse().raw("POST", link, headers={"Origin": "http://localhost"}).status_code == 303


def test_sign_in_by_link_begins_a_new_session(browse, make, person):
    link = asked(browse, make, person)
    browser = browse()
    with browser.client.session_transaction() as session:
        session["csrf_token"], session["planted"] = "known", "by somebody else"

    browser.raw("POST", link)

    with browser.client.session_transaction() as session:
        assert session["_user_id"].startswith(f"{person.fs_uniquifier}.")
        assert session.get("csrf_token") != "known"
        assert "planted" not in session


def test_a_locked_account_gets_no_link_and_its_old_ones_are_void(browse, make, person):
    link = asked(browse, make, person)
    make.run(lambda: actions.disable(person.id))

    browse().check(browse().raw("POST", link), 404)
    assert ask_for_link(browse(), person.email).status_code == 303
    assert mails(make)[-1].subject == "Zu dieser Adresse gibt es kein Konto"


def test_a_new_password_voids_links_that_open_the_account(browse, make, person, app):
    link = asked(browse, make, person)
    kept = make.run(lambda: links.make("withdraw", user_id=person.id)).partition("localhost")[2]
    with app.app_context():
        secret = actions.hashed("ein neues langes Passwort")
    make.run(lambda: actions.set_password(person.id, secret))

    browse().check(browse().raw("GET", link), 404)
    assert kept is not None
    assert [row.purpose for row in rows(make)] == ["withdraw"]


def test_whoever_has_no_account_reads_the_same_and_gets_a_mail_too(browse, make, person):
    known = ask_for_link(browse(), person.email)
    unknown = ask_for_link(browse(), "nobody@example.org")

    assert known.headers["Location"] == unknown.headers["Location"]
    assert known.status_code == unknown.status_code
    assert [m.recipient for m in mails(make)] == [person.email, "nobody@example.org"]
    assert "/link/" not in mails(make)[1].body
    assert len(rows(make)) == 2  # as much work


def test_a_link_needs_a_whole_address(browse, app):
    for wrong in ("", "ada", "ada@", "a b@example.org", "x" * 300 + "@example.org"):
        page = browse().check(ask_for_link(browse(), wrong), 422)
        assert page.select_one("#email-error")
        assert not page.select_one("#password-error")


def test_consent_is_withdrawn_by_a_link_without_signing_in(browse, make, person):
    link = make.run(lambda: links.make("withdraw", user_id=person.id))
    path = "/link/" + link.partition("/link/")[2]
    assert "Einwilligung widerrufen" in browse().get(path).select_one("main button").text

    page = browse().post(path)

    assert "widerrufen" in page.h1.text
    assert make.run(lambda: db.session.get(User, person.id)).consent_version is None


def test_links_that_are_over_are_forgotten(browse, make, person, work):
    asked(browse, make, person)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=16), tick=False):
        work()
        assert [row.sealed for row in rows(make)] == [None]
    with time_machine.travel(datetime.now(UTC) + timedelta(days=8), tick=False):
        work()
    assert rows(make) == []


def test_two_who_press_at_once_are_not_both_let_in(make, person):
    token = make.run(lambda: links.make("sign_in", user_id=person.id)).rpartition("/")[2]
    opened = make.run(lambda: links.redeem(token, "sign_in"))
    assert opened.user_id == person.id
    # What the second sees who had looked before the first was through.
    make.run(lambda: db.session.execute(update(MailedLink).values(sealed=b"")))

    with pytest.raises(links.Over):
        make.run(lambda: links.redeem(token, "sign_in"))
    assert clock.now().year == 2017
