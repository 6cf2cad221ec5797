"""Mail: a row in the transaction of its cause, sent by a job after the commit.

At least once: a process killed between sending and marking sends that one mail a second time.

What somebody may have to be kept from reading by the time it is sent (a contribution hidden
meanwhile) is no text in a row: `post_late` notes only for whom, and a `composer` writes the mail in
the moment it is sent, again at every attempt.
"""

import smtplib
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, make_msgid
from pathlib import Path
from urllib.parse import unquote, urlsplit

import structlog
from flask import current_app
from sqlalchemy import Index, UniqueConstraint, delete, func, insert, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel import clock, identity, jobs
from forum.kernel.db import LongText, Model, ShortText, after_commit, db, save, unit_of_work

log = structlog.get_logger()

CLAIM = timedelta(minutes=5)
MAX_ATTEMPTS = 8
BATCH = 200
AT_A_TIME = 20.0
"""Seconds after which other work gets its turn before more mails are sent."""


class Mail(Model):
    """A mail that is due, or was sent. Its body is cleared once sent: it may hold live links."""

    __tablename__ = "mails"
    __table_args__ = (
        Index(None, "sent_at", "due_at"),
        UniqueConstraint("composer", "reference"),  # of those composed late, one at a time each
    )

    recipient: Mapped[ShortText]
    subject: Mapped[ShortText]
    body: Mapped[LongText]
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    # Retries and claims are the machine's business: real time.
    due_at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC))
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    is_kept: Mapped[bool] = mapped_column(default=True)
    """False: once it is sent, or given up, no trace of the recipient stays here."""
    composer: Mapped[ShortText | None]
    """Who writes it in the moment it is sent; recipient, subject and body are empty until then."""
    reference: Mapped[int | None]
    """For whom, in the composer's own words."""


@dataclass(frozen=True)
class Composed:
    """A mail as its composer writes it, and what is to happen once it is out."""

    recipient: str
    subject: str
    body: str
    unsubscribe: str
    """The address that ends these mails by one POST (RFC 8058)."""
    done: Callable[[], None]
    """Called in a write transaction: it was sent, or nobody will try any more."""


Composer = Callable[[int], Composed | None]
"""Writes the mail for a reference, in a write transaction; None when there is nothing to say."""

_composers: dict[str, Composer] = {}


def composer(name: str, compose: Composer) -> None:
    """Declare who composes the mails of this name."""
    _composers[name] = compose


def post_late(name: str, references: Sequence[int]) -> None:
    """Put mails into the outbox that `name` composes when they are sent.

    None of the references may have one waiting.
    """
    if not references:
        return
    now, due = clock.now(), datetime.now(UTC)
    common = {"recipient": "", "subject": "", "body": "", "created_at": now, "due_at": due}
    common |= {"attempts": 0, "is_kept": False, "composer": name}
    db.session.execute(insert(Mail), [common | {"reference": one} for one in references])
    jobs.nudge("mail")


def post(recipient: str, subject: str, body: str, *, keep: bool = True) -> None:
    """Put a plain-text mail into the outbox of this transaction.

    Without `keep` nothing of it stays once it is sent: for people who have no account here.
    """
    save(Mail(recipient=recipient, subject=" ".join(subject.split()), body=body, is_kept=keep))
    jobs.nudge("mail")


def forget(recipient: str, *quoted: str) -> None:
    """Remove every mail to this address, and those to others that quote one of these texts.

    Within the running write transaction. Where mails go into a folder instead of out of the house,
    they are removed there too once it has been committed.
    """
    said = [text for text in quoted if text]
    db.session.execute(
        delete(Mail).where(
            or_(
                func.lower(Mail.recipient) == recipient.lower(),
                *(
                    column.contains(text, autoescape=True)
                    for text in said
                    for column in (Mail.subject, Mail.body)
                ),
            )
        )
    )
    if not current_app.config["FORUM"].SMTP_URL:
        after_commit(lambda: _forget_files([recipient, *said]))


def _forget_files(texts: list[str]) -> None:
    for path in _folder().glob("*.eml"):
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        content = f"{message['To']}\n{message['Subject']}\n{message.get_content()}".lower()
        if any(text.lower() in content for text in texts):
            path.unlink(missing_ok=True)


def _folder() -> Path:
    config = current_app.config["FORUM"]
    folder: Path = config.MAIL_DIR or config.DATA / "mail"
    return folder


def post_all(letters: Sequence[tuple[str, str, str]]) -> None:
    """Put many mails (recipient, subject, body) into the outbox at once."""
    if not letters:
        return
    now, due = clock.now(), datetime.now(UTC)
    db.session.execute(
        insert(Mail),
        [
            {
                "recipient": recipient,
                "subject": " ".join(subject.split()),
                "body": body,
                "created_at": now,
                "due_at": due,
                "attempts": 0,
                "is_kept": True,
            }
            for recipient, subject, body in letters
        ],
    )
    jobs.nudge("mail")


def deliver_due() -> int:
    """Send what is due, each mail claimed first; returns how many were sent.

    One connection serves them all. A mail that cannot be sent does not keep the next from its way;
    a server that cannot be reached ends the run, and the minute's sweep tries again.
    """
    sent, ends = 0, time.monotonic() + AT_A_TIME
    with _Way() as way:
        while due := _due():
            for mail_id in due:
                sent += _deliver(mail_id, way)
                if way.is_down:
                    return sent
            if time.monotonic() > ends:
                with unit_of_work():
                    jobs.nudge("mail")
                break
    return sent


