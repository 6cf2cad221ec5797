"""`python -m forum policy …`, `clock …`, `worker`: looking after the mechanisms."""

from typing import Any

import click
from flask import current_app, g
from flask.cli import AppGroup, with_appcontext

from forum.kernel import clock as product_clock
from forum.kernel import jobs, locks
from forum.kernel.policy import Rule

policy = AppGroup("policy", help="Show who may do what.")


@policy.command("show")
def show() -> None:
    """Print every permission rule as a table."""
    for rule in sorted(Rule.all.values(), key=lambda rule: rule.name):
        conditions = ", ".join(c.name for c in rule.conditions) or "–"
        click.echo(f"{rule.name:<28} {', '.join(sorted(rule.roles)):<44} {conditions}")


@click.group("clock", invoke_without_command=True)
@click.pass_context
@with_appcontext
def clock(context: click.Context) -> None:
    """Show the product's clock, or set it in the demo."""
    if context.invoked_subcommand is None:
        local = product_clock.now().astimezone(product_clock.BERLIN)
        click.echo(f"{local:%Y-%m-%dT%H:%M:%S} Europe/Berlin")


@clock.command("set")
@click.argument("moment")
@with_appcontext
def set_clock(moment: str) -> None:
    """Move the demo's clock forward to MOMENT (2017-08-22T10:00, Berlin), and catch up."""
    config = current_app.config["FORUM"]
    if config.is_production:
        raise click.ClickException("The clock of production is real and cannot be set.")
    try:
        target = product_clock.parse_local(moment)
    except ValueError as error:
        raise click.ClickException(f"{moment!r} is no moment; write 2017-08-22T10:00.") from error
    if not product_clock.advance_to(target):
        raise click.ClickException(
            f"It is already {product_clock.now():%Y-%m-%d %H:%M} UTC; the clock only goes forward."
        )
    current_app.extensions["forum_jobs"].sweep()
    click.echo(f"It is now {target.astimezone(product_clock.BERLIN):%Y-%m-%dT%H:%M} Europe/Berlin.")


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Do the work after the commit: mails, index, publication."""
    data = current_app.config["FORUM"].DATA
    try:
        jobs.work(current_app.extensions["forum_jobs"], data / "worker.lock")
    except locks.Taken as error:
        raise click.ClickException(
            f"Process {error.process} does the work for {data} already, and jobs that wait in the "
            "data folder are for one. A web process works too unless started as `forum run "
            "--no-jobs`. For several workers set FORUM_JOBS=redis or FORUM_JOBS=postgresql."
        ) from error


class Migrations(click.Group):
    """`db …` of Flask-Migrate, loaded when it is asked for."""

    def invoke(self, ctx: click.Context) -> Any:
        """With the folder and arguments that the group's options would give."""
        g.directory, g.x_arg = None, ()
        return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All of them."""
        return _migrations().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One of them."""
        return _migrations().get_command(ctx, cmd_name)


def _migrations() -> click.Group:
    from flask_migrate.cli import db

    group: click.Group = db
    return group


COMMANDS = (policy, clock, worker, Migrations("db", help="Perform database migrations."))
