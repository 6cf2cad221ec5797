"""News as lists and mails tell them: plain values, read in the moment they are shown or sent."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from forum.following.models import NewsKind, Reason


@dataclass(frozen=True, kw_only=True)
class Quote:
    """Words that somebody refers to, with what they are called."""

    label: str
    text: str

    def short(self, limit: int) -> str:
        """The beginning, cut between two words."""
        if len(self.text) <= limit:
            return self.text
        return self.text[:limit].rsplit(" ", 1)[0].rstrip(" ,;:–") + " …"


@dataclass(frozen=True, kw_only=True)
class Item:
    """One piece of news for one person."""

    notice_id: int
    kind: NewsKind
    reason: Reason
    happened_at: datetime
    is_unread: bool = False
    headline: str
    who: str = ""
    """What stands beside the name of whoever wrote it."""
    where: str = ""
    """„Zu Abschnitt 3 der Empfehlung ‚Berufsschulen‘“."""
    text: str = ""
    """What was said, as it was typed."""
    own: Quote | None = None
    """What of theirs it answers."""
    about: Quote | None = None
    """The Abschnitt, or whatever else it is about."""
    url: str = ""
    reply_url: str = ""
    """Where the form to answer opens; empty where answering is closed."""
    own_id: int | None = None
    """The contribution of theirs whose answers they can switch off."""

    @property
    def is_gone(self) -> bool:
        """It can no longer be read."""
        return not self.url

    @property
    def why(self) -> str:
        """Why it came, in a sentence."""
        return {
            Reason.ANSWERED: _("Sie bekommen das, weil es Ihren Beitrag beantwortet."),
            Reason.IN_THREAD: _("Sie bekommen das, weil es unter Ihrem Beitrag steht."),
            Reason.OWN: _("Sie bekommen das, weil es um Ihren eigenen Beitrag geht."),
            Reason.RECOMMENDATION: _("Sie bekommen das, weil Sie dieser Empfehlung folgen."),
            Reason.PARAGRAPH: _("Sie bekommen das, weil Sie diesem Abschnitt folgen."),
            Reason.PARTY: _("Sie bekommen das, weil Sie dieser Partei folgen."),
        }[self.reason]
