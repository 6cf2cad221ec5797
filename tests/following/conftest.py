"""What tests of following share: a debate to follow, and a real mail server."""

import email
import email.policy
import re
import socket
from dataclasses import replace

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select, update

from forum.accounts.models import User
from forum.following import actions
from forum.following.models import Notice, Pace
from forum.following.queries import TOPICS
from forum.following.targets import Target
from forum.kernel.db import db
from tests.deliberation.conftest import Debate, debate

__all__ = ["Debate", "debate"]


class Server:
    """A mail server that notes what comes, and refuses whom it is told to."""

    def __init__(self):
        self.mails, self.raw, self.refused, self.sessions = [], [], set(), set()

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address in self.refused:
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.sessions.add(id(session))
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        self.raw.append(envelope.content)
        return "250 OK"

    def to(self, person):
        address = person if isinstance(person, str) else person.email
        return [mail for mail in self.mails if mail["To"] == address]


@pytest.fixture
def server(app, monkeypatch):
    """Mails go out by SMTP to this server."""
    handler = Server()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    config = replace(app.config["FORUM"], SMTP_URL=f"smtp://127.0.0.1:{port}")
    monkeypatch.setitem(app.config, "FORUM", config)
    yield handler
    controller.stop()


class Following:
    """Follows, as people do it, and looks at what they are told."""

    def __init__(self, make):
        self.make = make

    def follow(self, person, subject=None, *, party=None):
        target = Target(getattr(subject, "id", subject), party.id if party is not None else None)
        self.make.run(lambda: actions.follow(person, target))

    def choose(self, person, pace=Pace.AT_ONCE, **more):
        given = {"follows_own": True, "mails": TOPICS} | more
        self.make.run(lambda: actions.choose(person, pace=pace, **given))

    def notices(self, person):
        def read():
            rows = db.session.scalars(
                select(Notice).where(Notice.user_id == person.id).order_by(Notice.id)
            ).all()
            return [str(row.reason) for row in rows]

        return self.make.run(read)

    def unread(self, person):
        return self.make.run(lambda: db.session.get(User, person.id).unread_news)

    def now(self):
        """As if every mail's wait after a failure were over."""
        from datetime import UTC, datetime

        from forum.kernel.mail import Mail

        self.make.run(
            lambda: db.session.execute(
                update(Mail).where(Mail.sent_at.is_(None)).values(due_at=datetime.now(UTC))
            )
        )


@pytest.fixture
def following(make):
    return Following(make)


@pytest.fixture
def follower(make):
    """A member who follows things."""
    return make.member(name="Frieda Folgsam")


@pytest.fixture
def paragraph(make, debate):
    """The first Abschnitt: its key."""
    from forum.recommendations.queries import clauses

    key = debate.recommendation.id
    return make.run(lambda: clauses([key])[key][0].paragraph_id)


def text_of(mail):
    return mail.get_content().replace("\r\n", "\n")


def link_in(mail, path):
    """The path and query of the first address in a mail that begins so."""
    return re.search(rf"https?://[^/\s]+({path}\S*)", text_of(mail))[1]
