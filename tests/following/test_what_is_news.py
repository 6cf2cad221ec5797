"""Positions at their minute and never before, decisions, versions, summaries, accepted answers."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from forum.accounts.models import Role
from forum.amendments import deciding
from forum.amendments.models import AmendmentState
from forum.following.models import News, Notice, Pace
from forum.kernel.db import db
from forum.positions import actions as positions
from forum.positions.desk import Content
from forum.positions.models import Answer
from tests.amendments.conftest import Floor
from tests.factories import berlin_summer
from tests.following.conftest import link_in, text_of
from tests.positions.factory import party, person, thesis

MINUTE = berlin_summer(8, 22, 10)
SECRET_REASON = "Wir wollen eine Zulage für kleine Betriebe."


@pytest.fixture
def ours(make, debate):
    return party(make, "partei-a")


@pytest.fixture
def answer(make, debate, ours):
    """A party's answer, written by one of its people and approved by another."""
    writer, second = person(make, ours, "Jörg Petersen"), person(make, ours, "Anne Vogt")

    def say(slug="t-1", reason=SECRET_REASON, **more):
        if slug not in made:
            made[slug] = thesis(make, debate.recommendation, slug)
            edition[slug] = 0
        content = Content(Answer.AGREE, reason, **more)
        make.run(lambda: positions.save_draft(writer, slug, content, edition[slug], submit=True))
        make.run(lambda: positions.approve(second, slug, edition[slug] + 1))
        edition[slug] += 2

    made, edition = {}, {}
    return say


def test_answers_are_told_at_their_minute_and_not_before(
    make, answer, ours, following, follower, server, travel, work
):
    """The embargo: neither the fact nor a word is told before, whoever looks."""
    following.choose(follower)
    following.follow(follower, party=ours)
    answer("t-1")
    answer("t-2", "Auch das wollen wir.")
    for moment in (timedelta(), MINUTE - timedelta(seconds=40)):
        travel(moment)
        work()
        work()
        assert make.run(lambda: db.session.scalar(select(func.count()).select_from(News))) == 0
        assert following.unread(follower) == 0
    assert server.to(follower) == []

    travel(MINUTE)
    work()  # publishes; nudges do at once what the next sweep does here
    work()

    [letter] = server.to(follower)
    said = " ".join(text_of(letter).split())
    assert "antwortet auf 2 Thesen" in letter["Subject"]
    assert SECRET_REASON in said
    assert "Auch das wollen wir." in said
    assert "(von der Partei)" in said, "whose word it is stands wherever an answer does"
    assert following.unread(follower) == 1, "what comes in one minute is one piece of news"


def test_a_correction_is_news_of_its_own(
    make, answer, ours, following, follower, server, travel, work
):
    following.choose(follower)
    following.follow(follower, party=ours)
    answer()
    travel(MINUTE + timedelta(hours=1))
    work()
    work()
    answer(reason="Genauer gesagt: für alle.", correction_reason="Ein Zahlendreher.")
    work()
    work()

    first, second = server.to(follower)
    assert "berichtigt" not in text_of(first)
    assert "berichtigt eine Antwort" in second["Subject"]
    assert "Genauer gesagt: für alle." in " ".join(text_of(second).split())


def test_who_follows_another_party_is_told_nothing(
    make, answer, following, follower, server, travel, work
):
    following.choose(follower)
    following.follow(follower, party=party(make, "partei-b"))
    answer()
    travel(MINUTE)
    work()
    work()

    assert following.notices(follower) == []


def test_a_decision_is_told_to_followers_and_the_proposer_has_one_mail_of_it(
    make, following, server, travel, work
):
    floor = Floor(make)
    follower, editor = make.member(name="Frieda"), make.user(Role.EDITOR)
    following.choose(floor.author)
    following.choose(follower)
    following.follow(follower, floor.recommendation)
    motion = floor.file()
    travel(datetime(2017, 9, 2, 8, tzinfo=UTC))
    [amendment] = motion.amendments
    wording = make.run(lambda: _newest(amendment.id))
    decision = deciding.NewDecision(AmendmentState.ACCEPTED, "Das überzeugt.")
    make.run(
        lambda: deciding.decide(
            editor, motion.id, {amendment.id: wording}, {amendment.id: decision}
        )
    )
    work()

    [letter] = server.to(follower)
    assert "Änderungsvorschlag 1: übernommen" in letter["Subject"]
    assert "Das überzeugt." in text_of(letter)
    assert len(server.to(floor.author)) == 1, "the letter it always had"
    assert following.notices(floor.author) == ["own"]


def _newest(amendment_id):
    from forum.amendments.queries import newest

    return newest(amendment_id).id


