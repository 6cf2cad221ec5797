"""Who keeps drafts, shows them to colleagues, and remarks on them."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from forum.accounts.models import Role
from forum.accounts.policy import has_consented
from forum.kernel.policy import Rule, condition


@dataclass(frozen=True)
class Paper:
    """A draft as the rules see it; None for what does not exist yet."""

    author_id: int | None = None
    organisation_id: int | None = None
    """Whose people may read it now."""


@condition(_l("Entwürfe bewahren wir für Mitglieder auf."))
def speaks_as_member(actor: Any, _paper: object) -> bool:
    """Neither staff nor a party's representative, whatever other roles the account holds."""
    return not actor.is_staff and actor.party_id is None


@condition(_l("Ändern kann diesen Entwurf nur, wer ihn geschrieben hat."))
def is_author(actor: Any, paper: Paper) -> bool:
    """Only the author edits, shows and posts it."""
    return paper.author_id is None or paper.author_id == actor.id


@condition(
    _l("Zeigen können Sie Entwürfe, sobald Ihre Organisation Ihre Mitgliedschaft bestätigt hat.")
)
def has_colleagues(actor: Any, _paper: object) -> bool:
    """A confirmed member of an organisation."""
    return actor.organisation_id is not None and actor.member_since is not None


@condition(_l("Dieser Entwurf wird Ihnen nicht mehr gezeigt."))
def is_shown_to(actor: Any, paper: Paper) -> bool:
    """The author, or somebody of the organisation it is shown to."""
    if paper.author_id == actor.id:
        return True
    return (
        paper.organisation_id is not None
        and actor.organisation_id == paper.organisation_id
        and actor.member_since is not None
    )


_MEMBERS = _l("Entwürfe bewahren wir für Mitglieder auf.")

READ = Rule("draft.read", [Role.MEMBER], speaks_as_member, refusal=_MEMBERS)
WRITE = Rule(
    "draft.write", [Role.MEMBER], speaks_as_member, is_author, has_consented, refusal=_MEMBERS
)
# Taking one's own text away again needs no consent.
DELETE = Rule("draft.delete", [Role.MEMBER], is_author, refusal=_MEMBERS)
SHOW = Rule(
    "draft.show",
    [Role.MEMBER],
    speaks_as_member,
    is_author,
    has_colleagues,
    has_consented,
    refusal=_MEMBERS,
)
REMARK = Rule(
    "draft.remark",
    [Role.MEMBER],
    speaks_as_member,
    is_shown_to,
    has_consented,
    refusal=_MEMBERS,
)
