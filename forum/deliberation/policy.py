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
from forum.deliberation.models import Comment, Visibility, Voice
from forum.kernel import clock
from forum.kernel.errors import NotFound
from forum.kernel.policy import Rule, condition
from forum.recommendations.models import Act, Consultation, Subject, SubjectKind
from forum.recommendations.policy import phase_opens
from forum.recommendations.rounds import AnyRound

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

    consultation: AnyRound


@dataclass(frozen=True)
class OwnText:
    """A comment somebody wants to change or take back."""

    consultation: AnyRound
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


@dataclass(frozen=True)
class PutQuestion:
    """What somebody wants to answer for a party or the Redaktion, or whose answer to accept."""

    consultation: AnyRound
    is_question: bool
    party_id: int | None = None
    to_editorial: bool = False
    asker_id: int | None = None


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


@condition(_l("Parteivertretungen antworten nur auf Fragen, die an ihre Partei gerichtet sind."))
def is_put_to_own_party(actor: Any, subject: PutQuestion) -> bool:
    """The question itself, not what others said to it, and to the party of whoever answers."""
    return subject.is_question and actor.party_id is not None and subject.party_id == actor.party_id


@condition(_l("Parteien antworten auf Fragen, sobald ihre Positionen veröffentlicht sind."))
def positions_are_public(_actor: Any, subject: PutQuestion) -> bool:
    """The common minute has come."""
    minute = subject.consultation.positions_published_at
    return minute is not None and minute <= clock.now()


@condition(_l("Die Redaktion antwortet in der Diskussion nur auf Fragen, die an sie gehen."))
def is_put_to_editorial(_actor: Any, subject: PutQuestion) -> bool:
    """The question itself, put to the Redaktion."""
    return subject.is_question and subject.to_editorial


@condition(
    _l("Bevor wir speichern, was Sie schreiben, brauchen wir Ihre ausdrückliche Einwilligung.")
)
def keeps_with_consent(actor: Any, _subject: object) -> bool:
    """Members have consented; whoever speaks for a party or the Redaktion needs not."""
    return actor.consent_version is not None or bool(actor.roles & {Role.PARTY, Role.EDITOR})


@condition(_l("Eine Antwort nimmt an, wer gefragt hat, oder die Redaktion."))
def asked_or_edits(actor: Any, subject: PutQuestion) -> bool:
    """Whose question it is, or the Redaktion."""
    return Role.EDITOR in actor.roles or subject.asker_id == actor.id


# Confirmed or not: what somebody unconfirmed writes is stored and becomes public later.
POST = Rule(
    "comment.post",
    [Role.MEMBER],
    phase_opens(Act.COMMENT),
    speaks_as_member,
    has_consented,
    refusal=_only_members,
)
MARK = Rule("news.mark", [role for role in Role if role is not Role.GUEST])
EDIT = Rule(
    "comment.edit",
    [Role.MEMBER],
    phase_opens(Act.COMMENT),
    is_author,
    is_visible,
    refusal=_l("Das ist nicht Ihr Beitrag."),
)
ANSWER_AS_PARTY = Rule(
    "question.answer_as_party",
    [Role.PARTY],
    phase_opens(Act.ANSWER_QUESTIONS),
    positions_are_public,
    is_put_to_own_party,
    refusal=_only_members,
)
ANSWER_AS_EDITORIAL = Rule(
    "question.answer_as_editorial", [Role.EDITOR], is_put_to_editorial, refusal=_only_members
)
EDIT_ANSWER = Rule(
    "question.edit_answer",
    [Role.PARTY, Role.EDITOR],
    is_author,
    is_visible,
    refusal=_l("Das ist nicht Ihr Beitrag."),
)
# Drafts are for nobody else's eyes, and no phase takes away what somebody has typed.
DRAFT = Rule(
    "comment.draft",
    [Role.MEMBER, Role.PARTY, Role.EDITOR],
    keeps_with_consent,
    refusal=_only_members,
)
ACCEPT = Rule("question.accept", [Role.MEMBER, Role.EDITOR], asked_or_edits)
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


@condition(_l("Antworten von Parteien und Redaktion werden nicht bewertet."))
def is_a_members(_actor: Any, subject: Votable) -> bool:
    """Written by a member for themselves."""
    return subject.facts.get("voice", Voice.MEMBER) == Voice.MEMBER


ask_also(
    SubjectKind.COMMENT,
    is_shown,
    is_not_own,
    is_a_members,
    voice=select(Comment.voice).where(Comment.id == Subject.id).scalar_subquery(),
    author_id=select(Comment.author_id).where(Comment.id == Subject.id).scalar_subquery(),
    visibility=select(Comment.visibility).where(Comment.id == Subject.id).scalar_subquery(),
)


def ratable(consultation: Consultation, author_id: int, visibility: Visibility) -> Votable:
    """A comment as the rule `ballot.comment` sees it, from what a page has read."""
    facts = {"author_id": author_id, "visibility": visibility}
    return Votable(SubjectKind.COMMENT, consultation, facts=facts)
