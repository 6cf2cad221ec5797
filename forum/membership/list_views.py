"""Inviting many people from a spreadsheet: a dry run, and one press."""

from flask import Response, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from forum.accounts.current import viewer
from forum.accounts.models import Role
from forum.kernel.web import page, see_other
from forum.membership import importing, sheet
from forum.membership.actions import Invalid
from forum.membership.blueprint import bp
from forum.membership.invitation_views import inviter


@bp.get("/konto/einladungen/liste")
def list_page() -> ResponseReturnValue:
    """Take a table of people to invite."""
    return _page()


def _page(
    checked: importing.Checked | None = None, list_id: int | None = None, error: str = ""
) -> str | Response:
    who, _chosen = inviter()
    return page(
        "membership/list.html",
        fragment="liste",
        is_staff=bool(who.roles & {Role.EDITOR, Role.ADMINISTRATOR}),
        checked=checked,
        list_id=list_id,
        errors={"file": error} if error else {},
    )


@bp.post("/konto/einladungen/liste")
def check_list() -> ResponseReturnValue:
    """Check a table line by line; nobody is invited yet."""
    who, _chosen = inviter()
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _page(error=_("Wählen Sie eine Datei.")), 422
    try:
        rows = sheet.rows(sent.filename, sent.stream.read(sheet.MAX_BYTES + 1))
    except Invalid as refused:
        return _page(error=str(refused.message)), 422
    checked = importing.check(who, rows)
    if checked.faults or not checked.guests:
        return _page(checked), 422
    return _page(checked, importing.keep(who, checked).id)


@bp.post("/konto/einladungen/liste/<int:list_id>/senden")
def send_list(list_id: int) -> ResponseReturnValue:
    """Invite everybody on a checked list."""
    inviter()
    number = importing.send_list(viewer(), list_id, set(request.form.getlist("create")))
    flash(
        ngettext("Eine Einladung ist unterwegs.", "%(num)s Einladungen sind unterwegs.", number),
        "message",
    )
    return see_other(url_for("membership.invitations"))
