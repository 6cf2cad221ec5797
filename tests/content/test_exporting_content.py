"""Writing a round as a folder, and bringing that folder back."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forum.content.actions import PACKAGED, import_folder
from forum.content.exporting import ExportRefused, export_round
from forum.content.reading import read_yaml
from forum.content.writing import local
from forum.content.yaml_out import dump
from forum.kernel.clock import parse_local
from forum.kernel.db import db
from forum.positions.models import Party
from tests.content.test_importing_content import FILES

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def bring(make):
    """Import a folder in a unit of work of its own."""
    return lambda path: make.run(lambda: import_folder(path))


@pytest.fixture
def take(make):
    """Export a round in a unit of work of its own; its files by name."""

    def export(slug, folder):
        make.run(lambda: export_round(slug, folder))
        return {
            str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }

    return export


@pytest.fixture
def restart(app, database):
    """Begin again with an empty database."""

    def run():
        with app.app_context():
            db.session.remove()
            database.restore(db.engine)

    return run


def test_the_packaged_round_goes_out_and_comes_back_without_a_change(
    bring, take, restart, tmp_path
):
    bring(PACKAGED)
    once = take("bundestagswahl-2017", tmp_path / "one")

    assert not bring(tmp_path / "one").did_something

    restart()
    report = bring(tmp_path / "one")
    assert report.created["position"] == 146
    twice = take("bundestagswahl-2017", tmp_path / "two")

    assert once == twice
    assert not bring(PACKAGED).changed


def test_what_is_written_reads_like_written_by_hand(bring, take, tmp_path):
    bring(PACKAGED)

    files = take("bundestagswahl-2017", tmp_path / "out")

    round_ = files["consultation.yaml"].decode()
    assert "starts_at: '2017-03-20'" in round_
    assert "ends_at: 2017-08-21T12:00" in round_
    assert "acts: [answer_theses]" in round_
    assert "ministerium: null" in round_
    texts = files["recommendations.yaml"].decode()
    assert "text: >-\n" in texts
    assert "Gewerkschaften" in texts
    assert files["texts/impressum.md"].startswith(b"---\n")


def test_a_round_is_asked_for_by_its_slug_and_a_full_folder_is_left_alone(app, bring, tmp_path):
    bring(PACKAGED)
    run = app.test_cli_runner().invoke

    good = run(args=["export-content", str(tmp_path / "a")])
    full = run(args=["export-content", str(tmp_path / "a")])
    unknown = run(args=["export-content", "--round", "wahl-1998", str(tmp_path / "b")])

    assert good.exit_code == 0, good.output
    assert "15 files" in good.output
    assert full.exit_code == 1
    assert "is not empty" in full.output
    assert unknown.exit_code == 1
    assert "Stored: bundestagswahl-2017" in unknown.output
    assert not (tmp_path / "b").exists()


def test_what_the_demo_made_up_is_no_content(make, bring, take, tmp_path):
    bring(PACKAGED)

    def invent():
        party = db.session.query(Party).filter_by(slug="spd").one()
        party.is_invented = True

    make.run(invent)

    files = take("bundestagswahl-2017", tmp_path / "out")

    assert b"slug: spd" not in files["parties.yaml"]
    assert b"party: spd" not in files["positions.yaml"]


def test_an_organisation_may_sit_in_another_bench_than_its_kind(bring, take, restart, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text)
    with (folder / "consultation.yaml").open("a") as file:
        file.write(
            "benches: [{slug: kammern, name: Kammern}, {slug: verbaende, name: Verbände}]\n"
            "kinds: {kammer: kammern}\n"
        )
    (folder / "organisations.yaml").write_text(
        "organisations:\n"
        "  - {slug: a, short_name: A, name: A, kind: kammer}\n"
        "  - {slug: b, short_name: B, name: B, kind: kammer, bench: verbaende}\n"
        "  - {slug: c, short_name: C, name: C, kind: kammer, bench: }\n"
    )
    bring(folder)
    once = take("runde-2021", tmp_path / "one")
    assert b"bench: verbaende" in once["organisations.yaml"]
    assert b"bench: null" in once["organisations.yaml"]

    restart()
    bring(tmp_path / "one")

    assert take("runde-2021", tmp_path / "two") == once


def test_nothing_is_left_behind_when_something_cannot_be_written(make, bring, take, tmp_path):
    bring(PACKAGED)

    def spoil():
        db.session.query(Party).filter_by(slug="spd").one().short_name = ""

    make.run(spoil)

    with pytest.raises(ExportRefused, match="'short_name' is missing"):
        take("bundestagswahl-2017", tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


ODD = st.text(
    st.sampled_from(list("aäöüß ABC \n\t:-#\"'{}[]&*!|>%@`,?=~„“–…\u2028\u00a0👍🇩🇪0123456789\\")),
    min_size=1,
    max_size=300,
)


@settings(max_examples=300, suppress_health_check=list(HealthCheck), deadline=None)
@given(texts=st.lists(ODD, min_size=1, max_size=4))
@pytest.mark.filterwarnings("ignore")
def test_any_text_survives_being_written(texts, tmp_path_factory):
    path = tmp_path_factory.mktemp("yaml") / "any.yaml"
    content = {"rows": [{"text": text, "more": [text]} for text in texts], "a: b": "x"}

    path.write_text(dump(content), "utf-8")
    problems = []

    assert read_yaml(path, problems) == content
    assert problems == []


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2017-03-20", "2017-03-20"),
        ("2017-08-22T10:00", "2017-08-22T10:00"),
        ("2017-08-22T10:00:07", "2017-08-22T10:00:07"),
        ("2017-10-29T02:30+02:00", "2017-10-29T02:30"),
        ("2017-10-29T02:30+01:00", "2017-10-29T02:30:00+01:00"),
    ],
)
def test_moments_are_written_as_people_in_berlin_write_them(text, written):
    assert local(parse_local(text)) == written
    assert parse_local(local(parse_local(text))) == parse_local(text)
