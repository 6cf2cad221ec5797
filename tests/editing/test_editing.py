"""The pages of the desk: recommendations, Abschnitte, pasting, theses, preview."""

import re
from io import BytesIO

import pytest

from forum.accounts.models import Role
from forum.editing import queries
from forum.recommendations.queries import clauses
from tests.editing.test_publishing import queries_row

ROUND = "bundestagswahl-2017"
SLUG = "forschung-und-entwicklung"
DESK = f"/redaktion/{ROUND}"
TEXT = f"{DESK}/empfehlungen/{SLUG}/text"
PASTE = f"{DESK}/empfehlungen/{SLUG}/einfuegen"


@pytest.fixture
def editor(make, packaged):
    return make.user(Role.EDITOR, name="Rita Redaktion")


@pytest.fixture
def desk(browse, editor):
    return browse(as_=editor)


def filled(soup, action=""):
    """The fields of the page's main form as a browser would send them."""
    form = soup.select_one(f'main form.editor[action^="{action}"]')
    found = {}
    for one in form.select("input[name], textarea[name], select[name]"):
        if one.get("type") in {"radio", "checkbox"} and not one.has_attr("checked"):
            continue
        if one.get("type") == "file":
            continue
        if one.name == "textarea":
            found[one["name"]] = one.text.removeprefix("\n")
        elif one.name == "select":
            chosen = one.select_one("option[selected]") or one.select_one("option")
            found[one["name"]] = chosen["value"]
        else:
            found[one["name"]] = one.get("value", "")
    return found


def fields(make, kind, key=SLUG):
    return make.run(lambda: queries.sheet(ROUND, kind, key, new=True)).fields


def publish(desk):
    waiting = desk.get(f"{DESK}/veroeffentlichen")
    items = [one["value"] for one in waiting.select("input[name=item]")]
    return desk.post(f"{DESK}/veroeffentlichen", {"item": items})


def test_opening_and_saving_a_form_unchanged_makes_no_draft(desk, make):
    for place in (TEXT, f"{DESK}/empfehlungen/{SLUG}", f"{DESK}/thesen/fe-1"):
        desk.post(place, filled(desk.get(place), place) | {"do": "save"})
    assert make.run(lambda: list(queries.drafts(ROUND))) == []


def test_a_mistake_is_said_at_its_field_and_nothing_typed_is_lost(desk):
    place = f"{DESK}/empfehlungen/{SLUG}"
    typed = filled(desk.get(place), place) | {"title": "", "teaser": "Mein neuer Vorspann."}
    page = desk.post(place, typed, status=422)

    assert page.select_one("#title[aria-invalid]")
    assert page.select_one("#title-error").text.strip() == "Das fehlt noch."
    assert page.select_one("#teaser").text.strip() == "Mein neuer Vorspann."


def test_the_second_editor_reads_both_texts_and_loses_nothing(desk, browse, make):
    other = browse(as_=make.user(Role.EDITOR, name="Olaf Ober"))
    typed = filled(desk.get(TEXT), TEXT)
    other.post(
        TEXT, filled(other.get(TEXT), TEXT) | {"demands-0-text": "Olafs Text.", "do": "save"}
    )
    page = desk.post(TEXT, typed | {"demands-0-text": "Ritas Text.", "do": "save"}, status=409)

    box = page.select_one(".error-summary").text
    assert "Olaf Ober" in box
    assert "Olafs Text." in box
    assert "Ritas Text." in box
    assert page.select_one("#demands-0-text").text.strip() == "Ritas Text."
    assert fields(make, "paragraphs")["paragraphs"][0]["text"] == "Olafs Text."

    desk.post(TEXT, filled(page, TEXT) | {"do": "save"})
    assert fields(make, "paragraphs")["paragraphs"][0]["text"] == "Ritas Text."


