# ruff: noqa: E501 - a form stands on one line
"""A round of one's own: begun as a draft, its dates moved in the open, opened in one step."""

from datetime import datetime

import pytest
from sqlalchemy import select, update

from forum.accounts.models import Role
from forum.editing import queries, windows
from forum.kernel import clock, ledger
from forum.kernel.db import db
from forum.kernel.mail import Mail
from forum.recommendations.models import Consultation
from forum.recommendations.queries import current_consultation
from forum.references.models import TimelineEntry
from forum.site import readiness

ROUND = "bundestagswahl-2017"


@pytest.fixture
def editor(make, packaged):
    return make.user(Role.EDITOR, name="Rita Redaktion")


def fields_of(page) -> dict:
    """The main form of a page as a browser would send it, unchanged."""
    form = page.select_one("form.editor")
    found: dict = {}
    for one in form.select("input[name], textarea[name], select[name]"):
        kind, name = one.get("type"), one["name"]
        if kind in {"checkbox", "radio"} and not one.has_attr("checked"):
            continue
        if one.name == "textarea":
            value = one.text.removeprefix("\n")
        elif one.name == "select":
            chosen = one.select_one("option[selected]")
            value = chosen["value"] if chosen else one.select_one("option")["value"]
        else:
            value = one.get("value", "")
        found.setdefault(name, []).append(value)
    found.pop("csrf_token", None)
    return found


def begin(browse, editor, **more):
    values = {"title": "Bundestagswahl 2021", "short_title": "Wahl 2021", "election": "2021-09-26"}
    values |= {"copy": ROUND, "texts": "1"} | more
    return browse(as_=editor).post("/redaktion/neu", values)


def publish(browse, editor, *items, status=200, round_=ROUND):
    return browse(as_=editor).post(
        f"/redaktion/{round_}/veroeffentlichen", {"item": list(items)}, status=status
    )


def shift(browse, editor, change, *, status=200, **more):
    url = f"/redaktion/{ROUND}/konsultation"
    values = fields_of(browse(as_=editor).get(url))
    assert change.keys() <= values.keys()
    return browse(as_=editor).post(url, values | change | more, status=status)


def test_a_form_sent_unchanged_changes_nothing(make, browse, editor):
    url = f"/redaktion/{ROUND}/konsultation"

    page = browse(as_=editor).post(url, fields_of(browse(as_=editor).get(url)))

    assert "es gibt nichts zu speichern" in page.text
    assert make.run(lambda: list(queries.drafts(ROUND))) == []


def test_a_copied_round_is_seen_by_nobody_until_it_is_opened_and_then_by_all(make, browse, editor):
    begin(browse, editor)
    new = "bundestagswahl-2021"
    assert browse(as_=editor).get(f"/redaktion/{new}/").select_one("h1").text == (
        "Bundestagswahl 2021"
    )
    browse().get("/empfehlungen/forschung-und-entwicklung-2021", status=404)
    browse().get("/parteien/spd-2021", status=404)
    assert "Bundestagswahl 2021" not in browse().get("/").text
    assert (
        "noch nicht eröffnet"
        in publish(browse, editor, f"consultation:{new}", status=409, round_=new).text
    )

    url = f"/redaktion/{new}/konsultation"
    values = fields_of(browse(as_=editor).get(url))
    browse(as_=editor).post(url, values | {"party_selection_rule": ["Alle im Bundestag."]})
    page = browse(as_=editor).post(f"/redaktion/{new}/eroeffnen", {})

    assert "ist eröffnet" in page.text
    assert make.run(current_consultation).slug == new
    assert make.run(lambda: list(queries.drafts(new))) == []
    assert "Bundestagswahl 2021" in browse().get("/").title.text
    assert browse().get("/empfehlungen/forschung-und-entwicklung").select_one("h1")
    assert browse().get("/parteien/spd").select_one("h1")
    assert make.run(ledger.verify) is None
    current = make.run(
        lambda: db.session.scalars(select(Consultation.slug).where(Consultation.is_current)).all()
    )
    assert current == [new]


def test_a_round_with_something_missing_stays_closed(make, browse, editor):
    begin(browse, editor, texts="")
    page = browse(as_=editor).get("/redaktion/bundestagswahl-2021/")
    assert "Legen Sie mindestens eine an." in page.text
    assert "Konsultation eröffnen" not in page.text

    browse(as_=editor).post("/redaktion/bundestagswahl-2021/eroeffnen", {}, status=409)

    assert make.run(current_consultation).slug == ROUND


def test_two_rounds_cannot_have_one_address(browse, editor):
    begin(browse, editor)

    values = {"title": "Bundestagswahl 2021", "election": "2021-09-26", "copy": ROUND}
    page = browse(as_=editor).post("/redaktion/neu", values, status=409)

    assert "gehört schon" in page.select_one("#slug-error").text


