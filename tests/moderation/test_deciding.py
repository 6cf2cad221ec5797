"""Moderators decide: once, with a rule, with two reasons, and in public without names."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from forum.deliberation.models import Visibility
from forum.kernel.db import db
from forum.kernel.ledger import verify
from forum.moderation import actions, queries
from forum.moderation.models import Measure, Verdict
from forum.moderation.names import named_in
from tests.moderation.conftest import INSULT, typed
from tests.moderation.test_reporting import GOOD

TO_AUTHOR = "Der Satz spricht Frau Krüger Sachkenntnis ab."


def report(desk, browse, comment=None, **more):
    browser = browse()
    address = f"/melden/{(comment or desk.rude).id}"
    browser.post(address, typed(browser.get(address), **(GOOD | more)))
    return desk.reports()[-1]


def hide(desk, browser, status=200, **more):
    address = f"/moderation/entscheiden/{desk.rude.id}"
    sent = typed(browser.get(address), measure="hide", clause=desk.clause.id)
    return browser.post(address, sent | {"reason_to_author": TO_AUTHOR} | more, status=status)


def test_hiding_names_the_rule_and_tells_author_reporter_and_public(desk, browse, work):
    told = report(desk, browse, name="Petra Pfau", email="petra@example.org")

    page = hide(desk, browse(as_=desk.moderator))

    assert "Keine offenen Meldungen" in page.text
    comment = desk.again(desk.rude)
    assert comment.visibility is Visibility.HIDDEN
    assert comment.hidden_reason == desk.clause.public_sentence, "An empty field takes the rule's"
    to_author = next(m for m in desk.mails() if m.recipient == desk.author.email)
    for words in ("Regel 2", desk.clause.text, TO_AUTHOR, "binnen sechs Monaten widersprechen"):
        assert words in to_author.body
    assert "Petra" not in to_author.body
    to_reporter = [m for m in desk.mails() if m.recipient == "petra@example.org"][-1]
    assert told.receipt in to_reporter.subject
    assert desk.clause.public_sentence in to_reporter.body
    assert TO_AUTHOR not in to_reporter.body
    [closed] = desk.reports()
    assert closed.closed_at
    receipt = browse().get(f"/melden/eingang/{told.receipt}")
    assert desk.clause.public_sentence in receipt.text
    [entry] = [e for e in desk.ledger() if e.kind == "verdict.hide"]
    assert entry.subject == f"recommendation:{desk.recommendation.slug}/comment:2"
    assert desk.make.run(verify) is None


def test_the_public_list_shows_the_decision_without_names(desk, browse):
    hide(desk, browse(as_=desk.moderator))

    page = browse().get("/entscheidungen")

    [row] = page.select(".rows > li")
    assert "17. August 2017" in row.text
    assert "Regel 2, Sache vor Person" in row.text
    assert desk.clause.public_sentence in row.text
    assert row.select_one(f"a[href='/stelle/{desk.rude.id}']").text == "Beitrag 2"
    for secret in ("Sauer", "Krüger", "Osterloh", TO_AUTHOR, INSULT):
        assert secret not in page.select_one("main").text


def test_the_text_of_a_hidden_comment_stands_on_no_page(desk, browse):
    hide(desk, browse(as_=desk.moderator))

    visitor = browse()
    visitor.get(f"/melden/{desk.rude.id}", status=404)
    for address in ("/", "/entscheidungen", f"/empfehlungen/{desk.recommendation.slug}"):
        answer = visitor.raw("GET", address)
        assert INSULT not in answer.text
    pane = browse(as_=desk.colleague).get(f"/moderation/entscheiden/{desk.rude.id}")
    assert INSULT in pane.text, "A moderator can still read what was hidden"


def test_the_thread_page_keeps_a_placeholder_with_the_public_reason(desk, browse):
    hide(desk, browse(as_=desk.moderator))
    address = f"/empfehlungen/{desk.recommendation.slug}"
    if browse().raw("GET", address).status_code == 404:
        pytest.skip("The thread page is not there yet")

    page = browse().get(address)

    assert desk.clause.public_sentence in page.text
    assert INSULT not in page.text


def test_hiding_needs_a_rule_and_a_reason(desk, browse):
    page = hide(desk, browse(as_=desk.moderator), 422, clause="", reason_to_author="  ")

    assert page.select_one("#clause-error")
    assert page.select_one("#reason_to_author-error")
    assert page.select_one("#public_reason-error")
    assert page.select_one("input[value=hide]").has_attr("checked")
    assert desk.again(desk.rude).visibility is Visibility.VISIBLE


def test_the_rule_proposes_the_public_sentence(desk, browse):
    page = hide(desk, browse(as_=desk.moderator), propose="1", reason_to_author="Noch offen")

    assert page.select_one("#public_reason").text.strip() == desk.clause.public_sentence
    assert "Noch offen" in page.select_one("#reason_to_author").text
    assert desk.all(Verdict) == []


@pytest.mark.parametrize("name", ["Markus Sauer", "Krügers", "Krueger", "sabine krüger"])
def test_the_public_sentence_names_nobody_of_the_thread(desk, browse, name):
    page = hide(desk, browse(as_=desk.moderator), 422, public_reason=f"Angriff auf {name}.")

    assert "nennt" in page.select_one("#public_reason-error").text
    assert desk.all(Verdict) == []
    assert desk.again(desk.rude).visibility is Visibility.VISIBLE


def test_names_are_words_and_not_parts_of_words():
    assert named_in("Der Ton ist versauert.", ["Markus Sauer"]) is None
    assert named_in("Das ist sauer aufgestoßen.", ["Markus Sauer"]) is None
    assert named_in("Herr Sauer hat", ["Markus Sauer"]) == "Sauer"
    assert named_in("Wie Ökonom sagt", ["Ökonom"]) == "Ökonom"
    assert named_in("Über Jo", ["Jo"]) is None


def test_leaving_a_comment_closes_its_reports_and_is_public_too(desk, browse):
    report(desk, browse, email="petra@example.org")
    browser = browse(as_=desk.moderator)
    address = f"/moderation/entscheiden/{desk.rude.id}"

    browser.post(address, typed(browser.get(address), measure="none"))

    assert desk.again(desk.rude).visibility is Visibility.VISIBLE
    assert desk.reports()[0].closed_at
    assert not [m for m in desk.mails() if m.recipient == desk.author.email]
    assert "Keine Maßnahme" in browse().get("/entscheidungen").text
    assert "bleibt stehen" in desk.mails()[-1].body


def test_what_nobody_reported_cannot_be_dismissed(desk, browse):
    page = browse(as_=desk.moderator).get(f"/moderation/entscheiden/{desk.rude.id}")

    assert [radio["value"] for radio in page.select("[name=measure]")] == ["hide"]


def test_a_hidden_comment_can_be_restored(desk, browse):
    hide(desk, browse(as_=desk.moderator))
    browser = browse(as_=desk.colleague)
    address = f"/moderation/entscheiden/{desk.rude.id}"
    page = browser.get(address)
    assert [radio["value"] for radio in page.select("[name=measure]")] == ["restore"]

    browser.post(address, typed(page, measure="restore", reason_to_author="Der Satz zitiert nur."))

    assert desk.again(desk.rude).visibility is Visibility.VISIBLE
    mail = [m for m in desk.mails() if m.recipient == desk.author.email][-1]
    assert "wieder zu lesen" in mail.subject
    assert "Wieder eingeblendet" in browse().get("/entscheidungen").text


def test_the_second_of_two_moderators_gets_a_conflict_and_sees_the_first_decision(desk, browse):
    report(desk, browse)
    late = browse(as_=desk.colleague)
    address = f"/moderation/entscheiden/{desk.rude.id}"
    sent = typed(late.get(address), measure="none")
    hide(desk, browse(as_=desk.moderator))

    page = late.post(address, sent, status=409)

    assert "jemand anderes" in page.text
    assert desk.clause.public_sentence in page.text
    assert len(desk.all(Verdict)) == 1


def test_two_moderators_deciding_in_the_same_moment_make_one_decision(desk, browse):
    browsers = [browse(as_=desk.moderator), browse(as_=desk.colleague)]
    address = f"/moderation/entscheiden/{desk.rude.id}"
    forms = [
        typed(b.get(address), measure="hide", clause=desk.clause.id, reason_to_author=TO_AUTHOR)
        for b in browsers
    ]

    with ThreadPoolExecutor(2) as pool:
        answers = list(
            pool.map(
                lambda pair: pair[0].raw("POST", address, data=pair[1]),
                zip(browsers, forms, strict=True),
            )
        )

    assert sorted(a.status_code for a in answers) == [303, 409]
    assert len(desk.all(Verdict)) == 1
    assert len([m for m in desk.mails() if m.recipient == desk.author.email]) == 1


def test_a_report_that_came_meanwhile_stays_open_unless_the_text_is_gone(desk, browse):
    report(desk, browse)
    browser = browse(as_=desk.moderator)
    address = f"/moderation/entscheiden/{desk.rude.id}"
    sent = typed(browser.get(address), measure="none")
    report(desk, browse, text="Noch ein anderer Grund.")

    browser.post(address, sent)

    assert [bool(r.closed_at) for r in desk.reports()] == [True, False]


def test_only_moderators_decide_and_never_on_their_own(desk, browse, make):
    address = f"/moderation/entscheiden/{desk.rude.id}"
    for stranger in (None, desk.author):
        browse(as_=stranger).get(address, status=404)
        assert browse(as_=stranger).raw("POST", address, data={}).status_code in {401, 404}
    make.run(lambda: db.session.merge(desk.again_own(desk.moderator)))

    page = browse(as_=desk.moderator).get(address)

    assert "entscheidet jemand anderes" in page.text
    assert not page.select("[name=measure]")
    with pytest.raises(Exception, match="jemand anderes"):
        make.run(
            lambda: actions.decide(
                desk.moderator,
                desk.rude.id,
                measure=Measure.HIDE,
                clause_id=desk.clause.id,
                reason_to_author="x",
                public_reason="y",
            )
        )


def test_the_list_goes_on_page_by_page(desk, browse, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 1)
    hide(desk, browse(as_=desk.moderator))
    browser = browse(as_=desk.colleague)
    address = f"/moderation/entscheiden/{desk.rude.id}"
    browser.post(address, typed(browser.get(address), measure="restore", reason_to_author="Gut."))

    first = browse().get("/entscheidungen")
    second = browse().get(first.select_one("[rel=next]")["href"])

    assert re.search("Wieder eingeblendet", first.select_one(".rows").text)
    assert re.search("Ausgeblendet", second.select_one(".rows").text)
    assert not second.select("[rel=next]")


@pytest.mark.parametrize("number", ["9" * 30, "-1", "zwei", "1e9", "2147483648"])
def test_numbers_nobody_has_shown_are_as_good_as_absent(desk, browse, number):
    browse().get(f"/entscheidungen?vor={number}")
    browse(as_=desk.moderator).get(f"/moderation/?beitrag={number}")
