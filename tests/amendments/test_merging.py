"""Merging duplicates: agreement goes along, an existing ballot wins, nothing else moves."""

import contextlib
import random

import pytest

from forum.accounts.models import Role
from forum.amendments import actions, uniting
from forum.amendments.models import AmendmentMerge, AmendmentState
from forum.amendments.queries import newest
from forum.ballots.models import Tally
from forum.kernel import ledger
from forum.kernel.db import db
from forum.kernel.errors import Conflict, NotPermitted
from tests.amendments.conftest import NEW, change
from tests.ballots.test_races import in_threads
from tests.ballots.voting import Polls
from tests.factories import berlin_summer

BENCHES = ("gewerkschaften", "arbeitgeber", "kammern")


@pytest.fixture
def polls(app, make):
    return Polls(app, make)


class Pair:
    """Two amendments that want the same, by two people."""

    def __init__(self, floor, make, polls):
        self.floor, self.make, self.polls = floor, make, polls
        self.moderator = make.moderator()
        self.first = floor.file().amendments[0]
        again = change(text=NEW.replace("500", "600"))
        self.proposer = make.member(name="Zweite Frau")
        self.second = floor.file(again, author=self.proposer).amendments[0]

    def wording(self, amendment) -> int:
        return self.floor.run(lambda: newest(amendment.id).id)

    def vote(self, amendment, values, bench="kammern"):
        people = [self.make.member(bench=bench) for _ in values]
        for person, value in zip(people, values, strict=True):
            self.polls.cast(person, self.wording(amendment), value)
        return people

    def merge(self, one=None, into=None, reason="Beide wollen eine feste Summe."):
        one, into = one or self.second, into or self.first
        return self.floor.run(lambda: uniting.merge(self.moderator, one.id, into.id, reason))

    def refused(self, sentence, one=None, into=None):
        before = self.floor.run(lambda: [(t.subject_id, t.agree) for t in db.session.query(Tally)])
        with pytest.raises(Conflict, match=sentence):
            self.merge(one, into)
        after = self.floor.run(lambda: [(t.subject_id, t.agree) for t in db.session.query(Tally)])
        assert before == after

    def totals(self, amendment):
        return self.polls.totals(self.wording(amendment))


@pytest.fixture
def pair(floor, make, polls):
    return Pair(floor, make, polls)


def test_only_agreement_is_carried_and_an_existing_ballot_wins(pair, polls, browse, floor):
    fans = pair.vote(pair.second, [1, 1, 1])
    pair.vote(pair.second, [0, -1])
    polls.cast(fans[0], pair.wording(pair.first), -1)
    polls.cast(fans[1], pair.wording(pair.first), 0)

    merged = pair.merge()

    assert merged.carried == 1
    assert pair.totals(pair.first) == (1, 1, 1)
    assert pair.totals(pair.second) == (3, 1, 1), "what was cast there stays there"
    assert polls.own(fans[2], pair.wording(pair.first)) == 1
    assert polls.own(fans[0], pair.wording(pair.first)) == -1
    assert polls.recount() == []
    page = browse().get(f"{floor.url}/aenderungen/1")
    assert "Eine Zustimmung kam so hinzu" in page.text
    assert page.select_one(f".notice a[href='{floor.url}/aenderungen/2']")


def test_what_was_merged_stays_readable_and_says_as_what_it_goes_on(pair, browse, floor):
    pair.vote(pair.second, [1, 1])
    pair.merge()

    page = browse().get(f"{floor.url}/aenderungen/2")

    assert "zusammengeführt" in page.select_one(".page-head .tag").text
    notice = page.select_one(f".notice:has(a[href='{floor.url}/aenderungen/1'])")
    assert "Zusammengeführt mit Änderungsvorschlag 1" in " ".join(notice.text.split())
    assert "Beide wollen eine feste Summe." in notice.text
    assert "600 Millionen" in page.select_one(".diff").text
    assert "100" in page.select_one(".ballot").text, "with the result up to then"
    assert not page.select(".ballot form")
    assert "zusammengeführt" in browse().get(f"{floor.url}/aenderungen/").text
    assert browse().get(floor.url).select_one(".amendments-here").text.count("Vorschlag ") == 1


