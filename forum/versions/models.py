"""Comparisons of texts that were found once and are shown ever after."""

from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.db import Base


class TextDifference(Base):
    """The way from one text of an Abschnitt to a later one.

    A text is named by the number of the version it came with: an editorial change gives a wording
    another text, and no other key.
    """

    __tablename__ = "text_differences"

    paragraph_id: Mapped[int] = mapped_column(ForeignKey("paragraphs.id"), primary_key=True)
    before: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    after: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    pieces: Mapped[dict[str, Any]] = mapped_column(JSON)
    """As `amendments.comparing.Change.stored()`."""
