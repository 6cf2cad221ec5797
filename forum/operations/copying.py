"""Copying all rows from one database into another, empty one: in batches, every type as it is.

Backups and moving house both go this way, so both work from either database to either.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import JSON, Column, Connection, Engine, Table, create_engine, func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from forum.kernel import ledger
from forum.kernel.db import WRITE, Base, db
from forum.operations import migrations
from forum.operations.errors import OperationError

BATCH = 2000
_OF_THE_INDEX = frozenset({"search_documents", "search_state", "search_words"})
"""Built anew from the rest."""


def tables() -> Sequence[Table]:
    """All tables that are copied, those first that others point to."""
    return [table for table in Base.metadata.sorted_tables if table.name not in _OF_THE_INDEX]


def engine_for(url: str) -> Engine:
    """An engine that writes as the app's does."""
    serializer = db.engine.dialect._json_serializer
    return create_engine(url, json_serializer=serializer, hide_parameters=True)


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A read-only connection that sees one moment, whatever others write."""
    options: dict[str, Any] = {}
    if engine.dialect.name == "postgresql":
        options["isolation_level"] = "REPEATABLE READ"
    with engine.connect().execution_options(**options) as connection:
        yield connection


def occupied(engine: Engine) -> list[str]:
    """The tables of ours that hold rows."""
    with engine.connect() as connection:
        there = set(db.inspect(connection).get_table_names())
        return [
            table.name
            for table in tables()
            if table.name in there
            and connection.execute(select(text("1")).select_from(table).limit(1)).first()
        ]


def copy(source: Connection, target: Engine) -> dict[str, int]:
    """Copy every table within one transaction of the target, and compare; rows by table.

    Raises OperationError, with nothing written, where the two differ afterwards.
    """
    with target.connect().execution_options(**{WRITE: True}) as connection:
        if connection.dialect.name == "sqlite":  # tables may point to themselves
            driver: Any = connection.connection.driver_connection
            driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                for table in tables():
                    _copy_table(source, connection, table)
                counts = _compared(source, connection)
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
            raise OperationError(
                f"The database refused a row, nothing was copied: {reason}"
            ) from error
    return counts


def _copy_table(source: Connection, target: Connection, table: Table) -> None:
    read = select(table).order_by(*table.primary_key)
    rows = source.execute(read.execution_options(yield_per=BATCH))
    if target.dialect.name == "postgresql":
        _stream(target, table, rows)
        return
    insert = table.insert()
    names = [column.name for column in table.columns]
    for batch in rows.partitions():
        target.execute(insert, [dict(zip(names, row, strict=True)) for row in batch])


def _stream(target: Connection, table: Table, rows: Any) -> None:
    """COPY: one statement for the table, so that rows may point to later ones."""
    quote = target.dialect.identifier_preparer.quote
    columns = ", ".join(quote(column.name) for column in table.columns)
    prepare = [_prepared(column, target) for column in table.columns]
    driver: Any = target.connection.driver_connection
    with (
        driver.cursor() as cursor,
        cursor.copy(f"COPY {quote(table.name)} ({columns}) FROM STDIN") as stream,
    ):
        for batch in rows.partitions():
            for row in batch:
                stream.write_row([p(value) for p, value in zip(prepare, row, strict=True)])
    if "id" in table.columns:
        name = {"table": table.name}
        sequence = target.execute(
            text("SELECT pg_get_serial_sequence(:table, 'id')"), name
        ).scalar()
        if sequence:
            last = target.execute(select(func.max(table.c.id))).scalar()
            target.execute(select(func.setval(sequence, last or 1, last is not None)))


def _prepared(column: Column[Any], target: Connection) -> Callable[[Any], Any]:
    """What the column's type does with a value on its way to the driver."""
    process = column.type.dialect_impl(target.dialect).bind_processor(target.dialect)
    if process is None:
        return lambda value: value
    if column.nullable and isinstance(column.type, JSON):
        return lambda value: None if value is None else process(value)
    return process


def count(connection: Connection) -> dict[str, int]:
    """Rows by table."""
    return {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in tables()
    }


def _compared(source: Connection, target: Connection) -> dict[str, int]:
    here, there = count(source), count(target)
    for name, rows in here.items():
        if rows != there[name]:
            raise OperationError(
                f"{name}: {rows} rows were read and {there[name]} written. Nothing was copied."
            )
    last = (
        select(ledger.LedgerEntry.entry_hash).order_by(ledger.LedgerEntry.sequence.desc()).limit(1)
    )
    broken = ledger.verify(Session(target))
    if broken or source.execute(last).scalar() != target.execute(last).scalar():
        where = f"entry {broken.sequence}: {broken.reason}" if broken else "its last entry differs"
        raise OperationError(
            f"The ledger does not hold after copying ({where}). Nothing was copied."
        )
    if missing := migrations.missing_triggers(target):
        raise OperationError(f"Triggers are missing in the target: {', '.join(sorted(missing))}.")
    return here
