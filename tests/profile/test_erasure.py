"""Leaving: nothing that names the person or repeats their words is left anywhere."""

import dataclasses
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text, update

from forum.accounts import links
from forum.accounts.actions import hashed, set_password
from forum.accounts.models import Organisation, Role, User
from forum.ballots import actions as ballots
from forum.ballots.models import Ballot
from forum.ballots.recounting import recount
from forum.deliberation import actions as writing
from forum.deliberation.models import Comment, CommentKind, Visibility
from forum.kernel import mail
from forum.kernel.db import Base, db
from forum.moderation import actions as moderation
from forum.moderation.models import Measure, Report, ReportReason, RuleClause
from forum.profile import actions, export, queries
from forum.profile.models import Erasure
from forum.recommendations.queries import current_consultation
from tests.databases import ENGINE

NAME, PSEUDONYM = "Quirinia Quittenbaum", "Zaunkönigin"
TEXT = "Glühwürmchenzucht verdient Aufmerksamkeit im Zwischenlagerbau."
NEEDLES = (
    "quittenbaum",
    "quirinia",
    "zaunkönigin",
    "zaunkonigin",
    "glühwürmchen",
    "zwischenlagerbau",
)
PASSWORD = "drei-lange-worte"


class Life:
    """Somebody who has done all that one can do here."""

    def __init__(self, make, work, travel, browse):
        self.make, self.work = make, work
        self.recommendation = make.recommendation()
        self.person = make.member(name=NAME)
        self.other = make.member(name="Anders Andersen")
        self.email = self.person.email
        make.run(lambda: set_password(self.person.id, hashed(PASSWORD)))
        make.run(lambda: setattr(db.session.get(User, self.person.id), "pseudonym", PSEUDONYM))
        self.person = make.run(lambda: self._user())
        post = writing.post_comment
        self.comment = make.run(
            lambda: post(self.person, self.recommendation.id, CommentKind.PRO, TEXT)
        )
        travel(timedelta(hours=1))
        make.run(lambda: writing.edit_comment(self.person, self.comment.id, TEXT + " Unbedingt."))
        self.reply = make.run(
            lambda: post(
                self.other, self.recommendation.id, None, "Das sehe ich anders.", self.comment.id
            )
        )
        self.theirs = make.run(
            lambda: post(self.other, self.recommendation.id, CommentKind.PRO, "Ganz etwas anderes.")
        )
        self.wording_id = make.run(lambda: self._wording())
        make.run(lambda: ballots.cast(self.person, self.wording_id, 1))
        make.run(lambda: ballots.cast(self.person, self.theirs.id, -1))
        make.run(lambda: ballots.cast(self.other, self.wording_id, 1))
        make.run(
            lambda: moderation.report(
                self.person,
                self.theirs.id,
                reason=ReportReason.OTHER,
                text="Bitte prüfen.",
                receipt="M-1",
                name=NAME,
            )
        )
        self._moderate()
        make.run(lambda: actions.ask_for_export(self.person.id))
        make.run(lambda: actions.send_leaving(self.person.id))
        work()
        self.browser = browse(as_=self.person)
        browse().get(f"/empfehlungen/{self.recommendation.slug}")

    def _moderate(self):
        moderator = self.make.moderator(name="Karin Osterloh")
        clause = self.make.run(
            lambda: mail.save(
                RuleClause(number=2, title="Sache", text="Zur Sache.", public_sentence="Regel 2.")
            )
        )
        for measure in (Measure.HIDE, Measure.RESTORE):
            self.make.run(
                lambda m=measure: moderation.decide(
                    moderator,
                    self.comment.id,
                    measure=m,
                    public_reason="Regel 2.",
                    reason_to_author=f"Sie schrieben „{TEXT}“.",
                    clause_id=clause.id,
                )
            )

    def _user(self):
        from forum.accounts.queries import user

        return user(self.person.id)

    def _wording(self):
        from forum.recommendations.models import Wording

        return db.session.scalars(select(Wording.id).order_by(Wording.id)).first()

    def erase(self, *, texts):
        self.make.run(lambda: actions.erase(self.person.id, texts=texts))

    def finish(self):
        """As if the minutes had passed that a request may take."""
        ago = datetime.now(UTC) - timedelta(minutes=5)
        self.make.run(lambda: db.session.execute(update(Erasure).values(requested_at=ago)))
        self.work()

    def get(self, model, key):
        return self.make.run(lambda: db.session.get(model, key))


@pytest.fixture
def life(make, work, travel, browse):
    return Life(make, work, travel, browse)


