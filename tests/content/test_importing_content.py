# ruff: noqa: E501 - a fault stands on one line with the change that causes it
"""Bringing a content folder into the forum."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from forum.content.actions import PACKAGED, ImportRefused, import_folder
from forum.kernel import ledger
from forum.kernel.db import db
from forum.positions.models import Party, PositionVersion, Thesis
from forum.recommendations import queries
from forum.recommendations.models import Consultation, Recommendation, Version, Wording
from forum.references.models import GlossaryTerm

CONSULTATION = """\
slug: runde-2021
title: Runde 2021
short_title: Wahl 2021
lead: Eine zweite Runde.
election: '2021-09-26'
party_order_reason: Alphabetisch
phases:
  - slug: beratung
    title: Beratung
    summary: Alle beraten.
    starts_at: '2017-05-01'
    acts: [read, comment]
"""
RECOMMENDATIONS = """\
recommendations:
  - slug: wasserstoff
    number: 1
    title: Wasserstoff
    short_title: Wasserstoff
    teaser: Worum es geht.
    demands:
      - number: 1
        heading: Netze bauen
        text: Der Bund baut Netze für Wasserstoff.
      - number: 2
        heading: Preise senken
        text: Strom für Wasserstoff wird billiger.
        sources: [gutachten]
    guiding_questions: ['Was fehlt?']
"""
SOURCES = """\
sources:
  - key: gutachten
    title: Ein Gutachten
    publisher: Institut
    date: '2017-04'
"""
PARTIES = """\
parties:
  - slug: partei-a
    order: 1
    short_name: A
    name: Partei A
    color: '#112233'
    programme: {source: gutachten, adopted: '2017-05-20'}
  - slug: partei-b
    order: 2
    short_name: B
    name: Partei B
    color: '#332211'
"""
THESES = """\
theses:
  - slug: ws-1
    number: 1
    recommendation: wasserstoff
    position: 1
    label: Netze
    text: Der Bund soll Netze bauen.
"""
POSITIONS = """\
positions:
  - party: partei-a
    thesis: ws-1
    answer: zustimmung
    evidence: ausdruecklich
    rationale: Die Partei will Netze bauen.
    sources: [{key: gutachten, page: 7}]
"""
GLOSSARY = """\
terms:
  - slug: netz
    term: Netz
    definition: Leitungen.
    related_theses: [ws-1]
"""
TIMELINE = """\
kinds: [{key: politik, label: Politik}]
entries:
  - key: beschluss
    date: 2017-05
    precision: monat
    kind: politik
    title: Ein Beschluss
    basis: belegt
    sources: [gutachten]
