"""Merging amendments of the same content: agreement goes along, and nothing else does.

What was merged stays readable, with its own votes. When the other is withdrawn, it stands for
itself again: nobody's proposal ends by somebody else's will.
"""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forum.accounts.models import User, Visitor
from forum.amendments import duplicates, letters, queries
from forum.amendments.deciding import is_waiting
from forum.amendments.events import AmendmentsMerged, AmendmentsParted
from forum.amendments.models import Amendment, AmendmentKind, AmendmentMerge, AmendmentState
from forum.amendments.policy import MERGE, Case
from forum.amendments.reading import name
from forum.amendments.writing import Refused
from forum.ballots.carrying import carry_agreement
from forum.kernel import clock
from forum.kernel.db import begin_writing, db, save
from forum.kernel.errors import Conflict
from forum.kernel.events import announce
from forum.kernel.ledger import enter
from forum.kernel.mail import post
from forum.recommendations.actions import changed, touch

MAX_MERGE_REASON = 500
NEWER = _l(
    "Inzwischen lautet einer der beiden Vorschläge anders. Sehen Sie nach, ob sie noch dasselbe "
    "wollen."
)


def merge(
    actor: User | Visitor,
    amendment_id: int,
    into_id: int,
    reason: str,
    seen: tuple[int, int] | None = None,
) -> AmendmentMerge:
    """Let one amendment go on as another, carry agreement along, and say so in public.

    `seen` are the wordings of both that whoever merges has read: a revision meanwhile is a
    Conflict.
    """
    begin_writing()
    pair = duplicates.held(sorted({amendment_id, into_id}))
    duplicate, other = pair[amendment_id], pair[into_id]
    recommendation = queries.lock_text(duplicate.recommendation_id)
    for one in (duplicate, other):
        motion = one.motion
        MERGE.require(
            actor, Case(recommendation.consultation, motion.author_id, motion.organisation_id)
        )
    assert actor.id is not None  # noqa: S101 - the rule has refused visitors
    _check_pair(duplicate, other)
    if not reason:
        raise Refused({"reason": _("Sagen Sie, warum beide dasselbe wollen. Alle lesen das.")})
    if len(reason) > MAX_MERGE_REASON:
        raise Refused({"reason": _("Kürzen Sie auf höchstens 500 Zeichen.")})
    old, new = duplicate.wordings[-1], other.wordings[-1]
    if seen is not None and seen != (old.id, new.id):
        raise Conflict(NEWER)
    now = clock.now()
    carried = carry_agreement(old.id, new.id)
    merged = save(
        AmendmentMerge(
            amendment_id=duplicate.id,
            into_id=other.id,
            wording_id=new.id,
            carried=carried,
            reason=reason,
            merged_by_id=actor.id,
            merged_at=now,
        )
    )
    duplicate.state, duplicate.state_since = AmendmentState.MERGED, now
    db.session.flush()
    enter(
        "amendment.merged",
        f"recommendation:{recommendation.slug}/amendment:{duplicate.number}",
        {
            "into": other.number,
            "wording": old.number,
            "into_wording": new.number,
            "carried": carried,
            "reason": reason,
        },
    )
    changed(duplicate.id, other.id)
    touch(recommendation.id)
    if duplicate.motion.author.erased_at is None:
        letter = letters.merged(recommendation, duplicate, other, merged)
        post(duplicate.motion.author.email, *letter)
    announce(
        AmendmentsMerged(
            amendment_id=duplicate.id, into_id=other.id, recommendation_id=recommendation.id
        )
    )
    return merged


def _check_pair(duplicate: Amendment, other: Amendment) -> None:
    """Each reason why two amendments cannot be merged, as a sentence."""
    if duplicate.id == other.id or duplicate.motion_id == other.motion_id:
        raise Conflict(
            _("Ein Vorschlag lässt sich nur mit dem eines anderen Antrags zusammenführen.")
        )
    for one in (duplicate, other):
        _check_open(one)
    if duplicates.absorbed([duplicate.id]):
        raise Conflict(
            _(
                "In %(name)s ist schon ein anderer Vorschlag eingegangen. Ketten gibt es nicht: "
                "Führen Sie umgekehrt %(other)s mit ihm zusammen.",
                name=name(duplicate.number),
                other=name(other.number),
            )
        )
    if duplicate.recommendation_id != other.recommendation_id:
        raise Conflict(_("Die Vorschläge betreffen verschiedene Empfehlungen."))
    if duplicate.kind is not other.kind:
        raise Conflict(_("Die Vorschläge wollen Verschiedenes: ändern, streichen oder einfügen."))
    if duplicate.kind is not AmendmentKind.INSERT and duplicate.paragraph_id != other.paragraph_id:
        raise Conflict(_("Die Vorschläge betreffen verschiedene Abschnitte."))


def _check_open(one: Amendment) -> None:
    if one.state is AmendmentState.MERGED:
        raise Conflict(
            _(
                "%(name)s ist schon mit einem anderen zusammengeführt. Ketten gibt es nicht: "
                "Wählen Sie den Vorschlag, in den er eingegangen ist.",
                name=name(one.number),
            )
        )
    if one.state is not AmendmentState.UNDER_REVIEW:
        raise Conflict(
            _(
                "%(name)s ist nicht mehr in Prüfung und lässt sich nicht zusammenführen.",
                name=name(one.number),
            )
        )
    if one.motion.hidden_reason is not None or not one.motion.reason:
        raise Conflict(_("%(name)s ist nicht mehr lesbar.", name=name(one.number)))
    if any(is_waiting(one, decision) for decision in one.decisions):
        raise Conflict(
            _("Zu %(name)s wartet eine Entscheidung auf die zweite Person.", name=name(one.number))
        )


def part(into: Amendment) -> list[Amendment]:
    """Let what was merged into an amendment stand for itself again, with its own votes.

    For whoever ends an amendment without a decision; the caller holds its lock, and touches.
    """
    found = duplicates.merged_into(into.id)
    now = clock.now()
    for merged, amendment in found:
        merged.dissolved_at = now
        if amendment.state is AmendmentState.MERGED:
            amendment.state, amendment.state_since = AmendmentState.UNDER_REVIEW, now
    db.session.flush()
    for _merged, amendment in found:
        changed(amendment.id)
        announce(
            AmendmentsParted(
                amendment_id=amendment.id,
                from_id=into.id,
                recommendation_id=into.recommendation_id,
            )
        )
    return [amendment for _merged, amendment in found]
