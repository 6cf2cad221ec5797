"""Drafts: what the Redaktion has written and nobody else reads yet."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.accounts.models import User
from forum.kernel.db import Model, ShortText

HOUSE = "house"
"""Stands for the round of what belongs to the installation: rules and texts of the house."""
PASTED = "pasted"
"""The kind of a draft that is no item yet: a pasted text, split, before it is taken over."""


class Draft(Model):
    """An item of the content folder as it is to stand. There is one of each, shared by all editors.

    `kind`, `key` and `fields` are those of `content.folder.Item`.
    """

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("round_slug", "kind", "key"),)

    round_slug: Mapped[ShortText]
    """Of a round that may itself be no more than a draft; `HOUSE` for the texts of the house."""
    kind: Mapped[ShortText]
    key: Mapped[ShortText]
    fields: Mapped[dict[str, Any]]
    marks: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What accompanies the item and is no part of it: the note of a version, and which paragraphs
    change by wording only (`{"note": …, "editorial": [2, 5]}`)."""
    revision: Mapped[int] = mapped_column(default=1)
    """Counts up with every change; a form says which one it was opened on."""
    base: Mapped[str | None] = mapped_column(String(64))
    """Hash of what stood published when the draft was last saved; None for something new."""
    is_removal: Mapped[bool] = mapped_column(default=False)
    """The item is to be taken out, of the kinds that can be."""
    edited_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    edited_at: Mapped[datetime]

    edited_by: Mapped[User] = relationship(lazy="raise")
