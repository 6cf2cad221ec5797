"""A page of the forum as visitors would see it if all drafts were published.

The drafts are stored for the length of the rendering and rolled back; what renders is the page's
own view and template, for somebody who is not signed in.
"""

from datetime import datetime

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts import staging
from forum.accounts.current import viewer
from forum.accounts.staging import Preview
from forum.content.queries import STORED
from forum.editing import actions, words
from forum.kernel import clock
from forum.kernel.errors import NotFound


def page_of(round_slug: str, kind: str, key: str) -> str:
    """The address at which visitors will find an item; asked while its drafts are staged."""
    if kind in {"recommendation", "paragraphs"}:
        return url_for("threads.recommendation", slug=key)
    if kind == "thesis" and (thesis := STORED["thesis"](round_slug).get(key)):
        return url_for("threads.thesis", slug=thesis["recommendation"], thesis_slug=key)
    places = {
        "consultation": "site.home",
        "party": "positions.parties",
        "position": "positions.matrix",
        "term": "site.glossary",
        "entry": "site.timeline",
        "rule": "site.rules",
    }
    return url_for(places.get(kind, "site.home"))


def as_visitor(round_slug: str, kind: str, key: str, moment: datetime) -> ResponseReturnValue:
    """The page of an item at `moment`. Raises `actions.Faulty` when the drafts cannot stand yet."""
    back = words.place_of(round_slug, kind, key) or url_for("editing.round_", round_slug=round_slug)
    with clock.at(moment), actions.staged(viewer(), round_slug):
        path = page_of(round_slug, kind, key)
        try:
            return staging.as_visitor(path, Preview(moment, back))
        except NotFound as absent:
            raise NotFound(
                _("Zu diesem Zeitpunkt ist die Seite noch nicht öffentlich.")
            ) from absent
