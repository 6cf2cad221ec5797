"""The page behind a link in a mail: one button, and nothing happens before it is pressed."""

from typing import Any

from flask import Response, make_response, redirect, render_template, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts import links
from forum.accounts.blueprint import bp
from forum.accounts.current import viewer
from forum.accounts.links import Opened, Over
from forum.kernel.errors import NotPermitted
from forum.kernel.web import is_from_here


@bp.record_once
def _the_secret_is_the_right(state: BlueprintSetupState) -> None:
    """Whoever opens a mail has no session of ours; the form carries the link's own secret."""
    state.app.extensions["csrf"].exempt(open_link)


@bp.route("/link/<token>", methods=["GET", "POST"])
def open_link(token: str) -> ResponseReturnValue:
    """Say what a link from a mail is for; do it when the button is pressed."""
    if request.method == "POST" and not is_from_here(request):
        raise NotPermitted(_("Öffnen Sie den Link aus der E-Mail und drücken Sie dort den Knopf."))
    try:
        opened = links.look(token)
        if request.method == "POST":
            return links.purpose(opened.purpose).act(opened)
    except Over as over:
        return _over(token, over)
    return link_page(opened)


def link_page(opened: Opened, *, status: int = 200, **context: Any) -> Response:
    """The page of a link that still holds; an act answers with it when a field is wrong."""
    purpose = links.purpose(opened.purpose)
    html = render_template(
        purpose.template,
        purpose=purpose,
        opened=opened,
        errors=context.pop("errors", {}),
        **(purpose.context(opened) | context),
    )
    return _private(make_response(html, status))


def _over(token: str, over: Over) -> Response:
    """Say why a link does nothing, and where there is another; lead on who pressed twice."""
    person = viewer()
    if person.is_authenticated and over.purpose and links.used_by(token) == person.id:
        return make_response(redirect(over.next or "/", 303))
    purpose = links.purpose(over.purpose) if over.purpose else None
    html = render_template("accounts/link_over.html", over=over, purpose=purpose)
    return _private(make_response(html, over.status))


def _private(response: Response) -> Response:
    """Keep the page with the secret out of every cache and index."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
