"""The mails about membership. Each gives its subject and its body."""

from datetime import datetime

from babel.dates import format_date
from flask_babel import gettext as _

from forum.kernel import clock
from forum.kernel.letters import Letter, address_of, letter


def _day(moment: datetime) -> str:
    return format_date(moment.astimezone(clock.BERLIN).date(), "d. MMMM", locale="de")


def _own_page() -> str:
    return address_of("/konto/organisation")


def _for_contacts() -> str:
    return _("Sie bekommen diese E-Mail, weil Sie Ansprechperson Ihrer Organisation sind.")


def _for_administration() -> str:
    return _("Sie bekommen diese E-Mail, weil Sie das Forum verwalten.")


def _for_guests() -> str:
    return _("Sie bekommen diese E-Mail einmalig, weil jemand Sie ins Forum eingeladen hat.")


def waits(name: str, organisation: str, *, to_contact: bool) -> Letter:
    """To the contacts, or the administration, when somebody wants to be confirmed."""
    return letter(
        _("%(name)s wartet auf Bestätigung", name=name),
        _(
            "%(name)s möchte für „%(organisation)s“ im Forum mitreden. Bestätigen Sie, dass die "
            "Person dazugehört, oder lehnen Sie mit einem Grund ab:",
            name=name,
            organisation=organisation,
        ),
        _own_page() if to_contact else address_of("/verwaltung/personen?stand=wartend"),
        why=_for_contacts() if to_contact else _for_administration(),
    )


def confirmed(organisation: str) -> Letter:
    """To a new member."""
    return letter(
        _("Ihre Mitgliedschaft ist bestätigt"),
        _(
            "Ihre Mitgliedschaft (%(organisation)s) ist bestätigt. Was Sie schon geschrieben "
            "haben, ist jetzt für alle sichtbar. Ab jetzt können Sie auch abstimmen:",
            organisation=organisation,
        ),
        address_of("/"),
    )


def confirmed_receipt(name: str, by: str) -> Letter:
    """To the contacts: somebody was confirmed."""
    return letter(
        _("%(name)s ist bestätigt", name=name),
        _("%(name)s gehört jetzt zu Ihrer Organisation im Forum.", name=name),
        _("Bestätigt durch: %(by)s.", by=by),
        _own_page(),
        why=_for_contacts(),
    )


def refused(organisation: str, reason: str) -> Letter:
    """To somebody who was not confirmed."""
    return letter(
        _("Ihre Mitgliedschaft wurde nicht bestätigt"),
        _(
            "Ihre Mitgliedschaft (%(organisation)s) wurde nicht bestätigt. Der Grund:",
            organisation=organisation,
        ),
        reason,
        _(
            "Was Sie geschrieben haben, sehen weiterhin nur Sie. Sie können es zu einer anderen "
            "Organisation mitnehmen oder löschen:"
        ),
        _own_page(),
    )


def refused_receipt(name: str, reason: str, by: str) -> Letter:
    """To the contacts: somebody was not confirmed."""
    return letter(
        _("%(name)s wurde nicht bestätigt", name=name),
        _("%(name)s gehört im Forum nicht zu Ihrer Organisation. Der Grund:", name=name),
        reason,
        _("Entschieden durch: %(by)s.", by=by),
        why=_for_contacts(),
    )


def removed(organisation: str, reason: str) -> Letter:
    """To somebody who no longer belongs to an organisation."""
    return letter(
        _("Sie gehören nicht mehr zu %(organisation)s", organisation=organisation),
        _(
            "Ihre Zugehörigkeit zu „%(organisation)s“ im Forum ist beendet. Abstimmen können Sie "
            "erst wieder, wenn eine Organisation Sie bestätigt. Ihre Beiträge bleiben stehen.",
            organisation=organisation,
        ),
        *([_("Der Grund: %(reason)s", reason=reason)] if reason else []),
        _own_page(),
    )


def removed_receipt(name: str, reason: str, by: str) -> Letter:
    """To the contacts: somebody no longer belongs to the organisation."""
    return letter(
        _("%(name)s gehört nicht mehr zu Ihrer Organisation", name=name),
        _("Die Zugehörigkeit von %(name)s im Forum ist beendet.", name=name),
        *([_("Der Grund: %(reason)s", reason=reason)] if reason else []),
        _("Veranlasst durch: %(by)s.", by=by),
        why=_for_contacts(),
    )


def orphaned(organisation: str, name: str) -> Letter:
    """To the administration: an organisation has no contact any more."""
    return letter(
        _("%(organisation)s hat keine Ansprechperson mehr", organisation=organisation),
        _(
            "%(name)s war die letzte Ansprechperson von „%(organisation)s“ und hat die Aufgabe an "
            "die Administration übergeben. Bestätigen Sie bis auf Weiteres, wer dazukommt, und "
            "benennen Sie eine neue Ansprechperson.",
            name=name,
            organisation=organisation,
        ),
        address_of("/verwaltung/organisationen"),
        why=_for_administration(),
    )


def invited(
    into: str, link: str, until: datetime, *, by_party: bool = False, about: str = ""
) -> Letter:
    """To somebody who is invited; `about` is the address of the page it leads to, if any."""
    role = (
        _("„%(into)s“ im Forum zu vertreten", into=into)
        if by_party
        else _("für „%(into)s“ im Forum mitzureden", into=into)
    )
    return letter(
        _("Einladung ins Forum: %(into)s", into=into),
        _("Sie sind eingeladen, %(role)s. Mit diesem Link legen Sie Ihr Konto an:", role=role),
        link,
        *([_("Darum geht es; danach sind Sie wieder dort:"), about] if about else []),
        _(
            "Er gilt bis zum %(day)s und einmal. Ein Passwort brauchen Sie nicht. Möchten Sie "
            "nicht teilnehmen, dann tun Sie nichts: Ihre Adresse löschen wir nach Ablauf.",
            day=_day(until),
        ),
        why=_for_guests(),
    )


def came_through_link(into: str, link: str) -> Letter:
    """To the address that somebody typed on the page of an organisation's link."""
    return letter(
        _("Bestätigen Sie Ihre Adresse"),
        _(
            "mit diesem Link bestätigen Sie Ihre Adresse. Dann wird Ihr Konto angelegt, und Sie "
            "gehören zu „%(into)s“:",
            into=into,
        ),
        link,
        _("Er gilt sieben Tage und einmal. Waren Sie das nicht, dann tun Sie nichts."),
        why=_for_guests(),
    )


def has_account(into: str, link: str) -> Letter:
    """To an address with an account that somebody typed on the page of an organisation's link."""
    return letter(
        _("Sie haben schon ein Konto"),
        _(
            "jemand ist mit dieser Adresse einer Einladung von „%(into)s“ gefolgt. Zu ihr gibt es "
            "schon ein Konto. Melden Sie sich an und öffnen Sie die Einladung noch einmal:",
            into=into,
        ),
        link,
        _("Waren Sie das nicht, dann tun Sie nichts. An Ihrem Konto hat sich nichts geändert."),
        why=_for_guests(),
    )


def left_party(party: str) -> Letter:
    """To somebody who no longer represents a party."""
    return letter(
        _("Sie vertreten %(party)s nicht mehr", party=party),
        _(
            "Ihr Zugang für „%(party)s“ im Forum ist beendet. Was freigegeben und veröffentlicht "
            "ist, bleibt stehen.",
            party=party,
        ),
    )
