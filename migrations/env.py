"""How Alembic reaches the database: the app's engine, the app's tables, one transaction each."""

from alembic import context
from flask import current_app
from sqlalchemy import text

from forum.kernel.db import WRITE, Base, UtcDateTime, db

TIMEOUTS = {"lock_timeout": "4s", "statement_timeout": "60s"}


def render_item(kind, item, _autogen):
    """Write our column types as SQLAlchemy's: a migration must not depend on today's code."""
    return "sa.DateTime(timezone=True)" if isinstance(item, UtcDateTime) else False


def include_name(name, kind, _parents):
    """Leave the queue's tables alone: Huey makes them."""
    return kind != "table" or not name.startswith("huey_")


def run() -> None:
    """Apply migrations to the app's database, or to the one that whoever calls brings along."""
    engine = context.config.attributes.get("engine", db.engine)
    with engine.connect().execution_options(**{WRITE: True}) as connection:
        if connection.dialect.name == "postgresql":
            for name, value in TIMEOUTS.items():
                connection.execute(text(f"SET {name} = '{value}'"))
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_item=render_item,
            include_name=include_name,
            transaction_per_migration=True,
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