def everything(make, app, data_folder):
    """All that is kept: every table by its schema, the index, the mails, the pages, the files."""
    found = {}

    def tables():
        for table in Base.metadata.sorted_tables:
            rows = db.session.execute(text(f'SELECT * FROM "{table.name}"')).mappings()
            found[table.name] = "\n".join(
                str(bytes(v) if isinstance(v, memoryview) else v)
                for row in rows
                for v in row.values()
            )

    make.run(tables)
    for path in data_folder.rglob("*"):
        if path.is_file() and (path.is_relative_to(data_folder / "index") or path.suffix == ".eml"):
            found[str(path)] = path.read_bytes().decode("utf-8", "replace")
    shelf = app.extensions["forum_kept"]
    found["kept pages"] = "\n".join(
        page.body.decode("utf-8", "replace") for page in shelf._pages.values()
    )
    return {where: said.lower() for where, said in found.items()}


def leaks(found, *needles):
    return {
        (where, needle) for where, said in found.items() for needle in needles if needle in said
    }


def test_before_leaving_all_of_it_is_found(life, make, app, data_folder):
    """So that the search below is known to find something."""
    found = everything(make, app, data_folder)

    seen = {where for where, _needle in leaks(found, life.email, *NEEDLES)}
    assert {
        "users",
        "comments",
        "comment_editions",
        "verdicts",
        "reports",
        "mails",
        "search_words",
    } <= seen
    assert any(where.endswith(".eml") for where in seen)
    assert "kept pages" in seen
    if ENGINE == "sqlite":
        assert any("index" in where for where in seen)


def test_nothing_names_or_repeats_somebody_who_has_left(
    life, make, app, data_folder, work, browse, capfd
):
    life.erase(texts=True)
    life.finish()
    work()
    browse().get(f"/empfehlungen/{life.recommendation.slug}")

    found = everything(make, app, data_folder)
    found["log"] = capfd.readouterr().err.lower()
    assert leaks(found, life.email, *NEEDLES) == set()
    assert life.get(User, life.person.id).ballot_secret is None
    assert life.get(Comment, life.comment.id).visibility is Visibility.DELETED
    assert "anders" in life.get(Comment, life.reply.id).source
    report = make.run(lambda: db.session.scalars(select(Report)).one())
    assert (report.reporter_id, report.reporter_name, report.text) == (None, None, "Bitte prüfen.")


def test_kept_texts_stand_under_former_member(life, make, app, data_folder, work, browse):
    life.erase(texts=False)
    life.finish()
    work()
    page = browse().get(f"/empfehlungen/{life.recommendation.slug}")

    assert "Ehemaliges Mitglied" in page.text
    assert "Glühwürmchenzucht" in page.text
    found = everything(make, app, data_folder)
    assert leaks(found, life.email, "quittenbaum", "zaunkönigin", "zaunkonigin") == set()


def test_open_votes_are_taken_back_and_closed_ones_stay(life, make, travel):
    travel(datetime(2017, 9, 2, 8, tzinfo=UTC))  # rating is over, wordings are voted on again

    life.erase(texts=False)
    life.finish()

    values = make.run(
        lambda: {
            (b.subject_id, b.value)
            for b in db.session.scalars(select(Ballot))
            if b.value is not None
        }
    )
    assert values == {(life.theirs.id, -1), (life.wording_id, 1)}, "one own vote, and the other's"
    assert make.run(lambda: list(recount())) == []


def test_no_transaction_of_a_vote_names_an_account(life, make, app, count_queries, work):
    life.erase(texts=False)
    with count_queries() as statements:
        work()
    writing_ballots = [i for i, s in enumerate(statements) if s.startswith("UPDATE ballots")]
    assert writing_ballots
    for i in writing_ballots:
        near = statements[i - 3 : i + 5]
        assert not any(s.startswith(("UPDATE users", "DELETE FROM erasures")) for s in near)


def test_a_stopped_erasure_goes_on_where_it_stood(life, work, built_app, monkeypatch):
    life.erase(texts=True)
    assert life.get(User, life.person.id).ballot_secret is not None
    work()
    assert life.get(Erasure, life.person.id) is not None, "a vote may still be on its way"
    config = built_app.config["FORUM"]
    monkeypatch.setitem(built_app.config, "FORUM", dataclasses.replace(config, BALLOT_KEY="x" * 40))
    life.finish()
    assert life.get(User, life.person.id).ballot_secret is not None, "it waits for the key"
    monkeypatch.setitem(built_app.config, "FORUM", config)
    life.finish()
    assert life.get(Erasure, life.person.id) is None
    assert life.get(User, life.person.id).ballot_secret is None


def test_leaving_asks_for_the_password_and_for_the_texts(life, make):
    page = life.browser.post(
        "/konto/loeschen", {"texts": "delete", "password": "falsch"}, status=422
    )
    assert "stimmt nicht" in page.text
    page = life.browser.post("/konto/loeschen", {"password": PASSWORD}, status=422)
    assert "Wählen Sie" in page.text
    assert life.get(User, life.person.id).erased_at is None

    page = life.browser.post("/konto/loeschen", {"texts": "delete", "password": PASSWORD})

    assert "Ihr Konto ist gelöscht" in page.text
    assert life.get(User, life.person.id).erased_at is not None
    assert "Abmelden" not in life.browser.get("/so-geht-es").text


