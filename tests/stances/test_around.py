"""What stands around a Haltung: moderation, search, the pages kept for visitors, two processes."""

import multiprocessing
from pathlib import Path

from sqlalchemy import select

from forum.config import Config
from forum.factory import create_app
from forum.kernel import clock
from forum.kernel.approval import Stale
from forum.kernel.db import db, save, unit_of_work
from forum.kernel.errors import NotPermitted
from forum.kernel.mail import Mail
from forum.moderation import actions as moderation
from forum.moderation.models import Measure, RuleClause
from forum.search.queries import everything
from forum.stances import actions
from forum.stances.models import Stance, StanceVersion
from forum.stances.writing import Content
from tests.stances.conftest import RESERVED


def test_it_can_be_reported_and_hidden_behind_a_public_sentence(browse, house, make):
    house.publish()
    [stance] = house.all(Stance)
    page = browse().get(f"/melden/{stance.id}")
    assert f"Haltung von {house.organisation.name}" in page.text
    clause = make.run(
        lambda: save(RuleClause(number=1, title="Sache", text="Sache.", public_sentence="Regel 1."))
    )
    moderator = make.moderator()

    def decide(measure, **more):
        make.run(
            lambda: moderation.decide(
                moderator,
                stance.id,
                measure=measure,
                public_reason="Eine Beleidigung (Regel 1).",
                reason_to_author="Der Satz beleidigt.",
                **more,
            )
        )

    decide(Measure.HIDE, clause_id=clause.id)
    for place in (
        house.url,
        f"/empfehlungen/{house.slug}",
        f"/empfehlungen/{house.slug}/haltungen/1",
    ):
        page = browse().get(place)
        assert RESERVED.text not in page.text
        assert "trägt mit Vorbehalt" not in page.select_one("main").text
        assert house.organisation.name in page.text, "its place stays"
    assert "Eine Beleidigung (Regel 1)." in browse().get(house.url).text
    assert "Eine Beleidigung (Regel 1)." in browse().get("/entscheidungen").text
    assert any(
        mail.recipient == house.speaker.email and "Der Satz beleidigt." in mail.body
        for mail in house.mails()
    ), "whoever answers for it is told"

    decide(Measure.RESTORE)
    assert RESERVED.text in browse().get(house.url).text


def test_what_is_approved_can_be_found_and_nothing_else(app, house):
    def found():
        with app.test_request_context(), unit_of_work():
            return [one for one in everything() if one.kind == "stance"]

    house.submit()
    assert found() == []
    house.approve()
    [one] = found()
    assert one.text == RESERVED.text
    assert house.organisation.name in one.title
    house.publish(Content("taken_back"))
    assert found() == []


def test_a_place_leads_to_it(browse, house):
    house.publish()
    [stance] = house.all(Stance)
    answer = browse().raw("GET", f"/stelle/{stance.id}")
    assert answer.headers["Location"] == f"/empfehlungen/{house.slug}/haltungen/1"


def test_pages_kept_for_visitors_show_it_at_once(browse, house):
    place = f"/empfehlungen/{house.slug}"
    assert "trägt mit" not in browse().get(place).text
    house.publish()
    assert "trägt mit Vorbehalt" in browse().get(place).text


def test_the_mail_of_an_approval_names_nobody_but_its_reader(house):
    house.submit()
    [mail] = house.make.run(lambda: db.session.scalars(select(Mail)).all())
    assert house.author.name not in mail.body


def approving(config: Config, clock_file: Path, slug: str, email: str, edition: int) -> None:
    from forum.accounts.queries import user_by_email

    app = create_app(config)
    clock.use(clock_file)
    try:
        with app.test_request_context(), unit_of_work():
            person = user_by_email(email)
            actions.approve(person, slug, 2, edition)
    except (NotPermitted, Stale):
        pass
    with app.app_context():
        db.engine.dispose()


def test_two_processes_approving_at_once_publish_once(app, house, data_folder):
    other = house.join(name="Dora Zweite", is_speaker=True)
    house.submit()
    edition = house.edition()
    with app.app_context():
        db.engine.dispose()
    spawn = multiprocessing.get_context("spawn")
    started = [
        spawn.Process(
            target=approving,
            args=(
                app.config["FORUM"],
                data_folder / "clock.json",
                house.slug,
                person.email,
                edition,
            ),
        )
        for person in (house.speaker, other)
    ]
    for process in started:
        process.start()
    for process in started:
        process.join(60)
    assert [process.exitcode for process in started] == [0, 0]
    assert len(house.all(StanceVersion)) == 1
    assert len(house.ledger()) == 1
