"""Whoever wants to know reads what an organisation has said, and takes it along as a file."""

import io
import zipfile

import docx
import pytest
from sqlalchemy import update

from forum.accounts.models import Appearance, User
from forum.amendments.actions import file_motion
from forum.amendments.models import AmendmentKind
from forum.amendments.writing import NewChange
from forum.deliberation.actions import delete_comment, post_comment
from forum.deliberation.models import CommentKind
from forum.kernel.db import db
from forum.stances.writing import Content
from tests.stances.conftest import RESERVED, House


@pytest.fixture
def house(make):
    return House(make)


def own(house) -> str:
    return f"/organisationen/{house.organisation.slug}"


def say(house, text, author=None):
    return house.make.run(
        lambda: post_comment(author or house.author, house.recommendation.id, CommentKind.PRO, text)
    )


def propose(house):
    return house.make.run(
        lambda: file_motion(
            house.author,
            house.recommendation.id,
            1,
            [NewChange(AmendmentKind.STRIKE, 3)],
            "Das steht anderswo schon.",
        )
    )


def appear(house, user, appearance, pseudonym=None):
    house.make.run(
        lambda: db.session.execute(
            update(User)
            .where(User.id == user.id)
            .values(appearance=appearance, pseudonym=pseudonym)
        )
    )


def test_all_it_has_said_stands_on_its_page(browse, house):
    house.publish()
    house.publish(Content("supports", "Inzwischen überzeugt."))
    say(house, "Unsere Betriebe brauchen das.")
    propose(house)

    page = browse().get(own(house)).select_one("main")

    for words in (
        "Inzwischen überzeugt.",
        RESERVED.text,  # the earlier version
        "Unsere Betriebe brauchen das.",
        "Abschnitt 3 streichen",
        "In Prüfung",
        "Anna Referentin",
    ):
        assert words in page.text
    listed = browse().get("/organisationen/")
    assert listed.find("a", href=own(house)).text == house.organisation.name
    assert "Eine Haltung" in listed.text


def test_only_those_count_who_appear_with_the_organisation(browse, house):
    say(house, "Mit Namen und Organisation.")
    say(house, "Nur mit meiner Bank.", house.colleague)
    say(house, "Unter Pseudonym.", house.speaker)
    appear(house, house.colleague, Appearance.NAME_BENCH)
    appear(house, house.speaker, Appearance.PSEUDONYM_BENCH, "Fuchs")

    for page in (browse().get(own(house)).text, text_of(browse, house)):
        assert "Mit Namen und Organisation." in page
        assert "Nur mit meiner Bank." not in page
        assert "Unter Pseudonym." not in page
        assert "Bernd Kollege" not in page
        assert "Fuchs" not in page

    appear(house, house.author, Appearance.NAME_BENCH)
    assert "Mit Namen und Organisation." not in browse().get(own(house)).text


def test_drafts_hidden_and_deleted_words_are_not_on_it(browse, house):
    house.submit()
    gone = say(house, "Zurückgenommenes.")
    house.make.run(lambda: delete_comment(house.author, gone.id))
    for page in (browse().get(own(house)).text, text_of(browse, house)):
        assert RESERVED.text not in page
        assert "Zurückgenommenes." not in page


def test_a_struck_abschnitt_stays_with_what_was_said_to_it(browse, house):
    house.publish()
    house.new_version(2, None)
    page = browse().get(own(house))
    assert RESERVED.text in page.text
    assert "Diesen Abschnitt hat der Text nicht mehr." in page.text
    assert browse().get(f"/empfehlungen/{house.slug}/haltungen/1")


def test_each_list_goes_on_page_by_page(browse, house, monkeypatch):
    from forum.organisations import queries

    monkeypatch.setattr(queries.written, "__defaults__", (None, 2))
    for number in range(5):
        say(house, f"Beitrag der Reihe nach: {number}.")
    found, place = [], own(house)
    while place:
        page = browse().get(place)
        found += [one.text for one in page.select("#beitraege li") if "der Reihe nach" in one.text]
        link = page.select_one("#beitraege a[rel=next]")
        place = link["href"].partition("#")[0] if link else ""
    assert [text.split("nach: ")[1][0] for text in found] == ["4", "3", "2", "1", "0"]


def test_statements_do_not_grow_with_what_was_said(browse, house, count_queries):
    house.publish()
    propose(house)

    def sent():
        browse().get(own(house))
        with count_queries() as statements:
            browse().get(own(house))
        return len(statements)

    say(house, "Eins.")
    before = sent()
    for number in range(12):
        say(house, f"Noch einer: {number}.")
    house.publish(number=1)
    house.publish(Content("supports", "Doch."))
    assert sent() == before <= 8


def test_there_is_no_page_of_an_unknown_organisation(browse, make):
    make.consultation()
    browse().get("/organisationen/gibt-es-nicht", status=404)
    browse().get("/organisationen/gibt-es-nicht.docx", status=404)


# The file ---


def opened(browse, house):
    answer = browse().raw("GET", f"{own(house)}.docx")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    return answer.data


def text_of(browse, house) -> str:
    return "\n".join(p.text for p in docx.Document(io.BytesIO(opened(browse, house))).paragraphs)


def test_the_file_opens_with_headings_page_numbers_and_its_date(browse, house):
    house.publish()
    say(house, "Unsere Betriebe brauchen das.")
    propose(house)
    content = opened(browse, house)
    doc = docx.Document(io.BytesIO(content))
    headings = [p.text for p in doc.paragraphs if p.style.name.startswith(("Heading", "Title"))]
    assert headings[:2] == [house.organisation.name, "Haltungen"]
    assert "Änderungsvorschläge" in headings
    assert "Beiträge" in headings
    text = text_of(browse, house)
    for words in (RESERVED.text, "trägt mit Vorbehalt", "Unsere Betriebe brauchen das."):
        assert words in text
    assert "Stand: 17. August 2017" in text
    footer = doc.sections[0].footer._element.xml
    assert "PAGE" in footer
    assert "17. August 2017" in footer


def test_the_file_holds_nothing_that_the_page_does_not(browse, house):
    house.publish()
    content = opened(browse, house)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist()).decode(
            "utf-8", "ignore"
        )
    for secret in (
        house.author.email,
        house.author.name,
        house.speaker.name,
        house.speaker.email,
        "python-docx",
    ):
        assert secret not in everything


def test_a_text_of_odd_characters_still_makes_a_file(browse, house):
    say(house, "Ein Zeichen\u000b\u0001 und ein Bild: \U0001f600 <b>&amp;")
    assert "und ein Bild: \U0001f600" in text_of(browse, house)
