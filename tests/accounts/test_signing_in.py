"""Sign-in and sign-out."""

import time

import pytest

from tests.accounts.people import PASSWORD, sign_in, with_password
from tests.databases import cheap_hashes

ATTACKS = [
    "https://evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/%09/evil.example/..//",
    "javascript:alert(1)",
    " /evil",
    "http:evil.example",
    "/\r\nSet-Cookie: a=b",
]


def test_a_member_signs_in_and_goes_on_where_they_were(browse, make):
    browser, user = browse(), with_password(make, name="Ada Schmidt")

    response = sign_in(browser, user.email, next_="/suche?q=Schule")

    assert response.status_code == 303
    assert response.headers["Location"] == "/suche?q=Schule"
    assert "Ada Schmidt" in browser.get("/").select_one(".masthead").text


def test_the_address_is_found_whatever_its_capitals_and_blanks(browse, make):
    browser, user = browse(), with_password(make)

    assert sign_in(browser, f" {user.email.upper()} ").status_code == 303


def mistakes_of(browser, email, password=PASSWORD):
    return browser.check(sign_in(browser, email, password), 422)


def test_whatever_is_wrong_reads_the_same(browse, make):
    user, gone = with_password(make), with_password(make, active=False)
    pages = [
        mistakes_of(browse(), user.email, "ganz anderes Passwort"),
        mistakes_of(browse(), "nobody@example.org"),
        mistakes_of(browse(), gone.email),
        mistakes_of(browse(), make.member().email),
    ]

    for page in pages:
        assert "Adresse oder Passwort stimmt nicht." in page.select_one("#password-error").text
        assert page.select_one("#password")["aria-invalid"] == "true"
        assert page.select_one(".error-summary a[href='#password']")
        assert not page.select_one("#password").get("value")
    assert pages[0].select_one("#email")["value"] == user.email


def test_empty_fields_are_named(browse, app):
    page = mistakes_of(browse(), "", "")

    assert "Geben Sie Ihre E-Mail-Adresse ein." in page.select_one("#email-error").text
    assert "Geben Sie Ihr Passwort ein." in page.select_one("#password-error").text


@pytest.mark.parametrize("address", ["a\x00b@example.org", "x" * 10_000, "ä@ö", "' OR 1=1 --"])
def test_odd_addresses_are_only_wrong(browse, app, address):
    assert mistakes_of(browse(), address).select(".error")


@pytest.fixture
def dear_hashes(app):
    cheap_hashes(app, yes=False)
    yield
    cheap_hashes(app)


def test_an_unknown_address_costs_as_much_time_as_a_wrong_password(browse, make, dear_hashes):
    user = with_password(make)

    def seconds(email):
        browser = browse()
        page = browser.get("/anmelden")
        token = page.select_one("main [name=csrf_token]")["value"]
        best = 9.0
        for _ in range(4):
            start = time.process_time()
            browser.raw(
                "POST",
                "/anmelden",
                data={"csrf_token": token, "email": email, "password": "falsch geraten"},
            )
            best = min(best, time.process_time() - start)
        return best

    known, unknown = seconds(user.email), seconds("nobody@example.org")
    assert 0.5 < known / unknown < 2


@pytest.mark.parametrize("target", ATTACKS)
def test_sign_in_never_leads_elsewhere(browse, make, target):
    browser, user = browse(), with_password(make)
    page = browser.get("/anmelden")
    token = page.select_one("main [name=csrf_token]")["value"]

    response = browser.raw(
        "POST",
        "/anmelden",
        data={"csrf_token": token, "email": user.email, "password": PASSWORD, "next": target},
    )

    assert response.status_code == 303
    location = response.headers["Location"]
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\", "/\t"))
    assert "\n" not in location


def test_an_address_that_is_none_is_refused(browse, make):
    browser, user = browse(), with_password(make)
    token = browser.get("/anmelden").select_one("main [name=csrf_token]")["value"]
    data = {"csrf_token": token, "email": user.email, "password": PASSWORD}

    assert browser.raw("POST", "/anmelden", data=data | {"next": "//["}).status_code == 400
    assert browser.raw("POST", "/anmelden?next=//[", data=data).status_code == 400


