"""`python -m forum import-content DIR`."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from forum.content.actions import ImportRefused, import_folder
from forum.kernel.db import unit_of_work


@click.command("import-content")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@with_appcontext
def import_content(folder: Path) -> None:
    """Bring the round in FOLDER into the database; a second run finds nothing to do."""
    try:
        with unit_of_work():
            report = import_folder(folder)
    except ImportRefused as error:
        for problem in error.problems:
            click.echo(problem, err=True)
        raise click.ClickException(
            f"{len(error.problems)} problems in {folder}; nothing was changed."
        ) from error
    click.echo(f"{report.round}: {report}")


COMMANDS = (import_content,)
