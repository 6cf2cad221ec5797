"""Leaving a Sondervotum: by a proposer, or by three members of one bench.

Once public it stays beneath its Abschnitt, whatever becomes of the text. One that is taken back,
or hidden, leaves its place and a sentence.
"""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forum.accounts.models import User, Visitor
from forum.amendments import dissents, queries
from forum.amendments.dissents import SIGNATURES
from forum.amendments.events import DissentPublished
from forum.amendments.models import (
    Amendment,
    AmendmentState,
    Dissent,
    DissentKind,
    DissentSignature,
)
from forum.amendments.policy import DISSENT, SIGN_DISSENT, WITHDRAW_DISSENT, Outvoted, Petition
from forum.amendments.reading import Line
from forum.amendments.writing import Refused
from forum.ballots import queries as ballots
from forum.ballots.figures import Figures
from forum.kernel import clock, html
from forum.kernel.db import begin_writing, db, save
from forum.kernel.errors import Conflict
from forum.kernel.events import announce
from forum.kernel.ledger import enter
from forum.recommendations import queries as recommendations
from forum.recommendations.actions import changed, new_subject, touch
from forum.recommendations.models import Consultation, Recommendation, SubjectKind

MAX_DISSENT = 1000
TAKEN = _l(
    "Zu diesem Vorschlag hat Ihre Bank schon ein Sondervotum, oder es wartet auf Unterschriften. "
    "Es gibt je Bank eines."
)


def write(author: User | Visitor, amendment_id: int, text: str) -> Dissent:
    """Leave a Sondervotum: public at once for a proposer, after two more signatures for a bench."""
    rendered = str(html.render(text[:MAX_DISSENT]))
    begin_writing()
    amendment = queries.held(amendment_id)
    recommendation = queries.lock_text(amendment.recommendation_id)
    case = outvoted(
        recommendation.consultation,
        author,
        amendment_id=amendment.id,
        wording_id=amendment.wordings[-1].id,
        state=amendment.state,
        author_id=amendment.motion.author_id,
    )
    DISSENT.require(author, case)
    assert isinstance(author, User) and author.id is not None  # noqa: S101, PT018 - asked
    if not text:
        raise Refused({"text": _("Schreiben Sie, warum Sie anderer Meinung sind.")})
    if len(text) > MAX_DISSENT:
        raise Refused({"text": _("Kürzen Sie das Sondervotum auf höchstens 1.000 Zeichen.")})
    bench_id = author.bench.id if author.bench else None
    if dissents.standing(amendment.id, bench_id) is not None:
        raise Conflict(TAKEN)
    consent_id = queries.standing_consent(author.id)
    assert consent_id is not None  # noqa: S101 - the rule has asked for it
    number = recommendations.next_number(SubjectKind.DISSENT, recommendation.id)
    subject = new_subject(
        SubjectKind.DISSENT,
        consultation_id=recommendation.consultation_id,
        recommendation_id=recommendation.id,
        number=number,
    )
    now = clock.now()
    dissent = save(
        Dissent(
            id=subject.id,
            amendment_id=amendment.id,
            recommendation_id=recommendation.id,
            number=number,
            paragraph_id=amendment.paragraph_id,
            kind=case.kind,
            bench_id=bench_id,
            author_id=author.id,
            consent_id=consent_id,
            source=text,
            html=rendered,
            render_version=html.RENDER_VERSION,
            written_at=now,
        )
    )
    save(
        DissentSignature(
            dissent_id=dissent.id, user_id=author.id, consent_id=consent_id, signed_at=now
        )
    )
    if case.kind is DissentKind.PROPOSER:
        _publish(recommendation, amendment, dissent)
    return dissent


def sign(member: User | Visitor, dissent_id: int) -> Dissent:
    """Put one's name beneath the Sondervotum of one's bench; the third makes it public."""
    begin_writing()
    amendment = queries.held(dissents.amendment_of(dissent_id))
    recommendation = queries.lock_text(amendment.recommendation_id)
    dissent = dissents.held(dissent_id)
    SIGN_DISSENT.require(member, _petition(dissent, recommendation.consultation))
    assert member.id is not None  # noqa: S101 - the rule has refused visitors
    consent_id = queries.standing_consent(member.id)
    assert consent_id is not None  # noqa: S101 - the rule has asked for it
    if dissent.published_at is not None or dissent.withdrawn_at is not None:
        raise Conflict(_("Dieses Sondervotum braucht keine Unterschrift mehr."))
    if any(one.user_id == member.id for one in dissent.signatures):
        return dissent
    save(
        DissentSignature(
            dissent_id=dissent.id, user_id=member.id, consent_id=consent_id, signed_at=clock.now()
        )
    )
    if len(dissent.signatures) + 1 >= SIGNATURES:
        _publish(recommendation, amendment, dissent)
    return dissent


