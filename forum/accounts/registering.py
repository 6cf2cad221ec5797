"""Registration: nothing about anybody is stored as an account before they confirm by mail.

Until then there is a mailed link that carries what was typed, sealed, for seven days. An address
that has an account gets another mail; the page, the status and the work are the same.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from forum.accounts import actions, letters, links, policy, queries
from forum.accounts.bylines import Byline, byline
from forum.accounts.events import Registered
from forum.accounts.models import Appearance, Organisation, Role, User
from forum.kernel import mail
from forum.kernel.db import begin_writing
from forum.kernel.events import announce

CONFIRM, SIGN_IN, WITHDRAW = "register", "sign_in", "withdraw"


@dataclass(frozen=True)
class Application:
    """What somebody asks for who wants an account."""

    email: str
    name: str
    organisation_id: int | None
    organisation_wish: str
    appearance: Appearance
    pseudonym: str
    password_hash: str | None
    consent_version: int

    @classmethod
    def of(cls, payload: dict[str, Any]) -> "Application":
        """What a link to confirm carries."""
        return cls(**payload | {"appearance": Appearance(payload["appearance"])})


def ask(application: Application, next_path: str) -> None:
    """Mail a link that makes the account, or, where there is one, a link to sign in."""
    begin_writing()
    policy.require_intake()
    user = queries.holder(application.email)
    if user is None:
        links.send(
            CONFIRM,
            application.email,
            letters.confirm_registration,
            payload=asdict(application),
            next_path=next_path,
        )
    elif user.active:
        links.send(
            SIGN_IN, user.email, letters.account_exists, user_id=user.id, next_path=next_path
        )
    else:
        mail.post(user.email, *letters.account_locked())


def confirm(token: str) -> User:
    """Make the account that a link was mailed for; returns whose it is."""
    begin_writing()
    policy.require_intake()
    application = Application.of(links.redeem(token, CONFIRM).payload)
    if queries.holder(application.email):
        raise links.Over(actions.TAKEN, SIGN_IN)
    known = {organisation.id for organisation in queries.organisations()}
    if application.organisation_id not in known:  # taken off the list since
        application = replace(application, organisation_id=None)
    user = actions.create_user(
        email=application.email,
        name=application.name,
        password_hash=application.password_hash,
        roles=[Role.MEMBER],
        organisation_id=application.organisation_id,
        organisation_wish=application.organisation_wish or None,
        appearance=application.appearance,
        pseudonym=application.pseudonym or None,
        confirmed_member=False,
        consent_version=application.consent_version,
    )
    links.belongs_to(token, user.id)
    links.send(WITHDRAW, user.email, letters.welcome, user_id=user.id)
    if application.organisation_wish:
        _tell_of_missing(user, application.organisation_wish)
    announce(Registered(user_id=user.id))
    return user


def _tell_of_missing(user: User, wish: str) -> None:
    """The Redaktion keeps the list; where nobody holds that role, the administration does."""
    keepers = queries.users_with_role(Role.EDITOR) or queries.users_with_role(Role.ADMINISTRATOR)
    for keeper in keepers:
        mail.post(keeper.email, *letters.missing_organisation(user.name, wish))


def lines(
    name: str, pseudonym: str, organisation: Organisation | None
) -> Iterable[tuple[Appearance, Byline | None]]:
    """How somebody would stand beside what they write, for each way to appear.

    None where that way still lacks the name, the pseudonym, or an organisation.
    """
    bench = organisation.bench.name if organisation and organisation.bench else None
    for appearance in Appearance:
        found = byline(
            appearance,
            name=name,
            pseudonym=pseudonym,
            organisation=organisation.name if organisation else None,
            bench=bench,
        )
        yield appearance, found if found.name else None
