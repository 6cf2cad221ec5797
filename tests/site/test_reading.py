# ruff: noqa: E501
"""What visitors read around the threads."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from forum.ballots.models import Tally
from forum.kernel.db import db
from forum.recommendations.models import Consultation, Place, Wording
from forum.references.models import TimelineEntry
from forum.site.models import TextVersion

PAGES = (
    "/",
    "/empfehlungen/",
    "/so-geht-es",
    "/methoden",
    "/glossar",
    "/zeitleiste",
    "/impressum",
    "/datenschutz",
    "/barrierefreiheit",
    "/regeln",
)


def berlin(month: int, day: int, hour: int = 0, *, year: int = 2017) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def words(soup) -> str:
    return " ".join(soup.get_text(" ").split())


def test_every_page_is_read_without_a_cookie_and_with_few_statements(
    content, browse, count_queries
):
    browser = browse()
    for url in PAGES:
        with count_queries() as statements:
            response = browser.raw("GET", url)
        browser.check(response, 200)
        assert "Set-Cookie" not in response.headers
        assert len(statements) <= 7, (url, statements)
    assert browser.get("/healthz").text


def test_pages_of_an_empty_forum_say_what_the_operator_has_to_do(browse):
    page = browse().get("/", status=503)

    assert "import-content" in words(page)


def test_the_home_page_says_what_is_open_and_counts_the_days(content, browse, travel):
    page = browse().get("/")

    assert page.h1.text == "Fünf Empfehlungen der Industrie. Abschnitt für Abschnitt zur Debatte."
    text = words(page.main)
    assert "38 Tage bis zur Wahl" in text
    assert "Mitglieder können bis 31. August Beiträge schreiben" in text
    assert "am 22. August um 10 Uhr zugleich veröffentlicht" in text
    assert "die Programme von sechs Parteien" in text
    assert "Selbst geantwortet hat noch keine." in text
    assert [li.b.text for li in page.select(".phases li[aria-current=step]")] == [
        "Diskussion",
        "Parteien antworten",
    ]
    assert len(page.select(".agenda > li")) == 5
    assert "Noch zu keinem Abschnitt fünf Stimmen." in text


@pytest.mark.parametrize(
    ("moment", "h1", "sentence", "countdown"),
    [
        (berlin(3, 25), "Zum Lesen, bald zur Debatte.", "Ab 3. April können Mitglieder", "183 Tage"),
        (berlin(9, 5), "Die Beratung ist abgeschlossen.", "seit 1. September beendet", "19 Tage"),
        (berlin(9, 22, 23), "Die Beratung ist abgeschlossen.", "seit 1. September beendet", "1 Tag bis"),
        (berlin(9, 24), "Die Beratung ist abgeschlossen.", "beendet", "Heute wird gewählt"),
        (berlin(9, 30), "So wurde beraten.", "beendet", "Die Wahl war am"),
    ],
)  # fmt: skip
def test_headings_follow_the_clock(content, browse, travel, moment, h1, sentence, countdown):
    travel(moment)

    page = browse().get("/")

    assert page.h1.text.endswith(h1)
    assert sentence in words(page.main)
    assert countdown in words(page.select_one(".countdown"))


def test_after_the_discussion_the_vote_on_what_comes_of_it_is_announced(
    content, make, browse, travel
):
    travel(berlin(9, 5))

    for person, who in ((None, "Mitglieder"), (make.member(), "Sie")):
        said = words(browse(as_=person).get("/").main)
        assert f"Entsteht ein neuer Wortlaut, können {who} bis 17. September über ihn" in said

    travel(berlin(9, 20))
    assert "Entsteht ein neuer Wortlaut" not in words(browse().get("/").main)


def test_before_the_round_begins_no_recommendation_is_shown(content, browse, travel):
    travel(berlin(3, 1))

    page = browse().get("/")

    assert page.h1.text == "Hier beginnt die Beratung zur Bundestagswahl 2017."
    assert not page.select(".agenda > li")
    assert "Programme" not in words(page.select_one(".lead"))


def test_members_are_spoken_to(content, make, browse):
    page = browse(as_=make.member()).get("/")

    assert "Sie können bis 31. August Beiträge schreiben" in words(page.main)


def tally(*rows: tuple[int, int, int]):
    """Count (agree, neutral, against) for the Abschnitte of the first recommendation."""

    def write():
        db.session.execute(update(Consultation).values(entitled=40))
        wordings = db.session.scalars(
            select(Wording.id).join(Place).order_by(Place.version_id, Place.position)
        ).all()
        for wording, (agree, neutral, against) in zip(wordings, rows, strict=False):
            db.session.execute(Tally.__table__.delete().where(Tally.subject_id == wording))
            db.session.add(Tally(subject_id=wording, agree=agree, neutral=neutral, against=against))

    return write


def test_the_most_and_the_least_agreed_abschnitt_stand_with_their_figures(content, make, browse):
    make.run(tally((4, 0, 0), (9, 1, 2), (2, 4, 4), (6, 0, 0), (3, 3, 3)))

    first = browse().get("/").select(".agenda > li")[0]

    most, least = first.select(".extreme")
    assert "Am meisten Zustimmung Abschnitt 4" in words(most)
    assert "100 % Zustimmung, 6 Stimmen" in words(most)
    assert "6 von 40 Stimmberechtigten" in words(most)
    assert "Alle 5 Bänke noch unter fünf Stimmen" in words(most)
    assert "Am wenigsten Zustimmung Abschnitt 3" in words(least)
    assert "20 % Zustimmung, 10 Stimmen" in words(least)


def test_one_abschnitt_with_enough_ballots_is_neither_most_nor_least(content, make, browse):
    make.run(tally((4, 0, 0), (9, 1, 2)))

    (only,) = browse().get("/empfehlungen/").select(".agenda > li")[0].select(".extreme")

    assert words(only).startswith("Bisher genug Stimmen nur hier Abschnitt 2")


def test_the_timeline_tells_nothing_before_its_day(content, browse, travel):
    travel(berlin(5, 1))

    text = words(browse().get("/zeitleiste").main)

    assert "FDP beschließt ihr Wahlprogramm" in text
    assert "28. bis 30. April 2017" in text
    assert "SPD beschließt ihr Regierungsprogramm" not in text
    assert "Erste Industriewoche" not in text
    assert "Wahl zum 19. Deutschen Bundestag" in text, "announced"
    assert "Beginn: Zusammenfassung" in text, "announced"
    assert "22. August um 10 Uhr" in text, "announced"
    assert "VDMA und ZVEI verlassen" not in text
    assert "5. September 2017. " not in text
    assert "General-Anzeiger" not in text, "a source that has yet to appear"


def test_what_took_several_days_is_told_after_the_last(content, browse, travel):
    travel(berlin(4, 22, 12))
    assert "AfD beschließt" not in words(browse().get("/zeitleiste").main)

    travel(berlin(4, 23, 12))
    assert "AfD beschließt" in words(browse().get("/zeitleiste").main)


def test_another_rounds_timeline_stays_with_that_round(content, make, browse):
    make.run(lambda: db.session.execute(update(TimelineEntry).values(round_slug="andere")))

    assert "AfD beschließt" not in words(browse().get("/zeitleiste").main)


def test_the_answers_of_a_programme_yet_to_come_are_not_counted(content, browse, travel):
    travel(berlin(5, 1))

    assert "die Programme von zwei Parteien" in words(browse().get("/").main)


def test_the_glossary_leads_to_the_theses(content, browse):
    page = browse().get("/glossar")

    assert len(page.select("dt")) == 42
    term = page.select_one("#begriff-zim")
    assert "These 1.1" in words(term)
    assert [h2.text for h2 in page.select("h2")][:3] == ["A", "B", "C"]


def test_the_rules_have_anchors(content, browse):
    page = browse().get("/regeln")

    assert [li["id"] for li in page.select(".house-rules li")] == [
        f"regel-{n}" for n in range(1, 7)
    ]
    assert "Fassung vom 20. März 2017" in words(page)


def test_a_text_keeps_its_earlier_versions(content, make, browse, travel):
    def amend():
        db.session.add(
            TextVersion(
                slug="datenschutz",
                number=2,
                title="Datenschutz",
                source="Neu.",
                html="<p>Neu.</p>",
                published_at=datetime(2017, 8, 20, tzinfo=UTC),
            )
        )

    make.run(amend)
    browser = browse()
    assert "Neu." not in words(browser.get("/datenschutz"))
    browser.get("/datenschutz/fassungen/2", status=404)

    travel(datetime(2017, 8, 21, tzinfo=UTC))

    page = browser.get("/datenschutz")
    assert "Neu." in words(page)
    assert "Fassung vom 20. August 2017" in words(page)
    earlier = browser.get(page.select_one("main .part a")["href"])
    assert "Das ist eine frühere Fassung." in words(earlier)
    assert "HMAC" in words(earlier)


def test_the_imprint_of_a_demo_says_so(content, browse):
    assert "Impressum einer Vorführung" in words(browse().get("/impressum"))


def test_the_imprint_comes_from_the_settings_where_they_name_one(content, app, browse, monkeypatch):
    from dataclasses import replace

    config = replace(
        app.config["FORUM"], IMPRINT="**Verein e.V.**, Berlin", RESPONSIBLE_PERSON="Ada Muster"
    )
    monkeypatch.setitem(app.config, "FORUM", config)

    text = words(browse().get("/impressum"))

    assert "Verein e.V." in text
    assert "Ada Muster" in text
    assert "Vorführung" not in text


def test_a_published_summary_is_announced_on_the_home_page(content, make, browse):
    from forum.kernel.db import save
    from forum.recommendations.actions import new_subject
    from forum.recommendations.models import Recommendation, SubjectKind
    from forum.summaries.models import Summary, SummaryState, SummaryVersion

    author, approver = make.moderator(), make.moderator()

    def write():
        about = db.session.scalars(select(Recommendation).where(Recommendation.number == 1)).one()
        subject = new_subject(
            SubjectKind.SUMMARY,
            consultation_id=about.consultation_id,
            recommendation_id=about.id,
            number=1,
        )
        summary = save(Summary(id=subject.id, recommendation_id=about.id))
        save(
            SummaryVersion(
                summary_id=summary.id,
                number=1,
                state=SummaryState.APPROVED,
                title="Beim Verfahren einig",
                author_id=author.id,
                approver_id=approver.id,
                approved_at=datetime(2017, 8, 10, tzinfo=UTC),
            )
        )

    assert "Zusammenfassungen" not in [h2.text for h2 in browse().get("/").select("main h2")]

    make.run(write)

    page = browse().get("/")
    assert "Beim Verfahren einig" in words(page.main)
    assert page.select("a[href='/zusammenfassungen/forschung-und-entwicklung']")
