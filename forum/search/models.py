"""What the search keeps in the database: the index on PostgreSQL, the vocabulary, its own state."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.db import Base, Model, ShortText


class SearchDocument(Base):
    """A document of the index. Used on PostgreSQL only; elsewhere the table stays empty."""

    __tablename__ = "search_documents"
    __table_args__ = (Index("ix_search_documents_vector", "vector", postgresql_using="gin"),)

    key: Mapped[ShortText] = mapped_column(primary_key=True)
    kind: Mapped[ShortText] = mapped_column(index=True)
    vector: Mapped[Any] = mapped_column(Text().with_variant(TSVECTOR(), "postgresql"))
    """Stems with their places: A the title, B the text, C and D the parts of compounds in each."""


class SearchWord(Model):
    """A word of the texts in the index: what compounds may be made of."""

    __tablename__ = "search_words"

    word: Mapped[ShortText] = mapped_column(unique=True)


class SearchState(Base):
    """What the last indexer left: one row."""

    __tablename__ = "search_state"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int]
    """Of the analysis the index was built with."""
    built_at: Mapped[datetime]
    built_words: Mapped[int]
    """How many words were known then; when many more are, old compounds are worth another look."""
    looked_at: Mapped[datetime]
    """Up to when it was looked for texts that the clock alone has made public."""
