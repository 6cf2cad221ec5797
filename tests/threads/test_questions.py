"""People ask, others answer, and whoever asked says what answered it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from forum.accounts.models import Role, User
from forum.accounts.queries import user
from forum.deliberation import asking
from forum.deliberation.asking import PutTo
from forum.deliberation.events import AnswerAccepted, QuestionAnswered, QuestionAsked
from forum.deliberation.models import Comment, CommentKind, Question, QuestionState
from forum.kernel.db import db
from forum.kernel.errors import ForumError, NotFound, NotPermitted
from forum.positions.models import Party
from forum.recommendations.models import Recommendation
from tests.factories import berlin_summer
from tests.positions.factory import party, person

AFTER_PUBLICATION = berlin_summer(8, 23, 12)


@pytest.fixture
def url(debate):
    return f"/empfehlungen/{debate.recommendation.slug}"


@pytest.fixture
def nord(make):
    return party(make, "partei-nord", short_name="Partei Nord")


@pytest.fixture
def heard(app):
    """What is announced about questions."""
    found = []
    reactions = app.extensions["forum_reactions"]
    kinds = (QuestionAsked, QuestionAnswered, AnswerAccepted)
    app.extensions["forum_reactions"] = {
        **reactions,
        **{kind: [*reactions.get(kind, ()), found.append] for kind in kinds},
    }
    yield found
    app.extensions["forum_reactions"] = reactions


def ask(debate, **put_to):
    return debate.comment("Wie wird gezählt?", kind=CommentKind.QUESTION, put_to=PutTo(**put_to))


def counts(debate, party=None):
    def look():
        rec = db.session.get_one(Recommendation, debate.recommendation.id)
        found = [(rec.open_questions, rec.answered_questions)]
        if party is not None:
            row = db.session.get_one(Party, party.id)
            found.append((row.open_questions, row.answered_questions))
        for mine in (
            Question.recommendation_id == rec.id,
            Question.party_id == (party.id if party else 0),
        )[: len(found)]:
            states = [
                db.session.scalar(
                    select(func.count())
                    .select_from(Question)
                    .where(mine, Question.is_listed, Question.state == state)
                )
                for state in QuestionState
            ]
            assert tuple(states) in found
        return found[0] if party is None else tuple(found)

    return debate.run(look)


def test_a_question_is_put_to_somebody_where_it_is_written(browse, debate, url, nord):
    browser = browse(as_=debate.author)
    form = browser.get(url).select_one("form.is-new")
    options = {o["value"]: o.text for o in form.select("select[name=an] option")}
    assert options == {
        "": "alle",
        "redaktion": "die Redaktion",
        "partei:partei-nord": "Partei Nord",
    }
    sent = {i["name"]: i["value"] for i in form.select("input[type=hidden]")}

    page = browser.post(
        form["action"],
        sent | {"kind": "frage", "text": "Was kostet das?", "an": "partei:partei-nord"},
    )

    meta = " ".join(page.select_one("#beitrag-1 .meta").text.split())
    assert "Frage" in meta
    assert "offen an Partei Nord" in meta
    assert page.select_one("#beitrag-1 .meta a[href='/parteien/partei-nord/fragen']")
    assert page.select_one(f"a[href='{url}/fragen']").text == "Eine offene Frage"
    assert counts(debate, nord) == ((1, 0), (1, 0))


def test_only_questions_are_put_to_somebody(debate, nord):
    comment = debate.comment(kind=CommentKind.PRO, put_to=PutTo(party_slug="partei-nord"))

    assert debate.run(lambda: db.session.get(Question, comment.id)) is None
    assert counts(debate, nord) == ((0, 0), (0, 0))


def test_a_party_of_another_round_cannot_be_asked(debate):
    with pytest.raises(ForumError, match="gibt es in dieser Konsultation nicht"):
        ask(debate, party_slug="unbekannt")
    assert counts(debate) == (0, 0)


def test_whoever_asked_accepts_an_answer_and_it_stands_below_the_question(
    browse, debate, make, url
):
    ask(debate)
    other = make.member(name="Jana Lang")
    root = debate.again(ask(debate))
    for n in range(5):
        debate.comment(f"Antwort {n}", parent=root, author=other)
    browser = browse(as_=debate.author)
    page = browser.get(f"{url}/beitraege/2")
    form = page.select_one("form[action$='/beitraege/7/annehmen']")

    page = browser.post(form["action"])

    assert "angenommen" in page.select_one("#notices").text
    for shown in (page, browse().get(url)):
        accepted = shown.select_one("#faden-2 .replies.accepted")
        assert "Angenommene Antwort von der fragenden Person angenommen" in " ".join(
            accepted.text.split()
        )
        assert accepted.select_one("#beitrag-7")
        assert "beantwortet" in shown.select_one("#beitrag-2 .meta").text
    assert "Eine weitere Antwort" in browse().get(url).select_one("#faden-2").text
    assert counts(debate) == (1, 1)
    browser.post(f"{url}/beitraege/7/annahme-zuruecknehmen")
    assert counts(debate) == (2, 0)
    assert not browse().get(url).select(".replies.accepted")


def test_the_redaktion_accepts_too_and_nobody_else(browse, debate, make, url):
    root = ask(debate)
    other = make.member(name="Jana Lang")
    answer = debate.comment("So.", parent=root, author=other)
    place = f"{url}/beitraege/{answer.number}/annehmen"

    for stranger in (other, make.moderator(), make.user(Role.ADMINISTRATOR)):
        assert not browse(as_=stranger).get(url).select("form[action$=annehmen]")
        browse(as_=stranger).post(place, status=403)
    assert "/anmelden" in browse().raw("POST", place).headers.get("Location", "/anmelden")
    assert counts(debate) == (1, 0)

    page = browse(as_=make.user(Role.EDITOR)).post(place)

    assert "von der Redaktion angenommen" in page.select_one(".replies.accepted").text


def test_another_answer_takes_the_place_of_the_one_accepted_before(debate):
    root = ask(debate)
    first, second = (debate.comment(parent=root) for _ in range(2))

    for answer in (first, first, second):
        debate.run(lambda answer=answer: asking.accept(debate.author, answer.id))

    [shown] = debate.listing().comments
    assert shown.accepted.id == second.id
    assert [r.id for r in shown.replies] == [first.id]
    assert counts(debate) == (0, 1)


@pytest.mark.parametrize("gone", ["hide", "delete"])
def test_a_question_is_open_again_when_its_answer_is_gone(debate, gone):
    root = ask(debate)
    answer = debate.comment(parent=root)
    debate.run(lambda: asking.accept(debate.author, answer.id))

    getattr(debate, gone)(answer)

    assert counts(debate) == (1, 0)
    with pytest.raises(ForumError, match="nicht mehr öffentlich"):
        debate.run(lambda: asking.accept(debate.author, answer.id))


def test_hidden_questions_are_in_no_list_and_no_count_until_they_are_shown_again(
    browse, debate, url, nord
):
    root = ask(debate, party_slug="partei-nord")
    answer = debate.comment(parent=root)
    debate.hide(root)

    assert counts(debate, nord) == ((0, 0), (0, 0))
    assert not browse().get(f"{url}/fragen").select(".comment")
    assert "Wie wird gezählt" not in browse().get("/parteien/partei-nord/fragen").text
    with pytest.raises(ForumError, match="Die Frage ist nicht mehr öffentlich"):
        debate.run(lambda: asking.accept(debate.author, answer.id))
    debate.hide(root, None)
    assert counts(debate, nord) == ((1, 0), (1, 0))


def test_what_answers_no_question_cannot_be_accepted(debate):
    root = debate.comment()
    reply = debate.comment(parent=root)

    for comment in (root, reply):
        with pytest.raises(NotFound):
            debate.run(lambda comment=comment: asking.accept(debate.author, comment.id))


def test_open_and_answered_questions_have_lists_with_pages(browse, debate, url, nord):
    for _ in range(22):
        root = ask(debate, party_slug="partei-nord")
    answer = debate.comment(parent=root)
    debate.run(lambda: asking.accept(debate.author, answer.id))
    debate.comment(kind=CommentKind.PRO)

    for path, item in ((f"{url}/fragen", ".faden"), ("/parteien/partei-nord/fragen", ".rows > li")):
        first = browse().get(path)
        second = browse().get(first.select_one("a[rel=next]")["href"])
        assert [len(p.select(f"#fragen {item}")) for p in (first, second)] == [20, 1]
        assert [n.text for n in first.select(".chip .num")] == ["21", "1"]
        done = browse().get(f"{path}?stand=beantwortet")
        assert len(done.select(f"#fragen {item}")) == 1
    party_page = browse().get("/parteien/partei-nord")
    assert "21 offene Fragen, eine beantwortet" in " ".join(
        party_page.select_one("#fragen").text.split()
    )
    assert len(party_page.select("#fragen .rows > li")) == 3


def test_a_party_answers_after_publication_marked_and_unrated(
    browse, debate, make, url, nord, travel, heard
):
    root = ask(debate, party_slug="partei-nord")
    hanna = person(make, nord, name="Hanna Wolters")
    browser = browse(as_=hanna)
    early = browser.get(f"{url}?antwort=1")
    assert "Das geht ab 22. August" in early.select_one("#antwort-1").text
    with pytest.raises(NotPermitted, match=r"ab 22\. August"):
        debate.comment("Zu früh.", parent=root, author=hanna)

    travel(AFTER_PUBLICATION)
    form = browser.get(f"{url}?antwort=1").select_one("form.is-reply")
    assert "Sie erscheinen als Partei Nord" in " ".join(form.text.split())
    sent = {i["name"]: i["value"] for i in form.select("input[type=hidden]")}
    page = browser.post(form["action"], sent | {"text": "So sehen wir das."})

    answer = page.select_one("#beitrag-2")
    assert "from-party" in answer["class"]
    assert answer.select_one("b").text == "Partei Nord"
    assert answer.select_one(".tag").text == "Antwort der Partei"
    assert "Hanna" not in browse().get(url).text
    assert not answer.select(".rating")
    assert debate.run(lambda: db.session.get_one(Comment, root.id + 1)).consent_id is None
    rated = browse(as_=make.member()).raw(
        "POST", f"/stimmen/{root.id + 1}", data={"value": "agree"}
    )
    assert rated.status_code == 403
    assert "werden nicht bewertet" in rated.text
    assert [type(event) for event in heard] == [QuestionAsked, QuestionAnswered]
    assert heard[1].party_id == nord.id
    assert heard[1].asker_id == debate.author.id


def test_parties_say_nothing_else_in_threads(debate, make, nord, travel):
    travel(AFTER_PUBLICATION)
    hanna = person(make, nord)
    sued = party(make, "partei-sued")
    mine, others = ask(debate, party_slug="partei-nord"), ask(debate, party_slug="partei-sued")
    reply = debate.comment(parent=mine)
    plain, everybodys = debate.comment(), ask(debate)

    for parent in (others, reply, plain, everybodys):
        with pytest.raises(NotPermitted, match="Fragen, die an ihre Partei gerichtet sind"):
            debate.comment("Wir auch.", parent=parent, author=hanna)
    with pytest.raises(NotPermitted):
        debate.comment("Von uns aus.", author=hanna)
    assert debate.comment("Antwort.", parent=mine, author=hanna).party_id == nord.id
    assert sued.id != nord.id


def test_parties_answer_while_they_may_even_when_the_discussion_is_over(
    browse, debate, make, url, nord, travel
):
    ask(debate, party_slug="partei-nord")
    ask(debate)
    hanna = person(make, nord)
    travel(berlin_summer(9, 5))

    page = browse(as_=hanna).get(url)

    assert page.select("a[href*='antwort=1']")
    assert not page.select("a[href*='antwort=2']")
    assert not browse().get(url).select("a[href*='antwort=']")
    debate.comment("Antwort.", parent=debate.again(_first(debate)), author=hanna)
    travel(timedelta(days=30))
    with pytest.raises(NotPermitted, match="beendet"):
        debate.comment("Zu spät.", parent=debate.again(_first(debate)), author=hanna)


def _first(debate):
    return debate.run(lambda: db.session.scalars(select(Comment).where(Comment.number == 1)).one())


def test_the_redaktion_answers_what_it_is_asked_and_nothing_else(browse, debate, make, url):
    editor = make.user(Role.EDITOR, name="Lea Bornemann")
    asked, other = ask(debate, to_editorial=True), ask(debate)

    answer = debate.comment("Gezählt wird so.", parent=asked, author=editor)

    with pytest.raises(NotPermitted, match="nur auf Fragen, die an sie gehen"):
        debate.comment("Auch das.", parent=other, author=editor)
    shown = browse().get(url).select_one(f"#beitrag-{answer.number}")
    assert shown.select_one("b").text == "Redaktion"
    assert "Lea" not in shown.text


def test_an_official_answer_is_corrected_with_its_history(browse, debate, make, url, travel):
    editor = make.user(Role.EDITOR)
    asked = ask(debate, to_editorial=True)
    answer = debate.comment("Gezählt wird so.", parent=asked, author=editor)
    travel(timedelta(minutes=40))

    browse(as_=editor).post(f"{url}/beitraege/{answer.number}/bearbeiten", {"text": "Anders."})

    page = browse().get(f"{url}/beitraege/{asked.number}")
    assert page.select_one(f"#beitrag-{answer.number} > .body").text.strip() == "Anders."
    assert "Gezählt wird so." in page.select_one(f"#fassungen-{answer.number}").text


def test_questions_of_the_unconfirmed_are_asked_when_they_are_confirmed(debate, make, heard):
    from forum.deliberation.confirming import publish_pending

    made = make.member(name="Neue Kollegin")
    make.run(
        lambda: db.session.execute(update(User).filter_by(id=made.id).values(member_since=None))
    )
    newcomer = make.run(lambda: user(made.id))
    debate.comment(author=newcomer, kind=CommentKind.QUESTION)
    assert counts(debate) == (0, 0)
    assert heard == []

    debate.run(lambda: publish_pending(newcomer.id))  # as their confirmation does

    assert counts(debate) == (1, 0)
    assert [type(event) for event in heard] == [QuestionAsked]


def test_erasing_texts_takes_questions_and_accepted_answers_from_the_lists(debate, make):
    from forum.deliberation.erasing import erase_texts

    other = make.member(name="Jana Lang")
    root = ask(debate)
    ask(debate)
    answer = debate.comment(parent=root, author=other)
    debate.run(lambda: asking.accept(debate.author, answer.id))
    assert counts(debate) == (1, 1)

    debate.run(lambda: erase_texts(other.id))
    assert counts(debate) == (2, 0)
    debate.run(lambda: erase_texts(debate.author.id))
    assert counts(debate) == (0, 0)


def test_a_page_of_questions_takes_as_many_statements_as_any(browse, debate, count_queries, url):
    for _ in range(25):
        root = ask(debate)
        debate.comment(parent=root)
    browser = browse()
    browser.get(f"{url}/fragen")

    with count_queries() as statements:
        browser.get(f"{url}/fragen")

    assert len(statements) <= 5, "\n\n".join(statements)
