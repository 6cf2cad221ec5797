"""The round that is measured: the start content, members of all benches, one long thread."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import flask_migrate
from sqlalchemy import select, update

from forum.accounts import sessions
from forum.accounts.actions import give_consent
from forum.accounts.models import Bench as BenchModel
from forum.accounts.models import Organisation, Role, RoleGrant, User
from forum.accounts.queries import entitled_count, with_all
from forum.ballots.models import Tally
from forum.ballots.recounting import recount
from forum.config import Config
from forum.content import actions as content
from forum.deliberation.actions import post_comment
from forum.deliberation.models import CommentKind
from forum.factory import create_app
from forum.kernel import clock
from forum.kernel.db import db, save, unit_of_work
from forum.kernel.web import ForumApp
from forum.recommendations.models import Consultation
from forum.recommendations.queries import clauses, current_consultation, published_in
from tools.bench.data import Conversation
from tools.bench.load import Client

PEOPLE = 40


@dataclass
class Bench:
    """What the measurements need to know of the round."""

    app: ForumApp
    environ: dict[str, str]
    path: str
    recommendation_id: int
    wordings: Sequence[int]
    cookies: Sequence[str]
    cookie_name: str

    def member(self, port: int, number: int) -> Client:
        """A signed-in member's connection."""
        return Client(port, {"Cookie": f"{self.cookie_name}={self.cookies[number]}"})

    def token(self, person: Client) -> str:
        """The CSRF token of their session, as their pages carry it."""
        found = re.search(rb'X-CSRFToken": "([^"]+)"', person.get(self.path).body)
        assert found
        return found.group(1).decode()

    def recount(self) -> int:
        """How many tallies of what was voted on differ from their ballots.

        The comments of the conversation carry totals without ballots and stay out.
        """
        with self.app.app_context():
            return sum(one.subject_id in set(self.wordings) for one in recount())


def build(folder: Path, talk: Conversation, database: str = "") -> Bench:
    """A data folder with content, people and the conversation under the first recommendation."""
    environ = {
        "FORUM_DATA": str(folder),
        "FORUM_NOW": "2017-08-17T10:00",
        "FORUM_DEMO": "off",
        "FORUM_RATE_LIMITS": "off",
        "FORUM_LOG_LEVEL": "info",
    } | ({"FORUM_DATABASE_URL": database} if database else {})
    app = create_app(Config.from_environ(environ))
    with app.app_context():
        flask_migrate.upgrade()
        app.extensions["forum_jobs"].prepare()
        clock.advance_to(clock.parse_local("2017-08-17T10:00"))
        with unit_of_work():
            content.import_folder(content.PACKAGED)
        people = _people()
        consultation = current_consultation()
        assert consultation
        recommendation = published_in(consultation)[0]
        wordings = [clause.wording_id for clause in clauses([recommendation.id])[recommendation.id]]
        db.session.remove()
        for number, text in enumerate(talk.texts):
            kind = tuple(CommentKind)[number % 4]
            with unit_of_work():
                comment = post_comment(
                    people[number % PEOPLE],
                    about_subject_id=recommendation.id,
                    kind=kind,
                    source=text,
                )
                agree, neutral, against = talk.votes[number]
                save(Tally(subject_id=comment.id, agree=agree, neutral=neutral, against=against))
        with unit_of_work():
            keys = [
                f"{user.fs_uniquifier}.{sessions.begin(user, '', remembered=False)}"
                for user in people
            ]
        serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        cookies = [
            serializer.dumps({"_user_id": key, "_fresh": True, "csrf_token": "0" * 40})
            for key in keys
        ]
    return Bench(
        app,
        environ,
        f"/empfehlungen/{recommendation.slug}",
        recommendation.id,
        wordings,
        cookies,
        app.config["SESSION_COOKIE_NAME"],
    )


def _people() -> list[User]:
    with unit_of_work(writing=True):
        benches = db.session.scalars(
            select(BenchModel).where(BenchModel.is_counted).order_by(BenchModel.position)
        ).all()
        for number in range(PEOPLE):
            bench = benches[number % len(benches)]
            organisation = save(
                Organisation(
                    slug=f"bench-{number}",
                    name=f"Verband {number}",
                    short_name=f"V{number}",
                    kind="kammer",
                    is_invented=True,
                    bench_id=bench.id,
                )
            )
            user = save(
                User(
                    email=f"bench{number}@example.org",
                    name=f"Person {number}",
                    organisation_id=organisation.id,
                    confirmed_at=datetime.now(UTC),
                    member_since=datetime.now(UTC),
                )
            )
            save(RoleGrant(user_id=user.id, role=Role.MEMBER, granted_at=datetime.now(UTC)))
            give_consent(user.id, 1)
        db.session.execute(update(Consultation).values(entitled=entitled_count()))
    with unit_of_work():
        found = (
            db.session.scalars(
                with_all(select(User).where(User.email.like("bench%")).order_by(User.id))
            )
            .unique()
            .all()
        )
        db.session.expunge_all()
    return list(found)
