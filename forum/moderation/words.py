"""What reasons and measures are called in German; everywhere the same, because only here."""

from flask_babel import gettext as _

from forum.moderation.models import Measure, ReportReason


def reason_word(reason: ReportReason) -> str:
    """Why somebody reports a contribution."""
    return {
        ReportReason.ILLEGAL: _("Rechtswidriger Inhalt"),
        ReportReason.INSULT: _("Persönlicher Angriff oder Beleidigung"),
        ReportReason.PRIVATE_DATA: _("Private Angaben über eine Person"),
        ReportReason.ADVERTISING: _("Werbung"),
        ReportReason.OFF_TOPIC: _("Ohne Bezug zur Sache"),
        ReportReason.OTHER: _("Anderer Grund"),
    }[reason]


def measure_word(measure: Measure) -> str:
    """What the moderation did."""
    return {
        Measure.NONE: _("Keine Maßnahme"),
        Measure.HIDE: _("Ausgeblendet"),
        Measure.RESTORE: _("Wieder eingeblendet"),
    }[measure]


def measure_choice(measure: Measure) -> tuple[str, str]:
    """What a moderator may choose, and what it means."""
    return {
        Measure.NONE: (
            _("Stehen lassen"),
            _("Nichts ändert sich. Die Meldenden erfahren den öffentlichen Satz."),
        ),
        Measure.HIDE: (
            _("Ausblenden"),
            _("Der öffentliche Satz bleibt an der Stelle, und Antworten bleiben stehen."),
        ),
        Measure.RESTORE: (_("Wieder einblenden"), _("Der Beitrag ist für alle wieder zu lesen.")),
    }[measure]
