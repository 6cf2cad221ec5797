"""Who drafts, submits, returns and approves summaries, and which versions are public."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, select

from forum.accounts.models import Role
from forum.ballots.policy import Votable, ask_also
from forum.kernel import clock
from forum.kernel.policy import Rule, asks_everyone, condition
from forum.recommendations.models import Act, Consultation, Subject, SubjectKind
from forum.recommendations.policy import phase_opens
from forum.summaries.models import SummaryState, SummaryVersion


def public(now: datetime) -> ColumnElement[bool]:
    """Versions that anybody may read: approved, and not told before their date."""
    return and_(SummaryVersion.state == SummaryState.APPROVED, SummaryVersion.approved_at <= now)


@dataclass(frozen=True)
class Draft:
    """A version as the rules see it."""

    consultation: Consultation
    state: SummaryState | None = None
    """None where no version is being written."""
    author_id: int | None = None
    statements: int = 0
    without_citation: int = 0
    withdrawn: int = 0
    """Cited things that are no longer public."""


@condition(_l("Dieser Entwurf liegt zur Freigabe vor. Geben Sie ihn zurück, um ihn zu ändern."))
def is_draft(_actor: Any, draft: Draft) -> bool:
    """Being written."""
    return draft.state in {None, SummaryState.DRAFT}


@condition(_l("Für diese Zusammenfassung ist keine Freigabe angefragt."))
def is_submitted(_actor: Any, draft: Draft) -> bool:
    """Waiting for a second moderator."""
    return draft.state is SummaryState.SUBMITTED


@condition(
    _l("Sie haben diesen Entwurf zuletzt bearbeitet. Freigeben kann ihn nur eine zweite Person.")
)
def is_second_person(actor: Any, draft: Draft) -> bool:
    """Another moderator than the one who wrote it."""
    return draft.author_id is not None and bool(draft.author_id != actor.id)


@condition(_l("Jede Aussage braucht mindestens einen Beleg, und eine Aussage muss es geben."))
def every_statement_cites(_actor: Any, draft: Draft) -> bool:
    """There are statements, and each leads back to something said."""
    return draft.statements > 0 and draft.without_citation == 0


@condition(_l("Ein Beleg ist inzwischen nicht mehr öffentlich. Geben Sie den Entwurf zurück."))
def citations_are_public(_actor: Any, draft: Draft) -> bool:
    """Nothing cited was hidden or deleted since."""
    return draft.withdrawn == 0


DESK = Rule("summary.desk", [Role.MODERATOR])
DRAFT = Rule("summary.draft", [Role.MODERATOR], phase_opens(Act.DRAFT_SUMMARY), is_draft)
SUBMIT = Rule(
    "summary.submit",
    [Role.MODERATOR],
    phase_opens(Act.DRAFT_SUMMARY),
    is_draft,
    every_statement_cites,
    citations_are_public,
)
RETURN = Rule("summary.return", [Role.MODERATOR], is_submitted)
APPROVE = Rule(
    "summary.approve",
    [Role.MODERATOR],
    phase_opens(Act.APPROVE_SUMMARY),
    is_submitted,
    is_second_person,
    every_statement_cites,
    citations_are_public,
)


@condition(_l("Darüber wird nicht abgestimmt."))
@asks_everyone
def is_published(_voter: Any, subject: Votable) -> bool:
    """Only a published summary can be fair or not."""
    return subject.facts.get("summary_version") is not None


ask_also(
    SubjectKind.SUMMARY,
    is_published,
    summary_version=select(SummaryVersion.id)
    .where(
        SummaryVersion.summary_id == Subject.id,
        SummaryVersion.state == SummaryState.APPROVED,
    )
    .limit(1)
    .correlate(Subject)
    .scalar_subquery(),
)


def votable(consultation: Consultation, version_id: int) -> Votable:
    """A published summary as the rule of its ballots sees it."""
    return Votable(SubjectKind.SUMMARY, consultation, facts={"summary_version": version_id})


def approval_ahead(consultation: Consultation) -> datetime | None:
    """When summaries can be approved, if that is still ahead."""
    now = clock.now()
    ahead = [
        phase.starts_at
        for phase in consultation.phases
        if Act.APPROVE_SUMMARY in phase.acts and phase.starts_at > now
    ]
    return min(ahead, default=None)
