"""`python -m forum ballots recount`: every total can be recomputed."""

import sys

import click
from flask.cli import AppGroup

from forum.ballots import actions, recounting
from forum.ballots.recounting import Count
from forum.kernel.db import unit_of_work

ballots = AppGroup("ballots", help="Look after what is counted.")


@ballots.command("recount")
@click.option("--fix", is_flag=True, help="Make the totals say what the ballots say.")
def recount(fix: bool) -> None:
    """Compare every total with its ballots. Ends with 1 when any differs."""
    with unit_of_work():
        differences = list(recounting.recount())
    for difference in differences:
        click.echo(
            f"Object {difference.subject_id}: the tally says {_words(difference.stored)}, "
            f"its ballots {_words(difference.counted)}"
        )
        if fix:
            with unit_of_work(writing=True):
                actions.correct(difference.subject_id)
    if not differences:
        click.echo("Every total is what its ballots say.")
        return
    click.echo(f"{len(differences)} differ" + (", now corrected." if fix else "; see --fix."))
    sys.exit(1)


def _words(count: Count) -> str:
    text = f"{count.agree}/{count.neutral}/{count.against}, {count.changed} changed"
    return text if count.benches is None else f"{text}, benches {count.benches}"


COMMANDS = (ballots,)
