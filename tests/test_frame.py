"""What every page has in common."""

import re

import pytest

from forum.accounts.models import Role
from forum.factory import ROOT
from tests.positions.factory import party


def test_the_home_page_answers_visitors_without_a_cookie(browse, make):
    make.consultation()
    browser = browse()

    response = browser.raw("GET", "/")

    browser.check(response, 200)
    assert "Set-Cookie" not in response.headers
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_an_unknown_page_answers_in_german(browse):
    page = browse().get("/gibt-es-nicht", status=404)

    assert page.h1.text == "Seite nicht gefunden"


def test_signed_in_people_see_their_name(browse, make):
    page = browse(as_=make.member(name="Ada Schmidt")).get("/")

    assert "Ada Schmidt" in page.select_one(".masthead").text


def test_pages_travel_compressed_but_never_beside_chosen_text(browse, make):
    visitor, member = browse(), browse(as_=make.member())

    plain = visitor.raw("GET", "/", headers={"Accept_Encoding": "br"}, buffered=True)
    assert plain.headers["Content-Encoding"] == "br"
    assert "Accept-Encoding" in plain.headers["Vary"]

    chosen = member.raw("GET", "/suche?q=abc", headers={"Accept_Encoding": "br"})
    assert "Content-Encoding" not in chosen.headers


def test_style_sheets_close_what_they_open():
    for path in sorted((ROOT / "static" / "css").glob("*.css")):
        sheet = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
        layers = re.split(r"^@layer (?=[a-z]+ \{)", sheet, flags=re.MULTILINE)
        for layer in layers[1:]:
            assert layer.count("{") == layer.count("}"), f"{path.name}: @layer {layer[:80]}"


@pytest.mark.parametrize(
    ("role", "desk"),
    [
        (Role.MEMBER, "/konto"),
        (Role.ADMINISTRATOR, "/verwaltung/"),
        (Role.EDITOR, "/redaktion"),
        (Role.EDITOR, "/redaktion/aenderungen"),
        (Role.MODERATOR, "/moderation"),
        (Role.PARTY, "/partei-desk"),
    ],
)
def test_no_browser_stores_the_pages_of_a_desk(browse, make, role, desk):
    make.consultation()
    party_id = party(make, "nord").id if role is Role.PARTY else None
    browser = browse(as_=make.user(role, party_id=party_id))

    response = browser.raw("GET", desk, follow_redirects=True)

    browser.check(response, 200)
    assert response.headers["Cache-Control"] == "no-store"


def test_what_a_browser_has_of_a_public_page_comes_back_with_what_was_typed(browse, make):
    """Only desks are never stored: somebody who goes back to a thread finds their draft."""
    slug = make.recommendation().slug

    response = browse(as_=make.member()).raw("GET", f"/empfehlungen/{slug}")

    assert response.headers["Cache-Control"] == "private, no-cache"
