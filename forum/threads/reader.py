"""What the person who looks at a thread may do in it: decided once for the whole page."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from forum.accounts.bylines import Byline, byline_of
from forum.accounts.models import Role, User
from forum.amendments.policy import FILE, Floor
from forum.ballots.policy import Votable, may_vote
from forum.deliberation import speaking
from forum.deliberation.models import Visibility, Voice
from forum.deliberation.policy import POST, Debate, ratable
from forum.kernel.policy import Decision
from forum.membership.policy import INVITE, Belonging
from forum.recommendations.models import Act, Consultation, SubjectKind
from forum.recommendations.policy import is_open, windows
from forum.recommendations.queries import Clause
from forum.stances.policy import DESK as STATE


@dataclass(frozen=True, slots=True)
class Reader:
    """Decisions that hold for every object of a kind on the page."""

    id: int | None
    is_signed_in: bool
    post: Decision
    rate: Decision
    vote_wording: Decision
    vote_result: Decision
    """On wordings of versions made since the vote on results began."""
    results_since: datetime | None
    """When it began; None while the whole text is up for a vote, or no such vote is foreseen."""
    vote_thesis: Decision
    comments_are_open: bool
    may_state: bool
    """Prepares with others what their organisation says."""
    may_amend: bool
    """May propose changes to the text, or could after signing in."""
    voice: Voice
    """For whom they write: whoever answers for a party or the Redaktion writes nothing else."""
    is_waiting: bool
    """A member whom nobody has confirmed yet: writes what others see later, and votes then."""
    may_invite: bool
    """Contacts and the Redaktion invite people right to a passage."""
    byline: Byline | None
    """How the name will stand beside what they write."""

    def vote_on(self, clause: Clause) -> Decision:
        """Whether they may vote on this Abschnitt as it stands."""
        is_result = self.results_since is not None and clause.since >= self.results_since
        return self.vote_result if is_result else self.vote_wording


def reader_of(viewer: Any, consultation: Consultation) -> Reader:
    """Ask every rule once."""
    begun = _results_since(consultation)
    filing = FILE.check(viewer, Floor(consultation))
    return Reader(
        id=viewer.id,
        is_signed_in=viewer.is_authenticated,
        post=_said(POST.check(viewer, Debate(consultation))),
        rate=_said(may_vote(viewer, ratable(consultation, 0, Visibility.VISIBLE))),
        vote_wording=_said(may_vote(viewer, Votable(SubjectKind.WORDING, consultation))),
        vote_result=_said(
            may_vote(viewer, Votable(SubjectKind.WORDING, consultation, since=begun))
        ),
        results_since=begun,
        vote_thesis=_said(may_vote(viewer, Votable(SubjectKind.THESIS, consultation))),
        comments_are_open=is_open(consultation, Act.COMMENT),
        may_state=bool(STATE.check(viewer)) and is_open(consultation, Act.STANCE),
        may_amend=bool(filing) or filing.sign_in_helps,
        voice=speaking.voice_of(viewer),
        is_waiting=isinstance(viewer, User)
        and Role.MEMBER in viewer.roles
        and viewer.member_since is None,
        may_invite=isinstance(viewer, User)
        and bool(INVITE.check(viewer, Belonging(viewer.organisation_id))),
        byline=byline_of(viewer) if isinstance(viewer, User) else None,
    )


def _results_since(consultation: Consultation) -> datetime | None:
    if is_open(consultation, Act.VOTE_WORDING):
        return None
    return min((one.starts_at for one in windows(consultation, Act.VOTE_RESULT)), default=None)


def _said(decision: Decision) -> Decision:
    """The same with its reason in words: it stands beside every object, and is found once."""
    return Decision(decision.allowed, str(decision.reason), decision.sign_in_helps)


def without_writing(reader: Reader, reason: str) -> Reader:
    """The same person where nothing can be written any more."""
    return replace(reader, post=Decision(False, reason), comments_are_open=False)


OWN = Decision(False)
"""One's own comment is rated by others: its figures stand without buttons."""
