"""Everybody reads the versions of a text, compares any two, and finds where each change is from."""

import pytest

from forum.amendments.models import AmendmentState
from forum.recommendations.actions import NewText, publish_version
from tests.factories import berlin_summer
from tests.versions.conftest import NEW, OLD, change, insert, strike


@pytest.fixture
def third(desk):
    """Fassung 2 changes 2, inserts 4 and strikes 3; Fassung 3 changes 1, all of amendments."""
    one = desk.file(change(), strike(3))
    two = desk.file(insert(1, "Werkstätten", "Neue Werkstätten."))
    desk.september()
    desk.accept(one)
    desk.accept(two, AmendmentState.PARTLY, "Werkstätten", "Zehn neue Werkstätten.")
    desk.make_version("Mehr Geld und Werkstätten.")
    desk.travel(berlin_summer(9, 5, 9))
    desk.accepted(change(1, "Überschrift 1", "Abschnitt 1 ist neu gefasst."), version=2)
    desk.make_version("Der Anfang ist neu.")
    return desk


def test_the_list_says_what_changed_when_and_of_what(third):
    page = third.browse().get(f"{third.url}/fassungen")

    assert [one.text.strip() for one in page.select(".releases h2 a")] == [
        "Fassung 3",
        "Fassung 2",
        "Fassung 1",
    ]
    second = page.select_one("#fassung-2")
    assert "2. September 2017" in second.text
    assert "Mehr Geld und Werkstätten." in second.text
    deeds = [one.text for one in second.select(".changes h3")]
    assert deeds == ["Abschnitt 4 neu", "Abschnitt 2 geändert", "Abschnitt 3 gestrichen"]
    reasons = second.select_one(".changes li")
    assert "Änderungsvorschlag 3" in reasons.text
    assert "teilweise übernommen" in reasons.text
    assert "Das trägt die Mehrheit." in reasons.text
    assert third.browse().get(second.select_one(".changes h3 a")["href"].split("#")[0])


def test_a_former_version_reads_as_it_did_and_says_that_it_is_former(third):
    page = third.browse().get(f"{third.url}/fassungen/1")

    assert "Frühere Fassung" in page.text
    assert [one.text.strip() for one in page.select(".clause .number")] == ["1", "2", "3"]
    assert OLD in page.text
    assert "Diese Fassung gilt." in third.browse().get(f"{third.url}/fassungen/3").text
    third.browse().get(f"{third.url}/fassungen/4", status=404)


@pytest.mark.parametrize(
    ("day", "number"), [("2017-08-15", 1), ("2017-09-02", 2), ("2017-09-04", 2), ("2030-01-01", 3)]
)
def test_stand_vom_leads_to_the_version_then_in_force(third, day, number):
    answer = third.browse().raw("GET", f"{third.url}/fassungen?stand={day}")

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"{third.url}/fassungen/{number}?")
    assert "So galt der Text am" in third.browse().get(answer.headers["Location"]).text


@pytest.mark.parametrize("day", ["2016-01-01", "gestern", "0001-01-01", "9999-12-31x"])
def test_a_day_before_all_versions_or_none_at_all_is_said(third, day):
    answer = third.browse().raw("GET", f"{third.url}/fassungen?stand={day}")

    assert answer.status_code in {200, 302}
    if answer.status_code == 200:
        assert "stand-error" in answer.text


def test_any_two_versions_are_compared_abschnitt_by_abschnitt(third):
    page = third.browse().get(f"{third.url}/fassungen/vergleich?von=1&bis=3")

    deeds = [one.text for one in page.select(".version-toc li")]
    assert deeds == [
        "Abschnitt 1 geändert",
        "Abschnitt 4 neu",
        "Abschnitt 2 geändert",
        "Abschnitt 3 gestrichen",
    ]
    second = page.select_one("#aenderung-2")
    assert second.select_one(".change-words li").text.startswith("‚")
    assert second.select(".diff del")
    assert second.select(".diff ins")
    assert "Neue" not in page.select_one("#aenderung-4 .diff").text
    assert (
        "Zehn neue Werkstätten."
        in page.select_one("#aenderung-4 ins + *, #aenderung-4 .stored-text").text
    )
    assert page.select_one("#aenderung-3 .stored-text del")
    only = third.browse().get(f"{third.url}/fassungen/vergleich?von=3&bis=2")
    assert [one.text for one in only.select(".version-toc li")] == ["Abschnitt 1 geändert"]
    assert "Unverändert." in only.select_one("#aenderung-2").text


def test_the_list_of_sentences_stands_before_the_diff(third):
    page = third.browse().get(f"{third.url}/fassungen/vergleich?von=1&bis=2")

    order = [
        "words" if "change-words" in one["class"] else "diff"
        for one in page.select("#aenderung-2 .change-words, #aenderung-2 form.diff")
    ]
    assert order == ["words", "diff"]


def test_what_is_not_a_version_is_not_found(third):
    third.browse().get(f"{third.url}/fassungen/vergleich?von=1&bis=9", status=404)
    third.browse().get(f"{third.url}/fassungen/vergleich?von=x&bis=2", status=404)
    page = third.browse().get(f"{third.url}/fassungen/vergleich?von=2&bis=2")
    assert "zwei verschiedene" in page.text


