"""What people have not posted yet is kept for them, on any device, and for nobody else."""

import json
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from forum.accounts.models import Role
from forum.deliberation import drafting
from forum.deliberation.drafting import Typed
from forum.deliberation.models import CommentDraft, DraftMode
from forum.kernel.db import db
from forum.kernel.errors import Conflict, NotPermitted
from forum.profile import actions as profile
from forum.profile import export


@pytest.fixture
def url(debate):
    return f"/empfehlungen/{debate.recommendation.slug}"


def fields(form, **more):
    found = {i["name"]: i["value"] for i in form.select("input[type=hidden]")}
    kind = form.select_one("input[name=kind][checked]")
    return found | ({"kind": kind["value"]} if kind else {}) | more


def kept(debate, user=None):
    return debate.run(lambda: drafting.of((user or debate.author).id))


def save(debate, text, *, edition=0, mode=DraftMode.NEW, place=None, who=None):
    rec = debate.recommendation
    return debate.run(
        lambda: drafting.keep(
            who or debate.author, rec.id, mode, place or rec.id, Typed(text, edition=edition)
        )
    )


def test_a_button_keeps_a_draft_and_the_next_visit_goes_on_with_it(browse, debate, url):
    form = browse(as_=debate.author).get(f"{url}?neu=1").select_one("form.is-new")

    page = browse(as_=debate.author).post(
        form["action"], fields(form, text="Noch nicht fertig.", kind="contra", do="draft")
    )

    assert "Der Entwurf ist gespeichert" in page.select_one("#notices").text
    elsewhere = browse(as_=debate.author).get(url).select_one("form.is-new")
    assert elsewhere.textarea.text.strip() == "Noch nicht fertig."
    assert elsewhere.select_one("input[value=contra]").has_attr("checked")
    assert elsewhere.find_parent("details").has_attr("open")
    assert "Ihr Entwurf vom 17. August, 10:00 Uhr" in elsewhere.text
    assert not debate.listing().comments


def test_posting_forgets_the_draft(browse, debate, url):
    browser = browse(as_=debate.author)
    save(debate, "Entwurf.")
    form = browser.get(url).select_one("form.is-new")

    browser.post(form["action"], fields(form, text="Fertig.", kind="pro"))

    assert kept(debate) == []
    assert browser.get(url).select_one("form.is-new").textarea.text.strip() == ""


def test_a_script_keeps_what_is_typed_and_says_when(browse, debate, url):
    root = debate.comment()
    browser = browse(as_=debate.author)
    form = browser.get(f"{url}?antwort=1").select_one("form.is-reply")

    told = browser.raw("POST", form["data-draft"], data=fields(form, text="Eine Ant")).json
    again = browser.raw(
        "POST",
        form["data-draft"],
        data=fields(form, text="Eine Antwort") | {"edition": told["edition"]},
    ).json

    assert told["sentence"] == "Entwurf gespeichert, 10:00 Uhr."
    assert again["edition"] == told["edition"] + 1
    assert "other" not in again
    [draft] = kept(debate)
    assert (draft.mode, draft.place_id, draft.text) == (DraftMode.REPLY, root.id, "Eine Antwort")
    page = browse(as_=debate.author).get(f"{url}?antwort=1", htmx="antwort-1")
    assert page.textarea.text.strip() == "Eine Antwort"
    emptied = fields(form, text=" ") | {"edition": again["edition"]}
    assert browser.raw("POST", form["data-draft"], data=emptied).json["edition"] == 0
    assert kept(debate) == []


def test_each_place_has_a_draft_of_its_own(debate):
    one, two = debate.comment(), debate.comment()
    save(debate, "Neu.")
    save(debate, "Antwort eins.", mode=DraftMode.REPLY, place=one.id)
    save(debate, "Antwort zwei.", mode=DraftMode.REPLY, place=two.id)
    save(debate, "Änderung.", mode=DraftMode.EDIT, place=one.id)

    assert sorted(d.text for d in kept(debate)) == [
        "Antwort eins.",
        "Antwort zwei.",
        "Neu.",
        "Änderung.",
    ]


def test_two_devices_lose_nothing_and_the_difference_is_shown(browse, debate, url):
    save(debate, "Die Grenze liegt bei 249.")
    save(debate, "Die Grenze liegt bei 499.", edition=0)

    form = browse(as_=debate.author).get(url).select_one("form.is-new")

    assert form.textarea.text.strip() == "Die Grenze liegt bei 499."
    other = form.select_one("details.other-text")
    assert "249" in other.select_one("del").text
    assert "499" in other.select_one("ins").text
    browse(as_=debate.author).post(
        form["action"], fields(form, text="Die Grenze liegt bei 499.", do="take-0")
    )
    [draft] = kept(debate)
    assert draft.text == "Die Grenze liegt bei 249."
    assert [other.text for other in draft.others] == ["Die Grenze liegt bei 499."]


def test_posting_from_one_device_leaves_what_came_later_from_another(browse, debate, url):
    first = save(debate, "Vom Rechner.")
    save(debate, "Vom Telefon.", edition=0)
    browser = browse(as_=debate.author)
    form = browser.get(url).select_one("form.is-new")

    browser.post(
        form["action"],
        fields(form, text="Vom Rechner.", kind="pro") | {"edition": first.edition},
    )

    assert [draft.text for draft in kept(debate)] == ["Vom Telefon."]


