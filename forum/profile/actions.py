"""Changing one's own account: how one appears, consent, the copy of one's data, and leaving."""

import uuid
from datetime import UTC, datetime

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from forum.accounts import actions as accounts
from forum.accounts import links, sessions
from forum.accounts import queries as people
from forum.accounts.events import AccountErased, AppearanceChanged, MembershipChanged
from forum.accounts.models import Appearance, Consent, User
from forum.accounts.names import is_reserved
from forum.amendments import erasing as proposals
from forum.deliberation.erasing import erase_texts, erase_waiting
from forum.following.actions import forget_address
from forum.kernel import clock, html, jobs, mail
from forum.kernel.db import after_commit, begin_writing, db, save
from forum.kernel.errors import Conflict, ForumError
from forum.kernel.events import announce
from forum.membership.inviting import forget_person
from forum.moderation.erasing import forget_letters, forget_reporter
from forum.profile import letters, queries
from forum.profile.models import DataExport, Erasure, InactivityWarning
from forum.profile.policy import ERASE, EXPORT, Asking, Leaving
from forum.recommendations.actions import touch
from forum.search.actions import forget_everything_gone
from forum.stances.actions import forget_drafts as forget_stances

MIN_NAME, MAX_NAME, MAX_PSEUDONYM = 2, 100, 40
GONE = "Ehemaliges Mitglied"


class Refused(ForumError):
    """A field cannot be as it was typed; `field` says which."""

    status = 422

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def appear(user_id: int, *, name: str, appearance: Appearance, pseudonym: str) -> None:
    """Change one's name, and how one appears beside all that one has written and will write."""
    begin_writing()
    user = people.user(user_id, lock=True)
    name, pseudonym = " ".join(html.plain(name).split()), " ".join(html.plain(pseudonym).split())
    if name != user.name:
        _check_name(user, name)
    if pseudonym and pseudonym != user.pseudonym:
        _check_pseudonym(user, pseudonym)
    if appearance is Appearance.PSEUDONYM_BENCH and not pseudonym:
        raise Refused("pseudonym", _("Geben Sie das Pseudonym ein, unter dem Sie erscheinen."))
    if (name, appearance, pseudonym or None) == (user.name, user.appearance, user.pseudonym):
        return
    try:
        with db.session.begin_nested():
            # In one statement: a pseudonym one appears under may not be missing for a moment.
            user.name, user.appearance, user.pseudonym = name, appearance, pseudonym or None
            db.session.flush()
    except IntegrityError:
        raise Refused("pseudonym", _taken()) from None
    announce(AppearanceChanged(user_id=user_id))


def _check_name(user: User, name: str) -> None:
    if not MIN_NAME <= len(name) <= MAX_NAME:
        raise Refused("name", _("Ein Name hat 2 bis 100 Zeichen."))
    if known := queries.imitated(name, user):
        raise Refused(
            "name",
            _("Dieser Name klingt wie „%(known)s“. Geben Sie Ihren eigenen an.", known=known),
        )


def _check_pseudonym(user: User, pseudonym: str) -> None:
    if not MIN_NAME <= len(pseudonym) <= MAX_PSEUDONYM:
        raise Refused("pseudonym", _("Ein Pseudonym hat 2 bis 40 Zeichen."))
    if known := queries.imitated(pseudonym, user):
        raise Refused(
            "pseudonym",
            _("Dieses Pseudonym klingt wie „%(known)s“. Wählen Sie ein anderes.", known=known),
        )
    if is_reserved(pseudonym):
        raise Refused(
            "pseudonym",
            _("Dieses Pseudonym klingt nach einem Amt im Forum. Wählen Sie ein anderes."),
        )
    if queries.is_taken(pseudonym, user.id):
        raise Refused("pseudonym", _taken())


def _taken() -> str:
    return _(
        "Dieses Pseudonym, oder eines, das ihm gleicht, hat schon jemand. Wählen Sie ein anderes."
    )


def agree(user_id: int, version: int) -> None:
    """Agree to the version of the text that was shown; Conflict when there is a newer one."""
    begin_writing()
    texts = queries.consent_texts()
    if not texts or texts[0].number != version:
        raise Conflict(
            _("Den Text gibt es inzwischen in einer neuen Fassung. Lesen Sie sie bitte.")
        )
    user = people.user(user_id)
    if user.consent_version == version:
        return
    accounts.give_consent(user_id, version)
    links.send(
        "withdraw",
        user.email,
        lambda link: letters.agreed(texts[0], link),
        user_id=user_id,
    )


def withdraw(user_id: int, *, erase: bool) -> None:
    """Take one's consent back. What one has written goes, or stays under a pseudonym."""
    begin_writing()
    accounts.withdraw_consent(user_id)  # after which one appears under a pseudonym
    if erase:
        _erase_texts(user_id)
    user = people.user(user_id)
    mail.post(user.email, *letters.withdrawn(erased=erase))


def pseudonymise(user_id: int) -> None:
    """Have somebody appear under a pseudonym from now on, in what stands already, too."""
    begin_writing()
    user = people.user(user_id, lock=True)
    if user.appearance is Appearance.PSEUDONYM_BENCH:
        return
    user.pseudonym = user.pseudonym or f"Mitglied {uuid.uuid4().hex[:8]}"
    user.appearance = Appearance.PSEUDONYM_BENCH
    db.session.flush()
    announce(AppearanceChanged(user_id=user_id))
    _clear_kept()


