"""People write, answer, change and take back on the pages of a thread."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from forum.accounts.models import Appearance, Role
from forum.deliberation.models import Comment
from forum.kernel.db import db
from tests.factories import berlin_summer


@pytest.fixture
def url(debate):
    return f"/empfehlungen/{debate.recommendation.slug}"


def fields(form):
    """What a form sends when nothing is typed."""
    return {i["name"]: i.get("value", "") for i in form.select("input[type=hidden]")}


def write(browser, page, text="Ein Grund dafür.", *, status=200, htmx="", **more):
    form = page.select_one("form.reply-form")
    data = fields(form) | {"text": text} | more
    if form.select("input[type=radio]"):
        data.setdefault("kind", "pro")
    return browser.post(form["action"], data, status=status, htmx=htmx)


def test_a_new_comment_stands_on_top_where_it_was_written(browse, debate, url):
    debate.comment("Älter.")
    browser = browse(as_=debate.author)
    page = browser.get(url)
    assert "Sie erscheinen als" in page.select_one("form.is-new").text

    page = write(browser, page)

    assert [c["id"] for c in page.select(".comment")] == ["beitrag-2", "beitrag-1"]
    assert "Ihr Beitrag ist veröffentlicht." in page.select_one("#notices").text
    assert page.select_one("#beitrag-2 .kind").text == "Pro"
    assert "Ihr Beitrag" in page.select_one("#beitrag-2").text


def test_a_comment_on_an_abschnitt_stands_there_and_in_the_whole_debate(browse, debate, url):
    browser = browse(as_=debate.author)

    page = write(browser, browser.get(f"{url}/abschnitte/2?neu=1"))

    assert page.h1.text == "Überschrift 2"
    assert page.select_one("#beitrag-1")
    whole = browse().get(url)
    assert whole.select_one("#beitrag-1 .meta a[href$='/abschnitte/2']").text == "Abschnitt 2"
    assert "1 Beitrag lesen" in whole.select_one("#abschnitt-2").text


def test_the_form_to_answer_says_whom_one_answers(browse, debate, url):
    debate.comment("Frage?")
    browser = browse(as_=debate.author)

    page = browser.get(f"{url}?antwort=1")

    [form] = page.select("form.reply-form")
    assert form["id"] == "antwort-1"
    assert "Antwort an Sabine Krüger, Beitrag 1" in form.text
    page = write(browser, page, "Antwort.")
    assert page.select_one("#faden-1 .replies #beitrag-2 .body").text.strip() == "Antwort."


def test_an_answer_beyond_the_first_three_leads_to_its_own_page(browse, debate, url):
    root = debate.comment()
    for _ in range(3):
        debate.comment(parent=root)
    browser = browse(as_=debate.author)

    page = write(browser, browser.get(f"{url}?antwort=1"), "Die vierte.")

    assert page.h1.text == "Beitrag 1 und 4 Antworten"
    assert page.select_one("#beitrag-5")


def test_htmx_gets_the_form_and_then_the_thread_alone(browse, debate, url):
    debate.comment()
    browser = browse(as_=debate.author)

    form = browser.get(f"{url}?antwort=1", htmx="antwort-1")
    assert form.select_one("form")["hx-target"] == "#faden-1"
    assert not form.select("html")

    wrong = write(browser, form, " ", status=422, htmx="faden-1")
    assert wrong.select_one("#faden-1 #antwort-1 [aria-invalid]")

    page = write(browser, form, "Antwort.", htmx="faden-1")
    assert not page.select("html")
    assert page.select_one("#faden-1 #beitrag-2")["autofocus"] == ""
    assert page.select_one("#notices[hx-swap-oob]")


def test_htmx_gets_the_list_after_a_new_comment(browse, debate, url):
    browser = browse(as_=debate.author)

    page = write(browser, browser.get(url), htmx="beitraege")

    assert not page.select("html")
    assert page.select_one("#beitraege #beitrag-1").has_attr("autofocus")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Schreiben Sie einen Text."),
        ("\x00\x07 ", "Schreiben Sie einen Text."),
        ("x" * 5001, "Kürzen Sie Ihren Text auf 5.000 Zeichen; zurzeit sind es 5.001."),
    ],
)
def test_what_is_wrong_stands_at_the_field_and_the_rest_stays(browse, debate, url, text, sentence):
    browser = browse(as_=debate.author)

    page = write(browser, browser.get(url), text, kind="frage", status=422)

    area = page.select_one("textarea[aria-invalid=true]")
    error = page.select_one(f"#{area['aria-describedby'].split()[0]}")
    assert sentence in error.text
    assert page.select_one("input[value=frage]").has_attr("checked")
    assert area.text.strip("\x07 \n") == text.strip("\x00\x07 ")
    assert page.select_one("details.write").has_attr("open")


def test_a_missing_kind_is_asked_for_and_the_text_stays(browse, debate, url):
    browser = browse(as_=debate.author)

    page = write(browser, browser.get(f"{url}/abschnitte/1"), kind="", status=422)

    assert "Pro, Contra, Frage oder Hinweis" in page.select_one("fieldset .error").text
    assert "Ein Grund dafür." in page.select_one("textarea").text


def test_bytes_that_are_not_utf8_are_refused_in_german(browse, debate, url):
    browser = browse(as_=debate.author)
    form = browser.get(url).select_one("form.is-new")
    body = "&".join(f"{k}={v}" for k, v in fields(form).items()) + "&kind=pro&text=kaputt%FF%FE"

    response = browser.raw(
        "POST", form["action"], data=body, content_type="application/x-www-form-urlencoded"
    )

    assert response.status_code == 400
    assert BeautifulSoup(response.text, "html.parser").h1


@pytest.mark.parametrize("about", ["", "abc", "-1", "999999", "9" * 30])
def test_unknown_things_cannot_be_written_about(browse, debate, url, about):
    browser = browse(as_=debate.author)

    browser.post(f"{url}/beitraege", {"about": about, "kind": "pro", "text": "Text"}, status=404)


def test_sending_the_same_form_twice_posts_once(browse, debate, url):
    browser = browse(as_=debate.author)
    page = browser.get(url)

    write(browser, page)
    page = write(browser, page)

    assert len(page.select(".comment")) == 1


def test_a_second_after_the_phase_the_page_says_so(browse, debate, url, travel):
    browser = browse(as_=debate.author)
    page = browser.get(url)
    travel(berlin_summer(9, 1) + timedelta(seconds=1))

    refused = write(browser, page, status=403)

    assert "„Diskussion“ ist seit 1. September beendet" in refused.text
    page = browser.get(url)
    assert not page.select("form.reply-form")
    assert "„Diskussion“ ist seit 1. September beendet" in page.select_one("#beitraege").text


def test_visitors_are_led_to_sign_in_and_back_to_the_place(browse, debate, url):
    debate.comment()

    page = browse().get(f"{url}?antwort=1")

    link = page.select_one("#antwort-1 a[href^='/anmelden']")
    assert "antwort%3D1" in link["href"]
    assert not page.select("form.reply-form, input[name=csrf_token]")


@pytest.mark.parametrize(
    ("role", "sentence"),
    [(Role.PARTY, "antworten auf Fragen"), (Role.MODERATOR, "den Mitgliedern gehört")],
)
def test_others_read_why_they_cannot_write(browse, debate, make, url, role, sentence):
    page = browse(as_=make.user(role)).get(url)

    assert sentence in page.select_one("#beitraege .notice").text
    assert not page.select("form.reply-form")


def test_authors_change_their_comment_in_its_place(browse, debate, url):
    debate.comment("Alt.")
    browser = browse(as_=debate.author)
    page = browser.get(f"{url}/beitraege/1?bearbeiten=1")
    assert page.select_one("form.is-edit textarea").text.strip() == "Alt."
    assert "ohne Verlauf" in page.select_one("form.is-edit").text

    page = write(browser, page, "Neu.")

    assert page.select_one("#beitrag-1 .body").text.strip() == "Neu."
    assert "bearbeitet" not in page.select_one("#beitrag-1").text


def test_later_changes_show_when_and_what_was_before(browse, debate, url, travel):
    debate.comment("Alt.")
    travel(timedelta(hours=2))
    browser = browse(as_=debate.author)
    page = browser.get(f"{url}/beitraege/1?bearbeiten=1")
    assert "bleibt für alle lesbar" in page.select_one("form.is-edit").text

    page = write(browser, page, "Neu.")

    assert "bearbeitet am 17. August" in page.select_one("#beitrag-1 .meta").text
    assert "Alt." in page.select_one("#fassungen-1").text


def test_a_wrong_change_keeps_what_was_typed(browse, debate, url):
    debate.comment("Alt.")
    browser = browse(as_=debate.author)

    page = write(browser, browser.get(f"{url}/beitraege/1?bearbeiten=1"), "", status=422)

    assert page.select_one("form.is-edit [aria-invalid]")


def test_nobody_gets_the_form_for_anothers_comment(browse, debate, make, url):
    debate.comment("Alt.")
    browser = browse(as_=make.member())

    assert not browser.get(f"{url}/beitraege/1?bearbeiten=1").select("form.is-edit")
    browser.post(f"{url}/beitraege/1/bearbeiten", {"text": "Fremd."}, status=403)
    browser.post(f"{url}/beitraege/1/loeschen", status=403)


def test_deleting_leaves_a_sentence(browse, debate, url):
    root = debate.comment("Geheim.")
    debate.comment("Bleibt.", parent=root)
    browser = browse(as_=debate.author)
    page = browser.get(f"{url}/beitraege/1?bearbeiten=1")

    page = browser.post(page.select_one(".delete form")["action"])

    assert (
        "Beitrag 1 wurde von der Verfasserin oder dem Verfasser gelöscht."
        in page.select_one("#beitrag-1").text
    )
    assert "Geheim" not in page.text
    assert "Bleibt." in page.text


def test_what_is_hidden_keeps_its_place_and_reason_and_shows_no_text(browse, debate, url):
    comment = debate.comment("Beleidigend.")
    debate.hide(comment, "Persönlicher Vorwurf (Regel 2).")

    for page in (browse().get(url), browse().get(f"{url}/beitraege/1")):
        assert "Beitrag 1 ist ausgeblendet: Persönlicher Vorwurf" in page.text
        assert "Beleidigend" not in page.text
        assert "Sabine" not in page.select_one("#faden-1").text


def test_a_pseudonym_hides_name_and_address_everywhere(browse, make, debate, url):
    author = make.member(
        name="Jana Hollmann", pseudonym="Rheinländerin", appearance=Appearance.PSEUDONYM_BENCH
    )
    debate.comment(author=author)

    for path in (url, f"{url}/beitraege/1", f"{url}?antwort=1"):
        html = browse().raw("GET", path).text
        assert "Rheinländerin" in html
        assert "Hollmann" not in html
        assert author.email not in html


def test_a_vote_counts_and_leads_back_to_its_place(browse, debate, url):
    browser = browse(as_=debate.author)
    form = browser.get(url).select_one("#abschnitt-1 form.vote")

    response = browser.raw("POST", form["action"], data=fields(form) | {"value": "agree"})
    assert response.headers["Location"] == f"{url}#abschnitt-1"

    page = browser.get(url)
    assert page.select_one("#abschnitt-1 button[value=agree]")["aria-pressed"] == "true"
    assert "100" in page.select_one("#abschnitt-1 .shares").text
    fragment = browser.get(form["action"], htmx=page.select_one("#abschnitt-1 .ballot")["id"])
    assert not fragment.select("html")
    taken_back = page.select_one("#abschnitt-1 form.withdraw")
    page = browser.post(taken_back["action"], fields(taken_back))
    assert not page.select("#abschnitt-1 button[aria-pressed=true]")


def test_back_never_leads_elsewhere(browse, debate, url):
    browser = browse(as_=debate.author)
    form = browser.get(url).select_one("#abschnitt-1 form.vote")

    response = browser.raw(
        "POST", form["action"], data=fields(form) | {"value": "agree", "back": "//evil.example"}
    )

    assert response.headers["Location"].startswith("/stelle/")


def test_comments_are_rated_by_others(browse, debate, make, url):
    debate.comment()
    own = browse(as_=debate.author).get(url)
    assert not own.select("#beitrag-1 form.ratings")
    browser = browse(as_=make.member())
    form = browser.get(url).select_one("#beitrag-1 form.ratings")

    page = browser.post(form["action"], fields(form) | {"value": "against"})

    assert page.select_one("#beitrag-1 button[value=against]")["aria-pressed"] == "true"


def test_every_place_has_one_address(browse, debate, make, url):
    comment = debate.comment()
    reply = debate.comment(parent=comment)
    hrefs = {comment.id: f"{url}/beitraege/1", reply.id: f"{url}/beitraege/2"}
    hrefs[debate.recommendation.id] = url
    for subject_id, expected in hrefs.items():
        assert browse().raw("GET", f"/stelle/{subject_id}").headers["Location"] == expected
    at = browse().raw("GET", f"{url}/beitraege/2").headers["Location"]
    assert at == f"{url}/beitraege/1#beitrag-2"
    hidden = make.recommendation(published_at=datetime(2017, 9, 2, tzinfo=UTC))
    for path in ("/stelle/999999", f"/stelle/{hidden.id}", f"/empfehlungen/{hidden.slug}"):
        browse().get(path, status=404)


@pytest.mark.parametrize(
    "path",
    ["beitraege/99", "abschnitte/99", "thesen/nichts", f"beitraege/{2**31}", "abschnitte/0"],
)
def test_unknown_numbers_are_not_found(browse, debate, url, path):
    browse().get(f"{url}/{path}", status=404)


@pytest.mark.parametrize("query", ["vor=abc", f"nach={'9' * 40}", "art=x", "antwort=0", "x=1"])
def test_an_address_that_makes_no_sense_shows_the_page(browse, debate, url, query):
    debate.comment()

    assert browse().get(f"{url}?{query}").select_one("#beitrag-1")


def test_pages_of_the_list_lead_on_and_back(browse, debate, url):
    for n in range(25):
        debate.comment(f"Beitrag {n}")

    first = browse().get(f"{url}?ordnung=neueste")
    older = browse().get(first.select_one("a[rel=next]")["href"])
    newer = browse().get(older.select_one("a[rel=prev]")["href"])

    assert len(first.select(".comment")) == 20
    assert [c["id"] for c in older.select(".comment")] == [f"beitrag-{n}" for n in range(5, 0, -1)]
    assert [c["id"] for c in newer.select(".comment")] == [
        c["id"] for c in first.select(".comment")
    ]
    assert not newer.select("a[rel=prev]")


def test_long_threads_have_pages(browse, debate, url):
    root = debate.comment()
    for _ in range(52):
        last = debate.comment(parent=root)

    first = browse().get(f"{url}/beitraege/1")
    second = browse().get(first.select_one("a[rel=next]")["href"])

    assert len(first.select(".replies .comment")) == 50
    assert second.select_one(f"#beitrag-{last.number}")
    at = browse().raw("GET", f"{url}/beitraege/{last.number}").headers["Location"]
    assert re.search(rf"bei={last.number}#beitrag-{last.number}$", at)


def stored(debate):
    return debate.run(lambda: db.session.scalars(select(Comment)).all())


def test_nothing_is_written_where_a_form_was_wrong(browse, debate, url):
    browser = browse(as_=debate.author)
    write(browser, browser.get(url), "", status=422)

    assert stored(debate) == []
