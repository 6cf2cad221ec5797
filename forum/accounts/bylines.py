"""How a person stands beside what they write, as they chose. The only place that decides it."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_

from forum.accounts.models import Appearance, User


@dataclass(frozen=True, slots=True)
class Byline:
    """A name, and what stands beside it."""

    name: str
    more: str

    def __str__(self) -> str:
        return f"{self.name}, {self.more}" if self.more else self.name


def byline(
    appearance: Appearance,
    *,
    name: str,
    pseudonym: str | None,
    organisation: str | None,
    bench: str | None,
) -> Byline:
    """Name and organisation, name and bench, or pseudonym and bench."""
    if appearance is Appearance.PSEUDONYM_BENCH:
        return Byline(pseudonym or "", bench or "")
    if appearance is Appearance.NAME_BENCH:
        return Byline(name, bench or "")
    return Byline(name, ", ".join(part for part in (organisation, bench) if part))


def byline_of(user: User) -> Byline:
    """How this member will stand beside what they are about to write."""
    return byline(
        user.appearance,
        name=user.name,
        pseudonym=user.pseudonym,
        organisation=user.organisation.name if user.organisation else None,
        bench=user.bench.name if user.bench else None,
    )


def speaks_with(organisation_id: int) -> ColumnElement[bool]:
    """Users who appear with this organisation: only what they write counts as said from there."""
    return and_(
        User.organisation_id == organisation_id,
        User.appearance == Appearance.NAME_ORGANISATION,
        User.member_since.is_not(None),
    )
