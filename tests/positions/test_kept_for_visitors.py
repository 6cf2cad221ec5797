"""The pages of the parties' answers are kept for visitors, and never an old one is shown."""

import pytest

from forum.accounts import actions as accounts
from forum.accounts.models import Role
from tests.positions import factory
from tests.positions.test_answering_theses import PUBLICATION, SECOND, SECRET, Scene

PLACES = ["/parteien/", "/parteien/vergleich", "/parteien/partei-nord"]


@pytest.fixture
def scene(make, browse):
    return Scene(make, browse)


@pytest.mark.parametrize("place", PLACES)
def test_a_kept_page_takes_one_statement_and_is_the_same(scene, browse, count_queries, place):
    first = browse().raw("GET", place)
    with count_queries() as sent:
        again = browse().raw("GET", place)
        known = browse().raw("GET", place, headers={"If-None-Match": first.headers["ETag"]})

    assert len(sent) == 2
    assert again.data == first.data
    assert known.status_code == 304
    assert "Set-Cookie" not in again.headers


@pytest.mark.parametrize("place", PLACES[1:])
def test_answers_appear_at_the_minute_of_publication(scene, browse, travel, place):
    scene.approved()
    travel(PUBLICATION - SECOND)
    assert SECRET not in browse().get(place).text

    travel(PUBLICATION)

    assert SECRET in browse().get(place).text


@pytest.mark.parametrize("place", PLACES[1:])
def test_a_correction_shows_at_once(scene, browse, travel, work, place):
    scene.approved()
    travel(PUBLICATION)
    work()
    browse().get(place)

    scene.write(
        reason="Wir wollen Werkbänke und Werkzeug.", correction_reason="Beschluss vom Montag."
    )
    scene.approve()

    assert "Werkbänke und Werkzeug" in browse().get(place).text


@pytest.mark.parametrize("place", PLACES[1:])
def test_who_begins_or_ends_to_act_for_a_party_changes_what_is_announced(make, browse, place):
    factory.thesis(make, make.recommendation())
    nord = factory.party(make, "partei-nord")
    assert "vertreten" not in browse().get(place).text

    def register():
        return accounts.create_user(
            email="nord@example.org",
            name="Jörg Petersen",
            password_hash=None,
            roles=[Role.PARTY],
            party_id=nord.id,
        ).id

    person = make.run(register)
    announced = browse().get(place).text
    make.run(lambda: accounts.disable(person))

    assert "22. August" in announced
    assert announced != browse().get(place).text


def test_the_theses_of_one_recommendation_are_a_page_of_their_own(scene, browse):
    slug = scene.recommendation.slug
    whole, one = (
        browse().raw("GET", f"/parteien/vergleich{q}") for q in ("", f"?empfehlung={slug}")
    )

    assert whole.headers["ETag"] != one.headers["ETag"]
    assert browse().raw("GET", "/parteien/vergleich?empfehlung=fehlt").status_code == 404
    assert "ETag" not in browse().raw("GET", f"/parteien/vergleich?empfehlung={slug}&x=1").headers
