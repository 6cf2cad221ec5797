"""The buttons, the list of news, and the settings, as people use them."""

from datetime import timedelta

from sqlalchemy import select, update

from forum.accounts.models import User
from forum.following.models import Follow, MailSettings, Pace
from forum.kernel.db import db
from tests.positions.factory import party


def follows(make, person):
    return make.run(
        lambda: db.session.scalars(select(Follow).where(Follow.user_id == person.id)).all()
    )


def test_the_button_of_each_page_follows_and_stops_again(debate, make, browse, follower, paragraph):
    made = party(make, "partei-a")
    browser = browse(as_=follower)
    for url, path in (
        (f"/empfehlungen/{debate.recommendation.slug}", f"/folgen/{debate.recommendation.id}"),
        (f"/empfehlungen/{debate.recommendation.slug}/abschnitte/1", f"/folgen/{paragraph}"),
        (f"/parteien/{made.slug}", f"/folgen/partei/{made.slug}"),
    ):
        form = browser.get(url).select_one(f"form[action='{path}']")
        sent = {one["name"]: one["value"] for one in form.select("input[type=hidden]")}
        assert sent["back"] == url
        answer = browser.raw("POST", path, data=sent)
        assert (answer.status_code, answer.headers["Location"]) == (303, url)
        page = browser.get(url)
        assert "Sie folgen jetzt" in page.select_one("#notices").text
        assert page.select_one(f"form[action='{path}/nicht-mehr']")
        assert len(follows(make, follower)) == 1
        browser.post(path)
        assert len(follows(make, follower)) == 1, "twice is once"
        browser.post(f"{path}/nicht-mehr")
        assert follows(make, follower) == []
        browser.post(f"{path}/nicht-mehr")


def test_with_htmx_only_the_button_comes_back(debate, browse, follower):
    key = debate.recommendation.id
    page = browse(as_=follower).post(f"/folgen/{key}", htmx=f"folgen-{key}")

    assert [one.get("id") for one in page.find_all(recursive=False)] == [f"folgen-{key}", "notices"]
    assert "Nicht mehr folgen" in page.text


def test_visitors_are_offered_mails_and_their_pages_carry_neither_token_nor_cookie(
    debate, make, browse, count_queries, paragraph
):
    made = party(make, "partei-a")
    thread = f"/empfehlungen/{debate.recommendation.slug}"
    for url in (thread, f"{thread}/abschnitte/1", f"/parteien/{made.slug}", f"/folgen/{paragraph}"):
        with count_queries() as statements:
            answer = browse().raw("GET", url)
        assert "Per E-Mail folgen" in answer.text
        assert "csrf" not in answer.text
        assert "Set-Cookie" not in answer.headers
        assert not [s for s in statements if "follows" in s]
    answer = browse().raw("POST", f"/folgen/{paragraph}", data={})
    assert answer.status_code in {303, 400, 401}


def test_only_what_is_public_and_ones_own_can_be_followed(debate, make, browse, follower):
    comment = debate.comment()
    assert browse(as_=debate.author).get(f"/folgen/{comment.id}")
    browse(as_=follower).get(f"/folgen/{comment.id}", status=404)
    browse(as_=follower).post(f"/folgen/{comment.id}", status=404)
    browse().get(f"/folgen/{comment.id}", status=404)
    browse(as_=follower).get("/folgen/99999", status=404)
    browse(as_=follower).get("/folgen/partei/gibt-es-nicht", status=404)


def test_without_a_consent_members_follow_nothing_and_a_withdrawal_forgets_it(
    debate, make, browse, follower, following, work
):
    from forum.accounts.actions import withdraw_consent

    following.follow(follower, debate.recommendation)
    make.run(lambda: withdraw_consent(follower.id))
    assert follows(make, follower) == []

    page = browse(as_=follower).get(f"/empfehlungen/{debate.recommendation.slug}")
    assert "sobald Sie unter „Ihr Konto“ eingewilligt haben" in page.text
    browse(as_=follower).post(f"/folgen/{debate.recommendation.id}", status=403)
    debate.comment()
    work()
    assert following.notices(follower) == []


def test_the_list_shows_what_happened_and_is_marked_as_read_by_pressing(
    debate, make, browse, following, work
):
    other = make.member(name="Zweite Stimme")
    root = debate.comment()
    debate.comment("Das sehe ich anders.", parent=root, author=other)
    debate.comment("Und noch einmal.", parent=root, author=other)
    work()
    browser = browse(as_=debate.author)
    page = browser.get("/konto/neuigkeiten")
    assert "2 sind neu" in page.text
    newest, older = page.select(".news > li")
    assert "Zweite Stimme" in newest.h2.text
    assert "antwortet auf Ihren Beitrag 1" in newest.h2.text
    assert "Und noch einmal." in newest.text
    assert older.select_one(".tag").text == "neu"
    assert page.select_one(".masthead .num").text == "2"
    assert browser.get("/konto/neuigkeiten").select_one(".tag"), "reading marks nothing"

    def press(form):
        sent = {one["name"]: one["value"] for one in form.select("input[type=hidden]")}
        return browser.post(form["action"], sent)

    page = press(older.select_one("form[action$=gelesen]"))
    assert "Eines ist neu" in page.text or "1 ist neu" in page.text
    page = press(page.select_one(".page-head form"))
    assert "Nichts Neues" in page.text
    assert following.unread(debate.author) == 0
    assert not page.select_one(".masthead .num")