def test_a_mailed_link_does_instead_of_the_password(life, make, browse):
    link = make.run(lambda: links.make("leave", user_id=life.person.id))
    link = "/link/" + link.rpartition("/")[2]
    browser = browse()
    assert "Konto endgültig löschen" in browser.get(link).text
    browser.post(link, status=422)

    browser.post(link, {"texts": "keep"})

    assert life.get(User, life.person.id).name == "Ehemaliges Mitglied"
    browser.get(link, status=404)


def test_the_last_administrator_stays_and_is_told_what_to_do(make, browse):
    administrator = make.user(Role.ADMINISTRATOR)
    page = browse(as_=administrator).get("/konto/loeschen")
    assert "letzte Person mit der Rolle Administration" in page.text
    make.user(Role.ADMINISTRATOR)
    assert "letzte Person" not in browse(as_=administrator).get("/konto/loeschen").text


def test_the_last_contact_is_told_who_takes_over(make, browse):
    contact = make.member(is_contact=True)
    assert "letzte Ansprechperson" in browse(as_=contact).get("/konto/loeschen").text


def test_every_table_that_points_at_people_is_thought_of():
    """A new one fails here until somebody has said what erasure does with it."""
    gone = {table.name for table in queries.belongings()}
    assert {"sessions", "role_grants", "mailed_links", "held_forms", "data_exports"} <= gone
    left = {
        f"{table}.{column}"
        for table, columns in export.tables().items()
        for column in columns
        if not (table in gone and column == "user_id") and not column.endswith("_by_id")
    }
    assert left == STAY, "user_id belongs to the person and goes; …_by_id notes who acted"


STAY = {
    "comments.author_id",  # without text or name
    "motions.author_id",  # likewise
    "dissents.author_id",  # likewise
    "consents.user_id",  # as proof; the row it points at names nobody
    "erasures.user_id",  # until it is finished
    "reports.reporter_id",  # emptied
    "staff_acts.actor_id",  # ids only, never changed
    "staff_acts.about_user_id",
    "verdicts.moderator_id",
    "position_versions.author_id",
    "position_versions.approver_id",
    "position_drafts.author_id",
    "stance_versions.author_id",  # as proof of the four eyes; the row names nobody
    "stance_versions.approver_id",
    "stance_drafts.author_id",
    "summary_versions.author_id",
    "summary_versions.approver_id",
}


def test_the_copy_of_ones_data_has_every_table_but_no_ballot_and_no_secret(life, make):
    def latest():
        from forum.profile.models import DataExport

        return db.session.scalars(select(DataExport)).one()

    archive = zipfile.ZipFile(io.BytesIO(make.run(latest).content))
    names = {name.removeprefix("daten/").removesuffix(".json") for name in archive.namelist()}
    assert export.tables().keys() | {"users", "comment_editions", "mails"} <= names
    assert not names & {"ballots", "tallies"}
    said = archive.read("auskunft.html").decode()
    assert "Ihre Stimmen" in said
    assert TEXT in said
    [user] = json.loads(archive.read("daten/users.json"))
    assert user["name"] == NAME
    assert not {"password", "ballot_secret", "fs_uniquifier"} & user.keys()
    assert len(json.loads(archive.read("daten/comment_editions.json"))) == 1
    for name in archive.namelist():
        assert life.person.fs_uniquifier not in archive.read(name).decode()


def test_the_copy_is_for_its_owner_once_a_day_for_seven_days(life, make, browse, work):
    from forum.profile.models import DataExport

    key = make.run(lambda: db.session.scalars(select(DataExport.id)).one())
    page = life.browser.get("/konto")
    assert page.select_one(f"a[href='/konto/auskunft/{key}']")
    answer = life.browser.raw("GET", f"/konto/auskunft/{key}")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    browse(as_=life.other).get(f"/konto/auskunft/{key}", status=404)
    life.browser.post("/konto/auskunft", status=403)

    ago = datetime.now(UTC) - timedelta(days=8)
    make.run(lambda: db.session.execute(update(DataExport).values(ready_at=ago, requested_at=ago)))
    life.browser.get(f"/konto/auskunft/{key}", status=404)
    work()
    assert make.run(lambda: db.session.get(DataExport, key)) is None
    life.browser.post("/konto/auskunft")


def test_organisations_stay(life):
    life.erase(texts=True)
    assert life.get(Organisation, life.person.organisation_id) is not None
    assert life.make.run(current_consultation) is not None
