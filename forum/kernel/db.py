"""The database: the base of all tables, the column types they share, and the transaction.

Reading is the default. A transaction begins read-only, enforced by the database, and an action
turns to writing with `begin_writing()`; only `unit_of_work()` commits. The first statement after
`begin_writing()` is therefore always read afresh, under the write lock on SQLite.
"""

import enum
import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

import structlog
from flask_babel import lazy_gettext as _l
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    Engine,
    Enum,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    event,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from forum.kernel import clock
from forum.kernel.errors import Unavailable

log = structlog.get_logger()


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC. SQLite forgets the time zone; this puts it back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; use forum.kernel.clock.now()")
        return value.astimezone(UTC) if value else None

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[Any], datetime | None]:
        """How a column is read: in one step, since a page reads hundreds of moments."""
        read: Callable[[Any], Any] = (
            self.impl_instance.result_processor(dialect, coltype) or _as_it_is
        )

        def process(value: Any) -> datetime | None:
            if value is None:
                return None
            moment = read(value)
            aware: datetime = (
                moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
            )
            return aware

        return process


def _as_it_is(value: Any) -> Any:
    return value


ShortText = Annotated[str, mapped_column(String(255))]
LongText = Annotated[str, mapped_column(Text)]
Bytes = Annotated[bytes, mapped_column(LargeBinary)]


class Base(DeclarativeBase):
    """The base of every table, also of those whose key is not a number of their own."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )
    type_annotation_map = {
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        list[str]: JSON,
        enum.StrEnum: Enum(
            enum.StrEnum,
            native_enum=False,
            create_constraint=True,
            length=40,
            values_callable=lambda kind: [member.value for member in kind],
        ),
    }


class Model(Base):
    """A table whose rows have a number of their own."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id}>"


class Timestamped:
    """Mixin: when a row was written by the product's clock, and when it last changed."""

    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now(), sort_order=90)
    updated_at: Mapped[datetime] = mapped_column(
        default=lambda: clock.now(), onupdate=lambda: clock.now(), sort_order=91
    )


_JSON = json.JSONDecoder()

db = SQLAlchemy(
    metadata=Base.metadata,
    session_options={"autoflush": True},
    engine_options={
        "pool_use_lifo": True,  # the connection used last has most at hand, and few are kept
        "hide_parameters": True,  # an error's log line must not join a voter key and an object
        # Ours begins with no space: `loads` would look for one.
        "json_deserializer": lambda text: _JSON.raw_decode(
            text if isinstance(text, str) else bytes(text).decode()
        )[0],
        # Our JSON is compared and hashed: keep umlauts readable and keys in order.
        "json_serializer": lambda value: json.dumps(value, ensure_ascii=False, sort_keys=True),
    },
)

M = TypeVar("M", bound=Base)

WRITE = "forum_write"
"""Execution option of a connection whose next transaction may change rows (migrations set it)."""

_READS_ONLY = "forum_reads_only"  # what the connection was last told
_UNIT, _WRITING, _LOCKED, _NUDGES = "forum_unit", "forum_writing", "forum_locked", "forum_nudges"

# SQLite lets one writer in at a time, and its busy handler sleeps longer and longer while others
# slip past. A lock per process queues our threads fairly; other processes still meet SQLite's own.
_sqlite_writer = threading.Lock()
PATIENCE = 30
"""Seconds a writer waits for its turn before somebody is told to come back later."""


def save(model: M) -> M:
    """Add to the session and flush, so that the id is known and constraints have spoken."""
    db.session.add(model)
    db.session.flush()
    return model


def ping() -> None:
    """Ask the database for a sign of life; raises what the driver raises."""
    db.session.execute(text("SELECT 1"))


def begin_writing() -> None:
    """Turn this unit of work from reading to writing; once is enough, again changes nothing.

    What was read before is let go (it stays usable, detached), so that whatever the action decides
    on is read again, under the write lock on SQLite and in a new transaction on PostgreSQL.
    """
    session = db.session()
    if session.info.get(_WRITING):
        return
    if not session.info.get(_UNIT):
        raise RuntimeError("Writing needs a unit_of_work() around it.")
    session.expunge_all()
    session.rollback()
    if db.engine.dialect.name == "sqlite":
        if not _sqlite_writer.acquire(timeout=PATIENCE):
            raise Unavailable(_l("Das Forum ist gerade überlastet. Senden Sie gleich noch einmal."))
        session.info[_LOCKED] = True
    session.info[_WRITING] = True
    session.connection(execution_options={WRITE: True})


def is_writing() -> bool:
    """Whether this unit of work may change rows."""
    return bool(db.session.info.get(_WRITING))


def after_commit(call: Callable[[], object], *, once: str | None = None) -> None:
    """Run `call` once this unit of work has been committed, and never if it has not.

    Of several calls with the same `once`, one runs.
    """
    db.session.info.setdefault(_NUDGES, {})[once or object()] = call


@contextmanager
def unit_of_work(*, writing: bool = False) -> Iterator[None]:
    """One request, one job, one command: at most one write transaction. Nobody else commits."""
    info = db.session.info
    if info.get(_UNIT):
        raise RuntimeError("Units of work do not nest; use a savepoint, or after_commit().")
    info[_UNIT] = True
    try:
        if writing:
            begin_writing()
        yield
        if is_writing():
            db.session.commit()
        else:
            db.session.rollback()
    except BaseException:
        db.session.expunge_all()  # what was read stays usable for the page that says what happened
        db.session.rollback()
        info.pop(_NUDGES, None)
        raise
    finally:
        info.pop(_UNIT, None)
        info.pop(_WRITING, None)
        if info.pop(_LOCKED, False):
            _sqlite_writer.release()
    for call in info.pop(_NUDGES, {}).values():
        try:
            call()
        except Exception:  # the state is saved, and the sweep finds what a lost nudge left
            log.exception("nudge.failed")


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None  # leave BEGIN to us, so that savepoints work
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",  # an acknowledged vote survives a power cut
            "foreign_keys=ON",
            "busy_timeout=15000",
        ):
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Any) -> None:
    """Open the transaction as what it is: a read that cannot write, or the one writer."""
    writing = connection.get_execution_options().get(WRITE, False)
    if connection.dialect.name == "sqlite":
        # Every request does this: not by way of the engine's hooks.
        driver = connection.connection.driver_connection
        if connection.info.get(_READS_ONLY) is not (not writing):
            driver.execute(f"PRAGMA query_only={'OFF' if writing else 'ON'}")
            connection.info[_READS_ONLY] = not writing
        if writing:  # may have to wait: the engine turns the driver's error into its own
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            driver.execute("BEGIN")
    elif not writing:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
