"""Orders and filters of comments: every comment stands in its lists, each exactly once."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, select, text, update

from forum.accounts.events import AppearanceChanged
from forum.accounts.models import Appearance, Bench, Role, User
from forum.ballots.models import Tally
from forum.deliberation import bridging, ranked, ranking
from forum.deliberation.facets import Filters, Order
from forum.deliberation.models import Comment, CommentKind, CommentRank, Visibility, Voice
from forum.deliberation.ranked import Cursor
from forum.kernel import clock
from forum.kernel.db import begin_writing, db, save
from forum.kernel.events import announce
from tests.ballots.voting import Polls
from tests.factories import BENCHES
from tests.threads.test_statements import many

SIX = [(9, 0, 1), (2, 2, 6), (5, 0, 5)]


@pytest.fixture
def talk(debate):
    """Comments by people of three organisations; rated, hidden and answered as a test says."""
    return Talk(debate)


class Talk:
    def __init__(self, debate):
        self.debate = debate
        self.people = [
            debate.author,
            debate.make.member(bench="gewerkschaften", name="Tarek Lang"),
            debate.make.member(
                bench="arbeitgeber",
                pseudonym="Werkbank",
                appearance=Appearance.PSEUDONYM_BENCH,
            ),
        ]
        self.editor = debate.make.user(Role.EDITOR, name="Rita Redaktion", member=True)
        self.about = debate.run(
            lambda: db.session.scalars(text("SELECT id FROM paragraphs ORDER BY id LIMIT 1")).one()
        )

    def rate(self, comment_id, *counts):
        """Figures by bench as a snapshot publishes them."""

        def put():
            benches = db.session.scalars(select(Bench.id).order_by(Bench.position)).all()
            shown = [
                {"bench": bench, "agree": a, "neutral": n, "against": d}
                for bench, (a, n, d) in zip(benches, counts, strict=False)
            ]
            db.session.execute(delete(Tally).where(Tally.subject_id == comment_id))
            save(
                Tally(
                    subject_id=comment_id,
                    agree=sum(c[0] for c in counts),
                    neutral=sum(c[1] for c in counts),
                    against=sum(c[2] for c in counts),
                    benches=shown,
                    benches_at=clock.now(),
                    orders_due=True,
                )
            )

        self.debate.run(put)

    def page(self, order=Order.BRIDGE, *, about=None, **more):
        key = self.debate.recommendation.id
        return self.debate.run(lambda: ranked.page(about or key, key, order=order, **more))

    def numbers(self, order=Order.BRIDGE, **more):
        return [view.number for view in self.page(order, **more).comments]


def walk(scope_id, recommendation_id, order, chosen, limit=7):
    """All comments of a list, page by page, forwards."""
    seen, place = [], {}
    for _page in range(40):
        found = ranked.page(
            scope_id, recommendation_id, order=order, chosen=chosen, limit=limit, **place
        )
        seen += [view.number for view in found.comments]
        assert len(found.comments) <= limit
        if found.older:
            place = {"before": found.older}
        elif found.further:
            assert str(Cursor.of(found.further)) == found.further
            place = {"cursor": Cursor.of(found.further)}
        else:
            return seen
    raise AssertionError("The list never ends.")


COUNT = 45
_one = st.tuples(
    st.sampled_from(tuple(CommentKind)),
    st.sampled_from([Visibility.VISIBLE] * 6 + [Visibility.HIDDEN, Visibility.DELETED]),
    st.integers(0, 2),
    st.sampled_from([[], [], [(9, 0, 1)], [(8, 1, 1), (6, 1, 2)], [(8, 1, 1), (6, 1, 2)]]),
    st.booleans(),
)


def test_walking_all_pages_of_any_list_shows_each_comment_exactly_once(talk, travel):
    debate = talk.debate
    for n in range(COUNT):
        debate.comment(f"Nr. {n}", about=talk.about if n % 3 else None)
    key = debate.recommendation.id

    @settings(max_examples=25, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(_one, min_size=COUNT, max_size=COUNT),
        st.sampled_from(tuple(Order)),
        st.sampled_from([None, CommentKind.PRO]),
        st.sampled_from([None, "bench", "organisation"]),
        st.booleans(),
        st.booleans(),
        st.integers(0, 400),
    )
    def each_once(made, order, kind, who, answered, narrow, day):
        travel(timedelta(days=day))

        def put():
            benches = db.session.scalars(select(Bench.id).order_by(Bench.position)).all()
            db.session.execute(delete(Tally))
            db.session.execute(delete(Comment).where(Comment.root_id.is_not(None)))
            rows = db.session.scalars(
                select(Comment).where(Comment.root_id.is_(None)).order_by(Comment.number)
            ).all()
            for row, (its_kind, visibility, person, counts, _answered) in zip(
                rows, made, strict=True
            ):
                row.kind, row.visibility = its_kind, visibility
                row.hidden_reason = "Regel 2." if visibility is Visibility.HIDDEN else None
                row.author_id = talk.people[person].id
                if counts:
                    shown = [
                        {"bench": b, "agree": a, "neutral": n, "against": d}
                        for b, (a, n, d) in zip(benches, counts, strict=False)
                    ]
                    db.session.add(Tally(subject_id=row.id, benches=shown, benches_at=clock.now()))
            db.session.flush()
            ranking.relist(row.id for row in rows)
            for row, (*_rest, is_answered) in zip(rows, made, strict=True):
                # As an answer of the Redaktion would: written by `relist`, tested on its own.
                if is_answered:
                    copies = db.session.execute(
                        select(CommentRank.__table__).where(CommentRank.comment_id == row.id)
                    ).mappings()
                    db.session.execute(
                        CommentRank.__table__.insert(),
                        [dict(copy) | {"facet": copy["facet"] + 8} for copy in copies.all()],
                    )

        debate.run(put)
        person = talk.people[1]
        chosen = Filters(
            kind=kind,
            bench_id=person.bench.id if who == "bench" else None,
            organisation_id=person.organisation_id if who == "organisation" else None,
            answered=answered,
        )
        expected = {
            number
            for number, (its_kind, visibility, by, _counts, is_answered) in enumerate(made, 1)
            if (kind is None or its_kind is kind)
            and (who is None or (by == 1 and visibility is Visibility.VISIBLE))
            and (not answered or is_answered)
            and (not narrow or (number - 1) % 3)
        }
        scope = talk.about if narrow else key
        found = debate.run(lambda: walk(scope, key, order, chosen))
        assert len(found) == len(set(found))
        assert set(found) == expected

    each_once()


def test_bridge_puts_support_across_benches_first(talk, work):
    one_bench, bridged, split, fresh = (talk.debate.comment(f"Nr. {n}") for n in range(4))
    talk.rate(one_bench.id, (6, 0, 0))
    talk.rate(bridged.id, (8, 1, 1), (9, 0, 1), (7, 2, 1))
    talk.rate(split.id, (10, 0, 0), (0, 0, 10))
    assert talk.numbers() == [4, 3, 2, 1], "without scores the newest stand on top"
    work()
    assert talk.numbers() == [bridged.number, split.number, one_bench.number, fresh.number]
    assert talk.numbers(Order.CONTROVERSIAL)[0] == split.number
    assert talk.numbers(Order.NEWEST) == [4, 3, 2, 1]


def test_equal_scores_put_the_newer_first(talk, work):
    for _ in range(3):
        talk.rate(talk.debate.comment().id, (8, 1, 1), (6, 1, 2))
    work()
    assert talk.numbers() == [3, 2, 1]
    assert talk.numbers(Order.CONTROVERSIAL) == [3, 2, 1]


def test_scores_follow_real_votes_once_benches_are_shown(app, make, debate, talk, work):
    polls = Polls(app, make)
    low, high = debate.comment("Strittig."), debate.comment("Einigend.")
    debate.comment("Ohne Stimmen.")
    voters = [make.member(bench=bench) for bench in BENCHES[:2] for _ in range(5)]
    for person in voters:
        polls.cast(person, high.id, 1)
        polls.cast(person, low.id, -1)
    before = debate.again(low)
    assert talk.numbers() == [3, 2, 1]
    revision = debate.run(lambda: db.session.scalar(text("SELECT revision FROM recommendations")))

    work()

    assert talk.numbers() == [2, 1, 3]
    assert debate.again(low).answered_or_rated == before.answered_or_rated
    assert revision < debate.run(
        lambda: db.session.scalar(text("SELECT revision FROM recommendations"))
    ), "pages kept for visitors are rendered again"
    work()
    assert not debate.run(
        lambda: db.session.scalar(select(Tally.subject_id).where(Tally.orders_due))
    )


def test_four_of_the_first_twenty_are_drawn_by_lot_and_others_tomorrow(talk, work, travel):
    for n in range(60):
        comment = talk.debate.comment(f"Nr. {n}")
        if n < 30:
            talk.rate(comment.id, (8, 1, 1), (6, 1, 2))
    work()

    page = talk.page()
    drawn = [i for i, view in enumerate(page.comments, 1) if view.id in page.drawn]
    assert drawn == [5, 10, 15, 20]
    today = [view.number for view in page.comments if view.id in page.drawn]
    assert all(number > 30 for number in today)
    start = bridging.day_point(clock.today())
    ring = sorted(range(31, 61), key=lambda n: (bridging.lot(n) - start) % bridging.RING)
    assert today == ring[:4]
    assert [v.number for v in talk.page().comments if v.id in talk.page().drawn] == today

    travel(timedelta(days=1))
    later = talk.page()
    assert {v.number for v in later.comments if v.id in later.drawn} != set(today)


def test_a_page_begun_yesterday_goes_on_as_it_began(talk, work, travel):
    for n in range(50):
        comment = talk.debate.comment(f"Nr. {n}")
        if n < 30:
            talk.rate(comment.id, (8, 1, 1), (6, 1, 2))
    work()
    first = talk.page()
    travel(timedelta(days=1))
    second = talk.page(cursor=Cursor.of(first.further))
    third = talk.page(cursor=Cursor.of(second.further))
    seen = [view.number for page in (first, second, third) for view in page.comments]
    assert sorted(seen) == list(range(1, 51))


def test_hidden_comments_are_never_drawn_and_their_authors_are_told_by_no_filter(talk):
    comment = talk.debate.comment()
    by = Filters(organisation_id=talk.debate.author.organisation_id)
    assert talk.numbers(chosen=by) == [1]

    talk.debate.hide(comment)
    assert talk.numbers(chosen=by) == []
    assert talk.numbers(chosen=Filters(bench_id=talk.debate.author.bench.id)) == []
    assert talk.numbers() == talk.numbers(chosen=Filters(kind=CommentKind.PRO)) == [1]
    row = talk.debate.run(lambda: db.session.scalars(select(CommentRank)).first())
    assert row.lot is None

    talk.debate.hide(comment, None)
    assert talk.numbers(chosen=by) == [1]
    talk.debate.delete(comment)
    assert talk.numbers(chosen=by) == []
    assert talk.numbers() == [1]


def test_a_hidden_comment_loses_its_score_and_gets_it_back(talk, work):
    comment, other = talk.debate.comment(), talk.debate.comment()
    talk.rate(comment.id, (9, 0, 0), (9, 0, 0))
    work()
    assert talk.numbers() == [comment.number, other.number]
    talk.debate.hide(comment)
    work()
    assert talk.numbers() == [other.number, comment.number]
    talk.debate.hide(comment, None)
    work()
    assert talk.numbers() == [comment.number, other.number]


def test_who_appears_otherwise_is_found_by_bench_and_not_by_organisation(talk):
    author = talk.people[2]
    talk.debate.comment(author=author)
    assert talk.numbers(chosen=Filters(bench_id=author.bench.id)) == [1]
    assert talk.numbers(chosen=Filters(organisation_id=author.organisation_id)) == []


def test_a_new_name_moves_what_was_written_to_other_lists_at_once(talk):
    author = talk.debate.author
    talk.debate.comment()
    by = Filters(organisation_id=author.organisation_id)
    assert talk.numbers(chosen=by) == [1]

    def rename():
        begin_writing()
        db.session.execute(
            update(User).where(User.id == author.id).values(appearance=Appearance.NAME_BENCH)
        )
        announce(AppearanceChanged(user_id=author.id))

    talk.debate.run(rename)
    assert talk.numbers(chosen=by) == []
    assert talk.numbers(chosen=Filters(bench_id=author.bench.id)) == [1]


def test_an_answer_of_the_redaktion_marks_its_first_comment(talk):
    first, other = talk.debate.comment(), talk.debate.comment()

    def answer():
        root = db.session.get_one(Comment, first.id)
        mine = db.session.get_one(Comment, other.id)
        mine.root_id = mine.parent_id = root.id
        mine.kind, mine.reply_rank, mine.author_id = None, 1, talk.editor.id
        mine.voice = Voice.EDITORIAL
        db.session.flush()
        ranking.relist([first.id, other.id])

    assert talk.numbers(chosen=Filters(answered=True)) == []
    talk.debate.run(answer)
    assert talk.numbers(chosen=Filters(answered=True)) == [first.number]
    assert talk.numbers() == [first.number]


@pytest.mark.parametrize("value", ["", "1", "1.2", "a.b.c", "1.2.3.4", "9" * 40 + ".1.1", "-2.1.1"])
def test_an_invented_place_is_as_good_as_none(value):
    assert Cursor.of(value) is None


@pytest.mark.parametrize("order", list(Order))
def test_a_page_reads_a_range_of_an_index_however_long_the_list(debate, order):
    many(debate, 4000)
    key = debate.recommendation.id
    by = Filters(organisation_id=debate.author.organisation_id)

    def plan():
        sent = []

        def remember(_connection, _cursor, statement, parameters, *_rest):
            sent.append((statement, parameters))

        is_sqlite = db.engine.dialect.name == "sqlite"
        db.session.execute(text("ANALYZE"))
        event.listen(db.engine, "before_cursor_execute", remember)
        try:
            ranked.page(key, key, order=order, chosen=by)
        finally:
            event.remove(db.engine, "before_cursor_execute", remember)
        [(statement, parameters)] = sent
        explain = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
        rows = db.session.connection().exec_driver_sql(explain + statement, parameters)
        return "\n".join(str(row[-1]) for row in rows)

    found = debate.run(plan)
    index = {
        Order.NEWEST: ("USING PRIMARY KEY", "pk_comment_ranks"),
        Order.BRIDGE: ("ix_comment_ranks_bridge", "ix_comment_ranks_bridge"),
        Order.CONTROVERSIAL: ("ix_comment_ranks_controversy", "ix_comment_ranks_controversy"),
    }[order]
    assert any(name in found for name in index), found
    assert "SCAN comment_ranks" not in found
    assert "Seq Scan on comment_ranks" not in found
