"""German as people type it, on the start content and on every backend."""

import pytest

from forum.search import jobs
from forum.search.analysis import SEED, Query, QueryTooLong, fold, highlight, parse, parts, split
from forum.search.whoosh import WhooshBackend
from tests.conftest import fresh
from tests.databases import ENGINE
from tests.search.pairs import ABSENT, PAIRS


@pytest.fixture(params=["own", "whoosh"] if ENGINE == "postgresql" else ["own"])
def content(request, app, packaged, work, tmp_path):
    """The start content, indexed by the backend of the database, and by Whoosh beside it."""
    if request.param == "whoosh":
        app.extensions["forum_search"] = WhooshBackend(tmp_path / "index")
    work()
    yield
    app.extensions.pop("forum_search", None)


def test_what_people_type_finds_what_they_mean(content, names):
    missed = [(query, wanted) for query, wanted in PAIRS if wanted not in names(query)]

    assert not missed
    assert len(PAIRS) >= 30


def test_what_nobody_wrote_is_not_found(content, names):
    wrong = [
        (query, found)
        for query, unwanted in ABSENT
        if (found := names(query)) and (unwanted is None or unwanted in found)
    ]

    assert not wrong


def test_the_best_match_comes_first(content, names):
    assert names("KMU")[0] == "term:kmu"
    assert names("Wagniskapital")[0] == "term:wagniskapital"
    assert names("Verkehrsinfrastruktur")[0] == "recommendation:verkehrsinfrastruktur"


def test_the_index_is_never_built_twice_for_nothing(content, app):
    calls = []
    app.extensions["forum_search"].rebuild = lambda entries: calls.append(entries)

    def again():
        with app.app_context():
            jobs.index_due()

    try:
        fresh(again)
    finally:
        app.extensions.pop("forum_search")
    assert calls == []


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("Verkehrsinfrastruktur", {"verkehr", "infrastruktur"}),
        ("Berufsschulen", {"beruf", "schulen"}),
        ("Haushaltsüberschüsse", {"haushalt", "ueberschuesse"}),
        ("Berufsschulpakt", {"beruf", "schule", "pakt"}),
        ("Wissenschaft", set()),
        ("gemeinsame", set()),
        ("F&E", set()),
    ],
)
def test_compounds_are_taken_apart_where_both_parts_are_known(word, expected):
    assert set(split(fold(word.lower()), SEED)) == expected


def test_hyphens_write_a_word_as_one_too():
    assert "wasserstoffstrategi" in parts("die Wasserstoff-Strategie", SEED)


def test_negations_are_never_left_out():
    query = parse("nicht ohne die Förderung gegen kein")

    assert query.left_out == ("die",)
    assert [group[0] for group in query.groups] == ["nicht", "ohn", "forder", "geg", "kein"]


def test_a_query_of_fillers_alone_is_searched():
    assert parse("für").groups == (("fur",),)


def test_quotes_of_every_kind_make_a_phrase():
    expected = (("beruf", "bildung"),)
    for text in ('"berufe bildung"', "„berufe bildung“", "«berufe bildung»", '"berufe bildung'):
        assert parse(text).groups == expected


def test_too_much_is_refused():
    with pytest.raises(QueryTooLong):
        parse("a" * 201)
    with pytest.raises(QueryTooLong):
        parse(" ".join(f"w{n}" for n in range(13)))


def test_what_was_found_is_marked_and_everything_is_escaped():
    text = "<script>alert('Förderung')</script> & Lehrwerkstätten"

    marked = highlight(text, parse("Foerderung Werkstatt"))

    assert marked == (
        "&lt;script&gt;alert(&#39;<mark>Förderung</mark>&#39;)&lt;/script&gt; &amp; "
        "Lehr<mark>werkstätten</mark>"
    )


def test_a_phrase_is_marked_as_a_whole():
    marked = highlight(
        "Die Förderung, und für KMU Förderung für KMU.", parse("„Förderung für KMU“")
    )

    assert marked == "Die Förderung, und für KMU <mark>Förderung für KMU</mark>."


def test_the_snippet_shows_the_place_of_the_hit():
    text = "Anfang. " + "Wort " * 200 + "Wagniskapital " + "Wort " * 200

    marked = highlight(text, parse("Wagniskapital"))

    assert "<mark>Wagniskapital</mark>" in marked
    assert marked.startswith("… ")
    assert marked.endswith(" …")
    assert len(marked) < 320
    assert highlight("", Query()) == ""
