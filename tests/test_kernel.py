"""The mechanisms: transactions, clock, ledger, mail."""

import contextvars
import threading

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from forum.kernel import clock, ledger, mail
from forum.kernel.db import after_commit, begin_writing, db, unit_of_work


def test_reading_is_enforced_by_the_database(app):
    with app.app_context(), pytest.raises(DBAPIError), unit_of_work():
        db.session.execute(text("DELETE FROM sources"))


def test_an_act_is_saved_whole_or_not_at_all(app):
    seen = []
    with app.app_context(), pytest.raises(ZeroDivisionError), unit_of_work(writing=True):
        mail.post("a@example.org", "Betreff", "Text")
        after_commit(lambda: seen.append("nudge"))
        raise ZeroDivisionError
    with app.app_context():
        assert db.session.scalars(select(mail.Mail)).all() == []
    assert seen == []


def test_the_ledger_chains_without_gaps_under_parallel_acts(app):
    def act() -> None:
        with app.app_context(), unit_of_work(writing=True):
            ledger.enter("test", "thing:1", {"text": "Grüße"})

    threads = [
        threading.Thread(target=lambda: [contextvars.Context().run(act) for _ in range(5)])
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with app.app_context():
        sequences = db.session.scalars(
            select(ledger.LedgerEntry.sequence).order_by(ledger.LedgerEntry.sequence)
        ).all()
        assert sequences == list(range(1, 41))
        assert ledger.verify() is None


@pytest.mark.parametrize(
    "change", ["UPDATE ledger_entries SET kind = 'x'", "DELETE FROM ledger_entries"]
)
def test_the_database_refuses_to_change_the_ledger(app, change):
    with app.app_context(), unit_of_work(writing=True):
        ledger.enter("test", "thing:1", {})
    with (
        app.app_context(),
        pytest.raises(DBAPIError, match="ledger entries are never"),
        unit_of_work(writing=True),
    ):
        db.session.execute(text(change))


def test_writing_needs_a_unit_of_work(app):
    with app.app_context(), pytest.raises(RuntimeError, match="unit_of_work"):
        begin_writing()


def test_a_mail_is_sent_once_and_its_text_cleared(app, work, data_folder):
    with app.app_context(), unit_of_work(writing=True):
        mail.post("a@example.org", "Grüße", "Guten Tag")

    work()
    work()

    files = list((data_folder / "mail").glob("*.eml"))
    assert len(files) == 1
    with app.app_context():
        row = db.session.scalars(select(mail.Mail)).one()
        assert row.sent_at is not None
        assert not row.body
    for file in files:
        file.unlink()


def test_the_clock_only_goes_forward(app):
    now = clock.now()
    assert not clock.advance_to(clock.parse_local("2017-08-01T10:00"))
    assert clock.advance_to(clock.parse_local("2017-08-22T10:00"))
    assert clock.now() > now
