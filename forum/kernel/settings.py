"""Settings that staff change while the forum runs, with their history.

What an operator sets once stands in `forum/config.py`; what the house decides (how long things are
kept) stands here. A package declares what it needs and reads it where it acts; `/verwaltung` lists
all that are declared. Every change is a row of its own, the newest one holds.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.db import LongText, Model, ShortText, db, save


class SettingVersion(Model):
    """One value that a setting had, since when, and why."""

    __tablename__ = "setting_versions"
    __table_args__ = (UniqueConstraint("key", "number"),)

    key: Mapped[ShortText]
    number: Mapped[int]
    value: Mapped[int]
    reason: Mapped[LongText]
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


@dataclass(frozen=True)
class Setting:
    """A whole number the house decides on: `KEEP = Setting("retention.…", 365, …)`."""

    all: ClassVar[dict[str, "Setting"]] = {}

    key: str
    default: int
    low: int
    high: int
    title: Any
    hint: Any

    def __post_init__(self) -> None:
        if self.key in self.all:
            raise ValueError(f"The setting {self.key!r} exists twice.")
        self.all[self.key] = self

    def value(self) -> int:
        """What holds now, in one statement."""
        found = db.session.scalar(
            select(SettingVersion.value)
            .where(SettingVersion.key == self.key)
            .order_by(SettingVersion.number.desc())
            .limit(1)
        )
        return self.default if found is None else found

    def change(self, value: int, *, reason: str, changed_by_id: int | None) -> SettingVersion:
        """Let another value hold, within the running write transaction.

        Raises ValueError outside of what the setting allows.
        """
        if not self.low <= value <= self.high:
            raise ValueError(f"{self.key} lies between {self.low} and {self.high}.")
        last = db.session.scalar(
            select(func.max(SettingVersion.number)).where(SettingVersion.key == self.key)
        )
        return save(
            SettingVersion(
                key=self.key,
                number=(last or 0) + 1,
                value=value,
                reason=reason,
                changed_at=datetime.now(UTC),
                changed_by_id=changed_by_id,
            )
        )


def history(key: str) -> list[SettingVersion]:
    """All values a setting had, the latest first."""
    return list(
        db.session.scalars(
            select(SettingVersion).filter_by(key=key).order_by(SettingVersion.number.desc())
        )
    )
