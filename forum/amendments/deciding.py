"""Decisions of the Redaktion on amendments: once, with a public reason, in the ledger.

Declining what three or more benches want needs a second person; until then nothing is public.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forum.accounts.models import User, Visitor
from forum.amendments import comparing, duplicates, letters, open_motions, queries
from forum.amendments.events import AmendmentDecided
from forum.amendments.models import (
    Amendment,
    AmendmentDecision,
    AmendmentKind,
    AmendmentState,
    AmendmentWording,
    Motion,
)
from forum.amendments.policy import CONFIRM, DECIDE, Case
from forum.amendments.writing import MAX_HEADING, MAX_REASON, MAX_TEXT, TOO_LONG, Refused
from forum.ballots import queries as ballots
from forum.kernel import clock, html
from forum.kernel.db import begin_writing, db, save
from forum.kernel.errors import Conflict
from forum.kernel.events import announce
from forum.kernel.ledger import enter
from forum.kernel.mail import post
from forum.recommendations.actions import changed, touch
from forum.recommendations.models import Consultation, Recommendation

OUTCOMES = (AmendmentState.ACCEPTED, AmendmentState.PARTLY, AmendmentState.DECLINED)
"""What can be decided."""
MANY_BENCHES = 3
"""From so many benches with a majority on, declining needs a second person."""
DECIDED = _l("Inzwischen ist darüber entschieden, oder der Vorschlag lautet anders.")


@dataclass(frozen=True)
class NewDecision:
    """What somebody of the Redaktion wants to decide on one amendment."""

    outcome: AmendmentState | None
    reason: str
    heading: str = ""
    text: str = ""

    @property
    def final(self) -> tuple[str, str] | None:
        """The words that enter the text, where it is taken up in part."""
        return (self.heading, self.text) if self.outcome is AmendmentState.PARTLY else None


def check(decisions: Mapping[int, NewDecision], strikes: frozenset[int]) -> dict[str, str]:
    """A sentence for each field that needs one; fields carry the key of their amendment."""
    problems: dict[str, str] = {}
    for key, one in decisions.items():
        if one.outcome not in OUTCOMES:
            problems[f"outcome-{key}"] = _("Wählen Sie, was daraus wird.")
        if not one.reason:
            problems[f"reason-{key}"] = _("Begründen Sie die Entscheidung. Alle lesen das.")
        elif len(one.reason) > MAX_REASON:
            problems[f"reason-{key}"] = _("Kürzen Sie auf höchstens 5.000 Zeichen.")
        if one.final is None:
            continue
        if not one.heading or len(one.heading) > MAX_HEADING:
            problems[f"heading-{key}"] = _("Geben Sie eine Überschrift an, höchstens 200 Zeichen.")
        if not one.text:
            problems[f"text-{key}"] = (
                _("Schreiben Sie, wie der Abschnitt statt der Streichung lauten soll.")
                if key in strikes
                else _("Schreiben Sie, welche Worte in den Text kommen.")
            )
        elif len(one.text) > MAX_TEXT:
            problems[f"text-{key}"] = str(TOO_LONG)
    return problems


def decide(
    editor: User | Visitor,
    motion_id: int,
    wordings: Mapping[int, int],
    decisions: Mapping[int, NewDecision],
) -> list[AmendmentDecision]:
    """Decide on all that is open in a motion, together.

    `wordings` are the wordings the editor has read, by amendment: a revision that came meanwhile,
    or a decision, is a Conflict.
    """
    reasons = {key: str(html.render(one.reason[:MAX_REASON])) for key, one in decisions.items()}
    begin_writing()
    motion, recommendation = open_motions.motion_to_decide(motion_id)
    DECIDE.require(editor, case_of(motion, recommendation.consultation))
    assert editor.id is not None  # noqa: S101 - the rule has refused visitors
    open_ones = [one for one in motion.amendments if is_to_decide(one)]
    newest = {one.id: one.wordings[-1] for one in open_ones}
    if not open_ones or {key: one.id for key, one in newest.items()} != dict(wordings):
        raise Conflict(DECIDED)
    strikes = frozenset(one.id for one in open_ones if one.kind is AmendmentKind.STRIKE)
    if problems := check(decisions, strikes):
        raise Refused(problems)
    figures = ballots.uncovered(
        [one.id for one in newest.values()], recommendation.consultation.entitled
    )
    made = []
    for amendment in open_ones:
        wording, new = newest[amendment.id], decisions[amendment.id]
        assert new.outcome is not None  # noqa: S101 - check has refused it
        needs_second = (
            new.outcome is AmendmentState.DECLINED and figures[wording.id].majority >= MANY_BENCHES
        )
        decision = save(
            AmendmentDecision(
                amendment_id=amendment.id,
                wording_id=wording.id,
                outcome=new.outcome,
                reason=new.reason,
                reason_html=reasons[amendment.id],
                final_heading=new.heading if new.final else None,
                final_text=new.text if new.final else None,
                pieces=_pieces(wording, new),
                decided_by_id=editor.id,
                decided_at=clock.now(),
                needs_second=needs_second,
            )
        )
        if not needs_second:
            _take_effect(recommendation, motion, amendment, decision)
        made.append(decision)
    touch(recommendation.id)
    return made


def second(editor: User | Visitor, decision_id: int, *, agrees: bool) -> AmendmentDecision:
    """Agree to a refusal against a majority, or not: then the amendment is open again."""
    begin_writing()
    decision = open_motions.waiting_decision(decision_id)
    motion, recommendation = open_motions.motion_to_decide(
        queries.motion_of(decision.amendment_id).id
    )
    case = case_of(motion, recommendation.consultation, decision.decided_by_id)
    CONFIRM.require(editor, case)
    db.session.refresh(decision)
    amendment = next(one for one in motion.amendments if one.id == decision.amendment_id)
    if not is_waiting(amendment, decision):
        raise Conflict(DECIDED)
    decision.confirmed_by_id = editor.id
    if agrees:
        _take_effect(recommendation, motion, amendment, decision)
    else:
        decision.refused_at = clock.now()
    db.session.flush()
    touch(recommendation.id)
    return decision


def is_waiting(amendment: Amendment, decision: AmendmentDecision) -> bool:
    """Whether a second person still has to say something about this decision."""
    return (
        amendment.state is AmendmentState.UNDER_REVIEW
        and decision.effective_at is None
        and decision.refused_at is None
        and decision.wording_id == amendment.wordings[-1].id
    )


def is_to_decide(amendment: Amendment) -> bool:
    """Whether nobody has decided on its newest wording."""
    return amendment.state is AmendmentState.UNDER_REVIEW and not any(
        is_waiting(amendment, decision) for decision in amendment.decisions
    )


def case_of(motion: Motion, consultation: Consultation, decided_by_id: int | None = None) -> Case:
    """A motion as the rules see it."""
    return Case(consultation, motion.author_id, motion.organisation_id, decided_by_id)


def _pieces(wording: AmendmentWording, new: NewDecision) -> dict[str, list[list[str]]] | None:
    if new.final is None:
        return None
    base = wording.base_wording
    before = (base.heading, base.text) if base else ("", "")
    [found] = comparing.at_once([(before, new.final)])
    return found.stored() if found else None


def _take_effect(
    recommendation: Recommendation,
    motion: Motion,
    amendment: Amendment,
    decision: AmendmentDecision,
) -> None:
    """Make it public: the state, the ledger, and a letter to whoever proposed it."""
    now = clock.now()
    decision.effective_at = now
    amendment.state, amendment.state_since = decision.outcome, now
    db.session.flush()
    wording = next(one for one in amendment.wordings if one.id == decision.wording_id)
    enter(
        "amendment.decided",
        f"recommendation:{recommendation.slug}/amendment:{amendment.number}",
        {
            "kind": str(amendment.kind),
            "wording": wording.number,
            "outcome": str(decision.outcome),
            "reason": decision.reason,
            "four_eyes": "yes" if decision.needs_second else "no",
            "heading": decision.final_heading or wording.heading,
            "text": decision.final_text or wording.text,
        },
    )
    changed(amendment.id)
    if motion.author.erased_at is None:
        post(motion.author.email, *letters.decided(recommendation, amendment, decision))
    for merged, author in duplicates.merged_with_authors(amendment.id):
        letter = letters.decided(recommendation, amendment, decision, merged=merged)
        post(author.email, *letter)
    announce(
        AmendmentDecided(
            amendment_id=amendment.id,
            decision_id=decision.id,
            recommendation_id=recommendation.id,
            outcome=str(decision.outcome),
        )
    )
