"""What people ask of a thread by its address, and the shape of what they send."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

from markupsafe import Markup

from forum.accounts.bylines import Byline
from forum.deliberation.actions import CHOOSE_A_KIND
from forum.deliberation.asking import PutTo
from forum.deliberation.drafting import Draft, Typed
from forum.deliberation.facets import Order
from forum.deliberation.models import CommentKind, DraftMode
from forum.deliberation.ranked import Cursor
from forum.deliberation.writing import MAX_LENGTH, TextRefused, checked
from forum.kernel import html
from forum.kernel.policy import Decision
from forum.kernel.web import local_path, whole

KINDS = {
    "pro": CommentKind.PRO,
    "contra": CommentKind.CONTRA,
    "frage": CommentKind.QUESTION,
    "hinweis": CommentKind.REMARK,
}
"""The kinds as they stand in addresses and forms."""
MAX_SLUG = 255


@dataclass(frozen=True)
class Asked:
    """What the address asks of a list: which page of it, which kind, which form is open."""

    before: int | None = None
    after: int | None = None
    near: int | None = None
    """A reply that the page of replies has to show."""
    kind: str = ""
    order: str = ""
    bench: str = ""
    organisation: str = ""
    """By their slugs."""
    answered: bool = False
    """Only what the Redaktion has answered."""
    cursor: Cursor | None = None
    pinned: int | None = None
    """A comment that stands on top: one that was just written."""
    reply_to: int | None = None
    editing: int | None = None
    writing: bool = False

    @classmethod
    def of(cls, args: Mapping[str, str]) -> Self:
        """From the query string; what makes no sense is as good as absent."""
        kind, order = args.get("art", ""), args.get("ordnung", "")
        return cls(
            before=whole(args.get("vor")),
            after=whole(args.get("nach")),
            near=whole(args.get("bei")),
            kind=kind if kind in KINDS else "",
            order=order if order in set(Order) else "",
            bench=args.get("bank", "")[:MAX_SLUG],
            organisation=args.get("organisation", "")[:MAX_SLUG],
            answered=args.get("redaktion") == "1",
            cursor=Cursor.of(args.get("weiter", "")),
            pinned=whole(args.get("zeige")),
            reply_to=whole(args.get("antwort")),
            editing=whole(args.get("bearbeiten")),
            writing="neu" in args,
        )

    @property
    def comment_kind(self) -> CommentKind | None:
        """The kind the list is narrowed to."""
        return KINDS.get(self.kind)

    @property
    def is_narrowed(self) -> bool:
        """Whether the list leaves comments out."""
        return bool(self.kind or self.bench or self.organisation or self.answered)

    @property
    def is_later_page(self) -> bool:
        """Whether it is not the first page of the list."""
        return bool(self.before or self.after or self.cursor)

    @property
    def list_args(self) -> dict[str, str]:
        """Order and filters as they stand in an address: which list it is, whatever the page."""
        args = {
            "ordnung": self.order,
            "art": self.kind,
            "bank": self.bench,
            "organisation": self.organisation,
            "redaktion": "1" if self.answered else "",
        }
        return {name: value for name, value in args.items() if value}

    @property
    def page_args(self) -> dict[str, str]:
        """As `list_args`, and which page of it."""
        args = {
            "vor": self.before,
            "nach": self.after,
            "bei": self.near,
            "weiter": self.cursor,
            "zeige": self.pinned,
        }
        return self.list_args | {name: str(value) for name, value in args.items() if value}


def asked_at(back: str) -> Asked:
    """The list somebody was reading when they wrote: its order and filters."""
    asked = Asked.of(dict(parse_qsl(urlsplit(back).query)))
    return Asked(
        kind=asked.kind,
        order=asked.order,
        bench=asked.bench,
        organisation=asked.organisation,
        answered=asked.answered,
    )


def showing(back: str, number: int) -> str:
    """The first page of the list somebody wrote in, with what they wrote on top of it."""
    args = asked_at(back).list_args | {"zeige": str(number)}
    return f"{urlsplit(back).path}?{urlencode(args)}"


@dataclass(frozen=True)
class CommentForm:
    """A comment, a reply or a change, as typed; `errors` by field, each with its sentence."""

    text: str = ""
    kind: str = ""
    about: int = 0
    parent: int | None = None
    put_to: str = ""
    """Whom a question asks: `redaktion`, `partei:<slug>`, or everybody."""
    submission: str = ""
    back: str = ""
    changes: int | None = None
    """The comment that a change is about."""
    seen: str = ""
    """Of a change: which text it began with."""
    edition: int = 0
    """Of the draft that the form was filled from."""
    wish: str = ""
    """The button, where it is not the one that publishes."""
    is_preview: bool = False
    """They ask how it would look; nothing is published."""
    preview: Markup = field(default_factory=Markup)
    similar: Sequence[Any] = ()
    """Of a new comment: contributions that say much the same."""
    errors: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, sent: Mapping[str, str], *, needs_kind: bool) -> Self:
        """From a posted form. A reply names its `parent` and needs no kind."""
        form = cls(
            text=sent.get("text", "").replace("\0", ""),
            kind=sent.get("kind", ""),
            about=whole(sent.get("about")) or 0,
            parent=whole(sent.get("parent")),
            put_to=sent.get("an", ""),
            submission=sent.get("submission", ""),
            back=sent.get("back", ""),
            changes=whole(sent.get("comment")),
            seen=sent.get("seen", ""),
            edition=whole(sent.get("edition")) or 0,
            wish=sent.get("do", ""),
            is_preview=sent.get("do") == "preview",
        )
        errors: dict[str, Any] = {}
        if needs_kind and not form.is_preview and form.parent is None and form.kind not in KINDS:
            errors["kind"] = CHOOSE_A_KIND
        try:
            text = checked(form.text)
        except TextRefused as refused:
            errors["text"] = refused.message
        else:
            if form.is_preview:
                form = replace(form, preview=html.render(text))
        return replace(form, errors=errors)

    @property
    def comment_kind(self) -> CommentKind | None:
        """The kind chosen."""
        return KINDS.get(self.kind)

    @property
    def is_for_later(self) -> bool:
        """Whether a button of the draft was pressed."""
        return self.wish in {"draft", "discard"} or self.wish.startswith("take-")

    @property
    def place(self) -> tuple[DraftMode, int]:
        """Where its draft is kept."""
        if self.changes:
            return DraftMode.EDIT, self.changes
        return (DraftMode.REPLY, self.parent) if self.parent else (DraftMode.NEW, self.about)

    def as_draft(self) -> Typed:
        """What stands in it, to be kept."""
        return Typed(self.text, self.kind, self.put_to, self.seen, self.edition)

    def back_in(self, thread: str) -> str:
        """Where somebody was when they wrote: a page of this thread."""
        back = local_path(self.back, thread)
        return back if urlsplit(back).path.startswith(thread) else thread

    @property
    def addressee(self) -> PutTo:
        """Whom a question asks."""
        name, _colon, slug = self.put_to.partition(":")
        return PutTo(slug if name == "partei" else "", name == "redaktion")


@dataclass(frozen=True)
class OpenForm:
    """A form as a page shows it: what for, where it sends to, and what was typed."""

    mode: str
    """`new`, `reply` or `edit`."""
    number: int
    """Of the comment it answers or changes; 0 for a new one."""
    action: str
    target: str
    """The id of what htmx replaces with the answer."""
    about_id: int
    legend: str
    typed: CommentForm
    parent_id: int | None = None
    may: Decision = Decision(True)  # noqa: RUF009 - it never changes
    """Whether whoever looks may write here; otherwise the reason stands in the form's place."""
    byline: Byline | None = None
    """How the name will stand beside it, where that differs from everything else they write."""
    addressees: tuple[tuple[str, str], ...] = ()
    """Whom a question may be put to: value and words."""
    is_open: bool = True
    is_silent: bool = False
    """Of a change: nobody can have relied on the text yet."""
    suffix: str = ""
    """Of the list it stands in (`Board.suffix`)."""
    token: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    limit: int = MAX_LENGTH
    draft: Draft | None = None
    """What had been written here before, with which the form is filled."""
    comment_id: int = 0
    """Of a change: the comment."""
    overtaken: str | None = None
    """Of a change that came too late: what the comment says now."""

    @property
    def drafts(self) -> str:
        """Where a script keeps what is typed."""
        return self.action.split("/beitraege")[0] + "/entwuerfe"

    @property
    def submission(self) -> str:
        """The form's own number; one that comes back keeps it, so that it still posts once."""
        return self.typed.submission or self.token

    @property
    def anchor(self) -> str:
        """The id of the form."""
        return {"new": f"neuer-beitrag{self.suffix}", "reply": f"antwort-{self.number}"}.get(
            self.mode, f"bearbeiten-{self.number}"
        )
