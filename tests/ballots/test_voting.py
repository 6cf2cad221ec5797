"""How members vote, change their vote and take it back."""

import pytest

from forum.accounts.models import Role
from forum.kernel.errors import ForumError, NotFound, NotPermitted
from forum.recommendations.models import SubjectKind
from tests.factories import berlin_summer


def test_a_member_votes_changes_the_vote_and_takes_it_back(make, polls):
    anna, wording = make.member(), polls.wording()

    polls.cast(anna, wording, 1)
    assert polls.totals(wording) == (1, 0, 0)
    assert polls.own(anna, wording) == 1

    polls.cast(anna, wording, -1)
    assert polls.totals(wording) == (0, 0, 1)
    assert polls.own(anna, wording) == -1

    polls.withdraw(anna, wording)
    assert polls.totals(wording) == (0, 0, 0)
    assert polls.own(anna, wording) is None

    polls.cast(anna, wording, 0)
    assert polls.totals(wording) == (0, 1, 0)
    assert polls.tally(wording).changed == 1, "one ballot changed four times is one"
    assert polls.recount() == []


def test_the_same_vote_again_changes_nothing(make, polls, count_queries):
    members, wording = [make.member() for _ in range(5)], polls.wording()
    for member in members:
        polls.cast(member, wording, 1)
    assert polls.tally(wording).changed == 0, "the fifth renewed the snapshot"

    with count_queries() as statements:
        polls.cast(members[0], wording, 1)

    assert not [s for s in statements if s.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert polls.tally(wording).changed == 0


def test_taking_back_what_was_never_cast_changes_nothing(make, polls):
    anna, wording = make.member(), polls.wording()
    polls.withdraw(anna, wording)
    assert polls.ballots(wording) == []
    assert polls.totals(wording) == (0, 0, 0)


@pytest.mark.parametrize("value", [2, -2, 17])
def test_only_the_three_values_count(make, polls, value):
    anna, wording = make.member(), polls.wording()
    with pytest.raises(ForumError, match="neutral"):
        polls.cast(anna, wording, value)
    assert polls.ballots(wording) == []


def test_a_ballot_keeps_the_bench_of_its_day(make, polls):
    anna, bernd, wording = make.member(bench="kammern"), make.member(), polls.wording()
    polls.cast(anna, wording, 1)
    [before] = polls.ballots(wording)

    polls.move(anna, make.member(bench="gewerkschaften"))
    polls.cast(bernd, wording, 1)
    polls.cast(anna, wording, 1)

    assert before.bench_id in {b.bench_id for b in polls.ballots(wording)}
    assert len({b.bench_id for b in polls.ballots(wording)}) == 1


def test_own_votes_are_ones_own(make, polls):
    anna, bernd, wording = make.member(), make.member(), polls.wording()
    polls.cast(anna, wording, 1)
    assert polls.own(bernd, wording) is None


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        (lambda make: make.moderator(), "arbeitet"),
        (lambda make: make.user(Role.PARTY), "Partei vertritt"),
        (lambda make: make.user(), "bestätigte Mitglieder"),
        (lambda make: make.user(Role.MEMBER, member=True), "zu keiner Bank"),
        (lambda make: make.user(Role.MEMBER), "noch nicht bestätigt"),
        (lambda make: make.user(Role.MEMBER, Role.EDITOR, member=True), "arbeitet"),
    ],
)
def test_who_may_not_vote_reads_why(make, polls, who, sentence):
    wording = polls.wording()
    with pytest.raises(NotPermitted) as refusal:
        polls.cast(who(make), wording, 1)
    assert sentence in str(refusal.value.message)
    assert polls.ballots(wording) == []


@pytest.mark.parametrize(
    ("moment", "sentence"),
    [
        (berlin_summer(9, 18), "seit 18. September beendet"),
        (berlin_summer(4, 2), "ab 3. April"),
    ],
)
def test_outside_its_phase_a_vote_is_refused(make, polls, travel, moment, sentence):
    anna, wording = make.member(), polls.wording()
    travel(moment)
    if moment < berlin_summer(4, 3):  # the text itself is not public before
        with pytest.raises(NotFound):
            polls.cast(anna, wording, 1)
        return
    with pytest.raises(NotPermitted) as refusal:
        polls.cast(anna, wording, 1)
    assert sentence in str(refusal.value.message)


def test_things_without_ballots_have_no_rule(make, polls):
    anna, wording = make.member(), polls.wording()
    for kind in (SubjectKind.POSITION, SubjectKind.PARAGRAPH):
        other = polls.beside(wording, kind, number=77)
        with pytest.raises(NotFound):
            polls.cast(anna, other, 1)
    with pytest.raises(NotFound):
        polls.cast(anna, 999_999, 1)


def test_a_thesis_is_closed_when_the_discussion_is(make, polls, travel):
    anna, wording = make.member(), polls.wording()
    thesis = polls.beside(wording, SubjectKind.THESIS)
    polls.cast(anna, thesis, 1)
    travel(berlin_summer(9, 1))
    with pytest.raises(NotPermitted, match="Diskussion"):
        polls.cast(anna, thesis, 0)
    with pytest.raises(NotPermitted, match="Diskussion"):
        polls.withdraw(anna, thesis)
    assert polls.own(anna, thesis) == 1
