"""What somebody is writing and has not posted yet: one draft for each place, for their eyes alone.

Part of `actions`. The text is encrypted at rest; nobody of the staff has a page that shows it. Two
devices that write at the same place do not overwrite each other: the newest text is shown, and the
other one is kept beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from forum.accounts.models import User, Visitor
from forum.deliberation.models import CommentDraft, DraftMode
from forum.deliberation.policy import ABOUT, DRAFT
from forum.kernel import clock, html
from forum.kernel.db import begin_writing, db, save
from forum.kernel.errors import Conflict, ForumError, NotFound
from forum.kernel.settings import Setting
from forum.kernel.vault import seal, unseal
from forum.recommendations.models import Subject, SubjectKind

MAX_LENGTH = 20_000
"""Longer than a comment may be: what has to be shortened is kept, too."""
MAX_DRAFTS = 100
MAX_OTHERS = 3
KEEP = Setting(
    "retention.comment_drafts", 90, 7, 730,
    _l("Entwürfe von Beiträgen (Tage)"),
    _l("So viele Tage nach der letzten Änderung vergisst das Forum, was nicht abgesendet ist."),
)  # fmt: skip


@dataclass(frozen=True)
class Other:
    """What the same person had written at this place elsewhere."""

    text: str
    saved_at: datetime


@dataclass(frozen=True)
class Draft:
    """A draft, readable."""

    id: int
    mode: DraftMode
    place_id: int
    edition: int
    saved_at: datetime
    text: str
    kind: str = ""
    put_to: str = ""
    seen: str = ""
    """Of a change: which text of the comment it began with."""
    others: tuple[Other, ...] = ()


@dataclass(frozen=True)
class Typed:
    """What stands in a form, and the edition of the draft it was filled from (0: none)."""

    text: str
    kind: str = ""
    put_to: str = ""
    seen: str = ""
    edition: int = 0


def keep(
    actor: User | Visitor, recommendation_id: int, mode: DraftMode, place_id: int, typed: Typed
) -> Draft | None:
    """Keep what somebody is writing; an emptied form forgets its draft (None)."""
    try:
        text = html.plain(typed.text)
    except ValueError:
        raise ForumError(_l("Ihr Text enthält Zeichen, die wir nicht lesen können.")) from None
    if len(text) > MAX_LENGTH:
        raise ForumError(_l("Der Text ist zu lang für einen Entwurf."))
    begin_writing()
    DRAFT.require(actor)
    assert actor.id is not None  # noqa: S101 - the rule has refused visitors
    _check_place(recommendation_id, mode, place_id)
    if not text:
        forget(actor.id, mode, place_id, typed.edition)
        return None
    try:
        with db.session.begin_nested():
            row = _kept(actor.id, recommendation_id, mode, place_id, typed, text)
    except IntegrityError:  # the other tab was first: now there is one
        row = _kept(actor.id, recommendation_id, mode, place_id, typed, text)
    return _opened(row)


def _kept(
    user_id: int,
    recommendation_id: int,
    mode: DraftMode,
    place_id: int,
    typed: Typed,
    text: str,
) -> CommentDraft:
    row = _row(user_id, mode, place_id, lock=True)
    now = clock.now()
    others: list[dict[str, str]] = []
    if row is None:
        _check_number(user_id)
        row = CommentDraft(
            user_id=user_id,
            mode=mode,
            place_id=place_id,
            recommendation_id=recommendation_id,
            edition=typed.edition,
            sealed=b"",
            saved_at=now,
        )
    else:
        before = _content(row)
        others = before["others"]
        if row.edition != typed.edition and before["text"] != text:
            others = _with(others, before["text"], row.saved_at)
    row.edition = max(row.edition, typed.edition) + 1
    row.saved_at = now
    content = {
        "text": text,
        "kind": typed.kind[:20],
        "put_to": typed.put_to[:300],
        "seen": typed.seen[:64],
        "others": [one for one in others if one["text"] != text],
    }
    row.sealed = seal(content, _context(row))
    return save(row)


def _with(others: list[dict[str, str]], text: str, saved_at: datetime) -> list[dict[str, str]]:
    known = [one for one in others if one["text"] != text]
    return [{"text": text, "saved_at": saved_at.isoformat()}, *known][:MAX_OTHERS]


def take(user_id: int, mode: DraftMode, place_id: int, number: int, typed: Typed) -> None:
    """Go on with the other text; what stood in the form becomes the other one."""
    begin_writing()
    row = _row(user_id, mode, place_id, lock=True)
    content = _content(row) if row else {"others": []}
    if row is None or not 0 <= number < len(content["others"]):
        raise Conflict(_l("Diese Fassung des Entwurfs gibt es nicht mehr."))
    chosen = content["others"].pop(number)
    content["others"] = _with(content["others"], typed.text or content["text"], row.saved_at)
    content["text"] = chosen["text"]
    row.edition += 1
    row.saved_at = clock.now()
    row.sealed = seal(content, _context(row))
    db.session.flush()


def forget(user_id: int, mode: DraftMode, place_id: int, edition: int) -> None:
    """Forget a draft as far as this form knew it: what came later from elsewhere stays."""
    begin_writing()
    db.session.execute(
        delete(CommentDraft)
        .where(*_at(user_id, mode, place_id), CommentDraft.edition <= edition)
        .execution_options(synchronize_session=False)
    )


def discard(user_id: int, draft_id: int) -> None:
    """Throw one's own draft away, with all its texts."""
    begin_writing()
    gone = db.session.execute(
        delete(CommentDraft)
        .where(CommentDraft.id == draft_id, CommentDraft.user_id == user_id)
        .returning(CommentDraft.id)
        .execution_options(synchronize_session=False)
    ).first()
    if gone is None:
        raise NotFound


