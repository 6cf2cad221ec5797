"""Finding amendments, voting on them and talking about them."""

from forum.amendments import actions
from forum.amendments.models import AmendmentKind
from forum.amendments.writing import NewChange
from forum.ballots import actions as ballots
from forum.deliberation.actions import post_comment
from forum.deliberation.models import CommentKind
from forum.kernel.db import save
from forum.moderation import actions as moderation
from forum.moderation.models import Measure, ReportReason, RuleClause
from forum.profile import actions as profile
from tests.amendments.conftest import NEW, change


def test_each_abschnitt_says_what_is_under_review(floor, browse):
    url = floor.url
    assert "in Prüfung" not in browse().get(url).select_one("#abschnitt-2").text
    floor.file(change(), NewChange(AmendmentKind.STRIKE, 3))

    page = browse().get(url)

    assert "Ein Änderungsvorschlag in Prüfung" in page.select_one("#abschnitt-2").text
    links = [a["href"] for a in page.select(".amendments-here a")]
    assert links == [f"{url}/aenderungen/1", f"{url}/aenderungen/2"]
    part = browse().get(f"{url}/abschnitte/3")
    assert [a["href"] for a in part.select(".amendments-here a")] == [f"{url}/aenderungen/2"]


def test_the_list_goes_by_state_and_abschnitt(floor, browse):
    first, second = floor.file(change(), NewChange(AmendmentKind.STRIKE, 3)).amendments
    floor.run(lambda: actions.withdraw(floor.author, second.id))
    url = f"{floor.url}/aenderungen/"

    def named(query=""):
        return [a.text for a in browse().get(url + query).select(".amendment-line h3 a")]

    assert named() == ["Abschnitt 2 ändern", "Abschnitt 3 streichen"]
    assert named("?stand=withdrawn") == ["Abschnitt 3 streichen"]
    assert named("?abschnitt=2") == ["Abschnitt 2 ändern"]
    assert named("?stand=nonsense&abschnitt=x") == named()
    assert first.number == 1


def test_members_vote_on_the_wording(floor, browse, make):
    floor.file()
    voter = browse(as_=make.member())
    page = voter.get(f"{floor.url}/aenderungen/1")
    form = page.select_one(".ballot form")

    after = voter.post(form["action"], {"value": "agree", "back": f"{floor.url}/aenderungen/1"})

    assert after.select_one('button[value="agree"]')["aria-pressed"] == "true"
    number = form["action"].rsplit("/", 1)[1]
    assert voter.raw("GET", f"/stelle/{number}").headers["Location"].endswith("/aenderungen/1")
    assert voter.get(f"/stimmen/{number}").select_one('button[value="agree"]')


def test_members_talk_about_it_where_it_stands(floor, browse, make):
    [amendment] = floor.file().amendments
    person = browse(as_=make.member(name="Sabine Krüger"))
    page = person.get(f"{floor.url}/aenderungen/1?neu=1")
    form = page.select_one("form.reply-form")
    sent = {i["name"]: i["value"] for i in form.select("input[type=hidden]")}

    broken = person.post(form["action"], sent | {"text": "", "kind": "pro"}, status=422)
    assert "Abschnitt 2 ändern" in broken.select_one("h1").text
    after = person.post(form["action"], sent | {"text": "Genau so.", "kind": "pro"})

    assert "Genau so." in after.select_one(".comment").text
    whole = browse().get(floor.url)
    link = whole.select_one(".comment .meta a[href$='/aenderungen/1']")
    assert link.text == "Änderungsvorschlag 1"
    place = browse().raw("GET", f"/stelle/{amendment.id}").headers["Location"]
    assert place == f"{floor.url}/aenderungen/1"


def test_what_was_reported_and_hidden_leaves_its_place_and_the_reason(floor, browse, make):
    [amendment] = floor.file().amendments
    moderator = make.moderator()
    rule = {"number": 2, "title": "Sache vor Person", "text": "Ja.", "public_sentence": "Nein."}
    clause = make.run(lambda: save(RuleClause(**rule)).id)
    report = {"reason": ReportReason.OTHER, "text": "Beleidigt.", "receipt": "abc", "email": ""}

    def decide(measure, sentence):
        moderation.decide(
            moderator,
            amendment.id,
            measure=measure,
            public_reason=sentence,
            clause_id=clause if measure is Measure.HIDE else None,
        )

    reporter = make.member()
    make.run(lambda: moderation.report(reporter, amendment.id, **report))
    sentence = "Persönlicher Vorwurf ohne Bezug zur Sache."
    make.run(lambda: decide(Measure.HIDE, sentence))

    page = browse().get(f"{floor.url}/aenderungen/1")
    assert sentence in page.text
    assert not page.select(".diff, .ballot")
    assert "500 Millionen" not in page.text
    assert "500 Millionen" not in browse().get(f"{floor.url}/aenderungen/").text
    assert not browse().get(floor.url).select(".amendments-here")
    assert "ausgeblendet" in browse(as_=make.member()).get(f"{floor.url}/aenderungen/1").text

    make.run(lambda: decide(Measure.RESTORE, "Zu Unrecht ausgeblendet."))
    assert browse().get(f"{floor.url}/aenderungen/1").select(".diff")


