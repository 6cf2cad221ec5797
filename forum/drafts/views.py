"""One's drafts and those that colleagues show: lists, the page of one, and what is done to it."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from htmx_flask import request

from forum.accounts.bylines import byline_of
from forum.accounts.current import viewer
from forum.accounts.models import Appearance, User
from forum.amendments import comparing
from forum.amendments.comparing import Change
from forum.amendments.forms import MotionForm
from forum.drafts import actions, policy, queries
from forum.drafts.models import DraftKind
from forum.drafts.queries import DraftView
from forum.drafts.writing import CommentDraft, Content, MotionDraft, Refused, readable
from forum.kernel.web import MAX_KEY, page, see_other, whole
from forum.recommendations import current
from forum.recommendations import queries as recommendations

bp = Blueprint("drafts", __name__)

_ID = f"<int(min=1, max={MAX_KEY}):draft_id>"
_DRAFT = f"/konto/entwuerfe/{_ID}"


@bp.get("/konto/entwuerfe")
def index() -> ResponseReturnValue:
    """List one's own drafts and those that colleagues show."""
    who = _member()
    shown, older = queries.colleagues(who, whole(request.args.get("vor")))
    return page(
        "drafts/index.html",
        fragment="entwuerfe",
        own=queries.own(who),
        colleagues=shown,
        older=older,
        has_colleagues=who.organisation_id is not None and who.member_since is not None,
    )


@bp.get(_DRAFT)
def draft(draft_id: int) -> ResponseReturnValue:
    """Show a draft: to its author as a form, to colleagues as a text; with what was remarked."""
    return _page(queries.draft(_member(), draft_id))


# Keeping ---


@bp.post("/empfehlungen/<slug>/beitraege/entwurf")
def save_comment(slug: str) -> ResponseReturnValue:
    """Keep a contribution that is being written, from its own form."""
    recommendation = recommendations.published(slug)
    content = _comment()
    return _kept(recommendation.id, content)


@bp.post("/empfehlungen/<slug>/aenderungen/neu/entwurf")
def save_motion(slug: str) -> ResponseReturnValue:
    """Keep a motion that is being written, from its own form."""
    recommendation = recommendations.published(slug)
    return _kept(recommendation.id, _motion(MotionForm.of(request.form)))


def _kept(recommendation_id: int, content: Content) -> ResponseReturnValue:
    who = _member()
    try:
        draft_id = actions.keep(who, recommendation_id, content, request.form.get("submission", ""))
    except actions.Stale as stale:
        return _stale(who, stale, content), 409
    flash(_("Entwurf gespeichert. Nur Sie lesen ihn, bis Sie ihn zeigen."), "message")
    next_page = ".show" if request.form.get("do") == "show" else ".draft"
    return see_other(url_for(next_page, draft_id=draft_id))


@bp.post(_DRAFT)
def save(draft_id: int) -> ResponseReturnValue:
    """Keep what its author has changed; the buttons for more changes only show the form again."""
    who = _member()
    view = queries.draft(who, draft_id)
    policy.WRITE.require(who, view.paper)
    if view.kind is DraftKind.COMMENT:
        content: Content = _comment()
    else:
        form = MotionForm.of(request.form)
        clauses = recommendations.clauses([view.recommendation_id])[view.recommendation_id]
        pressed = form.press(request.form, {clause.number: clause for clause in clauses})
        if pressed:
            return _page(view, form=form, edition=whole(request.form.get("edition")))
        content = _motion(form)
    edition = whole(request.form.get("edition"))
    try:
        actions.keep(who, view.recommendation_id, content, view.submission, edition)
    except Refused as refused:
        return _page(view, content=content, errors=refused.problems), 422
    except actions.Stale as stale:
        return _stale(who, stale, content), 409
    flash(_("Entwurf gespeichert."), "message")
    return see_other(url_for(".draft", draft_id=draft_id))


def _comment() -> CommentDraft:
    sent = request.form
    return CommentDraft(
        about=whole(sent.get("about")) or 0,
        parent=whole(sent.get("parent")),
        kind=sent.get("kind", "")[:20],
        text=readable(sent.get("text", ""), "text"),
    )


def _motion(form: MotionForm) -> MotionDraft:
    if form.errors:
        raise Refused(form.errors)
    return MotionDraft(form.version, tuple(form.changes), form.reason, form.aus)


def _stale(who: User, stale: actions.Stale, typed: Content) -> str | Response:
    """Both texts: what is kept, with the differences, and what was typed, in the form."""
    view = queries.draft(who, stale.draft_id)
    return _page(view, content=typed, differences=_differences(view.content, typed))


