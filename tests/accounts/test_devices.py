"""Sign-ins on several devices: each has a row of its own, and ends on its own."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from forum.accounts import sessions
from forum.accounts.actions import hashed, set_password
from forum.accounts.models import Session, User
from forum.accounts.names import contains, look
from forum.kernel.db import db

PASSWORD = "drei-lange-worte"
FIREFOX = "Mozilla/5.0 (Android 14; Mobile; rv:128.0) Gecko/128.0 Firefox/128.0"


@pytest.fixture
def person(make):
    member = make.member()
    make.run(lambda: set_password(member.id, hashed(PASSWORD)))
    return member


def sign_in(browse, person, **more):
    browser = browse()
    browser.client.environ_base["HTTP_USER_AGENT"] = FIREFOX
    token = browser.get("/anmelden").select_one("input[name=csrf_token]")["value"]
    data = {"email": person.email, "password": PASSWORD, "csrf_token": token} | more
    browser.raw("POST", "/anmelden", data=data)
    return browser


def is_signed_in(browser) -> bool:
    return "Abmelden" in browser.get("/so-geht-es").text


def rows(make):
    return make.run(lambda: db.session.scalars(select(Session).order_by(Session.id)).all())


def test_each_sign_in_is_a_row_that_holds_neither_address_nor_secret(make, browse, person):
    browser = sign_in(browse, person)

    [row] = rows(make)
    assert (row.browser, row.system, row.user_id) == ("Firefox", "Android", person.id)
    with browser.client.session_transaction() as cookie:
        secret = cookie["_user_id"].partition(".")[2]
    assert secret
    assert secret not in row.token
    assert timedelta(days=13) < row.expires_at - datetime.now(UTC) < timedelta(days=15)
    assert make.run(lambda: db.session.get_one(User, person.id)).last_active_on is not None


def test_a_signed_in_page_still_costs_one_statement_for_the_person(browse, person, count_queries):
    browser = sign_in(browse, person)
    browser.get("/so-geht-es")

    with count_queries() as statements:
        browser.get("/so-geht-es")

    assert len([s for s in statements if "users" in s or "sessions" in s]) == 1


def test_signing_out_ends_this_device_only(make, browse, person):
    phone, desktop = sign_in(browse, person), sign_in(browse, person)
    token = phone.get("/so-geht-es").select_one("input[name=csrf_token]")["value"]

    phone.raw("POST", "/abmelden", data={"csrf_token": token})

    assert not is_signed_in(phone)
    assert is_signed_in(desktop)
    assert len(rows(make)) == 1


def test_an_ended_device_is_out_even_with_its_remember_cookie(make, browse, person):
    phone = sign_in(browse, person, remember="y")
    with phone.client.session_transaction() as cookie:
        cookie.clear()
    assert is_signed_in(phone)

    [row] = rows(make)
    make.run(lambda: sessions.end_one(person.id, row.id))

    assert not is_signed_in(phone)


def test_a_session_is_over_after_fourteen_days(make, browse, person, work):
    browser = sign_in(browse, person)
    make.run(lambda: db.session.execute(update(Session).values(expires_at=datetime.now(UTC))))

    assert not is_signed_in(browser)
    work()
    assert rows(make) == []


def test_a_new_password_ends_all_sessions(make, browse, person):
    browser = sign_in(browse, person)

    make.run(lambda: set_password(person.id, hashed("ganz-andere-worte")))

    assert not is_signed_in(browser)


def test_browsers_are_called_by_their_names():
    chrome = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36"
    assert sessions.device(chrome) == ("Chrome", "Windows")
    assert sessions.device(chrome + " Edg/126.0") == ("Edge", "Windows")
    assert sessions.device("curl/8.1") == ("", "")


def test_names_are_compared_as_the_eye_reads_them():
    assert look("Märkus 5äuer") == look("MARKUS-5AUER")
    assert look("Маrkus") == look("Markus")
    assert contains("Team DGB Jugend", "DGB")
    assert not contains("Edgbaston", "DGB")