def test_it_can_be_found(floor, browse, work):
    floor.file()
    work()

    page = browse().get("/suche?q=Millionen")

    assert page.select_one(".hits h3 a")["href"] == f"{floor.url}/aenderungen/1"


def test_pages_kept_for_visitors_follow(floor, browse, make):
    browse().get(floor.url)
    [amendment] = floor.file().amendments
    assert browse().get(floor.url).select(".amendments-here")
    floor.run(lambda: actions.withdraw(floor.author, amendment.id))
    assert not browse().get(floor.url).select(".amendments-here")


def test_statements_do_not_grow_with_the_amendments(floor, browse, make, count_queries):
    def sent(path):
        browser = browse(as_=floor.author)
        browser.get(path)
        with count_queries() as statements:
            browser.get(path)
        return len(statements)

    [amendment] = floor.file().amendments
    make.run(
        lambda: (
            post_comment(make_author := floor.author, amendment.id, CommentKind.PRO, "Ja.")
            and make_author
        )
    )
    paths = (floor.url, f"{floor.url}/aenderungen/", f"{floor.url}/aenderungen/1")
    before = [sent(path) for path in paths]
    for _ in range(12):
        floor.file(change(text=NEW), NewChange(AmendmentKind.INSERT, 1, "Neu", "Neues."))
    assert [sent(path) for path in paths] == before
    assert before[2] <= 11


def test_a_revision_starts_at_zero_and_keeps_the_old_result_beside_it(floor, browse, make):
    floor.file()
    voter = make.member()
    wording = int(
        browse(as_=voter)
        .get(f"{floor.url}/aenderungen/1")
        .select_one(".ballot form")["action"]
        .rsplit("/", 1)[1]
    )
    make.run(lambda: ballots.cast(voter, wording, 1))
    author = browse(as_=floor.author)
    form = author.get(f"{floor.url}/aenderungen/1/ueberarbeiten").select_one("form.editor")
    sent = {i["name"]: i["value"] for i in form.select("input[name]")}
    author.post(form["action"], sent | {"text": NEW}, status=422)

    page = author.post(form["action"], sent | {"text": NEW.replace("500", "700")})

    assert "700" in page.select_one(".diff ins + *, .diff").text
    assert "Noch keine Stimme" in page.select_one(".ballot").text
    assert "Zum früheren Wortlaut 1: 100" in page.text
    with_vote = browse(as_=voter).get(f"{floor.url}/aenderungen/1")
    offer = next(b for b in with_vote.select("form button") if "Ebenso" in b.text)
    assert offer["value"] == "agree"
    refused = browse(as_=voter).raw("POST", f"/stimmen/{wording}", data={"value": "against"})
    assert refused.status_code == 403
    author.post(form["action"], sent | {"text": "Noch anders."}, status=409)


def test_what_has_changed_meanwhile_is_said_and_can_be_carried_over(floor, browse):
    floor.file()
    floor.publish(2, "Abschnitt 2: Die Schulen brauchen ein Investitionsprogramm.")
    author = browse(as_=floor.author)

    assert "lautet inzwischen anders" in browse().get(f"{floor.url}/aenderungen/1").text
    page = author.get(f"{floor.url}/aenderungen/1")
    assert "Auf den neuen Text übertragen" in page.text
    carry = author.get(f"{floor.url}/aenderungen/1/ueberarbeiten")
    assert "‚Berufsschulen‘ wird ‚Schulen‘." in carry.text
    form = carry.select_one("form.editor")
    sent = {i["name"]: i["value"] for i in form.select("input[name]")}
    page = author.post(form["action"], sent | {"text": NEW})

    assert "lautet inzwischen anders" not in page.text
    assert "‚Die Schulen‘ wird ‚Alle Berufsschulen‘." in page.select_one(".change-words").text


def test_only_its_author_withdraws_it_and_once(floor, browse, make):
    floor.file()
    url = f"{floor.url}/aenderungen/1/zurueckziehen"
    browse(as_=make.member()).post(url, status=403)
    author = browse(as_=floor.author)

    page = author.post(url)

    assert "zurückgezogen" in page.select_one(".page-head .tag").text
    assert not page.select(".ballot form")
    author.post(url, status=403)


def test_what_somebody_erases_leaves_its_place(floor, browse, work):
    floor.file()
    floor.run(lambda: profile.erase(floor.author.id, texts=True))
    work()

    page = browse().get(f"{floor.url}/aenderungen/1")

    assert "gelöscht" in page.select_one(".notice").text
    assert "500 Millionen" not in page.text
    assert "So reicht es nicht" not in page.text
    assert not browse().get(floor.url).select(".amendments-here")
    assert not browse().get("/suche?q=Millionen").select(".hits h3")
