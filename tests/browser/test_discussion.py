"""People talk where the text stands: in place, one form at a time, and what they type is kept."""

import re

import pytest
from playwright.sync_api import expect

THREAD = "/empfehlungen/forschung-und-entwicklung"
DOUBLE = "() => { const ids = [...document.querySelectorAll('[id]')].map((e) => e.id); "
DOUBLE += "return ids.filter((id, i) => ids.indexOf(id) !== i); }"


@pytest.fixture(scope="module")
def own(start):
    """A forum of our own: we write in it."""
    return start()


def enter(own, context, sign_in, name, **options):
    page = context(**options).new_page()
    page.set_default_timeout(15_000)
    sign_in(page, f"{name}@demo.example", own)
    page.goto(own.url + THREAD)
    return page


@pytest.mark.parametrize("width", [1440, 390])
def test_the_discussion_of_an_abschnitt_opens_in_place_and_closes_again(
    own, context, sign_in, width
):
    page = enter(own, context, sign_in, f"mitglied{2 if width == 390 else 3}", width=width)
    press = "tap" if width == 390 else "click"
    link = page.locator("#abschnitt-1 .debate a[data-abschnitt]").first
    expect(link).to_have_attribute("aria-expanded", "false")

    getattr(link, press)()

    expect(page.locator("#gespraech-1 .faden").first).to_be_visible()
    expect(page).to_have_url(f"{own.url}{THREAD}/abschnitte/1")
    expect(page.get_by_role("heading", name="Diskussion zu Abschnitt 1")).to_be_focused()
    assert page.evaluate(DOUBLE) == []
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0

    answers = page.locator("#gespraech-1 a", has_text=re.compile("Antworten"))
    first, second = answers.nth(0), answers.nth(2)
    getattr(first, press)()
    form = page.locator("form.is-reply")
    expect(form).to_have_count(1)
    expect(form.get_by_label("Ihre Antwort")).to_be_focused()
    form.get_by_label("Ihre Antwort").fill("Das wollte ich noch sagen.")
    expect(form.locator("[data-draft-state]")).to_contain_text("Entwurf gespeichert")
    title = form.locator(".form-title").inner_text()
    assert title.startswith("Antwort an ")

    getattr(second, press)()
    expect(page.locator("form.is-reply .form-title")).not_to_have_text(title)
    expect(form).to_have_count(1)
    expect(form.get_by_label("Ihre Antwort")).to_have_value("")
    getattr(first, press)()
    expect(form.get_by_label("Ihre Antwort")).to_have_value("Das wollte ich noch sagen.")

    # A new comment is another form, and opening it closes the answer.
    getattr(page.locator("#gespraech-1 details.write summary"), press)()
    expect(form).to_have_count(0)
    expect(page.locator("#gespraech-1 form.is-new .form-title")).to_have_text(
        "Neuer Beitrag zu Abschnitt 1"
    )

    getattr(page.locator("#ort-1 [data-ort-close]").first, press)()
    expect(page.locator("#ort-1")).to_be_hidden()
    expect(page).to_have_url(own.url + THREAD)
    expect(link).to_be_focused()
    assert page.evaluate(DOUBLE) == []


def test_the_keyboard_opens_and_the_browser_goes_back_and_forth(own, context, sign_in):
    page = enter(own, context, sign_in, "mitglied4")
    link = page.locator("#abschnitt-2 .debate a[data-abschnitt]").first
    link.focus()

    page.keyboard.press("Enter")

    expect(page.locator("#gespraech-2 .faden").first).to_be_visible()
    page.go_back()
    expect(page.locator("#ort-2")).to_be_hidden()
    page.go_forward()
    expect(page.locator("#gespraech-2 .faden").first).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("#gespraech-2 .faden").first).to_be_visible()