def withdraw(member: User | Visitor, dissent_id: int) -> Dissent:
    """Take back what one wrote, or one's name beneath what somebody else wrote."""
    begin_writing()
    amendment = queries.held(dissents.amendment_of(dissent_id))
    recommendation = queries.lock_text(amendment.recommendation_id)
    dissent = dissents.held(dissent_id)
    WITHDRAW_DISSENT.require(member, _petition(dissent, recommendation.consultation))
    if dissent.withdrawn_at is not None:
        raise Conflict(_("Dieses Sondervotum ist schon zurückgezogen."))
    if dissent.author_id == member.id:
        take_back(dissent)
        if dissent.published_at is not None:
            enter("dissent.withdrawn", _about(recommendation, dissent), {"number": dissent.number})
    else:
        for one in dissent.signatures:
            if one.user_id == member.id:
                db.session.delete(one)
        db.session.flush()
    changed(dissent.id)
    touch(recommendation.id)
    return dissent


def take_back(dissent: Dissent) -> None:
    """Remove its words and names; the place stays."""
    dissent.source = dissent.html = ""
    dissent.withdrawn_at = clock.now()
    for one in dissent.signatures:
        db.session.delete(one)
    db.session.flush()


def set_hidden(dissent_id: int, public_reason: str | None) -> None:
    """Hide a Sondervotum behind a public sentence, or show it again with None.

    The moderation calls this inside its own decision, which also asks the rule.
    """
    begin_writing()
    amendment = queries.held(dissents.amendment_of(dissent_id))
    dissent = dissents.held(dissent_id)
    if dissent.withdrawn_at is not None:
        raise Conflict(_("Dieses Sondervotum ist schon zurückgezogen."))
    dissent.hidden_reason = public_reason or None
    db.session.flush()
    changed(dissent.id)
    touch(amendment.recommendation_id)


def outvoted(
    consultation: Consultation,
    who: User | Visitor,
    *,
    amendment_id: int,
    wording_id: int,
    state: AmendmentState,
    author_id: int,
) -> Outvoted:
    """Whether, and in whose name, this person may contradict what was decided."""
    bench = who.bench if isinstance(who, User) else None
    figures = ballots.figures([wording_id], consultation)[wording_id]
    return Outvoted(
        consultation,
        state,
        who.id in {author_id, *dissents.merged_authors(amendment_id)},
        next((one for one in figures.benches if bench and one.name == bench.name), None),
    )


def may_dissent(
    who: User | Visitor, consultation: Consultation, line: Line, figures: Figures
) -> bool:
    """Whether a page offers this person to leave a Sondervotum."""
    if not line.is_decided or not isinstance(who, User):
        return False
    bench = who.bench
    authors = {line.author_id}
    if line.is_merged:
        authors.update(dissents.merged_authors(line.id))
    figure = next((one for one in figures.benches if bench and one.name == bench.name), None)
    return bool(DISSENT.check(who, Outvoted(consultation, line.state, who.id in authors, figure)))


def _petition(dissent: Dissent, consultation: Consultation) -> Petition:
    signed = frozenset(one.user_id for one in dissent.signatures)
    return Petition(consultation, dissent.author_id, dissent.bench_id, signed)


def _about(recommendation: Recommendation, dissent: Dissent) -> str:
    return f"recommendation:{recommendation.slug}/dissent:{dissent.number}"


def _publish(recommendation: Recommendation, amendment: Amendment, dissent: Dissent) -> None:
    dissent.published_at = clock.now()
    db.session.flush()
    enter(
        "dissent.published",
        _about(recommendation, dissent),
        {
            "amendment": amendment.number,
            "in_the_name_of": str(dissent.kind),
            "text": dissent.source,
        },
    )
    changed(dissent.id)
    touch(recommendation.id)
    announce(
        DissentPublished(
            dissent_id=dissent.id,
            amendment_id=amendment.id,
            recommendation_id=recommendation.id,
        )
    )
