"""People read a thread."""


def test_the_page_shows_text_debate_and_ways_to_every_abschnitt(browse, debate):
    url = f"/empfehlungen/{debate.recommendation.slug}"
    root = debate.comment("Ein **Grund**.")
    for n in range(5):
        debate.comment(f"Antwort {n}", parent=root)

    page = browse().get(url)

    assert page.h1.text == debate.recommendation.title
    assert [c["id"] for c in page.select(".clause")] == [f"abschnitt-{n}" for n in (1, 2, 3)]
    assert page.select_one("#beitrag-1 .body strong").text == "Grund"
    assert [c["id"] for c in page.select(".replies .comment")] == [
        f"beitrag-{n}" for n in (2, 3, 4)
    ]
    assert "2 weitere Antworten" in page.text
    assert len(page.select("#abschnitte a")) == 3