def test_what_was_hidden_is_in_the_list_without_a_word(debate, make, browse, work):
    root = debate.comment()
    reply = debate.comment("Geheime Worte.", parent=root, author=make.member(name="Zweite Stimme"))
    work()
    debate.hide(reply)

    page = browse(as_=debate.author).get("/konto/neuigkeiten")
    assert "Das ist nicht mehr zu lesen." in page.text
    assert "Geheime" not in page.text
    assert "Zweite Stimme" not in page.text


def test_the_list_goes_on_from_page_to_page(debate, make, browse, work):
    other, root = make.member(), debate.comment()
    for n in range(23):
        debate.comment(f"Antwort {n}.", parent=root, author=other)
    work()
    browser = browse(as_=debate.author)
    page = browser.get("/konto/neuigkeiten")
    assert len(page.select(".news > li")) == 20
    page = browser.get(page.select_one(".pager a")["href"])
    assert len(page.select(".news > li")) == 3
    assert not page.select(".pager a")


def test_the_answer_form_stands_open_where_the_list_leads(debate, make, browse, work):
    other, root = make.member(), debate.comment()
    debate.comment("Eins.", parent=root, author=other)
    work()
    browser = browse(as_=debate.author)
    link = browser.get("/konto/neuigkeiten").select_one("a[href*=antwort]")["href"]
    address, _hash, anchor = link.partition("#")
    assert browser.get(address).select_one(f"#{anchor}")


def test_others_news_are_nobodys_business(debate, make, browse, follower, following, work):
    root = debate.comment()
    debate.comment(parent=root, author=make.member())
    work()

    assert "Nichts Neues" in browse(as_=follower).get("/konto/neuigkeiten").text
    browse(as_=follower).post("/konto/neuigkeiten/gelesen", {"bis": "999"})
    browse(as_=follower).post("/konto/neuigkeiten/gelesen", {"nur": "1"})
    assert following.unread(debate.author) == 1
    assert browse().raw("GET", "/konto/neuigkeiten").status_code == 303


def test_the_counter_in_the_header_costs_no_statement(
    debate, make, browse, count_queries, follower
):
    def sent():
        browser = browse(as_=follower)
        browser.get("/so-geht-es")
        with count_queries() as statements:
            page = browser.get("/so-geht-es")
        return page, len(statements)

    _page, before = sent()
    make.run(lambda: db.session.execute(update(User).values(unread_news=120)))
    page, after = sent()
    assert page.select_one(".masthead .num").text == "99+"
    assert after == before


def test_settings_are_chosen_in_the_account(make, browse, follower):
    browser = browse(as_=follower)
    form = browser.get("/konto").select_one("form[action='/konto/benachrichtigungen']")
    assert form.select_one("input[name=pace][checked]")["value"] == "daily"
    assert len(form.select("input[type=checkbox][checked]")) == 5

    page = browser.post(
        "/konto/benachrichtigungen", {"pace": "weekly", "mails_replies": "1", "follows_own": "1"}
    )
    form = page.select_one("form[action='/konto/benachrichtigungen']")
    assert form.select_one("input[name=pace][checked]")["value"] == "weekly"
    assert len(form.select("input[type=checkbox][checked]")) == 2
    row = make.run(lambda: db.session.get(MailSettings, follower.id))
    assert (row.pace, row.mails_replies, row.mails_texts) == (Pace.WEEKLY, True, False)
    browser.post("/konto/benachrichtigungen", {"pace": "stündlich"}, status=400)


def test_what_somebody_follows_stands_in_a_list_of_their_own(
    debate, browse, make, follower, following, paragraph
):
    made = party(make, "partei-a")
    following.follow(follower, paragraph)
    following.follow(follower, party=made)
    browser = browse(as_=follower)

    page = browser.get("/konto/folgen")
    assert [a.text for a in page.select(".rows > li > a")] == [
        "Die Partei-A",
        "Abschnitt 1 der Empfehlung „Berufsschulen“",
    ]
    form = page.select_one(".rows form")
    sent = {one["name"]: one["value"] for one in form.select("input[type=hidden]")}
    page = browser.post(form["action"], sent)
    assert len(page.select(".rows > li")) == 1


def test_old_news_are_forgotten_after_their_days(debate, make, following, travel, work):
    root = debate.comment()
    debate.comment(parent=root, author=make.member())
    work()
    assert following.unread(debate.author) == 1

    travel(timedelta(days=181))
    work()

    assert following.notices(debate.author) == []
    assert following.unread(debate.author) == 0
