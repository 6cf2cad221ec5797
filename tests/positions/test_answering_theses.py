"""Parties draft, a second person approves, the clock publishes; nobody reads it before."""

import contextvars
import threading
import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select, text

from forum.accounts.models import Role
from forum.kernel import ledger
from forum.kernel.approval import Stale
from forum.kernel.db import db, unit_of_work
from forum.kernel.mail import Mail
from forum.positions import actions, desk, policy, queries
from forum.positions.desk import Content
from forum.positions.models import Answer, PositionDraft, PositionVersion
from forum.positions.writing import Refused
from forum.recommendations.models import Recommendation, Subject
from tests.databases import ENGINE
from tests.factories import berlin_summer
from tests.positions import factory

SECRET = "Wir wollen Werkbänke statt Steuerbescheide."
PUBLICATION = berlin_summer(8, 22, 10)
SECOND = timedelta(seconds=1)


class Scene:
    """One thesis, a party with two people, and another party."""

    def __init__(self, make, browse):
        self.recommendation = make.recommendation()
        self.thesis = factory.thesis(make, self.recommendation)
        self.party = factory.party(make, "partei-nord", is_invented=True)
        self.other = factory.party(make, "partei-sued", is_invented=True)
        self.author = factory.person(make, self.party, "Jörg Petersen")
        self.colleague = factory.person(make, self.party, "Miriam Aydin")
        self.stranger = factory.person(make, self.other, "Olaf Fremd")
        self.make, self.browse = make, browse

    def url(self, act=""):
        return f"/partei-desk/{self.thesis.slug}" + (f"/{act}" if act else "")

    def edition(self, person):
        page = self.browse(as_=person).get(self.url())
        return page.select_one("[name=edition]")["value"]

    def write(self, person=None, *, act="submit", status=200, edition=None, **fields):
        person = person or self.author
        typed = {"answer": "agree", "reason": SECRET, "sources": "", "act": act} | fields
        typed["edition"] = self.edition(person) if edition is None else edition
        return self.browse(as_=person).post(self.url(), typed, status=status)

    def approve(self, person=None, *, status=200, edition=None):
        person = person or self.colleague
        typed = {"edition": self.edition(person) if edition is None else edition}
        return self.browse(as_=person).post(self.url("freigeben"), typed, status=status)

    def approved(self):
        self.write()
        return self.approve()

    def public_text(self, as_=None):
        browser = self.browse(as_=as_)
        places = ("/parteien/", "/parteien/vergleich", "/parteien/partei-nord")
        return " ".join(" ".join(browser.get(place).text.split()) for place in places)


@pytest.fixture
def scene(make, browse):
    return Scene(make, browse)


def in_app(app, call):
    def inside():
        with app.app_context():
            return call()

    return contextvars.Context().run(inside)


def versions(app):
    return in_app(
        app,
        lambda: db.session.scalars(select(PositionVersion).order_by(PositionVersion.number)).all(),
    )


def test_a_party_drafts_and_a_colleague_approves(scene):
    page = scene.write(act="save")
    assert "Entwurf gespeichert." in page.text
    assert page.select_one("#reason").text.strip() == SECRET

    page = scene.write()
    assert "Gespeichert. Die Freigabe ist angefragt." in page.text

    page = scene.approve()
    assert "Freigegeben, noch gesperrt" in page.text
    assert SECRET in page.text

    overview = scene.browse(as_=scene.author).get("/partei-desk/")
    assert "freigegeben" in overview.select_one(".desk-list .tag").text
    assert "21. August um 12 Uhr" in overview.text
    assert "noch 4 Tage" in overview.text


def test_the_author_cannot_approve_and_reads_why(app, scene):
    page = scene.write()
    button = page.select_one("button[aria-disabled=true]")
    assert "Freigeben" in button.text
    reason = page.select_one("#" + button["aria-describedby"]).text
    assert "nur eine zweite Person Ihrer Partei" in reason

    refusal = scene.approve(scene.author, status=403)

    assert "nur eine zweite Person Ihrer Partei" in refusal.text
    assert versions(app) == []


