"""No pages of its own: what the sign-in page of a demo shows."""

from flask import Blueprint, current_app

from forum.demo.people import PASSWORD, Person, shown

bp = Blueprint("demo", __name__)


@bp.app_template_global("demo_people")
def people() -> list[Person]:
    """Whom a demo offers to try; nobody in production."""
    return [] if current_app.config["FORUM"].is_production else shown()


@bp.app_template_global("demo_password")
def password() -> str:
    """The password all of them share."""
    return PASSWORD
