"""Sondervoten: what the outvoted leave beneath the Abschnitt."""

import contextlib

import pytest

from forum.accounts.models import Role
from forum.amendments import deciding, dissenting
from forum.amendments.deciding import NewDecision
from forum.amendments.models import AmendmentState, Dissent, DissentSignature
from forum.amendments.queries import newest
from forum.ballots.models import Tally
from forum.kernel import ledger
from forum.kernel.db import db, save
from forum.kernel.errors import Conflict, NotPermitted
from forum.moderation import actions as moderation
from forum.moderation.models import Measure, ReportReason, RuleClause
from forum.profile import actions as profile
from tests.ballots.test_races import in_threads
from tests.factories import berlin_summer

TEXT = "Ohne feste Summe bleibt der Satz folgenlos."


class Outvoted:
    """An amendment on which the Redaktion has decided."""

    def __init__(self, floor, make, travel):
        self.floor, self.make, self.travel = floor, make, travel
        self.motion = floor.file()
        [self.amendment] = self.motion.amendments
        self.url = f"{floor.url}/aenderungen/1"
        self.editor = make.user(Role.EDITOR)

    def decide(self, outcome=AmendmentState.DECLINED, text=""):
        self.travel(berlin_summer(9, 2))

        def act():
            wording = newest(self.amendment.id).id
            new = NewDecision(outcome, "Das trägt nicht.", "Überschrift 2" if text else "", text)
            return deciding.decide(
                self.editor, self.motion.id, {self.amendment.id: wording}, {self.amendment.id: new}
            )

        return self.floor.run(act)

    def bench_stands(self, name, agree, against):
        """A published snapshot of one bench."""

        def put():
            from forum.accounts.models import Bench

            bench = db.session.query(Bench).filter_by(slug=name).one()
            entry = {"bench": bench.id, "agree": agree, "neutral": 0, "against": against}
            save(
                Tally(
                    subject_id=newest(self.amendment.id).id,
                    agree=agree,
                    against=against,
                    benches=[entry],
                    benches_at=berlin_summer(8, 20),
                )
            )

        self.floor.run(put)

    def write(self, who, text=TEXT):
        return self.floor.run(lambda: dissenting.write(who, self.amendment.id, text))

    def sign(self, who, dissent):
        return self.floor.run(lambda: dissenting.sign(who, dissent.id))

    def bench(self, n, bench="kammern"):
        return [self.make.member(bench=bench, name=f"Mitglied {i}") for i in range(n)]


@pytest.fixture
def outvoted(floor, make, travel):
    return Outvoted(floor, make, travel)


def test_the_proposer_of_what_was_declined_leaves_one_beneath_the_abschnitt(
    outvoted, browse, floor
):
    outvoted.decide()
    author = browse(as_=floor.author)
    link = f"{outvoted.url}/sondervotum"
    assert author.get(outvoted.url).select(f"a[href='{link}']")
    assert "sofort öffentlich" in author.get(link).text

    page = author.post(link, {"text": TEXT})

    assert TEXT in page.select_one(".dissent").text
    for path in (floor.url, f"{floor.url}/abschnitte/2", outvoted.url):
        shown = browse().get(path).select_one(".dissent")
        assert TEXT in shown.text, path
        assert "Martin Beyer" in shown.text
        assert "Sondervotum der Verfasserin oder des Verfassers" in shown.text
    assert not browse().get(f"{floor.url}/abschnitte/1").select(".dissent")
    kinds = floor.run(lambda: [e.kind for e in db.session.query(ledger.LedgerEntry)])
    assert "dissent.published" in kinds


def test_it_stays_beneath_the_abschnitt_in_a_later_version(outvoted, browse, floor):
    outvoted.decide()
    outvoted.write(floor.author)

    floor.publish(2, "Abschnitt 2: Ganz anders.")

    beneath = browse().get(floor.url).select_one("#abschnitt-2 .dissent, #abschnitt-2 ~ .dissents")
    assert TEXT in beneath.text


