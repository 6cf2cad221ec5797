"""A table of people: checked by row and column first, then sent with one press."""

import io
import time

import openpyxl
import pytest
from sqlalchemy import func, select

from forum.accounts.models import Organisation, Role
from forum.kernel.db import db
from forum.membership import importing, sheet
from forum.membership.actions import Invalid
from forum.membership.models import Invitation

PLACE = "/konto/einladungen/liste"


def upload(browser, content, name="liste.csv"):
    data = {"file": (io.BytesIO(content), name)}
    return browser.raw("POST", PLACE, data=data, content_type="multipart/form-data")


def xlsx(*lines):
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def send(browser, answer):
    from bs4 import BeautifulSoup

    [form] = BeautifulSoup(answer.text, "html.parser").select("form[action$=senden]")
    creates = [box["value"] for box in form.select("input[name=create]")]
    return browser.post(form["action"], {"create": creates})


def invitations(make):
    return make.run(lambda: db.session.scalars(select(Invitation).order_by(Invitation.id)).all())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_csv_in_any_usual_form_is_read(encoding, delimiter):
    text = "E-Mail;Nachname;Vorname;Sprecher/in\r\na@b.de;Müller;Jörg;ja\r\n".replace(
        ";", delimiter
    )

    [row] = sheet.rows("x.csv", text.encode(encoding))
    assert (row.number, row.cells["name"], row.cells["email"]) == (2, "Jörg Müller", "a@b.de")
    assert row.cells["speaker"] == "ja"


def test_a_contact_invites_a_list_into_their_organisation(club, make, browse):
    browser = browse(as_=club.contact)
    answer = upload(browser, b"name,email,speaker\nNina Neu,Nina@Example.org,yes\nB,b@c.de,\n")
    assert answer.status_code == 200
    assert invitations(make) == []
    page = send(browser, answer)

    assert "2 Einladungen sind unterwegs." in page.text
    found = invitations(make)
    assert [(i.email, i.is_speaker, i.organisation_id) for i in found] == [
        ("nina@example.org", True, club.id),
        ("b@c.de", False, club.id),
    ]
    assert {m.recipient for m in club.mails()} == {"nina@example.org", "b@c.de"}


def test_errors_stand_by_row_and_column_and_nobody_is_invited(club, make, browse):
    content = (
        b"Name;E-Mail;Organisation;Sprecher\n"
        b";a@b.de;;\n"
        b"B;kein-at;;\n"
        b"C;c@d.de;Fremder Verband;\n"
        b"D;c@d.de;;vielleicht\n"
        b"=1+1;e@f.de;;\n"
    )
    answer = upload(browse(as_=club.contact), content)

    assert answer.status_code == 422
    for words in (
        "Hier fehlt der Name",
        "keine vollständige",
        "nur in Ihre eigene",
        "schon in Zeile 4",
        "„ja“ oder „nein“",
        "eine Formel",
    ):
        assert words in answer.text
    assert invitations(make) == []
    assert not club.mails()


def test_the_redaktion_creates_unknown_organisations_only_when_ticked(club, make, browse):
    editor = make.user(Role.EDITOR)
    lines = xlsx(
        ("Name", "E-Mail", "Organisation", "Bank"),
        ("Neu", "neu@b.de", "Verband Öfen & Herde", "Kammern"),
        ("Alt", "alt@b.de", club.name, None),
    )
    browser = browse(as_=editor)
    answer = upload(browser, lines, "liste.xlsx")
    assert "Verband Öfen &amp; Herde" in answer.text
    [form_place] = [
        line.split('"')[1] for line in answer.text.split("action=") if "/senden" in line[:80]
    ]
    browser.post(form_place)
    assert [one.email for one in invitations(make)] == ["alt@b.de"]

    send(browser, upload(browser, lines, "liste.xlsx"))
    made = make.run(
        lambda: db.session.scalars(select(Organisation).filter_by(slug="verband-oefen-herde")).one()
    )
    assert made.name == "Verband Öfen & Herde"


def test_a_list_is_sent_once(club, make, browse):
    browser = browse(as_=club.contact)
    answer = upload(browser, b"name;email\nA;a@b.de\n")
    place = next(
        line.split('"')[1] for line in answer.text.split("action=") if "/senden" in line[:80]
    )
    browser.post(place)
    browser.post(place, status=409)
    assert len(invitations(make)) == 1


def test_formulas_in_xlsx_are_refused(club, browse):
    lines = xlsx(("Name", "E-Mail"), ('=HYPERLINK("http://x")', "a@b.de"))
    assert "eine Formel" in upload(browse(as_=club.contact), lines, "l.xlsx").text


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04kaputt", b"\x00\x01\x02", b"irgend;was\n1;2\n", b"name;email\n"],
)
def test_what_cannot_be_read_gets_a_sentence(app, content):
    with app.app_context(), pytest.raises(Invalid):
        sheet.rows("x.csv", content)


def test_a_zip_bomb_is_not_unpacked(app):
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b" " * (sheet.MAX_UNPACKED + 1))
    with app.app_context(), pytest.raises(Invalid, match="entpackt zu groß"):
        sheet.rows("x.xlsx", out.getvalue())


@pytest.mark.slow
def test_two_thousand_people_in_ten_seconds(club, make):
    content = "Name;E-Mail\n" + "".join(f"Person {n};p{n}@example.org\n" for n in range(2000))

    def whole():
        started = time.perf_counter()
        checked = importing.check(club.contact, sheet.rows("x.csv", content.encode()))
        kept = importing.keep(club.contact, checked)
        assert importing.send_list(club.contact, kept.id, set()) == 2000
        return time.perf_counter() - started

    took = make.run(whole)
    assert took < 10
    assert make.run(lambda: db.session.scalar(select(func.count()).select_from(Invitation))) == 2000
