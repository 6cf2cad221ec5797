"""One Haltung in public, and where an organisation prepares what it says."""

from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.current import viewer
from forum.accounts.models import User
from forum.kernel.approval import Stale
from forum.kernel.web import MAX_KEY, page, see_other, whole
from forum.recommendations import current
from forum.stances import actions, policy, queries, words
from forum.stances.reading import Sheet, by_bench
from forum.stances.writing import MAX_TEXT, TAKEN_BACK, Content, Refused, readable

bp = Blueprint("stances", __name__)
bp.add_app_template_global(by_bench, "stances_by_bench")
bp.add_app_template_global(words.answers, "stance_answers")

_N = f"<int(min=1, max={MAX_KEY}):number>"
_SHEET = f"/empfehlungen/<slug>/abschnitte/{_N}/haltung"


@dataclass(frozen=True)
class Form:
    """A Haltung as typed: what is wrong with it is said beside it, and it is never lost."""

    answer: str = ""
    text: str = ""
    edition: int = 0

    @classmethod
    def of(cls, sheet: Sheet) -> "Form":
        """What is stored."""
        return cls(sheet.text_now.answer, sheet.text_now.text, sheet.edition)

    @classmethod
    def posted(cls) -> "Form":
        """What a browser sent."""
        sent = request.form
        edition = whole(sent.get("edition"))
        return cls(sent.get("answer", ""), sent.get("text", ""), -1 if edition is None else edition)

    def content(self) -> Content:
        """The same, normalised; Refused for what cannot be read."""
        return Content(self.answer, readable(self.text, "text"))


@bp.get(f"/empfehlungen/<slug>/haltungen/{_N}")
def stance(slug: str, number: int) -> ResponseReturnValue:
    """Show what one organisation says to one Abschnitt, and what it said before."""
    view = queries.view(slug, number)
    return page("stances/stance.html", fragment="haltung", view=view, line=view.line)


@bp.get("/konto/haltungen")
def desk() -> ResponseReturnValue:
    """Every Abschnitt of the round, and how far one's organisation has come with it."""
    person = _member()
    assert person.organisation_id is not None  # noqa: S101 - the rule has asked
    return page(
        "stances/desk.html",
        fragment="haltungen",
        organisation=person.organisation,
        texts=queries.desk(current.consultation(), person.organisation_id),
        speakers=queries.speakers(person.organisation_id),
        round=current.consultation(),
        me=person,
    )


@bp.get(_SHEET)
def sheet(slug: str, number: int) -> ResponseReturnValue:
    """One Abschnitt: what the organisation has so far, and the next step."""
    found = _sheet(_member(), slug, number)
    return _page(found, Form.of(found))


@bp.post(_SHEET)
def save_draft(slug: str, number: int) -> ResponseReturnValue:
    """Keep the draft; with the other button, ask for its approval."""
    person, form = _member(), Form.posted()
    submit = request.form.get("act") == "submit"
    try:
        actions.save_draft(person, slug, number, form.content(), form.edition, submit=submit)
    except Refused as refusal:
        return _page(_sheet(person, slug, number), form, refusal.problems), 422
    except Stale as stale:
        found = _sheet(person, slug, number)
        newer = replace(form, edition=found.edition)
        return _page(found, newer, stale=str(stale.message)), 409
    flash(
        _("Gespeichert. Die Freigabe ist angefragt.") if submit else _("Entwurf gespeichert."),
        "message",
    )
    return see_other(url_for(".sheet", slug=slug, number=number))


@bp.post(f"{_SHEET}/freigeben")
def approve(slug: str, number: int) -> ResponseReturnValue:
    """Approve a colleague's text."""
    person = _member()
    try:
        actions.approve(person, slug, number, Form.posted().edition)
    except Refused as refusal:
        found = _sheet(person, slug, number)
        return _page(found, Form.of(found), refusal.problems), 422
    except Stale as stale:
        return _changed_meanwhile(person, slug, number, stale)
    flash(_("Freigegeben und veröffentlicht."), "message")
    return see_other(url_for(".sheet", slug=slug, number=number))


@bp.post(f"{_SHEET}/zurueckgeben")
def send_back(slug: str, number: int) -> ResponseReturnValue:
    """Return a colleague's text with a remark."""
    person = _member()
    remark = request.form.get("remark", "")
    try:
        actions.send_back(person, slug, number, Form.posted().edition, remark)
    except Refused as refusal:
        found = _sheet(person, slug, number)
        return _page(found, Form.of(found), refusal.problems, remark=remark), 422
    except Stale as stale:
        return _changed_meanwhile(person, slug, number, stale, remark=remark)
    flash(_("Zurückgegeben."), "message")
    return see_other(url_for(".sheet", slug=slug, number=number))


def _member() -> User:
    """Whoever may see what an organisation prepares; others read why not, visitors sign in."""
    person = viewer()
    policy.DESK.require(person)
    assert isinstance(person, User)  # noqa: S101 - the rule has asked
    return person


def _sheet(person: User, slug: str, number: int) -> Sheet:
    assert person.organisation_id is not None  # noqa: S101 - the rule has asked
    found = queries.sheet(person.organisation_id, slug, number)
    current.use(found.consultation)
    return found


def _changed_meanwhile(
    person: User, slug: str, number: int, stale: Stale, **more: Any
) -> ResponseReturnValue:
    found = _sheet(person, slug, number)
    return _page(found, Form.of(found), notice=str(stale.message), **more), 409


def _page(
    found: Sheet,
    form: Form,
    problems: dict[str, str] | None = None,
    *,
    stale: str = "",
    notice: str = "",
    remark: str = "",
) -> str:
    person = viewer()
    return str(
        page(
            "stances/sheet.html",
            fragment="haltung",
            sheet=found,
            form=form,
            problems=problems or {},
            stale=stale,
            notice=notice,
            remark=remark,
            taken_back=TAKEN_BACK,
            limit=MAX_TEXT,
            may_write=policy.DRAFT.check(person, replace(found, takes_back=False)),
            may_take_back=policy.DRAFT.check(person, replace(found, takes_back=True)),
            may_approve=policy.APPROVE.check(person, found),
            may_return=policy.RETURN.check(person, found),
        )
    )
