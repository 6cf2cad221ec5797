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
    submission: str | None = None
    """The number of the form it was posted with."""


@dataclass(frozen=True, kw_only=True)
class QuestionAsked(Event):
    """A question is public; it may be put to a party or to the Redaktion."""

    comment_id: int
    recommendation_id: int
    author_id: int
    party_id: int | None
    to_editorial: bool


@dataclass(frozen=True, kw_only=True)
class QuestionAnswered(Event):
    """Whom a question was put to has answered it."""

    question_id: int
    answer_id: int
    recommendation_id: int
    asker_id: int
    party_id: int | None
    """The party that answered; None for the Redaktion."""


@dataclass(frozen=True, kw_only=True)
class AnswerAccepted(Event):
    """Whoever asked, or the Redaktion, says that this answers the question."""

    question_id: int
    answer_id: int
    recommendation_id: int
    asker_id: int
    answerer_id: int
    by_editorial: bool


@dataclass(frozen=True, kw_only=True)
class AnswerReleased(Event):
    """A question is open again: the acceptance was taken back, or the answer is gone."""

    question_id: int


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
