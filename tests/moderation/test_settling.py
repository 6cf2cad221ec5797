"""An author takes back what was reported: nothing is left to decide, and reporters are told."""

from sqlalchemy import select

from forum.deliberation import actions as writing
from forum.kernel.db import db
from forum.moderation.models import Report
from tests.moderation.conftest import typed


def reported(desk, browse, as_=None, **more):
    browser = browse(as_=as_)
    page = browser.get(f"/melden/{desk.rude.id}")
    data = typed(page, reason="insult", text="Das ist ein Angriff.", in_good_faith="1", **more)
    response = browser.raw("POST", f"/melden/{desk.rude.id}", data=data)
    assert response.status_code == 303, response.text
    return response.headers["Location"]


def taken_back(desk):
    desk.make.run(lambda: writing.delete_comment(desk.author, desk.rude.id))


def test_reports_are_closed_and_leave_the_queue(desk, browse):
    reported(desk, browse)
    assert "Beitrag 2" in browse(as_=desk.moderator).get("/moderation/").text

    taken_back(desk)

    (report,) = desk.reports()
    assert report.closed_at is not None
    assert report.verdict_id is None
    assert "Keine offenen Meldungen." in browse(as_=desk.moderator).get("/moderation/").text


def test_the_reporter_reads_that_the_author_deleted_it(desk, browse):
    place = reported(desk, browse, as_=desk.other)

    taken_back(desk)

    letter = desk.mails()[-1]
    assert letter.recipient == desk.other.email
    assert "ist erledigt" in letter.subject
    assert "gelöscht, bevor die Moderation entschieden hat" in letter.body
    page = browse().get(place)
    assert "Erledigt am" in page.text
    assert "In Prüfung" not in page.text


def test_deleting_what_nobody_reported_writes_to_nobody(desk):
    taken_back(desk)

    assert desk.mails() == []
    assert desk.make.run(lambda: db.session.scalars(select(Report)).all()) == []
