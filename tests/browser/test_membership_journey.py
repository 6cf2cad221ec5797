"""Into the forum on a phone: by invitation, and by oneself; with script and without."""

import re
import urllib.request

import pytest
from playwright.sync_api import expect

from forum.demo.people import DOMAIN
from tests.browser.mails import letter_to, link_in

PLACE = "/empfehlungen/verkehrsinfrastruktur/abschnitte/3"
HOME = "Gewerkschaft Fertigung und Technik"
AGREE = re.compile(r"^stimme zu\b")


@pytest.fixture(scope="module")
def server(start):
    """A forum of its own: these people leave accounts and comments behind."""
    return start()


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def phone(request, context):
    page = context(width=390, javascript=request.param).new_page()
    page.set_default_timeout(15_000)
    page.name = "script" if request.param else "plain"
    return page


@pytest.fixture
def contact(server, context, sign_in):
    page = context().new_page()
    page.set_default_timeout(15_000)
    sign_in(page, f"mitglied1@{DOMAIN}", server)
    return page


def scanned(url):
    """A mail scanner opens every link, twice."""
    for method in ("HEAD", "GET"):
        urllib.request.urlopen(urllib.request.Request(url, method=method)).close()


def write(page, text):
    """Open the form at the paragraph one is at, and post; gives the form's own words before."""
    if page.locator("form.is-new").count() == 0:
        page.get_by_role("link", name=re.compile("^Neuer Beitrag")).click()
    elif not page.locator("form.is-new textarea").is_visible():
        page.locator("details.write > summary").click()
    form = page.locator("form.is-new")
    said = form.inner_text()
    form.get_by_label("Hinweis").check()
    form.get_by_label("Text").fill(text)
    form.get_by_role("button", name="Beitrag veröffentlichen").click()
    expect(page.locator("article.comment", has_text=text)).to_contain_text("Ihr Beitrag")
    return said


def fits(page):
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_from_an_invitation_to_a_comment(server, context, contact, phone):
    address = f"nina.{phone.name}@betriebsrat.example"
    text = f"Bei uns in {phone.name} fehlt das zweite Gleis."

    # Her works council's contact invites her to one Abschnitt.
    contact.goto(server.url + PLACE)
    contact.get_by_role("link", name="Jemanden zu diesem Abschnitt einladen").click()
    contact.get_by_label("E-Mail-Adresse").fill(address)
    contact.get_by_label("Name (freiwillig)").fill(f"Nina {phone.name}")
    contact.get_by_role("button", name="Einladung senden").click()
    expect(contact.locator("main")).to_contain_text(f"Nina {phone.name}")

    # The mail names the place. A scanner has opened its link before she does.
    mail = letter_to(server, address)
    assert server.url + PLACE in mail
    link = link_in(mail, "/einladung/")
    scanned(link)

    # One form, no password; she sees how her name will stand there.
    phone.goto(link)
    fits(phone)
    expect(phone.get_by_label("Ihr Name")).to_have_value(f"Nina {phone.name}")
    expect(phone.locator("fieldset")).to_contain_text(f"Nina {phone.name}, {HOME}")
    assert phone.locator("input[type=password]").count() == 0
    phone.get_by_label("Ich willige ein").check()
    phone.get_by_label("Ich bin mindestens 16").check()
    phone.get_by_role("button", name="Konto anlegen und anmelden").click()

    # She is signed in, back at the Abschnitt, and writes.
    expect(phone).to_have_url(re.compile(re.escape(server.url + PLACE) + r"(#.*)?$"))
    fits(phone)
    assert f"Sie erscheinen als Nina {phone.name}, {HOME}" in " ".join(write(phone, text).split())
    visitor = context(width=390).new_page()
    visitor.goto(server.url + PLACE)
    comment = visitor.locator("article.comment", has_text=text)
    expect(comment).to_contain_text(f"Nina {phone.name}")
    expect(comment).to_contain_text(HOME)

    # The link holds once; opened again on another device it says what to do.
    visitor.goto(link)
    expect(visitor.locator("main")).to_contain_text("schon benutzt")


def test_from_a_registration_to_a_vote(server, context, contact, phone):
    address = f"paul.{phone.name}@werk.example"
    text = f"Paul fragt in {phone.name} nach dem Fahrplan."

    phone.goto(server.url + PLACE)
    phone.goto(f"{server.url}/registrieren?next={PLACE}")
    fits(phone)
    phone.get_by_label("E-Mail-Adresse").fill(address)
    phone.get_by_label("Vor- und Nachname").fill(f"Paul {phone.name}")
    phone.get_by_label("Organisation", exact=True).select_option(label=HOME)
    phone.get_by_role("button", name="Vorschau").click()
    expect(phone.locator("#so-erscheinen")).to_contain_text(f"Paul {phone.name}")
    phone.get_by_label("Ich willige ein").check()
    phone.get_by_label("Ich bin mindestens 16").check()
    phone.locator("main p.actions").get_by_role("button", name="Registrieren").click()
    expect(phone.get_by_role("heading", level=1)).to_be_visible()

    # Double opt-in: opening the link makes nothing, its button does.
    link = link_in(letter_to(server, address), "/link/")
    scanned(link)
    phone.goto(link)
    phone.locator("main form button").click()
    expect(phone).to_have_url(re.compile(re.escape(server.url + PLACE) + r"(#.*)?$"))

    # He writes at once; others see it when his organisation has confirmed him.
    assert "Wird nach Bestätigung sichtbar." in write(phone, text)
    visitor = context(width=390).new_page()
    visitor.goto(server.url + PLACE)
    expect(visitor.locator("article.comment", has_text=text)).to_have_count(0)
    phone.goto(server.url + PLACE)
    expect(phone.locator("#abschnitt-3 .margin button")).to_have_count(0)

    contact.goto(f"{server.url}/konto/organisation")
    contact.get_by_role("button", name=re.compile(f"Bestätigen.*Paul {phone.name}")).click()
    expect(contact.locator("main")).to_contain_text("ist bestätigt")
    assert "Mitgliedschaft" in letter_to(server, address, "bestätigt")

    visitor.goto(server.url + PLACE)
    expect(visitor.locator("article.comment", has_text=text)).to_contain_text(HOME)
    phone.goto(server.url + PLACE)
    margin = phone.locator("#abschnitt-3 .margin")
    margin.get_by_role("button", name=AGREE).click()
    expect(margin.get_by_role("button", name=AGREE)).to_have_attribute("aria-pressed", "true")