def test_a_new_version_is_told_to_followers_of_the_text_and_of_what_changed(
    make, following, server, browse, work
):
    from forum.recommendations.queries import clauses

    floor = Floor(make)
    key = floor.recommendation.id
    one, two = (c.paragraph_id for c in make.run(lambda: clauses([key])[key])[:2])
    whole, changed, unchanged = (make.member() for _ in range(3))
    for somebody, subject in ((whole, key), (changed, two), (unchanged, one)):
        following.choose(somebody)
        following.follow(somebody, subject)
    floor.publish(2, "Abschnitt 2 lautet jetzt anders.")
    work()

    assert [following.notices(p) for p in (whole, changed, unchanged)] == [
        ["recommendation"],
        ["paragraph"],
        [],
    ]
    [letter] = server.to(whole)
    assert "Fassung 2 der Empfehlung „Berufsschulen“" in letter["Subject"]
    assert "Neu lautet Abschnitt 2." in text_of(letter)
    page = browse().get(link_in(letter, "/empfehlungen"))
    assert "Von Fassung 1 zu Fassung 2" in page.text


def test_a_summary_is_told_when_it_is_approved(make, following, server, travel, work):
    from forum.summaries import actions as summaries
    from forum.summaries.models import SummaryPart

    recommendation = make.recommendation()
    follower = make.member()
    following.choose(follower)
    following.follow(follower, recommendation)
    travel(datetime(2017, 9, 2, 8, tzinfo=UTC))
    first, second, slug = make.moderator(), make.moderator(), recommendation.slug
    make.run(lambda: summaries.begin(first, slug))
    statement = summaries.NewStatement(SummaryPart.CONSENSUS, "Einig.", [recommendation.id])
    make.run(
        lambda: summaries.save_draft(
            first,
            slug,
            title="Wo wir stehen",
            lead="Kurz gesagt.",
            statements=[statement],
            edition=1,
        )
    )
    make.run(lambda: summaries.submit(first, slug, edition=2))
    work()
    assert server.mails == []
    make.run(lambda: summaries.approve(second, slug, edition=3))
    work()

    [letter] = server.to(follower)
    assert letter["Subject"] == "Zusammenfassung: Wo wir stehen"
    assert "Kurz gesagt." in text_of(letter)


def test_no_notice_and_no_mail_ever_speaks_of_votes(debate, make, following, server, work):
    """Nothing joins an account and a ballot: voting announces nothing, and no figure is mailed."""
    from forum.ballots.actions import cast

    author, voter = debate.author, make.member()
    following.choose(author, Pace.AT_ONCE)
    following.follow(author, debate.recommendation)
    comment = debate.comment(author=voter)
    make.run(lambda: cast(author, comment.id, 1))
    work()

    assert make.run(lambda: db.session.scalar(select(func.count()).select_from(News))) == 1
    assert make.run(lambda: db.session.scalar(select(func.count()).select_from(Notice))) == 1
    [letter] = server.to(author)
    for word in ("Stimme", "Zustimmung", "%", "stimmt"):
        assert word not in text_of(letter)


def test_an_accepted_answer_is_told_to_whoever_gave_it_unless_it_is_taken_back(
    debate, make, following, server, travel, work
):
    from forum.deliberation import asking
    from forum.deliberation.models import CommentKind

    helper = make.member(name="Helfende Hand")
    following.choose(helper)
    question = debate.comment("Wie viele sind es?", kind=CommentKind.QUESTION)
    answer = debate.comment("Es sind 249.", parent=question, author=helper)
    work()
    assert following.notices(helper) == []
    make.run(lambda: asking.accept(debate.author, answer.id))
    work()
    assert following.notices(helper) == ["own"]
    travel(timedelta(minutes=10))
    work()
    [letter] = server.to(helper)
    assert letter["Subject"] == "Ihr Beitrag 2 gilt als Antwort auf die Frage"

    make.run(lambda: asking.release(debate.author, answer.id))
    page = make.run(lambda: _listed(helper))
    assert page == ["Das ist nicht mehr zu lesen."]


def _listed(person):
    from forum.following.items import items
    from forum.following.queries import notices

    return [one.headline for one in items(notices(person.id).rows)]


def test_the_answer_of_a_party_reaches_whoever_asked(
    debate, make, following, ours, server, travel, work
):
    from forum.deliberation.asking import PutTo
    from forum.deliberation.models import CommentKind

    following.choose(debate.author)
    put_to = PutTo(party_slug=ours.slug)
    question = debate.comment("Was wollen Sie?", kind=CommentKind.QUESTION, put_to=put_to)
    travel(MINUTE + timedelta(hours=1))
    representative = person(make, ours, "Jörg Petersen")
    debate.comment("Mehr Werkstätten.", parent=question, author=representative)
    work()
    travel(timedelta(minutes=10))
    work()

    [letter] = server.to(debate.author)
    assert letter["Subject"].startswith("Antwort von ")
    assert "Mehr Werkstätten." in text_of(letter)
