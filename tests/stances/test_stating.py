"""An organisation says what it thinks of an Abschnitt: one person drafts, another approves."""

import contextvars
import threading
from datetime import timedelta

import pytest
from sqlalchemy import update

from forum.accounts.models import Appearance, Role, User
from forum.kernel.approval import Stale
from forum.kernel.db import db, unit_of_work
from forum.kernel.errors import NotPermitted
from forum.stances import actions
from forum.stances.models import StanceDraft, StanceVersion
from forum.stances.writing import Content, Refused
from tests.factories import berlin_summer
from tests.stances.conftest import RESERVED


def sheet(browser, house, *, status=200, **data):
    return browser.post(f"{house.url}/haltung", {"edition": house.edition(), **data}, status=status)


def test_any_confirmed_member_prepares_and_the_speaker_approves(browse, house):
    page = sheet(
        browse(as_=house.colleague), house, answer="supports", text="Ja, bald.", act="submit"
    )
    assert "Freigabe ist angefragt" in page.text
    assert "Ja, bald." in browse(as_=house.author).get(f"{house.url}/haltung").text

    speaker = browse(as_=house.speaker)
    assert "Freigeben und veröffentlichen" in speaker.get(f"{house.url}/haltung").text
    speaker.post(f"{house.url}/haltung/freigeben", {"edition": house.edition()})

    shown = browse().get(house.url).select_one("#haltungen")
    assert house.organisation.name in shown.text
    assert "trägt mit" in shown.text
    assert "Ja, bald." in shown.text
    for person in (house.colleague, house.speaker):
        assert person.name not in browse().get(house.url).text, "the organisation speaks, no person"


def test_until_it_is_approved_nobody_outside_the_organisation_reads_it(browse, house, make):
    house.submit()
    stranger = make.member()
    for who in (None, stranger, make.moderator(), make.user(Role.ADMINISTRATOR)):
        for place in (f"/empfehlungen/{house.slug}", house.url):
            assert RESERVED.text not in browse(as_=who).get(place).text
    assert RESERVED.text not in browse(as_=stranger).get(f"{house.url}/haltung").text
    assert (
        "Entwurf, nur Ihre Organisation"
        in browse(as_=house.author).get(f"{house.url}/haltung").text
    )
    [draft] = house.all(StanceDraft)
    assert b"mitzahlen" not in draft.sealed, "not even in the database"
    staff = browse(as_=make.moderator()).raw("GET", f"{house.url}/haltung")
    assert staff.status_code == 403


def test_whoever_drafted_it_cannot_approve_it_and_reads_why(browse, house):
    house.submit(who=house.speaker)
    browser = browse(as_=house.speaker)
    page = browser.get(f"{house.url}/haltung")
    assert "außer Ihnen spricht niemand" in page.text
    assert not page.find("form", action=f"{house.url}/haltung/freigeben")
    with pytest.raises(NotPermitted):
        house.approve()

    other = house.join(name="Dora Zweite", is_speaker=True)
    assert "nur eine zweite Person: Dora Zweite" in browser.get(f"{house.url}/haltung").text
    house.approve(who=other)
    assert house.sheet().standing.answer == "reservation"


def test_whoever_changes_the_text_is_its_author(house):
    house.submit()
    house.submit(Content("supports", "Ganz ohne."), who=house.speaker)
    with pytest.raises(NotPermitted, match="selbst entworfen"):
        house.approve()
    house.submit(who=house.author)
    house.submit(who=house.colleague)  # passed on word by word
    assert house.sheet().author_id == house.author.id


def test_only_a_speaker_approves(browse, house):
    house.submit()
    page = browse(as_=house.colleague).get(f"{house.url}/haltung")
    assert "Freigeben kann, wer für Ihre Organisation spricht: Clara Sprecherin." in page.text
    with pytest.raises(NotPermitted):
        house.approve(who=house.colleague)


def test_where_nobody_speaks_the_page_says_who_names_somebody(browse, house, make):
    alone = make.member(name="Allein")
    page = browse(as_=alone).get(f"{house.url}/haltung")
    assert "Ihre Ansprechperson benennt, wer frei gibt" in page.text


def test_the_speakers_are_told_without_the_text(house):
    house.submit()
    [mail] = house.mails()
    assert mail.recipient == house.speaker.email
    assert f"{house.url}/haltung" in mail.body
    assert "mitzahlen" not in mail.body


def test_a_speaker_gives_it_back_with_a_remark(browse, house):
    house.submit()
    speaker = browse(as_=house.speaker)
    speaker.post(f"{house.url}/haltung/zurueckgeben", {"edition": house.edition()}, status=422)
    speaker.post(
        f"{house.url}/haltung/zurueckgeben", {"edition": house.edition(), "remark": "Zu lang."}
    )
    page = browse(as_=house.author).get(f"{house.url}/haltung")
    assert "Zurückgegeben von Clara Sprecherin: Zu lang." in page.text
    with pytest.raises(NotPermitted):
        house.approve()


