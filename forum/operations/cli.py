"""`forum init`, `doctor`, `backup`, `restore`, `move-to`."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import ScriptInfo, with_appcontext

from forum.config import PREFIX, Config, given_settings
from forum.kernel.db import db
from forum.operations import backup as saving
from forum.operations import checks, copying, migrations, settings, setup
from forum.operations import restore as restoring
from forum.operations.errors import OperationError, full_disk_said
from forum.operations.setup import Question


@contextmanager
def _said() -> Iterator[None]:
    """A refusal is one sentence on the terminal."""
    try:
        yield
    except OperationError as error:
        raise click.ClickException(str(error)) from error


@click.command("init")
@click.option("--operator", help="Who runs the forum: name of the association or company.")
@click.option("--address", help="Its postal address; both go into the imprint.")
@click.option(
    "--imprint", type=click.Path(exists=True, path_type=Path), help="Markdown file instead."
)
@click.option("--responsible", help="Name and address, § 18 Abs. 2 MStV.")
@click.option("--base-url", help="https://forum.example.org")
@click.option("--admin-email", help="Of the first administrator.")
@click.option("--admin-name", help="Of the first administrator.")
@click.option("--smtp-url", help="smtp://user:password@host:587")
@click.option("--mail-sender", help="forum@example.org")
@click.option("--database-url", help="postgresql://… or '' for SQLite.")
@click.option("--no-test-mail", is_flag=True, help="Send none.")
@click.pass_obj
def init(
    info: ScriptInfo, /, no_test_mail: bool, imprint: Path | None, **options: str | None
) -> None:
    """Set up a forum in this folder: settings, keys, database, first administrator, test mail.

    Asks for what no option says. Run again, it keeps what stands and adds what is missing.
    """
    answers = _Answers(options, imprint)
    email = answers.to("admin_email", "E-mail address of the first administrator")
    name = answers.to("admin_name", "Name of the first administrator")
    values = setup.complete(answers.present, answers.ask, answers.imprint)
    Config.from_environ(
        values | answers.given, generate=False
    )  # a wrong answer is refused before it is written
    with _said(), full_disk_said(settings.FILE.absolute().parent):
        added = setup.write(values, answers.present)
        _be_private(Path((values | answers.given).get(f"{PREFIX}DATA") or "data"))
    file = settings.FILE.absolute()
    if answers.present:
        click.echo(f"Kept {len(answers.present)} settings and keys in {file}.")
    if added:
        click.echo(f"Wrote {added} settings and keys to {file} (mode 600).")
    with info.load_app().app_context():
        setup.migrate()
        click.echo(f"The database stands at migration {migrations.head()}.")
        _welcome(email, name)
        if not no_test_mail:
            _test_mail(email)
    click.echo("Next: `forum run`, and `forum doctor` says whether anything is missing.")


@dataclass
class _Answers:
    """What is to be said about a new forum: by file and environment, by option, or when asked."""

    options: Mapping[str, str | None]
    file: Path | None

    def __post_init__(self) -> None:
        self.present, self.given = settings.read(), given_settings()

    def to(self, option: str, text: str, default: str | None = None) -> str:
        said = self.options.get(option)
        if said is not None:
            return said
        if not sys.stdin.isatty():
            raise click.ClickException(f"--{option.replace('_', '-')} is missing: {text}.")
        return str(click.prompt(text, default=default, show_default=False)).strip()

    def ask(self, question: Question) -> str:
        given = self.given.get(f"{PREFIX}{question.name}")
        return given or self.to(question.option, question.text, question.default)

    def imprint(self) -> str:
        if self.file is not None:
            return self.file.read_text()
        operator = self.to("operator", "Name of the association or company that runs the forum")
        address = self.to("address", "Its postal address")
        return f"**{operator}**\n\n{address}\n"


def _be_private(data: Path) -> None:
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    data.chmod(0o700)


def _welcome(email: str, name: str) -> None:
    is_new, link = setup.make_administrator(email, name)
    click.echo(f"{'Made' if is_new else 'Kept'} the account {email}; it is an administrator.")
    click.echo(f"It signs in by this link, once and within 15 minutes: {link}")
    click.echo("(For another link run `forum init` again, or ask for one at /anmelden.)")


def _test_mail(email: str) -> None:
    problem = setup.test_mail(email)
    if problem is None:
        click.echo(f"A test mail is on its way to {email}.")
    else:
        click.echo(f"WARNING: the test mail to {email} was not sent: {problem}", err=True)
        click.echo("Mend FORUM_SMTP_URL and run `forum init` again.", err=True)


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Say what is wrong and how to mend it; ends with 1 when anything is."""
    wrong = 0
    for finding in checks.examine():
        wrong += finding.level == "wrong"
        click.echo(f"{finding.level:<6} {finding.about:<11} {finding.text}")
    click.echo("Nothing is wrong." if not wrong else f"{wrong} must be mended.")
    sys.exit(1 if wrong else 0)


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_appcontext
def backup(file: Path) -> None:
    """Save database, settings and keys in FILE while the forum runs. FILE holds all secrets."""
    os.nice(10)  # people who read and write come first
    with _said():
        made = saving.make(file)
    click.echo(
        f"{made.file}: {made.rows} rows, {made.size / 1e6:.1f} MB. It holds all keys; keep it safe."
    )


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Move a database aside that is there already.")
@click.pass_obj
def restore(info: ScriptInfo, file: Path, force: bool) -> None:
    """Bring FILE back into an empty data folder, or an empty PostgreSQL database.

    Settings and keys go to `.env` in this folder, unless there is one.
    """
    with _said():
        restored = restoring.restore(file, info.load_app, force=force)
    for line in restored.said:
        click.echo(line)
    click.echo(
        f"Restored the forum of {restored.made_at}. Start it: it builds the search index itself."
    )
    if restored.stopped_rounds:
        click.secho(f"WARNING: {checks.another_key(restored.stopped_rounds)}", err=True, bold=True)
        sys.exit(1)


@click.command("move-to")
@click.argument("url")
@with_appcontext
def move_to(url: str) -> None:
    """Copy everything into the empty PostgreSQL database at URL; this one stays as it is."""
    config = current_app.config["FORUM"]
    target = Config(DATABASE_URL=url).database_url
    if not target.startswith("postgresql+psycopg://"):
        raise click.ClickException(
            f"{url!r} is no address of PostgreSQL: postgresql://user@host/name"
        )
    engine = copying.engine_for(target)
    try:
        with _said(), ExitStack() as held:
            restoring.keep_still(config.DATA, held, "move")
            migrations.upgrade()
            if full := copying.occupied(engine):
                raise OperationError(
                    f"The target already holds rows ({', '.join(full[:3])}). Name an empty "
                    "database."
                )
            migrations.upgrade(engine)
            with copying.snapshot(db.engine) as source:
                rows = copying.copy(source, engine)
    except sa.exc.OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0]
        raise click.ClickException(f"The target does not answer: {reason}") from error
    finally:
        engine.dispose()
    for name, count in rows.items():
        if count:
            click.echo(f"{count:>9} {name}")
    click.echo(f"{sum(rows.values())} rows moved, counted on both sides; ledger and triggers hold.")
    click.echo(
        "Set FORUM_DATABASE_URL to the new address and start; the index is built there anew."
    )


COMMANDS = (doctor, backup, move_to)
WITHOUT_APP = (init, restore)
"""These bring the settings that an app is built from, so they run without one."""