def test_its_author_is_told_and_the_ledger_knows(pair, floor):
    pair.vote(pair.second, [1])
    pair.merge()

    def look():
        from forum.kernel.mail import Mail

        mails = [(m.subject, m.body) for m in db.session.query(Mail)]
        entries = [e for e in db.session.query(ledger.LedgerEntry) if e.kind == "amendment.merged"]
        return mails, entries

    mails, entries = floor.run(look)
    [(subject, body)] = [m for m in mails if "geht in" in m[0]]
    assert subject == "Ihr Änderungsvorschlag 2 geht in Änderungsvorschlag 1 auf"
    assert "Eine Zustimmung ist mit ihm gegangen." in body
    assert len(entries) == 1


def test_the_snapshot_is_renewed_by_five_and_not_by_four(pair, polls):
    pair.vote(pair.second, [1, 1, 1, 1], bench="arbeitgeber")
    pair.merge()
    wording = pair.wording(pair.first)
    assert polls.tally(wording).benches_at is None
    assert polls.tally(wording).changed == 4

    pair.vote(pair.first, [1], bench="arbeitgeber")

    tally = polls.tally(wording)
    assert tally.changed == 0
    assert [b["agree"] for b in tally.benches if "agree" in b] == [5]
    assert polls.recount() == []


def test_five_carried_at_once_are_shown_by_bench_at_once(pair, polls):
    pair.vote(pair.second, [1] * 6, bench="gewerkschaften")

    pair.merge()

    tally = polls.tally(pair.wording(pair.first))
    assert (tally.changed, tally.agree) == (0, 6)
    assert [b["agree"] for b in tally.benches if "agree" in b] == [6]


def test_whoever_had_withdrawn_there_agrees_again_and_may_withdraw_again(pair, polls):
    [fan] = pair.vote(pair.second, [1])
    polls.cast(fan, pair.wording(pair.first), -1)
    polls.withdraw(fan, pair.wording(pair.first))

    assert pair.merge().carried == 1
    assert pair.totals(pair.first) == (1, 0, 0)
    assert polls.recount() == []
    polls.withdraw(fan, pair.wording(pair.first))
    assert pair.totals(pair.first) == (0, 0, 0)
    assert polls.recount() == []


def test_a_chain_cannot_be_merged(pair, floor, make):
    third = floor.file(author=make.member(name="Dritte")).amendments[0]
    pair.vote(pair.second, [1, 1])
    pair.merge()

    pair.refused("ist schon mit einem anderen zusammengeführt", one=third, into=pair.second)
    pair.refused("ist schon mit einem anderen zusammengeführt", one=pair.second, into=third)
    pair.refused("ist schon ein anderer Vorschlag eingegangen", one=pair.first, into=third)
    assert floor.again(third).state is AmendmentState.UNDER_REVIEW
    pair.merge(third, pair.first)


def test_what_wants_something_else_cannot_be_merged(pair, floor, make):
    elsewhere = floor.file(
        change(paragraph=3, heading="Neu"), author=make.member(name="Dritte")
    ).amendments[0]

    pair.refused("verschiedene Abschnitte", one=elsewhere, into=pair.first)
    pair.refused("eines anderen Antrags", one=pair.first, into=pair.first)


def test_votes_on_what_was_merged_are_refused_and_revising_too(pair, polls, make, browse, floor):
    pair.merge()

    polls.refused(make.member(), pair.wording(pair.second), 403, "nicht mehr abgestimmt")
    with pytest.raises(Exception, match="schon entschieden"):
        floor.run(lambda: actions.revise(pair.proposer, pair.second.id, 1, "Neu", "Neu."))