def test_a_date_is_moved_only_with_a_reason_and_those_concerned_are_told(
    make, browse, editor, work
):
    member = make.user(Role.MEMBER)
    moderator = make.moderator()
    end = {"phases-1-ends_at": ["2017-09-08T00:00"]}
    refused = shift(browse, editor, end, status=422)
    assert "Nennen Sie den Grund" in refused.select_one("#reason-error").text

    shift(browse, editor, end, reason="Viele Wortmeldungen.")
    publish(browse, editor, f"consultation:{ROUND}")

    told = make.run(lambda: {m.recipient: m.body for m in db.session.scalars(select(Mail))})
    assert set(told) >= {member.email}
    assert "bisher 31. August 2017, jetzt 7. September 2017" in told[member.email]
    assert "Grund: Viele Wortmeldungen." in told[member.email]
    assert moderator.email in told  # drafting summaries is open in that phase, too
    assert "Viele Wortmeldungen." in browse().get("/zeitleiste").text
    kinds = make.run(lambda: list(db.session.scalars(select(ledger.LedgerEntry.kind))))
    assert kinds.count("consultation.shifted") == 1
    assert make.run(ledger.verify) is None


def test_words_of_a_round_may_change_without_a_reason_and_nobody_is_told(make, browse, editor):
    make.user(Role.MEMBER)
    shift(browse, editor, {"lead": ["Ein neuer Vorspann."]})

    publish(browse, editor, f"consultation:{ROUND}")

    assert make.run(lambda: db.session.scalars(select(Mail)).all()) == []
    assert "Ein neuer Vorspann." in browse().get("/").text
    entries = make.run(
        lambda: db.session.scalars(
            select(TimelineEntry.key).where(TimelineEntry.key.contains("termin-2017"))
        ).all()
    )
    assert entries == []


def test_the_common_minute_cannot_move_into_the_past_nor_after_it_was(browse, editor, travel):
    shift(browse, editor, {"positions_published_at": ["2017-08-17T09:00"]}, reason="Früher.")
    page = publish(browse, editor, f"consultation:{ROUND}", status=422)
    assert "eine Minute, die noch kommt" in page.text

    shift(browse, editor, {"positions_published_at": ["2017-08-25T10:00"]}, reason="Später.")
    travel(clock.parse_local("2017-08-22T10:00"))
    page = publish(browse, editor, f"consultation:{ROUND}", status=422)
    assert "schon veröffentlicht" in page.text


def test_a_round_may_admit_people_without_organisation(make, browse, editor):
    url = f"/redaktion/{ROUND}/konsultation"
    values = fields_of(browse(as_=editor).get(url))
    assert "admits_without_organisation" not in values

    browse(as_=editor).post(url, values | {"admits_without_organisation": ["1"]})

    page = browse(as_=editor).get(url)
    assert page.select_one("input[name=admits_without_organisation]").has_attr("checked")


def test_a_round_may_hide_results_until_one_has_voted(browse, editor):
    url = f"/redaktion/{ROUND}/konsultation"
    values = fields_of(browse(as_=editor).get(url))
    assert "hides_results" not in values

    browse(as_=editor).post(url, values | {"hides_results": ["1"]})

    page = browse(as_=editor).get(url)
    assert page.select_one("input[name=hides_results]").has_attr("checked")


def test_phases_stand_in_the_order_of_their_beginning(browse, editor):
    page = shift(
        browse,
        editor,
        {"phases-1-starts_at": ["2017-03-01T00:00"]},
        reason="Darum.",
        status=422,
    )

    assert "Ordnen Sie die Phasen" in page.select_one("#phases-1-starts_at-error").text


def test_overlaps_and_gaps_are_pointed_out(app):
    def phase(title, start, end, *acts):
        return {"slug": title, "title": title, "starts_at": start, "ends_at": end, "acts": acts}

    with app.test_request_context():
        found = windows.remarks(
            {
                "phases": [
                    phase("A", "2017-01-01", "2017-02-01", "comment"),
                    phase("B", "2017-01-15", "2017-02-01", "comment"),
                    phase("C", "2017-03-01", None, "answer_theses"),
                ]
            }
        )
    assert any("„A“ und „B“ überschneiden sich" in one for one in found)
    assert any("ist nichts offen" in one and "„C“" in one for one in found)


def test_nobody_is_taken_in_where_the_law_is_not_met(app, make):
    from dataclasses import replace

    from forum.accounts.policy import intake

    assert make.run(intake)  # the demo invents its people
    config = app.config["FORUM"]
    strict = replace(
        config, ENV="production", DEMO=False, NOW="", DEBUG=False, IMPRINT="Verein",
        RESPONSIBLE_PERSON="Erika Muster", BASE_URL="https://forum.example",
        SECRET_KEY="a" * 40, BALLOT_KEY="b" * 40, SEAL_KEY="c" * 40,
    )  # fmt: skip
    app.config["FORUM"] = strict
    try:
        answer = make.run(intake)
        points = {p.title: p for p in make.run(readiness.law_points)}
    finally:
        app.config["FORUM"] = config
    assert not answer
    assert "Impressum vollständig" in str(answer.reason)
    assert not points["Einwilligung veröffentlicht"].is_done
    assert points["Einwilligung veröffentlicht"].sentence
    assert points["Verantwortliche Person genannt"].is_done


