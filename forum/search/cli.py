"""`python -m forum search …`."""

import click
from flask.cli import AppGroup

from forum.kernel.db import unit_of_work
from forum.search import jobs, queries
from forum.search.backend import backend

search = AppGroup("search", help="Look after the search index.")


@search.command("rebuild")
def rebuild() -> None:
    """Build the index anew from the database; the old one answers until then."""
    if not jobs.rebuild():
        raise click.ClickException("Another indexer is at work and does not end. Try again later.")
    _report()


@search.command("status")
def status() -> None:
    """Print what the index holds and what it has yet to hear of."""
    _report()


def _report() -> None:
    with unit_of_work():
        index, state = backend(), queries.state()
        click.echo(f"{index.name}: {index.count()} documents, {queries.count_due()} changes due")
        if state:
            built = f"{state.built_at:%Y-%m-%d %H:%M:%S} UTC"
            click.echo(f"built {built}, {state.built_words} words of its texts known")


COMMANDS = (search,)
