"""A party's people invite and remove their own colleagues."""

from flask import Response, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.current import viewer
from forum.accounts.models import Role, User
from forum.kernel.errors import NotFound, SignInRequired
from forum.kernel.web import page, see_other
from forum.membership import inviting, queries
from forum.membership.actions import Invalid
from forum.membership.blueprint import bp


def representative() -> tuple[User, int]:
    """Whoever is signed in for a party, and which, or the Redaktion for the one it names.

    Nobody else is told of the page.
    """
    who = viewer()
    if not isinstance(who, User):
        raise SignInRequired
    if who.party_id is not None:
        return who, who.party_id
    if Role.EDITOR not in who.roles:
        raise NotFound
    return who, queries.party_called(request.args.get("partei", ""))


def _place(party_id: int) -> str:
    named = None if viewer().party_id is not None else queries.party(party_id).slug
    return url_for("membership.party", partei=named)


@bp.get("/konto/partei")
def party() -> ResponseReturnValue:
    """Show who represents one's party, and who is invited."""
    return _page()


def _page(errors: dict[str, str] | None = None) -> str | Response:
    who, party_id = representative()
    return page(
        "membership/party.html",
        fragment="partei",
        me=who,
        one_party=queries.party(party_id),
        people=queries.party_people(party_id),
        invitations=queries.open_invitations(party_id=party_id),
        errors=errors or {},
        typed=request.form,
    )


@bp.post("/konto/partei/einladen")
def invite_colleague() -> ResponseReturnValue:
    """Invite a colleague to represent one's party."""
    who, party_id = representative()
    guest = inviting.Guest(request.form.get("email", ""), request.form.get("name", ""))
    try:
        inviting.invite_to_party(who, party_id, guest)
    except Invalid as refused:
        return _page({"email": str(refused.message)}), 422
    flash(_("Die Einladung ist unterwegs."), "message")
    return see_other(_place(party_id))


@bp.post("/konto/partei/personen/<int:user_id>/entfernen")
def remove_colleague(user_id: int) -> ResponseReturnValue:
    """Take somebody out of one's party; the last one is asked whether they mean it."""
    who, party_id = representative()
    is_last = len(queries.party_people(party_id)) == 1
    if who.id == user_id and is_last and "last" not in request.form:
        return _page(
            {"last": _("Nach Ihnen vertritt niemand mehr die Partei. Bestätigen Sie das zuerst.")}
        ), 422
    inviting.remove_from_party(who, user_id)
    if who.id == user_id:
        return see_other("/")
    flash(_("Die Person vertritt die Partei nicht mehr."), "message")
    return see_other(_place(party_id))
