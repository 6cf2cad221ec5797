"""What happened to comments."""

from dataclasses import dataclass

from forum.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class CommentPosted(Event):
    """A comment or reply is public: written by a confirmed member, or its author now is one."""

    comment_id: int
    recommendation_id: int
    about_id: int
    parent_id: int | None
    author_id: int


@dataclass(frozen=True, kw_only=True)
class CommentEdited(Event):
    """An author changed a comment; `silently` while nobody could have relied on it."""

    comment_id: int
    silently: bool


@dataclass(frozen=True, kw_only=True)
class CommentDeleted(Event):
    """An author took a comment back; its text is gone."""

    comment_id: int


@dataclass(frozen=True, kw_only=True)
class CommentHidden(Event):
    """The moderation hid a comment with a public reason."""

    comment_id: int


@dataclass(frozen=True, kw_only=True)
class CommentRestored(Event):
    """A hidden comment is public again."""

    comment_id: int
