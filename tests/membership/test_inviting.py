"""Invitations: one page, one press, and back at the paragraph without a password."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from forum.accounts import policy as accounts_policy
from forum.accounts.models import Appearance, Role, User
from forum.accounts.queries import user_by_email
from forum.kernel.db import db
from forum.kernel.errors import NotPermitted
from forum.kernel.policy import Decision
from forum.membership import inviting, queries
from forum.membership.models import Invitation
from forum.recommendations.models import Consultation

WHOLE = {
    "name": "Nina Neu",
    "appearance": "name_bench",
    "is_of_age": "1",
    "consents": "1",
    "consent_version": "1",
}


def found(make, email="neu@example.org"):
    return make.run(lambda: user_by_email(email))


def people(make):
    return make.run(lambda: db.session.scalar(select(func.count()).select_from(User)))


def test_one_press_makes_a_confirmed_member_who_is_back_at_the_paragraph(club, make, browse):
    recommendation = make.recommendation()
    place = f"/empfehlungen/{recommendation.slug}/abschnitte/2"
    link = club.invitation(is_speaker=True, leads_to=place)
    phone = browse()
    page = phone.get(link)

    assert page.select_one("#name")["value"] == "Nina Neu"
    assert f"Nina Neu, {club.name}, Kammern" in page.text
    assert "Ich willige ein." in page.text
    answer = phone.raw("POST", link, data=WHOLE)

    assert (answer.status_code, answer.headers["Location"]) == (303, place)
    assert "Nina Neu" in phone.get(place).select_one(".masthead").text
    made = found(make)
    assert made.member_since
    assert made.is_speaker
    assert not made.is_contact
    assert made.appearance is Appearance.NAME_BENCH
    assert made.organisation_id == club.id
    assert made.consent_version == 1
    assert made.password is None
    assert make.run(lambda: db.session.scalars(select(Consultation.entitled)).one()) == 2


def test_a_contact_invites_to_the_paragraph_they_read_and_the_mail_names_it(club, make, browse):
    recommendation = make.recommendation()
    place = f"/empfehlungen/{recommendation.slug}/abschnitte/2"
    reader = browse(as_=club.contact)
    [way] = reader.get(place).select("a[href*='/konto/einladungen']")
    form = reader.get(way["href"]).select_one("form[action$='/einladungen/person']")

    assert form.select_one("[name=leads_to]")["value"] == place
    reader.post(form["action"], {"email": "neu@example.org", "leads_to": place})

    assert f"{place}\n" in club.mails()[-1].body
    assert browse().raw("POST", club.link(), data=WHOLE).headers["Location"] == place
    assert not browse(as_=make.member()).get(place).select("a[href*='/konto/einladungen']")


def test_an_invitation_never_leads_elsewhere(club, browse):
    page = browse(as_=club.contact).get("/konto/einladungen?next=https://boese.example/")

    assert "boese.example" not in page.text


def test_looking_changes_nothing_and_sets_no_cookie(club, make, browse):
    link = club.invitation()
    for method in ("GET", "HEAD", "GET"):
        answer = browse().raw(method, link)
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"

    assert found(make) is None
    assert browse().raw("POST", link, data=WHOLE).status_code == 303


@pytest.mark.parametrize(
    ("missing", "field"),
    [("name", "name"), ("is_of_age", "is_of_age"), ("consents", "consents")],
)
def test_what_is_missing_stands_at_its_field(club, make, browse, missing, field):
    link = club.invitation()
    page = browse().post(link, {k: v for k, v in WHOLE.items() if k != missing}, status=422)

    assert page.select_one(f"#{field}")["aria-invalid"] == "true"
    assert page.select_one(f"#{field}-error")
    assert found(make) is None


def test_an_old_consent_text_is_not_agreed_to(club, make, browse):
    page = browse().post(club.invitation(), WHOLE | {"consent_version": "7"}, status=422)
    assert "inzwischen ein anderer" in page.text


def test_a_preview_makes_nothing(club, make, browse):
    page = browse().post(
        club.invitation(),
        WHOLE | {"preview": "1", "pseudonym": "Grubenlampe", "appearance": "pseudonym_bench"},
    )
    assert "Grubenlampe, Kammern" in page.text
    assert found(make) is None


def test_in_two_tabs_and_after_the_back_button_it_works_once(club, make, browse):
    link = club.invitation()
    first, second = browse(), browse()
    assert first.raw("POST", link, data=WHOLE).status_code == 303

    answer = second.raw("POST", link, data=WHOLE)
    assert answer.status_code == 410
    assert "schon benutzt" in answer.text
    assert first.raw("GET", link).status_code == 410
    assert people(make) == 2


@pytest.mark.parametrize("what", ["expired", "revoked", "foreign"])
def test_what_no_longer_holds_says_so(club, make, browse, what):
    link = club.invitation()
    later = datetime.now(UTC)
    if what == "expired":
        later += timedelta(days=15)
    if what == "revoked":
        key = make.run(lambda: db.session.scalars(select(Invitation.id)).one())
        make.run(lambda: inviting.revoke(club.contact, key))
    if what == "foreign":
        link = "/einladung/das-ist-kein-geheimnis"
    with time_machine.travel(later, tick=True):
        for method in ("GET", "POST"):
            answer = browse().raw(method, link, data=WHOLE if method == "POST" else None)
            assert answer.status_code in {404, 410}
            assert "Einladung" in answer.text
    assert found(make) is None


def test_another_site_cannot_press_the_button(club, make, browse):
    answer = browse().raw(
        "POST", club.invitation(), data=WHOLE, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403
    assert found(make) is None


def test_an_invitation_knows_nobody_after_it_was_used(club, make, browse):
    browse().raw("POST", club.invitation(), data=WHOLE)
    row = make.run(lambda: db.session.scalars(select(Invitation)).one())
    assert (row.email, row.name, row.typed) == (None, None, None)


def test_expired_invitations_forget_their_addresses(club, make, work):
    club.invitation()
    with time_machine.travel(datetime.now(UTC) + timedelta(days=15), tick=True):
        work()
    assert make.run(lambda: db.session.scalars(select(Invitation.email)).one()) is None


# An organisation's link ---


def test_whoever_follows_an_organisations_link_proves_their_address_first(club, make, browse):
    link = club.shared_link(max_uses=2)
    page = browse().post(link, WHOLE | {"email": "Neu@Example.org"})
    assert "Sehen Sie in Ihr Postfach" in page.text
    assert found(make) is None

    phone = browse()
    own = club.link()
    shown = phone.get(own)
    assert len(shown.select("main button")) == 1
    assert "Nina Neu, Kammern" in shown.text.replace("\n", "")
    assert phone.raw("POST", own).status_code == 303
    assert found(make).member_since
    counted = make.run(
        lambda: db.session.scalars(
            select(Invitation.used_count).where(Invitation.through_id.is_(None))
        ).one()
    )
    assert counted == 1


def test_a_link_lets_in_as_many_as_it_says(club, make, browse):
    link = club.shared_link(max_uses=1)
    owns = []
    for email in ("eins@example.org", "zwei@example.org"):
        browse().post(link, WHOLE | {"email": email})
        owns.append(club.link())

    assert browse().raw("POST", owns[0]).status_code == 303
    assert browse().raw("POST", owns[1]).status_code == 410
    assert found(make, "zwei@example.org") is None
    browse().get(link, status=410)


def test_the_page_does_not_tell_who_has_an_account(club, make, browse):
    link = club.shared_link()
    answers = [
        browse().raw("POST", link, data=WHOLE | {"email": email})
        for email in (club.contact.email, "niemand@example.org")
    ]
    assert len({(a.status_code, a.headers["Location"]) for a in answers}) == 1
    assert "Sie haben schon ein Konto" in club.mails_to(club.contact)[0].subject


# With an account ---


def test_whoever_is_signed_in_joins_at_once(club, make, browse):
    person = club.alone()
    link = club.shared_link()

    page = browse(as_=person).get(link)
    assert "Sie sind als Ada Frei angemeldet" in page.text
    browse(as_=person).post(link)

    joined = club.again(person)
    assert (joined.organisation_id, bool(joined.member_since)) == (club.id, True)


def test_an_invitation_to_another_address_leads_to_the_contact(club, make, browse):
    person = club.alone()
    browse(as_=person).post(club.invitation(email="jemand@example.org", is_contact=True))

    joined = club.again(person)
    assert joined.organisation_id == club.id
    assert joined.member_since is None
    assert not joined.is_contact
    assert "wartet auf Bestätigung" in club.mails_to(club.contact)[-1].subject


def test_nobody_belongs_to_two_organisations(club, make, browse):
    elsewhere = make.member()
    link = club.shared_link()

    assert "Sie gehören schon zu" in browse(as_=elsewhere).get(link).text
    assert browse(as_=elsewhere).raw("POST", link).status_code == 409
    assert club.again(elsewhere).organisation_id == elsewhere.organisation_id


def test_an_address_with_an_account_signs_in_first(club, make, browse):
    person = club.alone()
    link = club.invitation(email=person.email)

    assert "gibt es schon ein Konto" in browse().get(link).text
    assert browse().raw("POST", link, data=WHOLE).status_code == 303
    assert club.again(person).organisation_id is None
    browse(as_=person).post(link)
    assert club.again(person).member_since


def test_staff_does_not_become_a_member_on_the_way(club, make, browse):
    moderator = make.moderator()
    link = club.shared_link()
    assert "nicht zugleich" in browse(as_=moderator).get(link).text
    assert browse(as_=moderator).raw("POST", link).status_code == 409


# Who invites ---


def test_a_contact_invites_into_their_own_organisation_only(club, make, browse):
    page = browse(as_=club.contact).post(
        "/konto/einladungen/person", {"email": "a@example.org", "organisation": "99999"}
    )
    assert "a…@example.org" in page.text
    row = make.run(lambda: db.session.scalars(select(Invitation)).one())
    assert row.organisation_id == club.id


def test_the_redaktion_invites_the_first_contact(club, make, browse):
    editor = make.user(Role.EDITOR)
    browse(as_=editor).post(
        "/konto/einladungen/person",
        {"email": "a@example.org", "organisation": str(club.id), "is_contact": "1"},
    )
    browse().raw("POST", club.link(), data=WHOLE)
    assert found(make, "a@example.org").is_contact


def test_a_wrong_address_stands_at_its_field(club, browse):
    page = browse(as_=club.contact).post("/konto/einladungen/person", {"email": "x"}, status=422)
    assert page.select_one("#email")["aria-invalid"] == "true"
    assert page.select_one("#email")["value"] == "x"


def test_a_contact_who_is_no_more_has_no_open_invitations(club, make, browse):
    other = club.person(confirmed=True, is_contact=True)
    link = club.invitation(by=other)
    browse(as_=club.contact).post(
        f"/konto/organisation/personen/{other.id}/ansprechperson", {"value": "0"}
    )
    browse().get(link, status=410)


def test_a_link_can_be_copied_again_and_revoked(club, make, browse):
    link = club.shared_link()
    page = browse(as_=club.contact).get("/konto/einladungen")
    shown = page.select_one("input[readonly]")
    assert shown["value"].endswith(link)

    key = make.run(lambda: db.session.scalars(select(Invitation.id)).one())
    browse(as_=club.contact).post(f"/konto/einladungen/{key}/zurueckziehen")
    browse().get(link, status=410)


# Parties ---


@pytest.fixture
def parties(make):
    from tests.positions.factory import party, person

    ours = party(make, "partei-a")
    return ours, person(make, ours, "Erste Vertretung")


def test_a_party_invites_its_colleagues_who_are_never_members(club, make, browse, parties):
    ours, first = parties
    browse(as_=first).post("/konto/partei/einladen", {"email": "neu@example.org"})
    answer = browse().raw("POST", club.link(), data=WHOLE)

    assert answer.headers["Location"] == "/partei-desk/"
    made = found(make)
    assert made.party_id == ours.id
    assert made.roles == {Role.GUEST, Role.PARTY}
    assert made.member_since is None


def test_a_partys_first_person_comes_by_the_redaktion(club, make, parties):
    ours, _first = parties
    editor, member = make.user(Role.EDITOR), make.member()
    guest = inviting.Guest("neu@example.org")

    make.run(lambda: inviting.invite_to_party(editor, ours.id, guest))
    assert make.run(lambda: queries.open_invitations(party_id=ours.id))
    with pytest.raises(NotPermitted):
        make.run(lambda: inviting.invite_to_party(member, ours.id, guest))


def test_the_redaktion_invites_a_partys_people_on_the_partys_page(club, make, browse, parties):
    ours, first = parties
    desk = browse(as_=make.user(Role.EDITOR))
    page = desk.get("/konto/partei?partei=partei-a")
    assert "Erste Vertretung" in page.main.text

    page = desk.post("/konto/partei/einladen?partei=partei-a", {"email": "neu@example.org"})

    assert "n…@example.org" in page.main.text or "@example.org" in page.main.text
    assert [one.party_id for one in make.run(lambda: queries.open_invitations(party_id=ours.id))]
    desk.post(f"/konto/partei/personen/{first.id}/entfernen?partei=partei-a", {})
    assert club.again(first).party_id is None
    assert desk.raw("GET", "/konto/partei").status_code == 404
    assert desk.raw("GET", "/konto/partei?partei=keine").status_code == 404
    member = browse(as_=make.member())
    assert member.raw("GET", "/konto/partei?partei=partei-a").status_code == 404


def test_nobody_comes_in_before_the_law_is_met(club, make, browse, monkeypatch):
    open_link = club.invitation()
    shared = club.shared_link()
    closed = Decision(False, "Das Impressum fehlt noch.")
    monkeypatch.setattr(accounts_policy, "_intake", [lambda: closed])

    guest = inviting.Guest("andere@example.org", organisation_id=club.id)
    with pytest.raises(NotPermitted, match="Impressum"):
        make.run(lambda: inviting.invite(club.contact, guest))
    with pytest.raises(NotPermitted, match="Impressum"):
        make.run(lambda: inviting.link(club.contact, club.id))
    assert browse().raw("POST", open_link, data=WHOLE).status_code == 403
    answer = browse().raw("POST", shared, data=WHOLE | {"email": "dritte@example.org"})
    assert answer.status_code == 403
    assert found(make) is None


def test_the_last_of_a_party_is_told_so(club, make, browse, parties):
    _ours, first = parties
    browser = browse(as_=first)
    place = f"/konto/partei/personen/{first.id}/entfernen"

    page = browser.post(place, status=422)
    assert "niemand mehr die Partei" in page.select_one("#last-error").text
    assert browser.raw("POST", place, data={"last": "1"}).status_code == 303
    assert club.again(first).party_id is None


def test_nobody_removes_another_partys_people(club, make, browse, parties):
    from tests.positions.factory import party, person

    _ours, first = parties
    other = person(make, party(make, "partei-b"), "Andere")
    answer = browse(as_=other).raw("POST", f"/konto/partei/personen/{first.id}/entfernen")
    assert answer.status_code == 403
    assert club.again(first).party_id
