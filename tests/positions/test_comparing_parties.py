"""What readers see of the parties' answers, and whose word each is."""

import pytest

from forum.positions import answers, queries
from forum.positions.answers import State
from forum.positions.models import Answer, Evidence, Provenance
from tests.factories import berlin_summer
from tests.positions import factory


def views(app, recommendation):
    with app.app_context():
        return queries.theses(recommendation.id)


def words_of(page, selector):
    return " ".join(page.select_one(selector).text.split())


@pytest.mark.parametrize("many", [1, 2, 9])
def test_any_number_of_parties_stands_in_the_order_of_the_round(app, browse, make, many):
    recommendation = make.recommendation()
    claim = factory.thesis(make, recommendation)
    listed = [factory.party(make, f"partei-{n}") for n in range(many)]
    factory.answer(make, claim, listed[-1])

    (view,) = views(app, recommendation)
    page = browse().get("/parteien/vergleich")

    assert [one.party.slug for one in view.answers] == [party.slug for party in listed]
    assert [one.state for one in view.answers[:-1]] == [State.MISSING] * (many - 1)
    assert len(page.select("table.matrix thead th")) == many + 1
    assert len(page.select("tr.claims td")) == many


def test_theses_and_answers_take_two_statements(app, make, count_queries):
    recommendation = make.recommendation()
    listed = [factory.party(make, f"partei-{n}") for n in range(6)]
    for n in range(5):
        claim = factory.thesis(make, recommendation, f"t-{n}")
        for party in listed:
            factory.answer(make, claim, party)

    with app.app_context(), count_queries() as statements:
        found = queries.theses(recommendation.id)

    assert len(found) == 5
    assert all(one.said for view in found for one in view.answers)
    assert len(statements) <= 2


MARKS = [
    (Answer.AGREE, Provenance.PARTY, None, "Zustimmung", "von der Partei", "#i-verified"),
    (
        Answer.AGAINST,
        Provenance.EDITORIAL,
        Evidence.EXPLICIT,
        "Ablehnung",
        "aus dem Programm, redaktionell",
        "#i-document",
    ),
    (
        Answer.AGREE,
        Provenance.EDITORIAL,
        Evidence.DERIVED,
        "Zustimmung",
        "aus dem Programm abgeleitet, redaktionell",
        "#i-derived",
    ),
    (
        Answer.NEUTRAL,
        Provenance.EDITORIAL,
        Evidence.DERIVED,
        "im Programm nicht festgelegt (abgeleitet)",
        "aus dem Programm abgeleitet, redaktionell",
        "#i-derived",
    ),
    (Answer.NEUTRAL, Provenance.JOINT, None, "neutral", "gemeinsame Antwort", "#i-people"),
    (
        Answer.UNDECIDED,
        Provenance.IMPORT,
        None,
        "keine Festlegung",
        "übernommen aus anderer Quelle",
        "#i-download",
    ),
]


@pytest.mark.parametrize(("answer", "provenance", "evidence", "word", "whose", "sign"), MARKS)
def test_every_answer_says_by_sign_and_word_whose_it_is(
    browse, make, answer, provenance, evidence, word, whose, sign
):
    recommendation = make.recommendation()
    party = factory.party(make)
    claim = factory.thesis(make, recommendation)
    factory.answer(make, claim, party, answer, provenance=provenance, evidence=evidence)

    comparison = browse().get("/parteien/vergleich")
    own_page = browse().get("/parteien/partei-a")

    for place in (
        comparison.select_one("tr.claims td"),
        comparison.select_one(".rationales li"),
        own_page.select_one(".rationale"),
    ):
        text = " ".join(place.text.split())
        assert word in text
        assert whose in text
        assert place.select(f'.provenance use[href="{sign}"]')


def test_a_missing_answer_is_never_neutral(browse, make):
    recommendation = make.recommendation()
    factory.party(make)
    factory.thesis(make, recommendation)

    comparison = browse().get("/parteien/vergleich")
    own_page = browse().get("/parteien/partei-a")

    assert words_of(comparison, "tr.claims td .word") == "keine belegte Position"
    assert words_of(own_page, ".rationale") == "keine belegte Position"
    assert "gefragt" not in comparison.text + own_page.text
    assert "Veröffentlichung am" not in comparison.text + own_page.text


def test_an_answer_is_announced_only_for_parties_that_are_represented(app, make, travel):
    recommendation = make.recommendation()
    factory.thesis(make, recommendation)
    factory.party(make, "unvertreten")
    factory.person(make, factory.party(make, "vertreten"))

    absent, present = views(app, recommendation)[0].answers
    assert absent.word == "keine belegte Position"
    assert present.word == "noch keine Antwort, Veröffentlichung am 22. August"

    travel(berlin_summer(8, 22, 10))
    assert {one.word for one in views(app, recommendation)[0].answers} == {"keine belegte Position"}