def test_when_the_other_is_withdrawn_it_stands_for_itself_again(pair, floor, browse, polls, make):
    pair.vote(pair.second, [1, 1])
    pair.merge()

    floor.run(lambda: actions.withdraw(floor.author, pair.first.id))

    assert floor.again(pair.second).state is AmendmentState.UNDER_REVIEW
    assert pair.totals(pair.second) == (2, 0, 0)
    polls.cast(make.member(), pair.wording(pair.second), 1)
    assert "Zusammengeführt" not in browse().get(f"{floor.url}/aenderungen/2").text
    third = floor.file(author=make.member(name="Dritte")).amendments[0]
    pair.merge(pair.second, third)
    assert floor.run(lambda: db.session.query(AmendmentMerge).count()) == 2


def test_moderators_merge_on_a_page_that_shows_both(pair, browse, floor, make):
    pair.vote(pair.second, [1])
    moderator = browse(as_=pair.moderator)
    link = f"{floor.url}/aenderungen/2/zusammenfuehren"
    assert moderator.get(f"{floor.url}/aenderungen/2").select(f"a[href='{link}']")
    member = browse(as_=make.member())
    assert not member.get(f"{floor.url}/aenderungen/2").select(f"a[href='{link}']")
    form = moderator.get(link).select_one("main form[method=post]")
    sent = {i["name"]: i["value"] for i in form.select("input[type=hidden]")}

    missing = moderator.post(link, sent, status=422)
    assert missing.select_one("#into-error")
    chosen = form.select_one("input[type=radio]")["value"]
    missing = moderator.post(link, sent | {"into": chosen}, status=422)
    assert missing.select_one("#reason-error")
    page = moderator.post(link, sent | {"into": chosen, "reason": "Dasselbe."})

    assert "zusammengeführt" in page.select_one(".page-head .tag").text
    again = moderator.post(link, sent | {"into": chosen, "reason": "Dasselbe."}, status=409)
    assert "schon mit einem anderen" in again.text
    member.post(link, sent, status=403)


def test_who_belongs_to_the_proposers_organisation_does_not_merge(pair, browse, floor, make):
    own = make.user(Role.EDITOR, organisation_id=floor.author.organisation_id)

    page = browse(as_=own).get(f"{floor.url}/aenderungen/1/zusammenfuehren", status=403)

    assert "der eigenen Organisation" in page.text


def test_a_wording_revised_meanwhile_is_a_conflict(pair, floor):
    seen = (pair.wording(pair.second), pair.wording(pair.first))
    floor.run(lambda: actions.revise(floor.author, pair.first.id, 1, "Anders", "Ganz anders."))

    with pytest.raises(Conflict, match="lautet einer der beiden"):
        floor.run(
            lambda: uniting.merge(pair.moderator, pair.second.id, pair.first.id, "Gleich.", seen)
        )


def test_after_the_vote_nothing_is_carried(pair, travel, make):
    travel(berlin_summer(9, 2))

    with pytest.raises(Exception, match="beendet"):
        pair.merge()


def test_merging_races_votes_and_loses_none(pair, polls, app, make):
    """While many vote on both, somebody merges: whoever agreed there, voted here."""
    people = [make.member(bench=random.Random(n).choice(BENCHES)) for n in range(12)]
    second, first = pair.wording(pair.second), pair.wording(pair.first)
    took: list[int] = []

    def voter(person, seed):
        def run():
            chance = random.Random(seed)
            for _ in range(4):
                with contextlib.suppress(NotPermitted):
                    polls.cast(person, chance.choice((first, second)), chance.choice((1, 0, -1)))
                    took.append(1)

        return run

    in_threads([*(voter(p, n) for n, p in enumerate(people)), pair.merge])

    assert polls.recount() == []
    there = {b.voter_key for b in polls.ballots(first) if b.value is not None}
    agreed = {b.voter_key for b in polls.ballots(second) if b.value == 1}
    assert agreed <= there, "nobody who agreed with the duplicate is missing"
    assert took


def test_two_moderators_merging_crosswise_make_one_merge(pair, floor):
    def crosswise(one, into):
        def run():
            with contextlib.suppress(Conflict):
                pair.merge(one, into)

        return run

    in_threads([crosswise(pair.first, pair.second), crosswise(pair.second, pair.first)])

    assert floor.run(lambda: db.session.query(AmendmentMerge).count()) == 1