def test_five_hundred_characters_and_what_needs_a_reason(browse, house):
    browser = browse(as_=house.author)
    page = sheet(browser, house, status=422, answer="supports", text="ä" * 501, act="save")
    assert "Kürzen Sie den Text auf 500 Zeichen" in page.text
    assert page.find("textarea", id="text").text.strip() == "ä" * 501, "nothing typed is lost"
    page = sheet(browser, house, status=422, answer="reservation", text="", act="submit")
    assert "welchen Vorbehalt" in page.text
    sheet(browser, house, status=422, answer="", text="Nur so.", act="submit")
    sheet(browser, house, answer="", text="Nur so.", act="save")
    sheet(browser, house, answer="rejects", text="ä" * 500, act="submit")


def test_a_text_is_shown_as_it_was_typed_without_markup(browse, house):
    house.publish(Content("supports", "<b>Fett</b> und **fett**"))
    shown = browse().get(house.url).select_one("#haltungen")
    assert "<b>Fett</b> und **fett**" in shown.text


def test_when_the_words_change_the_page_says_to_which_they_were_said(browse, house):
    house.publish()
    assert "zur Fassung 1" not in browse().get(house.url).select_one("#haltungen").text
    house.new_version(2, "Abschnitt 2: Ganz anders.")
    for page in (house.url, f"/empfehlungen/{house.slug}"):
        assert "zur Fassung 1" in browse().get(page).select_one(".stances").text
    house.publish(Content("supports", "So ist es besser."))
    assert "zur Fassung 1" not in browse().get(house.url).select_one("#haltungen").text
    said = house.all(StanceVersion)
    assert [one.text_version for one in said] == [1, 2]
    assert said[0].wording_id != said[1].wording_id
    page = browse().get(f"/empfehlungen/{house.slug}/haltungen/1")
    assert RESERVED.text in page.text, "what was said before stays readable"
    assert "So ist es besser." in page.text


def test_an_unchanged_abschnitt_keeps_its_stances(browse, house):
    house.publish()
    house.new_version(3, "Abschnitt 3: Ganz anders.")
    assert "zur Fassung 1" not in browse().get(house.url).select_one("#haltungen").text


def test_nobody_approves_what_was_written_to_other_words(browse, house):
    house.submit()
    house.new_version(2, "Abschnitt 2: Ganz anders.")
    page = browse(as_=house.speaker).get(f"{house.url}/haltung")
    assert "lautet inzwischen anders" in page.text
    with pytest.raises(NotPermitted, match="lautet inzwischen anders"):
        house.approve()
    house.submit()  # read again, and meant for the new words
    house.approve()
    assert house.sheet().standing.text_version == 2


def test_one_line_each_by_bench_every_organisation_alike(browse, house, make):
    house.publish()
    for bench in ("gewerkschaften", "wissenschaft-zivilgesellschaft"):
        author = make.member(bench=bench)
        speaker = make.user(
            Role.MEMBER, organisation_id=author.organisation_id, member=True, is_speaker=True
        )
        make.run(
            lambda a=author: actions.save_draft(
                a, house.slug, 2, Content("rejects", "Nein."), 0, submit=True
            )
        )
        make.run(lambda s=speaker: actions.approve(s, house.slug, 2, 1))

    box = browse().get(f"/empfehlungen/{house.slug}").select_one("#abschnitt-2 .stances")
    assert [one.text for one in box.select("dt")] == [
        "Gewerkschaften",
        "Kammern",
        "Wissenschaft-Zivilgesellschaft",
    ]
    assert len(box.select("dd")) == 3
    assert "3 Organisationen haben eine Haltung" in box.text


def test_it_never_counts_among_the_votes(browse, house):
    house.publish()
    page = browse().get(house.url)
    assert "noch keine Stimme" in page.text or "Noch keine Stimme" in page.text


def test_a_haltung_is_taken_back_by_four_eyes_and_in_any_phase(browse, house, travel):
    house.publish()
    travel(berlin_summer(9, 19))  # nothing new can be said
    page = browse(as_=house.author).get(f"{house.url}/haltung")
    assert "seit 18. September beendet" in page.text
    with pytest.raises(NotPermitted):
        house.submit(Content("supports", "Doch."))
    house.submit(Content("taken_back"))
    assert RESERVED.text in browse().get(house.url).text
    with pytest.raises(NotPermitted):
        house.approve(who=house.author)
    house.approve()

    assert not browse().get(house.url).select("#haltungen")
    page = browse().get(f"/empfehlungen/{house.slug}/haltungen/1")
    assert "hat ihre Haltung zurückgezogen" in page.text
    assert RESERVED.text in page.text, "nothing vanishes silently"
    with pytest.raises(Refused):
        house.submit(Content("taken_back"))


