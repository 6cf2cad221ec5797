"""The sweep leaves a note, so that `forum doctor` can tell whether anybody does the work."""

import socket

from forum.kernel import jobs
from forum.kernel.db import unit_of_work
from forum.operations import actions

SWEEP = "sweep"


def note_sweep() -> None:
    """Note that this host has just looked for due work."""
    with unit_of_work(writing=True):
        actions.note(SWEEP, socket.gethostname())


jobs.task("note", note_sweep)
