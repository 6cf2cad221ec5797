"""The search page."""

import random
import re

import pytest

from forum.search.documents import Kind
from tests.positions.factory import answer, party, thesis


@pytest.fixture
def everything(make, debate, work):
    """A hit of most kinds for „Förderung“."""
    asked, who = thesis(make, debate.recommendation), party(make)
    answer(make, asked, who)
    for n in range(25):
        debate.comment(f"Die Förderung Nummer {n} <b>hilft</b> & wirkt.")
    work()


def hits(page):
    return [item.select_one("h3").text for item in page.select(".hits > li")]


def test_the_empty_page_says_how_to_search(browse):
    page = browse().get("/suche")

    assert "Anführungszeichen" in page.select_one("main").text
    assert page.select_one("meta[name=robots]")["content"] == "noindex"
    assert not page.select("[aria-invalid]")


def test_visitors_search_without_a_cookie(browse, everything):
    browser = browse()

    response = browser.raw("GET", "/suche?q=Foerderung")
    page = browser.check(response, 200)

    assert "Set-Cookie" not in response.headers
    assert "27 Treffer" in page.select_one("#treffer [role=status]").text
    assert len(hits(page)) == 20
    assert page.select("mark")


def test_hits_are_paged_by_twenty(browse, everything):
    page = browse().get("/suche?q=Foerderung")
    url = page.select_one("a[rel=next]")["href"]
    second = browse().get(url)

    assert len(hits(second)) == 7
    assert "Treffer 21 bis 27 von 27" in second.select_one(".pager").text
    assert not second.select("a[rel=next]")
    assert second.select_one("a[rel=prev]")


def test_people_choose_a_kind(browse, everything):
    page = browse().get("/suche?q=Förderung")
    (link,) = [a for a in page.select(".kinds a") if "Thesen" in a.text]
    assert "1" in link.text

    chosen = browse().get(link["href"])

    assert len(hits(chosen)) == 1
    assert "Thesen" in chosen.select_one(".kinds [aria-current]").text
    assert chosen.select_one("form.field input[name=art]")["value"] == "thesis"


def test_an_answer_says_whose_word_it_is(browse, everything):
    page = browse().get("/suche?q=Förderung&art=position")

    hit = page.select_one(".hits > li").text
    assert "aus dem Programm, redaktionell" in hit
    assert "Zustimmung" in hit
    assert "PARTEI-A" in hit


def test_what_people_wrote_is_escaped(browse, everything):
    response = browse().raw("GET", "/suche?q=hilft+<script>alert(1)</script>")

    assert "<script>alert" not in response.text
    found = browse().raw("GET", "/suche?q=hilft")
    assert "&amp; wirkt" in found.text
    assert "&amp;amp;" not in found.text


def test_nothing_found_says_so_and_helps(browse, everything):
    page = browse().get("/suche?q=Quittenmarmelade")

    assert "Kein Treffer für „Quittenmarmelade“" in page.text
    assert "Weniger Wörter" in page.text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a" * 201, "höchstens 12 Wörtern und 200 Zeichen"),
        (" ".join("abcdefghijklmn"), "höchstens 12 Wörtern"),
        ("!!! „“ …", "kein Wort"),
    ],
)
def test_what_cannot_be_searched_is_said_at_the_field(browse, text, sentence):
    response = browse().client.get("/suche", query_string={"q": text})
    page = browse().check(response, 422)

    field = page.select_one("#suche")
    assert field["aria-invalid"] == "true"
    assert sentence in page.select_one("#" + field["aria-describedby"]).text
    assert field["value"] == text


def test_the_page_costs_the_same_however_many_hits_there_are(browse, everything, count_queries):
    with count_queries() as statements:
        browse().get("/suche?q=Förderung")

    assert len(statements) <= 1 + 2 + len(Kind)


def test_no_input_breaks_the_page(browse, everything):
    rng = random.Random(7)
    alphabet = [
        *"abcÄöß&\"'„“()[]{}*?:;|!<>-_\\/%+#@~^.,0123 \t\n",
        *("\u00ad", "\ufeff", "\u202e", "\U0001f600", "e\u0301", "İ", "ﬁ", "中", "\ud7ff", "\x00"),
        *(" AND ", " OR ", " NOT ", "förder", "title:", "''", "<->", "&", ":*"),
    ]
    browser = browse()
    for _n in range(300):
        text = "".join(rng.choices(alphabet, k=rng.randint(1, 40)))
        response = browser.client.get("/suche", query_string={"q": text})
        allowed = {400} if "\x00" in text else {200, 422}
        assert response.status_code in allowed, repr(text)
    assert browser.client.get("/suche?q=%ff%fe").status_code in {200, 400, 422}
    for query in ("q=a&seite=-1", "q=a&seite=9999999", "q=a&seite=²", "q=a&art=x"):
        assert browser.client.get(f"/suche?{query}").status_code == 200, query


def test_the_command_builds_the_index_and_reports(app, debate):
    debate.comment("Die Wanderbaustelle gehört dazu.")

    result = app.test_cli_runner().invoke(args=["search", "rebuild"])

    assert result.exit_code == 0, result.output
    assert re.search(r"\d+ documents, 0 changes due", result.output)
    status = app.test_cli_runner().invoke(args=["search", "status"])
    assert "0 changes due" in status.output
