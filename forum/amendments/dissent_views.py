"""Pages to leave, sign and take back a Sondervotum."""

from flask import Response, flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from htmx_flask import request

from forum.accounts.current import viewer
from forum.accounts.models import User
from forum.amendments import dissenting, dissents, shown, writing
from forum.amendments.blueprint import bp
from forum.amendments.dissents import DissentView
from forum.amendments.models import DissentKind
from forum.amendments.policy import DISSENT, SIGN_DISSENT, Petition
from forum.amendments.reading import AmendmentView
from forum.kernel.errors import Conflict, NotPermitted, SignInRequired
from forum.kernel.web import MAX_KEY, page, see_other
from forum.recommendations import current
from forum.recommendations import queries as recommendations
from forum.recommendations.models import Recommendation

_N = f"<int(min=1, max={MAX_KEY}):number>"
_ID = f"<int(min=1, max={MAX_KEY}):dissent_id>"


@bp.route(f"/empfehlungen/<slug>/aenderungen/{_N}/sondervotum", methods=["GET", "POST"])
def dissent(slug: str, number: int) -> ResponseReturnValue:
    """Write a Sondervotum, or read the one of one's bench that waits for signatures."""
    recommendation = recommendations.published(slug)
    current.use(recommendation.consultation)
    clauses = recommendations.clauses([recommendation.id]).get(recommendation.id, [])
    found = shown.view(recommendation.id, number, clauses)
    me = viewer()
    if not isinstance(me, User):
        raise SignInRequired(_("Melden Sie sich an, um ein Sondervotum zu hinterlassen."))
    if request.method == "GET":
        return _sheet(recommendation, found, me)
    try:
        text = writing.readable(request.form.get("text", ""))
    except ValueError:
        errors = {"text": _("Darin stehen Zeichen, die wir nicht lesen können.")}
        return _sheet(recommendation, found, me, "", errors), 422
    try:
        made = dissenting.write(me, found.line.id, text)
    except writing.Refused as refused:
        return _sheet(recommendation, found, me, text, refused.problems), 422
    except Conflict as conflict:
        return _sheet(recommendation, found, me, text, conflict=str(conflict.message)), 409
    flash(
        _("Ihr Sondervotum steht unter dem Abschnitt.")
        if made.kind is DissentKind.PROPOSER
        else _("Gespeichert. Öffentlich wird es mit der dritten Unterschrift aus Ihrer Bank."),
        "message",
    )
    place = "threads.amendment" if made.published_at else "amendments.dissent"
    return see_other(url_for(place, slug=slug, number=number))


def _sheet(
    recommendation: Recommendation,
    found: AmendmentView,
    me: User,
    text: str = "",
    errors: dict[str, str] | None = None,
    conflict: str = "",
) -> str | Response:
    bench_id = me.bench.id if me.bench else None
    known = dissents.of_amendment(found.line.id, bench_id)
    own = next((one for one in known if _is_own(one, me, bench_id)), None)
    line = found.line
    case = dissenting.outvoted(
        recommendation.consultation,
        me,
        amendment_id=line.id,
        wording_id=line.wording_id,
        state=line.state,
        author_id=line.author_id,
    )
    may_write = DISSENT.check(me, case)
    if own is None and not may_write:
        raise NotPermitted(may_write.reason)
    may_sign = own is not None and SIGN_DISSENT.check(
        me,
        Petition(
            recommendation.consultation,
            own.author_id,
            own.bench_id,
            frozenset(key for key, _name in own.signed),
        ),
    )
    return page(
        "amendments/dissent.html",
        fragment="sondervotum",
        recommendation=recommendation,
        line=line,
        own=own,
        kind=case.kind,
        bench=me.bench,
        may_sign=may_sign,
        me=me,
        text=text,
        errors=errors or {},
        conflict=conflict,
    )


def _is_own(one: DissentView, me: User, bench_id: int | None) -> bool:
    if one.withdrawn_at is not None:
        return False
    return one.author_id == me.id or (bench_id is not None and one.bench_id == bench_id)


@bp.post(f"/sondervoten/{_ID}/unterschreiben")
def sign_dissent(dissent_id: int) -> ResponseReturnValue:
    """Put one's name beneath the Sondervotum of one's bench."""
    if not isinstance(viewer(), User):
        raise SignInRequired(_("Melden Sie sich an, um ein Sondervotum zu unterschreiben."))
    made = dissenting.sign(viewer(), dissent_id)
    missing = dissents.SIGNATURES - dissents.signature_count(made.id)
    flash(
        _("Unterschrieben. Das Sondervotum ist jetzt öffentlich.")
        if made.published_at
        else ngettext(
            "Unterschrieben. Es fehlt noch eine Unterschrift.",
            "Unterschrieben. Es fehlen noch %(num)s Unterschriften.",
            missing,
        ),
        "message",
    )
    return see_other(dissents.place_of(dissent_id))


@bp.post(f"/sondervoten/{_ID}/zuruecknehmen")
def withdraw_dissent(dissent_id: int) -> ResponseReturnValue:
    """Take back a Sondervotum, or one's name beneath it."""
    if not isinstance(viewer(), User):
        raise SignInRequired(_("Melden Sie sich an, um ein Sondervotum zurückzunehmen."))
    made = dissenting.withdraw(viewer(), dissent_id)
    flash(
        _("Das Sondervotum ist zurückgezogen.")
        if made.withdrawn_at
        else _("Ihr Name steht nicht mehr unter dem Sondervotum."),
        "message",
    )
    return see_other(dissents.place_of(dissent_id))
