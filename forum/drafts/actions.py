"""Keeping drafts, showing them to colleagues, remarking on them, and letting them go."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete

from forum.accounts import queries as accounts
from forum.accounts.models import Appearance, User, Visitor
from forum.drafts import policy, queries
from forum.drafts.models import Draft, DraftRemark
from forum.drafts.policy import Paper
from forum.drafts.writing import MAX_REMARK, PREFIX, Content, Refused, check, of, readable
from forum.kernel import clock, vault
from forum.kernel.db import begin_writing, db, save
from forum.kernel.errors import Conflict, NotFound

MOST = 50
"""Drafts of one person: more are no drafts but an archive."""
MAX_SUBMISSION = 60


class Stale(Conflict):
    """The draft was changed in another window since the form was opened."""

    def __init__(self, draft_id: int) -> None:
        super().__init__(_l("Diesen Entwurf haben Sie inzwischen an anderer Stelle geändert."))
        self.draft_id = draft_id


class NeedsConfirming(Conflict):
    """Whoever appears without name or organisation has to say that colleagues may see them."""

    def __init__(self) -> None:
        super().__init__(_l("Bestätigen Sie, dass Ihre Kolleginnen und Kollegen Sie sehen."))


def keep(
    who: User | Visitor,
    recommendation_id: int,
    content: Content,
    submission: str,
    edition: int | None = None,
) -> int:
    """Keep what somebody is writing, by the number of its form; the id of the draft.

    `edition` is the one the form was opened with, None for a form that knows of no draft. A text
    that was changed elsewhere meanwhile is not overwritten.
    """
    check(content)
    submission = number_of(submission)
    begin_writing()
    policy.WRITE.require(who, Paper())
    assert isinstance(who, User) and who.id is not None  # noqa: S101, PT018 - asked
    person = accounts.user(who.id, lock=True)  # one after the other, in several windows too
    policy.WRITE.require(person, Paper())
    found = queries.kept(who.id, submission)
    if found is None:
        if edition:
            raise NotFound(
                _("Diesen Entwurf gibt es nicht mehr: Er ist veröffentlicht oder gelöscht.")
            )
        if queries.count(who.id) >= MOST:
            raise Conflict(
                _("Mehr als %(n)s Entwürfe bewahren wir nicht auf. Löschen Sie einen.", n=MOST)
            )
        found = Draft(
            user_id=who.id,
            recommendation_id=recommendation_id,
            kind=content.what,
            submission=submission,
            edition=0,
        )
        db.session.add(found)
    else:
        place = queries.sealed_in(who.id, submission)
        if of(found.kind, queries.unsealed(found.sealed, place)) == content:
            return found.id
        if found.edition != edition:
            raise Stale(found.id)
    found.sealed = vault.seal(content.stored(), queries.sealed_in(who.id, submission))
    found.edition += 1
    db.session.flush()
    return found.id


def number_of(submission: str) -> str:
    """The number of a form as its draft has it, and posts with."""
    return submission if submission.startswith(PREFIX) else f"{PREFIX}{submission[:MAX_SUBMISSION]}"


def show(who: User | Visitor, draft_id: int, *, seen_by_name: bool) -> None:
    """Show a draft to the people of one's organisation.

    `seen_by_name`: they have been told that these see who wrote it, and agreed.
    """
    person, draft = _own(who, draft_id, policy.SHOW)
    if person.appearance is not Appearance.NAME_ORGANISATION and not seen_by_name:
        raise NeedsConfirming
    draft.organisation_id, draft.shown_at = person.organisation_id, clock.now()
    db.session.flush()


def hide(who: User | Visitor, draft_id: int) -> None:
    """Show it to nobody any more. What was remarked goes: it was said to the organisation."""
    _person, draft = _own(who, draft_id, policy.DELETE)
    draft.organisation_id = draft.shown_at = None
    db.session.execute(delete(DraftRemark).where(DraftRemark.draft_id == draft_id))
    db.session.flush()


def drop(who: User | Visitor, draft_id: int) -> None:
    """Delete a draft with all that was remarked on it."""
    _person, draft = _own(who, draft_id, policy.DELETE)
    _delete(Draft.id == draft.id)


def remark(who: User | Visitor, draft_id: int, text: str, edition: int) -> None:
    """Say something about a draft one is shown, or has written."""
    text = readable(text, "remark")
    if not text:
        raise Refused({"remark": _("Schreiben Sie, was Sie anmerken.")})
    if len(text) > MAX_REMARK:
        raise Refused({"remark": _("Kürzen Sie die Bemerkung auf %(n)s Zeichen.", n="2.000")})
    begin_writing()
    policy.READ.require(who)
    assert isinstance(who, User) and who.id is not None  # noqa: S101, PT018 - asked
    queries.row(draft_id)
    person = accounts.user(who.id)
    view = queries.draft(person, draft_id)  # 404 for whoever has left meanwhile
    policy.REMARK.require(person, view.paper)
    if not view.is_shown:
        raise Conflict(_("Dieser Entwurf wird niemandem mehr gezeigt."))
    save(
        DraftRemark(
            draft_id=draft_id,
            user_id=person.id,
            edition=min(max(edition, 1), view.edition),
            sealed=vault.seal({"text": text}, queries.remark_in(draft_id, person.id)),
            written_at=clock.now(),
        )
    )


def take_back(who: User | Visitor, draft_id: int, remark_id: int) -> None:
    """Remove one's own remark."""
    begin_writing()
    policy.READ.require(who)
    db.session.execute(
        delete(DraftRemark).where(
            DraftRemark.id == remark_id,
            DraftRemark.draft_id == draft_id,
            DraftRemark.user_id == who.id,
        )
    )


def posted(user_id: int, submission: str | None) -> None:
    """What came out of a draft is public: the draft goes, with its remarks."""
    if submission and submission.startswith(PREFIX):
        begin_writing()
        _delete(Draft.user_id == user_id, Draft.submission == submission)


def forget(user_id: int) -> None:
    """Without a consent nothing of what somebody is writing may be kept."""
    begin_writing()
    _delete(Draft.user_id == user_id)
    db.session.execute(delete(DraftRemark).where(DraftRemark.user_id == user_id))


def forget_older(than: datetime) -> None:
    """Let go of drafts that nobody has touched for long."""
    begin_writing()
    _delete(Draft.updated_at < than)


def _own(who: User | Visitor, draft_id: int, rule: Any) -> tuple[User, Draft]:
    begin_writing()
    policy.READ.require(who)
    assert isinstance(who, User) and who.id is not None  # noqa: S101, PT018 - asked
    draft = queries.row(draft_id)
    person = accounts.user(who.id)
    view = queries.draft(person, draft_id)
    rule.require(person, view.paper)
    return person, draft


def _delete(*which: Any) -> None:
    """Remarks go with their draft, by the database."""
    db.session.execute(delete(Draft).where(*which).execution_options(synchronize_session=False))
