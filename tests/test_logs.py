"""Logs say what happened, and nothing about whom."""

import json

import pytest

from forum.kernel import log
from tests.accounts.people import PASSWORD, sign_in, with_password


@pytest.fixture
def lines(app, capfd):
    """What has been logged so far, one mapping a line."""
    log.configure("info")
    yield lambda: [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    log.configure("critical")


def test_a_days_use_leaves_no_address_no_path_and_no_word_in_the_log(
    lines, browse, make, work, app
):
    user = with_password(make, name="Ada Schmidt")
    browser = browse()
    sign_in(browser, user.email, "falsches Passwort hier")
    sign_in(browser, user.email, next_="/suche?q=Geheimwort")
    browser.get("/")
    browser.get("/suche?q=Geheimwort")
    browser.get("/gibt-es-nicht/geheimer-pfad", status=404)
    browser.raw("POST", "/geheimer-pfad", data={"text": "Geheimer Text"})
    browse().raw("POST", "/abmelden", data={"text": "Geheimer Text"})
    work()

    found = lines()
    text = json.dumps(found, ensure_ascii=False)
    assert len([line for line in found if line["event"] == "request"]) >= 8
    for secret in (
        user.email,
        "Ada",
        "Geheim",
        "geheim",
        PASSWORD,
        "falsches",
        "127.0.0.1",
        user.fs_uniquifier,
        browser.token or "no-token",
    ):
        assert secret not in text, secret
    for line in (line for line in found if line["event"] == "request"):
        assert line.keys() <= {
            "event",
            "level",
            "timestamp",
            "request_id",
            "method",
            "endpoint",
            "status",
            "ms",
        }, line


def test_each_request_has_a_number_that_the_answer_carries(lines, browse):
    response = browse().raw("GET", "/")

    [line] = lines()
    assert line["request_id"] == response.headers["X-Request-ID"]
    assert line["endpoint"] == "site.home"


def test_health_is_asked_of_the_database(browse, app):
    response = browse().raw("GET", "/healthz")

    assert response.status_code == 200
    assert response.json["status"] == "ok"
