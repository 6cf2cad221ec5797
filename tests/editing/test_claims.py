"""The quality aid for theses."""

import pytest

from forum.content.actions import PACKAGED
from forum.content.checking import read_folder
from forum.editing.claims import Doubt, findings


@pytest.mark.parametrize(
    ("text", "doubt", "words"),
    [
        ("Der Bund soll Netze und/oder Speicher fördern.", Doubt.AND_OR, ("und/oder",)),
        ("Netze sollen gebaut werden und Strom soll sinken.", Doubt.SEVERAL_CLAIMS,
         ("sollen … und … soll",)),
        ("Netze sollen gebaut werden. Der Strom wird billiger.", Doubt.SEVERAL_CLAIMS, ()),
        ("Der Bund soll keine Netze bauen.", Doubt.NEGATION, ("keine",)),
        ("Der Mindestlohn soll nicht steigen.", Doubt.NEGATION, ("nicht",)),
        ("Der Bund soll deutlich mehr Netze bauen.", Doubt.VAGUE, ("deutlich", "mehr")),
        ("Soll der Bund Netze bauen?", Doubt.QUESTION, ()),
        ("Der Bund soll " + "Netze, " * 50 + "bauen.", Doubt.TOO_LONG, ()),
    ],
)  # fmt: skip
def test_it_names_the_doubt_and_the_words(text, doubt, words):
    assert [(one.doubt, one.words) for one in findings(text)] == [(doubt, words)]


@pytest.mark.parametrize(
    "text",
    [
        "Kleine und mittlere Unternehmen sollen eine steuerliche Förderung erhalten.",
        "Der Bund soll bis zum 1. Januar 2020 alle Schulen ans Netz anschließen.",
        "Die Förderung soll auf 500 Mio. Euro im Jahr begrenzt werden.",
        "",
    ],
)
def test_it_is_silent_about_one_plain_claim(text):
    assert findings(text) == []


def test_it_seldom_complains_about_the_theses_of_2017():
    theses = read_folder(PACKAGED).of("thesis")
    heavy = [
        one.key
        for one in theses
        if {f.doubt for f in findings(one.fields["text"])} & {Doubt.AND_OR, Doubt.TOO_LONG}
    ]
    assert len(heavy) == 0
