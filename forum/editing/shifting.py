"""Moving dates that are public already: only with a reason, and not behind anybody's back."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from forum.accounts import staff
from forum.accounts.models import Role, RoleGrant, User
from forum.content.folder import Item
from forum.content.storing import Store
from forum.editing import queries
from forum.editing.checking import Fault
from forum.editing.models import Draft
from forum.editing.windows import Shift, concerned, faults, moment_of, shifts
from forum.kernel import clock, ledger, mail
from forum.kernel.db import db
from forum.kernel.letters import address_of, letter
from forum.positions.actions import move_publication


def published(round_slug: str) -> dict[str, Any] | None:
    """A round as it stands published; None while it is a draft."""
    return queries.state(round_slug, {"consultation"})["consultation"].get(round_slug)


def faults_of(before: Mapping[str, Any] | None, drafts: Sequence[Draft]) -> list[Fault]:
    """What forbids publishing the dates of a round as they stand in these drafts."""
    draft = _round_in(drafts)
    if draft is None:
        return []
    found = [
        Fault("consultation", draft.key, field, sentence)
        for field, sentence in faults(draft.fields).items()
    ]
    if before is None:
        return found
    now = clock.now()
    if shifts(before, draft.fields, now) and not _reason(draft):
        sentence = _("Sie verschieben einen Termin, der öffentlich ist. Nennen Sie den Grund.")
        found.append(Fault("consultation", draft.key, "reason", sentence))
    was = moment_of(before.get("positions_published_at"))
    will = moment_of(draft.fields.get("positions_published_at"))
    if was is not None and was != will:
        sentence = ""
        if was <= now:
            sentence = _("Die Positionen sind schon veröffentlicht; diese Minute steht fest.")
        elif will is None or will <= now:
            sentence = _("Wählen Sie eine Minute, die noch kommt: Sie gilt für alle zugleich.")
        if sentence:
            found.append(Fault("consultation", draft.key, "positions_published_at", sentence))
    return found


def _round_in(drafts: Sequence[Draft]) -> Draft | None:
    return next((one for one in drafts if one.kind == "consultation"), None)


def _reason(draft: Draft) -> str:
    return str(draft.marks.get("reason") or "").strip()


def follow(
    editor_id: int | None,
    round_slug: str,
    before: Mapping[str, Any] | None,
    drafts: Sequence[Draft],
) -> None:
    """What follows from moved dates: sealed answers, timeline, ledger, and mails."""
    draft = _round_in(drafts)
    found = shifts(before, draft.fields, clock.now()) if before and draft else []
    if not found or draft is None or before is None:
        return
    will = moment_of(draft.fields.get("positions_published_at"))
    was = moment_of(before.get("positions_published_at"))
    if was and will and was != will:
        move_publication(round_slug, was, will)
    sentences, reason = [one.sentence for one in found], _reason(draft)
    _tell_timeline(Store(round_slug, {}), sentences, reason)
    ledger.enter(
        "consultation.shifted",
        f"consultation:{round_slug}",
        {"shifts": sentences, "reason": reason},
    )
    staff.note("round.shifted", editor_id, about=f"round:{round_slug}", reason=reason)
    _tell_people(str(draft.fields["title"]), found, sentences, reason)


def _tell_timeline(store: Store, sentences: Sequence[str], reason: str) -> None:
    today = clock.today().isoformat()
    taken = queries.state(store.round, {"entry"})["entry"]
    labels = {one["kind"]: one["kind_label"] for one in taken.values()}
    number = 1 + sum(key.startswith(f"termin-{today}") for key in taken)
    fields = {
        "happened_on": today, "ended_on": None, "precision": "day", "kind": "forum",
        "kind_label": labels.get("forum", _("Forum")), "title": _("Termine geändert"),
        "text": f"{'; '.join(sentences)}. {_('Grund: %(reason)s', reason=reason)}",
        "is_announced": False, "is_general_knowledge": False, "sources": [],
    }  # fmt: skip
    store.entries(Item("entry", f"termin-{today}-{number}", fields, "", 0), new=True)


def _tell_people(title: str, found: Sequence[Shift], sentences: Sequence[str], reason: str) -> None:
    members, parties, team = concerned(found)
    roles = {Role.MEMBER} if members else set()
    roles |= {Role.PARTY} if parties else set()
    roles |= {Role.MODERATOR, Role.EDITOR} if team else set()
    told = letter(
        _("Termine geändert: %(title)s", title=title),
        _("in der Konsultation „%(title)s“ haben sich Termine geändert:", title=title),
        "\n".join(f"- {one}" for one in sentences),
        _("Grund: %(reason)s", reason=reason),
        _("Was wann geht, steht hier:"),
        address_of("/so-geht-es"),
        why=_(
            "Sie bekommen diese E-Mail, weil die Termine bestimmen, wann Sie in dieser "
            "Konsultation etwas tun können."
        ),
    )
    mail.post_all([(address, *told) for address in _addresses(roles)])


def _addresses(roles: set[Role]) -> Sequence[str]:
    if not roles:
        return []
    held = select(RoleGrant.user_id).where(RoleGrant.role.in_(roles))
    return db.session.scalars(
        select(User.email)
        .where(
            User.id.in_(held), User.active, User.erased_at.is_(None), User.confirmed_at.is_not(None)
        )
        .order_by(User.id)
    ).all()
