"""Moderators write summaries that lead back to what was said, and a second one approves them."""

from forum.kernel.ledger import verify
from forum.recommendations.models import SubjectKind
from forum.summaries.references import parse
from tests.factories import berlin_summer
from tests.summaries.conftest import CONSENSUS, SAID, token


def test_references_are_read_as_people_type_them():
    found = parse("Beiträge 3, 5 und 8; Abschnitt 2\nThese FE-2, Position spd/fe-2, Beitrag 3")

    assert [(one.kind, one.key) for one in found] == [
        (SubjectKind.COMMENT, "3"),
        (SubjectKind.COMMENT, "5"),
        (SubjectKind.COMMENT, "8"),
        (SubjectKind.PARAGRAPH, "2"),
        (SubjectKind.THESIS, "fe-2"),
        (SubjectKind.POSITION, "spd/fe-2"),
    ]
    assert [one.kind for one in parse("12, Brief 4, Position spd")] == [None, None, None]


def test_a_moderator_writes_a_draft_that_cites_all_kinds_of_things(workshop, browse):
    workshop.thesis_with_position()
    browser = browse(as_=workshop.moderator)
    workshop.begin(browser)

    page = workshop.write(
        browser,
        ("dissent", "Gestritten wird über *einen* Satz.", "Abschnitt 2, These fe-2"),
        ("consensus", "Einfach soll es sein.", "Beitrag 1, Position spd/1.2"),
        ("open", "", ""),
    )

    assert "Gespeichert." in page.select_one("#notices").text
    view = workshop.view()
    assert [(one.part, one.references) for one in view.statements] == [
        ("consensus", "Beitrag 1, Position spd/1.2"),
        ("dissent", "Abschnitt 2, These 1.2"),
    ]
    assert view.statements[1].html == "<p>Gestritten wird über <em>einen</em> Satz.</p>\n"
    assert page.select_one("#cites-0")["value"] == "Beitrag 1, Position spd/1.2"


def test_unknown_and_unpublished_references_are_errors_at_their_field(workshop, browse):
    workshop.thesis_with_position(published_at=berlin_summer(8, 22, 10))
    hidden = workshop.say("Das ist ein Angriff.")
    workshop.hide(hidden)
    browser = browse(as_=workshop.moderator)
    workshop.begin(browser)

    page = workshop.write(
        browser,
        CONSENSUS,
        ("open", "Wer zahlt?", "Beitrag 99, Brief 4"),
        ("open", "Und wann?", "Beitrag 2, Position spd/fe-2"),
        status=422,
    )

    assert not page.select("#cites-0-error")
    assert "„Beitrag 99“ gibt es nicht" in page.select_one("#cites-1-error").text
    assert "„Brief 4“ ist kein Beleg" in page.select_one("#cites-1-error").text
    assert "„Beitrag 2“ ist ausgeblendet" in page.select_one("#cites-2-error").text
    assert "nicht öffentlich" in page.select_one("#cites-2-error").text
    assert page.select_one("#cites-1")["value"] == "Beitrag 99, Brief 4", "What was typed stays"
    assert workshop.view().statements == []


def test_statements_are_added_moved_and_removed_without_saving(workshop, browse):
    browser = browse(as_=workshop.moderator)
    workshop.begin(browser)
    both = [("open", "Erste Frage?", "Beitrag 1"), ("open", "Zweite Frage?", "Unfug")]

    added = workshop.write(browser, *both, do="add:consensus")
    assert [a.text.strip() for a in added.select("textarea[name^=text]")] == [
        "",
        "Erste Frage?",
        "Zweite Frage?",
    ]
    moved = workshop.write(browser, *both, do="down:0")
    assert moved.select_one("#text-0").text.strip() == "Zweite Frage?"
    removed = workshop.write(browser, *both, do="remove:1")
    assert len(removed.select("textarea[name^=text]")) == 1
    assert "noch nicht gespeichert" in removed.text
    assert workshop.view().statements == []


def test_an_older_form_is_refused_and_both_texts_are_shown(workshop, browse):
    first, second = browse(as_=workshop.moderator), browse(as_=workshop.colleague)
    workshop.begin(first)
    old = first.get(workshop.desk).select_one("[name=edition]")["value"]
    workshop.write(second, CONSENSUS, title="Die Fassung der Kollegin")

    page = workshop.write(first, CONSENSUS, title="Meine Fassung", edition=old, status=409)

    assert "Die Fassung der Kollegin" in page.select_one("#gespeichert-h").parent.text
    assert page.select_one("#title")["value"] == "Meine Fassung"
    assert workshop.view().title == "Die Fassung der Kollegin"
    workshop.write(
        first, CONSENSUS, title="Meine Fassung", edition=page.select_one("[name=edition]")["value"]
    )
    assert workshop.view().title == "Meine Fassung"


