"""Where a reply stands among all replies of its thread: one number, given when it is written.

Three levels are shown. Each level has 21 bits of the number, filled with the rank of the reply that
opens it, so that sorting by the number is reading the tree from top to bottom, and a page of it is
one range of an index however many there are. What lies deeper stands on the third level, in the
order in which it came.
"""

LEVELS = 3
"""Levels of replies shown; a deeper one says whom it answers."""
_BITS = 21
MAX_RANK = 2**_BITS - 1
"""So many replies a thread can have."""


def place_of(parent_depth: int, parent_order: int, rank: int) -> int:
    """The number of the reply of this rank to a comment at this depth (0: the first comment)."""
    level = min(parent_depth + 1, LEVELS)
    above = _BITS * (LEVELS - level + 1)
    return (parent_order >> above << above) + (rank << above - _BITS)
