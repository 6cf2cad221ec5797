"""What somebody has typed survives the end of their session."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Blueprint, request
from sqlalchemy import func, select

from forum.accounts.current import viewer
from forum.accounts.models import HeldForm
from forum.factory import create_app
from forum.kernel.db import begin_writing, db
from forum.kernel.errors import SignInRequired
from forum.kernel.web import see_other
from tests.accounts.people import sign_in, with_password

OURS = {"Origin": "http://localhost"}
TEXT = "Mein langer Beitrag\nmit zwei Zeilen und „Gänsefüßchen“."

arrived: list[str] = []


@pytest.fixture(scope="module")
def app_with_writing(built_app):
    """A second app over the same data, with a page that takes a text, as all that members write."""
    bp = Blueprint("writing", __name__)

    @bp.post("/schreiben")
    def write():
        if not viewer().is_authenticated:
            raise SignInRequired
        text = request.form["text"]
        begin_writing()
        arrived.append(text)
        return see_other("/")

    app = create_app(built_app.config["FORUM"])
    app.register_blueprint(bp)
    return app


@pytest.fixture
def app(app, app_with_writing):
    arrived.clear()
    yield app_with_writing
    with app_with_writing.app_context():
        db.engine.dispose()


def kept(app) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(HeldForm))


def post(browser, data, **headers):
    return browser.raw("POST", "/schreiben", data=data, headers=OURS | headers)


def test_a_text_waits_behind_the_sign_in_and_arrives(app, browse, make):
    browser, user = browse(), with_password(make)

    response = post(browser, {"text": TEXT, "kind": "pro", "csrf_token": "old"})

    assert response.status_code == 303
    assert response.headers["Location"].startswith("/anmelden?next=/weiter/")
    way = response.headers["Location"].removeprefix("/anmelden?next=")
    assert "Ihr Text ist gesichert" in browser.get(response.headers["Location"]).text
    assert sign_in(browser, user.email, next_=way).headers["Location"] == way

    page = browser.get(way)
    form = page.select_one("main form")
    assert "Ihr Text ist noch da" in page.h1.text
    assert form["action"] == "/schreiben"
    assert form.select_one("textarea").text.strip() == TEXT
    assert form.select_one("input[name=kind]")["value"] == "pro"
    assert form.select_one("input[name=csrf_token]")["value"] != "old"

    data = {i["name"]: i["value"] for i in form.select("input")}
    sent = browser.raw("POST", "/schreiben", data=data | {"text": TEXT})

    assert sent.status_code == 303
    assert arrived == [TEXT]
    assert kept(app) == 0
    browser.get(way, status=404)


def test_a_session_that_was_ended_elsewhere_counts_as_ended(app, browse, make):
    user = make.member()
    browser = browse(as_=user)
    make.run(lambda: db.session.merge(user).__setattr__("fs_uniquifier", "another"))

    response = browser.raw("POST", "/schreiben", data={"text": TEXT}, headers=OURS)

    assert "/weiter/" in response.headers["Location"]


def test_a_text_whose_author_is_known_is_shown_to_nobody_else(app, browse, make):
    author = with_password(make)
    browser = browse()
    sign_in(browser, author.email)
    make.run(lambda: db.session.merge(author).__setattr__("fs_uniquifier", "ended-elsewhere"))
    way = post(browser, {"text": TEXT}).headers["Location"].removeprefix("/anmelden?next=")

    other = browse(as_=make.member())
    assert TEXT not in other.get(way, status=404).text
    other.raw("POST", "/schreiben", data={"text": "x", "held": way.rsplit("/", 1)[1]})
    assert kept(app) == 1

    sign_in(browser, author.email, next_=way)
    assert browser.get(way).select_one("main textarea").text.strip() == TEXT


def test_htmx_is_sent_to_the_sign_in_page(browse, app):
    response = browse().raw(
        "POST", "/schreiben", data={"text": TEXT}, headers=OURS, htmx="beitraege"
    )

    assert response.headers["HX-Redirect"].startswith("/anmelden?next=/weiter/")


def test_secrets_are_not_kept_and_nothing_is_readable_in_the_database(app, browse, make):
    response = post(browse(), {"text": TEXT, "password": "geheim", "csrf_token": "x"})
    token = response.headers["Location"].rsplit("/", 1)[1]

    with app.app_context():
        row = db.session.scalars(select(HeldForm)).one()
    assert token not in row.token
    assert b"Beitrag" not in row.sealed
    page = browse(as_=make.member()).get(f"/weiter/{token}")
    assert "geheim" not in str(page)


def test_nobody_sees_a_kept_text_without_signing_in(browse, app):
    way = post(browse(), {"text": TEXT}).headers["Location"].removeprefix("/anmelden?next=")

    response = browse().raw("GET", way)

    assert response.headers["Location"] == f"/anmelden?next={way}"


@pytest.mark.parametrize(
    ("data", "headers"),
    [
        ({"text": TEXT}, {"Origin": "https://evil.example"}),
        ({"text": TEXT}, {"Sec-Fetch-Site": "cross-site"}),
        ({"text": TEXT}, {"Origin": ""}),
        ({"text": "ä" * 40_000}, {}),
    ],
    ids=["other origin", "cross-site", "no origin", "too large"],
)
def test_what_is_not_kept_is_shown_for_copying(app, browse, data, headers):
    response = post(browse(), data, **headers)

    page = browse().check(response, 401)
    assert data["text"][:20] in page.select_one("textarea[readonly]").text
    assert kept(app) == 0


def test_unknown_addresses_keep_nothing(app, browse):
    assert browse().raw("POST", "/nirgends", data={"text": TEXT}, headers=OURS).status_code == 404
    assert kept(app) == 0


def test_after_a_day_a_kept_text_is_gone(app, browse, make, work):
    way = post(browse(), {"text": TEXT}).headers["Location"].removeprefix("/anmelden?next=")
    browser = browse(as_=make.member())
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=23), tick=False):
        work()
        assert kept(app) == 1
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=25), tick=False):
        browser.get(way, status=404)
        work()
    assert kept(app) == 0


def test_a_rejected_text_stays_until_it_has_arrived(app, browse, make):
    way = post(browse(), {"text": TEXT}).headers["Location"].removeprefix("/anmelden?next=")
    browser = browse(as_=make.member())
    token = way.rsplit("/", 1)[1]

    browser.raw("POST", "/schreiben", data={"held": token})  # without its text: 400

    assert kept(app) == 1


def test_an_old_page_of_somebody_still_signed_in_offers_the_text_again(browse, make):
    browser = browse(as_=make.member())
    browser.token = ""

    page = browser.check(post(browser, {"text": TEXT, "csrf_token": "old"}), 400)

    form = page.select_one("main form[method=post]")
    assert form.select_one("textarea").text.strip() == TEXT
    token = form.select_one("[name=csrf_token]")["value"]
    assert post(browser, {"text": TEXT, "csrf_token": token}).status_code == 303
    assert arrived == [TEXT]


def test_htmx_gets_that_form_in_place_of_the_page(browse, make):
    browser = browse(as_=make.member())
    browser.token = ""

    response = browser.raw("POST", "/schreiben", data={"text": TEXT}, htmx="beitraege")

    assert response.headers["HX-Retarget"] == "#inhalt"
    assert "<html" not in response.text
    assert "Mein langer Beitrag" in response.text


def test_of_a_vote_nothing_is_kept_but_the_place(app, browse, monkeypatch):
    monkeypatch.setattr("forum.accounts.views.NOT_A_TEXT", {"writing.write"})

    response = browse().raw(
        "POST",
        "/schreiben",
        data={"value": "agree", "text": TEXT},
        headers=OURS | {"Referer": "http://localhost/empfehlungen/berufsschulen?x=1"},
    )

    assert response.headers["Location"] == "/anmelden?next=/empfehlungen/berufsschulen"
    assert kept(app) == 0
