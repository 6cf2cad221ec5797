"""What can be followed, as pages and mails speak of it."""

from dataclasses import dataclass

from forum.recommendations.models import SubjectKind

KINDS = frozenset({SubjectKind.RECOMMENDATION, SubjectKind.PARAGRAPH})
"""Subjects that anybody can follow; one's own comments and amendments come on top."""
OWN = frozenset({SubjectKind.COMMENT, SubjectKind.AMENDMENT})


@dataclass(frozen=True)
class Target:
    """A subject or a party: one of both."""

    subject_id: int | None = None
    party_id: int | None = None

    @property
    def number(self) -> int:
        """One number for both, as forms are stamped with."""
        return self.subject_id or -(self.party_id or 0)

    @property
    def anchor(self) -> str:
        """The id of its button."""
        return f"folgen-{self.subject_id}" if self.subject_id else f"folgen-partei-{self.party_id}"


@dataclass(frozen=True)
class Place:
    """A target with its words and its page."""

    target: Target
    label: str
    """„Abschnitt 3 der Empfehlung ‚Berufsschulen‘“, „Die Partei A“."""
    url: str
    what: str
    """What comes of following it, in a sentence."""
    path: str
    """The address of its page about following."""
    is_own: bool = False