def _due() -> Sequence[int]:
    with unit_of_work():
        now = datetime.now(UTC)
        return db.session.scalars(
            select(Mail.id)
            .where(
                Mail.sent_at.is_(None),
                Mail.attempts < MAX_ATTEMPTS,
                Mail.due_at <= now,
                or_(Mail.claimed_at.is_(None), Mail.claimed_at < now - CLAIM),
            )
            .order_by(Mail.due_at, Mail.id)
            .limit(BATCH)
        ).all()


def _deliver(mail_id: int, way: "_Way") -> bool:
    now = datetime.now(UTC)
    done: Callable[[], None] | None = None
    attempts, is_kept = 1, True
    try:
        with unit_of_work(writing=True):
            claimed = db.session.scalars(
                update(Mail)
                .where(
                    Mail.id == mail_id,
                    Mail.sent_at.is_(None),
                    or_(Mail.claimed_at.is_(None), Mail.claimed_at < now - CLAIM),
                )
                .values(claimed_at=now, attempts=Mail.attempts + 1)
                .returning(Mail)
            ).first()
            if claimed is None:
                return False
            attempts, is_kept = claimed.attempts, claimed.is_kept
            if claimed.composer is None:
                message = _message(claimed)
            else:
                composed = _composers[claimed.composer](claimed.reference or 0)
                if composed is None:
                    db.session.execute(delete(Mail).where(Mail.id == mail_id))
                    return False
                message, done = _composed(composed, claimed.created_at), composed.done
        way.send(message)
    except Exception as error:
        if isinstance(error, (OSError, smtplib.SMTPException)):
            log.warning("mail.failed", mail=mail_id, attempt=attempts, error=type(error).__name__)
        else:  # a mail that cannot be written keeps nobody else's from being sent
            log.exception("mail.unwritable", mail=mail_id)
        _try_again(mail_id, now, done)
        return False
    with unit_of_work(writing=True):
        if is_kept:
            db.session.execute(
                update(Mail).where(Mail.id == mail_id).values(sent_at=datetime.now(UTC), body="")
            )
        else:
            db.session.execute(delete(Mail).where(Mail.id == mail_id))
        if done is not None:
            done()
    return True


def _try_again(mail_id: int, now: datetime, done: Callable[[], None] | None) -> None:
    """Later and later; what is not kept is given up in the end, and its news with it."""
    with unit_of_work(writing=True):
        mail = db.session.get(Mail, mail_id)
        if mail is None:
            return
        if mail.claimed_at != now:  # composing failed, and the claim with it
            mail.attempts += 1
        mail.claimed_at, mail.due_at = None, now + timedelta(minutes=2**mail.attempts)
        if mail.attempts >= MAX_ATTEMPTS and not mail.is_kept:
            db.session.delete(mail)
            if done is not None:
                done()


class _Whole(policy.EmailPolicy):
    """Leaves addresses in headers in one piece: folded and encoded, no mail program finds them."""

    def fold(self, name: str, value: str) -> str:
        if name == "List-Unsubscribe":
            return f"{name}: {value}{self.linesep}"
        return super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        if name == "List-Unsubscribe":
            return self.fold(name, value).encode("ascii")
        return super().fold_binary(name, value)


def _composed(mail: Composed, at: datetime) -> EmailMessage:
    message = _message(
        Mail(
            recipient=mail.recipient,
            subject=" ".join(mail.subject.split()),
            body=mail.body,
            created_at=at,
        )
    )
    message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return message


def _message(mail: Mail) -> EmailMessage:
    message = EmailMessage(policy=_Whole())
    sender = current_app.config["FORUM"].MAIL_SENDER
    message["From"] = sender if "<" in sender else formataddr((identity.name(), sender))
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = make_msgid(domain="forum.invalid")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body)
    return message


def send_now(recipient: str, subject: str, body: str) -> None:
    """Send past the outbox: a test of the way itself. Raises what the server or the folder says."""
    with _Way() as way:
        way.send(
            _message(Mail(recipient=recipient, subject=subject, body=body, created_at=clock.now()))
        )


@contextmanager
def connected(timeout: float = 20) -> Iterator[smtplib.SMTP]:
    """The mail server of the settings, encrypted and signed in as they say."""
    address = urlsplit(current_app.config["FORUM"].SMTP_URL)
    secure = address.scheme == "smtps"
    server: smtplib.SMTP = (smtplib.SMTP_SSL if secure else smtplib.SMTP)(
        address.hostname or "localhost", address.port or (465 if secure else 25), timeout=timeout
    )
    with server:
        server.ehlo_or_helo_if_needed()
        if not secure and server.has_extn("starttls"):
            server.starttls()
        if address.username:
            server.login(unquote(address.username), unquote(address.password or ""))
        yield server


class _Way:
    """Out of the house: one connection for many mails, opened with the first; or the folder."""

    def __init__(self) -> None:
        self.is_down = False
        self._open = ExitStack()
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> "_Way":
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def send(self, message: EmailMessage) -> None:
        """Raises what the server or the folder says; after a refusal the connection goes on."""
        if not current_app.config["FORUM"].SMTP_URL:
            _into_folder(message)
            return
        if self._server is None:
            try:
                self._server = self._open.enter_context(connected())
            except (OSError, smtplib.SMTPException):
                self.is_down = True
                raise
        try:
            self._server.send_message(message)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError):
            raise  # of this mail; smtplib has reset the conversation
        except BaseException:
            self._close()
            raise

    def _close(self) -> None:
        self._server = None
        try:
            self._open.close()
        except (OSError, smtplib.SMTPException):
            log.info("mail.hung_up")


def _into_folder(message: EmailMessage) -> None:
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{uuid.uuid4().hex[:8]}.eml"
    temporary = folder / f".{name}"
    temporary.write_bytes(bytes(message))
    temporary.rename(folder / name)  # whoever watches the folder sees whole mails only


jobs.task("mail", deliver_due)
