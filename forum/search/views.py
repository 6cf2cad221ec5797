"""The search page."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from forum.kernel.web import page

bp = Blueprint("search", __name__)


@bp.get("/suche")
def results() -> ResponseReturnValue:
    """Find what is public."""
    return page("search/results.html", fragment="treffer")
