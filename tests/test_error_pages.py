"""Every refusal, mistake and bug answers in the voice of the house."""

import json

import pytest
from flask import abort

from forum.config import Config
from forum.factory import create_app
from forum.kernel.db import begin_writing, db
from forum.kernel.errors import Conflict, NotPermitted, Unavailable
from forum.kernel.mail import post
from tests.databases import SECRET

SECRET_SENTENCE = "Ein vertraulicher Satz von Erika"


@pytest.fixture(scope="module")
def broken_app(built_app):
    """A second app over the same data, with pages that go wrong in every way there is."""
    kinds = {
        "403": NotPermitted("Diese Phase ist seit 1. September beendet."),
        "409": Conflict("Der Abschnitt hat inzwischen eine neue Fassung."),
        "503": Unavailable("Noch ist keine Konsultation angelegt."),
    }

    def refuse(kind: str):
        if kind in kinds:
            raise kinds[kind]
        if kind == "bug":
            raise ValueError(SECRET_SENTENCE)
        if kind == "half":
            begin_writing()
            post("a@example.org", "Betreff", "Text")
            raise ValueError(SECRET_SENTENCE)
        if kind == "sql":
            db.session.execute(
                db.text("SELECT * FROM nirgends WHERE a = :a"), {"a": SECRET_SENTENCE}
            )
        abort(int(kind))

    app = create_app(built_app.config["FORUM"])
    app.add_url_rule("/kaputt/<kind>", "broken", refuse, methods=["GET", "POST"])
    app.add_url_rule("/nummer/<int:number>", "number", lambda number: str(number))
    return app


@pytest.fixture
def app(app, broken_app, monkeypatch):
    monkeypatch.setitem(broken_app.config, "PROPAGATE_EXCEPTIONS", False)
    yield broken_app
    with broken_app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 410, 413, 415, 422, 501, 503])
def test_each_status_has_a_page(browse, status):
    page = browse().get(f"/kaputt/{status}", status=status)

    assert str(status) in page.select_one(".code").text
    assert len(page.select_one(".lead").text) > 20
    assert page.select_one("main a[href='/']")


def test_a_missing_page_offers_the_search(browse):
    page = browse().get("/gibt/es/nicht", status=404)

    assert page.select_one("main form[action='/suche'] input[name=q]")


def test_a_wrong_method_says_which_are_right(browse):
    response = browse().raw("GET", "/abmelden")

    assert response.status_code == 405
    assert "POST" in response.headers["Allow"]


def test_a_bug_has_a_number_to_quote_and_the_log_has_no_text(browse, capfd, app):
    from forum.kernel import log

    log.configure("info")
    try:
        page = browse().get("/kaputt/bug", status=500)
        assert browse().raw("GET", "/kaputt/sql").status_code in {500, 503}
    finally:
        log.configure("critical")

    number = page.select_one("main b.num").text
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    failed = [line for line in lines if line["event"] == "request.failed"]
    assert failed[0]["reference"] == number
    assert failed[0]["exception"][0]["type"] == "builtins.ValueError"
    assert any("test_error_pages" in frame for frame in failed[0]["exception"][0]["frames"])
    assert len(failed) == 2
    assert SECRET_SENTENCE not in json.dumps(lines, ensure_ascii=False)


def test_after_a_bug_nothing_is_half_written(browse, app):
    from sqlalchemy import func, select

    from forum.kernel.mail import Mail

    browser = browse()
    browser.raw("POST", "/kaputt/half", headers={})
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Mail)) == 0


def test_signed_in_people_keep_name_and_text_on_an_error_page(browse, make):
    browser = browse(as_=make.member(name="Ada Schmidt"))

    for kind, status in (("403", 403), ("409", 409)):
        page = browser.post(f"/kaputt/{kind}", {"text": "Mein Beitrag dazu"}, status=status)
        assert "Ada Schmidt" in page.select_one(".masthead").text
        assert "Mein Beitrag" in page.select_one("textarea[readonly]").text
    page = browser.post("/kaputt/half", {"text": "Mein Beitrag dazu"}, status=500)
    assert page.select_one("main form[method=post] textarea[name=text]")


def test_htmx_gets_a_notice_and_the_form_stays(browse, make):
    browser = browse(as_=make.member())

    response = browser.raw("POST", "/kaputt/403", data={"text": "Mein Text"}, htmx="beitraege")

    assert response.status_code == 403
    assert response.headers["HX-Retarget"] == "#notices"
    assert "<html" not in response.text
    assert "<h1" not in response.text
    assert "seit 1. September beendet" in response.text


def test_text_that_is_no_utf8_is_refused_with_what_could_be_read(browse, make):
    response = browse(as_=make.member()).raw(
        "POST",
        "/kaputt/403",
        data=b"text=Gr%FC%DFe+aus+K%F6ln",
        content_type="application/x-www-form-urlencoded",
    )

    page = browse().check(response, 400)
    assert page.h1.text == "Ihr Text enthält unlesbare Zeichen"
    assert "aus K" in page.select_one("main form[method=post] textarea").text


def test_raw_bytes_and_multipart_are_no_way_around(browse, make):
    browser = browse(as_=make.member())
    latin = "text=Grüße".encode("latin-1")
    part = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nGr\xfc\xdfe\r\n--x--\r\n'

    for body, kind in (
        (latin, "application/x-www-form-urlencoded"),
        (part, "multipart/form-data; boundary=x"),
    ):
        response = browser.raw("POST", "/kaputt/403", data=body, content_type=kind)
        assert response.status_code == 400


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/suche?q=%FF%FE", 400),
        ("/suche?q=a%00b", 400),
        ("/%00", 404),
        ("/weiter/%00", 404),
        ("/gibt-es-nicht/%FF", 404),
        ("/nummer/99999999999999999999999", 404),
        ("/nummer/7", 200),
    ],
)
def test_addresses_that_no_link_has(browse, url, status):
    assert browse().raw("GET", url).status_code == status


def test_too_much_at_once(browse, make):
    browser = browse(as_=make.member())

    assert browser.raw("POST", "/kaputt/403", data={"text": "x" * 600_000}).status_code == 413


def test_head_and_options_are_answered_without_a_body(browse, make):
    make.consultation()
    head = browse().raw("HEAD", "/")
    options = browse().raw("OPTIONS", "/")

    assert head.status_code == 200
    assert not head.data
    assert options.status_code == 200
    assert {"GET", "HEAD", "OPTIONS"} <= {m.strip() for m in options.headers["Allow"].split(",")}
    assert not options.data


def test_the_error_page_needs_no_database(tmp_path):
    app = create_app(
        Config(
            DATA=tmp_path,
            DATABASE_URL=f"sqlite:///{tmp_path}/missing/forum.db",
            TESTING=True,
            LOG_LEVEL="critical",
            RATE_LIMITS=False,
            **SECRET,
        )
    )
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = "somebody"
        session["_fresh"] = True

    for path in ("/", "/anmelden"):
        response = client.get(path)
        assert response.status_code == 503
        assert "Das Forum ist gerade nicht erreichbar" in response.text
        assert response.headers["Retry-After"]
    for anybody in (client, app.test_client()):  # what does not exist is known without asking
        response = anybody.get("/gibt-es-nicht")
        assert response.status_code == 404
        assert "Seite nicht gefunden" in response.text
    assert app.test_client().get("/healthz").status_code == 503
