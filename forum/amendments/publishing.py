"""Publishing the version that comes of accepted amendments: one transaction, or nothing."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from forum.accounts.models import User, Visitor
from forum.amendments import queries, waiting
from forum.amendments.consolidating import Work
from forum.amendments.events import VersionMade
from forum.amendments.models import Share, VersionChange
from forum.amendments.policy import PUBLISH, Floor
from forum.amendments.settling import NewParagraph, Result, Settlement, resolve
from forum.amendments.writing import Refused
from forum.kernel import clock, html
from forum.kernel.db import begin_writing, db
from forum.kernel.errors import Conflict
from forum.kernel.events import announce
from forum.recommendations import queries as recommendations
from forum.recommendations.actions import NewText, alone, changed, publish_version, touch
from forum.recommendations.models import Version, Wording

OVERTAKEN = _l(
    "Inzwischen ist eine neue Fassung erschienen, oder über einen Vorschlag ist entschieden "
    "worden. Noch ist nichts veröffentlicht. Unten steht, was Sie geschrieben haben, neben dem, "
    "was jetzt gilt."
)
AHEAD = _l(
    "Eine neuere Fassung ist schon vorbereitet und noch nicht öffentlich. Warten Sie, bis sie "
    "erschienen ist."
)


@dataclass(frozen=True)
class Made:
    """What was published."""

    version: Version
    result: Result


def publish(
    editor: User | Visitor, recommendation_id: int, seen: str, form: Settlement, work: Work
) -> Made:
    """Publish what an editor has settled as the next version.

    `seen` and `work` are of the `waiting.desk` the screen showed: when anything was published or
    decided since, it is a Conflict and nothing has changed. Refused says what is still missing.
    """
    result = resolve(work, form)
    if result.problems:
        raise Refused(result.problems)
    rendered = [str(html.render_editorial(one.words[1])) for one in result.paragraphs]
    begin_writing()
    alone()
    recommendation = queries.lock_text(recommendation_id)
    PUBLISH.require(editor, Floor(recommendation.consultation))
    desk = waiting.desk(recommendation_id)
    if desk.is_ahead:
        raise Conflict(AHEAD)
    if desk.seen != seen:
        raise Conflict(OVERTAKEN)
    number = max(recommendations.paragraphs_of(recommendation_id), default=0)
    texts, numbers = [], {}
    for paragraph, body in zip(result.paragraphs, rendered, strict=True):
        if not paragraph.number:
            number += 1
            numbers[paragraph.amendment_id] = number
        standing = desk.wordings.get(paragraph.number)
        texts.append(_text(paragraph, paragraph.number or number, body, standing))
    places = {
        part.amendment.id: numbers.get(part.amendment.id, part.amendment.paragraph_number)
        for part in result.parts
    }
    origin = [
        {"amendment": part.amendment.number, "share": str(part.share)}
        | ({"paragraph": places[part.amendment.id]} if places[part.amendment.id] else {})
        | ({"remark": part.remark} if part.remark else {})
        for part in result.parts
    ]
    version = publish_version(
        recommendation,
        texts,
        published_at=clock.now(),
        note=form.note,
        origin={"amendments": origin, "note": form.note},
    )
    if version is None:  # resolve has refused what changes nothing
        raise Conflict(OVERTAKEN)
    known = recommendations.paragraphs_of(recommendation_id)
    for part in result.parts:
        place = places[part.amendment.id]
        is_absent = part.amendment.id not in numbers and place is None
        db.session.add(
            VersionChange(
                version_id=version.id,
                amendment_id=part.amendment.id,
                paragraph_id=None if is_absent or place is None else known[place].id,
                share=part.share,
                remark=part.remark if part.share is not Share.WHOLE else "",
            )
        )
    db.session.flush()
    if result.parts:
        changed(*(part.amendment.id for part in result.parts))
    touch(recommendation.id)
    announce(
        VersionMade(
            recommendation_id=recommendation.id,
            version_id=version.id,
            amendment_ids=tuple(part.amendment.id for part in result.parts),
        )
    )
    return Made(version, result)


def _text(paragraph: NewParagraph, number: int, body: str, standing: Wording | None) -> NewText:
    """What stays keeps its origin. Words of members are not what the sources say."""
    heading, text = paragraph.words
    is_same = standing is not None and (standing.heading, standing.text) == paragraph.words
    keeps = standing if is_same or paragraph.is_editorial else None
    return NewText(
        number=number,
        heading=heading,
        text=text,
        html=standing.html if is_same and standing else body,
        basis=keeps.basis if keeps else None,
        note=keeps.note if keeps else None,
        sources=list(standing.sources) if standing else [],
        is_editorial=paragraph.is_editorial,
    )
