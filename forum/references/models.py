"""Sources, glossary terms and timeline entries."""

import enum
from datetime import date
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.db import LongText, Model, ShortText


class Source(Model):
    """A document that a text or an answer rests on."""

    __tablename__ = "sources"

    key: Mapped[ShortText] = mapped_column(unique=True)
    title: Mapped[LongText]
    publisher: Mapped[ShortText | None]
    published_on: Mapped[ShortText | None]
    """As the source gives it: a day, a month, or a year."""
    url: Mapped[LongText | None]
    note: Mapped[LongText | None]


class GlossaryTerm(Model):
    """A term of the subject in plain words."""

    __tablename__ = "glossary_terms"

    slug: Mapped[ShortText] = mapped_column(unique=True)
    term: Mapped[ShortText]
    sort_key: Mapped[ShortText] = mapped_column(index=True)
    definition: Mapped[LongText]
    related_theses: Mapped[list[str]]
    index_due: Mapped[bool] = mapped_column(default=True)
    is_indexing: Mapped[bool] = mapped_column(default=False)
    """As `Subject.is_indexing`."""


class DatePrecision(enum.StrEnum):
    """How exactly the date of a timeline entry is known."""

    DAY = "day"
    MONTH = "month"
    REPORT = "report"


class TimelineEntry(Model):
    """Something that happened, or that has been announced, on the way to the election."""

    __tablename__ = "timeline_entries"

    key: Mapped[ShortText] = mapped_column(unique=True)
    """`round/name`, since each round has a timeline of its own."""
    round_slug: Mapped[ShortText]
    happened_on: Mapped[date] = mapped_column(index=True)
    ended_on: Mapped[date | None]
    """The last day of something that took several; it is told as having happened from then on."""
    precision: Mapped[DatePrecision]
    kind: Mapped[ShortText]
    kind_label: Mapped[ShortText]
    title: Mapped[LongText]
    text: Mapped[LongText | None]
    is_announced: Mapped[bool] = mapped_column(default=False)
    """Announced entries show before their date; what is told as having happened does not."""
    is_general_knowledge: Mapped[bool] = mapped_column(default=False)
    sources: Mapped[list[Any]]
    """As cited: {"key": …, "title": …, "publisher": …, "published_on": …, "url": …}."""
