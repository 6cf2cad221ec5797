"""Reading Haltungen: as everybody sees them, and as the organisation prepares them."""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidTag
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import aliased

from forum.accounts.models import Bench, Organisation, Role, RoleGrant, User
from forum.kernel import vault
from forum.kernel.db import db
from forum.kernel.errors import NotFound, Unavailable
from forum.recommendations import queries as recommendations
from forum.recommendations.models import (
    Consultation,
    Paragraph,
    Recommendation,
    Subject,
    Wording,
)
from forum.stances.models import Stance, StanceDraft, StanceVersion
from forum.stances.reading import DeskLine, Line, Said, Sheet, StanceView
from forum.stances.writing import Content

_later = aliased(StanceVersion)


def newest_version() -> ColumnElement[bool]:
    """That a StanceVersion is the newest of its Stance."""
    return StanceVersion.number == (
        select(func.max(_later.number))
        .where(_later.stance_id == Stance.id)
        .correlate(Stance)
        .scalar_subquery()
    )


_COLUMNS: tuple[Any, ...] = (
    Stance,
    StanceVersion,
    Organisation.name.label("organisation"),
    Organisation.short_name,
    Organisation.slug.label("organisation_slug"),
    Organisation.is_invented,
    Bench.name.label("bench"),
)


def listed(*wanted: ColumnElement[bool]) -> Select[Any]:
    """Haltungen with their newest version, by bench and name; `line_of` reads the rows."""
    found: Select[Any] = (
        select(*_COLUMNS)
        .select_from(Stance)
        .join(StanceVersion, (StanceVersion.stance_id == Stance.id) & newest_version())
        .join(Organisation, Organisation.id == Stance.organisation_id)
        .outerjoin(Bench, Bench.id == Organisation.bench_id)
        .where(*wanted)
        .order_by(func.coalesce(Bench.position, 1_000), func.lower(Organisation.name))
    )
    return found


def line_of(row: Any) -> Line:
    """A row of `listed`."""
    stance: Stance = row.Stance
    return Line(
        id=stance.id,
        number=stance.number,
        recommendation_id=stance.recommendation_id,
        paragraph_id=stance.paragraph_id,
        organisation=row.organisation,
        short_name=row.short_name,
        organisation_slug=row.organisation_slug,
        is_invented=row.is_invented,
        bench=row.bench or "",
        hidden_reason=stance.hidden_reason or "",
        said=said(row.StanceVersion),
    )


def said(version: StanceVersion) -> Said:
    """A version as pages show it."""
    return Said(
        id=version.id,
        number=version.number,
        answer=version.answer,
        text=version.text,
        wording_id=version.wording_id,
        text_version=version.text_version,
        approved_at=version.approved_at,
    )


@cache
def _in_thread() -> Select[Any]:
    """Built once: every page of a thread asks it."""
    return listed(
        Stance.recommendation_id == bindparam("recommendation_id"),
        StanceVersion.answer.is_not(None),
    )


def in_thread(recommendation_id: int) -> dict[int, list[Line]]:
    """What organisations say to a text, by the key of the Abschnitt; one statement."""
    found: dict[int, list[Line]] = {}
    for row in db.session.execute(_in_thread(), {"recommendation_id": recommendation_id}):
        line = line_of(row)
        found.setdefault(line.paragraph_id, []).append(line)
    return found


def by_ids(stance_ids: Collection[int]) -> dict[int, Line]:
    """These Haltungen, whatever has become of them."""
    rows = db.session.execute(listed(Stance.id.in_(stance_ids)))
    return {row.Stance.id: line_of(row) for row in rows}


def view(slug: str, number: int) -> StanceView:
    """One Haltung with its versions; 404 when there is none, or its text is not public."""
    recommendation = recommendations.published(slug)
    row = db.session.execute(
        listed(Stance.recommendation_id == recommendation.id, Stance.number == number)
    ).one_or_none()
    if row is None:
        raise NotFound
    line = line_of(row)
    at, heading, wording_id, _html, _version = _abschnitt(recommendation.id, line.paragraph_id)
    return StanceView(
        line=line,
        slug=slug,
        recommendation=recommendation.title,
        paragraph_number=at,
        heading=heading,
        standing_wording_id=wording_id,
        versions=[said(one) for one in versions([line.id])],
    )


