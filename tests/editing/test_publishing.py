"""Drafts of the Redaktion, checked and published in one step."""

from pathlib import Path

import pytest

from forum.accounts.models import Role
from forum.content.actions import PACKAGED, content_hash, import_folder
from forum.content.checking import read_written
from forum.content.writing import Written, files
from forum.editing import actions, queries
from forum.editing.checking import german
from forum.kernel import ledger
from forum.recommendations.queries import clauses, latest_version

ROUND = "bundestagswahl-2017"
SLUG = "forschung-und-entwicklung"


@pytest.fixture
def editor(make, packaged):
    return make.user(Role.EDITOR, name="Rita Redaktion")


def keep(make, editor, kind, key, change, **more):
    """Save a change of an item as its form would."""

    def act():
        sheet = queries.sheet(ROUND, kind, key, new=True)
        fields = sheet.fields
        change(fields)
        return actions.keep(
            editor, ROUND, kind, key, fields, revision=sheet.revision, base=sheet.base, **more
        )

    return make.run(act)


def test_what_is_stored_can_be_written_as_a_folder_and_read_again_without_loss(make, editor):
    def walk():
        state = queries.state(ROUND)
        folder = read_written(Written(ROUND, files(ROUND, state)))
        assert folder.problems == []
        assert {(i.kind, i.key): content_hash(i.fields) for i in folder.items} == {
            (kind, key): content_hash(fields)
            for kind, items in state.items()
            for key, fields in items.items()
        }

    make.run(walk)


def test_a_draft_is_read_by_nobody_until_it_is_published(make, browse, editor):
    keep(make, editor, "recommendation", SLUG, lambda f: f.update(teaser="Ein neuer Vorspann."))
    assert "Ein neuer Vorspann." not in browse().get(f"/empfehlungen/{SLUG}").text

    page = browse(as_=editor).get(f"/redaktion/{ROUND}/")
    assert "Forschung & Entwicklung" in page.select_one("#redaktion ol").text
    browse(as_=editor).post(
        f"/redaktion/{ROUND}/veroeffentlichen", {"item": [f"recommendation:{SLUG}"]}
    )

    assert "Ein neuer Vorspann." in browse().get(f"/empfehlungen/{SLUG}").text
    assert make.run(lambda: list(queries.drafts(ROUND))) == []
    assert make.run(ledger.verify) is None


def test_a_changed_paragraph_gets_a_new_wording_and_the_others_keep_theirs(make, editor):
    def wordings():
        id_ = make.run(lambda: queries_row(SLUG)).id
        return [(c.number, c.wording_id) for c in make.run(lambda: clauses([id_]))[id_]]

    before = wordings()
    keep(
        make,
        editor,
        "paragraphs",
        SLUG,
        lambda f: f["paragraphs"][0].update(text="Etwas ganz anderes."),
        marks={"note": "Auf Wunsch der Kammern."},
    )
    make.run(lambda: actions.publish(editor, ROUND))
    after = wordings()

    assert before[0][1] != after[0][1]
    assert before[1:] == after[1:]
    version = make.run(lambda: latest_version(queries_row(SLUG).id))
    assert (version.number, version.note) == (2, "Auf Wunsch der Kammern.")


def test_an_editorial_change_keeps_wording_and_ballots_and_is_kept_with_what_it_read(make, editor):
    id_ = make.run(lambda: queries_row(SLUG)).id
    before = make.run(lambda: clauses([id_]))[id_]
    keep(
        make,
        editor,
        "paragraphs",
        SLUG,
        lambda f: f["paragraphs"][0].update(text=before[0].text + " Neu."),
        marks={"editorial": [before[0].number]},
    )
    make.run(lambda: actions.publish(editor, ROUND))
    after = make.run(lambda: clauses([id_]))[id_]

    assert [c.wording_id for c in after] == [c.wording_id for c in before]
    assert after[0].text == before[0].text + " Neu."
    assert after[0].version_number == 2
    assert after[0].corrections == [
        {
            "version": 2,
            "on": "2017-08-17",
            "heading": before[0].heading,
            "text": before[0].text,
        }
    ]


def test_a_fault_is_said_in_german_at_its_field_and_nothing_is_kept(make, editor):
    with pytest.raises(actions.Faulty) as refusal:
        keep(make, editor, "recommendation", SLUG, lambda f: f.update(teaser=""))
    assert [(f.field, f.sentence) for f in refusal.value.faults] == [("teaser", "Das fehlt noch.")]
    assert make.run(lambda: list(queries.drafts(ROUND))) == []


