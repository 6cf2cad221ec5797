"""The whole way of a comment whose author had to sign in again, through the real pages."""

from sqlalchemy import func, select, update

from forum.accounts.models import HeldForm, User
from forum.ballots.models import Ballot
from forum.deliberation.models import Comment
from forum.kernel.db import db
from forum.recommendations.models import Wording
from tests.accounts.people import sign_in, with_password

TEXT = "Unsere Schule wartet seit zwei Jahren.\n\nWer zahlt die Wartung?"


def form_of(page, action):
    form = page.select_one(f"form[action^='{action}']")
    fields = {i["name"]: i.get("value", "") for i in form.select("input[type=hidden]")}
    return fields | {"kind": "frage"}


def test_a_comment_written_over_lunch_is_posted_after_signing_in(browse, make):
    recommendation, user = make.recommendation(), with_password(make)
    browser = browse()
    sign_in(browser, user.email)
    place = f"/empfehlungen/{recommendation.slug}"
    action = f"{place}/beitraege"
    fields = form_of(browser.get(place), action)
    make.run(
        lambda: db.session.execute(
            update(User).where(User.id == user.id).values(fs_uniquifier="ended-elsewhere")
        )
    )

    sent = browser.raw(
        "POST", action, data=fields | {"text": TEXT}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    way = sent.headers["Location"].removeprefix("/anmelden?next=")
    sign_in(browser, user.email, next_=way)
    again = browser.get(way).select_one("main form")
    data = {i["name"]: i["value"] for i in again.select("input")}
    text = again.select_one("textarea").text.removeprefix("\n")
    posted = browser.raw("POST", again["action"], data=data | {"text": text})

    assert posted.status_code == 303
    comments = make.run(lambda: db.session.scalars(select(Comment)).all())
    assert [(one.source, one.kind, one.author_id) for one in comments] == [
        (TEXT, "question", user.id)
    ]
    assert make.run(lambda: db.session.scalar(select(func.count()).select_from(HeldForm))) == 0


def test_a_vote_without_a_session_is_not_kept_but_its_place_is(browse, make):
    recommendation = make.recommendation()
    wording = make.run(lambda: db.session.scalars(select(Wording.id)).first())

    response = browse().raw(
        "POST",
        f"/stimmen/{wording}",
        data={"value": "agree", "back": "/"},
        headers={
            "Origin": "http://localhost",
            "Referer": f"http://localhost/empfehlungen/{recommendation.slug}",
        },
    )

    assert response.headers["Location"] == f"/anmelden?next=/empfehlungen/{recommendation.slug}"
    assert make.run(lambda: db.session.scalar(select(func.count()).select_from(HeldForm))) == 0
    assert make.run(lambda: db.session.scalar(select(func.count()).select_from(Ballot))) == 0
