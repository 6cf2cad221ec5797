"""Mails about accounts and roles: subject and body."""

from flask import url_for
from flask_babel import gettext as _

from forum.accounts.models import Role
from forum.administration.words import role_word
from forum.kernel.letters import Letter, address_of, letter


def locked(reason: str) -> Letter:
    """To somebody who may no longer sign in."""
    return letter(
        _("Ihr Konto ist gesperrt"),
        _("die Administration hat Ihr Konto gesperrt. Der Grund:"),
        reason,
        _("Was Sie geschrieben haben, bleibt stehen."),
        _(
            "Wenn Sie das für falsch halten, antworten Sie auf diese E-Mail oder schreiben Sie an "
            "die Adresse im Impressum. Darüber entscheidet dann jemand anderes:"
        ),
        address_of(url_for("site.imprint")),
    )


def unlocked() -> Letter:
    """To somebody who may sign in again."""
    return letter(
        _("Ihr Konto ist wieder offen"),
        _("Ihr Konto ist nicht mehr gesperrt. Sie können sich wieder anmelden:"),
        address_of(url_for("security.login")),
    )


def role_waits(name: str, role: Role, requester: str, request_id: int) -> Letter:
    """To the rest of the staff: somebody has to agree."""
    return letter(
        _("Eine Rolle wartet auf Zustimmung"),
        _(
            "%(requester)s möchte %(name)s die Rolle „%(role)s“ geben. Dazu braucht es die "
            "Zustimmung einer zweiten Person aus Moderation, Redaktion oder Administration:",
            requester=requester,
            name=name,
            role=role_word(role),
        ),
        address_of(url_for("administration.roles") + f"#antrag-{request_id}"),
        why=_("Sie bekommen diese E-Mail, weil Sie im Forum mitarbeiten."),
    )


def role_granted(role: Role) -> Letter:
    """To somebody who now works for the forum."""
    return letter(
        _("Sie haben eine neue Rolle"),
        _("Sie haben jetzt die Rolle „%(role)s“.", role=role_word(role)),
        _("Aus Sicherheitsgründen sind Sie überall abgemeldet. Melden Sie sich neu an:"),
        address_of(url_for("security.login")),
    )


def role_revoked(role: Role, reason: str) -> Letter:
    """To somebody who no longer holds a role."""
    return letter(
        _("Eine Rolle ist beendet"),
        _("Sie haben die Rolle „%(role)s“ nicht mehr. Der Grund:", role=role_word(role)),
        reason,
    )
