"""A forgotten password, a new password, a new address."""

import pytest

from forum.accounts.models import User
from forum.kernel.db import db
from tests.accounts.people import (
    PASSWORD,
    ask_for_link,
    link_in,
    mails,
    sign_in,
    typed,
    with_password,
)

NEW = "ein anderer ganzer Satz"


def reset_link(browse, make, person, next_=""):
    browser = browse()
    page = browser.get(f"/passwort-vergessen?next={next_}")
    answer = browser.raw("POST", "/passwort-vergessen", data=typed(page) | {"email": person.email})
    assert answer.headers["Location"] == "/unterwegs/passwort"
    return link_in(mails(make)[-1])


def signed_in(browse, email, password=PASSWORD, **more):
    browser = browse()
    assert sign_in(browser, email, password, **more).status_code == 303
    return browser


def is_signed_in(browser):
    return bool(browser.get("/glossar", status=200).select(".account"))


@pytest.fixture(autouse=True)
def _round(make):
    make.recommendation()


def test_a_forgotten_password_is_set_anew_and_all_other_sessions_end(browse, make):
    person = with_password(make)
    elsewhere = signed_in(browse, person.email)
    link = reset_link(browse, make, person, "/glossar")
    phone = browse()
    page = phone.get(link)
    assert len(page.select("main button")) == 1

    short = phone.check(phone.raw("POST", link, data={"password": "kurz"}), 422)
    assert "zwölf Zeichen" in short.select_one("#password-error").text
    answer = phone.raw("POST", link, data={"password": NEW})

    assert answer.headers["Location"] == "/glossar"
    assert is_signed_in(phone)
    assert not is_signed_in(elsewhere)
    assert sign_in(browse(), person.email).status_code == 422
    assert sign_in(browse(), person.email, NEW).status_code == 303
    assert mails(make)[-1].subject == "Ihr Passwort wurde geändert"
    browse().check(browse().raw("GET", link), 410)


def test_an_unknown_address_reads_the_same(browse, make):
    browser = browse()
    data = typed(browser.get("/passwort-vergessen")) | {"email": "nobody@example.org"}

    answer = browser.raw("POST", "/passwort-vergessen", data=data)

    assert answer.headers["Location"] == "/unterwegs/passwort"
    assert mails(make)[-1].recipient == "nobody@example.org"
    assert "/link/" not in mails(make)[-1].body
    assert browser.raw("POST", "/passwort-vergessen", data=data | {"email": "x"}).status_code == 422


def test_a_new_password_keeps_this_session_and_ends_the_others(browse, make):
    person = with_password(make)
    here, there = signed_in(browse, person.email, remember="y"), signed_in(browse, person.email)
    data = typed(here.get("/konto/passwort")) | {"password": PASSWORD, "new_password": NEW}

    answer = here.raw("POST", "/konto/passwort", data=data)

    assert answer.status_code == 303
    assert any("bleiben" in cookie for cookie in answer.headers.getlist("Set-Cookie"))
    assert is_signed_in(here)
    assert not is_signed_in(there)
    assert sign_in(browse(), person.email, NEW).status_code == 303


def test_the_present_password_is_asked_for(browse, make):
    person = with_password(make)
    here = signed_in(browse, person.email)
    data = typed(here.get("/konto/passwort")) | {"password": "geraten", "new_password": NEW}

    page = here.check(here.raw("POST", "/konto/passwort", data=data), 422)

    assert "nicht Ihr jetziges" in page.select_one("#password-error").text
    assert sign_in(browse(), person.email).status_code == 303


def test_whoever_has_no_password_sets_one(browse, make):
    person = make.member()
    here = browse()
    ask_for_link(here, person.email)
    here.raw("POST", link_in(mails(make)[-1]))
    page = here.get("/konto/passwort")
    assert not page.select("#password")

    assert (
        here.raw("POST", "/konto/passwort", data=typed(page) | {"new_password": NEW}).status_code
        == 303
    )
    assert sign_in(browse(), person.email, NEW).status_code == 303


