"""What becomes of amendments: decided by the Redaktion, once, with a reason everybody reads."""

import pytest

from forum.accounts.models import Role
from forum.amendments.models import AmendmentKind, AmendmentState
from forum.amendments.writing import NewChange
from forum.ballots.models import Tally
from forum.kernel import ledger
from forum.kernel.db import db, save
from forum.kernel.mail import Mail
from tests.amendments.conftest import NEW, change
from tests.factories import berlin_summer


@pytest.fixture
def deciding(travel):
    return lambda: travel(berlin_summer(9, 2))


def opened(floor, browse, editor, motion):
    """The page of a motion, and what its form would send."""
    browser = browse(as_=editor)
    url = f"/redaktion/aenderungen/{motion.id}"
    page = browser.get(url)
    return browser, url, {i["name"]: i["value"] for i in page.select("input[form][type=hidden]")}


def with_majorities(floor, motion, benches):
    """A published snapshot in which so many benches agree."""

    def put():
        from forum.accounts.models import Bench
        from forum.amendments.queries import newest

        ids = db.session.query(Bench.id).order_by(Bench.position).limit(benches).all()
        save(
            Tally(
                subject_id=newest(motion.amendments[0].id).id,
                agree=6 * benches,
                benches=[{"bench": i, "agree": 6, "neutral": 0, "against": 0} for (i,) in ids],
                benches_at=berlin_summer(8, 20),
            )
        )

    floor.run(put)


def mails(floor):
    return floor.run(lambda: [(m.recipient, m.subject, m.body) for m in db.session.query(Mail)])


def test_a_motion_is_decided_whole_and_everybody_reads_why(floor, browse, make, deciding):
    motion = floor.file(change(), NewChange(AmendmentKind.STRIKE, 3))
    editor = make.user(Role.EDITOR)
    deciding()
    assert "Ein Antrag ist offen" in browse(as_=editor).get("/redaktion/aenderungen").text
    browser, url, sent = opened(floor, browse, editor, motion)
    first, second = (one.id for one in motion.amendments)

    refused = browser.post(url, sent | {f"outcome-{first}": "accepted"}, status=422)
    assert refused.select_one(f"#reason-{first}-error")
    assert refused.select_one(f"#outcome-{second}-error")
    sent |= {
        f"outcome-{first}": "partly",
        f"reason-{first}": "Die Zahl ist noch *offen*.",
        f"heading-{first}": "Überschrift 2",
        f"text-{first}": NEW.replace("500 Millionen", "einer Milliarde"),
        f"outcome-{second}": "accepted",
        f"reason-{second}": "Doppelt gesagt.",
    }
    browser.post(url, sent)

    page = browse().get(f"{floor.url}/aenderungen/1")
    assert "teilweise übernommen" in page.select_one(".page-head .tag").text
    said = page.select_one("section.box")
    assert "Die Zahl ist noch offen." in said.text
    assert "einer Milliarde" in " ".join(one.text for one in said.select(".diff ins"))
    assert not page.select(".ballot form")
    assert "Zurzeit ist nichts" in browser.get("/redaktion/aenderungen").text
    letters = [m for m in mails(floor) if m[0] == floor.author.email]
    assert [m[1] for m in letters] == [
        "Ihr Änderungsvorschlag 1: teilweise übernommen",
        "Ihr Änderungsvorschlag 2: übernommen",
    ]
    assert "einer Milliarde" in letters[0][2]
    assert f"{floor.url}/aenderungen/1" in letters[0][2]
    kinds = floor.run(lambda: [e.kind for e in db.session.query(ledger.LedgerEntry)])
    assert kinds.count("amendment.decided") == 2
    assert not browse().get(floor.url).select(".amendments-here")


def test_deciding_twice_says_so_and_changes_nothing(floor, browse, make, deciding):
    motion = floor.file()
    [one] = motion.amendments
    deciding()
    browser, url, sent = opened(floor, browse, make.user(Role.EDITOR), motion)
    sent |= {f"outcome-{one.id}": "accepted", f"reason-{one.id}": "Ja."}
    browser.post(url, sent)

    page = browser.post(
        url, sent | {f"outcome-{one.id}": "declined", f"reason-{one.id}": "Nein."}, status=409
    )

    assert "Inzwischen ist darüber entschieden" in page.text
    assert floor.again(one).state is AmendmentState.ACCEPTED


def test_nobody_decides_on_a_proposal_of_their_own_organisation(floor, browse, make, deciding):
    motion = floor.file()
    editor = make.user(Role.EDITOR, organisation_id=floor.author.organisation_id)
    deciding()

    browser, url, sent = opened(floor, browse, editor, motion)

    assert "der eigenen Organisation" in browser.get(url).text
    assert not sent
    browser.post(url, {"wording-1": "1"}, status=403)


def test_refusing_what_three_benches_want_needs_a_second_person(floor, browse, make, deciding):
    motion = floor.file()
    [one] = motion.amendments
    with_majorities(floor, motion, 3)
    editor, other = make.user(Role.EDITOR), make.user(Role.EDITOR)
    deciding()
    browser, url, sent = opened(floor, browse, editor, motion)
    sent |= {f"outcome-{one.id}": "declined", f"reason-{one.id}": "Das trägt nicht."}

    page = browser.post(url, sent)

    assert "eine zweite Person" in page.text
    assert not page.select("button[value=agree]")
    assert floor.again(one).state is AmendmentState.UNDER_REVIEW
    assert "Das trägt nicht" not in browse().get(f"{floor.url}/aenderungen/1").text
    assert not [m for m in mails(floor) if m[0] == floor.author.email]
    colleague = browse(as_=other)
    form = colleague.get(url).select_one("form:has(button[value=agree])")
    browser.post(form["action"], {"do": "agree"}, status=403)

    colleague.post(form["action"], {"do": "agree"})

    assert floor.again(one).state is AmendmentState.DECLINED
    assert "Das trägt nicht" in browse().get(f"{floor.url}/aenderungen/1").text
    colleague.post(form["action"], {"do": "agree"}, status=409)


def test_without_a_second_yes_it_is_open_again(floor, browse, make, deciding):
    motion = floor.file()
    [one] = motion.amendments
    with_majorities(floor, motion, 4)
    editor, other = make.user(Role.EDITOR), make.user(Role.EDITOR)
    deciding()
    browser, url, sent = opened(floor, browse, editor, motion)
    browser.post(url, sent | {f"outcome-{one.id}": "declined", f"reason-{one.id}": "Nein."})
    colleague = browse(as_=other)
    form = colleague.get(url).select_one("form:has(button[value=agree])")

    page = colleague.post(form["action"], {"do": "refuse"})

    assert page.select(f"#outcome-{one.id}")
    browser.post(url, sent | {f"outcome-{one.id}": "accepted", f"reason-{one.id}": "Doch."})
    assert floor.again(one).state is AmendmentState.ACCEPTED


def test_two_benches_are_not_enough_for_a_second_person(floor, browse, make, deciding):
    motion = floor.file()
    [one] = motion.amendments
    with_majorities(floor, motion, 2)
    deciding()
    browser, url, sent = opened(floor, browse, make.user(Role.EDITOR), motion)

    browser.post(url, sent | {f"outcome-{one.id}": "declined", f"reason-{one.id}": "Nein."})

    assert floor.again(one).state is AmendmentState.DECLINED


def test_nothing_is_decided_before_its_phase(floor, browse, make):
    motion = floor.file()

    page = browse(as_=make.user(Role.EDITOR)).get(f"/redaktion/aenderungen/{motion.id}")

    assert "Das geht ab 1. September" in page.text
    assert not page.select("#entscheidung")
