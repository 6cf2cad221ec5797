"""What this installation is called, and its sign: a name, a line below it, a logo.

Every change is a row of its own, so that the history can be read; the newest one stands. A logo is
a picture that browsers can only draw: PNG, JPEG or WebP by its first bytes, never SVG.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import ForeignKey, String, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel import clock, ledger
from forum.kernel.db import Base, Bytes, Model, ShortText, db, save
from forum.kernel.errors import NotFound

NAME, TAGLINE = "Forum Industriepolitik", "Bündnis „Zukunft der Industrie“"
"""What it is called until somebody says otherwise."""
LARGEST = 300 * 1024
"""Bytes of a logo; it is part of every page."""
_CACHE = "forum_identity"


class Logo(Base):
    """A picture, found by the hash of its bytes: its address never shows anything else."""

    __tablename__ = "logos"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    type: Mapped[ShortText]
    bytes: Mapped[Bytes]


class Identity(Model):
    """One version of name and sign."""

    __tablename__ = "identities"

    name: Mapped[ShortText]
    tagline: Mapped[ShortText]
    logo_hash: Mapped[str | None] = mapped_column(ForeignKey("logos.hash"))
    changed_at: Mapped[datetime]


@dataclass(frozen=True)
class Shown:
    """Name and sign as pages show them."""

    name: str = NAME
    tagline: str = TAGLINE
    logo: str = ""
    """File name of the logo, its hash and ending; empty for the one that comes with the product."""


_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


def type_of(picture: bytes) -> str | None:
    """What its first bytes say it is; None for anything that is not drawn."""
    if picture.startswith(b"\x89PNG\r\n\x1a\n") and picture[12:16] == b"IHDR":
        return "image/png"
    if picture.startswith(b"\xff\xd8\xff") and picture.rstrip(b"\0").endswith(b"\xff\xd9"):
        return "image/jpeg"
    if picture[:4] == b"RIFF" and picture[8:12] == b"WEBP" and picture[12:15] == b"VP8":
        return "image/webp"
    return None


def refusal(picture: bytes) -> str:
    """Why a picture cannot be the logo; empty when it can."""
    if len(picture) > LARGEST:
        return _(
            "Das Bild hat %(size)s KB; höchstens %(most)s KB gehen. Speichern Sie es kleiner.",
            size=-(-len(picture) // 1024),
            most=LARGEST // 1024,
        )
    if type_of(picture) is None:
        return _(
            "Das ist kein PNG, JPEG oder WebP. SVG nehmen wir nicht an, weil darin Programme "
            "stecken können; speichern Sie das Bild als PNG."
        )
    return ""


def rename(name: str, tagline: str, logo_hash: str | None) -> Identity:
    """Give the installation another name or sign, within the running write transaction."""
    row = save(Identity(name=name, tagline=tagline, logo_hash=logo_hash, changed_at=clock.now()))
    ledger.enter(
        "identity.changed",
        f"identity:{row.id}",
        {"name": name, "tagline": tagline, "logo": logo_hash or ""},
    )
    return row


def keep_logo(picture: bytes) -> str:
    """Store a picture that `refusal` has nothing against; returns its hash."""
    found = sha256(picture).hexdigest()
    if db.session.get(Logo, found) is None:
        save(Logo(hash=found, type=type_of(picture) or "", bytes=picture))
    return found


def logo(file: str) -> Logo:
    """The picture behind the file name that `Shown.logo` gave. 404 for any other."""
    row = db.session.get(Logo, file.partition(".")[0])
    if row is None or _file(row.hash, row.type) != file:
        raise NotFound
    return row


def history() -> list[Identity]:
    """All versions, the newest first."""
    return list(db.session.scalars(select(Identity).order_by(Identity.id.desc())))


def current() -> Shown:
    """Name and sign as they are now."""
    row = db.session.execute(
        select(Identity.name, Identity.tagline, Logo.hash, Logo.type)
        .outerjoin(Logo, Logo.hash == Identity.logo_hash)
        .order_by(Identity.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return Shown()
    return Shown(row[0], row[1], _file(row[2], row[3]) if row[2] else "")


def name() -> str:
    """What to call the installation in a mail."""
    return current().name


def seen(stamp: object) -> Shown:
    """As `current`, read once for each `stamp`: whoever renames gives every page a new one."""
    last = current_app.extensions.get(_CACHE)
    if last is None or last[0] != stamp or stamp is None:
        try:
            last = (stamp, current())
        except SQLAlchemyError:
            return last[1] if last else Shown()  # an error page needs no database
        current_app.extensions[_CACHE] = last
    shown: Shown = last[1]
    return shown


def last_seen() -> Shown:
    """As it was when a page last asked: for answers that cost the database nothing."""
    last = current_app.extensions.get(_CACHE)
    return last[1] if last else Shown()


def _file(hash_: str, type_: str) -> str:
    return f"{hash_}.{_ENDINGS.get(type_, 'bin')}"
