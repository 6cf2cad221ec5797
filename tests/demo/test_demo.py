"""The demo is invented life only, and fills every role and bench."""

import pytest
from sqlalchemy import func, select, update

from forum.accounts.models import Bench, Organisation, Role, User
from forum.accounts.queries import with_all
from forum.ballots.models import Ballot
from forum.ballots.recounting import recount
from forum.config import Config, ConfigError
from forum.content import actions as content
from forum.deliberation.models import Comment, Visibility
from forum.demo import actions
from forum.demo.people import DOMAIN, PASSWORD
from forum.factory import create_app
from forum.kernel import clock, ledger
from forum.kernel.db import db, unit_of_work
from forum.kernel.errors import Conflict
from forum.moderation.models import Report
from forum.positions.models import Party, Position, PositionDraft, PositionVersion
from forum.recommendations.models import Consultation, Recommendation
from forum.serving import refuse_demo_data
from forum.summaries.models import SummaryVersion
from tests.accounts.people import sign_in
from tests.conftest import fresh


def imported():
    with unit_of_work():
        content.import_folder(content.PACKAGED)


@pytest.fixture
def filled(app):
    def fill():
        with app.app_context():
            imported()
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
        assert kinds == set(Visibility) - {Visibility.PENDING}  # nobody waits to be read
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


def test_the_sign_in_page_of_a_demo_says_whom_one_can_try(app, travel, browse):
    travel(clock.parse_local("2017-04-05T10:00"))  # people are there, nobody has said anything

    def early():
        with app.app_context():
            imported()
            actions.fill()

    fresh(early)
    browser = browse()
    page = browser.get("/anmelden")

    rows = page.select("main .demo-people > div")
    roles = {row.dt.text.rpartition(", ")[2] for row in rows}
    assert roles == {"Mitglied", "Parteivertretung", "Moderation", "Redaktion", "Administration"}
    assert PASSWORD in page.select_one("main").text
    for row in rows[:2]:
        assert sign_in(browse(), row.select_one("code").text, PASSWORD).status_code == 303
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Comment)) == 0


@pytest.mark.slow
def test_a_demo_filled_years_later_tells_the_same_summer(app, travel):
    travel(clock.parse_local("2026-11-22T10:00"))

    def late():
        with app.app_context():
            imported()
            actions.fill()

    fresh(late)
    with app.app_context():
        assert db.session.scalar(select(func.max(Comment.posted_at))) < clock.parse_local(
            "2017-08-17T10:00"
        )
        assert ledger.verify() is None


def test_an_interrupted_demo_leaves_nothing_behind(app, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(actions, "_moderate", interrupted)
    monkeypatch.setattr(actions, "sayings", lambda *_: [])

    def fill():
        with app.app_context():
            imported()
            actions.fill()

    with pytest.raises(KeyboardInterrupt):
        fresh(fill)
    with app.app_context():
        assert db.session.scalars(select(User)).all() == []


def test_production_serves_no_demo_data(app, tmp_path):
    from tests.databases import SECRET

    def mark():
        with app.app_context():
            imported()
            with unit_of_work(writing=True):
                db.session.execute(update(Consultation).values(has_demo=True))

    fresh(mark)
    config = app.config["FORUM"]
    production = create_app(
        Config(
            ENV="production",
            DEMO=False,
            DATA=tmp_path,
            DATABASE_URL=config.database_url.replace("+psycopg", ""),
            BASE_URL="https://forum.example.org",
            IMPRINT="Verein",
            RESPONSIBLE_PERSON="Erika Muster",
            LOG_LEVEL="critical",
            **SECRET,
        )
    )

    with pytest.raises(ConfigError, match=r"demo data \(bundestagswahl-2017\)"):
        fresh(lambda: refuse_demo_data(production))
    clock.use(config.DATA / "clock.json")
