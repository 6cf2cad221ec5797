"""How many statements the pages of a thread take, with few comments and with thousands."""

import pytest
from sqlalchemy import insert, select

from forum.accounts.models import Consent, User
from forum.deliberation import ranking
from forum.deliberation.facets import Order
from forum.deliberation.models import Comment, CommentKind
from forum.kernel import clock
from forum.kernel.db import db, save
from forum.positions.models import (
    Answer,
    Evidence,
    Party,
    Position,
    PositionVersion,
    Provenance,
    Thesis,
)
from forum.recommendations.actions import new_subject
from forum.recommendations.models import Subject, SubjectKind


def many(debate, count, begin=0):
    """So many comments, every fourth a first one, put into the tables at once."""
    rec = debate.recommendation

    def put():
        db.session.execute(
            insert(Subject),
            [
                {
                    "id": 100_000 + n,
                    "kind": SubjectKind.COMMENT,
                    "consultation_id": rec.consultation_id,
                    "recommendation_id": rec.id,
                    "number": n,
                    "comment_count": 0,
                    "index_due": False,
                }
                for n in range(begin + 1, begin + count + 1)
            ],
        )
        consent = db.session.scalars(
            select(Consent.id).where(Consent.user_id == debate.author.id)
        ).one()
        rows = []
        for n in range(begin + 1, begin + count + 1):
            root = None if n % 4 == 1 else n - (n - 1) % 4
            rows.append(
                {
                    "id": 100_000 + n,
                    "recommendation_id": rec.id,
                    "about_id": rec.id,
                    "number": n,
                    "kind": None if root else CommentKind.PRO,
                    "root_id": 100_000 + root if root else None,
                    "parent_id": 100_000 + root if root else None,
                    "reply_rank": n - root if root else 0,
                    "reply_count": 0 if root else 3,
                    "author_id": debate.author.id,
                    "consent_id": consent,
                    "source": "Text",
                    "html": "<p>Text</p>",
                    "render_version": 1,
                    "posted_at": clock.now(),
                }
            )
        rows.sort(key=lambda row: row["root_id"] is not None)
        for start in range(0, len(rows), 2000):
            db.session.execute(insert(Comment), rows[start : start + 2000])
        ranking.relist(row["id"] for row in rows)

    debate.run(put)


def theses(debate):
    """A thesis that a party's programme answers."""
    rec = debate.recommendation

    def put():
        party = save(
            Party(
                consultation_id=rec.consultation_id,
                slug="nord",
                short_name="Nord",
                name="Partei Nord",
                position=1,
                color="#446688",
            )
        )
        keys = [
            new_subject(
                kind,
                consultation_id=rec.consultation_id,
                recommendation_id=rec.id,
                number=1,
            ).id
            for kind in (SubjectKind.THESIS, SubjectKind.POSITION)
        ]
        save(
            Thesis(
                id=keys[0],
                consultation_id=rec.consultation_id,
                recommendation_id=rec.id,
                slug="th-1",
                number=1,
                position=1,
                label="Förderung",
                text="Es soll gefördert werden.",
            )
        )
        save(Position(id=keys[1], party_id=party.id, thesis_id=keys[0]))
        save(
            PositionVersion(
                position_id=keys[1],
                number=1,
                published_at=clock.now(),
                provenance=Provenance.EDITORIAL,
                evidence=Evidence.EXPLICIT,
                answer=Answer.AGREE,
                reason="So steht es im Programm.",
            )
        )

    debate.run(put)


@pytest.mark.parametrize("count", [10, 10_400])
def test_statements_do_not_grow_with_the_debate(browse, debate, count_queries, count):
    many(debate, count)
    theses(debate)
    url = f"/empfehlungen/{debate.recommendation.slug}"
    root = (count - 1) // 4 * 4 + 1

    def sent(path, *, user: User | None = None, htmx="") -> int:
        browser = browse(as_=user)
        browser.get(path, htmx=htmx)  # the user's session is there, and compiled statements too
        with count_queries() as statements:
            page = browser.get(path, htmx=htmx)
        assert page.select(".comment")
        return len(statements)

    # `x=1` is no kept page. One statement reads what a list can be narrowed to, one for those who
    # may write reads whom a question may be put to, one what they have not posted yet, one what
    # became of the comments shown.
    assert sent(f"{url}?x=1") <= 12
    assert sent(url, user=debate.author) <= 17  # and whether one follows it, and what is new
    assert sent(f"{url}?x=1", htmx="beitraege") <= 5
    assert sent(url, user=debate.author, htmx="beitraege") <= 9
    for order in Order:
        assert sent(f"{url}?ordnung={order}&bank=kammern&art=pro") <= 12
    assert sent(f"{url}/beitraege/{root}", user=debate.author, htmx=f"faden-{root}") <= 6


def test_a_comment_takes_ten_statements_and_the_page_after_it_six(browse, debate, count_queries):
    root = debate.comment()
    debate.comment(parent=root)
    url = f"/empfehlungen/{debate.recommendation.slug}"
    browser = browse(as_=debate.author)
    form = browser.get(f"{url}?antwort=2").select_one("form.is-reply")
    sent = {i["name"]: i["value"] for i in form.select("input[type=hidden]")} | {"text": "Ja."}

    with count_queries() as posting:
        answer = browser.raw("POST", form["action"], data=sent, htmx="faden-1")
    with count_queries() as following:
        page = browser.get(answer.headers["Location"], htmx="faden-1")

    assert answer.status_code == 303
    assert page.select_one("#beitrag-3")
    assert len(posting) <= 10, "\n\n".join(posting)
    assert len(following) <= 6, "\n\n".join(following)