"""
FILES = {
    "consultation.yaml": CONSULTATION,
    "recommendations.yaml": RECOMMENDATIONS,
    "sources.yaml": SOURCES,
    "parties.yaml": PARTIES,
    "theses.yaml": THESES,
    "positions.yaml": POSITIONS,
    "glossary.yaml": GLOSSARY,
    "timeline.yaml": TIMELINE,
}


@pytest.fixture
def folder(tmp_path):
    """A small round as a folder."""
    path = tmp_path / "runde"
    path.mkdir()
    for name, text in FILES.items():
        (path / name).write_text(text)
    return path


@pytest.fixture
def bring(make):
    """Import a folder in a unit of work of its own."""
    return lambda path: make.run(lambda: import_folder(path))


def edit(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new))


def count(make, table) -> int:
    return make.run(lambda: db.session.scalar(select(func.count()).select_from(table)))


def faults(bring, folder) -> list[str]:
    with pytest.raises(ImportRefused) as refused:
        bring(folder)
    return [str(problem) for problem in refused.value.problems]


def test_the_packaged_round_comes_in_whole_and_a_second_time_nothing_happens(make, bring):
    first = bring(PACKAGED)

    assert first.created["recommendation"] == 5
    assert first.created["thesis"] == 37
    assert first.created["position"] == 146
    assert first.created["organisation"] == 20
    assert first.created["text"] == 5
    assert make.run(queries.current_consultation).slug == "bundestagswahl-2017"
    assert make.run(ledger.verify) is None
    entries = count(make, ledger.LedgerEntry)
    assert entries >= 5 + 37 + 146 + 4

    second = bring(PACKAGED)

    assert not second.did_something
    assert second.left == []
    assert str(second) == "nothing to do"
    assert count(make, ledger.LedgerEntry) == entries


def test_an_answer_from_a_programme_counts_from_the_day_the_programme_was_adopted(make, bring):
    bring(PACKAGED)

    def dates():
        return {
            party: db.session.scalars(
                select(PositionVersion.published_at)
                .distinct()
                .join(PositionVersion.position)
                .join(Party)
                .where(Party.slug == party)
            ).all()
            for party in ("spd", "fdp")
        }

    assert make.run(dates) == {
        "spd": [datetime(2017, 6, 24, 22, tzinfo=UTC)],
        "fdp": [datetime(2017, 4, 29, 22, tzinfo=UTC)],
    }


def test_another_round_needs_content_only(make, bring, folder):
    make.consultation()

    report = bring(folder)

    assert report.created == {
        "source": 1,
        "consultation": 1,
        "recommendation": 1,
        "paragraphs": 1,
        "party": 2,
        "thesis": 1,
        "position": 1,
        "term": 1,
        "entry": 1,
        "rule": 6,
        "text": 5,
    }
    assert make.run(queries.current_consultation).slug == "testrunde"
    assert not bring(folder).did_something


def test_what_a_future_programme_says_waits_for_its_day(make, bring, folder, travel, work):
    travel(datetime(2017, 5, 2, tzinfo=UTC))

    bring(folder)

    def version():
        return make.run(lambda: db.session.scalars(select(PositionVersion)).one())

    def entries():
        return make.run(
            lambda: db.session.scalars(
                select(ledger.LedgerEntry).where(ledger.LedgerEntry.kind == "position.published")
            ).all()
        )

    assert version().released_at is None
    assert version().published_at == datetime(2017, 5, 19, 22, tzinfo=UTC)
    assert entries() == []

    travel(datetime(2017, 5, 20, tzinfo=UTC))
    work()

    assert version().released_at is not None
    (entry,) = entries()
    assert entry.subject == "position:partei-a/ws-1/version:1"
    assert entry.effective_at == version().published_at


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        ("recommendations.yaml", "[gutachten]", "[gutachen]", "recommendations.yaml:14: there is no source 'gutachen'"),
        ("recommendations.yaml", "- number: 2", "- number: 1", "recommendations.yaml:11: demand 1 stands already in line 8"),
        ("recommendations.yaml", "        heading: Netze bauen\n", "", "recommendations.yaml:8: 'heading' is missing"),
        ("recommendations.yaml", "teaser: W", "teasr: W", "recommendations.yaml:6: unknown field 'teasr'"),
        ("recommendations.yaml", "slug: wasserstoff", "slug: Wasser Stoff", "recommendations.yaml:2: 'slug' is 'Wasser Stoff'; small letters"),
        ("theses.yaml", "recommendation: wasserstoff", "recommendation: waserstoff", "theses.yaml:4: there is no recommendation 'waserstoff'"),
        ("theses.yaml", "number: 1", "number: eins", "theses.yaml:3: 'number' must be a whole number"),
        ("positions.yaml", "party: partei-a", "party: partei-x", "positions.yaml:2: there is no party 'partei-x'"),
        ("positions.yaml", "thesis: ws-1", "thesis: ws-9", "positions.yaml:3: there is no thesis 'ws-9'"),
        ("positions.yaml", "partei-a", "partei-b", "positions.yaml:2: party 'partei-b' has no programme"),
        ("positions.yaml", "zustimmung", "vielleicht", "positions.yaml:4: 'answer' is 'vielleicht'; one of"),
        ("positions.yaml", "Die Partei", "x" * 500, "positions.yaml:6: 'rationale' has 518 characters; at most 500"),
        ("positions.yaml", "key: gutachten", "key: gutachen", "positions.yaml:7: there is no source 'gutachen'"),
        ("parties.yaml", "slug: partei-b", "slug: partei-a", "parties.yaml:8: party 'partei-a' stands already in line 2"),
        ("parties.yaml", "slug: partei-b", "slug: vergleich", "parties.yaml:8: the slug 'vergleich'"),
        ("parties.yaml", "'2017-05-20'", "'20. Mai'", "parties.yaml:7: 'adopted' is '20. Mai'"),
        ("parties.yaml", "'#112233'", "rot", "parties.yaml:6: 'color' is 'rot'"),
        ("glossary.yaml", "[ws-1]", "[ws-7]", "glossary.yaml:5: there is no thesis 'ws-7'"),
        ("timeline.yaml", "kind: politik", "kind: kultur", "timeline.yaml:6: there is no kind 'kultur'"),
        ("timeline.yaml", "date: 2017-05", "date: 2017-13", "timeline.yaml:4: 'date' is '2017-13'"),
        ("sources.yaml", "- key: gutachten", "- key: gutachten\n    key: noch-eins", "sources.yaml:3: 'key' stands twice"),
        ("consultation.yaml", "[read, comment]", "[read, shout]", "consultation.yaml:12: there is no act 'shout'"),
        ("consultation.yaml", "title: Beratung", "title: [", "consultation.yaml:"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_file_and_line_and_nothing_changes(
    make, bring, folder, file, old, new, fault
):
    edit(folder, file, old, new)

    found = faults(bring, folder)

    assert any(line.startswith(fault) for line in found), found
    assert count(make, Consultation) == 0


def test_all_faults_are_listed_at_once(bring, folder):
    edit(folder, "theses.yaml", "label: Netze\n", "\n")
    edit(folder, "glossary.yaml", "[ws-1]", "[ws-7]")
    edit(folder, "sources.yaml", "'2017-04'", "April")

    found = faults(bring, folder)

    assert len(found) == 3, found


def test_the_command_prints_the_faults_and_fails(app, folder):
    edit(folder, "glossary.yaml", "[ws-1]", "[ws-7]")

    result = app.test_cli_runner().invoke(args=["import-content", str(folder)])

    assert result.exit_code == 1
    assert "glossary.yaml:5: there is no thesis 'ws-7'" in result.output
    assert "nothing was changed" in result.output


def test_the_command_says_what_it_brought(app, folder):
    runner = app.test_cli_runner()

    first = runner.invoke(args=["import-content", str(folder)])
    second = runner.invoke(args=["import-content", str(folder)])

    assert first.exit_code == 0
    assert "1 × recommendation created" in first.output
    assert second.output == "runde-2021: nothing to do\n"


def test_a_slug_of_another_round_is_refused_with_its_line(bring, folder, tmp_path):
    bring(folder)
    other = tmp_path / "andere"
    shutil.copytree(folder, other)
    edit(other, "consultation.yaml", "slug: runde-2021", "slug: runde-2025")

    found = faults(bring, other)

    assert "recommendations.yaml:2: recommendation 'wasserstoff' belongs to the round 'runde-2021' already" in found  # fmt: skip
    assert any("party 'partei-a'" in line for line in found)
    assert any("thesis 'ws-1'" in line for line in found)


def test_changed_words_make_a_new_version_and_wording_and_leave_the_others(make, bring, folder):
    bring(folder)
    edit(folder, "recommendations.yaml", "wird billiger", "wird viel billiger")

    report = bring(folder)

    assert report.changed == ["paragraphs wasserstoff"]
    versions = make.run(lambda: db.session.scalars(select(Version).order_by(Version.number)).all())
    assert [v.number for v in versions] == [1, 2]
    assert versions[1].published_at > versions[0].published_at
    assert versions[1].published_at.year == 2017
    assert count(make, Wording) == 3
    clauses = make.run(lambda: queries.clauses([versions[0].recommendation_id]))
    (found,) = clauses.values()
    assert [c.text for c in found] == [
        "Der Bund baut Netze für Wasserstoff.",
        "Strom für Wasserstoff wird viel billiger.",
    ]


def test_corrected_sources_keep_wording_and_version(make, bring, folder):
    bring(folder)
    edit(folder, "sources.yaml", "Ein Gutachten", "Das Gutachten")

    bring(folder)

    assert count(make, Version) == 1
    assert count(make, Wording) == 2
    (wording,) = make.run(
        lambda: db.session.scalars(select(Wording).where(Wording.heading == "Preise senken")).all()
    )
    assert wording.sources[0]["title"] == "Das Gutachten"


def test_a_changed_answer_is_a_new_version(make, bring, folder):
    bring(folder)
    edit(folder, "positions.yaml", "zustimmung", "neutral")

    bring(folder)

    versions = make.run(lambda: db.session.scalars(select(PositionVersion)).all())
    assert [(v.number, v.answer) for v in versions] == [(1, "agree"), (2, "neutral")]


def test_two_parties_may_change_places(make, bring, folder):
    bring(folder)
    text = (folder / "parties.yaml").read_text()
    text = text.replace("order: 1", "order: 0").replace("order: 2", "order: 1")
    (folder / "parties.yaml").write_text(text.replace("order: 0", "order: 2"))

    bring(folder)

    parties = make.run(lambda: db.session.scalars(select(Party).order_by(Party.position)).all())
    assert [p.slug for p in parties] == ["partei-b", "partei-a"]


def test_what_was_edited_in_the_product_is_kept_and_reported(make, bring, folder):
    bring(folder)

    def rewrite():
        db.session.scalars(select(GlossaryTerm)).one().definition = "Im Forum geändert."
        db.session.scalars(select(Recommendation)).one().teaser = "Im Forum geändert."

    make.run(rewrite)
    edit(folder, "glossary.yaml", "Leitungen.", "Leitungen und Speicher.")

    report = bring(folder)

    assert report.left == [
        "recommendations.yaml:2: recommendation wasserstoff was edited in the product; left as it is",
        "glossary.yaml:2: term netz was edited in the product; left as it is",
    ]
    term = make.run(lambda: db.session.scalars(select(GlossaryTerm)).one())
    assert term.definition == "Im Forum geändert."


def test_what_left_the_folder_is_reported_and_stays(make, bring, folder):
    bring(folder)
    (folder / "glossary.yaml").write_text("terms: []\n")

    report = bring(folder)

    assert report.left == ["runde-2021/term/netz is no longer in the folder; left as it is"]
    assert count(make, GlossaryTerm) == 1


def test_a_thesis_with_ballots_keeps_its_words(make, bring, folder):
    from forum.ballots.models import Tally

    bring(folder)

    def vote():
        thesis = db.session.scalars(select(Thesis)).one()
        tally = db.session.get(Tally, thesis.id)
        if tally is None:
            tally = Tally(subject_id=thesis.id)
            db.session.add(tally)
        tally.agree = 1

    make.run(vote)
    edit(folder, "theses.yaml", "Netze bauen", "keine Netze bauen")

    assert faults(bring, folder) == [
        "theses.yaml:2: thesis 'ws-1' has ballots; other words need a new slug and number"
    ]
