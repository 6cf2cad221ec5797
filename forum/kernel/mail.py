"""Mail: a row in the transaction of its cause, sent by a job after the commit.

At least once: a process killed between sending and marking sends the mail a second time.
"""

import smtplib
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, make_msgid
from pathlib import Path
from urllib.parse import unquote, urlsplit

import structlog
from flask import current_app
from sqlalchemy import Index, delete, func, insert, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel import clock, identity, jobs
from forum.kernel.db import LongText, Model, ShortText, after_commit, db, save, unit_of_work

log = structlog.get_logger()

CLAIM = timedelta(minutes=5)
MAX_ATTEMPTS = 8


class Mail(Model):
    """A mail that is due, or was sent. Its body is cleared once sent: it may hold live links."""

    __tablename__ = "mails"
    __table_args__ = (Index(None, "sent_at", "due_at"),)

    recipient: Mapped[ShortText]
    subject: Mapped[ShortText]
    body: Mapped[LongText]
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    # Retries and claims are the machine's business: real time.
    due_at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC))
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)


def post(recipient: str, subject: str, body: str) -> None:
    """Put a plain-text mail into the outbox of this transaction."""
    save(Mail(recipient=recipient, subject=" ".join(subject.split()), body=body))
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
            }
            for recipient, subject, body in letters
        ],
    )
    jobs.nudge("mail")


def deliver_due() -> int:
    """Send what is due, each mail claimed first; returns how many were sent."""
    sent = 0
    with unit_of_work():
        now = datetime.now(UTC)
        due = db.session.scalars(
            select(Mail.id)
            .where(
                Mail.sent_at.is_(None),
                Mail.attempts < MAX_ATTEMPTS,
                Mail.due_at <= now,
                or_(Mail.claimed_at.is_(None), Mail.claimed_at < now - CLAIM),
            )
            .order_by(Mail.due_at, Mail.id)
            .limit(200)
        ).all()
    for mail_id in due:
        sent += _deliver(mail_id)
    return sent


def _deliver(mail_id: int) -> bool:
    now = datetime.now(UTC)
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
        message = _message(claimed)
        attempts = claimed.attempts
    try:
        _send(message)
    except (OSError, smtplib.SMTPException) as error:
        log.warning("mail.failed", mail=mail_id, attempt=attempts, error=type(error).__name__)
        again = now + timedelta(minutes=2**attempts)
        with unit_of_work(writing=True):
            db.session.execute(
                update(Mail).where(Mail.id == mail_id).values(claimed_at=None, due_at=again)
            )
        return False
    with unit_of_work(writing=True):
        db.session.execute(
            update(Mail).where(Mail.id == mail_id).values(sent_at=datetime.now(UTC), body="")
        )
    return True


def _message(mail: Mail) -> EmailMessage:
    message = EmailMessage()
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
    _send(_message(Mail(recipient=recipient, subject=subject, body=body, created_at=clock.now())))


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


def _send(message: EmailMessage) -> None:
    config = current_app.config["FORUM"]
    if config.SMTP_URL:
        with connected() as server:
            server.send_message(message)
        return
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{uuid.uuid4().hex[:8]}.eml"
    temporary = folder / f".{name}"
    temporary.write_bytes(bytes(message))
    temporary.rename(folder / name)  # whoever watches the folder sees whole mails only


jobs.task("mail", deliver_due)
