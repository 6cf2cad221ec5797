"""People come back and find what is new; a page that stays open says what has come."""

import pytest
from sqlalchemy import text

from forum.deliberation.models import ReadingMark
from forum.kernel.db import db
from tests.factories import berlin_summer
from tests.threads.test_statements import many


@pytest.fixture
def url(debate):
    return f"/empfehlungen/{debate.recommendation.slug}"


@pytest.fixture
def reader(make):
    return make.member(bench="arbeitgeber", name="Rolf Leser")


@pytest.fixture
def other(browse, reader):
    return browse(as_=reader)


def mark(browser, url, number=None):
    page = browser.get(url)
    form = page.select_one("form.news")
    sent = {i["name"]: i["value"] for i in form.select("input")}
    return browser.post(form["action"], sent | ({"bis": str(number)} if number else {}))


def marks(debate):
    return debate.run(
        lambda: [tuple(row) for row in db.session.execute(text("SELECT number FROM reading_marks"))]
    )


def test_reading_moves_no_mark_and_a_button_does(debate, other, url):
    for n in range(3):
        debate.comment(f"Nr. {n}")
    page = other.get(url)
    assert "Ab jetzt zeigen" in page.select_one(".news").text
    assert not page.select(".is-fresh")
    other.get(f"{url}/beitraege/1")
    assert marks(debate) == []

    page = mark(other, url)
    assert marks(debate) == [(3,)]
    assert not page.select(".news")

    debate.comment("Neu.")
    for _ in range(2):
        page = other.get(url)
        assert "1 neu seit Ihrem letzten Besuch" in " ".join(page.select_one(".news").text.split())
        assert [c["id"] for c in page.select("article.comment:has(.is-fresh)")] == ["beitrag-4"]
    assert marks(debate) == [(3,)]


def test_what_is_new_is_counted_where_it_stands(debate, other, url):
    debate.comment("Alt.")
    mark(other, url)
    about = debate.run(lambda: db.session.scalar(text("SELECT min(id) FROM paragraphs")))
    first = debate.comment("Neu zum Abschnitt.", about=about)
    debate.comment("Antwort.", parent=first)
    debate.comment("Neu zur Empfehlung.")

    page = other.get(url)

    assert page.select_one("#abschnitt-1 .is-fresh").text == "2 neu"
    assert not page.select("#abschnitt-2 .is-fresh")
    assert "3 neu" in page.select_one(".news").text
    assert "3 neu" in other.get(f"{url}/abschnitte/1").select_one(".news").text


def test_one_leads_from_each_new_comment_to_the_next(debate, other, browse, url):
    debate.comment("Alt.")
    mark(other, url)
    root = debate.comment("Neu.")
    debate.comment("Antwort.", parent=root)
    debate.comment("Noch eines.")

    def leads(path):
        return other.raw("GET", path).headers["Location"]

    page = other.get(url)
    assert leads(page.select_one(".news a")["href"]).endswith("/beitraege/2#beitrag-2")
    talk = other.get(f"{url}/beitraege/2")
    assert leads(talk.select_one("#beitrag-2 .meta a[href*=neues]")["href"]).endswith("#beitrag-3")
    assert leads(f"{url}/neues?nach=3").endswith("#beitrag-4")
    assert "neueste" in leads(f"{url}/neues?nach=4")
    assert "neueste" in browse().raw("GET", f"{url}/neues").headers["Location"]


def test_own_hidden_and_pending_comments_are_no_news(debate, reader, other, url, make):
    debate.comment("Alt.")
    mark(other, url)
    debate.comment("Von mir.", author=reader)
    debate.hide(debate.comment("Verborgen."))

    page = other.get(url)

    assert not page.select(".news")
    assert not page.select(".is-fresh")


def test_the_mark_never_goes_back_nor_beyond_the_last_comment(debate, other, url):
    debate.comment()
    debate.comment()
    mark(other, url)
    other.post(f"{url}/gelesen", {"bis": "1"})
    assert marks(debate) == [(2,)]
    other.post(f"{url}/gelesen", {"bis": "999"})
    assert marks(debate) == [(2,)]