def test_drafts_are_thrown_away_by_a_button_at_the_place_and_in_the_list(browse, debate, url):
    save(debate, "Eins.")
    browser = browse(as_=debate.author)
    form = browser.get(url).select_one("form.is-new")
    browser.post(form["action"], fields(form, text="Eins.", do="discard"))
    assert kept(debate) == []

    root = debate.comment()
    save(debate, "Zwei.", mode=DraftMode.REPLY, place=root.id)
    page = browser.get("/konto/angefangenes")
    assert "Antwort auf Beitrag 1" in page.text
    link = page.select_one("#entwuerfe a.more")["href"]
    assert (
        browser.get(link.split("#")[0]).select_one("form.is-reply").textarea.text.strip() == "Zwei."
    )
    page = browser.post(page.select_one("#entwuerfe form")["action"])
    assert "Keine Entwürfe" in page.text


def test_nobody_else_sees_or_discards_them(browse, debate, make):
    draft = save(debate, "Streng vertraulich.")
    row = debate.run(lambda: db.session.scalars(select(CommentDraft)).one())
    assert b"vertraulich" not in row.sealed

    for other in (make.member(), make.moderator(), make.user(Role.EDITOR)):
        browser = browse(as_=other)
        for path in ("/konto/angefangenes", f"/empfehlungen/{debate.recommendation.slug}"):
            assert "vertraulich" not in browser.get(path).text
        browser.post(f"/konto/angefangenes/{draft.id}/verwerfen", status=404)
    for stranger in (make.moderator(), make.user(Role.ADMINISTRATOR)):
        with pytest.raises(NotPermitted):
            save(debate, "Meins.", who=stranger)
    assert len(kept(debate)) == 1


def test_a_draft_is_no_reading_and_needs_a_session(browse, debate, url):
    answer = browse().raw("POST", f"{url}/entwuerfe", data={"text": "x", "about": "1"})

    assert answer.status_code in {303, 400, 401}
    assert browse(as_=debate.author).raw("GET", f"{url}/entwuerfe").status_code == 405


def test_drafts_are_bounded_in_number_and_age(debate, monkeypatch, travel, work):
    monkeypatch.setattr(drafting, "MAX_DRAFTS", 2)
    comments = [debate.comment() for _ in range(3)]
    for comment in comments[:2]:
        save(debate, "Antwort.", mode=DraftMode.REPLY, place=comment.id)
    with pytest.raises(Conflict, match="Verwerfen Sie"):
        save(debate, "Antwort.", mode=DraftMode.REPLY, place=comments[2].id)

    travel(timedelta(days=89))
    work()
    assert len(kept(debate)) == 2
    travel(timedelta(days=2))
    work()
    assert kept(debate) == []


def test_drafts_are_in_the_copy_of_ones_data_and_go_with_the_account(debate):
    save(debate, "Noch nicht fertig.")
    bundle = debate.run(lambda: export.bundle(debate.author.id))
    with zipfile.ZipFile(BytesIO(bundle)) as archive:
        [told] = json.loads(archive.read("daten/comment_drafts.json"))
    assert told["text"] == "Noch nicht fertig."

    debate.run(lambda: profile.erase(debate.author.id, texts=False))

    assert not debate.run(lambda: db.session.scalars(select(CommentDraft)).all())


def test_withdrawing_consent_forgets_drafts(debate):
    save(debate, "Noch nicht fertig.")

    debate.run(lambda: profile.withdraw(debate.author.id, erase=False))

    assert kept(debate) == []


def test_a_draft_of_what_was_taken_back_before_anybody_saw_it_goes_too(debate):
    comment = debate.comment()
    save(debate, "Änderung.", mode=DraftMode.EDIT, place=comment.id)

    debate.delete(comment)

    assert [draft.text for draft in kept(debate)] == ["Änderung."]


def test_two_tabs_that_change_one_comment_lose_nothing(browse, debate, url):
    debate.comment("Die Grenze liegt bei 249.")
    browser = browse(as_=debate.author)
    first, second = (
        browser.get(f"{url}/beitraege/1?bearbeiten=1").select_one("form.is-edit") for _ in range(2)
    )
    browser.post(first["action"], fields(first, text="Die Grenze liegt bei 499."))

    page = browser.post(
        second["action"], fields(second, text="Die Grenze liegt bei 999."), status=409
    )

    form = page.select_one("form.is-edit")
    assert "lautet inzwischen anders" in form.text
    assert "499" in form.select_one("del").text
    assert "999" in form.select_one("ins").text
    assert form.textarea.text.strip() == "Die Grenze liegt bei 999."
    assert "499" in browse().get(url).select_one("#beitrag-1 .body").text
    browser.post(form["action"], fields(form, text="Die Grenze liegt bei 999."))
    assert "999" in browse().get(url).select_one("#beitrag-1 .body").text


def test_a_hidden_comment_cannot_be_answered_and_the_sentence_says_why(browse, debate, url):
    root = debate.comment()
    browser = browse(as_=debate.author)
    form = browser.get(f"{url}?antwort=1").select_one("form.is-reply")
    debate.hide(root)

    answer = browser.post(form["action"], fields(form, text="Doch."), status=409)

    assert "nicht mehr öffentlich" in answer.text
    assert "Doch." in answer.text
    refused = browser.get(f"{url}?antwort=1", htmx="antwort-1", status=409)
    assert "nicht mehr öffentlich" in refused.text
    assert not browser.get(f"{url}?antwort=1").select("form.is-reply")