def test_reasons_name_the_page_of_the_programme(browse, make):
    recommendation = make.recommendation()
    factory.answer(make, factory.thesis(make, recommendation), factory.party(make))

    page = browse().get("/parteien/partei-a")

    assert "S. 22 (PDF 23)" in page.text
    assert page.select_one("cite a")["href"] == "https://example.org/programm"
    assert "Fassung 1 vom 10. Juli" in page.text


def sentences(app, recommendation):
    with app.test_request_context():
        return answers.lead(queries.theses(recommendation.id))


def test_the_heading_is_computed_from_what_is_there(app, make):
    recommendation = make.recommendation()
    claim = factory.thesis(make, recommendation)
    six = [factory.party(make, f"partei-{n}") for n in range(6)]
    assert sentences(app, recommendation) == "Noch ist keine Position einer Partei belegt."

    for party in six:
        factory.answer(make, claim, party)
    assert sentences(app, recommendation) == (
        "Aus den Programmen von sechs Parteien. Noch hat keine selbst geantwortet."
    )

    north = factory.party(make, "nord", is_invented=True)
    factory.party(make, "sued", is_invented=True)
    factory.answer(make, claim, north, provenance=Provenance.PARTY)
    assert sentences(app, recommendation) == (
        "Aus den Programmen von sechs Parteien. Noch hat keine selbst geantwortet. "
        "Zwei Parteien sind für die Vorführung erfunden. Eine von ihnen hat geantwortet."
    )

    for party in six[:2]:
        factory.answer(
            make, claim, party, provenance=Provenance.PARTY, published_at=berlin_summer(8, 1)
        )
    assert sentences(app, recommendation).startswith(
        "Zwei von sechs Parteien haben selbst geantwortet. "
        "Alle übrigen Antworten hat die Redaktion aus Programmen entnommen."
    )


def test_invented_parties_do_not_count_in_the_title(browse, make):
    factory.thesis(make, make.recommendation())
    for n in range(6):
        factory.party(make, f"partei-{n}")
    factory.party(make, "nord", is_invented=True)

    page = browse().get("/parteien/vergleich")

    assert page.h1.text == "Sechs Parteien, dieselben Sätze"
    assert "erfunden" in page.select("thead th")[-1].text


def test_the_comparison_can_be_limited_to_one_recommendation(browse, make):
    first, second = make.recommendation(), make.recommendation()
    factory.party(make)
    factory.thesis(make, first, "eins")
    factory.thesis(make, second, "zwei")

    page = browse().get(f"/parteien/vergleich?empfehlung={second.slug}")

    assert [row["id"] for row in page.select("tbody[id]")] == ["these-zwei"]
    browse().get("/parteien/vergleich?empfehlung=gibt-es-nicht", status=404)


def test_theses_of_an_unpublished_recommendation_are_not_compared(browse, make):
    hidden = make.recommendation(published_at=berlin_summer(9, 20))
    factory.party(make)
    factory.thesis(make, hidden)

    assert "(t-1)" not in browse().get("/parteien/vergleich").text
    assert "(t-1)" not in browse().get("/parteien/partei-a").text


def test_the_list_counts_what_each_party_said(browse, make):
    recommendation = make.recommendation()
    party = factory.party(make)
    first, second = (factory.thesis(make, recommendation, f"t-{n}") for n in (1, 2))
    factory.thesis(make, recommendation, "t-3")
    factory.answer(make, first, party)
    factory.answer(make, second, party, evidence=Evidence.DERIVED)

    page = browse().get("/parteien/")

    assert words_of(page, ".party-rows .muted") == (
        "Antworten zu 2 von 3 Thesen: 1 aus dem Programm, 1 aus dem Programm abgeleitet. "
        "Zu einer keine belegte Position."
    )


def test_only_what_is_public_can_be_found(app, make):
    recommendation = make.recommendation()
    claim = factory.thesis(make, recommendation)
    seen = factory.answer(make, claim, factory.party(make, "a"))
    later = factory.answer(
        make, claim, factory.party(make, "b"), published_at=berlin_summer(8, 22, 10)
    )

    with app.app_context():
        found = queries.searchable([seen.position_id, later.position_id])

    assert set(found) == {seen.position_id}
    assert found[seen.position_id].answer == "Zustimmung"
    assert found[seen.position_id].provenance == "aus dem Programm, redaktionell"
