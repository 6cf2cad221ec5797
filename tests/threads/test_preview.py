"""Whoever writes can look at the text before it is public; looking stores nothing."""

import pytest
from sqlalchemy import func, select

from forum.deliberation.models import Comment
from forum.kernel.db import db
from tests.threads.test_writing import fields, write

TEXT = "Das ist **wichtig**.\n\n<script>alert(1)</script>"


@pytest.fixture
def url(debate):
    return f"/empfehlungen/{debate.recommendation.slug}"


def stored(debate) -> int:
    return debate.run(lambda: db.session.scalar(select(func.count()).select_from(Comment)))


def test_a_preview_shows_the_rendered_text_above_the_form(browse, debate, url):
    browser = browse(as_=debate.author)
    page = browser.get(f"{url}?neu=1")
    number = page.select_one("form.is-new input[name=submission]")["value"]

    page = write(browser, page, TEXT, kind="contra", do="preview")

    form = page.select_one("form.is-new")
    assert form.select_one(".preview strong").text == "wichtig"
    assert not form.select_one("script")
    assert "Noch ist nichts veröffentlicht" in form.select_one(".preview").text
    assert form.textarea.text.strip() == TEXT
    assert form.select_one("input[value=contra]").has_attr("checked")
    assert form.select_one("input[name=submission]")["value"] == number
    assert page.select_one("details.write").has_attr("open")
    assert stored(debate) == 0

    page = write(browser, page, TEXT, kind="contra")
    assert page.select_one("#beitrag-1 strong").text == "wichtig"


def test_a_preview_needs_no_kind_but_a_text(browse, debate, url):
    browser = browse(as_=debate.author)
    form = browser.get(f"{url}?neu=1").select_one("form.is-new")
    data = fields(form) | {"do": "preview"}

    page = browser.post(form["action"], data | {"text": "Ein Satz."})
    assert page.select_one(".preview").select_one("p + div").text.strip() == "Ein Satz."

    page = browser.post(form["action"], data | {"text": " "}, status=422)
    assert page.select_one("form.is-new .error")
    assert not page.select_one(".preview")


def test_htmx_gets_the_list_with_the_preview_alone(browse, debate, url):
    browser = browse(as_=debate.author)

    page = write(browser, browser.get(url), TEXT, do="preview", htmx="beitraege")

    assert not page.select("h1")
    assert page.select_one("#beitraege form.is-new .preview strong")


def test_an_answer_and_a_change_can_be_looked_at_too(browse, debate, url):
    debate.comment("Der Anfang.")
    browser = browse(as_=debate.author)

    page = write(browser, browser.get(f"{url}?antwort=1"), TEXT, do="preview")
    assert page.select_one("form.is-reply .preview strong")

    page = write(browser, browser.get(f"{url}/beitraege/1?bearbeiten=1"), TEXT, do="preview")
    assert page.select_one("form.is-edit .preview strong")
    assert "bisherige Fassung" in page.select_one(".preview").text
    assert debate.again(debate.comment("Noch einer.")).number == 2


def test_an_answer_far_down_keeps_its_form(browse, debate, url):
    root = debate.comment("Der Anfang.")
    for _ in range(51):
        last = debate.comment("Eine Antwort.", parent=root)
    browser = browse(as_=debate.author)
    page = browser.get(f"{url}/beitraege/1?nach=50&antwort={last.number}")

    page = write(browser, page, TEXT, do="preview")

    assert page.select_one("form.is-reply .preview strong")


def test_nobody_looks_at_a_change_to_what_others_wrote(browse, debate, make, url):
    debate.comment("Der Anfang.")

    for data in ({"text": "Anders.", "do": "preview"}, {"text": ""}):
        browse(as_=make.member()).post(f"{url}/beitraege/1/bearbeiten", data, status=403)


def test_the_address_of_the_form_leads_to_the_debate(browse, debate, url):
    response = browse().raw("GET", f"{url}/beitraege")

    assert response.headers["Location"] == f"{url}#diskussion"
