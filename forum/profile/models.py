"""What people ask of us about their own data, until it is done."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.db import Base, Model


class Erasure(Base):
    """An account that is gone, but for its secret: its open votes are still to be taken back."""

    __tablename__ = "erasures"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id"), primary_key=True, autoincrement=False
    )
    requested_at: Mapped[datetime]
    """Real time: no vote sent before can still be on its way after a while."""


class DataExport(Model):
    """All we hold about somebody, as one file, asked for and kept for a few days."""

    __tablename__ = "data_exports"
    __table_args__ = (Index(None, "user_id", "requested_at"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    requested_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]
    content: Mapped[bytes | None] = mapped_column(LargeBinary)


class InactivityWarning(Base):
    """When somebody who has long not signed in was told that their account will end."""

    __tablename__ = "inactivity_warnings"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id"), primary_key=True, autoincrement=False
    )
    first_at: Mapped[datetime]
    second_at: Mapped[datetime | None]