def test_a_draft_goes_on_on_another_device_and_a_lost_connection_loses_nothing(
    own, context, sign_in
):
    page = enter(own, context, sign_in, "mitglied6")
    page.goto(f"{own.url}{THREAD}/abschnitte/3?neu=1")
    form = page.locator("form.is-new")
    form.get_by_label("Contra").check()
    page.context.set_offline(True)
    form.get_by_label("Text").fill("Ein Satz ohne Netz.")
    expect(form.locator("[data-draft-state]")).to_contain_text("Keine Verbindung")
    page.context.set_offline(False)
    expect(form.locator("[data-draft-state]")).to_contain_text("Entwurf gespeichert")

    phone = enter(own, context, sign_in, "mitglied6", width=390)
    phone.goto(f"{own.url}{THREAD}/abschnitte/3")
    again = phone.locator("form.is-new")
    expect(again.get_by_label("Text")).to_have_value("Ein Satz ohne Netz.")
    expect(again.get_by_label("Contra")).to_be_checked()
    again.get_by_label("Text").fill("Ein Satz vom Telefon.")
    expect(again.locator("[data-draft-state]")).to_contain_text("Entwurf gespeichert")

    # The first device does not know of that: both stay, and it is told.
    form.get_by_label("Text").fill("Ein Satz vom Rechner.")
    expect(form.locator("[data-draft-state]")).to_contain_text("etwas anderes geschrieben")
    page.goto(f"{own.url}{THREAD}/abschnitte/3")
    expect(page.locator("form.is-new").get_by_label("Text")).to_have_value("Ein Satz vom Rechner.")
    expect(page.locator("form.is-new .other-text del")).to_contain_text("Telefon")


def test_a_session_that_ends_while_somebody_types_loses_nothing(own, context, sign_in):
    page = enter(own, context, sign_in, "mitglied7")
    page.goto(f"{own.url}{THREAD}?neu=1")
    form = page.locator("form.is-new")
    form.get_by_label("Hinweis").check()
    page.context.clear_cookies()

    form.get_by_label("Text").fill("Mitten im Satz.")

    expect(form.locator("[data-draft-state]")).to_contain_text("Ihre Sitzung ist zu Ende")
    form.get_by_role("button", name="Beitrag veröffentlichen").click()
    page.get_by_label("E-Mail-Adresse").fill("mitglied7@demo.example")
    page.get_by_label("Passwort", exact=True).fill("forum-demo-2017")
    page.locator("main").get_by_role("button", name="Anmelden").click()
    expect(page.locator("main textarea")).to_have_value("Mitten im Satz.")


def test_all_of_it_works_without_script_on_a_phone(own, context, sign_in):
    page = enter(own, context, sign_in, "mitglied8", width=390, javascript=False)

    page.locator("#abschnitt-1 .debate a[data-abschnitt]").first.tap()
    expect(page).to_have_url(f"{own.url}{THREAD}/abschnitte/1#diskussion")
    page.locator("#gespraech-1 a", has_text=re.compile("Antworten")).first.tap()
    form = page.locator("form.is-reply")
    expect(form).to_have_count(1)
    expect(page.locator("form.is-new")).to_have_count(0)
    form.get_by_label("Ihre Antwort").fill("Von Hand gespeichert.")
    form.get_by_role("button", name="Entwurf speichern").tap()
    expect(page.locator("#notices")).to_contain_text("Der Entwurf ist gespeichert")
    expect(page.locator("form.is-reply textarea")).to_have_value("Von Hand gespeichert.")

    page.goto(f"{own.url}/konto/angefangenes")
    page.get_by_role("link", name=re.compile("Weiterschreiben")).tap()
    form = page.locator("form.is-reply")
    expect(form.get_by_label("Ihre Antwort")).to_have_value("Von Hand gespeichert.")
    form.get_by_role("button", name="Antwort veröffentlichen").tap()
    expect(page.locator(".comment", has_text="Von Hand gespeichert.")).to_be_visible()
    page.goto(f"{own.url}/konto/angefangenes")
    expect(page.get_by_text("Keine Entwürfe.")).to_be_visible()
