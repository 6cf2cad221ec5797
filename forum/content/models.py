"""What the importer brought in, so that it never overwrites what was edited in the product."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.db import Base, ShortText


class ImportedItem(Base):
    """The hash of an item as last imported, by its key in the content folder."""

    __tablename__ = "imported_items"

    key: Mapped[ShortText] = mapped_column(primary_key=True)
    """`round/kind/slug`, for instance `bundestagswahl-2017/thesis/fe-1`."""
    content_hash: Mapped[str] = mapped_column(String(64))
    imported_at: Mapped[datetime]
