"""Somebody drafts, shows it to colleagues, reads their remarks, and posts it by the real form."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from forum.accounts.actions import withdraw_consent
from forum.accounts.models import Appearance, Role, User
from forum.accounts.queries import user
from forum.amendments.models import Motion
from forum.deliberation.models import Comment
from forum.drafts import actions, queries
from forum.drafts.models import Draft, DraftRemark
from forum.drafts.writing import CommentDraft
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.profile import export
from forum.profile.actions import erase
from forum.search.queries import everything

WORDS = "Die Werkstätten brauchen zuerst Lehrkräfte."


class Office:
    """Two colleagues of one organisation, and somebody of another."""

    def __init__(self, make):
        self.make = make
        self.recommendation = make.recommendation()
        self.slug = self.recommendation.slug
        self.author = make.member(name="Anna Referentin")
        self.colleague = make.user(
            Role.MEMBER,
            name="Bernd Kollege",
            organisation_id=self.author.organisation_id,
            member=True,
        )
        self.stranger = make.member(name="Clara Fremd")

    def keep(self, words=WORDS, number="eins", edition=None, who=None):
        content = CommentDraft(self.recommendation.id, None, "pro", words)
        return self.make.run(
            lambda: actions.keep(
                who or self.author, self.recommendation.id, content, number, edition
            )
        )

    def shown(self, **more):
        draft_id = self.keep(**more)
        self.make.run(lambda: actions.show(self.author, draft_id, seen_by_name=True))
        return draft_id

    def remark(self, draft_id, words="Kürzer wäre besser.", who=None):
        self.make.run(lambda: actions.remark(who or self.colleague, draft_id, words, 1))

    def all(self, model):
        return self.make.run(lambda: db.session.scalars(select(model).order_by("id")).all())

    def change(self, person, **values):
        self.make.run(
            lambda: db.session.execute(update(User).where(User.id == person.id).values(**values))
        )
        return self.make.run(lambda: user(person.id))


@pytest.fixture
def office(make):
    return Office(make)


def typed(page, form):
    found = page.select_one(form)
    sent = {i["name"]: i.get("value", "") for i in found.select("input:not([type=radio])")}
    sent |= {t["name"]: t.text.removeprefix("\n") for t in found.select("textarea")}
    for radio in found.select("input[type=radio][checked]"):
        sent[radio["name"]] = radio["value"]
    return sent


EDITOR = "form.editor"


def test_from_the_form_of_a_contribution_to_colleagues_and_into_the_thread(browse, office):
    author, colleague = browse(as_=office.author), browse(as_=office.colleague)
    thread = f"/empfehlungen/{office.slug}"
    sent = typed(author.get(f"{thread}?neu=1"), "form.is-new")
    page = author.post(
        f"{thread}/beitraege/entwurf", sent | {"kind": "pro", "text": WORDS, "do": "show"}
    )
    assert "lesen den Entwurf dann" in page.text or "liest den Entwurf dann" in page.text
    [draft] = office.all(Draft)
    place = f"/konto/entwuerfe/{draft.id}"
    colleague.get(place, status=404)

    author.post(f"{place}/zeigen", {"seen": "1"})
    assert "Entwurf, nur Ihre Organisation" in colleague.get(place).text
    assert WORDS in colleague.get(place).text
    assert "Anna Referentin" in colleague.get("/konto/entwuerfe").text
    colleague.post(f"{place}/bemerkungen", {"remark": "Kürzer, bitte.", "edition": "1"})

    page = author.get(place)
    assert "Kürzer, bitte." in page.text
    author.post(place, typed(page, EDITOR) | {"text": "Erst Lehrkräfte.", "do": "save"})
    page = author.get(place)
    assert "zu einem früheren Stand" in page.text

    sent = typed(page, EDITOR)
    assert page.select_one(f"{EDITOR} [formaction='{thread}/beitraege']")
    author.post(f"{thread}/beitraege", sent)
    [comment] = office.all(Comment)
    assert comment.source == "Erst Lehrkräfte."
    assert office.all(Draft) == []
    assert office.all(DraftRemark) == []
    author.get(place, status=404)


def test_a_motion_with_several_amendments_is_drafted_shown_and_filed(browse, office):
    author = browse(as_=office.author)
    base = f"/empfehlungen/{office.slug}/aenderungen/neu"
    sent = typed(author.get(f"{base}?abschnitt=2"), EDITOR)
    sent |= {"text-0": "Abschnitt 2: Alle Berufsschulen.", "reason": "So reicht es nicht."}
    sent |= {"kind-1": "strike", "paragraph-1": "3"}
    author.post(f"{base}/entwurf", sent | {"do": "keep"})
    [draft] = office.all(Draft)
    place = f"/konto/entwuerfe/{draft.id}"
    author.post(f"{place}/zeigen", {"seen": "1"})
    seen = browse(as_=office.colleague).get(place)
    for words in ("Alle Berufsschulen.", "Abschnitt 3 streichen", "So reicht es nicht."):
        assert words in seen.text
    assert not seen.select(EDITOR), "Only the author edits"

    sent = typed(author.get(place), EDITOR)
    page = author.post(place, sent | {"do": "add", "art": "insert", "abschnitt": "1"})
    sent = typed(page, EDITOR) | {"heading-2": "Neu", "text-2": "Ganz neu."}
    author.post(place, sent | {"do": "save"})
    page = author.get(place)
    assert page.select_one(f"{EDITOR} [formaction='{base}'][value=file]")
    author.post(base, typed(page, EDITOR) | {"do": "file"})

    [motion] = office.make.run(lambda: db.session.scalars(select(Motion)).all())
    assert motion.reason == "So reicht es nicht."
    assert office.all(Draft) == []


def test_what_the_form_refuses_stays_a_draft_and_loses_nothing(browse, office):
    draft_id = office.keep("x" * 6000)
    author = browse(as_=office.author)
    sent = typed(author.get(f"/konto/entwuerfe/{draft_id}"), EDITOR)
    page = author.post(f"/empfehlungen/{office.slug}/beitraege", sent, status=422)
    assert "x" * 6000 in page.text
    assert len(office.all(Draft)) == 1


def test_a_double_press_keeps_one_draft_and_posts_once(browse, office):
    assert office.keep() == office.keep()
    assert len(office.all(Draft)) == 1


def test_two_windows_the_second_is_shown_the_difference_and_loses_nothing(browse, office):
    draft_id = office.keep()
    place = f"/konto/entwuerfe/{draft_id}"
    author = browse(as_=office.author)
    one = typed(author.get(place), EDITOR)
    two = dict(one)
    author.post(place, one | {"text": "Die Werkstätten brauchen zuerst Geräte.", "do": "save"})
    page = author.post(
        place, two | {"text": "Die Werkstätten brauchen zuerst Räume.", "do": "save"}, status=409
    )
    assert "an anderer Stelle geändert" in page.text
    difference = page.select_one(".error-summary")
    assert "Geräte" in difference.select_one("del").text
    assert "Räume" in difference.select_one("ins").text
    sent = typed(page, EDITOR)
    assert sent["text"] == "Die Werkstätten brauchen zuerst Räume."
    author.post(place, sent | {"do": "save"})
    assert "zuerst Räume" in author.get(place).text


def test_only_the_author_edits_shows_and_deletes(browse, office):
    draft_id = office.shown()
    place = f"/konto/entwuerfe/{draft_id}"
    colleague = browse(as_=office.colleague)
    for path in ("", "/zeigen", "/verbergen", "/loeschen"):
        colleague.post(place + path, {"text": "Fremd", "edition": "1"}, status=403)
    stranger = browse(as_=office.stranger)
    for path in ("", "/zeigen", "/verbergen", "/loeschen", "/bemerkungen"):
        stranger.post(place + path, {"text": "Fremd", "remark": "Fremd"}, status=404)
    assert len(office.all(Draft)) == 1


@pytest.mark.parametrize("appearance", [Appearance.NAME_BENCH, Appearance.PSEUDONYM_BENCH])
def test_who_appears_otherwise_is_told_first_that_colleagues_see_them(browse, office, appearance):
    author = office.change(office.author, appearance=appearance, pseudonym="Fuchs")
    draft_id = office.keep(who=author)
    place = f"/konto/entwuerfe/{draft_id}"
    browser = browse(as_=author)
    page = browser.get(f"{place}/zeigen")
    assert "sehen beim Entwurf Ihren Namen, Anna Referentin" in page.text
    assert browser.post(f"{place}/zeigen", {}, status=409)
    browse(as_=office.colleague).get(place, status=404)
    browser.post(f"{place}/zeigen", {"seen": "1"})
    assert "Anna Referentin" in browse(as_=office.colleague).get(place).text


def test_whoever_leaves_no_longer_reads_and_is_no_longer_read(browse, office):
    draft_id = office.shown()
    office.remark(draft_id)
    place = f"/konto/entwuerfe/{draft_id}"
    gone = office.change(office.colleague, organisation_id=None)
    browse(as_=gone).get(place, status=404)
    assert WORDS not in browse(as_=gone).get("/konto/entwuerfe").text
    back = office.change(office.colleague, organisation_id=office.author.organisation_id)
    browse(as_=back).get(place)
    unconfirmed = office.change(office.colleague, member_since=None)
    browse(as_=unconfirmed).get(place, status=404)

    office.change(office.colleague, member_since=office.author.member_since)
    author = office.change(office.author, organisation_id=office.stranger.organisation_id)
    browse(as_=office.colleague).get(place, status=404)
    browse(as_=office.stranger).get(place, status=404)
    assert WORDS in browse(as_=author).get(place).text


def test_staff_search_and_public_pages_know_nothing_of_it(app, browse, office, make):
    draft_id = office.shown()
    office.remark(draft_id, "Geheime Bemerkung")
    place = f"/konto/entwuerfe/{draft_id}"
    for role in (Role.MODERATOR, Role.EDITOR, Role.ADMINISTRATOR, Role.PARTY):
        assert browse(as_=make.user(role)).raw("GET", place).status_code == 403
    assert browse().raw("GET", place).status_code == 303
    assert WORDS not in browse().get(f"/empfehlungen/{office.slug}").text
    with app.test_request_context():
        assert not [one for one in everything() if WORDS in one.text]
    for table in ("member_drafts", "draft_remarks"):
        rows = make.run(lambda t=table: db.session.execute(text(f"SELECT * FROM {t}")).all())
        assert rows
        for words in ("Werkstätten", "Geheime"):
            assert words not in str(rows)
            assert words.encode() not in b"".join(
                bytes(v) for row in rows for v in row if isinstance(v, bytes | memoryview)
            )


def test_showing_it_no_more_takes_the_remarks_along(browse, office):
    draft_id = office.shown()
    office.remark(draft_id)
    place = f"/konto/entwuerfe/{draft_id}"
    browse(as_=office.author).post(f"{place}/verbergen")
    browse(as_=office.colleague).get(place, status=404)
    assert office.all(DraftRemark) == []


def test_one_takes_back_ones_own_remark_only(browse, office):
    draft_id = office.shown()
    office.remark(draft_id)
    [one] = office.all(DraftRemark)
    place = f"/konto/entwuerfe/{draft_id}/bemerkungen/{one.id}/loeschen"
    browse(as_=office.author).post(place)
    assert len(office.all(DraftRemark)) == 1
    browse(as_=office.colleague).post(place)
    assert office.all(DraftRemark) == []


def test_an_empty_or_endless_remark_is_refused_at_its_field(browse, office):
    place = f"/konto/entwuerfe/{office.shown()}/bemerkungen"
    colleague = browse(as_=office.colleague)
    colleague.post(place, {"remark": "  "}, status=422)
    page = colleague.post(place, {"remark": "x" * 2001}, status=422)
    assert "x" * 2001 in page.text


def test_erasing_an_account_takes_its_drafts_and_remarks(office):
    draft_id = office.shown()
    office.remark(draft_id)
    office.make.run(lambda: erase(office.colleague.id, texts=False))
    assert office.all(DraftRemark) == []
    office.make.run(lambda: erase(office.author.id, texts=False))
    assert office.all(Draft) == []


def test_withdrawing_the_consent_takes_them_too(office):
    office.remark(office.shown(), who=office.author)
    office.make.run(lambda: withdraw_consent(office.author.id))
    assert office.all(Draft) == []
    assert office.all(DraftRemark) == []


def test_after_half_a_year_a_draft_goes(office, travel, work):
    office.remark(office.shown())
    travel(timedelta(days=179))
    work()
    assert len(office.all(Draft)) == 1
    travel(timedelta(days=2))
    work()
    assert office.all(Draft) == []


def test_the_copy_of_ones_data_has_the_words(app, office):
    draft_id = office.shown()
    office.remark(draft_id, "Meine Bemerkung.")
    with app.test_request_context():
        found = export.collect(office.author.id)
        theirs = export.collect(office.colleague.id)
        assert export.bundle(office.author.id)
    assert found["member_drafts"][0]["content"]["text"] == WORDS
    assert theirs["draft_remarks"][0]["text"] == "Meine Bemerkung."
    assert theirs["member_drafts"] == []


def test_nobody_keeps_an_archive(office):
    for number in range(actions.MOST):
        office.keep(number=f"n{number}")
    with pytest.raises(Exception, match="bewahren wir nicht auf"):
        office.keep(number="noch einer")


def test_a_draft_posted_in_another_window_is_not_kept_anew(office):
    draft_id = office.keep()
    office.make.run(lambda: actions.posted(office.author.id, "e-eins"))
    with pytest.raises(NotFound):
        office.keep("Anders.", edition=1)
    assert draft_id


def test_statements_do_not_grow_with_the_drafts(browse, office, count_queries):
    browser = browse(as_=office.colleague)

    def sent():
        browser.get("/konto/entwuerfe")
        with count_queries() as statements:
            browser.get("/konto/entwuerfe")
        return len(statements)

    office.shown()
    before = sent()
    for number in range(12):
        office.shown(number=f"n{number}")
    assert sent() == before


def test_colleagues_read_page_by_page(make, office):
    for number in range(queries.PAGE + 3):
        office.shown(number=f"n{number}")
    first, older = make.run(lambda: queries.colleagues(office.colleague))
    second, end = make.run(lambda: queries.colleagues(office.colleague, older))
    assert len({one.id for one in [*first, *second]}) == queries.PAGE + 3
    assert end is None