@pytest.mark.parametrize("target", ATTACKS)
def test_the_sign_in_page_carries_no_foreign_address_along(browse, app, target):
    page = browse().check(browse().raw("GET", "/anmelden", query_string={"next": target}), 200)

    found = page.select_one("main [name=next]")
    assert found is None or found["value"].startswith("/")
    assert found is None or "evil.example" not in found["value"] or "%09" in found["value"]


def test_staying_signed_in_sets_a_cookie_that_sign_out_takes_back(browse, make):
    browser, user = browse(), with_password(make)

    response = sign_in(browser, user.email, remember="y")

    cookie = next(c for c in response.headers.getlist("Set-Cookie") if "bleiben" in c)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    page = browser.get("/")
    token = page.select_one(".account [name=csrf_token]")["value"]

    out = browser.raw("POST", "/abmelden", data={"csrf_token": token})

    assert out.status_code == 303
    assert out.headers["Clear-Site-Data"] == '"cache"'
    cookies = out.headers.getlist("Set-Cookie")
    assert len(cookies) == 2
    assert all("Expires=Thu, 01 Jan 1970" in c for c in cookies)
    assert browser.get("/").select_one(".masthead a[href^='/anmelden']")


def test_signing_out_needs_a_post(browse, make):
    browser = browse(as_=make.member())

    browser.get("/abmelden", status=405)
    assert browser.get("/").select_one(".account")


def test_signing_out_twice_is_no_error(browse, make):
    assert browse().raw("POST", "/abmelden").status_code == 303


def test_other_pages_of_the_library_are_off(browse, app):
    known = {str(rule) for rule in app.url_map.iter_rules() if "security" in rule.endpoint}

    assert known == {"/anmelden", "/abmelden"}
    for path in ("/verify", "/register", "/reset", "/change", "/login", "/logout", "/mf-recovery"):
        browse().get(path, status=404)


def test_sign_in_begins_a_new_session(browse, make):
    browser, user = browse(), with_password(make)
    token = browser.get("/anmelden").select_one("main [name=csrf_token]")["value"]
    with browser.client.session_transaction() as session:
        before = session["csrf_token"]
        session["planted"] = "by somebody else"

    data = {"csrf_token": token, "email": user.email, "password": PASSWORD}
    assert browser.raw("POST", "/anmelden", data=data).status_code == 303

    with browser.client.session_transaction() as session:
        assert session["_user_id"].startswith(f"{user.fs_uniquifier}.")
        assert session.get("csrf_token") != before
        assert "planted" not in session
    # The token of before opens nothing any more.
    assert browser.raw("POST", "/abmelden", data={"csrf_token": token}).status_code == 400
    assert browser.get("/").select_one(".account")


def test_a_signed_in_request_asks_once_for_the_person(browse, make, count_queries):
    browser = browse(as_=make.member())
    for path in ("/konto/passwort", "/glossar", "/empfehlungen/"):
        with count_queries() as statements:
            browser.get(path)
        about = [s for s in statements if "users" in s]
        assert len(about) == 1, path
        assert all(table in about[0] for table in ("role_grants", "organisations", "benches"))


def test_only_the_sign_in_page_sets_a_cookie(browse, app):
    for path in ("/", "/suche?q=Schule", "/healthz", "/gibt-es-nicht", "/weiter/abc"):
        assert "Set-Cookie" not in browse().raw("GET", path).headers, path
    assert "Set-Cookie" not in browse().raw("POST", "/").headers
    for path in ("/anmelden", "/passwort-vergessen"):
        assert "Set-Cookie" in browse().raw("GET", path).headers


def test_sign_in_answers_no_json(browse, make):
    response = browse().raw("GET", "/anmelden", headers={"Accept": "application/json"})

    assert response.mimetype == "text/html"


def test_the_sign_in_page_offers_no_demo_accounts_without_a_demo(browse, app):
    assert not browse().get("/anmelden").select_one("#demo-people")
