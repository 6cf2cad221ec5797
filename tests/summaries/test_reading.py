"""People read summaries, follow them back to what was said, and judge them."""

import pytest

from forum.deliberation import actions as writing
from forum.kernel.db import unit_of_work
from forum.summaries import queries
from tests.factories import berlin_summer
from tests.summaries.conftest import CONSENSUS, SAID


def test_a_summary_shows_statements_with_what_they_rest_on(workshop, browse, september):
    workshop.thesis_with_position()
    september()

    workshop.publish(
        browse,
        CONSENSUS,
        ("dissent", "Gestritten wird.", "Abschnitt 2, These fe-2, Position spd/fe-2"),
    )

    page = browse().get(workshop.public)
    assert page.h1.text == "Beim Verfahren einig"
    assert [h.text for h in page.select("article > h2")] == ["Konsens", "Dissens"]
    assert page.select_one(".prose strong").text == "einfach"
    quote, paragraph, thesis, position = page.select(".sidenote")
    assert SAID in quote.text
    assert "Petra Wiesner" in quote.text
    assert quote.a["href"] == f"/stelle/{workshop.comment.id}"
    assert "Abschnitt 2: Die Berufsschulen" in paragraph.text
    assert "Forschung soll steuerlich" in thesis.text
    assert "Zustimmung (aus dem Programm, redaktionell)" in position.text
    assert "Position SPD zu These 1.2" in position.text
    byline = " ".join(page.select_one(".byline").text.split())
    assert "Von Karin Osterloh, Moderation, freigegeben von Jan Petersen" in byline
    assert "Fassung 1" in byline
    assert "§ 18 Abs. 2 MStV" in page.text
    for mark in page.select(".prose sup a"):
        assert page.select_one(mark["href"]), "Each mark leads to its note"


def test_a_visitor_reads_it_without_a_cookie_and_drafts_stay_out(workshop, browse, september):
    september()
    workshop.publish(browse)

    answer = browse().raw("GET", workshop.public)

    assert "Set-Cookie" not in answer.headers
    assert "csrf" not in answer.text


def test_a_comment_hidden_later_is_named_but_not_quoted(workshop, browse, september):
    september()
    workshop.publish(browse)
    workshop.hide(workshop.comment)

    page = browse().get(workshop.public)

    assert SAID not in page.text
    assert "inzwischen ausgeblendet: Persönlicher Angriff" in page.select_one(".sidenote").text
    assert "Petra Wiesner" not in page.text


def test_whoever_asks_what_a_hidden_comment_says_gets_no_word_of_it(workshop):
    workshop.hide(workshop.comment)

    def described(**more):
        ids = [workshop.comment.id]
        return workshop.make.run(lambda: queries.described(ids, **more))[workshop.comment.id]

    assert (described().text, described().byline) == ("", None)
    assert described(unveiled=True).text == SAID


def test_a_comment_deleted_later_is_named_but_not_quoted(workshop, browse, september):
    september()
    workshop.publish(browse)
    workshop.make.run(lambda: writing.delete_comment(workshop.author, workshop.comment.id))

    page = browse().get(workshop.public)

    assert SAID not in page.text
    assert "gelöscht" in page.select_one(".sidenote").text


def test_the_list_shows_summaries_and_what_has_none(workshop, browse, september):
    other = workshop.make.recommendation()
    september()
    workshop.publish(browse)

    page = browse().get("/zusammenfassungen/")

    assert page.select_one(".rows h2 a")["href"] == workshop.public
    assert other.slug in str(page.select_one("[aria-labelledby=offen-h]")) or (
        "Berufliche Bildung" in page.select_one("[aria-labelledby=offen-h]").text
    )


def test_a_new_version_begins_as_a_copy_and_shows_what_changed(workshop, browse, september):
    september()
    workshop.publish(browse, CONSENSUS, ("open", "Wer zahlt?", "Beitrag 1"))
    first, second = browse(as_=workshop.moderator), browse(as_=workshop.colleague)

    workshop.begin(first)
    assert [one.source for one in workshop.view().statements] == [CONSENSUS[1], "Wer zahlt?"]
    assert workshop.published().number == 1, "The old one stands until the new one is approved"
    workshop.write(first, CONSENSUS, ("open", "Wer zahlt wann?", "Beitrag 1"), do="submit")
    workshop.act(second, "freigeben")

    page = browse().get(workshop.public)
    assert "Fassung 2" in page.select_one(".byline").text
    assert page.select_one("#fassungen ins").text == "Wer zahlt wann?"
    assert page.select_one("#fassungen del").text == "Wer zahlt?"
    old = browse().get(f"{workshop.public}/fassungen/1")
    assert "Das ist eine frühere Fassung." in old.text
    assert "Wer zahlt?" in old.select_one("article").text


def test_what_is_cited_knows_who_cites_it(workshop, browse, september, app, count_queries):
    september()
    workshop.publish(browse)

    with app.app_context(), unit_of_work(), count_queries() as statements:
        found = queries.citing([workshop.comment.id, workshop.recommendation.id])
    assert len(statements) == 1
    [one] = found[workshop.comment.id]
    assert (one.slug, one.title) == (workshop.slug, "Beim Verfahren einig")
    assert browse().get(workshop.public).select_one(f"#{one.anchor}")


def test_the_pinned_box_costs_one_statement(workshop, browse, september, app, count_queries):
    september()
    workshop.publish(browse, CONSENSUS, ("open", "Wer zahlt?", "Beitrag 1, Abschnitt 1"))

    with app.test_request_context(), unit_of_work(), count_queries() as statements:
        summary = queries.published(workshop.recommendation.id)
        template = app.jinja_env.from_string(
            '{% from "components/summary.html" import box %}{{ box(summary) }}'
        )
        html = template.render(summary=summary)
    assert len(statements) == 1
    assert html.count('class="finding"') == 2
    assert "Beitrag 1</a>, <a" in html


def test_a_summary_can_be_reported(workshop, browse, september):
    september()
    workshop.publish(browse)

    page = browse().get(f"/melden/{workshop.published().id}")

    assert page.h1.text == "Zusammenfassung melden"
    assert "Beim Verfahren einig" in page.text


def test_members_judge_whether_it_is_fair(workshop, browse, september, travel, app):
    if "threads.cast_ballot" not in app.view_functions:
        pytest.skip("Ballots have no pages yet")
    september()
    workshop.publish(browse)
    early = browse(as_=workshop.author).get(workshop.public)
    assert "18. September" in early.select_one("[aria-labelledby=fair-h]").text

    travel(berlin_summer(9, 18, 10))
    page = browse(as_=workshop.author).get(workshop.public)

    assert page.select("[aria-labelledby=fair-h] button[value=agree]")


@pytest.mark.parametrize("number", [2, 99])
def test_versions_that_do_not_exist_are_not_found(workshop, browse, september, number):
    september()
    workshop.publish(browse)

    browse().get(f"{workshop.public}/fassungen/{number}", status=404)
