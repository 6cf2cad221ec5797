"""Drafts: kept while somebody writes, by script or button, and listed under their account."""

import re
from dataclasses import dataclass, replace
from typing import Any

from flask import flash, jsonify, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_time
from flask_babel import gettext as _
from htmx_flask import request

from forum.accounts.current import viewer
from forum.accounts.models import User
from forum.deliberation import drafting, replies
from forum.deliberation import queries as deliberation
from forum.deliberation.described import Described, described
from forum.deliberation.models import DraftMode
from forum.kernel import clock
from forum.kernel.errors import SignInRequired
from forum.kernel.web import MAX_KEY, page, see_other
from forum.kernel.worddiff import Op, Piece, compare, is_quick
from forum.recommendations.models import SubjectKind
from forum.threads import queries
from forum.threads.asked import CommentForm
from forum.threads.blueprint import bp
from forum.threads.pages import Stage
from forum.threads.places import address

_ID = f"<int(min=1, max={MAX_KEY}):draft_id>"


def _me() -> User:
    who = viewer()
    if not isinstance(who, User):
        raise SignInRequired(_("Melden Sie sich an, um Entwürfe zu sehen und zu speichern."))
    return who


@bp.app_template_global("difference")
def _difference(old: str, new: str) -> list[Piece]:
    """From one text to the other; as a whole where comparing them word by word would take long."""
    if is_quick(old, new):
        return compare(old, new)
    return [Piece(Op.DELETE, old), Piece(Op.INSERT, new)]


@bp.post("/empfehlungen/<slug>/entwuerfe")
def save_draft(slug: str) -> ResponseReturnValue:
    """Keep what stands in a form while somebody pauses; the script asks, nobody sees a page."""
    _me()
    stage, form = queries.stage(slug, viewer()), CommentForm.of(request.form, needs_kind=False)
    draft = drafting.keep(viewer(), stage.recommendation.id, *form.place, form.as_draft())
    if draft is None:
        return jsonify(edition=0, sentence="")
    at = format_time(draft.saved_at.astimezone(clock.BERLIN), "H:mm")
    sentence = _("Entwurf gespeichert, %(time)s Uhr.", time=at)
    told: dict[str, Any] = {"edition": draft.edition, "sentence": sentence}
    if draft.others:
        told["other"] = _("An anderer Stelle haben Sie hier etwas anderes geschrieben.")
        told["look"] = _("Unterschied ansehen")
        told["place"] = url_for("threads.drafts")
    return jsonify(told)


def on_draft(slug: str, form: CommentForm) -> ResponseReturnValue:
    """One of the form's buttons that publish nothing: keep, throw away, take the other text."""
    me, stage = _me(), queries.stage(slug, viewer())
    mode, place_id = form.place
    if form.wish == "discard":
        drafting.forget(me.id, mode, place_id, MAX_KEY)
        flash(_("Der Entwurf ist verworfen."), "message")
    elif form.wish.startswith("take-"):
        number = form.wish.removeprefix("take-")
        drafting.take(
            me.id, mode, place_id, int(number) if number.isdigit() else -1, form.as_draft()
        )
        flash(_("Sie schreiben an der anderen Fassung weiter. Beide sind gespeichert."), "message")
    else:
        drafting.keep(me, stage.recommendation.id, mode, place_id, form.as_draft())
        flash(_("Der Entwurf ist gespeichert. Nur Sie sehen ihn."), "message")
    return _back_to(stage, form, is_open=form.wish != "discard")


def _back_to(stage: Stage, form: CommentForm, *, is_open: bool) -> ResponseReturnValue:
    mode, place_id = form.place
    back = form.back_in(stage.url)
    if mode is DraftMode.NEW:
        place = _with(back, "neu=1") if is_open else back
        number = re.search(r"/abschnitte/(\d+)$", back.partition("?")[0])
        anchor = f"neuer-beitrag-{number[1]}" if number else "neuer-beitrag"
        return see_other(place, smallest=place, focus=anchor if is_open else "")
    comment = deliberation.by_id(stage.recommendation.id, place_id, stage.reader.id)
    spot = replies.spot(stage.recommendation.id, comment.number, stage.reader.id)
    own_page = url_for(
        "threads.comment",
        slug=stage.recommendation.slug,
        number=spot.root_number,
        bei=spot.near,
    )
    word = "antwort" if mode is DraftMode.REPLY else "bearbeiten"
    if mode is DraftMode.EDIT:
        back = own_page
    if not is_open:
        return see_other(back, smallest=own_page, focus=f"beitrag-{comment.number}")
    query = f"{word}={comment.number}"
    return see_other(
        _with(back, query),
        smallest=_with(own_page, query),
        focus=f"{word}-{comment.number}",
    )


def _with(url: str, query: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{query}"


@dataclass(frozen=True)
class Kept:
    """One draft in the list of one's own."""

    draft: drafting.Draft
    about: Described | None
    """None when the place is not public any more."""
    url: str


@bp.get("/konto/angefangenes")
def drafts() -> ResponseReturnValue:
    """List what one has written and not posted."""
    found = drafting.of(_me().id)
    about = described([draft.place_id for draft in found])
    rows = [Kept(draft, about.get(draft.place_id), "") for draft in found]
    return page(
        "threads/drafts.html",
        fragment="entwuerfe",
        rows=[replace(row, url=_url(row)) for row in rows],
        days=drafting.KEEP.value(),
    )


def _url(row: Kept) -> str:
    """Where one goes on writing."""
    about, mode = row.about, row.draft.mode
    if about is None:
        return ""
    thread = address(about.slug)
    if mode is DraftMode.REPLY:
        return f"{thread}/beitraege/{about.number}?antwort={about.number}#antwort-{about.number}"
    if mode is DraftMode.EDIT:
        n = about.number
        return f"{thread}/beitraege/{n}?bearbeiten={n}#bearbeiten-{n}"
    if about.kind is SubjectKind.PARAGRAPH:
        return f"{thread}/abschnitte/{about.number}?neu=1#diskussion"
    if about.kind is SubjectKind.AMENDMENT:
        return f"{thread}/aenderungen/{about.number}?neu=1#diskussion"
    if about.kind is SubjectKind.RECOMMENDATION:
        return f"{thread}?neu=1#diskussion"
    return url_for("threads.place", subject_id=about.id)


@bp.post(f"/konto/angefangenes/{_ID}/verwerfen")
def discard_draft(draft_id: int) -> ResponseReturnValue:
    """Throw one of one's drafts away."""
    drafting.discard(_me().id, draft_id)
    flash(_("Der Entwurf ist verworfen."), "message")
    return see_other(url_for("threads.drafts"))
