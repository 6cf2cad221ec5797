"""What is missing before a round can open."""

from dataclasses import dataclass

from flask_babel import gettext as _

from forum.editing import queries


@dataclass(frozen=True)
class Point:
    """One thing that has to be there before a round opens."""

    title: str
    is_done: bool
    sentence: str = ""
    """What is missing, and what to do."""
    url: str = ""


def of(head: queries.RoundHead) -> list[Point]:
    """The checklist of a round."""
    waiting = queries.drafts(head.slug)
    state = queries.state(head.slug, {"recommendation", "thesis", "party"})
    found = [
        Point(
            title,
            bool(state[kind]) or any(one.kind == kind for one in waiting),
            "" if state[kind] else sentence,
        )
        for kind, title, sentence in (
            ("recommendation", _("Handlungsempfehlungen"), _("Noch keine veröffentlicht.")),
            ("thesis", _("Thesen"), _("Noch keine veröffentlicht.")),
            ("party", _("Parteien"), _("Noch keine veröffentlicht.")),
        )
    ]
    found.append(
        Point(
            _("Reihenfolge der Parteien begründet"),
            bool(head.fields.get("party_order_reason")),
            "" if head.fields.get("party_order_reason") else _("Nennen Sie den Grund."),
        )
    )
    return found
