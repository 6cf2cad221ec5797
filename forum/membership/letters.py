"""The mails about membership. Each gives its subject and its body."""

from datetime import datetime

from babel.dates import format_date
from flask import current_app
from flask_babel import gettext as _

from forum.kernel import clock, identity

Letter = tuple[str, str]


def _letter(subject: str, *paragraphs: str) -> Letter:
    return subject, "\n\n".join((_("Guten Tag,"), *paragraphs, identity.name()))


def address_of(path: str) -> str:
    """A page of ours as it stands in a mail."""
    return f"{current_app.config['FORUM'].BASE_URL.rstrip('/')}{path}"


def _day(moment: datetime) -> str:
    return format_date(moment.astimezone(clock.BERLIN).date(), "d. MMMM", locale="de")


def _own_page() -> str:
    return address_of("/konto/organisation")


def waits(name: str, organisation: str) -> Letter:
    """To the contacts, or the administration, when somebody wants to be confirmed."""
    return _letter(
        _("%(name)s wartet auf Bestätigung", name=name),
        _(
            "%(name)s möchte für „%(organisation)s“ im Forum mitreden. Bestätigen Sie, dass die "
            "Person dazugehört, oder lehnen Sie mit einem Grund ab:",
            name=name,
            organisation=organisation,
        ),
        _own_page(),
    )


def confirmed(organisation: str) -> Letter:
    """To a new member."""
    return _letter(
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
    return _letter(
        _("%(name)s ist bestätigt", name=name),
        _("%(name)s gehört jetzt zu Ihrer Organisation im Forum.", name=name),
        _("Bestätigt durch: %(by)s.", by=by),
        _own_page(),
    )


def refused(organisation: str, reason: str) -> Letter:
    """To somebody who was not confirmed."""
    return _letter(
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
    return _letter(
        _("%(name)s wurde nicht bestätigt", name=name),
        _("%(name)s gehört im Forum nicht zu Ihrer Organisation. Der Grund:", name=name),
        reason,
        _("Entschieden durch: %(by)s.", by=by),
    )


def removed(organisation: str, reason: str) -> Letter:
    """To somebody who no longer belongs to an organisation."""
    return _letter(
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
    return _letter(
        _("%(name)s gehört nicht mehr zu Ihrer Organisation", name=name),
        _("Die Zugehörigkeit von %(name)s im Forum ist beendet.", name=name),
        *([_("Der Grund: %(reason)s", reason=reason)] if reason else []),
        _("Veranlasst durch: %(by)s.", by=by),
    )


def orphaned(organisation: str, name: str) -> Letter:
    """To the administration: an organisation has no contact any more."""
    return _letter(
        _("%(organisation)s hat keine Ansprechperson mehr", organisation=organisation),
        _(
            "%(name)s war die letzte Ansprechperson von „%(organisation)s“ und hat die Aufgabe an "
            "die Administration übergeben. Bestätigen Sie bis auf Weiteres, wer dazukommt, und "
            "benennen Sie eine neue Ansprechperson.",
            name=name,
            organisation=organisation,
        ),
    )


def invited(into: str, link: str, until: datetime, *, by_party: bool = False) -> Letter:
    """To somebody who is invited."""
    role = (
        _("„%(into)s“ im Forum zu vertreten", into=into)
        if by_party
        else _("für „%(into)s“ im Forum mitzureden", into=into)
    )
    return _letter(
        _("Einladung ins Forum: %(into)s", into=into),
        _("Sie sind eingeladen, %(role)s. Mit diesem Link legen Sie Ihr Konto an:", role=role),
        link,
        _(
            "Er gilt bis zum %(day)s und einmal. Ein Passwort brauchen Sie nicht. Möchten Sie "
            "nicht teilnehmen, dann tun Sie nichts: Ihre Adresse löschen wir nach Ablauf.",
            day=_day(until),
        ),
    )


def came_through_link(into: str, link: str) -> Letter:
    """To the address that somebody typed on the page of an organisation's link."""
    return _letter(
        _("Bestätigen Sie Ihre Adresse"),
        _(
            "mit diesem Link bestätigen Sie Ihre Adresse. Dann wird Ihr Konto angelegt, und Sie "
            "gehören zu „%(into)s“:",
            into=into,
        ),
        link,
        _("Er gilt sieben Tage und einmal. Waren Sie das nicht, dann tun Sie nichts."),
    )


def has_account(into: str, link: str) -> Letter:
    """To an address with an account that somebody typed on the page of an organisation's link."""
    return _letter(
        _("Sie haben schon ein Konto"),
        _(
            "jemand ist mit dieser Adresse einer Einladung von „%(into)s“ gefolgt. Zu ihr gibt es "
            "schon ein Konto. Melden Sie sich an und öffnen Sie die Einladung noch einmal:",
            into=into,
        ),
        link,
        _("Waren Sie das nicht, dann tun Sie nichts. An Ihrem Konto hat sich nichts geändert."),
    )


def left_party(party: str) -> Letter:
    """To somebody who no longer represents a party."""
    return _letter(
        _("Sie vertreten %(party)s nicht mehr", party=party),
        _(
            "Ihr Zugang für „%(party)s“ im Forum ist beendet. Was freigegeben und veröffentlicht "
            "ist, bleibt stehen.",
            party=party,
        ),
    )
