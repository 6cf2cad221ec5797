"""Registration: nothing is stored before a mail is answered, and nobody learns who is here."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from forum.accounts import policy
from forum.accounts.models import Appearance, Consent, MailedLink, Role, User
from forum.accounts.queries import user_by_email
from forum.kernel.db import db
from forum.kernel.policy import Decision
from tests.accounts.people import link_in, mails, sign_in, typed

EMAIL = "vera.neu@example.org"


@pytest.fixture(autouse=True)
def _text(consent):
    return consent


def filled(organisation, /, **more):
    return {
        "email": EMAIL,
        "name": "Vera Neu",
        "organisation": str(organisation.id),
        "appearance": "name_organisation",
        "is_of_age": "1",
        "consents": "1",
    } | more


def register(browser, organisation, /, *, next_="", **more):
    page = browser.get(f"/registrieren?next={next_}" if next_ else "/registrieren")
    data = typed(page) | filled(organisation, **more)
    return browser.raw("POST", "/registrieren", data=data)


def found(make, email=EMAIL):
    return make.run(lambda: user_by_email(email))


def test_whoever_confirms_is_signed_in_and_back_where_they_were(browse, make, organisation):
    recommendation = make.recommendation()
    place = f"/empfehlungen/{recommendation.slug}"

    answer = register(browse(), organisation, next_=place)

    assert answer.headers["Location"] == "/unterwegs/registrierung"
    assert found(make) is None
    phone, link = browse(), link_in(mails(make)[-1])
    assert len(phone.get(link).select("main button")) == 1
    assert found(make) is None
    answer = phone.raw("POST", link)

    assert answer.headers["Location"] == place
    assert "Vera Neu" in phone.get(place).select_one(".masthead").text
    user = found(make)
    assert user.roles == {Role.GUEST, Role.MEMBER}
    assert user.member_since is None
    assert user.organisation_id == organisation.id
    assert user.password is None
    consents = make.run(
        lambda: list(db.session.scalars(select(Consent).filter_by(user_id=user.id)))
    )
    assert [c.version for c in consents] == [user.consent_version] == [1]


def test_until_then_no_table_holds_name_or_address(browse, make, organisation):
    register(browse(), organisation, password="ein ganzer Satz zum Merken")
    [row] = make.run(lambda: list(db.session.scalars(select(MailedLink))))

    assert row.user_id is None
    for secret in (b"Vera", b"example.org", b"argon2"):
        assert secret not in row.sealed


def test_after_seven_days_all_is_forgotten(browse, make, organisation, work):
    register(browse(), organisation)
    link = link_in(mails(make)[-1])
    with time_machine.travel(datetime.now(UTC) + timedelta(days=7, minutes=1), tick=False):
        work()
        page = browse().check(browse().raw("POST", link), 410)
        assert page.select_one("main .button")["href"] == "/registrieren"
        [row] = make.run(lambda: list(db.session.scalars(select(MailedLink))))
        assert row.sealed is None
    assert found(make) is None


def test_a_known_address_reads_the_same_and_gets_a_link_to_sign_in(browse, make, organisation):
    member = make.member(name="Ada Schmidt")
    new = register(browse(), organisation)
    known = register(browse(), organisation, email=member.email.upper(), name="Jemand Anders")

    assert (new.status_code, new.headers["Location"]) == (
        known.status_code,
        known.headers["Location"],
    )
    mail = mails(make)[-1]
    assert mail.recipient == member.email
    assert mail.subject == "Sie haben schon ein Konto"
    phone = browse()
    phone.raw("POST", link_in(mail))
    assert "Ada Schmidt" in phone.get("/").select_one(".masthead").text
    assert make.run(lambda: db.session.get(User, member.id)).name == "Ada Schmidt"


def test_two_registrations_of_one_address_make_one_account(browse, make, organisation):
    register(browse(), organisation)
    register(browse(), organisation, name="Vera Zweimal")
    first, second = (link_in(mail) for mail in mails(make))
    browse().raw("POST", first)

    page = browse().check(browse().raw("POST", second), 410)

    assert "inzwischen ein Konto" in page.select_one(".lead").text
    assert page.select_one("main .button")["href"] == "/anmelden"
    assert found(make).name == "Vera Neu"


def test_who_presses_twice_is_simply_there(browse, make, organisation):
    register(browse(), organisation, next_="/glossar")
    phone, link = browse(), link_in(mails(make)[-1])
    phone.raw("POST", link)

    assert phone.raw("POST", link).headers["Location"] == "/glossar"
    page = browse().check(browse().raw("POST", link), 410)
    assert page.select_one("main .button")["href"] == "/anmelden?next=/glossar"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("email", "", "Geben Sie Ihre E-Mail-Adresse ein."),
        ("email", "vera@", "vollständig"),
        ("email", "x" * 260 + "@example.org", "vollständig"),
        ("name", " \u200e ", "Geben Sie Ihren Namen ein."),
        ("name", "x" * 121, "120 Zeichen"),
        ("organisation", "", "Wählen Sie Ihre Organisation"),
        ("organisation", "999999", "Wählen Sie Ihre Organisation"),
        ("password", "kurz", "zwölf Zeichen"),
        ("is_of_age", "", "erst ab 16 Jahren"),
        ("consents", "", "Einwilligung"),
        ("consent_version", "7", "inzwischen ein anderer"),
        ("consent_version", "x", "inzwischen ein anderer"),
    ],
)
def test_what_is_missing_is_named_at_its_field(browse, make, organisation, field, value, sentence):
    browser = browse()
    page = browser.check(register(browser, organisation, **{field: value}), 422)

    at = "consents" if field == "consent_version" else field
    assert sentence in page.select_one(f"#{at}-error").text
    assert page.select_one(f"#{at}")["aria-invalid"] == "true"
    assert page.select_one(f".error-summary a[href='#{at}']")
    if field != "email":
        assert page.select_one("#email")["value"] == EMAIL
    assert not page.select_one("#password")["value"]
    assert mails(make) == []


def test_a_missing_organisation_is_told_to_the_redaktion(browse, make, organisation):
    editor = make.user(Role.EDITOR)
    browser = browse()
    assert register(browser, organisation, organisation="missing").status_code == 422
    register(
        browser, organisation, organisation="missing", organisation_wish="Verband der Sägewerke"
    )
    browse().raw("POST", link_in(mails(make)[-1]))

    [note] = [mail for mail in mails(make) if mail.recipient == editor.email]
    assert "Verband der Sägewerke" in note.body
    assert found(make).organisation_wish == "Verband der Sägewerke"
    assert found(make).organisation_id is None


def test_the_preview_shows_the_three_lines_and_stores_nothing(browse, make, organisation):
    browser = browse()
    fields = typed(browser.get("/registrieren")) | filled(organisation, pseudonym="Eisvogel")
    before = len(mails(make))

    for htmx in ("", "so-erscheinen"):
        answer = browser.raw("POST", "/registrieren/vorschau", data=fields, htmx=htmx)
        page = browser.check(answer, 200)
        lines = [" ".join(dd.text.split()) for dd in page.select("#so-erscheinen dd")]
        assert lines == [
            f"Vera Neu, {organisation.name}, Kammern",
            "Vera Neu, Kammern",
            "Eisvogel, Kammern",
        ]
        assert bool(page.select("h1")) is not bool(htmx)
    assert len(mails(make)) == before
    assert not page.select(".error")


def test_who_belongs_to_none_appears_with_the_name_alone(browse, make, organisation):
    browser = browse()
    fields = typed(browser.get("/registrieren")) | filled(organisation, organisation="none")
    page = browser.check(browser.raw("POST", "/registrieren/vorschau", data=fields), 200)

    assert [dd.text.strip() for dd in page.select("#so-erscheinen dd")] == [
        "Vera Neu",
        "Vera Neu",
        "Dafür fehlt noch das Pseudonym.",
    ]
    register(browser, organisation, organisation="none")
    browse().raw("POST", link_in(mails(make)[-1]))
    assert found(make).organisation_id is None
    assert found(make).bench is None


def test_a_pseudonym_is_needed_where_it_is_chosen(browse, make, organisation):
    browser = browse()
    answer = register(browser, organisation, appearance="pseudonym_bench")
    assert browser.check(answer, 422).select_one("#pseudonym-error")

    register(browser, organisation, appearance="pseudonym_bench", pseudonym="Eisvogel")
    browse().raw("POST", link_in(mails(make)[-1]))

    assert found(make).appearance is Appearance.PSEUDONYM_BENCH
    assert found(make).pseudonym == "Eisvogel"


def test_with_a_password_one_signs_in_by_it(browse, make, organisation):
    register(browse(), organisation, password="ein ganzer Sätz zum Merken")
    browse().raw("POST", link_in(mails(make)[-1]))

    # The same word, typed by a keyboard that composes its umlauts otherwise.
    other = "ein ganzer Sa\u0308tz zum Merken"
    assert sign_in(browse(), EMAIL, other).status_code == 303


def test_the_page_shows_the_text_in_full_and_nothing_is_ticked(browse, organisation, consent):
    consent(2, "Ich willige neu ein.")
    page = browse().get("/registrieren")

    assert "Ich willige neu ein." in page.select_one(".consent-text").text
    assert page.select_one("[name=consent_version]")["value"] == "2"
    assert not page.select("main input[type=checkbox][checked]")


def test_the_mail_that_welcomes_withdraws_the_consent_without_signing_in(
    browse, make, organisation
):
    register(browse(), organisation)
    browse().raw("POST", link_in(mails(make)[-1]))
    welcome = mails(make)[-1]
    assert welcome.subject == "Ihr Konto ist angelegt"

    browse().post(link_in(welcome))

    assert found(make).consent_version is None
    consents = make.run(lambda: list(db.session.scalars(select(Consent))))
    assert all(consent.withdrawn_at for consent in consents if consent.user_id == found(make).id)


def test_while_nobody_may_come_in_the_page_says_so(browse, make, organisation, monkeypatch):
    browser = browse()
    page = browser.get("/registrieren")
    register(browser, organisation)
    link = link_in(mails(make)[-1])
    closed = Decision(False, "Das Impressum fehlt noch.")
    monkeypatch.setattr(policy, "_intake", [lambda: Decision(True), lambda: closed])

    assert "Das Impressum fehlt noch." in browse().get("/registrieren").main.text
    data = typed(page) | filled(organisation)
    assert browser.raw("POST", "/registrieren", data=data).status_code == 403
    assert browse().raw("POST", link).status_code == 403
    assert found(make) is None
    monkeypatch.setattr(policy, "_intake", [])
    assert browse().raw("POST", link).status_code == 303


def test_signed_in_people_are_led_on(browse, make):
    answer = browse(as_=make.member()).raw("GET", "/registrieren?next=/glossar")

    assert answer.headers["Location"] == "/glossar"


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_registration_never_leads_elsewhere(browse, make, organisation, target):
    browser = browse()
    fields = typed(browser.get("/registrieren")) | filled(organisation, next=target)
    browser.raw("POST", "/registrieren", data=fields)

    assert browse().raw("POST", link_in(mails(make)[-1])).headers["Location"] == "/"
