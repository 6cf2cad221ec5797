"""What follows from what. Read this file to see every side effect of an action."""

from forum.kernel.events import Reactions

REACTIONS: Reactions = {}