def test_three_members_of_one_bench_leave_one_with_the_third_name(outvoted, browse, floor, make):
    outvoted.decide()
    first, second, third = outvoted.bench(3, "arbeitgeber")
    stranger = make.member(bench="gewerkschaften")
    link = f"{outvoted.url}/sondervotum"

    page = browse(as_=first).post(link, {"text": TEXT})

    assert "Es fehlen noch 2 Unterschriften" in page.text
    assert TEXT not in browse().get(outvoted.url).text
    assert TEXT not in browse(as_=stranger).get(outvoted.url).text
    assert TEXT not in browse(as_=stranger).get(link).text
    assert TEXT not in browse(as_=outvoted.editor).get(outvoted.url).text
    assert "wartet auf Unterschriften" in browse(as_=second).get(outvoted.url).text
    for who, rest in ((second, "Es fehlt noch eine Unterschrift"), (third, "jetzt öffentlich")):
        browser = browse(as_=who)
        action = browser.get(link).select_one("form[action$=unterschreiben]")["action"]
        assert rest in browser.post(action).text
    browse(as_=stranger).post(action, status=403)
    shown = browse().get(floor.url).select_one(".dissent")
    assert "aus der Bank Arbeitgeber" in shown.text
    assert all(f"Mitglied {n}" in shown.text for n in range(3))


def test_one_for_each_bench_and_the_second_writer_loses_nothing(outvoted, browse):
    outvoted.decide()
    first, second = outvoted.bench(2, "arbeitgeber")
    [other] = outvoted.bench(1, "gewerkschaften")
    link = f"{outvoted.url}/sondervotum"
    browser = browse(as_=second)
    browser.get(link)
    browse(as_=first).post(link, {"text": TEXT})

    page = browser.post(link, {"text": "Mein anderer Text."}, status=409)

    assert "Es gibt je Bank eines" in page.text
    assert "Mein anderer Text." in page.text
    assert TEXT in page.text
    assert outvoted.write(other).bench_id != second.bench.id


def test_two_of_a_bench_writing_at_once_leave_one(outvoted, floor):
    outvoted.decide()
    people = outvoted.bench(4, "arbeitgeber")

    def writes(who):
        def run():
            with contextlib.suppress(Conflict):
                outvoted.write(who)

        return run

    in_threads([writes(who) for who in people])

    assert floor.run(lambda: db.session.query(Dissent).count()) == 1


def test_signing_at_once_publishes_once(outvoted, floor):
    outvoted.decide()
    writer, *others = outvoted.bench(4, "arbeitgeber")
    dissent = outvoted.write(writer)

    def signs(who):
        def run():
            with contextlib.suppress(Conflict):
                outvoted.sign(who, dissent)

        return run

    in_threads([signs(who) for who in others])

    kinds = floor.run(lambda: [e.kind for e in db.session.query(ledger.LedgerEntry)])
    assert kinds.count("dissent.published") == 1
    assert floor.run(lambda: db.session.query(DissentSignature).count()) == 3


def test_nobody_signs_twice(outvoted, floor):
    outvoted.decide()
    writer, second = outvoted.bench(2, "arbeitgeber")
    dissent = outvoted.write(writer)
    for who in (writer, second, second):
        outvoted.sign(who, dissent)

    assert floor.run(lambda: db.session.query(DissentSignature).count()) == 2
    assert floor.run(lambda: db.session.get(Dissent, dissent.id).published_at) is None


def test_a_thousand_characters_and_not_one_more(outvoted, browse, floor):
    outvoted.decide()
    author = browse(as_=floor.author)
    link = f"{outvoted.url}/sondervotum"

    assert author.post(link, {"text": ""}, status=422).select_one("#text-error")
    page = author.post(link, {"text": "x" * 1001}, status=422)
    assert "höchstens 1.000 Zeichen" in page.select_one("#text-error").text
    assert len(page.select_one("textarea").text.strip()) == 1001
    author.post(link, {"text": "x" * 1000})


def test_before_the_decision_nobody_leaves_one(outvoted, floor):
    with pytest.raises(NotPermitted, match="sobald über den Vorschlag entschieden"):
        outvoted.write(floor.author)


def test_the_proposer_of_what_was_accepted_has_none_unless_the_bench_was_outvoted(
    outvoted, floor, make
):
    outvoted.bench_stands("kammern", agree=6, against=1)
    outvoted.decide(AmendmentState.ACCEPTED)

    with pytest.raises(NotPermitted, match="mehrheitlich so gestimmt"):
        outvoted.write(floor.author)
    assert outvoted.write(make.member(bench="arbeitgeber")).published_at is None


