"""Roles asked for, until a second person of the staff has agreed."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.accounts.models import Role, User
from forum.kernel.db import LongText, Model


class RoleRequest(Model):
    """That somebody is to hold a staff role: asked for by one person, granted by another."""

    __tablename__ = "role_requests"
    __table_args__ = (
        CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id != requested_by_id OR is_sole",
            name="four_eyes",
        ),
        # One open request for a role of a person; decided ones stay as history.
        Index(
            "uq_role_requests_open",
            "user_id",
            "role",
            unique=True,
            sqlite_where=text("decided_at IS NULL"),
            postgresql_where=text("decided_at IS NULL"),
        ),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    role: Mapped[Role]
    reason: Mapped[LongText]
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    requested_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    is_granted: Mapped[bool | None]
    is_sole: Mapped[bool] = mapped_column(default=False)
    """Granted at once by the only administrator there was; marked in the log."""

    user: Mapped[User] = relationship(lazy="raise", foreign_keys=[user_id])
    requested_by: Mapped[User] = relationship(lazy="raise", foreign_keys=[requested_by_id])