def test_whoever_changes_the_text_becomes_its_author(app, scene):
    scene.write()
    scene.write(scene.colleague, reason="Ein anderer Grund.")

    scene.approve(scene.colleague, status=403)
    scene.approve(scene.author)

    (version,) = versions(app)
    assert version.author_id == scene.colleague.id
    assert version.approver_id == scene.author.id


def test_passing_on_a_colleagues_text_unchanged_leaves_it_theirs(app, scene):
    scene.write(act="save")
    scene.write(scene.colleague)

    scene.approve(scene.author, status=403)
    scene.approve(scene.colleague)

    assert len(versions(app)) == 1


def test_another_party_sees_only_its_own_desk(app, scene):
    scene.write()

    page = scene.browse(as_=scene.stranger).get(scene.url())
    assert SECRET not in page.text
    assert "Jörg Petersen" not in page.text

    scene.approve(scene.stranger, status=403, edition=1)
    assert versions(app) == []


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.EDITOR, Role.ADMINISTRATOR, Role.MEMBER])
def test_for_everybody_else_there_is_no_desk(scene, make, role):
    scene.write()
    person = make.user(role)

    for place in ("/partei-desk/", scene.url()):
        page = scene.browse(as_=person).get(place, status=404)
        assert SECRET not in page.text
    for act in ("", "freigeben", "zurueckgeben"):
        scene.browse(as_=person).post(scene.url(act), {"edition": "1"}, status=404)
    assert SECRET not in scene.public_text(person)


def test_the_menu_leads_to_the_desk_and_only_its_people_there(scene, make):
    def menu(person):
        return scene.browse(as_=person).get("/parteien/").select_one("#menue").text

    assert "Partei-Desk" in menu(scene.author)
    assert "Partei-Desk" not in menu(make.moderator())
    assert "Partei-Desk" not in menu(None)


def test_visitors_are_asked_to_sign_in_whether_the_thesis_exists_or_not(scene):
    for place in (scene.url(), "/partei-desk/gibt-es-nicht"):
        response = scene.browse().raw("GET", place)
        assert response.status_code == 303
        assert "/anmelden" in response.headers["Location"]


@pytest.fixture
def still():
    """Real time stands, so that a second before the minute stays one however slow the machine."""
    with time_machine.travel(datetime.now(UTC), tick=False):
        yield


def test_an_approved_answer_becomes_public_at_the_second(app, still, scene, travel, work):
    scene.approved()
    travel(PUBLICATION - 20 * SECOND)
    work()
    travel(PUBLICATION - SECOND)
    assert SECRET not in scene.public_text()
    assert "von ihnen hat geantwortet" not in scene.public_text()
    assert "1 von der Partei" not in scene.public_text()
    assert in_app(app, lambda: queries.searchable([v.position_id for v in versions(app)])) == {}

    travel(PUBLICATION)  # the sweep has not come by yet
    after = scene.public_text()

    assert SECRET in after
    assert "1 von der Partei" in after
    assert "Eine von ihnen hat geantwortet." in after
    (version,) = versions(app)
    assert version.sealed is not None
    found = in_app(app, lambda: queries.searchable([version.position_id]))
    assert found[version.position_id].reason == SECRET
    assert SECRET in scene.browse(as_=scene.author).get(scene.url()).text

    work()
    assert scene.public_text() == after
    (version,) = versions(app)
    assert version.sealed is None
    assert version.reason == SECRET
    assert version.released_at is not None


def test_the_minute_is_exact(app, scene):
    scene.approved()

    def shown(moment):
        return db.session.scalars(select(PositionVersion.id).where(policy.public(moment))).all()

    assert in_app(app, lambda: shown(PUBLICATION - timedelta(microseconds=1))) == []
    assert len(in_app(app, lambda: shown(PUBLICATION))) == 1


