"""What became of what people said: on its page, in the list of one's own, and by mail."""

import pytest

from forum.accounts.models import Role
from forum.amendments import deciding, uniting
from forum.amendments.comparing import compare
from forum.amendments.deciding import NewDecision
from forum.amendments.models import AmendmentKind, AmendmentState, Share, VersionChange
from forum.amendments.queries import newest
from forum.amendments.traces import own_words
from forum.amendments.writing import Refused
from forum.deliberation.actions import post_comment
from forum.deliberation.models import CommentKind
from forum.kernel.db import db, save
from forum.kernel.mail import Mail
from tests.amendments.conftest import NEW, OLD
from tests.amendments.test_filing import filled
from tests.factories import berlin_summer


class Story:
    """A comment, the motion drawn from it, and what the Redaktion decides."""

    def __init__(self, floor, make, travel):
        self.floor, self.make, self.travel = floor, make, travel
        self.writer = make.member(name="Wer Schrieb")
        self.editor = make.user(Role.EDITOR)

    def comment(self, text="Nehmen Sie eine feste Summe auf.", about=None):
        about_id = about or self.floor.recommendation.id
        return self.floor.run(lambda: post_comment(self.writer, about_id, CommentKind.PRO, text))

    def decide(self, motion, outcome, reason="Weil es trägt.", text=""):
        self.travel(berlin_summer(9, 2))

        def act():
            [one] = motion.amendments
            new = NewDecision(outcome, reason, "Überschrift 2" if text else "", text)
            deciding.decide(self.editor, motion.id, {one.id: newest(one.id).id}, {one.id: new})

        self.floor.run(act)

    def letters(self, who):
        return self.floor.run(
            lambda: [
                (m.subject, m.body) for m in db.session.query(Mail) if m.recipient == who.email
            ]
        )


@pytest.fixture
def story(floor, make, travel):
    return Story(floor, make, travel)


def test_a_change_is_drawn_from_a_comment_which_then_has_its_fate(story, browse, floor):
    said = story.comment()
    author = browse(as_=floor.author)
    page = author.get(f"{floor.url}/beitraege/{said.number}")
    link = next(a for a in page.select(".foot a") if "Änderungsvorschlag daraus" in a.text)
    assert link["href"] == f"{floor.url}/aenderungen/neu?aus={said.number}"
    assert "Noch offen" in page.select_one(".fate").text

    url = f"{floor.url}/aenderungen/neu"
    opened = author.get(link["href"])
    assert "Nehmen Sie eine feste Summe auf." in opened.text
    sent = filled(
        author.post(url, filled(opened) | {"art": "change", "abschnitt": "2", "do": "add"})
    )
    assert sent["aus"] == str(said.number)
    author.post(url, sent | {"text-0": NEW, "reason": "Darum.", "do": "file"})

    amendment = browse().get(f"{floor.url}/aenderungen/1")
    assert amendment.select_one(f"a[href='{floor.url}/beitraege/{said.number}']")
    for path in (floor.url, f"{floor.url}/beitraege/{said.number}"):
        line = browse().get(path).select_one(".fate")
        assert " ".join(line.text.split()) == "Daraus wurde Änderungsvorschlag 1: in Prüfung"


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (AmendmentState.ACCEPTED, "übernommen"),
        (AmendmentState.DECLINED, "nicht übernommen. Begründung: Weil es trägt."),
    ],
)
def test_the_line_says_what_was_decided(story, browse, floor, outcome, words):
    said = story.comment()
    motion = floor.file(drawn_from=[said.number])
    story.decide(motion, outcome)

    line = browse().get(floor.url).select_one(".fate")

    assert " ".join(line.text.split()) == f"Daraus wurde Änderungsvorschlag 1: {words}"


def test_comments_about_an_amendment_show_its_outcome(story, browse, floor):
    motion = floor.file()
    said = story.comment("Das überzeugt.", about=motion.amendments[0].id)
    story.decide(motion, AmendmentState.ACCEPTED)

    line = browse().get(f"{floor.url}/beitraege/{said.number}").select_one(".fate")

    assert " ".join(line.text.split()) == "Änderungsvorschlag 1: übernommen"
    assert not browse().get(f"{floor.url}/aenderungen/1").select(".fate"), "said at its head"


def test_what_was_merged_has_the_fate_of_what_it_goes_on_as(story, browse, floor, make):
    first = floor.file()
    said = story.comment()
    second = floor.file(author=make.member(name="Zweite"), drawn_from=[said.number])
    moderator = make.moderator()
    one, other = second.amendments[0].id, first.amendments[0].id
    floor.run(lambda: uniting.merge(moderator, one, other, "Beide dasselbe."))
    story.decide(first, AmendmentState.ACCEPTED)

    line = browse().get(floor.url).select_one(".fate")

    assert " ".join(line.text.split()) == "Daraus wurde Änderungsvorschlag 1: übernommen"


def test_only_public_comments_of_this_text_can_be_drawn_from(story, browse, floor):
    author = browse(as_=floor.author)
    url = f"{floor.url}/aenderungen/neu"
    sent = filled(author.get(f"{url}?abschnitt=2")) | {"text-0": NEW, "reason": "Darum."}

    for aus, sentence in (("77", "Beitrag 77 gibt es"), ("abc", "durch Kommas getrennt")):
        page = author.post(url, sent | {"aus": aus, "do": "file"}, status=422)
        assert sentence in page.select_one("#aus-error").text
    with pytest.raises(Refused):
        floor.file(drawn_from=[77])


