"""Visitors get kept pages, and never an old one."""

from datetime import timedelta

import brotli
import pytest

from forum.deliberation.models import CommentKind
from tests.factories import berlin_summer


@pytest.fixture
def url(debate):
    debate.comment("Erster.")
    return f"/empfehlungen/{debate.recommendation.slug}"


@pytest.fixture
def statements(browse, url, count_queries):
    """How many statements a visitor's request for the page takes."""

    def count(path=url, **headers):
        with count_queries() as sent:
            response = browse().raw("GET", path, headers=headers)
        assert response.status_code in {200, 304}
        return len(sent)

    return count


def test_a_kept_page_takes_one_statement_and_has_all_headers(browse, url, statements):
    fresh = browse().raw("GET", url)
    assert statements() == 1

    again = browse().raw("GET", url)

    assert again.data == fresh.data
    assert again.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert "default-src 'none'" in again.headers["Content-Security-Policy"]
    assert again.headers["X-Content-Type-Options"] == "nosniff"
    assert again.headers["Referrer-Policy"] == "same-origin"
    assert "Set-Cookie" not in again.headers
    assert again.content_type == "text/html; charset=utf-8"


def test_who_has_the_page_gets_304_after_one_statement(browse, url, statements):
    tag = browse().raw("GET", url).headers["ETag"]

    answer = browse().raw("GET", url, headers={"If-None-Match": tag})

    assert answer.status_code == 304
    assert answer.data == b""
    assert answer.headers["ETag"] == tag
    assert statements(If_None_Match=tag) == 1


def test_every_change_shows_at_once(browse, debate, url):
    tag = browse().raw("GET", url).headers["ETag"]
    comment = debate.comment("Zweiter.")
    assert "Zweiter." in browse().get(url).text

    debate.edit(comment, "Berichtigt.")
    assert "Berichtigt." in browse().get(url).text
    debate.hide(comment, "Ausgeblendet nach Regel 2.")
    page = browse().get(url)
    assert "Berichtigt." not in page.text
    assert "nach Regel 2" in page.text
    assert browse().raw("GET", url, headers={"If-None-Match": tag}).status_code == 200


def test_a_vote_shows_at_once(browse, debate, url):
    browse().get(url)
    member = browse(as_=debate.author)
    form = member.get(url).select_one("#abschnitt-1 form.vote")
    hidden = {i["name"]: i["value"] for i in form.select("input")}

    member.post(form["action"], hidden | {"value": "agree"})

    assert "100" in browse().get(url).select_one("#abschnitt-1 .shares").text


@pytest.mark.parametrize(
    ("moment", "before", "after"),
    [
        (berlin_summer(9, 1), "Mitglieder können bis 31. August", "seit 1. September beendet"),
    ],
)
def test_the_clock_alone_changes_the_page_to_the_second(browse, url, travel, moment, before, after):
    travel(moment - timedelta(seconds=20))
    assert before in browse().get(url).text

    travel(moment)

    assert after in browse().get(url).text


def test_midnight_renders_anew(browse, url, travel, statements):
    travel(berlin_summer(8, 20) - timedelta(seconds=20))
    browse().get(url)
    assert statements() == 1

    travel(berlin_summer(8, 20))

    assert statements() > 1


def test_variants_have_tags_of_their_own(browse, url):
    plain = browse().raw("GET", url)
    small = browse().raw("GET", url, headers={"Accept-Encoding": "gzip, br"})
    fragment = browse().raw("GET", url, htmx="beitraege")

    assert small.headers["Content-Encoding"] == "br"
    assert brotli.decompress(small.data) == plain.data
    assert len({plain.headers["ETag"], small.headers["ETag"], fragment.headers.get("ETag")}) == 3
    assert not fragment.text.startswith("<!doctype")
    assert "HX-Request" in plain.headers["Vary"]


def test_signed_in_people_never_get_a_kept_page(browse, debate, url):
    browse().get(url)

    page = browse(as_=debate.author).raw("GET", url)

    assert "Sabine Krüger" in page.text
    assert "public" not in page.headers["Cache-Control"]
    assert "Abmelden" not in browse().raw("GET", url).text


def test_head_answers_without_a_body(browse, url):
    for _ in range(2):
        answer = browse().raw("HEAD", url)
        assert answer.status_code == 200
        assert answer.data == b""


@pytest.mark.parametrize(
    "query",
    [
        "x=1",
        "vor=2&vor=3",
        "vor=02",
        "vor=999999",
        "art=quatsch",
        "neu=1",
        "ordnung=x",
        "weiter=1.2.3",
        "bank=kammern",
    ],
)
def test_invented_addresses_do_not_fill_the_shelf(app, browse, url, query):
    browse().get(url)
    kept = len(app.extensions["forum_kept"]._pages)

    browse().get(f"{url}?{query}")

    assert len(app.extensions["forum_kept"]._pages) == kept


def test_pages_and_filters_of_the_list_are_kept_apart(browse, debate, url, statements):
    debate.comment("Dagegen.", kind=CommentKind.CONTRA)

    for query in ("art=contra", "ordnung=neueste&vor=2", "ordnung=kontrovers&art=contra"):
        browse().get(f"{url}?{query}")
        assert statements(f"{url}?{query}") == 1
    assert "Erster." not in browse().get(f"{url}?art=contra").text
    assert "Dagegen." not in browse().get(f"{url}?ordnung=neueste&vor=2").text


def test_what_is_not_public_is_not_kept(browse, make):
    future = make.recommendation(published_at=berlin_summer(9, 2))

    browse().get(f"/empfehlungen/{future.slug}", status=404)
    browse().get("/empfehlungen/gibt-es-nicht", status=404)


def test_a_text_appears_when_its_date_has_come(browse, make, travel):
    future = make.recommendation(published_at=berlin_summer(8, 18, 11))
    travel(berlin_summer(8, 18, 11) - timedelta(seconds=20))
    browse().get(f"/empfehlungen/{future.slug}", status=404)

    travel(berlin_summer(8, 18, 11))

    browse().get(f"/empfehlungen/{future.slug}")
