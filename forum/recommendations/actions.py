"""Changing rounds and recommendations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, text, update

from forum.kernel import clock, html, jobs, ledger
from forum.kernel.db import db, save
from forum.kernel.events import announce
from forum.recommendations import queries
from forum.recommendations.events import VersionPublished
from forum.recommendations.models import (
    Basis,
    Consultation,
    Paragraph,
    Place,
    Recommendation,
    Subject,
    SubjectKind,
    Version,
    Wording,
)

_SUBJECTS: Any = Subject.__table__
_NEW = insert(_SUBJECTS).returning(_SUBJECTS)


def new_subject(
    kind: SubjectKind, *, consultation_id: int, recommendation_id: int | None, number: int
) -> Row[Any]:
    """The row that a new thing of `kind` shares its key with. It will be searchable."""
    jobs.nudge("search")
    given = {
        "kind": kind,
        "consultation_id": consultation_id,
        "recommendation_id": recommendation_id,
        "number": number,
    }
    return db.session.execute(_NEW, given).one()


def changed(*subject_ids: int) -> None:
    """Note that what the search finds of these things has changed: text, or who may read it.

    A statement, not an attribute set to True: a flag that is already True would write nothing, and
    an indexer that took the row up in between would miss this change.
    """
    db.session.execute(
        update(Subject)
        .where(Subject.id.in_(subject_ids))
        .values(index_due=True)
        .execution_options(synchronize_session=False)
    )
    jobs.nudge("search")


# Built once: every vote and comment sends it.
_ONE: Any = Recommendation.__table__
_TOUCH = (
    update(_ONE).where(_ONE.c.id == bindparam("touched_id")).values(revision=_ONE.c.revision + 1)
)


def touch(recommendation_id: int) -> None:
    """Note that the page of this recommendation shows something new.

    The last lock that a transaction takes: subjects first, then the recommendation, so that votes
    and comments cannot wait for each other in a circle.
    """
    db.session.execute(_TOUCH, {"touched_id": recommendation_id})


def touch_all(consultation_id: int) -> None:
    """Note that every page of the round shows something new."""
    db.session.execute(
        update(Consultation)
        .where(Consultation.id == consultation_id)
        .values(revision=Consultation.revision + 1)
        .execution_options(synchronize_session=False)
    )


def touch_current() -> None:
    """Note that every page of the current round shows something new."""
    db.session.execute(
        update(Consultation)
        .where(Consultation.is_current)
        .values(revision=Consultation.revision + 1)
        .execution_options(synchronize_session=False)
    )


@dataclass(frozen=True)
class NewText:
    """What a paragraph is to read; `html` is rendered from `text` before the transaction."""

    number: int
    heading: str
    text: str
    html: str
    basis: Basis | None
    note: str | None
    sources: list[Any]
    is_editorial: bool = False
    """The words change and what they demand does not: wording and ballots stay, the change is
    marked in public."""


def publish_version(
    recommendation: Recommendation,
    paragraphs: Sequence[NewText],
    *,
    published_at: datetime,
    note: str | None = None,
    origin: Mapping[str, Any] | None = None,
) -> Version | None:
    """Publish a text, paragraph by paragraph, in this order, and enter it into the ledger.

    Called by whoever holds `alone()` and has read the text after that. `origin` goes into the
    ledger: what the version came of.

    A paragraph whose words changed gets a new wording, since ballots belong to a wording; all
    others keep theirs. None when the words and their order are what they were: then only what
    stands beneath them, basis and sources, was corrected.
    """
    about = f"recommendation:{recommendation.slug}"
    before = queries.latest_version(recommendation.id)
    number = before.number + 1 if before else 1
    corrected: list[int] = []
    newest = queries.latest_wordings(recommendation.id)
    known = queries.paragraphs_of(recommendation.id)
    wordings = [
        _wording(recommendation, paragraph, known, newest.get(paragraph.number), number, corrected)
        for paragraph in paragraphs
    ]
    content = [
        {"number": p.number, "heading": p.heading, "text": p.text, "sources": p.sources}
        for p in paragraphs
    ]
    same = before is not None and [p.wording_id for p in before.places] == [w.id for w in wordings]
    if before is not None and same and not corrected:
        ledger.enter(
            "recommendation.sources_corrected",
            f"{about}/version:{before.number}",
            {"paragraphs": content},
        )
        touch(recommendation.id)
        return None
    version = save(
        Version(
            recommendation_id=recommendation.id,
            number=number,
            published_at=published_at,
            note=note,
        )
    )
    for position, wording in enumerate(wordings, 1):
        db.session.add(Place(version_id=version.id, position=position, wording_id=wording.id))
    ledger.enter(
        "recommendation.version",
        f"{about}/version:{version.number}",
        {"title": recommendation.title, "paragraphs": content}
        | ({"editorial": corrected} if corrected else {})
        | dict(origin or {}),
        effective_at=published_at,
    )
    kept = {wording.paragraph_id for wording in wordings}
    if gone := [p.id for p in known.values() if p.id not in kept and p.number in newest]:
        changed(*gone)  # what is struck is not found any more
    jobs.nudge("versions")
    touch(recommendation.id)
    announce(
        VersionPublished(
            recommendation_id=recommendation.id,
            version_id=version.id,
            number=version.number,
            published_at=published_at,
        )
    )
    return version


def _wording(
    recommendation: Recommendation,
    new: NewText,
    known: dict[int, Paragraph],
    last: Wording | None,
    version: int,
    corrected: list[int],
) -> Wording:
    """The wording with these words: the one that stands, as it is or corrected, or a new one."""
    is_same = last is not None and (last.heading, last.text) == (new.heading, new.text)
    if last is not None and new.is_editorial and not is_same:
        was = {
            "version": version,
            "on": clock.today().isoformat(),
            "heading": last.heading,
            "text": last.text,
        }
        last.corrections = [*last.corrections, was]
        last.heading, last.text, last.html = new.heading, new.text, new.html
        last.render_version = html.RENDER_VERSION
        corrected.append(new.number)
        changed(last.paragraph_id, last.id)
        is_same = True
    if last is not None and is_same:
        last.basis, last.note, last.sources = new.basis, new.note, new.sources
        return last
    round_id = recommendation.consultation_id
    paragraph = known.get(new.number)
    if paragraph is None:
        subject = new_subject(
            SubjectKind.PARAGRAPH,
            consultation_id=round_id,
            recommendation_id=recommendation.id,
            number=new.number,
        )
        paragraph = save(
            Paragraph(id=subject.id, recommendation_id=recommendation.id, number=new.number)
        )
    else:
        changed(paragraph.id)
    key = new_subject(
        SubjectKind.WORDING,
        consultation_id=round_id,
        recommendation_id=recommendation.id,
        number=queries.next_number(SubjectKind.WORDING, recommendation.id),
    )
    return save(
        Wording(
            id=key.id,
            paragraph_id=paragraph.id,
            number=last.number + 1 if last else 1,
            heading=new.heading,
            text=new.text,
            html=new.html,
            render_version=html.RENDER_VERSION,
            basis=new.basis,
            note=new.note,
            sources=new.sources,
        )
    )


def alone() -> None:
    """One publication at a time: what is read after this is what the next version follows."""
    if db.engine.dialect.name == "postgresql":  # SQLite has only one writer
        db.session.execute(text("SELECT pg_advisory_xact_lock(hashtext('forum.publishing'))"))


def touch_every_round() -> None:
    """Note that every page there is shows something new."""
    db.session.execute(
        update(Consultation)
        .values(revision=Consultation.revision + 1)
        .execution_options(synchronize_session=False)
    )


def make_current(slug: str) -> None:
    """Have pages show this round from now on; the one before stays at its own addresses."""
    rows = db.session.scalars(
        select(Consultation).order_by(Consultation.id).with_for_update(key_share=True)
    ).all()
    for row in sorted(rows, key=lambda row: row.slug == slug):  # first the old one lets go
        row.is_current = row.slug == slug
        row.revision += 1
        db.session.flush()


def set_entitled(number: int) -> None:
    """Note in the current round how many may vote, and that its pages show it."""
    db.session.execute(
        update(Consultation)
        .where(Consultation.is_current, Consultation.entitled != number)
        .values(entitled=number, revision=Consultation.revision + 1)
        .execution_options(synchronize_session=False)
    )
