"""What tests of comments share."""

import pytest

from forum.accounts.models import User
from forum.deliberation import actions, ranked, replies
from forum.deliberation.facets import Filters
from forum.deliberation.models import Comment, CommentKind
from forum.kernel.db import db


def _listing(recommendation_id, *, about_id=None, kind=None, **more):
    chosen = Filters(kind=kind, **more.pop("by", {}))
    return ranked.page(about_id or recommendation_id, recommendation_id, chosen=chosen, **more)


class Debate:
    """Writes comments through the product's own actions."""

    def __init__(self, make):
        self.make = make
        self.recommendation = make.recommendation()
        self.author = make.member(name="Sabine Krüger")

    def comment(self, text="Das ist richtig.", *, author: User | None = None, about=None, **more):
        """A first comment, or a reply when `parent` is given."""
        parent = more.pop("parent", None)
        about = parent.about_id if parent else about or self.recommendation.id
        return self.make.run(
            lambda: actions.post_comment(
                author or self.author,
                about,
                None if parent else more.pop("kind", CommentKind.PRO),
                text,
                parent.id if parent else None,
                **more,
            )
        )

    def run(self, call):
        """Run in a write transaction of its own."""
        return self.make.run(call)

    def edit(self, comment, text, author=None):
        return self.make.run(lambda: actions.edit_comment(author or self.author, comment.id, text))

    def delete(self, comment, author=None):
        return self.make.run(lambda: actions.delete_comment(author or self.author, comment.id))

    def hide(self, comment, reason="Persönlicher Vorwurf ohne Bezug zur Sache (Regel 2)."):
        return self.make.run(lambda: actions.set_hidden(comment.id, reason))

    def again(self, comment) -> Comment:
        """The comment as the database has it now."""
        return self.make.run(lambda: db.session.get_one(Comment, comment.id))

    def row(self, model, key):
        return self.make.run(lambda: db.session.get_one(model, key))

    def listing(self, **more):
        return self.make.run(lambda: _listing(self.recommendation.id, **more))

    def thread(self, number, **more):
        return self.make.run(lambda: replies.thread(self.recommendation.id, number, **more))


@pytest.fixture
def debate(make):
    return Debate(make)