def test_a_page_marks_quietly_what_was_seen(debate, other, url):
    debate.comment()
    answer = other.raw("POST", f"{url}/gelesen", data={"bis": "1", "still": "1"})
    assert answer.status_code == 204
    assert marks(debate) == [(1,)]


def test_visitors_are_asked_to_sign_in_and_see_no_marks(browse, debate, url):
    debate.comment()
    assert not browse().get(url).select(".news")
    assert not browse().get(url).select(".is-fresh")


def test_an_erased_account_leaves_no_mark(debate, reader, other, url, make):
    from forum.accounts.events import AccountErased
    from forum.kernel.db import begin_writing
    from forum.kernel.events import announce

    debate.comment()
    mark(other, url)
    debate.run(lambda: (begin_writing(), announce(AccountErased(user_id=reader.id))))
    assert debate.run(lambda: db.session.query(ReadingMark).count()) == 0


def test_counting_what_is_new_ends_at_a_thousand(debate, other, url, count_queries):
    for _ in range(4):
        debate.comment()
    mark(other, url)
    many(debate, 1500, begin=4)
    page = other.get(url)
    assert "Mehr als 1000 neu" in page.select_one(".news").text


# The poll ---


def ask(browser, url, **headers):
    return browser.raw("GET", url, headers=headers)


def test_a_poll_without_news_takes_one_statement_and_says_nothing(
    browse, debate, url, count_queries
):
    debate.comment()
    place = browse().get(url).select_one("[data-poll]")["data-poll"]
    with count_queries() as sent:
        first = ask(browse(), place)
    assert (first.status_code, first.data, len(sent)) == (204, b"", 1)
    assert "Set-Cookie" not in first.headers
    with count_queries() as sent:
        again = ask(browse(), place, If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.data, len(sent)) == (304, b"", 1)


def test_a_poll_says_what_has_come(browse, debate, url):
    debate.comment()
    place = browse().get(url).select_one("[data-poll]")["data-poll"]
    tag = ask(browse(), place).headers["ETag"]
    debate.comment()
    answer = ask(browse(), place, If_None_Match=tag)
    assert answer.text == "1 neuen Beitrag anzeigen"
    debate.comment()
    debate.hide(debate.comment("Verborgen."))
    assert ask(browse(), place).text == "2 neue Beiträge anzeigen"


def test_a_poll_beside_an_abschnitt_hears_of_that_alone(browse, debate, url):
    about = debate.run(lambda: db.session.scalar(text("SELECT min(id) FROM paragraphs")))
    debate.comment(about=about)
    place = browse().get(f"{url}/abschnitte/1").select_one("[data-poll]")["data-poll"]
    debate.comment()
    assert ask(browse(), place).status_code == 204
    debate.comment(about=about)
    assert ask(browse(), place).text == "1 neuen Beitrag anzeigen"


def test_a_poll_loads_no_session_whatever_it_brings(debate, other, url, count_queries):
    debate.comment()
    with count_queries() as sent:
        other.raw("GET", f"{url}/stand?seit=1")
    assert len(sent) == 1
    assert "users" not in sent[0]


def test_nothing_is_told_of_what_is_not_public(browse, make):
    future = make.recommendation(published_at=berlin_summer(9, 2))
    for slug in (future.slug, "gibt-es-nicht"):
        assert ask(browse(), f"/empfehlungen/{slug}/stand?seit=0").status_code == 404


@pytest.mark.parametrize("query", ["", "?seit=x", "?seit=-1", "?seit=1&zu=x"])
def test_a_poll_without_sense_says_nothing(browse, debate, url, query):
    debate.comment()
    assert ask(browse(), f"{url}/stand{query}").status_code == 204


def test_nobody_polls_where_nobody_can_write(browse, debate, url, travel):
    debate.comment()
    travel(berlin_summer(9, 2))
    assert not browse().get(url).select("[data-poll]")
