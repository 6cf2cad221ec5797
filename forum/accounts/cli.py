"""`python -m forum user …`: the administration's way to accounts until there is a page for it."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask.cli import AppGroup

from forum.accounts import actions, queries, staff
from forum.accounts.models import Appearance, Role, User
from forum.kernel.db import unit_of_work
from forum.kernel.errors import ForumError

ROLES = click.Choice([role.value for role in Role if role is not Role.GUEST])

user = AppGroup("user", help="Make and change accounts.")


@contextmanager
def _writing() -> Iterator[None]:
    """One transaction; a refusal is a sentence, and nothing has changed."""
    try:
        with unit_of_work(writing=True):
            yield
    except ForumError as error:
        raise click.ClickException(str(error.message)) from error


def _hash(password: str) -> str:
    try:
        return actions.hashed(password)
    except ForumError as error:
        raise click.ClickException(str(error.message)) from error


def _found(email: str) -> User:
    found = queries.user_by_email(email)
    if found is None:
        raise click.ClickException(
            f"No account has the address {email}. `python -m forum user list` shows all."
        )
    return found


def _organisation(slug: str | None) -> int | None:
    if slug is None:
        return None
    found = queries.organisation_by_slug(slug)
    if found is None:
        known = ", ".join(o.slug for o in queries.organisations()) or "none; import content first"
        raise click.ClickException(f"No organisation is called {slug!r}. There are: {known}")
    return found.id


def _party(slug: str | None) -> int | None:
    if slug is None:
        return None
    found = queries.party_id(slug)
    if found is None:
        raise click.ClickException(f"No party is called {slug!r}; the slug is in its address.")
    return found


def _password(given: str | None) -> str:
    return given or click.prompt(
        f"Password, at least {actions.MIN_PASSWORD} characters",
        hide_input=True,
        confirmation_prompt=True,
    )


@user.command("add")
@click.argument("email")
@click.argument("name")
@click.option("--role", "roles", type=ROLES, multiple=True, help="May be given several times.")
@click.option("--organisation", help="Slug; a member belongs to one.")
@click.option("--party", help="Slug; for the role party.")
@click.option("--pseudonym", help="Shown with the bench in place of the name.")
@click.option("--unconfirmed", is_flag=True, help="A member whom nobody has confirmed yet.")
@click.option("--password", help="Asked for when missing, which keeps it out of the history.")
def add(
    email: str,
    name: str,
    roles: tuple[str, ...],
    organisation: str | None,
    party: str | None,
    pseudonym: str | None,
    unconfirmed: bool,
    password: str | None,
) -> None:
    """Make an account for EMAIL that may sign in at once."""
    password_hash = _hash(_password(password))
    with _writing():
        made = actions.create_user(
            email=email,
            name=name,
            password_hash=password_hash,
            roles=[Role(role) for role in roles],
            organisation_id=_organisation(organisation),
            party_id=_party(party),
            appearance=Appearance.PSEUDONYM_BENCH if pseudonym else Appearance.NAME_ORGANISATION,
            pseudonym=pseudonym,
            confirmed_member=not unconfirmed,
        )
        number = made.id
        for role in sorted(roles):
            staff.note("role.granted", None, about_user_id=number, detail={"role": role})
    click.echo(f"Account {number} for {email}: {', '.join(roles) or 'guest'}.")


@user.command("list")
def list_() -> None:
    """Print all accounts."""
    with unit_of_work():
        for found in queries.all_users():
            roles = ", ".join(sorted(found.roles - {Role.GUEST})) or "guest"
            belongs = found.organisation.slug if found.organisation else ""
            states = [] if found.active else ["disabled"]
            if Role.MEMBER in found.roles and found.member_since is None:
                states.append("unconfirmed")
            click.echo(
                f"{found.id:>5}  {found.email:<40} {roles:<24} {belongs:<28} {' '.join(states)}"
            )


@user.command("password")
@click.argument("email")
@click.option("--password", help="Asked for when missing, which keeps it out of the history.")
def password_(email: str, password: str | None) -> None:
    """Set a new password for EMAIL and end all sessions of the account."""
    password_hash = _hash(_password(password))
    with _writing():
        person = _found(email)
        actions.set_password(person.id, password_hash)
        staff.note("account.password_set", None, about_user_id=person.id)
    click.echo("The password is set; all sessions of the account have ended.")


@user.command("role")
@click.argument("email")
@click.argument("role", type=ROLES)
@click.option("--organisation", help="Slug; goes with member.")
@click.option("--party", help="Slug; goes with party.")
@click.option("--revoke", is_flag=True, help="Take the role away instead.")
def role_(email: str, role: str, organisation: str | None, party: str | None, revoke: bool) -> None:
    """Give EMAIL the ROLE, or take it away; ends all sessions of the account."""
    with _writing():
        found = _found(email)
        if revoke:
            actions.revoke_role(found.id, Role(role))
            staff.note("role.revoked", None, about_user_id=found.id, detail={"role": role})
        else:
            actions.grant_role(
                found.id,
                Role(role),
                organisation_id=_organisation(organisation),
                party_id=_party(party),
            )
            staff.note("role.granted", None, about_user_id=found.id, detail={"role": role})
        now = ", ".join(sorted(queries.user(found.id).roles - {Role.GUEST})) or "guest"
    click.echo(f"{email} is now: {now}.")


@user.command("confirm")
@click.argument("email")
def confirm(email: str) -> None:
    """Confirm that EMAIL belongs to their organisation: from now on they may vote."""
    with _writing():
        person = _found(email)
        actions.confirm_member(person.id)
        staff.note("member.confirmed", None, about_user_id=person.id)
    click.echo(f"{email} is confirmed.")


@user.command("disable")
@click.argument("email")
def disable(email: str) -> None:
    """Let nobody sign in as EMAIL any more; what was written stays."""
    with _writing():
        person = _found(email)
        actions.disable(person.id)
        staff.note("account.locked", None, about_user_id=person.id)
    click.echo(f"{email} is disabled.")


COMMANDS = (user,)
