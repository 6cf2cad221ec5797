"""What is new: the next new comment, „alles gelesen“, and the poll of pages that stay open."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from htmx_flask import request

from forum.accounts.current import viewer
from forum.deliberation import marking, news, replies
from forum.deliberation.policy import POST, Debate
from forum.deliberation.writing import MAX_LENGTH
from forum.kernel.web import local_path, see_other, whole
from forum.threads import polling, queries, similar
from forum.threads.blueprint import bp


@bp.get("/empfehlungen/<slug>/neues")
def next_new(slug: str) -> ResponseReturnValue:
    """Lead to the first comment that is new to whoever is signed in, or to the next one."""
    stage = queries.stage(slug, viewer())
    key = stage.recommendation.id
    after = whole(request.args.get("nach")) or 0
    number = news.next_new(stage.reader.id, key, after) if stage.reader.id else None
    if number is None:
        return redirect(f"{stage.url}?ordnung=neueste#diskussion")
    spot = replies.spot(key, number, stage.reader.id)
    return redirect(
        url_for(
            "threads.comment",
            slug=slug,
            number=spot.root_number,
            bei=spot.near,
            _anchor=f"beitrag-{number}",
        )
    )


@bp.post("/empfehlungen/<slug>/gelesen")
def mark_read(slug: str) -> ResponseReturnValue:
    """Note that whoever is signed in knows all up to the comment the form names."""
    stage = queries.stage(slug, viewer())
    marking.mark_read(viewer(), stage.recommendation, whole(request.form.get("bis")) or 0)
    if request.form.get("still"):
        return "", 204
    flash(_("Alles bis hierher gilt als gelesen."), "message")
    back = local_path(request.form.get("back", ""), stage.url)
    return see_other(back if back.startswith(stage.url) else stage.url)


@bp.get("/empfehlungen/<slug>/stand")
def arrivals(slug: str) -> ResponseReturnValue:
    """Say how many comments have come; answered here only where the short way does not know."""
    queries.stage(slug, viewer())
    return polling.nothing("0")


@bp.post("/empfehlungen/<slug>/aehnliche")
def alike(slug: str) -> ResponseReturnValue:
    """Show what says much the same as what somebody is writing. Nothing is stored."""
    stage = queries.stage(slug, viewer())
    POST.require(viewer(), Debate(stage.consultation))
    found = similar.offered(slug, request.form.get("text", "")[:MAX_LENGTH])
    return render_template("threads/similar.html", found=found)
