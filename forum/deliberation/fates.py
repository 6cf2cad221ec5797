"""What became of what people said: of comments, by what was drawn from them or was said about.

One statement for a whole page of comments.
"""

import enum
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from forum.amendments.models import (
    Amendment,
    AmendmentDecision,
    AmendmentMerge,
    AmendmentState,
    Motion,
    MotionSource,
    Share,
    VersionChange,
)
from forum.amendments.reading import name
from forum.deliberation.models import Comment, Question, Visibility, Voice
from forum.kernel import clock
from forum.kernel import html as markup
from forum.kernel.db import UtcDateTime, db
from forum.recommendations.models import Version


class Outcome(enum.StrEnum):
    """The ends that a contribution can come to, the best first."""

    ACCEPTED = "accepted"
    PARTLY = "partly"
    ANSWERED = "answered"
    UNDER_REVIEW = "under_review"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    OPEN = "open"


_RANK = {outcome: rank for rank, outcome in enumerate(Outcome)}


@dataclass(frozen=True, kw_only=True)
class Fate:
    """What became of one contribution, as a quiet line says it."""

    outcome: Outcome
    amendment: int | None = None
    """The amendment it became, or that it speaks about."""
    is_drawn: bool = False
    """The amendment came of it; else it was said about the amendment."""
    version: int | None = None
    """In which the words of the amendment stand."""
    reason: str = ""
    """Why not, or why only in part: the beginning of the public reason."""
    answer: int | None = None
    """The comment that answers it."""

    @property
    def is_own(self) -> bool:
        """Of the contribution itself, not of what it speaks about."""
        return self.is_drawn or self.answer is not None

    @property
    def word(self) -> str:
        """The outcome in words."""
        return {
            Outcome.ACCEPTED: _("übernommen"),
            Outcome.PARTLY: _("teilweise übernommen"),
            Outcome.ANSWERED: _("beantwortet"),
            Outcome.UNDER_REVIEW: _("in Prüfung"),
            Outcome.DECLINED: _("nicht übernommen"),
            Outcome.WITHDRAWN: _("zurückgezogen"),
            Outcome.OPEN: _("noch offen"),
        }[self.outcome]

    @property
    def amendment_name(self) -> str:
        """„Änderungsvorschlag 3“."""
        return name(self.amendment or 0)


_IDS: Any = bindparam("ids", expanding=True)
_NOW: Any = bindparam("now", type_=UtcDateTime())

OPEN = Fate(outcome=Outcome.OPEN)
"""Of what nothing has come yet."""


def fates(comment_ids: Collection[int]) -> dict[int, Fate]:
    """What became of these comments; those of which nothing came are missing."""
    ids = list(comment_ids)
    if not ids:
        return {}
    found: dict[int, Fate] = {}
    for row in db.session.execute(_statement(), {"ids": ids, "now": clock.now()}):
        fate = _fate(row)
        known = found.get(row.comment_id)
        if known is None or _order(fate) < _order(known):
            found[row.comment_id] = fate
    return found


def _order(fate: Fate) -> tuple[bool, int]:
    """What came of its own words goes before what became of what it speaks about."""
    return (not fate.is_own, _RANK[fate.outcome])


def _fate(row: Any) -> Fate:
    if row.answer is not None:
        return Fate(outcome=Outcome.ANSWERED, answer=row.answer)
    outcome = Outcome(AmendmentState(row.state).value)
    is_in = row.share is not None and row.share != Share.YIELDED
    return Fate(
        outcome=outcome,
        amendment=row.amendment,
        is_drawn=bool(row.is_drawn),
        version=row.version if is_in else None,
        reason=_beginning(row.reason) if outcome in {Outcome.DECLINED, Outcome.PARTLY} else "",
    )


def _beginning(reason_html: str | None, length: int = 140) -> str:
    text = markup.text_of(reason_html or "")
    return text if len(text) <= length else text[:length].rsplit(" ", 1)[0].rstrip(" ,;:–") + " …"


@cache
def _statement() -> Select[Any]:
    """Built once: putting it together costs more than the database does."""
    own, target = aliased(Amendment), aliased(Amendment)
    drawn: Any = select(
        MotionSource.comment_id, own.id.label("own_id"), literal(1).label("is_drawn")
    ).join(own, own.motion_id == MotionSource.motion_id)
    about: Any = select(Comment.id, Amendment.id, literal(0)).join(
        Amendment, Amendment.id == Comment.about_id
    )
    pairs = union_all(
        drawn.where(MotionSource.comment_id.in_(_IDS)), about.where(Comment.id.in_(_IDS))
    ).subquery("pairs")
    proposed: Any = (
        select(
            pairs.c.comment_id,
            target.number.label("amendment"),
            target.state.label("state"),
            pairs.c.is_drawn,
            Version.number.label("version"),
            VersionChange.share.label("share"),
            AmendmentDecision.reason_html.label("reason"),
            null().label("answer"),
        )
        .outerjoin(
            AmendmentMerge,
            and_(
                AmendmentMerge.amendment_id == pairs.c.own_id,
                AmendmentMerge.dissolved_at.is_(None),
            ),
        )
        .join(target, target.id == func.coalesce(AmendmentMerge.into_id, pairs.c.own_id))
        .join(Motion, Motion.id == target.motion_id)
        .outerjoin(
            AmendmentDecision,
            and_(
                AmendmentDecision.amendment_id == target.id,
                AmendmentDecision.effective_at.is_not(None),
            ),
        )
        .outerjoin(VersionChange, VersionChange.amendment_id == target.id)
        .outerjoin(
            Version,
            and_(Version.id == VersionChange.version_id, Version.published_at <= _NOW),
        )
        .where(Motion.hidden_reason.is_(None), Motion.reason != "")
    )
    return union_all(proposed, _answered(), _answered_by_editorial())  # type: ignore[return-value]


def _columns(comment_id: Any, answer: Any) -> tuple[Any, ...]:
    nothing: list[ColumnElement[Any]] = [null() for _unused in range(6)]
    return (comment_id, *nothing, answer)


def _answered() -> Any:
    """A question with an accepted answer that can still be read."""
    answer = aliased(Comment)
    return (
        select(*_columns(Question.comment_id, answer.number))
        .join(answer, answer.id == Question.accepted_id)
        .where(Question.comment_id.in_(_IDS), answer.visibility == Visibility.VISIBLE)
    )


def _answered_by_editorial() -> Any:
    """What the Redaktion has answered."""
    answer = aliased(Comment)
    return select(*_columns(answer.parent_id, answer.number)).where(
        answer.parent_id.in_(_IDS),
        answer.voice == Voice.EDITORIAL,
        answer.visibility == Visibility.VISIBLE,
    )


def of_shown(comments: Iterable[Any]) -> dict[int, Fate]:
    """The fates of the comments on a page; those that are hidden have none to show."""
    return fates([one.id for one in comments if one.is_visible])
