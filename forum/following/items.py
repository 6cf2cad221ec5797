"""What may be shown of news now: read afresh for each list and each mail.

What is hidden, deleted, pending or not yet public is not among it; no figure of any vote is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased, joinedload

from forum.amendments.letters import outcome_word
from forum.amendments.models import AmendmentDecision
from forum.deliberation.described import Described, described
from forum.deliberation.listing import Spot
from forum.deliberation.models import Comment, Question, Visibility, Voice
from forum.following.models import NewsKind, Reason
from forum.following.queries import Told
from forum.following.reading import Item, Quote
from forum.following.telling import changed_paragraphs
from forum.kernel import clock
from forum.kernel.db import db
from forum.positions.models import Party, Position, PositionVersion
from forum.positions.policy import public as position_public
from forum.positions.queries import Document, searchable
from forum.recommendations.models import Act, Consultation, Recommendation, SubjectKind, Version
from forum.recommendations.policy import is_open, public
from forum.summaries import queries as summaries
from forum.summaries.models import Summary

SHOWN = frozenset({Visibility.VISIBLE})


@dataclass(frozen=True)
class _Said:
    """What a comment's own row adds to how it is described."""

    source: str
    number: int
    root_number: int
    replies: int
    """Below the first comment of its thread."""
    rank: int
    about_id: int
    parent_id: int | None
    root_id: int | None
    is_official: bool
    """For a party or the Redaktion."""
    is_accepted: bool


@dataclass
class _Shelf:
    """All that the items of one list are made from."""

    described: dict[int, Described] = field(default_factory=dict)
    said: dict[int, _Said] = field(default_factory=dict)
    open_rounds: set[int] = field(default_factory=set)
    """Recommendations that can be commented on now."""


def items(told: Sequence[Told]) -> list[Item]:
    """One item for each, in their order; those that may not be read any more say only that."""
    comments = [one.news.subject_id for one in told if one.news.kind in _COMMENTS]
    shelf = _Shelf(said=_said([key for key in comments if key is not None]))
    wanted = {one.news.subject_id for one in told} - {None}
    for one in shelf.said.values():
        wanted |= {one.about_id, one.parent_id, one.root_id} - {None}
    shelf.described = described([key for key in wanted if key is not None])
    shelf.open_rounds = _open({one.recommendation_id for one in shelf.described.values()})
    return [_item(one, shelf) for one in told]


_COMMENTS = frozenset({NewsKind.REPLY, NewsKind.COMMENT, NewsKind.ACCEPTED})


def _item(told: Told, shelf: _Shelf) -> Item:
    news, notice = told.news, told.notice
    common: dict[str, Any] = {
        "notice_id": notice.id,
        "kind": news.kind,
        "reason": notice.reason,
        "happened_at": news.happened_at,
        "is_unread": notice.read_at is None,
    }
    more: dict[str, Any] | None = None
    if news.happened_at <= clock.now():
        if news.kind in _COMMENTS:
            more = _comment(news.subject_id or 0, news.kind, notice.reason, shelf)
        elif news.kind is NewsKind.POSITION:
            more = _positions(news.party_id or 0, news.happened_at)
        elif news.kind is NewsKind.DECISION:
            more = _decision(news.subject_id or 0, notice.reason, shelf)
        elif news.kind is NewsKind.VERSION:
            more = _version(news.subject_id or 0, news.number, shelf)
        else:
            more = _summary(news.subject_id or 0)
    return Item(**common, **(more or {"headline": _("Das ist nicht mehr zu lesen.")}))


# Comments ---

_parent, _root = aliased(Comment), aliased(Comment)


def _said(comment_ids: Sequence[int]) -> dict[int, _Said]:
    accepted = select(Question.comment_id).where(Question.accepted_id == Comment.id).exists()
    rows = db.session.execute(
        select(
            Comment.id,
            Comment.source,
            Comment.number,
            _root.number.label("root_number"),
            func.coalesce(_root.reply_count, 0),
            Comment.reply_rank,
            Comment.about_id,
            Comment.parent_id,
            Comment.root_id,
            Comment.voice != Voice.MEMBER,
            accepted,
        )
        .outerjoin(_root, _root.id == Comment.root_id)
        .where(Comment.id.in_(comment_ids), Comment.visibility == Visibility.VISIBLE)
    )
    return {
        row[0]: _Said(row[1], row[2], row[3] or row[2], *row[4:9], bool(row[9]), bool(row[10]))
        for row in rows
    }


