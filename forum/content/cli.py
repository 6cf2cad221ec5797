"""`python -m forum import-content DIR` and `export-content DIR`."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from forum.content import queries
from forum.content.actions import ImportRefused, import_folder
from forum.content.exporting import ExportRefused, export_round
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


@click.command("export-content")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--round", "slug", help="Slug of the round; otherwise the one that pages show.")
@with_appcontext
def export_content(folder: Path, slug: str | None) -> None:
    """Write a round into FOLDER, new or empty, in the format that import-content reads."""
    try:
        with unit_of_work():
            slug = slug or queries.current_round() or ""
            written = export_round(slug, folder)
    except ExportRefused as error:
        raise click.ClickException("\n".join([*error.sentences, "Nothing was written."])) from error
    click.echo(f"{slug}: {len(written)} files in {folder}")


COMMANDS = (import_content, export_content)
