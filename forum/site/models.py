"""Texts of the house with their history: imprint, privacy, rules, accessibility."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from forum.kernel.db import LongText, Model, ShortText


class TextVersion(Model):
    """One version of a text, public from `published_at`; the newest public one stands."""

    __tablename__ = "text_versions"
    __table_args__ = (UniqueConstraint("slug", "number"),)

    slug: Mapped[ShortText]
    number: Mapped[int]
    title: Mapped[ShortText]
    source: Mapped[LongText]
    html: Mapped[LongText]
    published_at: Mapped[datetime]
