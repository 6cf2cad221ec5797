"""The whole path in one go, as people walk it: with script on a wide screen, without on a phone."""

import re
import time

import pytest
from playwright.sync_api import expect

THREAD = "/empfehlungen/verkehrsinfrastruktur"
AGREE = re.compile(r"^stimme zu\b")
WORDS = "Umladebahnhof"
"""A word that nobody else in the demo uses: the search has to find it."""


class People:
    """The windows of those who walk the path."""

    def __init__(self, server, context, sign_in, people, options):
        self.server, self.context, self.sign_in, self.people, self.options = (
            server,
            context,
            sign_in,
            people,
            options,
        )

    def __call__(self, role=None):
        page = self.context(**self.options).new_page()
        page.set_default_timeout(15_000)
        if role:
            self.sign_in(page, self.people[role], self.server)
        return page


def eventually(look, seconds=20):
    """What follows from the work after the commit may take a moment."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, "It did not happen in time"
        time.sleep(0.3)
    return found


@pytest.mark.parametrize(
    "options",
    [{"width": 1440}, {"width": 390, "javascript": False}],
    ids=["wide", "phone-no-script"],
)
def test_from_the_text_to_the_summary(start, context, sign_in, people, options):
    server = start()
    window = People(server, context, sign_in, people, options)

    # Reading: home, one recommendation, its Abschnitte, the theses with provenance.
    page = window()
    page.goto(server.url)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Fünf Empfehlungen")
    expect(page.get_by_text("Tage bis zur Wahl").first).to_be_visible()
    page.get_by_role("link", name="Für eine leistungsfähige Verkehrsinfrastruktur").first.click()
    expect(page).to_have_url(server.url + THREAD)
    expect(page.locator(".clause")).to_have_count(7)
    expect(page.locator("#thesen")).to_contain_text("aus dem Programm, redaktionell")
    expect(page.locator("#thesen")).to_contain_text("abgeleitet")

    # A member votes on an Abschnitt and a thesis, writes, answers, rates.
    member = window("member")
    member.goto(server.url + THREAD)
    margin = member.locator("#abschnitt-3 .margin")
    margin.get_by_role("button", name="stimme nicht zu").click()
    expect(
        member.locator("#abschnitt-3 .margin").get_by_role("button", name="stimme nicht zu")
    ).to_have_attribute("aria-pressed", "true")
    member.locator("#these-vi-2").get_by_role("button", name="stimme zu", exact=True).click()
    expect(
        member.locator("#these-vi-2").get_by_role("button", name="stimme zu", exact=True)
    ).to_have_attribute("aria-pressed", "true")

    member.goto(f"{server.url}{THREAD}/abschnitte/3?neu=1#neuer-beitrag")
    form = member.locator("form.is-new")
    form.get_by_label("Hinweis").check()
    form.get_by_label("Text").fill(f"Am {WORDS} fehlt seit Jahren ein zweites Gleis.")
    form.get_by_role("button", name="Beitrag veröffentlichen").click()
    own = member.locator("article.comment", has_text=WORDS).first
    expect(own).to_contain_text("Ihr Beitrag")
    number = own.get_attribute("id").removeprefix("beitrag-")

    colleague = window("colleague")
    colleague.goto(f"{server.url}{THREAD}/beitraege/{number}")
    colleague.get_by_role("link", name=f"Antworten auf Beitrag {number}").click()
    answer = colleague.locator("form.is-reply")
    answer.get_by_label("Ihre Antwort").fill("Das gilt auch für die Zufahrt.")
    answer.get_by_role("button", name="Antwort veröffentlichen").click()
    expect(
        colleague.locator("article.comment", has_text="Das gilt auch für die Zufahrt.")
    ).to_be_visible()
    colleague.goto(f"{server.url}{THREAD}/beitraege/{number}")
    rated = colleague.locator(f"#beitrag-{number}")
    rated.get_by_role("button", name=AGREE).click()
    expect(
        colleague.locator(f"#beitrag-{number}").get_by_role("button", name=AGREE)
    ).to_have_attribute("aria-pressed", "true")

    # The search finds it.
    def found():
        page.goto(f"{server.url}/suche?q={WORDS}")
        return page.locator("mark").count()

    eventually(found)

    # A party drafts, a colleague approves; until the minute of publication nobody else sees it.
    party = window("party")
    party.goto(f"{server.url}/partei-desk/vi-3")
    party.get_by_label("Ablehnung").check()
    party.get_by_label("Begründung").fill("Beispieltext: Unser Vorschlag heißt Brückenfahrplan.")
    party.get_by_role("button", name="Freigabe anfragen").click()
    second = window("party_second")
    second.goto(f"{server.url}/partei-desk/vi-3")
    second.get_by_role("button", name="Freigeben").click()
    expect(second.locator("#these")).to_contain_text("Freigegeben")
    page.goto(f"{server.url}/parteien/partei-nord")
    assert "Brückenfahrplan" not in page.content()

    # Somebody without an account reports it; a moderator hides it under a rule, with two reasons.
    page.goto(f"{server.url}{THREAD}/beitraege/{number}")
    page.locator(f"#beitrag-{number} a[href*='/melden/']").click()
    subject = page.url.rpartition("/")[2]
    page.locator("main [name=reason][value=off_topic]").check()
    page.get_by_label("Was ist nicht in Ordnung?").fill("Gehört unter einen anderen Abschnitt.")
    page.get_by_label("Nach bestem Wissen").check()
    time.sleep(3)  # nobody fills it in faster
    page.get_by_role("button", name="Meldung absenden").click()
    expect(page.locator("main")).to_contain_text("M-")
    moderator = window("moderator")
    moderator.goto(f"{server.url}/moderation/")
    expect(moderator.locator("main")).to_contain_text(f"Beitrag {number}")
    moderator.goto(f"{server.url}/moderation/entscheiden/{subject}")
    moderator.get_by_label("Ausblenden").check()
    moderator.get_by_label("Regel 1").check()
    moderator.get_by_label("Begründung für die Verfasserin").fill(
        "Der Satz gehört unter einen anderen Abschnitt."
    )
    moderator.get_by_role("button", name="Entscheiden und mitteilen").click()
    page.goto(f"{server.url}{THREAD}/beitraege/{number}")
    expect(page.locator(f"#beitrag-{number}")).to_contain_text("ist ausgeblendet")
    assert WORDS not in page.content()
    page.goto(f"{server.url}/suche?q={WORDS}")
    assert page.locator("mark").count() == 0
    page.goto(f"{server.url}/entscheidungen")
    expect(page.locator("main")).to_contain_text("Regel 1")

    # The minute of publication.
    server.forum("clock", "set", "2017-08-22T10:00")
    page.goto(f"{server.url}{THREAD}")
    expect(page.locator("#these-vi-3")).to_contain_text("Brückenfahrplan")
    expect(page.locator("#these-vi-3")).to_contain_text("von der Partei")

    # In September a moderator writes the summary, a second one approves it.
    server.forum("clock", "set", "2017-09-02T09:00")
    moderator.goto(f"{server.url}/moderation/zusammenfassungen/verkehrsinfrastruktur")
    moderator.get_by_role("button", name="Fassung 1 beginnen").click()
    moderator.get_by_label("Titel").fill("Mehr Planung, weniger Engpässe")
    moderator.locator("button[value='add:consensus']").click()
    moderator.locator("textarea[name^='text-']").first.fill(
        "Über die **Planungsämter** besteht Einigkeit."
    )
    moderator.locator("[name^='cites-']").first.fill(f"Abschnitt 5, Beitrag {cited(page, server)}")
    moderator.get_by_role("button", name="Freigabe anfragen").click()
    approver = window("approver")
    approver.goto(f"{server.url}/moderation/zusammenfassungen/verkehrsinfrastruktur")
    approver.get_by_role("button", name="Freigeben").click()
    page.goto(f"{server.url}/zusammenfassungen/verkehrsinfrastruktur")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Mehr Planung, weniger Engpässe")
    page.goto(server.url + THREAD)
    expect(page.locator("main")).to_contain_text("Mehr Planung, weniger Engpässe")

    def summary_found():
        page.goto(f"{server.url}/suche?q=Planungsämter")
        return "Mehr Planung, weniger Engpässe" in page.content()

    eventually(summary_found)


def cited(page, server):
    """The number of a visible first comment to cite."""
    page.goto(server.url + THREAD)
    shown = page.locator("#beitraege article.comment:not(.removed)").first
    return shown.get_attribute("id").removeprefix("beitrag-")
