"""How many statements a vote takes, whatever has been voted before."""

import pytest

from forum.ballots.models import Ballot, Tally
from forum.kernel.errors import Unavailable
from forum.recommendations.models import Consultation, SubjectKind
from tests.deliberation.conftest import Debate


def counted(count_queries, act) -> list[str]:
    with count_queries() as statements:
        act()
    return statements


@pytest.mark.parametrize("before", [0, 40])
def test_a_vote_takes_six_statements_and_one_that_renews_the_benches_nine(
    make, polls, count_queries, before
):
    wording = polls.wording()
    members = [make.member() for _ in range(5)]
    for _ in range(before):
        polls.cast(make.member(), wording, 1)

    taken = [len(counted(count_queries, lambda m=m: polls.cast(m, wording, 1))) for m in members]
    assert taken == [6, 6, 6, 6, 9], "the user's own row included"
    assert len(counted(count_queries, lambda: polls.cast(members[0], wording, -1))) == 6
    assert len(counted(count_queries, lambda: polls.withdraw(members[0], wording))) == 6


def test_rating_a_comment_takes_as_many(make, polls, count_queries):
    debate = Debate(make)
    comment = debate.comment()
    anna = make.member()
    assert len(counted(count_queries, lambda: polls.cast(anna, comment.id, 1))) == 6
    assert len(counted(count_queries, lambda: polls.cast(anna, comment.id, -1))) == 6
    polls.refused(debate.author, comment.id, 403, "eigenen Beitrag")
    debate.hide(comment)
    polls.refused(anna, comment.id, 403, "Ausgeblendete")
    assert polls.totals(comment.id) == (0, 0, 1), "hidden or not, the ballots stay"


def test_the_figures_of_a_page_and_ones_own_votes_take_one_statement_each(
    make, polls, count_queries
):
    wording = polls.wording()
    others = [polls.beside(wording, SubjectKind.THESIS, n) for n in range(1, 30)]
    anna = make.member()
    polls.cast(anna, others[3], 1)
    with count_queries() as statements:
        found = polls.figures_of([wording, *others])
    assert len(statements) == 1
    assert list(found) == [wording, *others]
    assert sum(figures.total for figures in found.values()) == 1
    assert all(len(figures.benches) == 5 for figures in found.values())


def test_with_another_ballot_key_voting_stops(make, polls, built_app, monkeypatch):
    import dataclasses

    wording, anna = polls.wording(), make.member()
    polls.cast(anna, wording, 1)
    other = dataclasses.replace(built_app.config["FORUM"], BALLOT_KEY="x" * 40)
    monkeypatch.setitem(built_app.config, "FORUM", other)

    with pytest.raises(Unavailable) as refusal:
        polls.cast(anna, wording, 1)
    assert "FORUM_BALLOT_KEY" in str(refusal.value.message)
    assert polls.totals(wording) == (1, 0, 0)
    assert len(polls.ballots(wording)) == 1

    # Nor does it help to forget which key it was.
    make.run(lambda: setattr(polls.round(), "ballot_key_fingerprint", None))
    with pytest.raises(Unavailable):
        polls.cast(anna, wording, 1)


def test_the_first_ballot_of_a_round_stores_the_keys_fingerprint(make, polls):
    wording, anna = polls.wording(), make.member()
    assert polls.read(lambda: polls.round().ballot_key_fingerprint) is None
    polls.cast(anna, wording, 1)
    stored = polls.read(lambda: polls.round().ballot_key_fingerprint)
    assert len(stored) == 64
    assert isinstance(polls.read(polls.round), Consultation)


def test_a_recount_finds_and_mends_what_is_wrong(make, polls, app):
    wording = polls.wording()
    for _ in range(6):
        polls.cast(make.member(), wording, 1)
    runner = app.test_cli_runner()
    assert runner.invoke(args=["ballots", "recount"]).exit_code == 0

    def break_it() -> None:
        from forum.kernel.db import db

        db.session.get_one(Tally, wording).agree = 9
        other = polls.ballots_of(wording)[0]
        other.is_changed = True

    make.run(break_it)
    found = runner.invoke(args=["ballots", "recount"])
    assert found.exit_code == 1
    assert f"Object {wording}: the tally says 9/0/0" in found.output
    assert "6/0/0, " in found.output

    assert runner.invoke(args=["ballots", "recount", "--fix"]).exit_code == 1
    fixed = runner.invoke(args=["ballots", "recount"])
    assert (fixed.exit_code, fixed.output) == (0, "Every total is what its ballots say.\n")
    assert polls.totals(wording) == (6, 0, 0)


def test_a_recount_finds_ballots_without_a_tally_and_a_wrong_snapshot(make, polls):
    from sqlalchemy import delete

    from forum.ballots import actions
    from forum.kernel.db import db

    wording, other = polls.wording(), polls.wording()
    for _ in range(5):
        polls.cast(make.member(), wording, 1)
    polls.cast(make.member(), other, -1)

    def break_it() -> None:
        db.session.execute(delete(Tally).where(Tally.subject_id == other))
        tally = db.session.get_one(Tally, wording)
        tally.benches = [
            entry | {"agree": 4, "neutral": 1} if "agree" in entry else entry
            for entry in tally.benches
        ]

    make.run(break_it)
    assert {d.subject_id for d in polls.recount()} == {wording, other}
    for subject_id in (wording, other):
        make.run(lambda s=subject_id: actions.correct(s))
    assert polls.recount() == []
    assert polls.totals(other) == (0, 0, 1)
    assert polls.figures(wording).benches[3].shares.agree == 100
    assert polls.read(lambda: len(polls.ballots_of(wording))) == 5
    assert Ballot.__table__.primary_key.columns.keys() == ["subject_id", "voter_key"]
