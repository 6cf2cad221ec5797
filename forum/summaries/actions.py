"""Drafting, submitting, returning and approving summaries."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, update

from forum.accounts.models import User, Visitor
from forum.accounts.queries import user
from forum.deliberation.described import described
from forum.kernel import clock, html
from forum.kernel.db import begin_writing, db, save
from forum.kernel.errors import Conflict, ForumError
from forum.kernel.events import announce
from forum.kernel.ledger import enter
from forum.kernel.letters import letter
from forum.kernel.mail import post
from forum.kernel.policy import Rule
from forum.recommendations.actions import changed, new_subject, touch
from forum.recommendations.models import SubjectKind
from forum.summaries import queries
from forum.summaries.events import SummaryApproved
from forum.summaries.models import (
    Citation,
    Summary,
    SummaryPart,
    SummaryState,
    SummaryStatement,
    SummaryVersion,
)
from forum.summaries.policy import APPROVE, DESK, DRAFT, RETURN, SUBMIT
from forum.summaries.reading import SummaryView

OLDER = _l("Inzwischen hat jemand anderes den Entwurf geändert.")


class NotCitable(ForumError):
    """Something cited is not public, or no longer."""

    status = 422


@dataclass(frozen=True)
class NewStatement:
    """A statement to be saved: its Markdown, and the subjects it rests on, in their order."""

    part: SummaryPart
    source: str
    citations: Sequence[int] = ()


def begin(author: User | Visitor, slug: str) -> SummaryView:
    """Begin a new version, as a copy of the last; the one being written already comes back."""
    begin_writing()
    queries.lock(slug)
    desk = queries.desk(slug)
    DRAFT.require(author, desk.case)
    assert author.id is not None  # noqa: S101 - the rule has refused visitors
    if desk.draft is not None:
        return desk.draft
    recommendation = desk.recommendation
    summary = queries.summary_of(recommendation.id)
    if summary is None:
        subject = new_subject(
            SubjectKind.SUMMARY,
            consultation_id=recommendation.consultation_id,
            recommendation_id=recommendation.id,
            number=1,
        )
        summary = save(Summary(id=subject.id, recommendation_id=recommendation.id))
    last = desk.versions[0] if desk.versions else None
    version = save(
        SummaryVersion(
            summary_id=summary.id,
            number=last.number + 1 if last else 1,
            title=last.title if last else recommendation.short_title,
            lead=last.lead if last else "",
            author_id=author.id,
        )
    )
    for position, one in enumerate(last.statements if last else (), 1):
        _write(
            version.id,
            one.part,
            position,
            one.source,
            one.html,
            [citation.subject_id for citation in one.citations],
        )
    return queries.versions(slug)[0]


def save_draft(
    author: User | Visitor,
    slug: str,
    *,
    title: str,
    lead: str,
    statements: Sequence[NewStatement],
    edition: int,
) -> SummaryView:
    """Save what a moderator wrote over the edition they had opened; an older one is a Conflict.

    Whoever saves last is the author: a second person has then read all of it, whoever approves.
    """
    rendered = [str(html.render(one.source)) for one in statements]
    begin_writing()
    desk = _opened(author, slug, DRAFT, edition)
    draft = desk.draft
    assert draft is not None and author.id is not None  # noqa: S101, PT018 - asked in _opened
    cited = described([one for statement in statements for one in statement.citations])
    if not all(
        queries.is_public(cited.get(one)) for statement in statements for one in statement.citations
    ):
        raise NotCitable(_("Zitieren lässt sich nur, was öffentlich ist."))
    db.session.execute(
        delete(SummaryStatement).where(SummaryStatement.version_id == draft.version_id)
    )
    for position, (statement, markup) in enumerate(zip(statements, rendered, strict=True), 1):
        _write(
            draft.version_id,
            statement.part,
            position,
            statement.source,
            markup,
            statement.citations,
        )
    _change(draft, title=title, lead=lead, author_id=author.id)
    return queries.versions(slug)[0]


def submit(author: User | Visitor, slug: str, *, edition: int) -> None:
    """Ask a second moderator for approval."""
    begin_writing()
    desk = _opened(author, slug, SUBMIT, edition)
    assert desk.draft is not None  # noqa: S101 - asked in _opened
    _change(desk.draft, state=SummaryState.SUBMITTED)


def give_back(moderator: User | Visitor, slug: str, *, edition: int, remark: str = "") -> None:
    """Return a submitted draft for more work; a remark goes to its author by mail."""
    begin_writing()
    desk = _opened(moderator, slug, RETURN, edition)
    draft = desk.draft
    assert draft is not None and moderator.id is not None  # noqa: S101, PT018
    _change(draft, state=SummaryState.DRAFT)
    if draft.author_id != moderator.id:
        post(
            user(draft.author_id).email,
            *letter(
                _("Ihr Entwurf „%(title)s“ ist zurück", title=draft.title),
                _(
                    "die Zusammenfassung „%(title)s“ wurde nicht freigegeben, sondern Ihnen zur "
                    "Überarbeitung zurückgegeben.",
                    title=draft.title,
                ),
                *([remark] if remark else []),
                why=_("Sie bekommen diese E-Mail, weil Sie im Forum mitarbeiten."),
            ),
        )


def approve(moderator: User | Visitor, slug: str, *, edition: int) -> SummaryView:
    """Publish the submitted version, exactly as the moderator has read it."""
    begin_writing()
    desk = _opened(moderator, slug, APPROVE, edition)
    draft = desk.draft
    assert draft is not None and isinstance(moderator, User)  # noqa: S101, PT018
    _change(draft, state=SummaryState.APPROVED, approver_id=moderator.id, approved_at=clock.now())
    enter(
        "summary.approved",
        f"recommendation:{slug}/summary/version:{draft.number}",
        {
            "title": draft.title,
            "lead": draft.lead,
            "author": draft.author,
            "approver": moderator.name,
            "statements": [
                {
                    "part": str(one.part),
                    "source": one.source,
                    "citations": [citation.reference for citation in one.citations],
                }
                for one in draft.statements
            ],
        },
    )
    changed(draft.id)
    touch(draft.recommendation_id)
    announce(
        SummaryApproved(
            summary_id=draft.id,
            version_id=draft.version_id,
            recommendation_id=draft.recommendation_id,
            number=draft.number,
        )
    )
    return queries.article(slug)


def _opened(actor: User | Visitor, slug: str, rule: Rule, edition: int) -> queries.Desk:
    """The desk, locked, if it still stands as the actor saw it and the rule allows the act."""
    queries.lock(slug)
    desk = queries.desk(slug)
    DESK.require(actor)
    if desk.draft is None or desk.draft.edition != edition:
        raise Conflict(OLDER)
    rule.require(actor, desk.case)
    return desk


def _change(draft: SummaryView, **values: object) -> None:
    done = db.session.execute(
        update(SummaryVersion)
        .where(SummaryVersion.id == draft.version_id, SummaryVersion.edition == draft.edition)
        .values(edition=draft.edition + 1, updated_at=clock.now(), **values)
        .returning(SummaryVersion.id)
        .execution_options(synchronize_session=False)
    ).first()
    if done is None:
        raise Conflict(OLDER)
    db.session.expire_all()


def _write(
    version_id: int,
    part: SummaryPart,
    position: int,
    source: str,
    markup: str,
    citations: Sequence[int],
) -> None:
    statement = save(
        SummaryStatement(
            version_id=version_id, part=part, position=position, source=source, html=markup
        )
    )
    for order, subject_id in enumerate(dict.fromkeys(citations), 1):
        save(Citation(statement_id=statement.id, subject_id=subject_id, position=order))
