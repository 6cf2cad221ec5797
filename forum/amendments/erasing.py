"""What becomes of the amendments of somebody who leaves, or takes a consent back."""

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from forum.amendments.dissenting import take_back
from forum.amendments.models import (
    Amendment,
    AmendmentState,
    AmendmentWording,
    Dissent,
    Motion,
)
from forum.amendments.uniting import part
from forum.kernel import clock
from forum.kernel.db import begin_writing, db
from forum.recommendations.actions import changed
from forum.recommendations.models import Subject


def erase_texts(author_id: int) -> list[int]:
    """Take back all that somebody proposed: places and others' comments stay, no text does.

    What was taken up stands in the published text, which is nobody's own. Returns the texts that
    were to be changed: whoever calls touches them last, after all other locks.
    """
    begin_writing()
    own = (
        select(Amendment.id)
        .join(Motion, Motion.id == Amendment.motion_id)
        .where(Motion.author_id == author_id)
    )
    db.session.execute(
        select(Subject.id)
        .where(Subject.id.in_(own))
        .order_by(Subject.id)
        .with_for_update(key_share=True)
    ).all()
    motions = db.session.scalars(select(Motion).where(Motion.author_id == author_id)).all()
    amendments = db.session.scalars(select(Amendment).where(Amendment.id.in_(own))).all()
    wordings = db.session.scalars(
        select(AmendmentWording).where(AmendmentWording.amendment_id.in_(own))
    ).all()
    for motion in motions:
        motion.reason = motion.reason_html = ""
        motion.submission = motion.hidden_reason = None
    for amendment in amendments:
        if amendment.state is AmendmentState.UNDER_REVIEW:
            amendment.state, amendment.state_since = AmendmentState.WITHDRAWN, clock.now()
            part(amendment)
    for wording in wordings:
        wording.heading = wording.text = wording.html = ""
        wording.pieces = {"heading": [], "text": []}
    own_dissents = db.session.scalars(
        select(Dissent)
        .where(Dissent.author_id == author_id, Dissent.withdrawn_at.is_(None))
        .options(selectinload(Dissent.signatures))
    ).all()
    for dissent in own_dissents:
        take_back(dissent)
    db.session.flush()
    if own_dissents:
        changed(*(dissent.id for dissent in own_dissents))
    if amendments:
        changed(*(amendment.id for amendment in amendments))
    about = {motion.recommendation_id for motion in motions}
    return sorted(about | {dissent.recommendation_id for dissent in own_dissents})
