"""People report contributions, with or without an account."""

import re

from forum.moderation import visitors
from forum.moderation.models import ReportReason
from forum.recommendations.actions import new_subject
from forum.recommendations.models import SubjectKind
from tests.moderation.conftest import INSULT, typed

GOOD = {"reason": "insult", "text": "Ein Angriff auf die Person.", "in_good_faith": "1"}


def test_a_visitor_reports_without_account_and_cookie(desk, browse, count_queries):
    browser = browse()
    address = f"/melden/{desk.rude.id}"
    page = browser.get(address)
    assert INSULT in page.text
    assert "Markus Sauer" in page.text

    answer = browser.raw("POST", address, data=typed(page, **GOOD))

    assert answer.status_code == 303
    assert "Set-Cookie" not in answer.headers
    receipt = browser.get(answer.location)
    assert re.fullmatch(r"Ihre Meldung M-[2-9A-Z]{4}-[2-9A-Z]{4}", receipt.h1.text)
    assert "In Prüfung" in receipt.text
    [report] = desk.reports()
    assert (report.subject_id, report.reason) == (desk.rude.id, ReportReason.INSULT)
    assert report.receipt in receipt.h1.text
    assert desk.mails() == []


def test_whoever_leaves_an_address_gets_a_receipt(desk, browse):
    browser = browse()
    page = browser.get(f"/melden/{desk.rude.id}")

    browser.post(
        f"/melden/{desk.rude.id}",
        typed(page, **GOOD, name="Petra Pfau", email="petra@example.org"),
    )

    [mail] = desk.mails()
    [report] = desk.reports()
    assert mail.recipient == "petra@example.org"
    assert report.receipt in mail.subject
    assert f"http://forum.test/stelle/{desk.rude.id}" in mail.body
    assert INSULT not in mail.body


def test_signed_in_people_are_answered_at_their_own_address(desk, browse):
    browser = browse(as_=desk.other)
    page = browser.get(f"/melden/{desk.rude.id}")
    assert not page.select("[name=email]")

    browser.post(f"/melden/{desk.rude.id}", typed(page, **GOOD))

    [report] = desk.reports()
    assert (report.reporter_id, report.reporter_email) == (desk.other.id, None)
    assert [mail.recipient for mail in desk.mails()] == [desk.other.email]


def test_a_double_click_is_one_report(desk, browse):
    browser = browse()
    sent = typed(browser.get(f"/melden/{desk.rude.id}"), **GOOD)

    first = browser.post(f"/melden/{desk.rude.id}", sent)
    second = browser.post(f"/melden/{desk.rude.id}", sent)

    assert first.h1.text == second.h1.text
    assert len(desk.reports()) == 1


def test_errors_stand_at_their_fields_and_what_was_typed_stays(desk, browse):
    browser = browse()
    page = browser.get(f"/melden/{desk.rude.id}")

    answer = browser.post(
        f"/melden/{desk.rude.id}",
        typed(page, text="x" * 2001, email="petra", name="Petra"),
        status=422,
    )

    assert answer.title.text.strip().startswith("Fehler:")
    for field in ("reason", "text", "email", "in_good_faith"):
        assert answer.select_one(f"#{field}-error")
        assert answer.select_one(f".error-summary a[href='#{field}']")
    assert answer.select_one("#text")["aria-describedby"].split() == ["text-hint", "text-error"]
    assert answer.select_one("#email")["value"] == "petra"
    assert answer.select_one("#name")["value"] == "Petra"
    assert "x" * 2001 in answer.select_one("#text").text
    assert desk.reports() == []


def test_a_robot_that_fills_every_field_is_refused_and_a_person_may_try_again(desk, browse):
    browser = browse()
    page = browser.get(f"/melden/{desk.rude.id}")

    refused = browser.post(
        f"/melden/{desk.rude.id}", typed(page, **GOOD, website="http://spam.example"), status=422
    )
    assert "Webseite" in refused.select_one(".error-summary").text
    assert desk.reports() == []

    browser.post(f"/melden/{desk.rude.id}", typed(refused))
    assert len(desk.reports()) == 1