def test_of_what_was_taken_up_in_part_the_proposer_may(outvoted, floor):
    outvoted.decide(AmendmentState.PARTLY, "Abschnitt 2: Manche Berufsschulen.")

    assert outvoted.write(floor.author).published_at is not None


def test_whoever_takes_it_back_leaves_the_place(outvoted, browse, floor, make):
    outvoted.decide()
    dissent = outvoted.write(floor.author)
    browse(as_=make.member()).post(f"/sondervoten/{dissent.id}/zuruecknehmen", status=403)

    browse(as_=floor.author).post(f"/sondervoten/{dissent.id}/zuruecknehmen")

    shown = browse().get(floor.url).select_one(".dissent")
    assert "Zurückgezogen am 2. September" in shown.text
    assert TEXT not in shown.text
    browse(as_=floor.author).post(f"/sondervoten/{dissent.id}/zuruecknehmen", status=409)
    assert outvoted.write(floor.author, "Neu gefasst.").published_at


def test_who_signed_may_take_the_name_back(outvoted, browse, floor):
    outvoted.decide()
    writer, second, third = outvoted.bench(3, "arbeitgeber")
    dissent = outvoted.write(writer)
    outvoted.sign(second, dissent)
    outvoted.sign(third, dissent)

    browse(as_=third).post(f"/sondervoten/{dissent.id}/zuruecknehmen")

    shown = browse().get(floor.url).select_one(".dissent")
    assert TEXT in shown.text
    assert "eine Person ohne Namen" in shown.text
    assert "Mitglied 2" not in shown.text


def test_what_was_reported_and_hidden_leaves_its_place_and_the_reason(
    outvoted, browse, floor, make
):
    outvoted.decide()
    dissent = outvoted.write(floor.author)
    link = f"/melden/{dissent.id}"
    assert browse().get(floor.url).select_one(f".dissent a[href='{link}']")
    assert TEXT in browse().get(link).text
    moderator = make.moderator()
    rule = {"number": 2, "title": "Sache vor Person", "text": "Ja.", "public_sentence": "Nein."}
    clause = make.run(lambda: save(RuleClause(**rule)).id)
    report = {"reason": ReportReason.OTHER, "text": "Beleidigt.", "receipt": "abc", "email": ""}
    reporter = make.member()
    make.run(lambda: moderation.report(reporter, dissent.id, **report))

    def decide(measure, sentence):
        moderation.decide(
            moderator,
            dissent.id,
            measure=measure,
            public_reason=sentence,
            clause_id=clause if measure is Measure.HIDE else None,
        )

    make.run(lambda: decide(Measure.HIDE, "Ein Vorwurf ohne Bezug zur Sache."))
    shown = browse().get(floor.url).select_one(".dissent")
    assert "Ausgeblendet: Ein Vorwurf ohne Bezug zur Sache." in shown.text
    assert TEXT not in browse().get(outvoted.url).text
    make.run(lambda: decide(Measure.RESTORE, "Zu Unrecht ausgeblendet."))
    assert TEXT in browse().get(floor.url).text


def test_erasing_takes_the_words_and_keeps_the_place(outvoted, browse, floor, work):
    outvoted.decide()
    outvoted.write(floor.author)

    floor.run(lambda: profile.erase(floor.author.id, texts=True))
    work()

    shown = browse().get(floor.url).select_one(".dissent")
    assert "Zurückgezogen" in shown.text
    assert TEXT not in browse().get(floor.url).text


def test_one_signer_erased_leaves_it_standing_without_the_name(outvoted, browse, floor, work):
    outvoted.decide()
    writer, second, third = outvoted.bench(3, "arbeitgeber")
    dissent = outvoted.write(writer)
    outvoted.sign(second, dissent)
    outvoted.sign(third, dissent)

    floor.run(lambda: profile.erase(second.id, texts=True))
    work()

    shown = browse().get(floor.url).select_one(".dissent")
    assert TEXT in shown.text
    assert "eine Person ohne Namen" in shown.text


def test_the_ballots_stay_secret_beside_it(outvoted, app, floor):
    """No row joins a signature and a ballot: names stand beneath words, never beside a vote."""
    outvoted.decide()
    dissent = outvoted.write(floor.author)

    columns = {c.name for c in DissentSignature.__table__.c} | {c.name for c in Dissent.__table__.c}
    assert not {name for name in columns if "ballot" in name or "voter" in name or name == "value"}
    assert dissent.amendment_id == outvoted.amendment.id
