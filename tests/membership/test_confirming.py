"""A contact confirms, refuses and removes; the administration does it for anybody."""

import threading

import pytest
from sqlalchemy import select

from forum.accounts.models import Role, StaffAct
from forum.ballots import actions as ballots
from forum.ballots.queries import uncovered
from forum.deliberation.actions import post_comment
from forum.deliberation.models import Comment, CommentKind, Visibility
from forum.kernel.db import db, unit_of_work
from forum.kernel.errors import Conflict, NotPermitted
from forum.membership import actions, queries
from forum.recommendations.models import Consultation, Wording
from tests.conftest import fresh


def entitled(make):
    return make.run(lambda: db.session.scalars(select(Consultation.entitled)).one())


def test_a_contact_confirms_and_both_are_told(club, browse, make):
    person = club.person()

    page = browse(as_=club.contact).post(f"/konto/organisation/personen/{person.id}/bestaetigen")

    assert "Neue Kollegin ist bestätigt." in page.text
    assert club.again(person).member_since
    assert "bestätigt" in club.mails_to(person)[0].subject
    assert "Neue Kollegin ist bestätigt" in club.mails_to(club.contact)[0].subject
    assert entitled(make) == 2
    assert not make.run(lambda: db.session.scalars(select(StaffAct)).all())


def test_the_contacts_page_shows_who_waits_and_hides_their_address(club, browse):
    person = club.person(name="Wartende Person")
    page = browse(as_=club.contact).get("/konto/organisation")

    assert "Wartende Person" in page.text
    assert person.email not in page.text
    assert "p…@example.org" in page.text


def test_who_waits_reads_by_whom_and_what_is_possible_until_then(club, browse):
    page = browse(as_=club.person()).get("/konto/organisation").text

    assert "noch nicht bestätigt" in page
    assert "Petra Kontakt" in page
    assert "abstimmen können Sie ab dann" in page
    assert "Warten auf Bestätigung" not in page


def test_a_refusal_needs_a_reason_which_both_get(club, browse):
    person = club.person()
    browser = browse(as_=club.contact)
    place = f"/konto/organisation/personen/{person.id}/ablehnen"

    page = browser.post(place, {"reason": " "}, status=422)
    assert page.select_one(f"#reason-{person.id}")["aria-invalid"] == "true"
    browser.post(place, {"reason": "Sie arbeiten nicht bei uns."})

    refused = club.again(person)
    assert refused.organisation_id is None
    assert refused.member_since is None
    assert "Sie arbeiten nicht bei uns." in club.mails_to(person)[0].body
    assert "Sie arbeiten nicht bei uns." in club.mails_to(club.contact)[0].body
    assert "Sie arbeiten nicht bei uns." in browse(as_=refused).get("/konto/organisation").text


def test_what_was_written_comes_along_to_another_organisation(
    club, browse, make, other_organisation
):
    recommendation, person = make.recommendation(), club.person()
    comment = make.run(
        lambda: post_comment(person, recommendation.id, CommentKind.PRO, "Mein Gedanke.")
    )
    make.run(lambda: actions.decline(club.contact, person.id, "Nicht bei uns."))
    state = lambda: make.run(lambda: db.session.get_one(Comment, comment.id).visibility)  # noqa: E731
    assert state() is Visibility.PENDING

    browse(as_=club.again(person)).post(
        "/konto/organisation/beitreten", {"organisation": str(other_organisation.id)}
    )
    administrator = make.user(Role.ADMINISTRATOR)
    make.run(lambda: actions.confirm(administrator, person.id))

    assert state() is Visibility.VISIBLE
    page = browse().get(f"/empfehlungen/{recommendation.slug}").select_one("#beitrag-1").text
    assert "Andere Organisation" in page


def test_the_administration_confirms_anybody_and_it_is_noted(club, make):
    person, administrator = club.person(), make.user(Role.ADMINISTRATOR)

    assert [one.id for one in make.run(queries.waiting_people)] == [person.id]
    make.run(lambda: actions.confirm(administrator, person.id))
    make.run(lambda: actions.confirm(administrator, person.id))

    [act] = make.run(lambda: db.session.scalars(select(StaffAct)).all())
    assert (act.kind, act.actor_id, act.about_user_id) == (
        "member.confirmed",
        administrator.id,
        person.id,
    )
    assert make.run(queries.waiting_people) == []


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.EDITOR, Role.PARTY, None])
def test_nobody_else_confirms(club, make, role):
    person = club.person()
    other = make.user(*([role] if role else []))

    with pytest.raises(NotPermitted):
        make.run(lambda: actions.confirm(other, person.id))


