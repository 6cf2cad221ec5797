"""Publication by the clock."""

from forum.kernel import jobs
from forum.positions.actions import release_due

jobs.task("positions", release_due)
