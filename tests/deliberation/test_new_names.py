"""Somebody changes how they appear: it stands so beside all they have written."""

from sqlalchemy import select

from forum.accounts.events import AppearanceChanged
from forum.accounts.models import Appearance
from forum.deliberation.models import Comment
from forum.kernel.db import begin_writing, db
from forum.kernel.events import announce
from forum.recommendations.models import Recommendation, Subject


def test_pages_kept_for_visitors_show_the_new_name_at_once(debate, make, browse):
    debate.comment("Ein Satz.")
    url = f"/empfehlungen/{debate.recommendation.slug}"
    assert "Sabine Krüger" in browse().get(url).text

    def rename():
        begin_writing()
        author = db.session.merge(debate.author)
        author.pseudonym, author.appearance = "Werkbank", Appearance.PSEUDONYM_BENCH
        db.session.flush()
        announce(AppearanceChanged(user_id=author.id))

    make.run(rename)

    text = browse().get(url).text
    assert "Werkbank" in text
    assert "Sabine Krüger" not in text


def test_only_where_they_wrote_and_the_search_hears_of_it(debate, make, work):
    comment = debate.comment("Ein Satz.")
    other = make.recommendation()
    work()

    def revisions():
        return dict(db.session.execute(select(Recommendation.id, Recommendation.revision)).all())

    before = make.run(revisions)
    make.run(lambda: (begin_writing(), announce(AppearanceChanged(user_id=debate.author.id))))
    after = make.run(revisions)

    assert after[debate.recommendation.id] == before[debate.recommendation.id] + 1
    assert after[other.id] == before[other.id]
    due = make.run(lambda: db.session.scalars(select(Subject.id).where(Subject.index_due)).all())
    assert due == [comment.id]
    assert make.run(lambda: db.session.get_one(Comment, comment.id)).author_id == debate.author.id
