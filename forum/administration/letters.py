"""Mails about accounts and roles: subject and body."""

from flask import current_app, url_for
from flask_babel import gettext as _

from forum.accounts.models import Role
from forum.administration.words import role_word
from forum.kernel import identity

Letter = tuple[str, str]


def _address(path: str) -> str:
    return str(current_app.config["FORUM"].BASE_URL).rstrip("/") + path


def _signed(*parts: str) -> str:
    return "\n\n".join([_("Guten Tag,"), *parts, identity.name()])


def locked(reason: str) -> Letter:
    """To somebody who may no longer sign in."""
    return _("Ihr Konto ist gesperrt"), _signed(
        _("die Administration hat Ihr Konto gesperrt. Der Grund:"),
        reason,
        _("Was Sie geschrieben haben, bleibt stehen."),
        _(
            "Wenn Sie das für falsch halten, antworten Sie auf diese E-Mail oder schreiben Sie an "
            "die Adresse im Impressum. Darüber entscheidet dann jemand anderes:"
        ),
        _address(url_for("site.imprint")),
    )


def unlocked() -> Letter:
    """To somebody who may sign in again."""
    return _("Ihr Konto ist wieder offen"), _signed(
        _("Ihr Konto ist nicht mehr gesperrt. Sie können sich wieder anmelden:"),
        _address(url_for("security.login")),
    )


def role_waits(name: str, role: Role, requester: str, request_id: int) -> Letter:
    """To the rest of the staff: somebody has to agree."""
    return _("Eine Rolle wartet auf Zustimmung"), _signed(
        _(
            "%(requester)s möchte %(name)s die Rolle „%(role)s“ geben. Dazu braucht es die "
            "Zustimmung einer zweiten Person aus Moderation, Redaktion oder Administration:",
            requester=requester,
            name=name,
            role=role_word(role),
        ),
        _address(url_for("administration.roles") + f"#antrag-{request_id}"),
    )


def role_granted(role: Role) -> Letter:
    """To somebody who now works for the forum."""
    return _("Sie haben eine neue Rolle"), _signed(
        _("Sie haben jetzt die Rolle „%(role)s“.", role=role_word(role)),
        _("Aus Sicherheitsgründen sind Sie überall abgemeldet. Melden Sie sich neu an:"),
        _address(url_for("security.login")),
    )


def role_revoked(role: Role, reason: str) -> Letter:
    """To somebody who no longer holds a role."""
    return _("Eine Rolle ist beendet"), _signed(
        _("Sie haben die Rolle „%(role)s“ nicht mehr. Der Grund:", role=role_word(role)),
        reason,
    )
