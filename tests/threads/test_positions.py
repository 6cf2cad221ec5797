"""What a party says has a page of its own, on which people speak about it."""

import pytest

from tests.factories import berlin_summer
from tests.positions.factory import answer, party, thesis
from tests.threads.test_writing import write


@pytest.fixture
def said(debate, make):
    """The answer of one party to the first thesis of the debate."""
    made = thesis(make, debate.recommendation)
    return answer(make, made, party(make, "nord", short_name="Nord"))


@pytest.fixture
def url(debate):
    return f"/empfehlungen/{debate.recommendation.slug}"


def test_a_position_is_discussed_on_its_own_page(browse, debate, said, url):
    browser = browse(as_=debate.author)
    page = browser.get(f"{url}/thesen/t-1/nord?neu=1")
    assert "Nord zu These" in page.h1.text
    assert "Das Programm sieht eine Förderung vor." in page.select_one(".rationale").text

    page = write(browser, page, "Das genügt nicht.")

    assert "Nord zu These" in page.h1.text
    assert "Das genügt nicht." in page.select_one("#beitrag-1").text
    title = f"{debate.recommendation.number}.1"
    whole = browse().get(url)
    about = whole.select_one("#beitrag-1 .meta a[href$='/thesen/t-1/nord']")
    assert about.text == f"Position Nord zu These {title}"
    for place in ("#these-t-1 .answers", "#these-t-1 .rationales"):
        counted = whole.select_one(f"{place} a[href$='/thesen/t-1/nord#diskussion']")
        assert counted.text.startswith("1 Beitrag")


def test_the_comment_leads_back_to_the_position_and_search_links_find_it(browse, debate, said, url):
    debate.comment("Das genügt nicht.", about=said.position_id)

    page = browse().get(f"{url}/beitraege/1")

    assert page.select_one(f".page-head a[href='{url}/thesen/t-1/nord#diskussion']")
    to_it = browse().raw("GET", f"/stelle/{said.position_id}")
    assert to_it.headers["Location"] == f"{url}/thesen/t-1/nord"


def test_a_mistake_brings_the_page_of_the_position_again(browse, debate, said, url):
    browser = browse(as_=debate.author)

    page = write(browser, browser.get(f"{url}/thesen/t-1/nord?neu=1"), "", status=422)

    assert "Nord zu These" in page.h1.text
    assert page.select_one("form.is-new .error")


def test_before_its_minute_a_position_has_no_page(browse, debate, make, url):
    answer(
        make,
        thesis(make, debate.recommendation),
        party(make, "nord"),
        published_at=berlin_summer(8, 22, 10),
    )

    browse().get(f"{url}/thesen/t-1/nord", status=404)
    browse().get(f"{url}/thesen/t-1/niemand", status=404)
    assert "/thesen/t-1/nord" not in str(browse().get(url))


def test_visitors_read_without_a_cookie_and_learn_how_to_write(browse, said, url):
    response = browse().raw("GET", f"{url}/thesen/t-1/nord")

    assert "Set-Cookie" not in response.headers
    assert "Anmelden" in response.text