def test_a_contact_has_no_say_elsewhere(club, make, browse):
    stranger = make.member(name="Fremde")
    for what in ("bestaetigen", "ablehnen", "entfernen"):
        answer = browse(as_=club.contact).raw(
            "POST",
            f"/konto/organisation/personen/{stranger.id}/{what}",
            data={"reason": "So.", "value": "1"},
        )
        assert answer.status_code == 403, what
    assert club.again(stranger).member_since


def test_an_unconfirmed_contact_confirms_nobody(club, make):
    pretender = club.person(is_contact=True)
    with pytest.raises(NotPermitted):
        make.run(lambda: actions.confirm(pretender, pretender.id))


def test_speakers_and_contacts_are_named_and_withdrawn(club, browse):
    person = club.person(confirmed=True)
    browser = browse(as_=club.contact)
    place = f"/konto/organisation/personen/{person.id}"

    browser.post(f"{place}/sprechen", {"value": "1"})
    browser.post(f"{place}/ansprechperson", {"value": "1"})
    named = club.again(person)
    assert named.is_speaker
    assert named.is_contact
    browser.post(f"{place}/sprechen", {"value": "0"})
    browser.post(f"{place}/ansprechperson", {"value": "0"})
    withdrawn = club.again(person)
    assert not withdrawn.is_speaker
    assert not withdrawn.is_contact


def test_whoever_is_removed_votes_no_more_and_is_told(club, browse, make):
    person = club.person(confirmed=True, is_speaker=True)
    before = entitled(make)

    browse(as_=club.contact).post(
        f"/konto/organisation/personen/{person.id}/entfernen", {"reason": "Arbeitet woanders."}
    )

    gone = club.again(person)
    assert (gone.organisation_id, gone.member_since, gone.is_speaker) == (None, None, False)
    assert "Arbeitet woanders." in club.mails_to(person)[0].body
    assert entitled(make) == before - 1 or entitled(make) == 1


def test_the_last_contact_hands_over_or_stays(club, browse, make):
    administrator = make.user(Role.ADMINISTRATOR)
    browser = browse(as_=club.contact)

    page = browser.post("/konto/organisation/verlassen", status=422)
    assert "letzte Ansprechperson" in page.select_one("#hand_over-error").text
    assert club.again(club.contact).is_contact

    browser.post("/konto/organisation/verlassen", {"hand_over": "1"})
    assert club.again(club.contact).organisation_id is None
    assert "keine Ansprechperson mehr" in club.mails_to(administrator)[0].subject


def test_the_last_contact_cannot_stop_being_one(club, make):
    with pytest.raises(actions.LastContact):
        make.run(lambda: actions.set_contact(club.contact, club.contact.id, is_contact=False))


def test_of_two_contacts_who_leave_at_once_one_stays(club, app):
    other = club.person(name="Zweite", confirmed=True, is_contact=True)
    together, left, refused = threading.Barrier(2), [], []

    def go(person):
        def inside():
            with app.app_context():
                try:
                    with unit_of_work():
                        together.wait()
                        actions.leave(person)
                    left.append(person)
                except actions.LastContact:
                    refused.append(person)

        fresh(inside)

    threads = [threading.Thread(target=go, args=(one,)) for one in (club.contact, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(left), len(refused)) == (1, 1)


def test_without_organisation_only_where_the_round_admits_it(club, make):
    person, administrator = club.alone(), make.user(Role.ADMINISTRATOR)

    with pytest.raises(Conflict, match="niemanden ohne Organisation"):
        make.run(lambda: actions.confirm(administrator, person.id))


def test_without_organisation_one_votes_apart(club, round_for_all, make, browse):
    recommendation, administrator = make.recommendation(), make.user(Role.ADMINISTRATOR)
    before = entitled(make)
    people = [club.alone(f"Person {n}") for n in range(5)]
    for person in people:
        make.run(lambda person=person: actions.confirm(administrator, person.id))
    wording = make.run(lambda: db.session.scalars(select(Wording.id).order_by(Wording.id)).first())
    for person in people:
        voter = club.again(person)
        assert voter.bench.slug == "ohne-organisation"
        make.run(lambda voter=voter: ballots.cast(voter, wording, 1))

    found = make.run(lambda: uncovered([wording], 100))[wording]
    assert found.total == 0
    assert [(one.name, one.total) for one in found.apart] == [("ohne Organisation", 5)]
    assert "ohne Organisation" not in [one.name for one in found.benches]
    assert entitled(make) in {before, 1}
    page = browse().get(f"/empfehlungen/{recommendation.slug}/abschnitte/1").text
    assert "Noch keine Stimme" in page or "zählt in keiner Summe mit" in page
