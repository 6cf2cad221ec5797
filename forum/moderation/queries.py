"""Reading reports, clauses and decisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from forum.accounts.models import User
from forum.amendments.models import Amendment, Dissent, DissentSignature, Motion
from forum.deliberation.deciding import held
from forum.deliberation.described import Described, described
from forum.deliberation.models import Comment, Visibility
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.moderation.models import Report, RuleClause, Verdict
from forum.moderation.policy import Case
from forum.recommendations.models import Subject
from forum.stances.queries import approver

QUEUE_LIMIT = 200
PAGE = 20


def reportable(subject_id: int) -> Described:
    """What a visitor may report; 404 for all that is not public, or not any more."""
    found = described([subject_id]).get(subject_id)
    if found is None or found.state is not Visibility.VISIBLE:
        raise NotFound
    return found


def described_one(subject_id: int) -> Described:
    """What others call a contribution, whatever has become of it."""
    return described([subject_id])[subject_id]


def by_receipt(receipt: str) -> Report:
    """The report with this receipt."""
    found = db.session.scalars(select(Report).where(Report.receipt == receipt)).one_or_none()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Waiting:
    """A contribution with open reports."""

    subject: Described | None
    subject_id: int
    first_at: datetime
    number: int


def waiting() -> list[Waiting]:
    """All contributions with open reports, the longest waiting first."""
    rows = db.session.execute(
        select(Report.subject_id, func.min(Report.reported_at), func.count())
        .where(Report.closed_at.is_(None))
        .group_by(Report.subject_id)
        .order_by(func.min(Report.reported_at), Report.subject_id)
        .limit(QUEUE_LIMIT)
    ).all()
    about = described([row[0] for row in rows], unveiled=True)
    return [Waiting(about.get(row[0]), row[0], row[1], row[2]) for row in rows]


@dataclass(frozen=True)
class File:
    """All that a moderator reads before deciding."""

    subject: Described
    context: list[Described]
    """What it answers and what it is about, the nearest last."""
    open_reports: list[Report]
    verdicts: list[Verdict]
    """Earlier decisions, the latest first."""

    @property
    def basis(self) -> int:
        """The decision that the next one follows."""
        return self.verdicts[0].id if self.verdicts else 0

    @property
    def seen(self) -> int:
        """The latest open report."""
        return max((report.id for report in self.open_reports), default=0)

    @property
    def case(self) -> Case:
        """What the rules are asked about."""
        return Case(
            author_id=self.subject.author_id,
            can_be_hidden=self.subject.can_be_hidden,
            state=self.subject.state,
            open_reports=len(self.open_reports),
        )


def file(subject_id: int) -> File:
    """The file of one contribution, the words of a hidden one included."""
    about_id = db.session.scalar(select(Comment.about_id).where(Comment.id == subject_id))
    parents = select(Comment.parent_id).where(Comment.id == subject_id)
    parent_id = db.session.scalar(parents)
    around = [one for one in (about_id, parent_id) if one is not None]
    found = described([subject_id, *around], unveiled=True)
    if subject_id not in found:
        raise NotFound
    return File(
        subject=found[subject_id],
        context=[found[one] for one in around if one in found],
        open_reports=list(open_reports(subject_id)),
        verdicts=list(
            db.session.scalars(
                select(Verdict)
                .where(Verdict.subject_id == subject_id)
                .options(joinedload(Verdict.clause))
                .order_by(Verdict.id.desc())
            )
        ),
    )


def open_reports(subject_id: int) -> Sequence[Report]:
    """The reports of a contribution that nobody has decided, in the order they came."""
    return db.session.scalars(
        select(Report)
        .where(Report.subject_id == subject_id, Report.closed_at.is_(None))
        .order_by(Report.id)
    ).all()


def lock(subject_id: int) -> None:
    """Let one moderator decide on a contribution at a time; comments are locked as others do."""
    if db.session.scalar(select(Comment.id).where(Comment.id == subject_id)):
        held(subject_id)
    else:
        db.session.execute(
            select(Subject.id).where(Subject.id == subject_id).with_for_update(key_share=True)
        ).first()


def verdict(verdict_id: int | None) -> Verdict | None:
    """The decision with this number."""
    return db.session.get(Verdict, verdict_id) if verdict_id else None


def clauses() -> Sequence[RuleClause]:
    """The rules of the debate in their order."""
    return db.session.scalars(select(RuleClause).order_by(RuleClause.number)).all()


def names_around(subject_id: int) -> list[str]:
    """Every name of those who wrote in the thread of this comment, the author included."""
    root = (
        select(func.coalesce(Comment.root_id, Comment.id))
        .where(Comment.id == subject_id)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(User.name, User.pseudonym)
        .distinct()
        .outerjoin(Comment, Comment.author_id == User.id)
        .where(
            or_(
                Comment.root_id == root,
                Comment.id == root,
                User.id.in_(_proposer(subject_id)),
                User.id.in_(_signed(subject_id)),
            )
        )
    )
    return sorted({name for row in rows for name in row if name})


def author(subject_id: int) -> User | None:
    """Who wrote this comment, proposed this amendment, or approved what an organisation says."""
    wrote = select(Comment.author_id).where(Comment.id == subject_id)
    return db.session.scalars(
        select(User).where(
            or_(
                User.id.in_(wrote),
                User.id.in_(_proposer(subject_id)),
                User.id.in_(select(Dissent.author_id).where(Dissent.id == subject_id)),
                User.id.in_(approver(subject_id)),
            )
        )
    ).one_or_none()


def _proposer(subject_id: int) -> Select[Any]:
    return (
        select(Motion.author_id)
        .join(Amendment, Amendment.motion_id == Motion.id)
        .where(Amendment.id == subject_id)
    )


def _signed(subject_id: int) -> Select[Any]:
    return select(DissentSignature.user_id).where(DissentSignature.dissent_id == subject_id)


def addresses(user_ids: Sequence[int]) -> dict[int, str]:
    """The e-mail addresses of accounts that reported something."""
    rows = db.session.execute(select(User.id, User.email).where(User.id.in_(user_ids)))
    return {row.id: row.email for row in rows}


@dataclass(frozen=True)
class Decided:
    """A decision as the public reads it: no name anywhere."""

    verdict: Verdict
    subject: Described | None


@dataclass(frozen=True)
class Decisions:
    """A page of the public list."""

    rows: list[Decided]
    older: int | None
    """Where the next page begins; None on the last."""


def decisions(before: int | None = None) -> Decisions:
    """Decisions, the latest first; `before` is the last one of the page before."""
    statement = (
        select(Verdict)
        .options(joinedload(Verdict.clause))
        .order_by(Verdict.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        statement = statement.where(Verdict.id < before)
    found = list(db.session.scalars(statement))
    shown = found[:PAGE]
    about = described([verdict.subject_id for verdict in shown])
    return Decisions(
        rows=[Decided(verdict, about.get(verdict.subject_id)) for verdict in shown],
        older=shown[-1].id if len(found) > PAGE else None,
    )