def test_each_version_is_in_the_ledger(house, app):
    from forum.kernel import ledger

    house.publish()
    house.publish(Content("taken_back"))
    assert [one.kind for one in house.ledger()] == ["stance.published", "stance.taken_back"]
    assert house.ledger()[0].subject == (
        f"stance:{house.organisation.slug}/{house.slug}/abschnitt:2/version:1"
    )
    with app.app_context():
        assert ledger.verify() is None


def test_losing_the_function_does_not_rewrite_the_past(browse, house, make):
    house.publish()
    before = browse().get(house.url).select_one("#haltungen").text

    def lose():
        db.session.execute(update(User).where(User.id == house.speaker.id).values(is_speaker=False))

    make.run(lose)
    assert browse().get(house.url).select_one("#haltungen").text == before
    assert house.all(StanceVersion)[0].approver_id == house.speaker.id
    house.submit(Content("supports", "Neu."))
    with pytest.raises(NotPermitted):
        house.approve()


def test_erasing_the_drafter_leaves_what_the_organisation_said(browse, house):
    from forum.profile.actions import erase

    house.publish()
    house.submit(Content("rejects", "Geheimer Entwurf."), number=3)
    house.make.run(lambda: erase(house.author.id, texts=True))
    assert RESERVED.text in browse().get(house.url).text
    assert house.all(StanceVersion)[0].author_id == house.author.id
    assert house.again(house.author).name == "Ehemaliges Mitglied"
    assert house.sheet(3).state is None, "a draft nobody approved goes with its author"


def test_before_and_after_the_phase_the_page_says_when(browse, house, travel):
    travel(berlin_summer(4, 2))
    with pytest.raises(NotPermitted, match="Das geht ab 3"):
        house.submit()
    travel(berlin_summer(9, 18) - timedelta(seconds=1))
    house.submit()
    house.approve()


def test_an_older_form_is_refused_and_both_texts_are_shown(browse, house):
    browser = browse(as_=house.colleague)
    browser.get(f"{house.url}/haltung")
    house.submit()
    page = browser.post(
        f"{house.url}/haltung",
        {"edition": 0, "answer": "supports", "text": "Mein Text.", "act": "save"},
        status=409,
    )
    assert RESERVED.text in page.text
    assert "Mein Text." in page.find("textarea", id="text").text
    speaker = browse(as_=house.speaker)
    page = speaker.post(f"{house.url}/haltung/freigeben", {"edition": 0}, status=409)
    assert "Unten steht der neue Stand" in page.text


def test_people_without_a_confirmed_organisation_read_why_not(browse, house, make):
    unconfirmed = make.user(Role.MEMBER, organisation_id=house.organisation.id)
    page = browse(as_=unconfirmed).get(f"{house.url}/haltung", status=403)
    assert "noch nicht bestätigt" in page.text
    alone = make.user(Role.MEMBER, member=True)
    assert "keiner Organisation" in browse(as_=alone).get("/konto/haltungen", status=403).text


def test_the_page_of_an_abschnitt_offers_it_to_members_of_organisations(browse, house, make):
    assert browse(as_=house.author).get(house.url).find("a", href=f"{house.url}/haltung")
    assert not browse(as_=make.moderator()).get(house.url).find("a", href=f"{house.url}/haltung")
    desk = browse(as_=house.author).get("/konto/haltungen")
    assert desk.find("a", href=f"{house.url}/haltung")


def test_what_somebody_appears_as_plays_no_part(browse, house, make):
    def hide():
        db.session.execute(
            update(User)
            .where(User.id == house.author.id)
            .values(pseudonym="Fuchs", appearance=Appearance.PSEUDONYM_BENCH)
        )

    make.run(hide)
    house.publish()
    assert "Fuchs" not in browse().get(house.url).text


def test_two_approving_at_once_publish_once(app, house):
    other = house.join(name="Dora Zweite", is_speaker=True)
    house.submit()
    edition, together, results = house.edition(), threading.Barrier(2), []

    def approve(person):
        def act():
            try:
                with app.test_request_context(), unit_of_work():
                    together.wait()
                    actions.approve(person, house.slug, 2, edition)
                results.append("approved")
            except (NotPermitted, Stale) as refused:
                results.append(str(refused.message))

        contextvars.Context().run(act)

    threads = [threading.Thread(target=approve, args=(one,)) for one in (house.speaker, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results.count("approved") == 1
    assert len(house.all(StanceVersion)) == 1
    assert len(house.ledger()) == 1
