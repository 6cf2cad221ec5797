"""What roles and acts are called on pages."""

from flask_babel import gettext as _

from forum.accounts.models import Role


def role_word(role: Role | str) -> str:
    """The name of a role."""
    return {
        Role.GUEST: _("Gast"),
        Role.MEMBER: _("Mitglied"),
        Role.PARTY: _("Parteivertretung"),
        Role.MODERATOR: _("Moderation"),
        Role.EDITOR: _("Redaktion"),
        Role.ADMINISTRATOR: _("Administration"),
    }[Role(role)]


def act_word(kind: str) -> str:
    """What a line of the log says was done; an unknown kind speaks for itself."""
    return {
        "address.shown": _("E-Mail-Adresse angesehen"),
        "account.locked": _("Konto gesperrt"),
        "account.unlocked": _("Konto wieder geöffnet"),
        "sessions.ended": _("überall abgemeldet"),
        "role.requested": _("Rolle beantragt"),
        "role.granted": _("Rolle vergeben"),
        "role.refused": _("Rolle abgelehnt"),
        "role.revoked": _("Rolle entzogen"),
        "setting.changed": _("Einstellung geändert"),
        "member.confirmed": _("Mitglied bestätigt"),
        "member.declined": _("Mitglied abgelehnt"),
        "member.removed": _("aus der Organisation entfernt"),
        "speaker.named": _("als sprechend benannt"),
        "speaker.withdrawn": _("nicht mehr sprechend"),
        "contact.named": _("als Ansprechperson benannt"),
        "contact.withdrawn": _("nicht mehr Ansprechperson"),
        "account.password_set": _("Passwort am Server gesetzt"),
        "link.made": _("Einladungslink erzeugt"),
        "invitation.revoked": _("Einladung zurückgezogen"),
        "member.invited": _("Mitglied eingeladen"),
        "members.invited": _("Liste von Mitgliedern eingeladen"),
        "party.invited": _("in eine Partei eingeladen"),
        "party.removed": _("aus einer Partei entfernt"),
        "organisation.created": _("Organisation angelegt"),
        "content.published": _("Inhalte veröffentlicht"),
        "round.opened": _("Konsultation eröffnet"),
        "round.shifted": _("Termine verschoben"),
        "identity.changed": _("Name oder Logo geändert"),
    }.get(kind, kind)


def area_word(kind: str) -> str:
    """The first word of a kind, as the filter of the log names it."""
    return {
        "address": _("Adressen"),
        "account": _("Konten"),
        "sessions": _("Sitzungen"),
        "role": _("Rollen"),
        "setting": _("Einstellungen"),
        "member": _("Mitglieder"),
        "speaker": _("Sprechende"),
        "contact": _("Ansprechpersonen"),
        "invitation": _("Einladungen"),
        "link": _("Einladungslinks"),
        "members": _("Listen von Mitgliedern"),
        "party": _("Parteien"),
        "organisation": _("Organisationen"),
        "content": _("Inhalte"),
        "round": _("Konsultationen"),
        "identity": _("Name und Logo"),
    }.get(kind, kind)
