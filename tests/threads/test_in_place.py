"""The discussion of an Abschnitt opens where its text stands, and has an address of its own."""

import pytest

from tests.deliberation.test_writing import paragraph_id


@pytest.fixture
def url(debate):
    return f"/empfehlungen/{debate.recommendation.slug}"


def test_each_abschnitt_shows_what_was_said_and_leads_to_it_without_script(
    browse, debate, make, url
):
    about = paragraph_id(make, debate.recommendation)
    debate.comment(about=about)
    debate.comment(about=about)

    clause = browse().get(url).select_one("#abschnitt-1")

    links = clause.select("a[data-abschnitt='1']:not([data-write])")
    assert {link["href"] for link in links} == {f"{url}/abschnitte/1#diskussion"}
    assert "2 Beiträge" in clause.select_one(".margin .marks").text
    assert clause.select_one(".in-place").has_attr("hidden")
    own = browse().get(f"{url}/abschnitte/1")
    assert len(own.select("#gespraech-1 .comment")) == 2


def test_htmx_gets_the_discussion_alone_in_few_statements(browse, debate, make, url, count_queries):
    about = paragraph_id(make, debate.recommendation)
    for _ in range(25):
        debate.comment(parent=debate.comment(about=about))
    browser = browse()
    browser.get(f"{url}/abschnitte/1", htmx="gespraech-1")

    with count_queries() as statements:
        part = browser.get(f"{url}/abschnitte/1", htmx="gespraech-1")

    assert not part.select("html")
    assert len(part.select("#gespraech-1 > .faden")) == 20
    assert len(statements) <= 6, "\n\n".join(statements)


def test_lists_on_one_page_share_no_ids(browse, debate, make, url):
    """Comments apart: the script sees to those, each of which stands in one place at a time."""
    debate.comment(about=paragraph_id(make, debate.recommendation))
    browser = browse(as_=debate.author)
    page = browser.get(url)
    part = browser.get(f"{url}/abschnitte/1", htmx="gespraech-1")
    for faden in part.select(".faden"):
        faden.decompose()

    ids = {element["id"] for element in page.select("[id]")}
    shared = {element["id"] for element in part.select("[id]")} & ids

    assert shared <= {"gespraech-1", "notices"}


def test_a_new_comment_there_comes_back_in_its_place(browse, debate, make, url):
    about = paragraph_id(make, debate.recommendation)
    browser = browse(as_=debate.author)
    form = browser.get(f"{url}/abschnitte/1", htmx="gespraech-1").select_one("form.is-new")
    assert form["hx-target"] == "#gespraech-1"
    sent = {i["name"]: i["value"] for i in form.select("input[type=hidden]")}
    assert sent["about"] == str(about)

    part = browser.post(form["action"], sent | {"kind": "pro", "text": "Hier."}, htmx="gespraech-1")

    assert part.select_one("#gespraech-1 #beitrag-1")
