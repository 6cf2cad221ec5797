"""Things on their own: where each stands, and the vote on it."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from forum.amendments.models import Amendment, AmendmentWording
from forum.ballots import queries as ballots
from forum.ballots.policy import ACTS, Votable, may_vote
from forum.deliberation.described import described
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.positions.models import Party, Position, Thesis
from forum.recommendations import current
from forum.recommendations import queries as recommendations
from forum.recommendations.models import (
    Consultation,
    Paragraph,
    Subject,
    SubjectKind,
    Wording,
)
from forum.threads.pages import BallotPlace
from forum.threads.places import address, standing


def place_of(subject_id: int) -> str:
    """The address where a subject stands; 404 for what is not public."""
    found = described([subject_id]).get(subject_id)
    if found is None:
        raise NotFound
    number, thesis_slug, party_slug = db.session.execute(
        select(
            func.coalesce(Paragraph.number, Amendment.number, Subject.number),
            Thesis.slug,
            Party.slug,
        )
        .select_from(Subject)
        .outerjoin(Wording, Wording.id == Subject.id)
        .outerjoin(Paragraph, Paragraph.id == Wording.paragraph_id)
        .outerjoin(AmendmentWording, AmendmentWording.id == Subject.id)
        .outerjoin(Amendment, Amendment.id == AmendmentWording.amendment_id)
        .outerjoin(Position, Position.id == Subject.id)
        .outerjoin(Party, Party.id == Position.party_id)
        .outerjoin(Thesis, or_(Thesis.id == Subject.id, Thesis.id == Position.thesis_id))
        .where(Subject.id == subject_id)
    ).one()
    if found.kind in {SubjectKind.PARAGRAPH, SubjectKind.WORDING}:
        key = found.recommendation_id
        if all(one.number != number for one in recommendations.clauses([key]).get(key, [])):
            return f"{address(found.slug)}/abschnitte/{number}"  # struck: it has a page still
    return standing(
        found.kind, found.slug, number, thesis=thesis_slug or "", party=party_slug or ""
    )


def ballot(subject_id: int, viewer: Any) -> BallotPlace:
    """The vote on one object; 404 for what nobody may know of or vote on."""
    found = described([subject_id]).get(subject_id)
    if found is None or found.kind not in ACTS:
        raise NotFound
    row = (
        db.session.execute(
            select(Subject, Consultation)
            .join(Consultation, Consultation.id == Subject.consultation_id)
            .where(Subject.id == subject_id)
            .options(joinedload(Consultation.phases))
        )
        .unique()
        .one()
    )
    subject, consultation = row
    current.use(consultation)
    stands = found.kind is not SubjectKind.WORDING or found.ballot_id == subject_id
    facts = {
        "visibility": found.state,
        "author_id": found.author_id,
        "open_amendment": found.id if found.is_open else None,
    }
    is_wording = found.kind is SubjectKind.WORDING
    since = ballots.public_since([subject_id]).get(subject_id) if is_wording else None
    votable = Votable(subject.kind, consultation, stands, facts, since)
    figures, own = ballots.figures_and_own(viewer, consultation, [subject_id])
    return BallotPlace(
        subject,
        consultation,
        figures[subject_id],
        own.get(subject_id),
        may_vote(viewer, votable),
        legend_of(found.kind, found.label),
    )


def legend_of(kind: SubjectKind, label: str) -> str:
    """The name of a vote, the same on every page."""
    if kind is SubjectKind.COMMENT:
        return _("%(label)s bewerten", label=label)
    return _("Ihre Stimme zu %(label)s", label=label)
