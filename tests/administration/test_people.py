"""The administration finds people, and everything it does to them is logged."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from forum.accounts.models import Role, StaffAct, User
from forum.accounts.queries import user
from forum.kernel.db import db
from forum.kernel.mail import Mail


@pytest.fixture
def admin(make):
    return make.user(Role.ADMINISTRATOR, name="Anna Amt")


@pytest.fixture
def second(make):
    return make.user(Role.ADMINISTRATOR, name="Zweite Amt")


@pytest.fixture
def member(make):
    return make.member(name="Berta Beispiel")


def acts(make):
    return make.run(
        lambda: [
            (a.kind, a.actor_id, a.about_user_id, a.reason, a.detail)
            for a in db.session.scalars(select(StaffAct).order_by(StaffAct.id))
        ]
    )


def mails(make):
    return make.run(lambda: [(m.recipient, m.subject) for m in db.session.scalars(select(Mail))])


def again(make, person):
    return make.run(lambda: user(person.id))


def page_of(person):
    return f"/verwaltung/personen/{person.id}"


def test_people_are_found_by_part_of_a_name_by_number_and_by_whole_address(browse, admin, member):
    desk = browse(as_=admin)
    for words in ("beispiel", str(member.id), member.email.upper()):
        found = desk.get(f"/verwaltung/personen?wort={words}")
        assert "Berta Beispiel" in found.select_one(".people").text
    assert "Niemand gefunden" in desk.get(f"/verwaltung/personen?wort={member.email[:8]}@").text
    assert "Niemand gefunden" in desk.get("/verwaltung/personen?wort=%25").text


def test_the_list_goes_on_page_by_page(browse, make, admin):
    for number in range(60):
        make.user(name=f"Gast {number}")
    desk = browse(as_=admin)
    first = desk.get("/verwaltung/personen")
    names = {link.text for link in first.select(".people li b")}
    second = desk.get(first.select_one(".pager a")["href"])
    others = {link.text for link in second.select(".people li b")}
    assert len(names) == 50
    assert len(names | others) == 61
    assert not names & others


def test_no_page_shows_an_address_before_a_reason_is_given(browse, make, admin, member):
    desk = browse(as_=admin)
    for address in ("/verwaltung/personen", page_of(member), "/verwaltung/protokoll"):
        assert member.email not in desk.get(address).text

    refused = desk.post(page_of(member) + "/adresse", {"reason": "  "}, status=422)
    assert member.email not in refused.text
    assert "Schreiben Sie den Grund" in refused.select_one(".error").text
    assert acts(make) == []

    shown = desk.post(page_of(member) + "/adresse", {"reason": "Rückfrage zur Einladung"})
    assert member.email in shown.select_one(".address").text
    assert acts(make) == [("address.shown", admin.id, member.id, "Rückfrage zur Einladung", {})]
    assert member.email not in desk.get(page_of(member)).text


def test_a_locked_person_is_signed_out_told_why_and_let_in_again(browse, make, admin, member):
    theirs, desk = browse(as_=member), browse(as_=admin)
    desk.post(page_of(member) + "/sperren", {"reason": "Fremdes Konto gemeldet"})
    assert "Anmelden" in theirs.get("/").select_one("header").text
    assert not again(make, member).active
    assert (member.email, "Ihr Konto ist gesperrt") in mails(make)
    assert "gesperrt" in desk.get(page_of(member)).select_one(".tag").text
    again_locked = desk.post(page_of(member) + "/sperren", {"reason": "Noch einmal"}, status=409)
    assert "schon gesperrt" in again_locked.text

    desk.post(page_of(member) + "/oeffnen", {"reason": "Geklärt"})
    assert again(make, member).active
    assert [act[0] for act in acts(make)] == ["account.locked", "account.unlocked"]


def test_sessions_are_ended_everywhere(browse, make, admin, member):
    theirs = browse(as_=member)
    browse(as_=admin).post(page_of(member) + "/abmelden", {"reason": "Telefon verloren"})
    assert "Anmelden" in theirs.get("/").select_one("header").text


def test_nobody_locks_themselves_and_the_last_administrator_stays(browse, make, admin):
    desk = browse(as_=admin)
    desk.post(page_of(admin) + "/sperren", {"reason": "Urlaub"}, status=403)
    desk.post(
        page_of(admin) + "/rollen/entziehen",
        {"role": "administrator", "reason": "Urlaub"},
        status=403,
    )
    assert again(make, admin).active


def test_the_only_administrator_grants_at_once_and_the_log_says_so(browse, make, admin, member):
    shown = browse(as_=admin).get(page_of(member))
    assert "gilt sofort" in shown.text
    done = browse(as_=admin).post(
        page_of(member) + "/rollen", {"role": "moderator", "reason": "Neu im Team"}
    )
    assert "Die Rolle ist vergeben" in done.text
    assert Role.MODERATOR in again(make, member).roles
    assert acts(make)[-1] == (
        "role.granted",
        admin.id,
        member.id,
        "Neu im Team",
        {"role": "moderator", "request": 1, "sole_administrator": True},
    )
    assert (
        "da es nur eine Administration gab" in browse(as_=admin).get("/verwaltung/protokoll").text
    )


def test_a_member_without_organisation_may_work_for_the_forum(browse, make, admin):
    alone = make.user(Role.MEMBER, name="Solo Beispiel", member=True)

    browse(as_=admin).post(
        page_of(alone) + "/rollen", {"role": "moderator", "reason": "Verstärkung."}
    )

    assert Role.MODERATOR in again(make, alone).roles


def test_with_two_administrators_a_role_waits_for_a_second_person_of_the_staff(
    browse, make, admin, second, member
):
    moderator = make.moderator(name="Mona Moderation")
    desk = browse(as_=admin)
    desk.post(page_of(member) + "/rollen", {"role": "editor", "reason": "Hilft der Redaktion"})
    assert Role.EDITOR not in again(make, member).roles
    assert {to for to, subject in mails(make) if "Zustimmung" in subject} == {
        second.email,
        moderator.email,
    }
    twice = desk.post(
        page_of(member) + "/rollen", {"role": "editor", "reason": "Noch einmal"}, status=409
    )
    assert "schon beantragt" in twice.text

    own = desk.get("/verwaltung/rollen")
    assert not own.select("#antrag-1 form")
    assert "jemand anderes" in own.select_one("#antrag-1").text
    desk.post("/verwaltung/rollen/1", {"answer": "grant"}, status=403)
    assert Role.EDITOR not in again(make, member).roles

    theirs = browse(as_=member)
    browse(as_=moderator).post("/verwaltung/rollen/1", {"answer": "grant"})
    assert Role.EDITOR in again(make, member).roles
    assert "Anmelden" in theirs.get("/").select_one("header").text
    browse(as_=second).post("/verwaltung/rollen/1", {"answer": "refuse"}, status=403)
    assert [(act[0], act[1]) for act in acts(make)] == [
        ("role.requested", admin.id),
        ("role.granted", moderator.id),
    ]


def test_a_refused_role_is_not_held_and_can_be_asked_for_again(browse, make, admin, second, member):
    ask = {"role": "moderator", "reason": "Neu im Team"}
    browse(as_=admin).post(page_of(member) + "/rollen", ask)
    browse(as_=second).post("/verwaltung/rollen/1", {"answer": "refuse"})
    assert again(make, member).roles == {Role.GUEST, Role.MEMBER}
    browse(as_=admin).post(page_of(member) + "/rollen", ask)
    browse(as_=second).post("/verwaltung/rollen/2", {"answer": "grant"})
    assert Role.MODERATOR in again(make, member).roles


def test_a_revoked_role_ends_all_sessions(browse, make, admin):
    make.consultation()
    moderator = make.moderator()
    theirs = browse(as_=moderator)
    browse(as_=admin).post(
        page_of(moderator) + "/rollen/entziehen", {"role": "moderator", "reason": "Ausgeschieden"}
    )
    assert again(make, moderator).roles == {Role.GUEST}
    assert "Anmelden" in theirs.get("/").select_one("header").text


def test_who_speaks_for_a_party_gets_no_staff_role(browse, make, admin):
    from tests.positions.factory import party, person

    make.consultation()
    speaker = person(make, party(make, "partei-a"), "Petra Partei")
    shown = browse(as_=admin).get(page_of(speaker))
    assert not shown.select("#role")
    browse(as_=admin).post(
        page_of(speaker) + "/rollen", {"role": "moderator", "reason": "Hilft aus"}, status=403
    )


def test_members_and_parties_are_not_made_here(browse, admin, make):
    guest = make.user(name="Gast")
    for role in ("member", "party", "guest", "x"):
        browse(as_=admin).post(
            page_of(guest) + "/rollen", {"role": role, "reason": "Warum nicht"}, status=422
        )


def test_the_log_cannot_be_rewritten(make, browse, admin, member):
    browse(as_=admin).post(page_of(member) + "/adresse", {"reason": "Rückfrage"})

    def rewrite():
        db.session.scalars(select(StaffAct)).one().reason = "Nichts"
        db.session.flush()

    with pytest.raises(DatabaseError):
        make.run(rewrite)


def test_the_log_names_nobody(make, browse, admin, member):
    browse(as_=admin).post(page_of(member) + "/sperren", {"reason": "Fremdes Konto"})
    rows = make.run(
        lambda: [
            " ".join(map(str, vars(act).values())) for act in db.session.scalars(select(StaffAct))
        ]
    )
    assert rows
    for row in rows:
        assert member.name not in row
        assert member.email not in row


def test_organisations_are_listed_with_their_people(browse, make, admin, member):
    page = browse(as_=admin).get("/verwaltung/organisationen")
    line = page.find("th", string=lambda text: text and "Verband" in text).parent
    assert [cell.text for cell in line.select("td")][1:] == ["1", "0", "keine", "0"]


def test_members_are_confirmed_and_refused_from_their_page(browse, make, admin, member):
    waiting = make.user(Role.MEMBER, name="Wanda Wartend", organisation_id=member.organisation_id)
    slug, desk = member.organisation.slug, browse(as_=admin)
    listed = desk.get(f"/verwaltung/personen?stand=wartend&organisation={slug}").main.text
    assert "Wanda Wartend" in listed
    assert "Berta Beispiel" not in listed

    place = page_of(waiting) + "/mitgliedschaft"
    page = desk.post(place, {"act": "decline", "reason": " "}, status=422)
    assert "Schreiben Sie den Grund" in page.main.text
    desk.post(place, {"act": "confirm"})

    assert again(make, waiting).member_since
    assert acts(make)[-1][:3] == ("member.confirmed", admin.id, waiting.id)
    desk.post(place, {"act": "contact"})
    assert again(make, waiting).is_contact
    desk.post(place, {"act": "remove", "reason": "Ausgeschieden."})
    assert again(make, waiting).organisation_id is None
    assert "aus der Organisation entfernt" in desk.get("/verwaltung/protokoll").text


def test_without_a_bench_for_them_people_without_organisation_stay_unconfirmed(
    browse, make, admin, member
):
    alone = make.user(Role.MEMBER, name="Solo Beispiel")

    page = browse(as_=admin).post(
        page_of(alone) + "/mitgliedschaft", {"act": "confirm"}, status=409
    )

    assert "nimmt niemanden ohne Organisation auf" in page.select_one(".error").text
    assert again(make, alone).member_since is None


def test_nobody_waits_and_the_desk_says_so(browse, admin):
    assert "Nichts." in browse(as_=admin).get("/verwaltung/").text


def test_a_list_of_people_costs_the_same_with_many(browse, make, admin, count_queries):
    desk = browse(as_=admin)
    desk.get("/verwaltung/personen")
    with count_queries() as few:
        desk.get("/verwaltung/personen")
    for number in range(30):
        make.user(Role.MODERATOR, name=f"Person {number}")
    with count_queries() as many:
        desk.get("/verwaltung/personen")
    assert len(few) == len(many) <= 5


def test_others_are_not_told_that_there_is_such_a_page(browse, make, member):
    for who in (None, member, make.moderator(), make.user(Role.EDITOR)):
        browse(as_=who).get("/verwaltung/personen", status=404)
        browse(as_=who).get(page_of(member), status=404)
    assert make.run(lambda: db.session.get(User, member.id)).active