def ask_for_export(user_id: int) -> None:
    """Ask for a copy of all we hold about oneself; a job makes it."""
    begin_writing()
    user = people.user(user_id, lock=True)
    last = queries.newest_export(user_id)
    now = datetime.now(UTC)
    EXPORT.require(user, Asking(user_id, last.requested_at if last else None, now))
    save(DataExport(user_id=user_id, requested_at=now))
    jobs.nudge("profile.exports")


def store_export(export_id: int, content: bytes) -> None:
    """Keep a finished copy and tell its owner; the mail leads to the account, where it lies."""
    begin_writing()
    export = db.session.get(DataExport, export_id)
    if export is None or export.ready_at is not None:
        return
    export.content, export.ready_at = content, datetime.now(UTC)
    db.session.flush()
    mail.post(people.user(export.user_id).email, *letters.export_ready())


def forget_exports() -> None:
    """Remove copies whose days are over."""
    begin_writing()
    limit = datetime.now(UTC) - queries.EXPORT_KEPT
    db.session.execute(delete(DataExport).where(DataExport.ready_at < limit))


def erase(user_id: int, *, texts: bool) -> None:
    """Erase an account: what names the person goes now, in this one transaction.

    `texts` takes all contributions back; else they stay, without a name. No mail says so: the
    address is gone. Ballots are taken back
    by a job, which then destroys the secret: no transaction names both.
    """
    begin_writing()
    user = people.user(user_id, lock=True)
    if user.erased_at is not None:
        return
    ERASE.require(user, Leaving(user_id, queries.last_of(user).administrator))
    email, known = user.email, [user.name, user.pseudonym or ""]
    if texts:
        _erase_texts(user_id)
    else:
        erase_waiting(user_id)
    forget_reporter(user_id, email)
    forget_person(email)
    forget_address(email)
    # A short name stands in many a mail by chance.
    mail.forget(email, *(text for text in known if len(text) >= 6 and not text.isalpha()))
    for table in queries.belongings():
        db.session.execute(delete(table).where(table.c.user_id == user_id))
    db.session.execute(
        update(Consent)
        .where(Consent.user_id == user_id, Consent.withdrawn_at.is_(None))
        .values(withdrawn_at=datetime.now(UTC))
    )
    db.session.execute(
        update(User)
        .where(User.id == user_id)
        .values(
            email=f"{uuid.uuid4().hex}@geloescht.invalid",
            name=GONE,
            pseudonym=None,
            pseudonym_key=None,
            appearance=Appearance.NAME_BENCH,
            password=None,
            active=False,
            fs_uniquifier=uuid.uuid4().hex,
            confirmed_at=None,
            member_since=None,
            is_speaker=False,
            is_contact=False,
            own_bench_id=None,
            consent_version=None,
            organisation_id=None,
            party_id=None,
            last_active_on=None,
            unread_news=0,
            erased_at=clock.now(),
        )
    )
    save(Erasure(user_id=user_id, requested_at=datetime.now(UTC)))
    forget_everything_gone()
    announce(AccountErased(user_id=user_id))
    announce(AppearanceChanged(user_id=user_id))
    announce(MembershipChanged(user_id=user_id))
    _clear_kept()
    jobs.nudge("profile.erasures")


def _erase_texts(user_id: int) -> None:
    texts = proposals.erase_texts(user_id)
    gone = erase_texts(user_id)
    for recommendation_id in texts:
        touch(recommendation_id)
    forget_stances(user_id)
    forget_letters(gone)
    forget_everything_gone()
    _clear_kept()


def _clear_kept() -> None:
    """Pages of former revisions are served no more; drop their bytes, too."""
    after_commit(current_app.extensions["forum_kept"].clear, once="kept pages cleared")


def destroy_secret(user_id: int) -> None:
    """The last step of an erasure: from now on nothing leads from here to any ballot."""
    begin_writing()
    db.session.execute(update(User).where(User.id == user_id).values(ballot_secret=None))
    db.session.execute(delete(Erasure).where(Erasure.user_id == user_id))


def warn_unused(user_id: int, *, ends: str, is_second: bool) -> None:
    """Tell somebody that their unused account will end, and note that they were told."""
    begin_writing()
    user = people.user(user_id, lock=True)
    warning = db.session.get(InactivityWarning, user_id)
    if warning is None:
        save(InactivityWarning(user_id=user_id, first_at=clock.now()))
    elif is_second and warning.second_at is None:
        warning.second_at = clock.now()
    else:
        return
    db.session.flush()
    mail.post(user.email, *letters.unused(ends))


def forget_warning(user_id: int) -> None:
    """Somebody came back: the count begins anew."""
    begin_writing()
    db.session.execute(delete(InactivityWarning).where(InactivityWarning.user_id == user_id))


def end_session(user_id: int, session_id: int) -> None:
    """Sign one device out."""
    sessions.end_one(user_id, session_id)


def end_all_sessions(user_id: int) -> None:
    """Sign out everywhere."""
    sessions.end_all(user_id)


def send_leaving(user_id: int) -> None:
    """Mail the link behind which somebody erases their account."""
    begin_writing()
    user = people.user(user_id)
    links.void(user_id, ["leave"])
    links.send("leave", user.email, letters.leave, user_id=user_id)
