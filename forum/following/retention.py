"""How long we keep what belongs to following. The house decides on it under `/verwaltung`."""

from flask_babel import lazy_gettext as _l

from forum.kernel.settings import Setting

NEWS_KEPT = Setting(
    "retention.news", 180, 14, 3650,
    _l("Neuigkeiten im Konto (Tage)"),
    _l("So lange steht unter „Neuigkeiten“, was geschehen ist; danach wird es vergessen."),
)  # fmt: skip
UNCONFIRMED = Setting(
    "retention.unconfirmed_follow", 7, 1, 30,
    _l("Unbestätigtes Folgen per E-Mail (Tage)"),
    _l(
        "So lange gilt der Link, mit dem jemand ohne Konto die Adresse bestätigt. Danach ist die "
        "Adresse gelöscht."
    ),
)  # fmt: skip
