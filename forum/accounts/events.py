"""What has happened to accounts."""

from dataclasses import dataclass

from forum.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class MembershipChanged(Event):
    """Somebody may vote who could not before, or the other way round."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class RepresentationChanged(Event):
    """Somebody acts for a party who did not before, or the other way round."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class Registered(Event):
    """Somebody has confirmed their address and waits to be confirmed as a member."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class AppearanceChanged(Event):
    """Somebody's name, or how they appear, reads differently from now on."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class AccountErased(Event):
    """An account is gone; what else names it has to go in the same transaction."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class ConsentWithdrawn(Event):
    """Somebody no longer agrees that we keep what they think."""

    user_id: int