def test_approval_needs_a_citation_for_every_statement(workshop, browse):
    browser = browse(as_=workshop.moderator)
    workshop.begin(browser)

    page = workshop.write(browser, CONSENSUS, ("open", "Wer zahlt?", ""), do="submit", status=422)
    assert "mindestens einen Beleg" in page.select_one("#cites-1-error").text
    page = workshop.write(browser, do="submit", status=422)
    assert "mindestens eine Aussage" in page.select_one(".error-summary").text
    assert workshop.view().state == "draft"


def test_approval_waits_for_its_phase(workshop, browse, travel):
    first, second = browse(as_=workshop.moderator), browse(as_=workshop.colleague)
    workshop.begin(first)
    workshop.write(first, CONSENSUS, do="submit")

    page = second.get(workshop.desk)
    assert "Das geht ab 1. September" in page.text
    assert not page.select("form[action$=freigeben] button")
    workshop.act(second, "freigeben", status=403)

    travel(berlin_summer(9, 1))
    page = workshop.act(second, "freigeben")
    assert page.h1.text == "Beim Verfahren einig"


def test_nobody_approves_what_they_wrote_last(workshop, browse, september):
    september()
    first, second = browse(as_=workshop.moderator), browse(as_=workshop.colleague)
    workshop.begin(first)
    workshop.write(first, CONSENSUS)
    workshop.write(second, CONSENSUS, lead="Von der Kollegin überarbeitet.", do="submit")

    page = second.get(workshop.desk)
    assert "nur eine zweite Person" in page.text
    workshop.act(second, "freigeben", status=403)
    workshop.act(first, "freigeben")
    assert workshop.published().approver == "Karin Osterloh"


def test_what_was_submitted_is_returned_with_a_remark(workshop, browse):
    first, second = browse(as_=workshop.moderator), browse(as_=workshop.colleague)
    workshop.begin(first)
    workshop.write(first, CONSENSUS, do="submit")
    assert not first.get(workshop.desk).select("[name=title]"), "It is not changed meanwhile"

    workshop.act(second, "zurueckgeben", remark="Der Dissens fehlt.")

    [mail] = workshop.mails()
    assert mail.recipient == workshop.moderator.email
    assert "Der Dissens fehlt." in mail.body
    assert first.get(workshop.desk).select("[name=title]")


def test_what_changed_under_the_approver_is_not_published(workshop, browse, september):
    september()
    first, second = browse(as_=workshop.moderator), browse(as_=workshop.colleague)
    workshop.begin(first)
    workshop.write(first, CONSENSUS, do="submit")
    read = second.get(workshop.desk)
    sent = {"csrf_token": token(read), "edition": read.select_one("[name=edition]")["value"]}
    workshop.act(first, "zurueckgeben")
    workshop.write(first, ("consensus", "Etwas ganz anderes.", "Beitrag 1"), do="submit")

    second.post(f"{workshop.desk}/freigeben", sent, status=409)

    assert workshop.published() is None


def test_a_citation_hidden_before_approval_holds_it_up(workshop, browse, september):
    september()
    first, second = browse(as_=workshop.moderator), browse(as_=workshop.colleague)
    workshop.begin(first)
    workshop.write(first, CONSENSUS, do="submit")
    workshop.hide(workshop.comment)

    workshop.act(second, "freigeben", status=403)

    assert workshop.published() is None


def test_publishing_is_entered_into_the_ledger_and_changes_the_thread_page(
    workshop, browse, september
):
    september()
    before = workshop.revision()

    workshop.publish(browse)

    [entry] = workshop.ledger()
    assert entry.kind == "summary.approved"
    assert entry.subject == f"recommendation:{workshop.slug}/summary/version:1"
    assert workshop.make.run(verify) is None
    assert workshop.revision() > before


def test_drafting_needs_its_phase_and_a_moderator(workshop, browse, travel):
    for stranger in (None, workshop.author):
        browser = browse(as_=stranger)
        for address in (workshop.desk, "/moderation/zusammenfassungen/"):
            browser.get(address, status=404)
        assert browser.raw("POST", workshop.desk, data={}).status_code in {400, 401, 404}
    browser = browse(as_=workshop.moderator)
    assert workshop.slug in str(browser.get("/moderation/zusammenfassungen/"))
    sent = {"csrf_token": token(browser.get(workshop.desk))}

    travel(berlin_summer(9, 20))

    assert "beendet" in browser.get(workshop.desk).text
    browser.post(f"{workshop.desk}/beginnen", sent, status=403)


def test_a_draft_is_invisible_to_everybody_else(workshop, browse, count_queries):
    browser = browse(as_=workshop.moderator)
    workshop.begin(browser)
    workshop.write(browser, CONSENSUS, title="Geheimer Entwurf", do="submit")
    summary_id = workshop.view().id

    for person in (None, workshop.author):
        reader = browse(as_=person)
        reader.get(workshop.public, status=404)
        reader.get(f"{workshop.public}/fassungen/1", status=404)
        reader.get(f"/melden/{summary_id}", status=404)
        page = reader.get("/zusammenfassungen/")
        assert "Geheimer Entwurf" not in page.text
        assert "Noch ist keine Zusammenfassung freigegeben" in page.text
        assert "ab dem 1. September" in page.text
    assert SAID not in page.text
