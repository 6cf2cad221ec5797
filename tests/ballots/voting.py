"""What tests of ballots share: people who vote, and looking at what was stored."""

import contextvars
from typing import Any

import pytest
from sqlalchemy import select

from forum.accounts import queries as accounts
from forum.accounts.models import Bench, Organisation, User
from forum.ballots import actions, queries, recounting
from forum.ballots.figures import Figures
from forum.ballots.models import Ballot, Tally
from forum.kernel.db import db, save, unit_of_work
from forum.kernel.errors import ForumError
from forum.recommendations.actions import new_subject
from forum.recommendations.models import (
    Consultation,
    Recommendation,
    Subject,
    SubjectKind,
    Wording,
)


class Polls:
    """Casts ballots as requests do: the voter is read, then the action turns to writing."""

    def __init__(self, app: Any, make: Any) -> None:
        self.app, self.make = app, make

    def read(self, call: Any) -> Any:
        def inside() -> Any:
            with self.app.app_context(), unit_of_work():
                found = call()
                db.session.expunge_all()
                return found

        return contextvars.Context().run(inside)

    def wording(self) -> int:
        """The first paragraph's wording of a new recommendation."""
        recommendation = self.make.recommendation(paragraphs=1)
        return self.read(
            lambda: db.session.scalars(
                select(Wording.id)
                .join(Wording.paragraph)
                .filter_by(recommendation_id=recommendation.id)
            ).one()
        )

    def beside(self, wording_id: int, kind: SubjectKind, number: int = 1) -> int:
        """A bare subject of `kind` beside the wording."""

        def build() -> int:
            beside = db.session.get_one(Subject, wording_id)
            return new_subject(
                kind,
                consultation_id=beside.consultation_id,
                recommendation_id=beside.recommendation_id,
                number=number,
            ).id

        return self.make.run(build)

    def uncounted_bench(self) -> str:
        """The slug of the bench „ohne Organisation“."""
        self.make.consultation()
        self.make.run(
            lambda: save(Bench(slug="ohne", name="Ohne Organisation", position=9, is_counted=False))
        )
        return "ohne"

    def cast(self, user: User, subject_id: int, value: int) -> None:
        self.act(user, lambda voter: actions.cast(voter, subject_id, value))

    def withdraw(self, user: User, subject_id: int) -> None:
        self.act(user, lambda voter: actions.withdraw(voter, subject_id))

    def act(self, user: User, act: Any) -> None:
        def inside() -> None:
            with self.app.app_context(), unit_of_work():
                act(accounts.user(user.id))

        contextvars.Context().run(inside)

    def figures(self, subject_id: int, entitled: int = 100) -> Figures:
        return self.read(lambda: queries.uncovered([subject_id], entitled)[subject_id])

    def figures_of(self, subject_ids: list[int], entitled: int = 100) -> dict[int, Figures]:
        return self.read(lambda: queries.uncovered(subject_ids, entitled))

    def refused(self, user: User, subject_id: int, status: int, sentence: str = "") -> None:
        with pytest.raises(ForumError) as refusal:
            self.cast(user, subject_id, 1)
        assert refusal.value.status == status
        assert sentence in str(refusal.value.message)

    def round(self) -> Consultation:
        """The one round, in the running unit of work."""
        return db.session.scalars(select(Consultation)).one()

    def ballots_of(self, subject_id: int) -> list[Ballot]:
        return list(db.session.scalars(select(Ballot).filter_by(subject_id=subject_id)))

    def revision(self, subject_id: int) -> int:
        return self.read(
            lambda: db.session.scalars(
                select(Recommendation.revision)
                .join(Subject, Subject.recommendation_id == Recommendation.id)
                .where(Subject.id == subject_id)
            ).one()
        )

    def totals(self, subject_id: int) -> tuple[int, int, int]:
        found = self.figures(subject_id)
        return found.agree, found.neutral, found.against

    def own(self, user: User, subject_id: int) -> int | None:
        def look() -> int | None:
            voter = accounts.user(user.id)
            return queries.figures_and_own(voter, self.round(), [subject_id])[1].get(subject_id)

        return self.read(look)

    def ballots(self, subject_id: int) -> list[Ballot]:
        return self.read(lambda: self.ballots_of(subject_id))

    def tally(self, subject_id: int) -> Tally | None:
        return self.read(lambda: db.session.get(Tally, subject_id))

    def recount(self) -> list[recounting.Difference]:
        return self.read(lambda: list(recounting.recount()))

    def move(self, user: User, bench_of: User) -> None:
        """Let the organisation of `user` change to the bench of another's."""

        def build() -> None:
            other = db.session.get_one(Organisation, bench_of.organisation_id)
            db.session.get_one(Organisation, user.organisation_id).bench_id = other.bench_id

        self.make.run(build)