def _differences(kept: Content, typed: Content) -> list[tuple[str, Change | None, str]]:
    """What reads otherwise, part by part: its name, the way from kept to typed, what is kept."""
    before, after = kept.parts(), typed.parts()
    found = []
    for index in range(max(len(before), len(after))):
        name, old = before[index] if index < len(before) else (after[index][0], "")
        _name, new = after[index] if index < len(after) else ("", "")
        if old != new:
            found.append((name, old, new))
    changes = comparing.at_once([(("", old), ("", new)) for _name, old, new in found])
    return [(name, change, old) for (name, old, _new), change in zip(found, changes, strict=True)]


# Showing ---


@bp.route(f"{_DRAFT}/zeigen", methods=["GET", "POST"])
def show(draft_id: int) -> ResponseReturnValue:
    """Show it to colleagues, after saying who will see whom."""
    who = _member()
    view = queries.draft(who, draft_id)
    policy.SHOW.require(who, view.paper)
    if request.method == "GET":
        return _asking(who, view)
    try:
        actions.show(who, draft_id, seen_by_name=request.form.get("seen") == "1")
    except actions.NeedsConfirming:
        return _asking(who, view), 409
    flash(_("Ihre Kolleginnen und Kollegen lesen den Entwurf jetzt."), "message")
    return see_other(url_for(".draft", draft_id=draft_id))


def _asking(who: User, view: DraftView) -> str | Response:
    return page(
        "drafts/show.html",
        fragment="zeigen",
        view=view,
        people=queries.people(who),
        organisation=who.organisation,
        byline=str(byline_of(who)),
        is_otherwise=who.appearance is not Appearance.NAME_ORGANISATION,
        me=who,
    )


@bp.post(f"{_DRAFT}/verbergen")
def hide(draft_id: int) -> ResponseReturnValue:
    """Show it to nobody any more."""
    actions.hide(_member(), draft_id)
    flash(_("Nur Sie lesen den Entwurf jetzt."), "message")
    return see_other(url_for(".draft", draft_id=draft_id))


@bp.post(f"{_DRAFT}/loeschen")
def drop(draft_id: int) -> ResponseReturnValue:
    """Delete a draft."""
    actions.drop(_member(), draft_id)
    flash(_("Der Entwurf ist gelöscht."), "message")
    return see_other(url_for(".index"))


@bp.post(f"{_DRAFT}/bemerkungen")
def remark(draft_id: int) -> ResponseReturnValue:
    """Remark on a draft that one is shown."""
    who = _member()
    view = queries.draft(who, draft_id)
    text = request.form.get("remark", "")
    try:
        actions.remark(who, draft_id, text, whole(request.form.get("edition")) or 0)
    except Refused as refused:
        return _page(view, errors=refused.problems, remark=text), 422
    flash(_("Ihre Bemerkung steht beim Entwurf."), "message")
    return see_other(url_for(".draft", draft_id=draft_id), focus="bemerkungen")


@bp.post(f"{_DRAFT}/bemerkungen/<int(min=1, max={MAX_KEY}):remark_id>/loeschen")
def take_back(draft_id: int, remark_id: int) -> ResponseReturnValue:
    """Remove one's own remark."""
    actions.take_back(_member(), draft_id, remark_id)
    flash(_("Ihre Bemerkung ist gelöscht."), "message")
    return see_other(url_for(".draft", draft_id=draft_id), focus="bemerkungen")


def _member() -> User:
    """Whoever may have drafts; others read why not, visitors sign in."""
    who = viewer()
    policy.READ.require(who)
    assert isinstance(who, User)  # noqa: S101 - the rule has asked
    return who


def _page(
    view: DraftView,
    *,
    content: Content | None = None,
    form: MotionForm | None = None,
    edition: int | None = None,
    errors: dict[str, str] | None = None,
    differences: Sequence[tuple[str, Change | None, str]] = (),
    remark: str = "",
) -> str | Response:
    who = viewer()
    content = content or view.content
    found = errors or {}
    context: dict[str, Any] = {}
    clauses = []
    if isinstance(content, MotionDraft):
        recommendation = recommendations.published(view.slug)
        current.use(recommendation.consultation)
        clauses = recommendations.clauses([recommendation.id]).get(recommendation.id, [])
        if form is None:
            form = MotionForm(
                version=content.version,
                submission=view.submission,
                reason=content.reason,
                aus=content.aus,
                changes=list(content.changes),
            )
        form.submission = view.submission
        found = form.errors | found
    return page(
        "drafts/draft.html",
        fragment="entwurf",
        view=view,
        content=content,
        form=form,
        clauses=clauses,
        by_number={clause.number: clause for clause in clauses},
        e=found,
        at="",
        origins=[],
        edition=edition or view.edition,
        differences=differences,
        remark=remark,
        is_own=view.user_id == who.id,
        me=who,
        byline=str(byline_of(who)) if isinstance(who, User) else "",
        may_show=policy.SHOW.check(who, view.paper),
        may_write=policy.WRITE.check(who, view.paper),
        may_remark=policy.REMARK.check(who, view.paper),
        **context,
    )