def test_whoever_wrote_the_comment_is_told(story, floor):
    said = story.comment()
    motion = floor.file(drawn_from=[said.number])
    story.decide(motion, AmendmentState.DECLINED, "Die Zahl fehlt.")

    [(subject, body)] = story.letters(story.writer)

    assert subject == f"Was aus Ihrem Beitrag {said.number} wurde: abgelehnt"
    assert "„Nehmen Sie eine feste Summe auf.“" in body
    assert "Begründung: Die Zahl fehlt." in body


def test_the_proposer_of_what_was_merged_is_told_the_decision(story, floor, make):
    first, other = floor.file(), make.member(name="Zweite")
    second = floor.file(author=other)
    moderator = make.moderator()
    one, into = second.amendments[0].id, first.amendments[0].id
    floor.run(lambda: uniting.merge(moderator, one, into, "Beide dasselbe."))
    story.decide(first, AmendmentState.ACCEPTED)

    subjects = [subject for subject, _body in story.letters(other)]

    assert subjects[-1] == "Ihr Änderungsvorschlag 2: übernommen"


def test_a_version_tells_its_authors_which_of_their_words_stand_in_it(story, floor, browse):
    motion = floor.file()
    story.decide(motion, AmendmentState.ACCEPTED)
    enters(floor, motion)

    subject, body = story.letters(floor.author)[-1]

    assert subject == "Ihre Worte stehen in Fassung 2"
    assert "„von 500 Millionen Euro“" in body
    assert f"{floor.url}/fassungen/vergleich?von=1&bis=2" in body
    page = browse(as_=floor.author).get("/konto/spuren")
    assert "von 500 Millionen Euro" in page.select_one(".entered").text
    assert page.select(f"a[href='{floor.url}/fassungen/vergleich?von=1&bis=2']")


def enters(floor, motion):
    """Publish a version that takes the amendment up, as the screen of the Redaktion does."""
    from forum.amendments.events import VersionMade
    from forum.kernel.events import announce
    from forum.recommendations.models import Version

    [one] = motion.amendments
    floor.publish(2, NEW)

    def settle():
        version = db.session.query(Version).order_by(Version.id.desc()).first()
        save(
            VersionChange(
                version_id=version.id,
                amendment_id=one.id,
                paragraph_id=one.paragraph_id,
                share=Share.WHOLE,
                remark="",
            )
        )
        announce(
            VersionMade(
                recommendation_id=floor.recommendation.id,
                version_id=version.id,
                amendment_ids=(one.id,),
            )
        )

    floor.run(settle)


def test_spuren_list_all_one_said_with_its_fate_and_nothing_of_ones_votes(
    story, browse, floor, make
):
    said = story.comment()
    open_one = story.comment("Noch etwas.")
    motion = floor.file(drawn_from=[said.number])
    story.decide(motion, AmendmentState.DECLINED, "Die Zahl fehlt.")

    mine = browse(as_=story.writer).get("/konto/spuren")
    lines = [" ".join(line.text.split()) for line in mine.select(".fate")]
    assert lines == [
        "Noch offen",
        "Daraus wurde Änderungsvorschlag 1: nicht übernommen. Begründung: Die Zahl fehlt.",
    ]
    assert f"Beitrag {open_one.number}" in mine.text
    theirs = browse(as_=floor.author).get("/konto/spuren")
    assert "abgelehnt" in theirs.select_one(".tag").text
    assert "Die Zahl fehlt." in theirs.text
    assert "Wer Schrieb" not in theirs.text
    assert browse(as_=floor.author).get("/konto").select("a[href='/konto/spuren']")
    assert browse().raw("GET", "/konto/spuren").status_code == 303


def test_statements_do_not_grow_with_what_was_said(story, browse, floor, count_queries):
    def sent(path, who):
        browser = browse(as_=who)
        browser.get(path)
        with count_queries() as statements:
            browser.get(path)
        return len(statements)

    floor.file(drawn_from=[story.comment().number])
    paths = (("/konto/spuren", floor.author), ("/konto/spuren", story.writer), (floor.url, None))
    before = [sent(*one) for one in paths]
    for _ in range(6):
        floor.file(drawn_from=[story.comment().number])
    assert [sent(*one) for one in paths] == before


@pytest.mark.parametrize(
    ("share", "final", "found"),
    [
        (Share.WHOLE, NEW, ["Alle", "von 500 Millionen Euro"]),
        (Share.JOINED, "Alle Schulen brauchen 900 Euro.", ["Alle"]),
        (Share.YIELDED, NEW, []),
    ],
)
def test_own_words_are_those_that_stand_in_the_text(app, share, final, found):
    pieces = compare(("Überschrift 2", OLD), ("Überschrift 2", NEW))
    assert own_words(AmendmentKind.CHANGE, pieces, share, ("Überschrift 2", final)) == found
    assert own_words(AmendmentKind.STRIKE, pieces, share, ("", "")) == []


def test_revising_at_once_shows_the_second_the_difference_and_loses_nothing(floor, browse):
    floor.file()
    one, other = browse(as_=floor.author), browse(as_=floor.author)
    url = f"{floor.url}/aenderungen/1/ueberarbeiten"
    sent = {i["name"]: i["value"] for i in other.get(url).select("form.editor input[name]")}
    one.post(url, sent | {"text": NEW.replace("500", "700")})

    page = other.post(url, sent | {"text": NEW.replace("500", "900")}, status=409)

    assert "‚500‘ wird ‚700‘." in page.select_one(".error-summary").text
    assert "900 Millionen" in page.select_one("textarea").text
    again = {i["name"]: i["value"] for i in page.select("form.editor input[name]")}
    other.post(url, again | {"text": NEW.replace("500", "900")})