def test_these_pages_are_for_people_who_are_signed_in(browse, app):
    for path in ("/konto/passwort", "/konto/adresse"):
        assert browse().raw("GET", path).headers["Location"] == f"/anmelden?next={path}"


def ask_for_address(here, email, password=PASSWORD):
    data = typed(here.get("/konto/adresse")) | {"email": email, "password": password}
    return here.raw("POST", "/konto/adresse", data=data)


def test_a_new_address_holds_once_it_is_confirmed(browse, make):
    person = with_password(make)
    here = signed_in(browse, person.email)

    assert ask_for_address(here, "neu@example.org").headers["Location"] == "/unterwegs/adresse"

    asked = {mail.recipient: mail for mail in mails(make)}
    assert "/link/" not in asked[person.email].body
    assert sign_in(browse(), "neu@example.org").status_code == 422
    link = link_in(asked["neu@example.org"])
    browse().get(link)
    assert make.run(lambda: db.session.get(User, person.id)).email == person.email
    browse().post(link)

    assert make.run(lambda: db.session.get(User, person.id)).email == "neu@example.org"
    assert mails(make)[-1].recipient == person.email
    assert sign_in(browse(), "neu@example.org").status_code == 303
    assert sign_in(browse(), person.email).status_code == 422
    browse().check(browse().raw("POST", link), 410)


def test_an_address_that_has_an_account_reads_the_same(browse, make):
    person, other = with_password(make), make.member()
    here = signed_in(browse, person.email)

    answer = ask_for_address(here, other.email)

    assert answer.headers["Location"] == "/unterwegs/adresse"
    assert {m.recipient for m in mails(make)} == {person.email, other.email}
    assert not any("/link/" in mail.body for mail in mails(make))


def test_an_address_that_was_taken_meanwhile_says_so(browse, make):
    person, other = with_password(make), with_password(make)
    for somebody in (person, other):
        ask_for_address(signed_in(browse, somebody.email), "neu@example.org")
    first, second = (link_in(m) for m in mails(make) if m.recipient == "neu@example.org")
    browse().post(first)

    page = browse().check(browse().raw("POST", second), 410)

    assert "inzwischen ein Konto" in page.select_one(".lead").text
    assert make.run(lambda: db.session.get(User, other.id)).email == other.email


def test_only_the_last_address_asked_for_can_be_confirmed(browse, make):
    person = with_password(make)
    here = signed_in(browse, person.email)
    ask_for_address(here, "erste@example.org")
    ask_for_address(here, "zweite@example.org")
    links = {m.recipient: m for m in mails(make)}

    browse().check(browse().raw("POST", link_in(links["erste@example.org"])), 404)
    browse().post(link_in(links["zweite@example.org"]))


@pytest.mark.parametrize(
    ("email", "password", "field"),
    [
        ("keine", PASSWORD, "email"),
        ("neu@example.org", "geraten", "password"),
    ],
)
def test_what_is_wrong_is_named_and_kept(browse, make, email, password, field):
    person = with_password(make)
    here = signed_in(browse, person.email)

    page = here.check(ask_for_address(here, email, password), 422)

    assert page.select_one(f"#{field}-error")
    assert page.select_one("#email")["value"] == email
    same = here.check(ask_for_address(here, person.email.upper()), 422)
    assert "schon hat" in same.select_one("#email-error").text


def test_a_thief_who_asks_for_another_address_is_stopped_by_a_new_password(browse, make):
    person = with_password(make)
    ask_for_address(signed_in(browse, person.email), "dieb@example.org")
    theirs = link_in(next(m for m in mails(make) if m.recipient == "dieb@example.org"))
    browse().raw("POST", reset_link(browse, make, person), data={"password": NEW})

    browse().check(browse().raw("POST", theirs), 404)
    assert make.run(lambda: db.session.get(User, person.id)).email == person.email
