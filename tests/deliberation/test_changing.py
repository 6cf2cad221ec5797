"""Authors change and take back; the moderation hides; nothing vanishes silently."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from forum.ballots.models import Tally
from forum.deliberation.models import CommentEdition, Visibility
from forum.kernel.db import db, save
from forum.kernel.errors import Conflict, NotPermitted, SignInRequired
from forum.recommendations.models import Recommendation, Subject
from tests.factories import berlin_summer


def counts(debate):
    return (
        debate.row(Subject, debate.recommendation.id).comment_count,
        debate.row(Recommendation, debate.recommendation.id).comment_count,
    )


def test_within_thirty_minutes_a_correction_is_silent(debate, travel):
    comment = debate.comment("Das ist richtg.")
    travel(timedelta(minutes=29))

    debate.edit(comment, "Das ist richtig.")

    found = debate.again(comment)
    assert (found.source, found.edited_at) == ("Das ist richtig.", None)
    assert "richtig" in found.html


def test_later_the_earlier_text_stays_readable(debate, travel):
    comment = debate.comment("Alt.")
    travel(timedelta(minutes=31))

    debate.edit(comment, "Neu.")

    thread = debate.thread(comment.number)
    assert thread.root.edited_at is not None
    assert [e.html for e in thread.editions[comment.id]] == ["<p>Alt.</p>\n"]


def test_a_reply_ends_the_silence(debate):
    comment = debate.comment("Alt.")
    debate.comment(parent=comment)

    debate.edit(comment, "Neu.")

    assert debate.again(comment).edited_at is not None


def test_a_rating_ends_the_silence_and_writes_nothing_here(debate):
    comment = debate.comment("Alt.")
    debate.run(lambda: save(Tally(subject_id=comment.id, agree=1)))
    assert not debate.again(comment).answered_or_rated

    debate.edit(comment, "Neu.")

    assert debate.again(comment).edited_at is not None


def test_the_same_text_again_changes_nothing(debate, travel):
    comment = debate.comment("Gleich.")
    travel(timedelta(hours=1))

    debate.edit(comment, " Gleich. ")

    assert debate.again(comment).edited_at is None


def test_nobody_changes_the_text_of_another(debate, make):
    comment = debate.comment()

    with pytest.raises(NotPermitted):
        debate.edit(comment, "Untergeschoben.", author=make.member())
    with pytest.raises(NotPermitted):
        debate.delete(comment, author=make.member())


def test_nothing_is_changed_once_commenting_is_over(debate, travel):
    comment = debate.comment()
    travel(berlin_summer(9, 1) + timedelta(seconds=1))

    with pytest.raises(NotPermitted, match="beendet"):
        debate.edit(comment, "Zu spät.")


def test_deleting_leaves_the_place_and_takes_every_text(debate, travel):
    comment = debate.comment("Alt.")
    reply = debate.comment("Bleibt.", parent=comment)
    debate.edit(comment, "Neu.")

    debate.delete(comment)

    found = debate.again(comment)
    assert (found.visibility, found.source, found.html) == (Visibility.DELETED, "", "")
    assert debate.run(lambda: db.session.scalars(select(CommentEdition)).all()) == []
    assert debate.row(Subject, comment.id).index_due
    thread = debate.thread(comment.number)
    assert str(thread.root.byline) == ""
    assert [r.number for r in thread.root.replies] == [reply.number]
    assert counts(debate) == (1, 1)


def test_deleting_is_possible_after_the_phase_but_only_once_and_signed_in(debate, travel, make):
    comment = debate.comment()
    travel(berlin_summer(9, 10))
    from forum.accounts.models import Visitor

    with pytest.raises(SignInRequired):
        debate.delete(comment, author=Visitor())
    debate.delete(comment)
    with pytest.raises(NotPermitted, match="schon gelöscht"):
        debate.delete(comment)


def test_hiding_keeps_the_place_with_its_reason_and_can_be_undone(debate):
    comment = debate.comment("Unfreundlich.")
    debate.comment("Bleibt.", parent=comment)
    revision = debate.row(Recommendation, debate.recommendation.id).revision

    debate.hide(comment, "Persönlicher Vorwurf (Regel 2).")

    [hidden] = debate.listing().comments
    assert hidden.hidden_reason == "Persönlicher Vorwurf (Regel 2)."
    assert hidden.html == ""
    assert [r.html for r in hidden.replies] == ["<p>Bleibt.</p>\n"]
    assert counts(debate) == (1, 1)
    assert debate.row(Recommendation, debate.recommendation.id).revision > revision

    debate.hide(comment, "Anders begründet.")
    assert counts(debate) == (1, 1)

    debate.hide(comment, None)
    [shown] = debate.listing().comments
    assert shown.html == "<p>Unfreundlich.</p>\n"
    assert counts(debate) == (2, 2)


def test_what_is_deleted_cannot_be_hidden_or_shown_again(debate):
    comment = debate.comment()
    debate.delete(comment)

    with pytest.raises(Conflict):
        debate.hide(comment, None)


def test_a_hidden_comment_cannot_be_changed_but_taken_back(debate):
    comment = debate.comment()
    debate.hide(comment)

    with pytest.raises(NotPermitted):
        debate.edit(comment, "Anders.")
    debate.delete(comment)

    assert debate.again(comment).visibility is Visibility.DELETED
    assert counts(debate) == (0, 0)
