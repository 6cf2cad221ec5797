"""Rate limits stop machines and hardly ever people."""

import pytest

from forum.limits import RATES
from tests.accounts.people import sign_in, with_password


@pytest.fixture
def limited(app):
    """The app with limits on and all counters at zero."""
    limits = app.extensions["forum_limits"]
    limits.enabled = True
    limits._counter.storage.reset()
    yield app
    limits.enabled = False
    limits._counter.storage.reset()


def test_the_eleventh_guess_for_one_account_is_refused_in_german(limited, browse, make):
    user = with_password(make)
    for number in range(10):
        assert sign_in(browse(), user.email, f"geraten {number}").status_code == 422

    response = sign_in(browse(), user.email.upper())

    page = browse().check(response, 429)
    assert 1 <= int(response.headers["Retry-After"]) <= 300
    assert page.h1.text == "Das waren viele Anfragen in kurzer Zeit"
    assert "Minute" in page.select_one(".lead").text
    assert not page.select("main input[type=password], main textarea")


def test_an_address_that_guesses_many_accounts_is_refused(limited, browse, app):
    answers = [sign_in(browse(), f"a{n}@example.org", "geraten").status_code for n in range(21)]

    assert answers == [422] * 20 + [429]


def test_a_refusal_comes_before_any_sql(limited, browse, make, count_queries):
    browser, user = browse(), make.member()
    browser = browse(as_=user)
    for _ in range(60):
        browser.raw("GET", "/suche?q=Schule")
    with count_queries() as statements:
        response = browser.raw("GET", "/suche?q=Schule")

    assert response.status_code == 429
    # The page itself greets the person by name and asks whether demo data is shown.
    assert not [s for s in statements if "users" not in s and "consultations" not in s]


DOORS = ("/anmelden", "/anmelden/link", "/passwort-vergessen", "/registrieren")


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("varied", ["account", "address"])
def test_each_door_closes_before_any_sql(limited, browse, make, count_queries, door, varied):
    """Against one account from many addresses, and from one address against many accounts."""
    make.consultation()
    browse().get("/")  # what a refusal shows is known from any page before

    def knock(number):
        email = f"a{number}@example.org" if varied == "account" else "Ada@example.org"
        where = "192.0.2.1" if varied == "account" else f"192.0.2.{number}"
        return browse().raw(
            "POST", door, data={"email": email}, environ_overrides={"REMOTE_ADDR": where}
        )

    answers = [knock(number).status_code for number in range(1, 25)]
    assert answers[0] == 400  # no token
    assert answers[-1] == 429
    with count_queries() as statements:
        assert knock(25).status_code == 429
    assert statements == []


def test_an_account_has_one_counter_however_its_address_is_typed(limited, browse, app):
    for number in range(10):
        browse().raw("POST", "/anmelden", data={"email": f" ADA{chr(0x200E) * number}@example.org"})

    assert browse().raw("POST", "/anmelden", data={"email": "ada@example.org"}).status_code == 429


def test_people_behind_one_address_have_their_own_limits(limited, browse, make):
    first, second = make.member(), make.member()
    for _ in range(240):
        browse(as_=first).raw("POST", "/healthz")

    assert browse(as_=first).raw("POST", "/healthz").status_code in {405, 429}
    assert browse(as_=second).raw("POST", "/abmelden").status_code == 303


def test_one_address_keeps_only_so_many_texts(limited, browse, app):
    def post():
        return browse().raw(
            "POST", "/anmelden/", data={"text": "Ein Text"}, headers={"Origin": "http://localhost"}
        )

    assert post().status_code == 404  # no endpoint, nothing kept


def test_limits_can_be_turned_off(app, browse, make):
    user = with_password(make)

    assert {sign_in(browse(), user.email, "geraten").status_code for _ in range(12)} == {422}


def test_the_table_names_only_pages_that_exist_or_are_to_come(app):
    known = {rate.endpoint for rate in RATES} - {"*"}
    missing = known - set(app.view_functions)

    assert missing <= {"threads.post_comment", "threads.edit_comment", "moderation.report"}
