"""What nobody finds in the database, the logs, the jobs and the mails."""

import hmac
import json
import logging

import pytest
import sqlalchemy as sa
import structlog

from forum.ballots import secrecy
from forum.kernel.db import Base, db
from tests.databases import ENGINE, SECRET
from tests.deliberation.conftest import Debate


@pytest.fixture
def every_log_line():
    """Print every event that is logged, whatever the level of the tests."""
    usual = structlog.get_config()
    structlog.configure(
        processors=[structlog.processors.JSONRenderer()],
        logger_factory=structlog.PrintLoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
    )
    yield
    structlog.configure(**usual)


def everything(app) -> dict[str, list[dict[str, object]]]:
    """Every row of every table."""
    with app.app_context(), db.engine.connect() as connection:
        return {
            table.name: [dict(row._mapping) for row in connection.execute(sa.select(table))]
            for table in Base.metadata.sorted_tables
        }


def flat(value: object) -> str:
    """A value as it might be found by somebody who searches for it, in any spelling."""
    if isinstance(value, bytes):
        return value.hex()
    return json.dumps(value, default=str) if isinstance(value, dict | list) else str(value)


def test_the_voter_key_is_the_documented_one(app, make):
    anna = make.member()
    with app.app_context():
        key = secrecy.voter_key(anna, "0-0-0")
    message = b"ballot-v1\0" + b"0-0-0" + b"\0" + anna.ballot_secret
    assert key == hmac.digest(SECRET["BALLOT_KEY"].encode(), message, "sha256")
    anna.ballot_secret = None
    with app.app_context():
        assert secrecy.voter_key(anna, "0-0-0") is None, "an erased account leads nowhere"


def test_no_column_of_ballots_and_tallies_could_hold_an_account():
    for name in ("ballots", "tallies"):
        table = Base.metadata.tables[name]
        targets = {key.column.table.name for key in table.foreign_keys}
        assert targets <= {"subjects", "benches"}
        columns = {column.name for column in table.columns}
        assert not columns & {"id", "user_id", "created_at", "updated_at", "account_id"}
    ballots = Base.metadata.tables["ballots"].columns
    assert isinstance(ballots.day.type, sa.Date), "no finer time than the day"


def test_the_ballots_have_no_hidden_row_order(app):
    if ENGINE != "sqlite":  # PostgreSQL's ctid and xmin are named on the page of methods
        return
    with (
        app.app_context(),
        db.engine.connect() as connection,
        pytest.raises(sa.exc.OperationalError, match="no such column"),
    ):
        connection.exec_driver_sql("SELECT rowid FROM ballots")


def test_after_a_day_of_votes_nothing_joins_an_account_and_a_ballot(
    app, make, polls, work, capfd, caplog, every_log_line
):
    caplog.set_level(logging.INFO)
    debate = Debate(make)
    comment = debate.comment()
    wordings = [polls.wording() for _ in range(3)]
    people = [make.member(name=f"Person {n}") for n in range(7)]
    work()  # what was written is in the search index before the first vote
    before = everything(app)
    for n, person in enumerate(people):
        for m, wording in enumerate([*wordings, comment.id]):
            polls.cast(person, wording, (n + m) % 3 - 1)
        polls.withdraw(person, wordings[n % 3])
        polls.cast(person, comment.id, 1)
    polls.refused(make.moderator(), wordings[0], 403)
    work()
    after = everything(app)
    out, err = capfd.readouterr()

    # Votes write nothing but ballots, totals, the pages' revision and the key's fingerprint.
    changed = {
        name
        for name in after
        if sorted(map(flat, before[name])) != sorted(map(flat, after[name])) and name != "users"
    }
    counted = {"ballots", "tallies", "recommendations", "consultations", "role_grants"}
    assert changed <= counted | {
        "operations_notes",  # when work was last done, written over
        "comment_ranks",  # the order of comments, after the published figures
    }
    for row in before["recommendations"]:
        [now] = [r for r in after["recommendations"] if r["id"] == row["id"]]
        moved = {column for column in row if row[column] != now[column]}
        assert moved <= {"revision", "updated_at"}
    assert len(after["users"]) == len(before["users"]) + 1, "the moderator"
    kept = [row for row in after["users"] if row in before["users"]]
    assert len(kept) == len(before["users"]), "no account's row is written by a vote"

    keys = {flat(row["voter_key"]) for row in after["ballots"]}
    assert len(keys) == len(people), "one key a person, the same all through the round"
    accounts = {
        flat(row[column])
        for row in after["users"]
        for column in ("email", "name", "fs_uniquifier", "ballot_secret")
        if row["name"].startswith("Person")
    }
    for table, rows in after.items():
        for row in rows:
            for column, value in row.items():
                if (table, column) != ("ballots", "voter_key"):
                    assert not any(key in flat(value) for key in keys), f"{table}.{column}"
                if table in {"ballots", "tallies"}:
                    assert not any(account in flat(value) for account in accounts)
    with app.app_context():
        jobs = [str(task) for task in app.extensions["forum_jobs"].huey.pending()]
    written = "\n".join([out, err, *caplog.messages, *jobs, *(flat(r) for r in after["mails"])])
    assert not any(secret in written for secret in keys | accounts)


def test_the_request_log_names_neither_path_nor_person(app, make, browse, capfd, every_log_line):
    anna = make.member()
    browse(as_=anna).raw("POST", "/stimmen/4711", data={"value": "agree", "back": "/"})
    lines = [line for line in capfd.readouterr().out.splitlines() if '"request"' in line]
    assert lines
    for line in lines:
        assert set(json.loads(line)) <= {
            "event",
            "method",
            "endpoint",
            "status",
            "ms",
            "request_id",
        }
        assert "4711" not in line
        assert anna.email not in line


def test_a_failing_statement_does_not_print_what_it_was_given(app, make, polls):
    anna, wording = make.member(), polls.wording()
    polls.cast(anna, wording, 1)
    [ballot] = polls.ballots(wording)

    def twice() -> None:
        db.session.execute(
            sa.insert(Base.metadata.tables["ballots"]).values(
                subject_id=wording,
                voter_key=ballot.voter_key,
                value=1,
                bench_id=ballot.bench_id,
                day=ballot.day,
                is_changed=True,
            )
        )

    with pytest.raises(sa.exc.IntegrityError) as failure:
        make.run(twice)
    assert "parameters hidden" in str(failure.value)
