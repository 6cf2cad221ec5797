"""The round that the pages of this request are about; read once a request."""

from flask import g

from forum.kernel.errors import Unavailable
from forum.recommendations import queries
from forum.recommendations.models import Consultation


def consultation() -> Consultation:
    """The current round. Raises Unavailable when nothing has been imported yet."""
    found: Consultation | None = g.get("consultation")
    if found is None:
        found = g.consultation = queries.current_consultation()
    if found is None:
        raise Unavailable("Noch ist keine Konsultation angelegt: python -m forum import-content")
    return found


def use(consultation: Consultation) -> None:
    """Tell the rest of this request which round it is about, when a view has loaded it already."""
    g.consultation = consultation