def test_too_quick_or_without_a_stamp_is_refused_with_the_text_kept(desk, browse, monkeypatch):
    browser = browse()
    sent = typed(browser.get(f"/melden/{desk.rude.id}"), **GOOD)
    monkeypatch.setattr(visitors, "LEAST_SECONDS", 3)

    quick = browser.post(f"/melden/{desk.rude.id}", sent, status=422)
    forged = browser.post(f"/melden/{desk.rude.id}", sent | {"stamp": "erfunden"}, status=422)

    assert "sehr schnell" in quick.text
    assert quick.select_one("[name=stamp]")["value"] == sent["stamp"]
    assert "zu lange offen" in forged.text
    assert GOOD["text"] in forged.select_one("#text").text
    assert desk.reports() == []


def test_another_site_cannot_send_the_form(desk, browse):
    browser = browse()
    sent = typed(browser.get(f"/melden/{desk.rude.id}"), **GOOD)
    address = f"/melden/{desk.rude.id}"

    for headers in ({"Sec_Fetch_Site": "cross-site"}, {"Origin": "https://boese.example"}):
        assert browser.raw("POST", address, data=sent, headers=headers).status_code == 403
    assert desk.reports() == []
    ours = browser.raw("POST", address, data=sent, headers={"Origin": "http://localhost"})
    assert ours.status_code == 303


def test_a_signed_in_report_needs_the_token_of_its_page(desk, browse):
    browser = browse(as_=desk.other)
    sent = typed(browser.get(f"/melden/{desk.rude.id}"), **GOOD) | {"csrf_token": "falsch"}

    assert browser.raw("POST", f"/melden/{desk.rude.id}", data=sent).status_code == 400
    assert desk.reports() == []


def test_only_what_is_public_can_be_reported(desk, browse, make):
    future = make.run(
        lambda: (
            new_subject(
                SubjectKind.SUMMARY,
                consultation_id=desk.recommendation.consultation_id,
                recommendation_id=desk.recommendation.id,
                number=1,
            ).id
        )
    )
    ghost = make.run(
        lambda: (
            new_subject(
                SubjectKind.POSITION,
                consultation_id=desk.recommendation.consultation_id,
                recommendation_id=desk.recommendation.id,
                number=1,
            ).id
        )
    )

    browse().get(f"/melden/{desk.recommendation.id}")
    for subject_id in (future, ghost, 99999):
        browse().get(f"/melden/{subject_id}", status=404)
    browse().get("/melden/eingang/M-AAAA-AAAA", status=404)


def test_moderators_read_reports_grouped_by_contribution_and_others_find_nothing(desk, browse):
    for name in ("Petra Pfau", "Otto Ohnesorg"):
        browser = browse()
        page = browser.get(f"/melden/{desk.rude.id}")
        browser.post(f"/melden/{desk.rude.id}", typed(page, **GOOD, name=name, email="a@b.example"))
    browser.post(f"/melden/{desk.first.id}", typed(browser.get(f"/melden/{desk.first.id}"), **GOOD))

    page = browse(as_=desk.moderator).get("/moderation/")

    entries = [" ".join(li.text.split()) for li in page.select(".desk-list li")]
    assert len(entries) == 2
    assert entries[0].startswith("2 Meldungen")
    assert "Beitrag 2 von Markus Sauer" in entries[0]
    pane = page.select_one("#meldung")
    assert INSULT in pane.text
    assert "Zusätzliche Stellen helfen." in pane.text, "What it answers is shown"
    assert "Petra Pfau" in pane.text
    for stranger in (None, desk.author):
        browse(as_=stranger).get("/moderation/", status=404)


def test_moderators_find_their_desk_in_the_menu(desk, browse):
    link = ".nav-row a[href='/moderation/']"

    assert browse(as_=desk.moderator).get("/zusammenfassungen/").select(link)
    for stranger in (None, desk.author):
        assert not browse(as_=stranger).get("/zusammenfassungen/").select(link)
