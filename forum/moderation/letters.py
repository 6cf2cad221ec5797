"""The mails of the moderation."""

from flask import current_app
from flask_babel import gettext as _

from forum.deliberation.described import Described
from forum.kernel import identity
from forum.moderation.models import Measure, Report, RuleClause, Verdict
from forum.moderation.words import measure_word, reason_word


def address_of(subject_id: int) -> str:
    """Where a contribution stands, as an address for mails."""
    return f"{current_app.config['FORUM'].BASE_URL}/stelle/{subject_id}"


def receipt_letter(report: Report, subject: Described) -> str:
    """What a reporter reads at once."""
    return _(
        "Guten Tag,\n\n"
        "Ihre Meldung %(receipt)s zu %(what)s (Empfehlung „%(title)s“) ist eingegangen.\n"
        "%(link)s\n\n"
        "Grund: %(reason)s\n\n"
        "Die Moderation liest jede Meldung selbst und entscheidet darüber. "
        "Sie erhalten die Entscheidung mit ihrer Begründung an diese Adresse.\n\n"
        "%(house)s",
        house=identity.name(),
        receipt=report.receipt,
        what=subject.label,
        title=subject.title,
        link=address_of(subject.id),
        reason=reason_word(report.reason),
    )


def author_letter(
    verdict: Verdict, clause: RuleClause | None, subject: Described, *, reported: bool
) -> tuple[str, str]:
    """What the author reads: what was done, under which rule, why, and how to object."""
    if verdict.measure is Measure.RESTORE:
        return _("%(what)s ist wieder zu lesen", what=subject.label), _(
            "Guten Tag,\n\n"
            "Ihr Beitrag ist wieder zu lesen: %(what)s zur Empfehlung „%(title)s“.\n%(link)s\n\n"
            "Begründung: %(reason)s\n\n"
            "%(house)s",
            house=identity.name(),
            what=subject.label,
            title=subject.title,
            link=address_of(subject.id),
            reason=verdict.reason_to_author,
        )
    rule = (
        _("Regel %(n)s, %(title)s: %(text)s", n=clause.number, title=clause.title, text=clause.text)
        if clause
        else ""
    )
    cause = (
        _("Anlass war eine Meldung.") if reported else _("Die Moderation hat ihn selbst gelesen.")
    )
    return _("%(what)s wurde ausgeblendet", what=subject.label), _(
        "Guten Tag,\n\n"
        "die Moderation hat Ihren Beitrag ausgeblendet: %(what)s zur Empfehlung „%(title)s“.\n"
        "%(link)s\n\n"
        "%(rule)s\n\n"
        "Begründung: %(reason)s\n\n"
        "An der Stelle steht jetzt für alle: %(public)s\n\n"
        "Die Ausblendung gilt für alle Seiten und die Suche, bis sie aufgehoben wird; Antworten "
        "bleiben stehen. %(cause)s Entschieden hat ein Mensch, kein Programm.\n\n"
        "Sie können binnen sechs Monaten widersprechen: Antworten Sie auf diese Mail und schreiben "
        "Sie, warum Sie die Entscheidung für falsch halten. Eine andere Person prüft sie neu.\n\n"
        "%(house)s",
        house=identity.name(),
        what=subject.label,
        title=subject.title,
        link=address_of(subject.id),
        rule=rule,
        reason=verdict.reason_to_author,
        public=verdict.public_reason,
        cause=cause,
    )


def reporter_letter(report: Report, verdict: Verdict, subject: Described) -> tuple[str, str]:
    """What a reporter reads in the end."""
    return _("Entscheidung zu Ihrer Meldung %(receipt)s", receipt=report.receipt), _(
        "Guten Tag,\n\n"
        "über Ihre Meldung %(receipt)s zu %(what)s (Empfehlung „%(title)s“) ist entschieden.\n"
        "%(link)s\n\n"
        "Ergebnis: %(measure)s\n"
        "%(public)s\n\n"
        "Entschieden hat ein Mensch, kein Programm. Wenn Sie die Entscheidung für falsch halten, "
        "antworten Sie binnen sechs Monaten auf diese Mail. Eine andere Person prüft sie neu.\n\n"
        "%(house)s",
        house=identity.name(),
        receipt=report.receipt,
        what=subject.label,
        title=subject.title,
        link=address_of(subject.id),
        measure=measure_word(verdict.measure),
        public=verdict.public_reason,
    )


def settled_letter(report: Report, subject: Described) -> tuple[str, str]:
    """What a reporter reads when the author took the contribution back first."""
    return _("Ihre Meldung %(receipt)s ist erledigt", receipt=report.receipt), _(
        "Guten Tag,\n\n"
        "Ihre Meldung %(receipt)s zu %(what)s (Empfehlung „%(title)s“) ist erledigt.\n"
        "%(link)s\n\n"
        "Der Beitrag wurde von der Verfasserin oder dem Verfasser gelöscht, bevor die Moderation "
        "entschieden hat. An der Stelle steht nur noch, dass er gelöscht ist.\n\n"
        "%(house)s",
        house=identity.name(),
        receipt=report.receipt,
        what=subject.label,
        title=subject.title,
        link=address_of(subject.id),
    )