def test_two_things_change_places_though_each_alone_would_clash(make, browse, editor):
    theses = {k: f["position"] for k, f in make.run(lambda: queries.state(ROUND))["thesis"].items()}
    keep(make, editor, "thesis", "fe-1", lambda f: f.update(position=theses["fe-2"]))
    refused = browse(as_=editor).post(
        f"/redaktion/{ROUND}/veroeffentlichen", {"item": ["thesis:fe-1"]}, status=422
    )
    assert "Das ist schon vergeben" in refused.select_one(".error-summary").text

    keep(make, editor, "thesis", "fe-2", lambda f: f.update(position=theses["fe-1"]))
    make.run(lambda: actions.publish(editor, ROUND))
    after = make.run(lambda: queries.state(ROUND))["thesis"]
    assert (after["fe-1"]["position"], after["fe-2"]["position"]) == (
        theses["fe-2"],
        theses["fe-1"],
    )


def test_a_changed_source_is_cited_as_it_reads_now_wherever_it_is_cited(make, editor):
    keep(make, editor, "source", "trend-fe", lambda f: f.update(title="Der neue Titel"))
    done = make.run(lambda: actions.publish(editor, ROUND))

    assert ("recommendation", SLUG) in done.items
    stored = make.run(lambda: queries.state(ROUND))["recommendation"][SLUG]
    assert "Der neue Titel" in [s["title"] for part in stored["context"] for s in part["sources"]]


def test_the_second_of_two_editors_is_told_and_overwrites_nothing(make, editor):
    sheet = make.run(lambda: queries.sheet(ROUND, "thesis", "fe-1"))
    keep(make, editor, "thesis", "fe-1", lambda f: f.update(label="Erste"))
    with pytest.raises(actions.Overtaken):
        make.run(
            lambda: actions.keep(
                editor,
                ROUND,
                "thesis",
                "fe-1",
                sheet.fields | {"label": "Zweite"},
                revision=sheet.revision,
                base=sheet.base,
            )
        )
    assert make.run(lambda: queries.sheet(ROUND, "thesis", "fe-1")).fields["label"] == "Erste"


def test_the_second_notices_also_when_the_first_has_published_already(make, editor):
    sheet = make.run(lambda: queries.sheet(ROUND, "thesis", "fe-1"))
    keep(make, editor, "thesis", "fe-1", lambda f: f.update(label="Erste"))
    make.run(lambda: actions.publish(editor, ROUND))
    with pytest.raises(actions.Overtaken):
        make.run(
            lambda: actions.keep(
                editor, ROUND, "thesis", "fe-1", sheet.fields, revision=0, base=sheet.base
            )
        )


def test_the_importer_leaves_what_was_published_here(make, editor):
    keep(make, editor, "recommendation", SLUG, lambda f: f.update(teaser="Ein neuer Vorspann."))
    make.run(lambda: actions.publish(editor, ROUND))
    report = make.run(lambda: import_folder(PACKAGED))

    assert not report.did_something
    [sentence] = report.left
    assert sentence.endswith(f"recommendation {SLUG} was edited in the product; left as it is")
    assert (
        make.run(lambda: queries.state(ROUND))["recommendation"][SLUG]["teaser"]
        == "Ein neuer Vorspann."
    )


def test_every_sentence_of_the_checks_has_a_german_one():
    import ast

    untranslated = []
    for path in Path("forum/content").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "fault"
            ):
                said = _sample(node.args[0])
                if said and german(said)[0] == said:
                    untranslated.append(said)
    assert untranslated == []


def _sample(node) -> str:
    """What a fault would say, every name filled in."""
    import ast

    if isinstance(node, ast.Constant):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return ""
    said = ""
    for part in node.values:
        if isinstance(part, ast.Constant):
            said += part.value
        elif part.conversion == ord("r"):
            said += "'x'"
        else:
            said += {"what": "thesis", "kind": "thesis", "name": "a day like 'x'"}.get(
                ast.unparse(part.value), "1"
            )
    return said


def queries_row(slug):
    from forum.content.queries import row
    from forum.recommendations.models import Recommendation

    return row(Recommendation, slug=slug)