def test_an_imprint_needs_an_address_and_a_mail():
    assert readiness.is_imprint("Verein e. V., Weg 1, 10115 Berlin, post@verein.example")
    assert not readiness.is_imprint("Verein e. V., post@verein.example")


def test_the_name_is_changed_on_its_page_and_an_svg_is_refused(make, browse, editor):
    from io import BytesIO

    page = browse(as_=editor).post(
        "/redaktion/name",
        {"name": "Forum Hessen", "tagline": "", "logo": (BytesIO(b"<svg/>"), "logo.svg")},
        status=422,
    )
    assert "SVG" in page.select_one("#logo-error").text

    browse(as_=editor).post("/redaktion/name", {"name": "Forum Hessen", "tagline": "Neu"})

    assert browse().get("/").title.text.endswith("Forum Hessen")


FORMS = {
    "quellen": ({"slug": "neu-1", "title": "Ein Gutachten", "url": "https://x.example"}, "title"),
    "glossar": ({"slug": "netz", "term": "Netz", "definition": "Leitungen."}, "term"),
    "zeitleiste": (
        {"slug": "fest", "title": "Ein Fest", "date": "2017-05", "precision": "monat", "kind": "Neue Art"},
        "title",
    ),
    "organisationen": ({"slug": "bund", "name": "Ein Bund", "short_name": "EB", "kind": "kammer"}, "name"),
    "parteien": (
        {"slug": "neue", "name": "Neue Partei", "short_name": "NP", "order": "7", "color": "#112233"},
        "name",
    ),
}  # fmt: skip


@pytest.mark.parametrize("path", FORMS)
def test_an_item_is_begun_changed_and_published(make, browse, editor, path):
    values, name = FORMS[path]
    base = f"/redaktion/{ROUND}/{path}/"
    empty = browse(as_=editor).post(f"{base}neu", {"slug": values["slug"]}, status=422)
    assert empty.select_one(f"#{name}-error")

    browse(as_=editor).post(f"{base}neu", values)
    page = browse(as_=editor).get(f"{base}{values['slug']}")
    browse(as_=editor).post(f"{base}{values['slug']}", fields_of(page) | {name: "Anders"})
    (draft,) = make.run(lambda: queries.drafts(ROUND))
    publish(browse, editor, f"{draft.kind}:{draft.key}")

    stored = make.run(lambda: queries.state(ROUND))[draft.kind][values["slug"]]
    assert stored[name] == "Anders"
    again = browse(as_=editor).get(f"{base}{values['slug']}")
    browse(as_=editor).post(f"{base}{values['slug']}", fields_of(again))
    assert make.run(lambda: list(queries.drafts(ROUND))) == []


def test_a_page_of_the_house_gets_a_new_version(make, browse, editor):
    url = "/redaktion/house/seiten/datenschutz"
    page = browse(as_=editor).get(url)
    browse(as_=editor).post(url, fields_of(page) | {"source": "## Neu\n\nGanz *anders*."})

    publish(browse, editor, "text:datenschutz", round_="house")

    shown = browse().get("/datenschutz")
    assert shown.select_one("h2", string="Neu")
    assert browse().get("/datenschutz/fassungen/1")


def test_a_source_nobody_cites_is_taken_out(make, browse, editor):
    base = f"/redaktion/{ROUND}/quellen/"
    browse(as_=editor).post(f"{base}neu", {"slug": "weg", "title": "Weg damit"})
    publish(browse, editor, "source:weg")
    page = browse(as_=editor).get(f"{base}weg")

    browse(as_=editor).post(f"{base}weg", fields_of(page) | {"remove": "1"})
    publish(browse, editor, "source:weg")

    assert "weg" not in make.run(lambda: queries.state(ROUND))["source"]


def test_sealed_answers_move_with_the_common_minute(make, browse, editor):
    from forum.positions.models import Position, PositionVersion, Provenance

    was, will = clock.parse_local("2017-08-22T10:00"), clock.parse_local("2017-08-25T10:00")

    def seal():
        position = db.session.scalars(select(Position.id).order_by(Position.id)).first()
        newest = db.session.scalars(
            select(PositionVersion.id).where(PositionVersion.position_id == position)
        ).first()
        db.session.execute(
            update(PositionVersion)
            .where(PositionVersion.id == newest)
            .values(provenance=Provenance.PARTY, published_at=was, released_at=None)
        )
        return newest

    sealed = make.run(seal)
    shift(browse, editor, {"positions_published_at": ["2017-08-25T10:00"]}, reason="Später.")
    publish(browse, editor, f"consultation:{ROUND}")

    found = make.run(lambda: db.session.get(PositionVersion, sealed).published_at)
    assert found == will
    assert isinstance(found, datetime)