def test_with_one_version_there_is_nothing_to_compare_yet(desk):
    page = desk.browse().get(f"{desk.url}/fassungen/vergleich")
    assert "nur diese eine Fassung" in page.text
    assert (
        "wie er am 3. April 2017 veröffentlicht wurde"
        in desk.browse().get(f"{desk.url}/fassungen").text
    )


def test_each_change_leads_to_its_amendment_and_that_to_its_comments(third):
    page = third.browse().get(f"{third.url}/fassungen/vergleich?von=1&bis=2")

    assert page.select_one("#aenderung-2 .reasons a")["href"] == f"{third.url}/aenderungen/1"
    forward = third.browse().get(f"{third.url}/aenderungen/1")
    link = forward.select_one("a[href*='vergleich?von=1&bis=2#aenderung-2']")
    assert "Fassung 2" in link.text
    assert forward.select_one("#diskussion")


def test_the_current_text_says_quietly_what_came_of_amendments(third):
    page = third.browse().get(third.url)

    assert [one.text.split() for one in page.select(".clause .came-of")] == [
        ["In", "Fassung", "3", "geändert:", "Vorschlag", "4"],
        ["In", "Fassung", "2", "geändert:", "Vorschlag", "3"],
        ["In", "Fassung", "2", "geändert:", "Vorschlag", "1"],
    ]


def test_an_amendment_that_gave_way_says_so_on_its_page(desk):
    motions = [desk.file(change(text=OLD + " Eins.")), desk.file(change(text=OLD + " Zwei."))]
    desk.september()
    first, _second = (desk.accept(one)[0] for one in motions)
    assert "noch in keiner Fassung" in desk.browse().get(f"{desk.url}/aenderungen/2").text
    assert "Beschlossen, noch in keiner Fassung" in desk.browse().get(f"{desk.url}/fassungen").text

    desk.make_version(c2=f"one:{first}", c2_remark="Eins genügt.")

    assert "ging er nicht in den Text ein: Eins genügt." in " ".join(
        desk.browse().get(f"{desk.url}/aenderungen/2").text.split()
    )
    page = desk.browse().get(f"{desk.url}/fassungen")
    assert "Beschlossen, aber nicht in den Text eingegangen" in page.text
    assert "Eins genügt." in page.text


def test_a_struck_abschnitt_stays_addressable_with_its_history(third):
    page = third.browse().get(f"{third.url}/abschnitte/3")

    assert "Gestrichen" in page.text
    assert "Fassung 2" in page.text
    assert page.select_one(f"a[href='{third.url}/aenderungen/2']")
    assert OLD.replace("2", "3", 1) in page.text
    assert not page.select("form.vote")
    assert page.select_one("#diskussion")
    third.browse().get(f"{third.url}/abschnitte/9", status=404)
    places = third.browse().raw("GET", f"/stelle/{third.run(lambda: _paragraph(third, 3))}")
    assert places.headers["Location"] == f"{third.url}/abschnitte/3"


def _paragraph(desk, number):
    from forum.threads.queries import paragraph_id

    return paragraph_id(desk.recommendation.id, number)


def test_a_move_is_said_as_a_move(desk):
    def swap():
        from forum.kernel import clock
        from forum.recommendations.actions import alone
        from forum.recommendations.queries import clauses, published

        alone()
        recommendation = published(desk.recommendation.slug)
        found = {one.number: one for one in clauses([recommendation.id])[recommendation.id]}
        publish_version(
            recommendation,
            [
                NewText(n, found[n].heading, found[n].text, found[n].html, None, None, [])
                for n in (3, 1, 2)
            ],
            published_at=clock.now(),
        )

    desk.run(swap)

    page = desk.browse().get(f"{desk.url}/fassungen/vergleich?von=1&bis=2")

    assert [one.text for one in page.select(".version-toc li")] == ["Abschnitt 3 verschoben"]
    assert "stand an Stelle 3 und steht jetzt an Stelle 1" in page.text
    assert "ohne Änderungsvorschlag" in page.text


def test_long_texts_are_compared_by_a_job_and_not_by_the_page(desk, work):
    long = " ".join(f"w{n}" for n in range(900))
    desk.publish(2, long)
    desk.publish(2, " ".join(f"v{n}" for n in range(900)))
    url = f"{desk.url}/fassungen/vergleich?von=2&bis=3"
    assert "wird gerade berechnet" in desk.browse().get(url).text

    work()

    page = desk.browse().get(url)
    assert "wird gerade berechnet" not in page.text
    assert page.select("#aenderung-2 .diff del")


def test_after_an_editorial_change_older_versions_read_as_they_did(desk):
    desk.file()
    motion = desk.file(change(text=NEW))
    desk.september()
    desk.accept(motion)
    desk.make_version(c2_is_editorial=True)

    assert OLD in desk.browse().get(f"{desk.url}/fassungen/1").text
    assert NEW in desk.browse().get(f"{desk.url}/fassungen/2").text
    page = desk.browse().get(f"{desk.url}/fassungen/vergleich?von=1&bis=2")
    assert "Abschnitt 2 redaktionell geändert" in page.text
    assert page.select("#aenderung-2 .diff ins")


def test_pages_take_few_statements_however_many_versions_there_are(third, count_queries):
    counts = []
    for _round in range(2):
        with count_queries() as statements:
            third.browse().get(f"{third.url}/fassungen/vergleich?von=1&bis=2")
        counts.append(len(statements))
        for n in range(4):
            third.publish(1, f"Anders {n}, Runde {_round}.")
    assert counts[0] == counts[1]
    assert counts[0] <= 9
