"""How an item of each kind is brought into the database, or changed there.

Part of `actions`: called in its one transaction, after everything has been checked.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from forum.accounts.models import Bench, Organisation
from forum.content import queries
from forum.content.folder import Item
from forum.deliberation.ranking import relist_organisation
from forum.kernel import clock, jobs, ledger
from forum.kernel.db import db, save
from forum.moderation.models import RuleClause
from forum.positions.actions import ledger_content
from forum.positions.models import (
    Answer,
    Evidence,
    Party,
    Position,
    PositionVersion,
    Provenance,
    Thesis,
)
from forum.recommendations import queries as recommendations
from forum.recommendations.actions import (
    NewText,
    changed,
    new_subject,
    publish_version,
    touch,
    touch_all,
)
from forum.recommendations.models import Consultation, Phase, Recommendation, SubjectKind
from forum.references.models import GlossaryTerm, Source, TimelineEntry
from forum.site.models import TextVersion


class Store:
    """Stores the items of one folder. Rendered text comes along, made before the transaction.

    `marks` says of a recommendation's text what the text itself does not: the note of its version,
    and which paragraphs change „redaktionell“.
    """

    def __init__(
        self,
        round_slug: str,
        rendered: dict[str, str],
        marks: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self.round, self.rendered, self.marks = round_slug, rendered, marks or {}

    def _round_id(self) -> int:
        return int(queries.row(Consultation, slug=self.round).id)

    def sources(self, item: Item, new: bool) -> None:
        row = Source(key=item.key) if new else queries.row(Source, key=item.key)
        _fill(row, item.fields)

    def benches(self, item: Item, new: bool) -> None:
        row = Bench(slug=item.key) if new else queries.row(Bench, slug=item.key)
        _fill(row, item.fields)

    def organisations(self, item: Item, new: bool) -> None:
        row = Organisation(slug=item.key) if new else queries.row(Organisation, slug=item.key)
        fields = dict(item.fields)
        bench = fields.pop("bench")
        before = row.bench_id
        row.bench_id = queries.row(Bench, slug=bench).id if bench else None
        _fill(row, fields)
        if not new and row.bench_id != before:
            db.session.flush()
            relist_organisation(row.id)  # lists by bench follow what stands beside the name

    def consultation(self, item: Item, new: bool) -> None:
        fields = dict(item.fields)
        phases = fields.pop("phases")
        if new:
            row = Consultation(slug=item.key, is_current=not queries.has_current_round())
        else:
            row = queries.round_of(item.key) or Consultation(slug=item.key)
            for phase in row.phases:
                db.session.delete(phase)
            db.session.flush()
            db.session.expire(row, ["phases"])  # it still holds those that are gone
        published = fields["positions_published_at"]
        row.election_on = date.fromisoformat(fields.pop("election_on"))
        row.positions_published_at = datetime.fromisoformat(published) if published else None
        del fields["positions_published_at"]
        _fill(row, fields)
        for position, content in enumerate(phases, 1):
            values = dict(content)
            ends_at = values.pop("ends_at")
            save(
                Phase(
                    consultation_id=row.id,
                    position=position,
                    starts_at=datetime.fromisoformat(values.pop("starts_at")),
                    ends_at=datetime.fromisoformat(ends_at) if ends_at else None,
                    **values,
                )
            )
        kind = "consultation.opened" if new else "consultation.changed"
        ledger.enter(kind, f"consultation:{item.key}", item.fields)
        if not new:
            touch_all(row.id)

    def recommendations(self, item: Item, new: bool) -> None:
        if new:
            round_id = self._round_id()
            subject = new_subject(
                SubjectKind.RECOMMENDATION,
                consultation_id=round_id,
                recommendation_id=None,
                number=item.fields["number"],
            )
            _fill(
                Recommendation(id=subject.id, consultation_id=round_id, slug=item.key), item.fields
            )
            return
        row = queries.row(Recommendation, slug=item.key)
        _fill(row, item.fields)
        changed(row.id)
        ledger.enter("recommendation.changed", f"recommendation:{item.key}", item.fields)
        touch(row.id)

    def paragraphs(self, item: Item, new: bool) -> None:
        marks = self.marks.get(item.key, {})
        texts = [
            NewText(
                html=self.rendered[fields["text"]],
                is_editorial=fields["number"] in marks.get("editorial", ()),
                **fields,
            )
            for fields in item.fields["paragraphs"]
        ]
        row = queries.row(Recommendation, slug=item.key)
        publish_version(row, texts, published_at=_from(item, new), note=marks.get("note") or None)

    def parties(self, item: Item, new: bool) -> None:
        round_id = self._round_id()
        row = (
            Party(slug=item.key, consultation_id=round_id)
            if new
            else queries.row(Party, slug=item.key)
        )
        fields = dict(item.fields)
        on = fields.pop("programme_on")
        row.programme_on = date.fromisoformat(on) if on else None
        _fill(row, fields)
        if not new:
            touch_all(round_id)

    def theses(self, item: Item, new: bool) -> None:
        fields = dict(item.fields)
        recommendation = queries.row(Recommendation, slug=fields.pop("recommendation"))
        about = f"thesis:{item.key}"
        if new:
            number = recommendations.next_number(SubjectKind.THESIS, recommendation.id)
            subject = new_subject(
                SubjectKind.THESIS,
                consultation_id=recommendation.consultation_id,
                recommendation_id=recommendation.id,
                number=number,
            )
            row = Thesis(
                id=subject.id, slug=item.key, consultation_id=recommendation.consultation_id
            )
            ledger.enter("thesis.published", about, item.fields, effective_at=_from(item, new))
        else:
            row = queries.row(Thesis, slug=item.key)
            ledger.enter("thesis.changed", about, item.fields)
            changed(row.id)
        row.recommendation_id = recommendation.id
        _fill(row, fields)
        touch(recommendation.id)

    def positions(self, item: Item, new: bool) -> None:
        party_slug, thesis_slug = item.key.split("/")
        thesis = queries.row(Thesis, slug=thesis_slug)
        party = queries.row(Party, slug=party_slug)
        row = queries.position_of(party.id, thesis.id)
        if row is None:
            subject = new_subject(
                SubjectKind.POSITION,
                consultation_id=thesis.consultation_id,
                recommendation_id=thesis.recommendation_id,
                number=recommendations.next_number(SubjectKind.POSITION, thesis.recommendation_id),
            )
            row = save(Position(id=subject.id, party_id=party.id, thesis_id=thesis.id))
        else:
            changed(row.id)
        published_at, now = _from(item, new), clock.now()
        version = save(
            PositionVersion(
                position_id=row.id,
                number=queries.last_position_number(row.id) + 1,
                published_at=published_at,
                # What is still to come is released by the clock, and entered into the ledger then.
                released_at=now if published_at <= now else None,
                provenance=Provenance(item.fields["provenance"]),
                answer=Answer(item.fields["answer"]),
                evidence=Evidence(item.fields["evidence"]),
                reason=item.fields["reason"],
                sources=item.fields["sources"],
            )
        )
        if version.released_at:
            ledger.enter(
                "position.published",
                f"position:{item.key}/version:{version.number}",
                ledger_content(version, thesis, party),
                effective_at=published_at,
            )
        touch(thesis.recommendation_id)

    def terms(self, item: Item, new: bool) -> None:
        row = GlossaryTerm(slug=item.key) if new else queries.row(GlossaryTerm, slug=item.key)
        row.sort_key = _sortable(item.fields["term"])
        row.index_due = True
        if not new:  # written even when it is True already: an indexer may be clearing it
            flag_modified(row, "index_due")
        _fill(row, item.fields)
        jobs.nudge("search")

    def entries(self, item: Item, new: bool) -> None:
        key = f"{self.round}/{item.key}"
        row = (
            TimelineEntry(key=key, round_slug=self.round)
            if new
            else queries.row(TimelineEntry, key=key)
        )
        fields = dict(item.fields)
        ended_on = fields.pop("ended_on")
        row.happened_on = date.fromisoformat(fields.pop("happened_on"))
        row.ended_on = date.fromisoformat(ended_on) if ended_on else None
        _fill(row, fields)

    def rules(self, item: Item, new: bool) -> None:
        number = int(item.key)
        row = RuleClause(number=number) if new else queries.row(RuleClause, number=number)
        _fill(row, item.fields)
        ledger.enter("rule.published" if new else "rule.changed", f"rule:{item.key}", item.fields)

    def texts(self, item: Item, new: bool) -> None:
        last = queries.last_text(item.key)
        number = last.number + 1 if last else 1
        row = TextVersion(
            slug=item.key,
            number=number,
            html=self.rendered[item.fields["source"]],
            published_at=_from(item, new),
        )
        _fill(row, item.fields)
        ledger.enter(
            "text.version",
            f"text:{item.key}/version:{number}",
            item.fields,
            effective_at=row.published_at,
        )


STORE: dict[str, Callable[[Store, Item, bool], None]] = {
    "source": Store.sources,
    "bench": Store.benches,
    "organisation": Store.organisations,
    "consultation": Store.consultation,
    "recommendation": Store.recommendations,
    "paragraphs": Store.paragraphs,
    "party": Store.parties,
    "thesis": Store.theses,
    "position": Store.positions,
    "term": Store.terms,
    "entry": Store.entries,
    "rule": Store.rules,
    "text": Store.texts,
}


def _remove_source(_store: Store, key: str) -> None:
    db.session.delete(queries.row(Source, key=key))


def _remove_entry(store: Store, key: str) -> None:
    db.session.delete(queries.row(TimelineEntry, key=f"{store.round}/{key}"))


REMOVE: dict[str, Callable[[Store, str], None]] = {
    "source": _remove_source,
    "entry": _remove_entry,
}
"""What can be taken out again: nothing that people have spoken to or voted on."""


def vacate(kind: str, keys: list[str]) -> None:
    """Free the numbers of rows that are about to change them, so that two may change places."""
    table, names = {
        "party": (Party, ("position",)),
        "thesis": (Thesis, ("number", "position")),
        "recommendation": (Recommendation, ("number",)),
    }.get(kind, (None, ()))
    if table is None:
        return
    for key in keys:
        row = queries.row(table, slug=key)
        for name in names:
            setattr(row, name, -row.id)
    db.session.flush()


def _from(item: Item, new: bool) -> datetime:
    """What is new counts from its own date; a change is never told as older than it is."""
    return item.public_from if new else max(item.public_from, clock.now())


def _fill(row: Any, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        setattr(row, name, value)
    save(row)


_UMLAUTS = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss"})


def _sortable(term: str) -> str:
    """As a dictionary sorts (DIN 5007-1): an umlaut like its vowel, case aside."""
    return term.lower().translate(_UMLAUTS)
