"""An editor's hour: from the last round to the next one, opened, with forty people on their way."""

import re

import pytest
from playwright.sync_api import expect

from forum.demo.people import DOMAIN
from tests.browser.mails import letter_to

PASTED = """Netze und Speicher

Beschlossen vom Vorstand am 3. Mai

1.\tNetze zuerst
Der Ausbau der Verteilnetze wird bis 2026 abge\u00adschlossen.\u00a0Dafür braucht es:
•\tverbindliche Fristen,
•\tmehr Personal in den Genehmigungsbehörden.

2.\tSpeicher
Speicher werden von doppelten Abgaben befreit.

3.\tWas das kostet
Jahr\tMrd. Euro
2022\t1,4
2023\t1,9
"""
"""As a word processor puts it on the clipboard: tabs, bullets, soft hyphens, a table, a heading."""

HOME = "Gewerkschaft Fertigung und Technik"


def table(*, last="vierzig@werk.example"):
    """Forty people as Excel on Windows saves them."""
    lines = ["Name;E-Mail;Organisation;Bank;Sprecher"]
    lines += [f"Jörg Müller {n};mueller{n}@werk.example;{HOME};Gewerkschaften;" for n in range(39)]
    lines += [f"Änne Groß;{last};{HOME};Gewerkschaften;ja", ""]
    content = "\r\n".join(lines).encode("cp1252")
    return {"name": "mitglieder.csv", "mimeType": "text/csv", "buffer": content}


@pytest.fixture
def editor(start, context, sign_in):
    """Her window, and the forum it looks at."""
    server = start()
    page = context(width=1440).new_page()
    page.set_default_timeout(15_000)
    sign_in(page, f"redaktion@{DOMAIN}", server)
    return server, page


def test_a_round_from_the_last_one_to_its_opening(editor, context):
    server, page = editor

    # She copies the last round.
    page.goto(f"{server.url}/redaktion/")
    page.get_by_role("link", name="Konsultation anlegen").click()
    page.get_by_label("Titel", exact=True).fill("Bundestagswahl 2021")
    page.get_by_label("Kurztitel").fill("Wahl 2021")
    page.get_by_label("Wahltag").fill("2021-09-26")
    page.get_by_role("button", name="Als Entwurf anlegen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bundestagswahl 2021")
    desk = page.url
    expect(page.locator(".checks")).to_contain_text("fehlt:")
    expect(page.get_by_role("button", name="Konsultation eröffnen")).to_have_count(0)

    # Two recommendations come out of a word processor.
    for number, title in ((6, "Netze und Speicher ausbauen"), (7, "Ausbildung am Ort halten")):
        page.goto(f"{desk}empfehlungen/")
        page.get_by_role("link", name="Handlungsempfehlung anlegen").click()
        page.get_by_label("Titel", exact=True).fill(title)
        page.get_by_label("Kurzer Titel").fill(title.partition(" ")[0])
        page.get_by_label("Vorspann").fill("Worum es geht, in einem Satz.")
        expect(page.get_by_label("Nummer")).to_have_value(str(number))
        page.get_by_role("button", name="Als Entwurf speichern").click()
        page.get_by_role("link", name="Zu den Abschnitten").click()
        page.locator("main").get_by_role(
            "link", name="Aus der Textverarbeitung einfügen"
        ).first.click()
        page.get_by_label("Text aus Ihrer Textverarbeitung").fill(PASTED)
        page.get_by_role("button", name="Abschnitte suchen").click()
        expect(page.locator("main")).to_contain_text("4 Abschnitte gefunden.")
        expect(page.locator("main")).to_contain_text("Eine Tabelle wurde zur Liste")
        page.get_by_role("button", name=re.compile("^Weglassen.*Fund 1$")).click()
        expect(page.locator("main")).to_contain_text("3 Abschnitte gefunden.")
        page.get_by_role("button", name="Übernehmen").click()
        expect(page.get_by_label("Überschrift").first).to_have_value("Netze zuerst")
        page.get_by_role("button", name="Als Entwurf speichern", exact=True).click()

    # A thesis: the aid points out what is wrong with her first try.
    page.goto(f"{desk}thesen/")
    page.get_by_role("link", name=re.compile("These hinzufügen.*Netze")).click()
    page.get_by_label("These", exact=True).fill("Netze und/oder Speicher sollen nicht warten.")
    page.get_by_role("button", name="Wortlaut prüfen").click()
    expect(page.locator("#hinweise")).to_contain_text("und/oder")
    page.get_by_label("These", exact=True).fill("Der Bund bezahlt den Ausbau der Verteilnetze.")
    page.get_by_label("Stichwort").fill("Verteilnetze")
    page.get_by_role("button", name="Als Entwurf speichern").click()

    # Phases: the wrong order is said at its field, and then put right.
    page.goto(f"{desk}konsultation")
    page.get_by_label("Wer gefragt wird").fill("Alle Parteien, die im Bundestag sitzen.")
    page.get_by_text("Diskussion:").click()
    begin = page.locator("#phases-1-starts_at")
    right = begin.input_value()
    begin.fill("2020-01-01T00:00")
    page.get_by_role("button", name="Als Entwurf speichern").click()
    expect(page.locator("#phases-1-starts_at-error")).to_contain_text("beginnt vor der")
    page.locator("#phases-1-starts_at").fill(right)
    page.get_by_role("button", name="Als Entwurf speichern").click()
    expect(page.locator(".error-summary")).to_have_count(0)

    # Forty members come out of a spreadsheet: checked first, sent when nothing is wrong with it.
    page.goto(desk)
    page.get_by_role("link", name="Viele aus einer Tabelle").click()
    file = page.get_by_label("Datei mit der Liste")
    file.set_input_files(table(last="vierzig@"))
    page.get_by_role("button", name="Prüfen").click()
    expect(page.locator("table tbody")).to_contain_text("41")
    expect(page.locator("table tbody")).to_contain_text("E-Mail")
    sent = (server.data / "mail").glob("*.eml")
    assert not any(b"werk.example" in mail.read_bytes() for mail in sent)
    file.set_input_files(table())
    page.get_by_role("button", name="Prüfen").click()
    expect(page.locator("main")).to_contain_text("40 Personen können eingeladen werden")
    page.get_by_role("button", name="Einladungen senden").click()
    expect(page.locator("body")).to_contain_text("40 Einladungen sind unterwegs.")
    assert "/einladung/" in letter_to(server, "vierzig@werk.example")

    # The checklist is green; she opens the round, and a visitor reads it.
    page.goto(desk)
    page.get_by_role("button", name="Konsultation eröffnen").click()
    expect(page.locator("main")).to_contain_text("wird gezeigt")
    visitor = context(width=390).new_page()
    visitor.goto(server.url)
    expect(visitor).to_have_title(re.compile("Bundestagswahl 2021"))
    visitor.goto(f"{server.url}/empfehlungen/")
    expect(visitor.locator("main")).to_contain_text("sobald die Konsultation beginnt")
    server.forum("clock", "set", "2021-05-03T10:00")
    visitor.goto(f"{server.url}/empfehlungen/")
    visitor.get_by_role("link", name="Netze und Speicher ausbauen").first.click()
    expect(visitor.locator(".clause")).to_have_count(3)
    expect(visitor.locator("#abschnitt-1")).to_contain_text("Netze zuerst")
    expect(visitor.locator("#thesen")).to_contain_text("Der Bund bezahlt den Ausbau")