def versions(stance_ids: Collection[int]) -> Sequence[StanceVersion]:
    """All versions of these Haltungen, the newest first."""
    return db.session.scalars(
        select(StanceVersion)
        .where(StanceVersion.stance_id.in_(stance_ids))
        .order_by(StanceVersion.stance_id, StanceVersion.number.desc())
    ).all()


def _abschnitt(recommendation_id: int, paragraph_id: int) -> tuple[int, str, int | None, str, int]:
    """Number, heading, wording, markup of an Abschnitt as it stands, and the text's version."""
    clauses = recommendations.clauses([recommendation_id]).get(recommendation_id, [])
    version = clauses[0].version_number if clauses else 0
    for clause in clauses:
        if clause.paragraph_id == paragraph_id:
            return clause.number, clause.heading, clause.wording_id, clause.html, version
    row = db.session.execute(
        select(Paragraph.number, Wording.heading)
        .join(Wording, Wording.paragraph_id == Paragraph.id)
        .where(Paragraph.id == paragraph_id)
        .order_by(Wording.number.desc())
        .limit(1)
    ).one()
    return row.number, row.heading, None, "", version


# What an organisation prepares ---


def draft_in(organisation_id: int, paragraph_id: int) -> str:
    """The place a draft's encrypted text is bound to."""
    return f"stance:{organisation_id}:{paragraph_id}"


def speakers(organisation_id: int) -> Sequence[User]:
    """Who may approve what the organisation says, in the order they came."""
    return db.session.scalars(
        select(User)
        .where(
            User.organisation_id == organisation_id,
            User.is_speaker,
            User.active,
            User.member_since.is_not(None),
            User.id.in_(select(RoleGrant.user_id).where(RoleGrant.role == Role.MEMBER)),
        )
        .order_by(User.id)
    ).all()


def sheet(organisation_id: int, slug: str, number: int) -> Sheet:
    """An Abschnitt as this organisation answers it; 404 where the text never had it."""
    recommendation = recommendations.published(slug)
    paragraph_id = db.session.scalar(
        select(Paragraph.id).where(
            Paragraph.recommendation_id == recommendation.id, Paragraph.number == number
        )
    )
    if paragraph_id is None:
        raise NotFound
    at, heading, wording_id, html, version = _abschnitt(recommendation.id, paragraph_id)
    stance = db.session.execute(
        select(Stance, StanceVersion)
        .join(StanceVersion, (StanceVersion.stance_id == Stance.id) & newest_version())
        .where(Stance.organisation_id == organisation_id, Stance.paragraph_id == paragraph_id)
    ).one_or_none()
    if wording_id is None and stance is None:
        raise NotFound
    return Sheet(
        consultation=recommendation.consultation,
        organisation_id=organisation_id,
        organisation=db.session.scalars(
            select(Organisation.name).where(Organisation.id == organisation_id)
        ).one(),
        recommendation_id=recommendation.id,
        slug=slug,
        title=recommendation.title,
        paragraph_id=paragraph_id,
        number=at,
        heading=heading,
        html=html,
        wording_id=wording_id,
        text_version=version,
        speakers=speakers(organisation_id),
        standing=said(stance.StanceVersion) if stance else None,
        stance_number=stance.Stance.number if stance else None,
        **_draft(organisation_id, paragraph_id),
    )