def every_byte(app, data_folder):
    """All that the database holds, as bytes."""
    if ENGINE == "sqlite":
        return b"".join(path.read_bytes() for path in data_folder.glob("forum.db*"))

    def dump():
        tables = db.session.scalars(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ).all()
        rows = [
            str(row)
            for table in tables
            for row in db.session.execute(text(f'SELECT * FROM "{table}"')).all()
        ]
        return "\n".join(rows).encode()

    return in_app(app, dump)


def test_texts_are_encrypted_at_rest_until_publication(app, scene, travel, work, data_folder):
    scene.write(act="save", correction_reason="")
    assert SECRET.encode() not in every_byte(app, data_folder)
    scene.write()
    work()
    scene.approve()
    work()
    stored = every_byte(app, data_folder)
    assert SECRET.encode() not in stored
    assert "Werkbänke".encode() not in stored
    mails = b"".join(file.read_bytes() for file in (data_folder / "mail").glob("*.eml"))
    assert b"Werkb" not in mails

    travel(PUBLICATION)
    work()
    assert SECRET.encode() in every_byte(app, data_folder)


def test_release_is_entered_once_however_many_sweeps_run(app, scene, travel, work):
    scene.approved()
    before = in_app(app, lambda: db.session.scalar(select(Recommendation.revision)))
    travel(PUBLICATION + timedelta(seconds=30))
    together, counts = threading.Barrier(2), []

    def sweep():
        together.wait()
        counts.append(in_app(app, actions.release_due))

    sweeps = [threading.Thread(target=sweep) for _ in range(2)]
    for thread in sweeps:
        thread.start()
    for thread in sweeps:
        thread.join()
    work()

    assert sorted(counts) == [0, 1]
    entries = in_app(app, lambda: db.session.scalars(select(ledger.LedgerEntry)).all())
    assert [entry.kind for entry in entries] == ["position.published"]
    assert entries[0].effective_at == PUBLICATION
    assert entries[0].subject == "position:partei-nord/t-1/version:1"
    assert in_app(app, ledger.verify) is None
    assert in_app(app, lambda: db.session.scalar(select(Recommendation.revision))) == before + 1


def test_the_search_hears_of_it_at_the_release(app, scene, travel):
    scene.approved()
    (version,) = versions(app)

    def due():
        return db.session.scalar(select(Subject.index_due).filter_by(id=version.position_id))

    def seen():
        db.session.execute(text("UPDATE subjects SET index_due = FALSE"))

    scene.make.run(seen)
    travel(PUBLICATION)
    in_app(app, actions.release_due)

    assert in_app(app, due) is True


def test_a_text_changed_before_the_deadline_replaces_the_one_nobody_saw(app, scene, travel):
    scene.approved()
    scene.write(reason="Der bessere Grund.")
    assert "Der bessere Grund." in scene.approve().text

    travel(PUBLICATION)
    public = scene.public_text()

    assert len(versions(app)) == 1
    assert "Der bessere Grund." in public
    assert SECRET not in public
    assert "frühere Fassung" not in public.lower()


def test_a_correction_is_public_at_once_and_keeps_what_stood_before(app, scene, travel, work):
    scene.approved()
    travel(PUBLICATION + timedelta(days=1))
    work()

    page = scene.write(reason="Wir haben uns geirrt.", answer="against", status=422)
    assert "Nennen Sie den Grund der Berichtigung." in page.select_one(".error").text
    assert page.select_one("#reason").text.strip() == "Wir haben uns geirrt."

    scene.write(
        reason="Wir haben uns geirrt.", answer="against", correction_reason="Beschluss vom Montag."
    )
    assert "geirrt" not in scene.public_text()
    scene.approve()

    page = scene.browse().get("/parteien/partei-nord")
    answer = page.select_one(".rationale")
    assert "Ablehnung" in answer.select_one(".opinion").text
    assert "Wir haben uns geirrt." in answer.text
    assert "Berichtigt am 23. August: Beschluss vom Montag." in " ".join(answer.text.split())
    assert SECRET in answer.select_one(".earlier").text
    assert "Fassung 1 vom 22. August" in answer.select_one(".earlier").text
    kinds = in_app(app, lambda: db.session.scalars(select(ledger.LedgerEntry.kind)).all())
    assert kinds == ["position.published", "position.corrected"]
    assert [v.number for v in versions(app)] == [1, 2]