def test_a_struck_number_is_never_used_again_and_order_is_separate(desk, make):
    page = desk.post(TEXT, filled(desk.get(TEXT), TEXT) | {"do": "remove:6"})
    assert "Abschnitt 7" in page.select_one("#gestrichen").text
    page = desk.post(TEXT, filled(page, TEXT) | {"do": "add:0"})
    new = {"demands-0-heading": "Neu", "demands-0-text": "Ganz neu."}
    desk.post(TEXT, filled(page, TEXT) | new | {"do": "save"})

    numbers = [one["number"] for one in fields(make, "paragraphs")["paragraphs"]]
    assert numbers == [8, 1, 2, 3, 4, 5, 6]
    publish(desk)
    id_ = make.run(lambda: queries_row(SLUG)).id
    assert [one.number for one in make.run(lambda: clauses([id_]))[id_]] == numbers


def test_an_editorial_change_is_marked_for_everybody(desk, browse):
    typed = filled(desk.get(TEXT), TEXT)
    before = typed["demands-0-text"].strip()
    desk.post(
        TEXT,
        typed
        | {"demands-0-text": before + " Punkt.", "demands-0-change": "editorial", "do": "save"},
    )
    publish(desk)
    clause = browse().get(f"/empfehlungen/{SLUG}").select_one("#abschnitt-1")

    assert "Redaktionell geändert am 17. August 2017" in clause.text
    assert before in clause.select_one("blockquote").text


def test_a_pasted_text_is_looked_at_merged_and_taken_over(desk, make):
    text = (
        "1. Netze bauen\nDer Bund baut Netze.\n2. Strom\nStrom wird billiger.\n3. Und\nSo weiter."
    )
    page = desk.post(PASTE, {"do": "read", "text": text})
    assert "3 Abschnitte gefunden" in page.select_one(".notice").text
    assert fields(make, "paragraphs")["paragraphs"][0]["number"] == 1  # nothing taken over yet

    page = desk.post(PASTE, filled(page, PASTE) | {"do": "merge:2"})
    page = desk.post(PASTE, filled(page, PASTE) | {"do": "append"})
    taken = fields(make, "paragraphs")["paragraphs"][7:]
    assert [(one["number"], one["heading"], one["text"]) for one in taken] == [
        (8, "Netze bauen", "Der Bund baut Netze."),
        (9, "Strom", "Strom wird billiger.\n\n**Und**\n\nSo weiter."),
    ]


def test_a_revised_document_keeps_the_numbers_of_what_it_rewords(desk, make):
    old = fields(make, "paragraphs")["paragraphs"]
    pasted = [f"1. Ganz neu ist dies.\n2. {old[2]['text']} Dazu kommt noch etwas."]
    desk.post(PASTE, {"do": "read", "text": "\n".join(pasted)})
    page = desk.get(PASTE)
    assert "wird Abschnitt 3" in page.select_one("#fund-1").text
    desk.post(PASTE, filled(page, PASTE) | {"do": "replace"})

    assert [one["number"] for one in fields(make, "paragraphs")["paragraphs"]] == [8, 3]


def test_a_file_is_read_and_one_that_is_none_is_refused_with_a_sentence(desk):
    file = (BytesIO("1. Eins.\n2. Zwei.".encode("cp1252")), "text.txt")
    page = desk.post(PASTE, {"do": "read", "text": "", "file": file})
    assert "2 Abschnitte gefunden" in page.text
    desk.post(PASTE, filled(page, PASTE) | {"do": "drop-all"})
    page = desk.post(
        PASTE, {"do": "read", "text": "", "file": (BytesIO(b"%PDF"), "a.pdf")}, status=422
    )
    assert "PDF" in page.select_one("#file-error").text


def test_a_text_that_is_too_long_stays_in_its_field(desk):
    text = "1. " + "Der Bund baut Netze. " * 30_000
    page = desk.post(PASTE, {"do": "read", "text": text}, status=422)
    assert "150 Seiten" in page.select_one("#text-error").text
    assert len(page.select_one("#text").text) > 600_000


def test_two_hundred_sections_are_split_and_kept(desk, make):
    text = "\n".join(f"{n}. " + "Der Bund baut Netze. " * 60 for n in range(1, 201))
    page = desk.post(PASTE, {"do": "read", "text": text})
    assert "200 Abschnitte gefunden" in page.text
    desk.post(PASTE, filled(page, PASTE) | {"do": "append"})
    assert len(fields(make, "paragraphs")["paragraphs"]) == 207


