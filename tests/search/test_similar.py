"""Before somebody posts, they are shown what says much the same."""

import csv
import random
from pathlib import Path

import pytest

from forum.deliberation.models import CommentKind
from forum.kernel.db import unit_of_work
from forum.search.similar import find, nearness
from tests.conftest import fresh
from tests.deliberation.test_pending import newcomer
from tests.search.conftest import Debate

__all__ = ["newcomer"]

REAL = Path(__file__).parents[3] / "shared/data/polis/austria-climate.5twd2jsnkf.2022-08-08"
WORDS = """
    Klimaschutz Industrie Betrieb Förderung Berufsschule Verkehrsinfrastruktur Wasserstoff
    Strompreis Weiterbildung Mitbestimmung Handelsabkommen Forschung Mittelstand Planung
    Investition Breitband Steuer Lehrling Maschine Energie Schiene Güterverkehr Zulieferer
    Genehmigung Fachkraft Ausbildung Tarifvertrag Zollunion Rohstoff Wärmepumpe Ladesäule
""".split()  # noqa: SIM905 - a list of words reads best as words


def conversation():
    """The statements of the Austrian climate council beside the project, else invented ones."""
    file = REAL / "comments.csv"
    if file.is_file():
        with file.open(newline="") as handle:
            rows = list(csv.DictReader(handle))
        return [row["comment-body"] for row in rows if int(row.get("moderated") or 0) >= 0]
    chance = random.Random(522)
    return [
        "Wir brauchen " + " und ".join(chance.sample(WORDS, chance.randint(4, 9))) + " für alle."
        for _ in range(300)
    ]


def again(text):
    """The same in other words: halves turned round, every fifth word gone, another beginning."""
    words = [word for i, word in enumerate(text.rstrip(".").split(), 1) if i % 5]
    middle = len(words) // 2
    return "Meiner Meinung nach gilt: " + " ".join(words[middle:] + words[:middle]).lower() + "."


@pytest.fixture
def debate(make):
    return Debate(make)


@pytest.fixture
def look(app):
    def looking(slug, text):
        def inside():
            with app.test_request_context(), unit_of_work():
                return find(slug, text)

        return fresh(inside)

    return looking


@pytest.fixture
def typed(browse, debate):
    """Fill in the form for a new comment and ask for a preview, as without script."""
    url = f"/empfehlungen/{debate.recommendation.slug}"
    browser = browse(as_=debate.author)

    def typing(text, htmx=""):
        form = browser.get(f"{url}?neu=1").select_one("form.is-new")
        sent = {i["name"]: i["value"] for i in form.select("input[type=hidden]")}
        if htmx:
            return browser.post(f"{url}/aehnliche", sent | {"text": text}, htmx=htmx)
        return browser.post(form["action"], sent | {"text": text, "kind": "pro", "do": "preview"})

    return typing


def test_of_five_planted_duplicates_at_least_three_are_offered(debate, make, look, work):
    from forum.deliberation.actions import post_comment

    texts = [text for text in conversation() if text.strip()]
    numbers = {}

    def put():
        for text in texts:
            posted = post_comment(debate.author, debate.recommendation.id, CommentKind.REMARK, text)
            numbers[text] = posted.number

    make.run(put)
    work()
    chosen = random.Random(5).sample([text for text in texts if len(text.split()) >= 9], 5)

    found = [
        numbers[text] in {one.number for one in look(debate.recommendation.slug, again(text))}
        for text in chosen
    ]

    assert sum(found) >= 3, found
    assert not look(
        debate.recommendation.slug, "Quittengelee schmeckt Großmüttern vorzüglich morgens."
    )


ZULAGE = "Die Forschungszulage soll auch für Softwareentwicklung im Mittelstand gelten."
MUCH_THE_SAME = "Auch Softwareentwicklung im Mittelstand muss die Forschungszulage bekommen."


def test_the_preview_shows_what_says_much_the_same_without_script(debate, typed, work):
    debate.comment(ZULAGE)
    debate.comment("Die Berufsschulen brauchen bessere Werkstätten und mehr Lehrkräfte.")
    work()

    page = typed(MUCH_THE_SAME)

    offered = page.select_one("section.similar")
    assert [a["href"].rsplit("/", 1)[1] for a in offered.select("li a")] == ["1"]
    assert "Softwareentwicklung" in offered.text
    assert "trotzdem veröffentlichen" in offered.text
    assert page.select_one("section.preview")


def test_a_pause_shows_it_below_the_text(debate, typed, work):
    debate.comment(ZULAGE)
    work()
    assert typed(MUCH_THE_SAME, htmx="alike").select("section.similar")
    assert not typed("Ganz etwas anderes über Brücken, Schienen und Häfen.", htmx="alike").select(
        "section"
    )


def test_what_comes_on_a_pause_stands_in_its_own_place(browse, debate):
    page = browse(as_=debate.author).get(f"/empfehlungen/{debate.recommendation.slug}?neu=1")
    place = page.select_one("form.is-new .alike")
    # The form's own target would be inherited: the whole list would go.
    assert (place["hx-target"], place["hx-swap"]) == ("this", "innerHTML")


def test_nothing_hidden_deleted_or_pending_is_offered(debate, newcomer, look, work):
    slug = debate.recommendation.slug
    hidden, deleted = debate.comment(ZULAGE), debate.comment(ZULAGE)
    work()
    assert len(look(slug, MUCH_THE_SAME)) == 2
    # The index has not heard of it yet.
    debate.hide(hidden)
    debate.delete(deleted)
    assert look(slug, MUCH_THE_SAME) == []
    work()
    assert look(slug, MUCH_THE_SAME) == []

    debate.comment(ZULAGE, author=newcomer)
    work()
    assert look(slug, MUCH_THE_SAME) == []


def test_another_recommendation_offers_nothing(debate, make, look, work):
    debate.comment(ZULAGE)
    work()
    other = make.recommendation()
    assert look(other.slug, MUCH_THE_SAME) == []


def test_a_few_words_are_like_nothing(look, debate, work):
    debate.comment("Ja, das ist richtig.")
    work()
    for text in ("", "Ja.", "Ja, das ist richtig."):
        assert look(debate.recommendation.slug, text) == []


def test_rare_words_weigh_more_than_common_ones():
    weights = {"zulag": 5.0, "softwar": 4.0, "soll": 0.1, "all": 0.1}
    own = set(weights)
    assert nearness(own, {"zulag", "softwar"}, weights) > nearness(own, {"soll", "all"}, weights)
    assert nearness(own, own, weights) == pytest.approx(1)
    assert nearness(own, set(), weights) == 0


def test_who_may_not_write_is_not_shown_a_form_nor_answers(browse, debate, make):
    url = f"/empfehlungen/{debate.recommendation.slug}/aehnliche"
    answer = browse(as_=make.moderator()).raw("POST", url, data={"text": ZULAGE})
    assert answer.status_code == 403


def test_a_page_that_asks_by_itself_leads_nobody_away_when_the_session_has_ended(browse, debate):
    url = f"/empfehlungen/{debate.recommendation.slug}/aehnliche"

    asked = browse().raw(
        "POST", url, data={"text": ZULAGE}, htmx="similar", headers={"X_Unasked": "1"}
    )

    assert (asked.status_code, asked.text) == (204, "")
    assert "HX-Redirect" not in asked.headers
    assert "HX-Location" not in asked.headers
