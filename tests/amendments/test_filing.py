"""Proposing changes to a text, with a form that needs no script."""

from bs4 import BeautifulSoup

from forum.amendments.models import Amendment, Motion
from forum.kernel.db import db
from tests.amendments.conftest import NEW, OLD


def filled(page: BeautifulSoup) -> dict[str, str]:
    """What the form on the page would send."""
    form = page.select_one("form.editor")
    sent = {i["name"]: i.get("value", "") for i in form.select("input[name]")}
    sent |= {t["name"]: t.text.removeprefix("\n") for t in form.select("textarea[name]")}
    for select in form.select("select[name]"):
        chosen = select.select_one("option[selected]") or select.select_one("option")
        sent[select["name"]] = chosen["value"]
    return sent


def opened(floor, browse, query="?abschnitt=2"):
    browser = browse(as_=floor.author)
    url = f"{floor.url}/aenderungen/neu"
    return browser, url, filled(browser.get(url + query))


def count(floor, model):
    return floor.run(lambda: db.session.query(model).count())


def test_the_form_opens_with_the_words_that_stand(floor, browse):
    _browser, _url, sent = opened(floor, browse)

    assert sent["text-0"] == OLD
    assert sent["heading-0"] == "Überschrift 2"


def test_a_motion_changes_strikes_and_inserts_together(floor, browse):
    browser, url, sent = opened(floor, browse)
    sent["text-0"] = NEW
    for art, abschnitt in (("strike", "3"), ("insert", "1")):
        sent = filled(browser.post(url, sent | {"art": art, "abschnitt": abschnitt, "do": "add"}))
    assert sent["text-0"] == NEW, "Adding loses nothing"
    sent |= {"heading-2": "Ganz neu", "text-2": "Das fehlt.", "reason": "Weil es *fehlt*."}

    preview = browser.post(url, sent | {"do": "preview"})
    assert "500 Millionen Euro" in " ".join(one.text for one in preview.select(".preview ins"))
    assert count(floor, Motion) == 0

    page = browser.post(url, sent | {"do": "file"})

    assert "Abschnitt 2 ändern" in page.select_one("h1").text
    assert "In Prüfung" in page.select_one(".page-head .tag").text
    assert "Martin Beyer" in page.select_one(".page-head").text
    assert page.select_one(".prose em").text == "fehlt"
    others = [a.text for a in page.select(".amendment-line h3 a")]
    assert others == ["Abschnitt 3 streichen", "Neuer Abschnitt nach Abschnitt 1"]


def test_the_changes_stand_in_words_before_the_diff(floor, browse):
    floor.file()

    page = browse().get(f"{floor.url}/aenderungen/1")

    words = [li.text for li in page.select(".change-words li")]
    assert words == [
        "‚Die‘ wird ‚Alle‘.",
        "Eingefügt nach ‚Investitionsprogramm‘: ‚von 500 Millionen Euro‘.",
    ]
    article = str(page.select_one("main"))
    assert article.index("change-words") < article.index('class="diff"')
    for hidden in page.select(".diff .vh"):
        hidden.extract()
    assert [one.text for one in page.select(".diff del")] == ["Die"]
    shown = page.select_one(".diff .stored-text")
    for old in shown.select("del"):
        old.extract()
    assert " ".join(shown.text.split()) == NEW


def test_a_double_click_files_once(floor, browse):
    browser, url, sent = opened(floor, browse)
    sent |= {"text-0": NEW, "reason": "Darum.", "do": "file"}

    browser.post(url, sent)
    page = browser.post(url, sent)

    assert page.select_one("h1").text == "Abschnitt 2 ändern"
    assert count(floor, Motion) == count(floor, Amendment) == 1


def test_what_is_missing_is_said_at_its_field(floor, browse):
    browser, url, sent = opened(floor, browse)

    page = browser.post(url, sent | {"do": "file"}, status=422)

    assert "noch nichts geändert" in page.select_one("#text-0-error").text
    assert "Begründen Sie" in page.select_one("#reason-error").text
    assert page.select_one("#text-0")["aria-invalid"] == "true"
    assert count(floor, Motion) == 0


def test_the_same_abschnitt_twice_is_said(floor, browse):
    browser, url, sent = opened(floor, browse)
    sent |= {"text-0": NEW, "reason": "Darum."}
    sent = filled(browser.post(url, sent | {"art": "strike", "abschnitt": "2", "do": "add"}))

    page = browser.post(url, sent | {"do": "file"}, status=422)

    assert "steht schon unter Ihren Änderungen" in page.select_one("#change-1-error").text

    sent = filled(browser.post(url, sent | {"do": "remove:1"}))
    assert "kind-1" not in sent
    browser.post(url, sent | {"do": "file"})
    assert count(floor, Amendment) == 1


def test_an_abschnitt_that_is_not_there_and_texts_too_long_are_said(floor, browse):
    browser, url, sent = opened(floor, browse)
    sent |= {"reason": "R" * 5001, "text-0": "T" * 8001, "heading-0": "H" * 201}
    sent |= {"kind-1": "strike", "paragraph-1": "77"}

    page = browser.post(url, sent | {"do": "file"}, status=422)

    for field in ("reason", "text-0", "heading-0", "change-1"):
        assert page.select_one(f"#{field}-error"), field


def test_a_version_published_meanwhile_is_shown_with_its_difference(floor, browse):
    browser, url, sent = opened(floor, browse)
    sent |= {"text-0": NEW, "reason": "Darum."}
    floor.publish(2, "Abschnitt 2: Die Schulen brauchen ein Investitionsprogramm.")

    page = browser.post(url, sent | {"do": "file"}, status=409)

    assert "Inzwischen gilt Fassung 2" in page.select_one(".error-summary").text
    assert "‚Berufsschulen‘ wird ‚Schulen‘." in page.select_one(".error-summary").text
    again = filled(page)
    assert again["text-0"] == NEW
    browser.post(url, again | {"do": "file"})
    assert count(floor, Amendment) == 1


def test_who_may_not_propose_reads_why(floor, browse, make):
    url = f"{floor.url}/aenderungen/neu"
    staff = browse(as_=make.moderator()).get(url, status=403)
    assert "schlagen keine Änderungen vor" in staff.text
    assert browse().raw("GET", url).status_code in {303, 401}


def test_texts_too_long_to_compare_at_once_are_compared_by_a_job(floor, browse, work):
    from tests.amendments.conftest import change

    floor.file(change(text=" ".join(f"Wort{n}" for n in range(600))))
    page = browse().get(f"{floor.url}/aenderungen/1")
    assert "wird gerade berechnet" in page.text
    assert not page.select(".diff")

    work()

    page = browse().get(f"{floor.url}/aenderungen/1")
    assert "Wort599" in page.select_one(".diff ins").text


def test_markup_in_a_proposal_stays_text(floor, browse):
    from tests.amendments.conftest import change

    floor.file(change(heading="<b>Fett</b>", text="<script>alert(1)</script> Neu."))

    page = browse().get(f"{floor.url}/aenderungen/1")

    assert not page.select("main script, .diff b")
    assert "<script>" in page.select_one(".diff").text