def _open(recommendation_ids: set[int]) -> set[int]:
    if not recommendation_ids:
        return set()
    rows = db.session.execute(
        select(Recommendation.id, Consultation)
        .join(Consultation, Consultation.id == Recommendation.consultation_id)
        .where(Recommendation.id.in_(recommendation_ids))
        .options(joinedload(Consultation.phases))
    ).unique()
    return {key for key, consultation in rows if is_open(consultation, Act.COMMENT)}


def _where(one: Described) -> str:
    if one.about.startswith(_("Empfehlung %(n)s", n="").strip()):
        return _("Zur Empfehlung „%(title)s“", title=one.title)
    return _("Zu %(what)s der Empfehlung „%(title)s“", what=one.about, title=one.title)


def _comment(
    comment_id: int, kind: NewsKind, reason: Reason, shelf: _Shelf
) -> dict[str, Any] | None:
    one, said = shelf.described.get(comment_id), shelf.said.get(comment_id)
    if one is None or said is None or one.state not in SHOWN or one.byline is None:
        return None
    url = f"/empfehlungen/{one.slug}/beitraege/{said.number}"
    found: dict[str, Any] = {
        "who": one.byline.more,
        "where": _where(one),
        "text": said.source,
        "url": url,
        "reply_url": _reply_url(one, said) if one.recommendation_id in shelf.open_rounds else "",
        "about": _about(shelf.described.get(said.about_id)),
    }
    names = {"name": one.byline.name, "n": said.number}
    if kind is NewsKind.ACCEPTED:
        if not said.is_accepted:  # taken back since
            return None
        return found | {
            "headline": _("Ihr Beitrag %(n)s gilt als Antwort auf die Frage", **names),
            "own_id": comment_id,
            "reply_url": "",
        }
    if kind is NewsKind.COMMENT:
        headline = _("%(name)s schreibt einen Beitrag", **names)
        own = said.about_id if reason is Reason.OWN else None
        return found | {"headline": headline, "own_id": own}
    own_id = said.root_id if reason is Reason.IN_THREAD else said.parent_id
    mine = shelf.described.get(own_id or 0)
    names["mine"] = mine.label if mine else _("Beitrag")
    if reason is Reason.IN_THREAD:
        headline = _("%(name)s schreibt unter Ihrem %(mine)s", **names)
    elif said.is_official:
        headline = _("Antwort von %(name)s auf Ihren %(mine)s", **names)
    else:
        headline = _("%(name)s antwortet auf Ihren %(mine)s", **names)
    return found | {
        "headline": headline,
        "own_id": own_id,
        "own": Quote(label=_("Ihr %(mine)s", **names), text=mine.text)
        if mine and mine.text
        else None,
    }


def _reply_url(one: Described, said: _Said) -> str:
    """Where the form stands open below the comment, on the page of its thread that shows it."""
    near = Spot(said.number, said.root_number, said.replies, said.rank).near
    page = f"/empfehlungen/{one.slug}/beitraege/{said.root_number}"
    cursor = f"bei={near}&" if near else ""
    return f"{page}?{cursor}antwort={said.number}#antwort-{said.number}"


def _about(about: Described | None) -> Quote | None:
    if about is None or not about.text or about.state not in SHOWN:
        return None
    if about.kind is SubjectKind.RECOMMENDATION:
        return None
    return Quote(label=about.label, text=about.text)


# The text, the parties, the summary ---


