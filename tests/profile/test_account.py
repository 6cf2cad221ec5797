"""One's account: how one appears, consent, devices, and what one has written."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from forum.accounts import actions as accounts
from forum.accounts import links
from forum.accounts.models import Appearance, Consent, Role, Session, User
from forum.deliberation.actions import post_comment, set_hidden
from forum.deliberation.models import Comment, CommentKind, Visibility
from forum.kernel import clock
from forum.kernel.db import db, save
from forum.kernel.mail import Mail
from forum.moderation.models import Report, ReportReason
from forum.profile import actions, retention
from forum.profile.models import InactivityWarning
from forum.site.models import TextVersion


@pytest.fixture
def recommendation(make):
    return make.recommendation()


@pytest.fixture
def person(make, recommendation):
    return make.member(name="Jana Hollmann")


@pytest.fixture
def consent_text(make):
    def publish(number=1):
        return make.run(
            lambda: save(
                TextVersion(
                    slug="einwilligung",
                    number=number,
                    title="Einwilligung",
                    source="Ja.",
                    html=f"<p>Ich willige ein, Wortlaut {number}.</p>",
                    published_at=clock.now(),
                )
            )
        )

    publish()
    return publish


def wrote(make, person, recommendation, text="Das ist mein Beitrag."):
    return make.run(lambda: post_comment(person, recommendation.id, CommentKind.PRO, text))


def get(make, model, key):
    return make.run(lambda: db.session.get(model, key))


def mails(make):
    return make.run(lambda: db.session.scalars(select(Mail).order_by(Mail.id)).all())


def test_nobody_sees_any_of_it_signed_out(browse, app):
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("profile.") and rule.endpoint != "profile.gone":
            with app.test_request_context():
                from flask import url_for

                url = url_for(rule.endpoint, **dict.fromkeys(rule.arguments, 1))
            for method in rule.methods & {"GET", "POST"}:
                response = browse().raw(method, url)
                assert response.status_code in {303, 400, 401}, f"{method} {url}"
                assert "Set-Cookie" not in response.headers


def test_the_page_shows_the_line_as_others_see_it(browse, person):
    page = browse(as_=person).get("/konto")

    assert "So sehen es andere: Jana Hollmann, Verband" in page.text
    assert "Mein Konto:" in page.select_one(".account").text


def test_a_pseudonym_takes_the_name_off_every_public_page(make, browse, person, recommendation):
    wrote(make, person, recommendation)
    url = f"/empfehlungen/{recommendation.slug}"
    assert "Jana Hollmann" in browse().get(url).text

    browse(as_=person).post(
        "/konto/auftritt",
        {"name": "Jana Hollmann", "appearance": "pseudonym_bench", "pseudonym": "Elbe"},
    )

    page = browse().get(url).text
    assert "Elbe" in page
    assert "Hollmann" not in page
    assert person.email not in page


@pytest.mark.parametrize(
    ("pseudonym", "sentence"),
    [
        ("", "Geben Sie das Pseudonym ein"),
        ("E", "2 bis 40 Zeichen"),
        ("Moderation Nord", "Amt im Forum"),
        ("Karin 0sterloh", "klingt wie „Karin Osterloh“"),
        ("Team V2", "klingt wie"),
        ("ЕLBE", "hat schon jemand"),
    ],
)
def test_a_pseudonym_passes_for_nobody_else(make, browse, person, pseudonym, sentence):
    make.moderator(name="Karin Osterloh")
    make.member(pseudonym="Elbe")
    if "V2" in pseudonym:
        other = make.member()
        pseudonym = f"Team {other.organisation.short_name}"

    page = browse(as_=person).post(
        "/konto/auftritt",
        {"name": person.name, "appearance": "pseudonym_bench", "pseudonym": pseudonym},
        status=422,
    )

    assert sentence in page.select_one("#pseudonym-error").text
    assert page.select_one("#pseudonym")["value"] == pseudonym
    assert get(make, User, person.id).appearance is Appearance.NAME_ORGANISATION


def test_consent_is_seen_withdrawn_and_given_again(
    make, browse, person, recommendation, consent_text
):
    comment = wrote(make, person, recommendation)
    browser = browse(as_=person)
    assert "Wortlaut 1" in browser.get("/konto/einwilligung").text

    browser.post("/konto/einwilligung/widerrufen", {"texts": "keep"})

    assert get(make, User, person.id).consent_version is None
    assert "Hollmann" not in browse().get(f"/empfehlungen/{recommendation.slug}").text
    assert get(make, Comment, comment.id).visibility is Visibility.VISIBLE
    refused = browser.raw(
        "POST",
        f"/empfehlungen/{recommendation.slug}/beitraege",
        data={"text": "Noch etwas.", "kind": "pro", "about": str(recommendation.id)},
    )
    assert refused.status_code == 403
    assert "Einwilligung" in refused.text
    assert "wir haben Ihren Widerruf erhalten" in mails(make)[-1].body

    browser.post("/konto/einwilligung/geben", {"version": "1"})
    assert get(make, User, person.id).consent_version == 1
    assert "/link/" in mails(make)[-1].body


def test_withdrawing_may_take_the_texts_along(make, browse, person, recommendation, consent_text):
    comment = wrote(make, person, recommendation)

    browse(as_=person).post("/konto/einwilligung/widerrufen", {"texts": "delete"})

    found = get(make, Comment, comment.id)
    assert (found.visibility, found.source, found.html) == (Visibility.DELETED, "", "")


def test_a_newer_text_is_asked_for_and_an_old_form_agrees_to_nothing(
    make, browse, person, consent_text
):
    browser = browse(as_=person)
    assert "neuen Fassung" not in browser.get("/konto").text
    consent_text(2)

    assert "neuen Fassung" in browser.get("/konto").text
    browser.post("/konto/einwilligung/geben", {"version": "1"}, status=409)
    browser.post("/konto/einwilligung/geben", {"version": "2"})
    assert get(make, User, person.id).consent_version == 2
    given = make.run(lambda: db.session.scalars(select(Consent).filter_by(user_id=person.id)).all())
    assert [one.version for one in given] == [1, 2]


def test_a_mailed_link_withdraws_without_signing_in(
    make, browse, person, recommendation, consent_text
):
    wrote(make, person, recommendation)
    link = "/link/" + make.run(lambda: links.make("withdraw", user_id=person.id)).rpartition("/")[2]

    browse().get(link)
    assert get(make, User, person.id).consent_version == 1, "opening does nothing"
    browse().post(link)

    assert get(make, User, person.id).consent_version is None
    assert "Hollmann" not in browse().get(f"/empfehlungen/{recommendation.slug}").text


def test_devices_are_listed_and_ended(make, browse, person):
    def device(system):
        now = datetime.now(UTC)
        return save(
            Session(
                token=f"hash-{system}",
                user_id=person.id,
                account_key=person.fs_uniquifier,
                browser="Firefox",
                system=system,
                started_at=now,
                expires_at=now + timedelta(days=1),
            )
        )

    phone = make.run(lambda: device("Android"))
    make.run(lambda: device("Windows"))
    other = browse(as_=make.member())
    browser = browse(as_=person)
    assert "Firefox auf Android" in browser.get("/konto/geraete").text

    other.raw("POST", f"/konto/geraete/{phone.id}/abmelden")
    assert "Firefox auf Android" in browser.get("/konto/geraete").text
    browser.post(f"/konto/geraete/{phone.id}/abmelden")
    assert "Firefox auf Android" not in browser.get("/konto/geraete").text

    browser.post("/konto/geraete/abmelden")
    assert make.run(lambda: db.session.scalars(select(Session)).all()) == []
    assert "Abmelden" not in browser.get("/so-geht-es").text


def test_what_one_has_written_stands_with_what_became_of_it(make, browse, person, recommendation):
    first = wrote(make, person, recommendation, "Der erste.")
    hidden = wrote(make, person, recommendation, "Der zweite.")
    other = make.member()
    make.run(lambda: post_comment(other, recommendation.id, None, "Antwort.", first.id))
    make.run(lambda: set_hidden(hidden.id, "Zur Sache, bitte."))

    items = browse(as_=person).get("/konto/beitraege").select("ol.rows > li")

    assert "Ausgeblendet: Zur Sache, bitte." in items[0].text
    assert "Der zweite." in items[0].text
    assert "1 Antwort" in items[1].text
    assert not browse(as_=other).get("/konto/beitraege").find(string="Der erste.")


def test_long_lists_come_in_pages(make, browse, person, recommendation):
    make.run(
        lambda: [
            post_comment(person, recommendation.id, CommentKind.PRO, f"Nummer {n}.")
            for n in range(25)
        ]
    )
    browser = browse(as_=person)
    page = browser.get("/konto/beitraege")
    assert len(page.select("ol.rows > li")) == 20
    rest = browser.get(page.select_one("a[rel=next]")["href"])
    assert len(rest.select("ol.rows > li")) == 5


# Periods ---


def test_closed_reports_forget_their_reporter_after_a_year(
    make, person, recommendation, travel, work
):
    comment = wrote(make, make.member(), recommendation)

    def report(receipt, closed):
        return save(
            Report(
                receipt=receipt,
                subject_id=comment.id,
                reason=ReportReason.OTHER,
                text="Bitte prüfen.",
                reporter_id=person.id,
                reporter_name="J",
                reporter_email=None,
                in_good_faith=True,
                reported_at=clock.now(),
                closed_at=clock.now() if closed else None,
            )
        )

    old, open_ = make.run(lambda: report("M-1", True)), make.run(lambda: report("M-2", False))
    travel(timedelta(days=364))
    work()
    assert get(make, Report, old.id).reporter_id == person.id
    travel(timedelta(days=2))
    work()
    found = get(make, Report, old.id)
    assert (found.reporter_id, found.reporter_name, found.text) == (None, None, "Bitte prüfen.")
    assert get(make, Report, open_.id).reporter_id == person.id


def test_an_unused_account_ends_after_two_warnings_thirty_days_apart(make, person, travel, work):
    used, staff = make.member(), make.user(Role.MODERATOR)
    today = clock.today()
    make.run(
        lambda: db.session.execute(
            update(User).where(User.id.in_((person.id, staff.id))).values(last_active_on=today)
        )
    )
    told = lambda: [m for m in mails(make) if "gelöscht" in m.subject]  # noqa: E731
    after = lambda days: (travel(timedelta(days=days)), use(), work())  # noqa: E731

    def use():
        make.run(
            lambda: db.session.execute(
                update(User).where(User.id == used.id).values(last_active_on=clock.today())
            )
        )

    after(669)
    assert told() == []
    after(1)
    assert [m.recipient for m in told()] == [person.email]
    after(29)
    assert len(told()) == 1
    after(1)
    assert len(told()) == 2
    after(29)
    assert get(make, User, person.id).erased_at is None
    after(1)
    assert get(make, User, person.id).erased_at is not None
    assert get(make, User, used.id).erased_at is None
    assert get(make, User, staff.id).erased_at is None


def test_how_long_things_are_kept_is_decided_by_the_house(make, browse, travel):
    page = browse(as_=make.user(Role.ADMINISTRATOR)).get("/verwaltung/einstellungen")
    for words in ("Abgeschlossene Meldungen", "Ungenutzte Konten", "Warnungen vor dem Löschen"):
        assert words in page.text
    assert make.run(retention.periods) == retention.Periods()

    make.run(lambda: retention.UNUSED_ACCOUNT.change(365, reason="kürzer", changed_by_id=None))

    assert make.run(retention.periods).unused_account == timedelta(days=365)


def test_coming_back_stops_the_count(make, person, travel, work):
    make.run(
        lambda: db.session.execute(
            update(User).where(User.id == person.id).values(last_active_on=clock.today())
        )
    )
    travel(timedelta(days=700))
    work()
    assert get(make, InactivityWarning, person.id)
    make.run(
        lambda: db.session.execute(
            update(User).where(User.id == person.id).values(last_active_on=clock.today())
        )
    )
    work()
    assert get(make, InactivityWarning, person.id) is None


def test_roles_that_change_end_all_devices(make, browse, person):
    browser = browse(as_=person)
    assert "Abmelden" in browser.get("/so-geht-es").text
    make.run(lambda: accounts.grant_role(person.id, Role.MODERATOR))
    assert "Abmelden" not in browser.get("/so-geht-es").text
    assert actions.GONE == "Ehemaliges Mitglied"
