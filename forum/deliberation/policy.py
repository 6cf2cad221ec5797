"""Who may write, change and take back comments."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from forum.accounts.models import Role
from forum.accounts.policy import has_consented
from forum.ballots.policy import Votable, ask_also
from forum.deliberation.models import Comment, Visibility
from forum.kernel import clock
from forum.kernel.errors import NotFound
from forum.kernel.policy import Rule, condition
from forum.recommendations.models import Act, Consultation, Subject, SubjectKind
from forum.recommendations.policy import phase_opens

ABOUT = frozenset(
    {
        SubjectKind.RECOMMENDATION,
        SubjectKind.PARAGRAPH,
        SubjectKind.THESIS,
        SubjectKind.POSITION,
        SubjectKind.AMENDMENT,
    }
)
"""What a first comment may be about."""


@dataclass(frozen=True)
class Debate:
    """Where somebody wants to write."""

    consultation: Consultation


@dataclass(frozen=True)
class OwnText:
    """A comment somebody wants to change or take back."""

    consultation: Consultation
    author_id: int
    visibility: Visibility


def _only_members(actor: Any, _subject: object) -> str:
    if Role.PARTY in actor.roles:
        return _(
            "Parteivertretungen schreiben keine Beiträge. Sie antworten auf Fragen, die an ihre "
            "Partei gerichtet sind."
        )
    if actor.is_staff:
        return _(
            "Moderation, Redaktion und Administration schreiben keine Beiträge, damit die Debatte "
            "den Mitgliedern gehört."
        )
    return _("Beiträge schreiben Mitglieder.")


@condition(_only_members)
def speaks_as_member(actor: Any, _subject: object) -> bool:
    """Neither staff nor a party's representative, whatever other roles the account holds."""
    return not actor.is_staff and actor.party_id is None


@condition(_l("Das ist nicht Ihr Beitrag."))
def is_author(actor: Any, subject: OwnText) -> bool:
    """The one who wrote it."""
    return subject.author_id == actor.id


@condition(_l("Ausgeblendete und gelöschte Beiträge lassen sich nicht mehr ändern."))
def is_visible(_actor: Any, subject: OwnText) -> bool:
    """Neither hidden nor deleted; what waits for its author's confirmation may be changed."""
    return subject.visibility in {Visibility.VISIBLE, Visibility.PENDING}


@condition(_l("Dieser Beitrag ist schon gelöscht."))
def is_not_deleted(_actor: Any, subject: OwnText) -> bool:
    """Its text is still there."""
    return subject.visibility is not Visibility.DELETED


# Confirmed or not: what somebody unconfirmed writes is stored and becomes public later.
POST = Rule(
    "comment.post",
    [Role.MEMBER],
    phase_opens(Act.COMMENT),
    speaks_as_member,
    has_consented,
    refusal=_only_members,
)
EDIT = Rule(
    "comment.edit",
    [Role.MEMBER],
    phase_opens(Act.COMMENT),
    is_author,
    is_visible,
    refusal=_l("Das ist nicht Ihr Beitrag."),
)
# Taking one's own words back is possible at any time, in any phase and with any membership.
DELETE = Rule("comment.delete", list(Role), is_author, is_not_deleted)


def silent_until(posted_at: datetime) -> datetime:
    """Until when a change leaves no visible history, unless a reply or rating comes before."""
    return posted_at + Comment.EDIT_WINDOW


def is_silent(posted_at: datetime, *, answered: bool, rated: bool) -> bool:
    """Whether nobody can have relied on the text yet."""
    return not answered and not rated and clock.now() < silent_until(posted_at)


@condition(_l("Ausgeblendete und gelöschte Beiträge werden nicht bewertet."))
def is_shown(_actor: Any, subject: Votable) -> bool:
    """The rated comment is neither hidden nor deleted; one still pending nobody knows of."""
    if subject.facts["visibility"] == Visibility.PENDING:
        raise NotFound
    return subject.facts["visibility"] == Visibility.VISIBLE


@condition(_l("Ihren eigenen Beitrag bewerten die anderen."))
def is_not_own(actor: Any, subject: Votable) -> bool:
    """Somebody else wrote the rated comment."""
    return subject.facts["author_id"] != actor.id


ask_also(
    SubjectKind.COMMENT,
    is_shown,
    is_not_own,
    author_id=select(Comment.author_id).where(Comment.id == Subject.id).scalar_subquery(),
    visibility=select(Comment.visibility).where(Comment.id == Subject.id).scalar_subquery(),
)


def ratable(consultation: Consultation, author_id: int, visibility: Visibility) -> Votable:
    """A comment as the rule `ballot.comment` sees it, from what a page has read."""
    facts = {"author_id": author_id, "visibility": visibility}
    return Votable(SubjectKind.COMMENT, consultation, facts=facts)
