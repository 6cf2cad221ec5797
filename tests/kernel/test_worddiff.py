"""Which words changed: any two texts, however hostile, and what people read of it."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.kernel import worddiff
from forum.kernel.worddiff import Op, compare, in_words, new_text, old_text, sentences, tokens

TEXTS = st.text(alphabet="ab ,.\n1ü-", max_size=60) | st.text(max_size=40)
BUDGETS = st.sampled_from([worddiff.BUDGET, 100, 10, 0])


@given(TEXTS)
def test_a_text_is_cut_without_loss(text):
    assert "".join(tokens(text)) == text
    assert "".join(sentences(text)) == text


@settings(max_examples=400)
@given(TEXTS, TEXTS, BUDGETS)
def test_applied_to_the_old_text_the_changes_give_the_new_one(old, new, budget):
    pieces = compare(old, new, budget)
    assert old_text(pieces) == old
    assert new_text(pieces) == new


@given(TEXTS, TEXTS, BUDGETS)
def test_pieces_are_never_empty_and_never_stand_beside_their_like(old, new, budget):
    pieces = compare(old, new, budget)
    assert all(piece.text for piece in pieces)
    assert all(a.op != b.op for a, b in zip(pieces, pieces[1:], strict=False))


@given(TEXTS)
def test_the_same_text_has_no_changes(text):
    assert all(piece.op is Op.KEEP for piece in compare(text, text))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "Betriebe bis 249 Beschäftigte.",
            "Betriebe bis 499 Beschäftigte.",
            ["‚249‘ wird ‚499‘."],
        ),
        (
            "Forschungsinstitute werden gefördert.",
            "Forschungsinstitute und Hochschulen für angewandte Wissenschaften werden gefördert.",
            [
                "Eingefügt nach ‚Forschungsinstitute‘: "
                "‚und Hochschulen für angewandte Wissenschaften‘."
            ],
        ),
        (
            "Das geschieht bald, möglichst sofort.",
            "Das geschieht bald.",
            ["Gestrichen nach ‚bald‘: ‚, möglichst sofort‘."],
        ),
        (
            "Die Länder zahlen.",
            "Bund und Länder zahlen 3,5 %.",
            ["‚Die‘ wird ‚Bund und‘.", "Eingefügt nach ‚zahlen‘: ‚3,5 %‘."],
        ),
        ("", "Neu.", ["Eingefügt am Anfang: ‚Neu.‘."]),
        ("Alt.", "", ["Gestrichen am Anfang: ‚Alt.‘."]),
        ("Gleich.", "Gleich.", []),
    ],
)
def test_changes_read_as_sentences(app, old, new, said):
    with app.test_request_context():
        assert in_words(compare(old, new)) == said


def test_long_passages_are_quoted_in_short(app):
    with app.test_request_context():
        [sentence] = in_words(compare("Kurz.", "Kurz. " + "Wort " * 100))
    assert len(sentence) < 200
    assert sentence.endswith("…‘.")


HOSTILE = {
    "one-letter words": ("a b c d e f g h i j " * 250, "j b a c i d h f e g " * 250),
    "nothing in common": ("a " * 2500, "b " * 2500),
    "no spaces": ("ab" * 50_000, "ba" * 50_000),
    "signs": (".," * 10_000, ",;" * 10_000),
    "sentences": ("a. " * 5_000, "b. a! " * 2_500),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_pair_of_texts_holds_a_worker_for_two_seconds(name):
    old, new = HOSTILE[name]
    start = time.process_time()
    pieces = compare(old, new)
    assert time.process_time() - start < 2
    assert (old_text(pieces), new_text(pieces)) == (old, new)


def test_a_request_compares_only_what_is_short():
    long = "Wort " * 5_000
    assert worddiff.is_quick(long + "alt.", long + "neu.")
    assert not worddiff.is_quick("alt " * 500, "neu " * 500)
