"""What the buttons and the result beneath say, whoever looks."""

from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from flask import g, render_template_string

from forum.ballots.figures import BenchCount, BenchName, Figures, assemble, snapshot
from forum.kernel.policy import Decision

NAMES = [
    BenchName(1, "Gewerkschaften"),
    BenchName(2, "Arbeitgeber"),
    BenchName(3, "Kammern"),
    BenchName(9, "Ohne Organisation", is_counted=False),
]
COUNTS = [BenchCount(1, 9, 1, 0), BenchCount(2, 4, 4, 2), BenchCount(3, 2, 2, 2)]
FIGURES = assemble(
    7, (13, 7, 3), snapshot(COUNTS[:2]), datetime(2017, 8, 15, tzinfo=UTC), NAMES, 40
)
NOTHING = assemble(7, (0, 0, 0), (), None, NAMES, 40)
SOURCE = """{% from "components/ballot.html" import ballot, rating %}
{{ MACRO(figures, own, decision, "Ihr Votum zu Abschnitt 2", "/hier#da") }}"""
YES, NO = Decision(True), Decision(False, "Die Phase „Diskussion“ ist beendet.")


@pytest.fixture
def show(app, make):
    """Render a macro as a member sees it; `macro` is its name."""
    member = make.member()

    def render(
        figures: Figures, own: int | None, decision: Decision, macro: str = "ballot"
    ) -> BeautifulSoup:
        with app.test_request_context("/"):
            g._login_user = member
            html = render_template_string(
                SOURCE.replace("MACRO", macro),
                figures=figures,
                own=own,
                decision=decision,
            )
        return BeautifulSoup(html, "html.parser")

    return render


def text(element) -> str:
    return " ".join(element.get_text(" ").split())


@pytest.mark.parametrize("macro", ["ballot", "rating"])
@pytest.mark.parametrize(("own", "pressed"), [(1, "agree"), (0, "neutral"), (-1, "against")])
def test_a_button_sends_the_value_it_shows_and_ones_own_is_pressed(show, macro, own, pressed):
    page = show(FIGURES, own, YES, macro)
    buttons = {b["value"]: b for b in page.select("button[name=value]")}
    words = {value: text(button) for value, button in buttons.items()}
    assert [w.rstrip(" 0123456789") for w in words.values()] == [
        "stimme zu",
        "neutral",
        "stimme nicht zu",
    ]
    assert not page.select("button[name=value] .vh"), "words stay visible at every width"
    assert [v for v, b in buttons.items() if b["aria-pressed"] == "true"] == [pressed]
    vote, withdrawal = page.select("form")
    assert text(vote.select_one("legend")) == "Ihr Votum zu Abschnitt 2"
    assert text(withdrawal).startswith("Stimme zurückziehen")
    assert "zurueckziehen" in withdrawal["action"]
    for form in (vote, withdrawal):
        assert form["method"] == "post"
        assert form["action"] == form["hx-post"]
        assert form["hx-target"] == "closest #stimme-7"
        assert form.select_one("[name=back]")["value"] == "/hier#da"
        assert form.select_one("[name=csrf_token]")


@pytest.mark.parametrize("macro", ["ballot", "rating"])
def test_before_voting_nothing_is_pressed_and_there_is_nothing_to_take_back(show, macro):
    page = show(FIGURES, None, YES, macro)
    assert not page.select("[aria-pressed=true]")
    assert "zurückziehen" not in text(page)


@pytest.mark.parametrize("macro", ["ballot", "rating"])
def test_beside_every_total_stand_majorities_and_turnout_without_unfolding(show, macro):
    page = show(FIGURES, 1, YES, macro)
    for details in page.select("details"):
        details.decompose()
    assert "Mehrheit in 1 von 3 Bänken, 1 noch unter fünf Stimmen" in text(page)
    assert "23 von 40 Stimmberechtigten" in text(page)


def test_the_benches_are_a_table_with_the_date_of_the_snapshot(show):
    page = show(FIGURES, 1, YES)
    rows = [text(row) for row in page.select("tbody tr")]
    assert rows == [
        "Gewerkschaften 10 Stimmen 90 %",
        "Arbeitgeber 10 Stimmen 40 %",
        "Kammern noch unter fünf Stimmen",
        "Ohne Organisation noch unter fünf Stimmen",
    ]
    assert all(row.select_one("th[scope=row]") for row in page.select("tbody tr"))
    assert page.select_one("table caption")
    assert "Stand 15. August." in text(page)
    assert "Niemand sieht, wie Sie abgestimmt haben" in text(page)
    assert "23 Stimmen" in text(page)
    assert "geheim gezählt" in text(page)


def test_who_may_not_vote_sees_the_result_and_why(show):
    page = show(FIGURES, None, NO)
    assert not page.select("form")
    assert "Die Phase „Diskussion“ ist beendet." in text(page)
    assert "57 % Zustimmung" in text(page)
    assert page.select_one("#stimme-7")


def test_without_a_ballot_no_per_cent_is_claimed(show):
    page = show(NOTHING, None, NO)
    assert "Noch keine Stimme" in text(page)
    assert "%" not in text(page)
