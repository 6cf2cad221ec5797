"""Mails by a real mail server: what stands in them, and who gets how many."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from forum.following.models import Notice, Pace
from forum.kernel import mail
from forum.kernel.db import db
from forum.kernel.mail import Mail
from tests.following.conftest import link_in, text_of

LONG = "Die Berufsschulen brauchen Werkstätten, Lehrkräfte und verlässliche Mittel. " * 6


@pytest.fixture
def soon(travel, work):
    """Ten minutes pass, and the work is done."""

    def go(after=timedelta(minutes=10)):
        work()
        travel(after)
        work()

    return go


def test_a_mail_carries_the_answer_the_abschnitt_why_it_came_and_the_way_to_answer(
    debate, make, following, paragraph, server, soon, browse
):
    following.choose(debate.author)
    root = debate.comment("Mein Beitrag zum Investitionsprogramm.", about=paragraph)
    debate.comment(LONG, parent=root, author=make.member(name="Zweite Stimme"))
    soon()

    [letter] = server.to(debate.author)
    said = text_of(letter)
    assert letter.get_content_type() == "text/plain"
    assert "Zweite Stimme" in letter["Subject"]
    assert "Zweite Stimme antwortet auf Ihren Beitrag 1 (Verband" in said
    assert " ".join(LONG.split()) in " ".join(said.split())
    assert "> Mein Beitrag zum Investitionsprogramm." in said
    assert "Abschnitt 1:\n> Abschnitt 1: Die Berufsschulen brauchen" in said
    assert "Zu Abschnitt 1 der Empfehlung „Berufsschulen“" in said
    assert "weil es Ihren Beitrag beantwortet" in said
    assert all(len(line) <= 78 or line.startswith("http") for line in said.splitlines())
    address, _hash, anchor = link_in(letter, "/empfehlungen").partition("#")
    assert browse(as_=debate.author).get(address).select_one(f"form#{anchor}, #{anchor} form")
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["List-Unsubscribe"][1:-1] in said.split()


def test_the_address_that_ends_the_mails_stands_in_one_piece(
    debate, app, following, follower, server, work, monkeypatch
):
    from dataclasses import replace

    base = "https://beteiligung.forum-industriepolitik.example-verband-der-verbaende.example"
    monkeypatch.setitem(app.config, "FORUM", replace(app.config["FORUM"], BASE_URL=base))
    following.choose(follower)
    following.follow(follower, debate.recommendation)
    debate.comment()
    work()

    [raw] = server.raw
    [line] = [one for one in raw.decode().split("\r\n") if one.startswith("List-Unsubscribe:")]
    assert line.startswith(f"List-Unsubscribe: <{base}/abbestellen/")
    assert line.endswith(">")


def test_answers_within_ten_minutes_come_as_one_mail(debate, make, following, server, travel, work):
    following.choose(debate.author)
    root, other = debate.comment(), make.member()
    for n in range(3):
        debate.comment(f"Antwort {n}.", parent=root, author=other)
        work()
        travel(timedelta(minutes=3))
    assert server.mails == []
    travel(timedelta(minutes=1))
    work()

    [letter] = server.to(debate.author)
    assert all(f"Antwort {n}." in text_of(letter) for n in range(3))
    assert letter["Subject"].startswith("3 Neuigkeiten: ")
    travel(timedelta(hours=1))
    work()
    assert len(server.mails) == 1


def test_other_news_come_at_once(debate, following, follower, server, work):
    following.choose(follower)
    following.follow(follower, debate.recommendation)
    debate.comment()
    work()

    [letter] = server.to(follower)
    assert "weil Sie dieser Empfehlung folgen" in text_of(letter)


def test_gathered_mails_come_in_the_morning_and_only_to_those_with_news(
    debate, make, following, follower, server, travel, work
):
    """The tests begin on Thursday, 17 August, at ten in the morning."""
    weekly, never, idle = make.member(), make.member(), make.member()
    following.choose(weekly, Pace.WEEKLY)
    following.choose(never, Pace.NEVER)
    following.choose(idle, Pace.DAILY)
    for person in (follower, weekly, never):
        following.follow(person, debate.recommendation)
    debate.comment("Eins.")
    travel(timedelta(hours=3))
    debate.comment("Zwei.")
    work()
    travel(timedelta(hours=17, minutes=59))
    work()
    assert server.mails == []

    travel(timedelta(minutes=2))  # 7.01 on Friday
    work()
    [letter] = server.mails
    assert letter["To"] == follower.email, "daily is the default"
    assert "Eins." in text_of(letter)
    assert "Zwei." in text_of(letter)

    travel(timedelta(days=2))  # Sunday
    debate.comment("Drei.")
    work()
    assert len(server.mails) == 1
    travel(timedelta(days=1))  # Monday
    work()
    assert len(server.to(follower)) == 2
    [letter] = server.to(weekly)
    assert all(f"{said}." in text_of(letter) for said in ("Eins", "Zwei", "Drei"))
    travel(timedelta(days=14))
    work()
    assert len(server.mails) == 3
    assert following.unread(never) == 3, "the list has it all the same"


def test_a_clock_that_jumps_over_days_brings_one_mail(
    debate, following, follower, server, travel, work
):
    following.follow(follower, debate.recommendation)
    for n in range(3):
        debate.comment(f"Tag {n}.")
        work()
        if n < 2:
            travel(timedelta(minutes=5))
    travel(timedelta(days=9))
    work()

    assert len(server.to(follower)) == 1


def test_kinds_that_are_switched_off_are_not_mailed(debate, make, following, server, soon):
    following.choose(debate.author, mails=["mails_comments"])
    root = debate.comment()
    debate.comment(parent=root, author=make.member())
    soon()

    assert server.mails == []
    assert following.unread(debate.author) == 1


def test_another_pace_holds_for_what_waits_too(debate, following, follower, server, work):
    following.follow(follower, debate.recommendation)
    debate.comment()
    work()
    assert server.mails == []
    following.choose(follower, Pace.AT_ONCE)
    work()
    assert len(server.mails) == 1


@pytest.mark.parametrize("fate", ["hidden", "deleted", "erased"])
def test_what_is_taken_away_before_the_mail_goes_is_in_no_mail(
    debate, make, following, follower, server, soon, work, fate
):
    from forum.deliberation.erasing import erase_texts

    following.choose(debate.author)
    root, other = debate.comment(), make.member(name="Zweite Stimme")
    reply = debate.comment("Das liest niemand mehr.", parent=root, author=other)
    work()
    if fate == "hidden":
        debate.hide(reply)
    elif fate == "deleted":
        debate.delete(reply, author=other)
    else:
        make.run(lambda: erase_texts(other.id))
    soon()

    assert server.mails == []
    assert make.run(lambda: db.session.scalars(select(Mail)).all()) == []


def test_it_is_read_again_at_each_attempt(debate, make, following, server, soon, work):
    """The server is away when the mail is due; meanwhile the text is hidden."""
    following.choose(debate.author)
    root = debate.comment()
    reply = debate.comment("Das liest niemand.", parent=root, author=make.member())
    debate.comment("Das schon.", parent=root, author=make.member())
    server.refused.add(debate.author.email)
    soon()
    [row] = make.run(lambda: db.session.scalars(select(Mail)).all())
    assert (row.attempts, row.recipient, row.subject, row.body) == (1, "", "", "")

    debate.hide(reply)
    server.refused.clear()
    following.now()
    work()

    [letter] = server.to(debate.author)
    assert "Das schon." in text_of(letter)
    assert "niemand" not in letter.as_string()


def test_one_broken_recipient_keeps_nobody_else_from_their_mail(
    debate, make, following, server, work
):
    people = [make.member() for _ in range(4)]
    for person in people:
        following.choose(person)
        following.follow(person, debate.recommendation)
    server.refused.add(people[1].email)
    debate.comment()
    work()

    assert sorted(m["To"] for m in server.mails) == sorted(
        one.email for one in people if one is not people[1]
    )
    assert len(server.sessions) == 1, "one connection for all"
    for _ in range(mail.MAX_ATTEMPTS):
        following.now()
        work()
    assert make.run(lambda: db.session.scalars(select(Mail)).all()) == [], "given up"
    server.refused.clear()
    debate.comment("Etwas anderes.")
    work()
    [letter] = server.to(people[1])
    assert "Etwas anderes." in text_of(letter), "the next news find their way"


def test_a_mail_that_cannot_be_written_keeps_nobody_elses(
    debate, make, following, follower, server, work
):
    make.run(lambda: mail.post("kaputt\n@example.org", "Betreff", "Text"))
    following.choose(follower)
    following.follow(follower, debate.recommendation)
    debate.comment()
    work()

    assert len(server.to(follower)) == 1


def test_a_server_that_is_away_loses_nothing(
    debate, make, app, following, follower, server, work, monkeypatch
):
    from dataclasses import replace

    following.choose(follower)
    following.follow(follower, debate.recommendation)
    config = app.config["FORUM"]
    monkeypatch.setitem(app.config, "FORUM", replace(config, SMTP_URL="smtp://127.0.0.1:9"))
    debate.comment()
    work()
    assert server.mails == []
    monkeypatch.setitem(app.config, "FORUM", config)
    following.now()
    work()

    assert len(server.to(follower)) == 1


def test_a_worker_killed_after_sending_sends_that_one_mail_again_and_no_other(
    debate, make, following, server, work, monkeypatch
):
    """At least once, and more only for the mail that was under way."""
    people = [make.member() for _ in range(3)]
    for person in people:
        following.choose(person)
        following.follow(person, debate.recommendation)
    debate.comment()

    class Killed(BaseException):
        pass

    from forum.following import mailing

    settle, killed = mailing._settle, []

    def die(ids):
        if len(server.mails) == 2 and not killed:
            killed.append(True)
            raise Killed
        settle(ids)

    monkeypatch.setattr(mailing, "_settle", die)
    with pytest.raises(Killed):
        work()
    monkeypatch.setattr(mailing, "_settle", settle)
    assert len(server.mails) == 2
    work()
    assert len(server.mails) == 3, "what was under way is still claimed"
    make.run(lambda: db.session.execute(update(Mail).values(claimed_at=None)))
    work()
    work()

    assert len(server.mails) == 4
    assert {m["To"] for m in server.mails} == {one.email for one in people}
    assert not make.run(
        lambda: db.session.scalars(select(Notice).where(Notice.mail_due_at.is_not(None))).all()
    )


def test_one_press_in_the_mail_program_ends_the_mails(
    debate, make, following, follower, server, work, browse
):
    following.choose(follower)
    following.follow(follower, debate.recommendation)
    debate.comment()
    work()
    [letter] = server.to(follower)
    address = link_in(letter, "/abbestellen")

    page = browse().get(address)
    assert len(page.select("main form")) == 1
    assert follower.name not in page.text
    assert follower.email not in page.text
    debate.comment()
    work()
    assert len(server.mails) == 2, "looking at the page ends nothing"

    answer = browse().raw(  # as mail programs send it: no session, from elsewhere
        "POST",
        address,
        data={"List-Unsubscribe": "One-Click"},
        headers={"Origin": "https://mail.example"},
    )
    assert answer.status_code == 200, "no redirect"
    assert "Set-Cookie" not in answer.headers
    debate.comment()
    work()
    assert len(server.mails) == 2
    assert following.unread(follower) == 3
    page = browse(as_=follower).get("/konto")
    assert page.select_one("input[name=pace][checked]")["value"] == "never"


def test_the_secret_in_a_mail_can_do_nothing_else_and_discloses_nothing(
    debate, following, follower, server, work, browse, make
):
    following.choose(follower)
    following.follow(follower, debate.recommendation)
    debate.comment()
    work()
    address = link_in(server.mails[0], "/abbestellen")
    secret = address.rpartition("/")[2]

    def page(of, method="GET"):
        return browse().raw(method, of).text.replace(secret, "").replace("falsch", "")

    assert page(address) == page("/abbestellen/falsch")
    assert page(address, "POST") == page("/abbestellen/falsch", "POST")
    assert browse().raw("GET", f"/link/{secret}").status_code == 404
    for table in ("mails", "mail_settings", "mail_followers"):
        rows = make.run(lambda t=table: db.session.execute(text(f"SELECT * FROM {t}")).all())
        assert secret not in str(rows)