def _draft(organisation_id: int, paragraph_id: int) -> dict[str, Any]:
    back = aliased(User)
    row = db.session.execute(
        select(StanceDraft, User.name, back.name.label("returned_by"))
        .join(User, User.id == StanceDraft.author_id)
        .outerjoin(back, back.id == StanceDraft.returned_by_id)
        .where(
            StanceDraft.organisation_id == organisation_id,
            StanceDraft.paragraph_id == paragraph_id,
        )
    ).one_or_none()
    if row is None:
        return {}
    draft: StanceDraft = row.StanceDraft
    try:
        found = vault.unseal(draft.sealed, draft_in(organisation_id, paragraph_id))
    except InvalidTag:
        raise Unavailable(
            _(
                "Dieser Text ist mit einem anderen Schlüssel verschlüsselt, als der Server ihn "
                "jetzt hat. Der Betrieb muss den früheren Schlüssel wieder einsetzen."
            )
        ) from None
    content = Content(found["answer"], found["text"])
    return {
        "state": draft.state,
        "author_id": draft.author_id,
        "author_name": row.name,
        "edition": draft.edition,
        "changed_at": draft.updated_at,
        "draft": content,
        "draft_wording_id": draft.wording_id,
        "remark": found.get("remark", ""),
        "returned_by": row.returned_by or "",
        "takes_back": content.takes_back,
    }


def draft(organisation_id: int, paragraph_id: int) -> StanceDraft | None:
    """The row of a draft, to be written."""
    return db.session.scalars(
        select(StanceDraft).filter_by(organisation_id=organisation_id, paragraph_id=paragraph_id)
    ).one_or_none()


def stance_of(organisation_id: int, paragraph_id: int) -> Stance | None:
    """What holds the versions, once there is one."""
    return db.session.scalars(
        select(Stance).filter_by(organisation_id=organisation_id, paragraph_id=paragraph_id)
    ).one_or_none()


def lock(organisation_id: int, slug: str) -> None:
    """Let the people of an organisation act one after the other, and no text change meanwhile."""
    db.session.execute(
        select(Organisation.id)
        .where(Organisation.id == organisation_id)
        .with_for_update(key_share=True)
    ).one()
    db.session.execute(
        select(Subject.id)
        .join(Recommendation, Recommendation.id == Subject.id)
        .where(Recommendation.slug == slug)
        .with_for_update(key_share=True, of=Subject)
    ).all()


def desk(
    consultation: Consultation, organisation_id: int
) -> list[tuple[Recommendation, list[DeskLine]]]:
    """Every Abschnitt of the round and how far the organisation has come with it."""
    texts = recommendations.published_in(consultation)
    clauses = recommendations.clauses([one.id for one in texts])
    drafts = {
        row.paragraph_id: row.state
        for row in db.session.execute(
            select(StanceDraft.paragraph_id, StanceDraft.state).where(
                StanceDraft.organisation_id == organisation_id
            )
        )
    }
    rows = db.session.execute(listed(Stance.organisation_id == organisation_id))
    stands = {line.paragraph_id: line.said for line in map(line_of, rows)}
    return [
        (
            text,
            [
                DeskLine(
                    number=clause.number,
                    heading=clause.heading,
                    state=drafts.get(clause.paragraph_id),
                    answer=found.answer if found else None,
                    said=found is not None,
                    is_to_former_words=found is not None and found.wording_id != clause.wording_id,
                )
                for clause in clauses.get(text.id, [])
                for found in (stands.get(clause.paragraph_id),)
            ],
        )
        for text in texts
    ]


def held(stance_id: int) -> tuple[Stance, Organisation]:
    """A Haltung to act on, locked, with who says it; 404 when there is none."""
    db.session.execute(
        select(Subject.id).where(Subject.id == stance_id).with_for_update(key_share=True)
    ).first()
    row = db.session.execute(
        select(Stance, Organisation)
        .join(Organisation, Organisation.id == Stance.organisation_id)
        .where(Stance.id == stance_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row.Stance, row.Organisation


def approver(stance_id: int) -> Select[Any]:
    """The key of whoever approved the newest version: answers for it to the moderation."""
    return (
        select(StanceVersion.approver_id)
        .join(Stance, Stance.id == StanceVersion.stance_id)
        .where(Stance.id == stance_id, newest_version())
    )
