"""What people may do with their own account."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from forum.accounts.models import Role
from forum.kernel.policy import Rule, condition

EXPORT_EVERY = timedelta(hours=24)


@dataclass(frozen=True)
class Leaving:
    """An account somebody wants to erase."""

    user_id: int
    is_last_administrator: bool


@dataclass(frozen=True)
class Asking:
    """An account somebody wants to have a copy of."""

    user_id: int
    last_asked: datetime | None
    now: datetime


@condition(_l("Das ist nicht Ihr Konto."))
def is_own_account(actor: Any, subject: Leaving | Asking) -> bool:
    """Nobody does this for anybody else."""
    return actor.id is not None and subject.user_id == actor.id


@condition(
    _l(
        "Sie sind die letzte Person mit der Rolle Administration. Geben Sie die Rolle erst an "
        "jemand anderen weiter; danach können Sie Ihr Konto löschen."
    )
)
def leaves_an_administrator(_actor: Any, subject: Leaving) -> bool:
    """Somebody else can still run the forum."""
    return not subject.is_last_administrator


@condition(
    _l(
        "Eine Auskunft gibt es einmal in 24 Stunden. Die letzte können Sie auf dieser Seite "
        "herunterladen, sobald sie fertig ist."
    )
)
def has_waited(_actor: Any, subject: Asking) -> bool:
    """The last copy was asked for a day ago."""
    return subject.last_asked is None or subject.last_asked <= subject.now - EXPORT_EVERY


ERASE = Rule("account.erase", list(Role), is_own_account, leaves_an_administrator)
EXPORT = Rule("account.export", list(Role), is_own_account, has_waited)
