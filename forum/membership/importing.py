"""A list of people: checked line by line first, then sent with one press. Part of `actions`."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _

from forum.accounts import staff
from forum.accounts.addresses import is_address, normal
from forum.accounts.models import STAFF, Organisation, Role, User, Visitor
from forum.accounts.queries import benches
from forum.kernel import vault
from forum.kernel.db import begin_writing, save
from forum.kernel.errors import Conflict
from forum.membership import queries, sheet
from forum.membership.actions import acting
from forum.membership.inviting import Guest, send
from forum.membership.models import InvitationList
from forum.membership.policy import INVITE, Belonging

COLUMNS = {
    "name": "Name",
    "email": "E-Mail",
    "organisation": "Organisation",
    "bench": "Bank",
    "speaker": "Sprecher",
}


@dataclass(frozen=True)
class Fault:
    """What is wrong, and where."""

    row: int
    column: str
    sentence: str


@dataclass
class Checked:
    """A list after its dry run."""

    guests: list[dict[str, Any]] = field(default_factory=list)
    """email, name, is_speaker, and organisation (an id) or new (a key of `unknown`)."""
    faults: list[Fault] = field(default_factory=list)
    unknown: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Organisations nobody has entered yet: name, bench, and how many people."""
    already: int = 0
    """People who belong to their organisation already; they get no invitation."""


def check(actor: User, rows: list[sheet.Row]) -> Checked:
    """Look at every line, and change nothing."""
    return _Check(actor).run(rows)


class _Check:
    """One dry run: what is known, and what was found line by line."""

    def __init__(self, actor: User) -> None:
        self.own = actor.organisation
        self.is_staff = bool(actor.roles & {Role.EDITOR, Role.ADMINISTRATOR})
        self.known: dict[str, Organisation] = {}
        for one in queries.organisations():
            for name in (one.name, one.short_name, one.slug):
                self.known.setdefault(_key(name), one)
        self.benches = {_key(n): bench for bench in benches() for n in (bench.name, bench.slug)}
        self.seen: dict[str, int] = {}
        self.found = Checked()

    def run(self, rows: list[sheet.Row]) -> Checked:
        for row in rows:
            cells = {key: row.cells.get(key, "") for key in COLUMNS}
            faults = _faults(cells, self.seen)
            email = normal(cells["email"])
            self.seen.setdefault(email, row.number)
            guest = {
                "email": email,
                "name": " ".join(cells["name"].split()),
                "is_speaker": cells["speaker"].casefold() in sheet.YES,
            }
            self._place(cells, guest, faults)
            self.found.faults += [
                Fault(row.number, COLUMNS[key], sentence) for key, sentence in faults.items()
            ]
            if not faults:
                self.found.guests.append(guest)
        _leave_out(self.found)
        return self.found

    def _place(self, cells: dict[str, str], guest: dict[str, Any], faults: dict[str, str]) -> None:
        """Find the organisation, or note that it is new."""
        typed = cells["organisation"]
        organisation = self.known.get(_key(typed))
        bench = self.benches.get(_key(cells["bench"]))
        if not self.is_staff:
            if typed and (organisation is None or organisation is not self._mine()):
                faults["organisation"] = _("Sie laden nur in Ihre eigene Organisation ein.")
            organisation = self.own
        elif not typed:
            faults["organisation"] = _("Hier fehlt die Organisation.")
        if cells["bench"] and bench is None:
            faults["bench"] = _("Diese Bank gibt es nicht.")
        elif organisation is not None:
            if bench is not None and organisation.bench_id != bench.id:
                faults["bench"] = _("Die Organisation gehört zu einer anderen Bank.")
            guest["organisation"] = organisation.id
        elif bench is None and typed:
            faults["bench"] = _("Diese Organisation ist neu: Nennen Sie ihre Bank.")
        elif bench is not None and typed and not faults:
            self._new(typed, bench.id, guest, faults)

    def _mine(self) -> Organisation | None:
        return self.known.get(_key(self.own.slug)) if self.own else None

    def _new(self, name: str, bench_id: int, guest: dict[str, Any], faults: dict[str, str]) -> None:
        key = _key(name)
        new = self.found.unknown.setdefault(key, {"name": name, "bench": bench_id, "people": 0})
        if new["bench"] != bench_id:
            faults["bench"] = _("Weiter oben steht für diese Organisation eine andere Bank.")
        new["people"] += 1
        guest["new"] = key