def test_a_late_answer_needs_no_reason_for_being_late(app, scene, travel):
    travel(PUBLICATION + timedelta(hours=1))

    scene.approved()

    assert SECRET in scene.public_text()
    (version,) = versions(app)
    assert version.released_at is not None


def test_a_text_is_returned_with_a_remark(app, scene):
    scene.write()
    browser = scene.browse(as_=scene.colleague)
    url, edition = scene.url("zurueckgeben"), scene.edition(scene.colleague)

    empty = browser.post(url, {"edition": edition, "remark": " "}, status=422)
    assert "Schreiben Sie, was zu ändern ist." in empty.select_one("#remark-error").text
    page = browser.post(url, {"edition": edition, "remark": "Bitte die Frist nennen."})

    assert "Miriam Aydin: Bitte die Frist nennen." in page.text
    assert scene.approve(status=403, edition=2)
    scene.write()
    scene.approve()
    assert len(versions(app)) == 1


def test_an_older_form_shows_both_texts_and_can_be_sent_again(app, scene):
    old = scene.edition(scene.author)
    scene.write(scene.colleague, act="save", reason="Der Text von Miriam.")

    page = scene.write(edition=old, act="save", reason="Der Text von Jörg.", status=409)

    assert "Der Text von Miriam." in page.select_one(".quoted").text
    assert page.select_one("#reason").text.strip() == "Der Text von Jörg."
    again = page.select_one("form.editor [name=edition]")["value"]
    page = scene.write(edition=again, act="save", reason="Der Text von Jörg.")
    assert page.select_one("#reason").text.strip() == "Der Text von Jörg."


def test_nobody_approves_a_text_they_have_not_seen(app, scene):
    scene.write()
    seen = scene.edition(scene.colleague)
    scene.write(reason="Inzwischen ganz anders.")

    page = scene.approve(edition=seen, status=409)

    assert "inzwischen geändert" in page.text
    assert "Inzwischen ganz anders." in page.text
    assert versions(app) == []


def test_an_edition_is_never_used_twice(scene):
    scene.write()
    first = scene.edition(scene.colleague)
    scene.approve()
    scene.write(reason="Neu aufgenommen.")

    assert int(scene.edition(scene.colleague)) > int(first)


@pytest.mark.parametrize("moment", [berlin_summer(8, 21, 12), berlin_summer(7, 16)])
def test_outside_the_phase_nothing_is_accepted(app, scene, travel, moment):
    scene.write()
    edition = scene.edition(scene.colleague)
    travel(moment)

    late = scene.write(edition=edition, reason="Zu spät.", status=403)
    approval = scene.approve(edition=edition, status=403)

    for page in (late, approval):
        assert "Parteien antworten" in page.text
    assert versions(app) == []


def test_a_second_after_the_deadline_the_sentence_of_the_phase_is_shown(scene, travel):
    scene.write(act="save")
    travel(berlin_summer(8, 21, 12) + SECOND)

    page = scene.write(edition=1, status=403)

    assert "Die Phase „Parteien antworten“ ist seit 21. August, 12:00 Uhr beendet." in page.text
    assert "Berichtigen und nachreichen können Sie ab dem 22. August um 10 Uhr." in page.text
    desk_page = scene.browse(as_=scene.author).get(scene.url())
    assert not desk_page.select("form.editor")
    assert SECRET in desk_page.text