def forget_all(user_id: int) -> None:
    """Forget all drafts of somebody."""
    begin_writing()
    db.session.execute(
        delete(CommentDraft)
        .where(CommentDraft.user_id == user_id)
        .execution_options(synchronize_session=False)
    )


def forget_old() -> None:
    """Forget what nobody has gone on with for as long as the house keeps drafts."""
    begin_writing()
    db.session.execute(delete(CommentDraft).where(CommentDraft.saved_at < _limit()))


def is_any_old() -> bool:
    """Whether there is something to forget."""
    found = select(CommentDraft.id).where(CommentDraft.saved_at < _limit()).limit(1)
    return db.session.scalar(found) is not None


def _limit() -> datetime:
    return clock.now() - timedelta(days=KEEP.value())


def one(user_id: int, mode: DraftMode, place_id: int) -> Draft | None:
    """Somebody's draft at a place."""
    row = _row(user_id, mode, place_id)
    return _opened(row) if row else None


def of(user_id: int) -> Sequence[Draft]:
    """All drafts of somebody, the latest first."""
    rows = db.session.scalars(
        select(CommentDraft)
        .where(CommentDraft.user_id == user_id)
        .order_by(CommentDraft.saved_at.desc(), CommentDraft.id.desc())
    )
    return [_opened(row) for row in rows]


def _check_place(recommendation_id: int, mode: DraftMode, place_id: int) -> None:
    kinds = ABOUT if mode is DraftMode.NEW else {SubjectKind.COMMENT}
    found = db.session.scalar(
        select(Subject.id).where(
            Subject.id == place_id,
            Subject.kind.in_(kinds),
            func.coalesce(Subject.recommendation_id, Subject.id) == recommendation_id,
        )
    )
    if found is None:
        raise NotFound


def _check_number(user_id: int) -> None:
    count = db.session.scalar(
        select(func.count()).select_from(CommentDraft).where(CommentDraft.user_id == user_id)
    )
    if (count or 0) >= MAX_DRAFTS:
        raise Conflict(
            _l(
                "Sie haben 100 Entwürfe. Verwerfen Sie unter „Mein Konto“, „Angefangene Beiträge“ "
                "einen, den Sie nicht mehr brauchen."
            )
        )


def _at(user_id: int, mode: DraftMode, place_id: int) -> tuple[Any, ...]:
    return (
        CommentDraft.user_id == user_id,
        CommentDraft.mode == mode,
        CommentDraft.place_id == place_id,
    )


def _row(
    user_id: int, mode: DraftMode, place_id: int, *, lock: bool = False
) -> CommentDraft | None:
    statement = select(CommentDraft).where(*_at(user_id, mode, place_id))
    return db.session.scalars(statement.with_for_update() if lock else statement).one_or_none()


def _context(row: CommentDraft) -> str:
    return f"comment-draft:{row.user_id}:{row.mode.value}:{row.place_id}"


def _content(row: CommentDraft) -> dict[str, Any]:
    return unseal(row.sealed, _context(row))


def _opened(row: CommentDraft) -> Draft:
    content = _content(row)
    others = tuple(
        Other(other["text"], datetime.fromisoformat(other["saved_at"]))
        for other in content.pop("others")
    )
    return Draft(
        row.id, row.mode, row.place_id, row.edition, row.saved_at, others=others, **content
    )
