"""The administration makes and changes accounts."""

import pytest
from sqlalchemy import select

from forum.accounts import actions, queries
from forum.accounts.models import Organisation, Role, User
from forum.kernel.db import db
from forum.recommendations.models import Consultation
from tests.accounts.people import PASSWORD, sign_in, with_password
from tests.conftest import fresh


@pytest.fixture
def user(app):
    """Call `python -m forum user …`; returns exit code and output."""

    def call(*arguments: str):
        result = fresh(lambda: app.test_cli_runner().invoke(args=["user", *arguments]))
        return result.exit_code, result.output

    return call


@pytest.fixture
def organisation(make):
    """The slug of an organisation with a counted bench."""
    member = make.member()
    return make.run(lambda: db.session.get(Organisation, member.organisation_id).slug)


def test_a_new_member_signs_in_and_counts_as_entitled(user, organisation, browse, make):
    before = make.run(lambda: queries.entitled_count())
    code, output = user(
        "add",
        "neu@example.org",
        "Neu Hier",
        "--role",
        "member",
        "--organisation",
        organisation,
        "--password",
        PASSWORD,
    )

    assert code == 0, output
    assert sign_in(browse(), "neu@example.org").status_code == 303
    entitled = make.run(lambda: db.session.scalars(select(Consultation.entitled)).one())
    assert entitled == before + 1


def test_an_unconfirmed_member_counts_once_confirmed(user, organisation, make):
    before = make.run(lambda: queries.entitled_count())
    user(
        "add",
        "neu@example.org",
        "Neu Hier",
        "--role",
        "member",
        "--unconfirmed",
        "--organisation",
        organisation,
        "--password",
        PASSWORD,
    )
    assert make.run(lambda: queries.entitled_count()) == before

    assert user("confirm", "neu@example.org")[0] == 0

    assert make.run(lambda: db.session.scalars(select(Consultation.entitled)).one()) == before + 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["add", "keine-adresse", "X", "--password", PASSWORD], "keine E-Mail-Adresse"),
        (["add", "a@example.org", "X", "--password", "kurz"], "mindestens 12 Zeichen"),
        (["add", "a@example.org", " ", "--password", PASSWORD], "braucht einen Namen"),
        (
            ["add", "a@example.org", "X", "--role", "member", "--password", PASSWORD],
            "gehört zu einer Organisation",
        ),
        (
            ["add", "a@example.org", "X", "--role", "party", "--password", PASSWORD],
            "genau eine Partei",
        ),
        (
            ["add", "a@example.org", "X", "--party", "nirgends", "--password", PASSWORD],
            "No party is called 'nirgends'",
        ),
        (
            ["add", "a@example.org", "X", "--organisation", "nirgends", "--password", PASSWORD],
            "No organisation is called 'nirgends'",
        ),
        (["password", "fehlt@example.org", "--password", PASSWORD], "user list"),
        (["disable", "fehlt@example.org"], "user list"),
    ],
)
def test_mistakes_are_named_and_change_nothing(user, app, arguments, sentence):
    code, output = user(*arguments)

    assert code == 1
    assert sentence in output
    with app.app_context():
        assert db.session.scalars(select(User)).all() == []


def test_one_address_has_one_account_whatever_its_capitals(user, make):
    member = make.member()

    code, output = user("add", member.email.upper(), "X", "--password", PASSWORD)

    assert code == 1
    assert "gibt es schon" in output


def test_a_member_never_becomes_a_party(make):
    member = make.member()

    with pytest.raises(actions.Invalid, match="nicht zugleich Mitglied"):
        make.run(lambda: actions.grant_role(member.id, Role.PARTY, party_id=1))


def test_a_new_password_ends_all_sessions(user, browse, make):
    member = with_password(make)
    browser = browse()
    sign_in(browser, member.email)
    assert browser.get("/").select_one(".account")

    assert user("password", member.email, "--password", "ein anderer ganzer Satz")[0] == 0

    assert not browser.get("/").select_one(".account")
    assert sign_in(browse(), member.email).status_code == 422
    assert sign_in(browse(), member.email, "ein anderer ganzer Satz").status_code == 303


def test_a_role_given_and_taken_ends_all_sessions(user, browse, make):
    member = make.member()
    browser = browse(as_=member)

    assert user("role", member.email, "moderator")[0] == 0
    assert not browser.get("/").select_one(".account")
    assert "member, moderator" in user("list")[1]

    assert user("role", member.email, "member", "--revoke")[0] == 0
    found = make.run(lambda: queries.user(member.id))
    assert found.roles == {Role.GUEST, Role.MODERATOR}
    assert found.organisation_id is None


def test_nobody_signs_in_to_a_disabled_account(user, browse, make):
    member = with_password(make)
    browser = browse()
    sign_in(browser, member.email)

    assert user("disable", member.email)[0] == 0

    assert not browser.get("/").select_one(".account")
    assert sign_in(browse(), member.email).status_code == 422
    assert "disabled" in user("list")[1]


def test_a_change_of_the_entitled_reaches_pages_kept_for_visitors(user, make):
    member = make.member()
    make.member()
    before = make.run(lambda: db.session.scalars(select(Consultation.revision)).one())

    make.run(lambda: actions.disable(member.id))

    assert make.run(lambda: db.session.scalars(select(Consultation.revision)).one()) > before