def test_500_characters_count_as_people_count_them(scene):
    composed = "ä" * 500
    page = scene.write(reason=unicodedata.normalize("NFD", composed), act="save")
    assert page.select_one("#reason").text.strip() == composed

    page = scene.write(reason="🙂" * 500, act="save")
    assert page.select_one("#reason").text.strip() == "🙂" * 500

    page = scene.write(reason=composed + "x", act="save", status=422)
    error = page.select_one("#reason-error").text
    assert "Kürzen Sie den Text auf 500 Zeichen; zurzeit sind es 501." in error
    assert page.select_one("#reason").text.strip() == composed + "x"
    assert "reason-error" in page.select_one("#reason")["aria-describedby"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"answer": ""}, "answer"),
        ({"answer": "vielleicht"}, "answer"),
        ({"reason": " \x00 "}, "reason"),
        ({"reason": "kaputt \ufffd"}, "reason"),
        ({"sources": "\n".join(f"Quelle {n}" for n in range(11))}, "sources"),
        ({"sources": "x" * 301}, "sources"),
    ],
)
def test_errors_stand_at_their_field_and_nothing_is_lost(app, scene, fields, field):
    page = scene.write(status=422, **fields)

    assert page.select_one(f"#{field}-error")
    assert page.select_one(f".error-summary a[href='#{field}']")
    if field != "reason":
        assert page.select_one("#reason").text.strip() == SECRET
    assert in_app(app, lambda: db.session.scalars(select(PositionDraft)).all()) == []


def test_sources_are_shown_with_their_address(scene, travel):
    scene.write(sources="Beschluss, https://example.org/beschluss\nParteitag in Hannover")
    scene.approve()
    travel(PUBLICATION)

    cite = scene.browse().get("/parteien/partei-nord").select_one("cite")

    assert cite.a["href"] == "https://example.org/beschluss"
    assert cite.a.text == "Beschluss"
    assert "Parteitag in Hannover" in cite.text


def test_text_of_a_party_is_never_markup(scene, travel):
    scene.write(reason="<b>fett</b> <script>alert(1)</script>", sources="javascript:alert(1)")
    scene.approve()
    travel(PUBLICATION)

    place = scene.browse().get("/parteien/partei-nord").select_one(".rationale")

    assert not place.select("b, script, cite a")
    assert "<b>fett</b>" in place.text


def test_the_colleague_is_told_without_the_text(app, scene):
    scene.write()

    mails = in_app(app, lambda: db.session.scalars(select(Mail)).all())

    assert [mail.recipient for mail in mails] == [scene.colleague.email]
    assert "http://forum.test/partei-desk/t-1" in mails[0].body
    assert SECRET not in mails[0].body


def test_two_colleagues_writing_at_once_lose_nothing(app, scene):
    together, results = threading.Barrier(2), []

    def write(person, reason):
        def act():
            content = Content(Answer.AGREE, reason)
            try:
                with app.test_request_context(), unit_of_work():
                    together.wait()
                    actions.save_draft(person, scene.thesis.slug, content, 0)
                results.append(reason)
            except Stale:
                results.append("stale")

        contextvars.Context().run(act)

    people = [(scene.author, "Eins."), (scene.colleague, "Zwei.")]
    threads = [threading.Thread(target=write, args=pair) for pair in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert "stale" in results
    kept = in_app(app, lambda: desk.sheet(scene.party.id, scene.thesis.slug).draft)
    assert [kept.reason] == [result for result in results if result != "stale"]


def test_an_action_refuses_what_the_form_would(app, scene):
    with (
        app.test_request_context(),
        pytest.raises(Refused),
        unit_of_work(),
    ):
        actions.save_draft(scene.author, scene.thesis.slug, Content(reason="x" * 501), 0)
