"""`python -m forum demo`."""

import click
from flask.cli import with_appcontext

from forum.demo import actions
from forum.kernel.errors import ForumError


@click.command("demo")
@with_appcontext
def demo() -> None:
    """Fill the current round with invented people, and print whom one can sign in as."""
    try:
        lines = actions.fill()
    except ForumError as error:
        raise click.ClickException(str(error.message)) from error
    for line in lines:
        click.echo(line)


COMMANDS = (demo,)
