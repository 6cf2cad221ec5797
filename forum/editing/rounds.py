"""Beginning a round, opening it in one step."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from forum.accounts import staff
from forum.accounts.events import MembershipChanged
from forum.accounts.models import User, Visitor
from forum.content.copying import NewRound, copied, empty
from forum.content.queries import STORED
from forum.editing import actions, queries
from forum.editing.models import HOUSE, Draft
from forum.editing.policy import EDIT, IDENTITY, OPEN
from forum.kernel import clock, identity, ledger
from forum.kernel.db import begin_writing, db
from forum.kernel.errors import Conflict
from forum.kernel.events import announce
from forum.recommendations.actions import alone, make_current, touch_every_round


def begin(editor: User | Visitor, new: NewRound, *, copy: str | None, texts: bool) -> None:
    """Lay down the drafts of a round: a copy of another one, or its phases alone.

    Nothing of it is public, and no other table knows of it, until it is opened.
    """
    begin_writing()
    alone()
    EDIT.require(editor)
    if new.slug == HOUSE or any(one.slug == new.slug for one in queries.rounds()):
        raise Conflict(_("Diese Adresse gehört schon zu einer Konsultation."))
    last = {kind: read(copy) for kind, read in STORED.items()} if copy else {}
    if not last.get("consultation"):
        items: Mapping[str, Any] = {"consultation": {new.slug: _blank(new)}}
    elif texts:
        items = copied(last, new, queries.slugs())
    else:
        items = empty(last, new)
    for kind, rows in items.items():
        for key, fields in rows.items():
            db.session.add(
                Draft(
                    round_slug=new.slug, kind=kind, key=key, fields=fields, base=None,
                    edited_by_id=editor.id, edited_at=clock.now(),
                )
            )  # fmt: skip
    db.session.flush()


def _blank(new: NewRound) -> dict[str, Any]:
    return {
        "title": new.title, "short_title": new.short_title, "lead": "",
        "election_on": new.election_on.isoformat(), "positions_published_at": None,
        "party_order_reason": "", "party_selection_rule": "", "phases": [],
    }  # fmt: skip


def open_round(editor: User | Visitor, round_slug: str, *, missing: Sequence[str]) -> None:
    """Publish all of a round in one step, and show it from now on; `missing` must be empty."""
    begin_writing()
    OPEN.require(editor)
    if missing:
        raise Conflict(_("Es fehlt noch etwas; die Konsultation bleibt ein Entwurf."))
    before = queries.current_slug()
    actions.publish(editor, round_slug, opening=True)
    make_current(round_slug)
    announce(MembershipChanged(user_id=editor.id or 0))
    ledger.enter("consultation.shown", f"consultation:{round_slug}", {"instead_of": before or ""})
    staff.note("round.opened", editor.id, about=f"round:{round_slug}")


def call_it(editor: User | Visitor, name: str, tagline: str, picture: bytes, *, keep: bool) -> None:
    """Give the installation another name or sign; `keep` leaves the logo it has."""
    begin_writing()
    IDENTITY.require(editor)
    last = identity.history()
    logo = identity.keep_logo(picture) if picture else None
    if keep and not picture:
        logo = last[0].logo_hash if last else None
    row = identity.rename(name, tagline, logo)
    staff.note("identity.changed", editor.id, about=f"identity:{row.id}")
    touch_every_round()