def _decision(amendment_id: int, reason: Reason, shelf: _Shelf) -> dict[str, Any] | None:
    one = shelf.described.get(amendment_id)
    decision = db.session.scalars(
        select(AmendmentDecision)
        .where(
            AmendmentDecision.amendment_id == amendment_id,
            AmendmentDecision.effective_at <= clock.now(),
        )
        .order_by(AmendmentDecision.id.desc())
    ).first()
    if one is None or decision is None:
        return None
    names = {"what": one.label, "outcome": outcome_word(decision.outcome)}
    headline = (
        _("Ihr %(what)s: %(outcome)s", **names)
        if reason is Reason.OWN
        else _("%(what)s: %(outcome)s", **names)
    )
    return {
        "headline": headline,
        "where": _("Zur Empfehlung „%(title)s“", title=one.title),
        "text": _("Die Redaktion begründet: %(reason)s", reason=decision.reason),
        "about": Quote(label=one.label, text=one.text) if one.text and one.state in SHOWN else None,
        "url": f"/empfehlungen/{one.slug}/aenderungen/{one.number}",
        "own_id": None,
    }


def _version(recommendation_id: int, number: int, shelf: _Shelf) -> dict[str, Any] | None:
    one = shelf.described.get(recommendation_id)
    version = db.session.scalars(
        select(Version).where(
            Version.recommendation_id == recommendation_id,
            Version.number == number,
            public(clock.now()),
        )
    ).one_or_none()
    if one is None or version is None:
        return None
    _keys, numbers = changed_paragraphs(recommendation_id, number)
    said = []
    if numbers:
        listed = ", ".join(str(n) for n in numbers)
        said.append(
            ngettext(
                "Neu lautet Abschnitt %(listed)s.",
                "Neu lauten die Abschnitte %(listed)s.",
                len(numbers),
                listed=listed,
            )
        )
    if version.note:
        said.append(version.note)
    return {
        "headline": _("Fassung %(n)s der Empfehlung „%(title)s“", n=number, title=one.title),
        "text": "\n\n".join(said),
        "url": f"/empfehlungen/{one.slug}/fassungen/vergleich?von={number - 1}&bis={number}",
    }


def _summary(summary_id: int) -> dict[str, Any] | None:
    key = db.session.scalar(select(Summary.recommendation_id).where(Summary.id == summary_id))
    found = summaries.published(key) if key is not None else None
    if found is None:
        return None
    return {
        "headline": _("Zusammenfassung: %(title)s", title=found.title),
        "where": _("Zur Empfehlung „%(title)s“", title=found.recommendation_title),
        "text": found.lead,
        "url": f"/zusammenfassungen/{found.slug}",
    }


MOST_ANSWERS = 20
"""So many answers of a party stand in one mail; all stand on its page."""


def _positions(party_id: int, at: datetime) -> dict[str, Any] | None:
    """What a party said in that minute, as it stands now; its page shows all of it."""
    party = db.session.get(Party, party_id)
    rows = db.session.execute(
        select(PositionVersion.position_id, PositionVersion.number)
        .join(Position, Position.id == PositionVersion.position_id)
        .where(
            and_(
                Position.party_id == party_id,
                PositionVersion.published_at == at,
                position_public(clock.now()),
            )
        )
        .order_by(PositionVersion.position_id)
    ).all()
    found = searchable([key for key, _n in rows])
    if party is None or not found:
        return None
    answers = sorted(found.values(), key=lambda one: (one.recommendation_id, one.thesis_title))
    is_new = any(number == 1 for _key, number in rows)
    headline = ngettext(
        "%(party)s antwortet auf eine These",
        "%(party)s antwortet auf %(num)s Thesen",
        len(answers),
        party=party.short_name,
    )
    if not is_new:
        headline = ngettext(
            "%(party)s berichtigt eine Antwort",
            "%(party)s berichtigt %(num)s Antworten",
            len(answers),
            party=party.short_name,
        )
    said = [_answer(one) for one in answers[:MOST_ANSWERS]]
    if len(answers) > MOST_ANSWERS:
        said.append(_("Alle Antworten stehen auf der Seite der Partei."))
    url = f"/parteien/{party.slug}"
    if len(answers) == 1:
        [one] = answers
        url = f"/empfehlungen/{one.recommendation_slug}/thesen/{one.thesis_slug}/{one.party_slug}"
    return {"headline": headline, "text": "\n\n".join(said), "url": url}


def _answer(one: Document) -> str:
    return _(
        "These %(n)s: %(claim)s\n%(answer)s (%(provenance)s). %(reason)s",
        n=one.thesis_title,
        claim=one.thesis_text,
        answer=one.answer,
        provenance=one.provenance,
        reason=one.reason,
    ).strip()