def test_a_new_recommendation_with_a_pasted_text_is_previewed_and_published(desk, browse, make):
    place = f"{DESK}/empfehlungen/neu"
    desk.post(
        place,
        filled(desk.get(place), place)
        | {
            "title": "Wasserstoff fördern",
            "short_title": "Wasserstoff",
            "teaser": "Darum geht es.",
            "guiding_questions": "Was fehlt?\nWas kostet es?",
        },
    )
    slug = "wasserstoff-foerdern"
    refused = desk.post(
        f"{DESK}/veroeffentlichen", {"item": [f"recommendation:{slug}"]}, status=422
    )
    assert "mindestens einen Abschnitt" in refused.select_one(".error-summary").text

    paste = f"{DESK}/empfehlungen/{slug}/einfuegen"
    page = desk.post(paste, {"do": "read", "text": "§ 1 Netze\nDer Bund baut.\n§ 2 Preis\nSinkt."})
    desk.post(paste, filled(page, paste) | {"do": "replace"})

    preview = desk.post(f"{DESK}/vorschau", {"item": f"recommendation:{slug}"})
    assert "Vorschau:" in preview.text
    assert "Der Bund baut." in preview.select_one("#inhalt").text
    assert "Abmelden" not in preview.text, "The preview is what visitors see"
    browse().get(f"/empfehlungen/{slug}", status=404)
    assert len(make.run(lambda: list(queries.drafts(ROUND)))) == 2

    publish(desk)
    thread = browse().get(f"/empfehlungen/{slug}")
    assert [h.text for h in thread.select(".clause h3")] == ["Netze", "Preis"]


def test_the_words_of_a_thesis_are_looked_at_and_never_forbidden(desk, make):
    place = f"{DESK}/thesen/neu"
    typed = filled(desk.get(f"{place}?empfehlung={SLUG}"), place) | {
        "label": "Netze",
        "text": "Der Bund soll nicht mehr Netze und/oder Speicher bauen.",
    }
    page = desk.post(place, typed | {"do": "check"})
    assert {"und/oder", "nicht", "mehr"} <= set(
        re.findall(r"[\w/]+", page.select_one("#hinweise").text)
    )
    assert make.run(lambda: list(queries.drafts(ROUND))) == []

    desk.post(place, filled(page, place) | {"do": "save"})
    [draft] = make.run(lambda: list(queries.drafts(ROUND)))
    assert draft.fields["text"] == typed["text"]


def test_a_thesis_keeps_its_words_once_parties_are_asked_and_says_why(desk, make, editor):
    place = f"{DESK}/thesen/fe-1"
    page = desk.get(place)
    assert page.select_one("textarea#text[readonly]")
    assert (
        "Die Parteien sind zu diesem Wortlaut schon gefragt" in page.select_one("#text-hint").text
    )

    changed = filled(page, place) | {"text": "Etwas anderes.", "do": "save"}
    refused = desk.post(place, changed, status=422)
    assert refused.select_one("#text-error")
    desk.post(place, filled(page, place) | {"background": "Neuer Hintergrund.", "do": "save"})
    publish(desk)
    assert fields(make, "thesis", "fe-1")["background"] == "Neuer Hintergrund."


def test_a_draft_can_be_thrown_away(desk, make):
    place = f"{DESK}/thesen/fe-1"
    desk.post(place, filled(desk.get(place), place) | {"label": "Anders", "do": "save"})
    page = desk.get(place)
    button = page.select_one(f'form[action="{DESK}/verwerfen"]')
    desk.post(
        f"{DESK}/verwerfen", {one["name"]: one["value"] for one in button.select("input[name]")}
    )
    assert make.run(lambda: list(queries.drafts(ROUND))) == []


def test_members_and_visitors_are_not_told_of_the_desk(editor, browse, make):
    for person in (None, make.member(), make.moderator()):
        for place in ("/redaktion/", DESK + "/", TEXT, PASTE, f"{DESK}/thesen/"):
            browse(as_=person).get(place, status=404)