def _faults(cells: dict[str, str], seen: dict[str, int]) -> dict[str, str]:
    """What a line's own words have wrong, by column."""
    faults: dict[str, str] = {}
    for key, text in cells.items():
        if sheet.is_formula(text):
            faults[key] = _("Das ist eine Formel; tragen Sie den Text selbst ein.")
        elif len(text) > (120 if key == "name" else sheet.MAX_CELL - 50):
            faults[key] = _("Das ist zu lang.")
    if not cells["name"]:
        faults["name"] = _("Hier fehlt der Name.")
    email = normal(cells["email"])
    if "email" not in faults:
        if not email:
            faults["email"] = _("Hier fehlt die E-Mail-Adresse.")
        elif not is_address(email):
            faults["email"] = _("Das ist keine vollständige E-Mail-Adresse.")
        elif email in seen:
            faults["email"] = _("Diese Adresse steht schon in Zeile %(n)s.", n=seen[email])
    if cells["speaker"].casefold() not in sheet.YES | sheet.NO:
        faults.setdefault("speaker", _("Schreiben Sie „ja“ oder „nein“."))
    return faults


def _leave_out(found: Checked) -> None:
    """Invite nobody who belongs to their organisation already."""
    inside = queries.emails_in({g["organisation"] for g in found.guests if "organisation" in g})
    kept = [g for g in found.guests if inside.get(g["email"]) != g.get("organisation", 0)]
    found.already, found.guests = len(found.guests) - len(kept), kept


def keep(actor: User | Visitor, checked: Checked) -> InvitationList:
    """Keep a list without faults, sealed, until its one press; a day at most."""
    begin_writing()
    who = acting(actor)
    INVITE.require(who, Belonging(who.organisation_id))
    made = save(InvitationList(made_by_id=who.id, made_at=datetime.now(UTC)))
    made.sealed = vault.seal(
        {"guests": checked.guests, "unknown": checked.unknown}, f"invitation-list:{made.id}"
    )
    return made


def send_list(actor: User | Visitor, list_id: int, to_create: set[str]) -> int:
    """Invite everybody on a checked list, all or nobody; returns how many.

    Unknown organisations are made where their key is in `to_create`; other people are left out.
    """
    begin_writing()
    who = acting(actor)
    found = queries.invitation_list(list_id, who.id, lock=True)
    if found.sent_at is not None or found.sealed is None:
        raise Conflict(
            _("Diese Liste ist schon abgesandt oder nicht mehr da. Lesen Sie sie neu ein.")
        )
    content = vault.unseal(found.sealed, f"invitation-list:{found.id}")
    names = {one.id: one.name for one in queries.organisations()}
    made = {
        key: _create(who, new)
        for key, new in content["unknown"].items()
        if key in to_create and who.roles & {Role.EDITOR, Role.ADMINISTRATOR}
    }
    guests = []
    for guest in content["guests"]:
        organisation_id = guest.get("organisation") or made.get(guest.get("new", ""))
        if organisation_id is None:
            continue
        guests.append(
            Guest(
                guest["email"],
                guest["name"],
                guest["is_speaker"],
                organisation_id=organisation_id,
                into=names.get(organisation_id) or content["unknown"][guest["new"]]["name"],
            )
        )
    for organisation_id in {guest.organisation_id for guest in guests}:
        INVITE.require(who, Belonging(organisation_id))
    send(who, guests)
    found.sent_at, found.sealed = datetime.now(UTC), None
    if who.roles & STAFF:
        staff.note("members.invited", who.id, about=f"list:{found.id}", detail={"n": len(guests)})
    return len(guests)


def _create(who: User, new: dict[str, Any]) -> int:
    slug = base = _slug(new["name"])
    number = 1
    while queries.organisation_exists(slug):
        number += 1
        slug = f"{base}-{number}"
    made = save(
        Organisation(
            slug=slug, name=new["name"], short_name=new["name"], kind="", bench_id=new["bench"]
        )
    )
    staff.note("organisation.created", who.id, about=f"organisation:{slug}")
    return made.id


def _key(text: str) -> str:
    return " ".join(text.casefold().split())


def _slug(name: str) -> str:
    text = name.casefold()
    for umlaut, plain in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        text = text.replace(umlaut, plain)
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", text).strip("-")[:80] or "organisation"
