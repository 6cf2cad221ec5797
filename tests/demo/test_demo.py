"""The demo is invented life only, and fills every role and bench."""

import pytest
from sqlalchemy import func, select

from forum.accounts.models import Bench, Organisation, Role, User
from forum.accounts.queries import with_all
from forum.ballots.models import Ballot
from forum.ballots.queries import recount
from forum.content import actions as content
from forum.deliberation.models import Comment, Visibility
from forum.demo import actions
from forum.demo.people import DOMAIN
from forum.kernel import clock, ledger
from forum.kernel.db import db
from forum.kernel.errors import Conflict
from forum.moderation.models import Report
from forum.positions.models import Party, Position, PositionDraft, PositionVersion
from forum.recommendations.models import Recommendation
from forum.summaries.models import SummaryVersion
from tests.conftest import fresh


@pytest.fixture
def filled(app):
    def fill():
        with app.app_context():
            content.import_folder(content.PACKAGED)
            actions.fill()

    fresh(fill)
    return app


@pytest.mark.slow
def test_the_demo_is_whole_and_invented(filled):
    with filled.app_context():
        people = db.session.scalars(with_all(select(User))).unique().all()
        assert all(user.email.endswith(DOMAIN) for user in people)
        assert all(user.organisation.is_invented for user in people if user.organisation)
        assert {role for user in people for role in user.roles} == set(Role)
        benches = {user.bench.slug for user in people if user.bench}
        counted = set(db.session.scalars(select(Bench.slug).where(Bench.is_counted)))
        assert benches == counted

        real = select(Party.id).where(Party.is_invented.is_(False))
        own = (
            select(PositionVersion.id)
            .join(Position)
            .where(Position.party_id.in_(real), PositionVersion.provenance == "party")
        )
        assert db.session.scalars(own).all() == []
        assert (
            db.session.scalars(select(PositionDraft).where(PositionDraft.party_id.in_(real))).all()
            == []
        )
        unreal = select(func.count()).select_from(Organisation).where(Organisation.is_invented)
        assert db.session.scalar(unreal) == 10

        sealed = db.session.scalars(
            select(PositionVersion).where(PositionVersion.sealed.is_not(None))
        ).all()
        assert sealed
        assert all(
            version.published_at == clock.parse_local("2017-08-22T10:00") for version in sealed
        )

        kinds = set(db.session.scalars(select(Comment.visibility)))
        assert kinds == set(Visibility)
        longest = db.session.scalar(select(func.max(Recommendation.comment_count)))
        assert longest > 90
        assert db.session.scalar(select(func.max(Comment.posted_at))) <= clock.now()
        assert db.session.scalar(select(func.count()).select_from(Report)) == 1
        assert db.session.scalars(select(SummaryVersion)).one().state == "draft"
        assert db.session.scalar(select(func.count()).select_from(Ballot)) > 2000
        assert list(recount()) == []
        assert ledger.verify() is None

    with filled.app_context(), pytest.raises(Conflict):
        actions.fill()
