"""Replies to replies: three levels, read from top to bottom, in pages that meet."""

from hypothesis import given
from hypothesis import strategies as st

from forum.deliberation.ordering import LEVELS, MAX_RANK, place_of


def test_replies_stand_below_what_they_answer(debate):
    root = debate.comment()
    one = debate.comment("1", parent=root)
    two = debate.comment("2", parent=root)
    below = debate.comment("1.1", parent=one)
    third = debate.comment("1.1.1", parent=below)
    deeper = debate.comment("1.1.1.1", parent=third)
    late = debate.comment("1.2", parent=one)

    found = debate.thread(root.number).root.replies

    assert [r.id for r in found] == [c.id for c in (one, below, third, deeper, late, two)]
    assert [r.level for r in found] == [1, 2, 3, 3, 2, 1]


def test_what_lies_deeper_says_whom_it_answers(debate, make):
    other = make.member(name="Jana Lang")
    root = debate.comment()
    chain = [debate.comment(parent=root)]
    for _ in range(3):
        chain.append(debate.comment(parent=chain[-1], author=other))

    found = debate.thread(root.number).root.replies

    assert [r.is_apart for r in found] == [False, False, False, True]
    assert found[3].parent_number == chain[2].number
    assert found[3].answered.name == "Jana Lang"


def test_a_page_shows_the_tree_to_the_eye_and_in_words(browse, debate, make):
    other = make.member(name="Jana Lang")
    root = debate.comment()
    chain = [root]
    for _ in range(4):
        chain.append(debate.comment(parent=chain[-1], author=other))
    url = f"/empfehlungen/{debate.recommendation.slug}/beitraege/1"

    page = browse().get(url)

    assert "level-2" in page.select_one("#beitrag-3")["class"]
    assert "level-3" in page.select_one("#beitrag-4")["class"]
    assert "level-3" in page.select_one("#beitrag-5")["class"]
    said = page.select_one("#beitrag-5 .meta")
    assert "antwortet auf Jana Lang, Beitrag 4" in " ".join(said.text.split())
    assert said.select_one("a[href='#beitrag-4']")
    assert "antwortet auf" not in page.select_one("#beitrag-4 .meta").text


def test_whom_a_reply_answers_is_said_where_that_stands_on_another_page(debate, make):
    other = make.member(name="Jana Lang")
    root = debate.comment()
    first = debate.comment(parent=root, author=other)
    for _ in range(52):
        last = debate.comment(parent=first)

    page = debate.thread(root.number, near=last.number).root.replies

    assert first.number not in [r.number for r in page]
    assert page[0].is_apart
    assert page[0].is_elsewhere
    assert page[0].answered.name == "Jana Lang"
    debate.hide(first)
    assert debate.thread(root.number, near=last.number).root.replies[0].answered is None


def test_pages_of_a_tree_meet_without_gaps_in_both_directions(debate):
    root = debate.comment()
    tops = [debate.comment(parent=root) for _ in range(4)]
    for n in range(116):
        debate.comment(parent=tops[n % 4])

    forth, after = [], None
    while True:
        page = debate.thread(root.number, after=after)
        forth += [r.number for r in page.root.replies]
        if page.later is None:
            break
        after = page.later
    back, before = [], forth[-1]
    while before is not None:
        page = debate.thread(root.number, before=before)
        back = [r.number for r in page.root.replies] + back
        before = page.earlier

    assert len(set(forth)) == 120
    assert back == forth[:-1]
    for number in forth:
        near = debate.thread(root.number, near=number)
        assert number in [r.number for r in near.root.replies]


def test_a_cursor_that_points_elsewhere_shows_the_beginning(debate):
    root, elsewhere = debate.comment(), debate.comment()
    reply = debate.comment(parent=root)

    page = debate.thread(root.number, after=elsewhere.number)

    assert [r.number for r in page.root.replies] == [reply.number]


def test_a_pages_statements_do_not_grow_with_the_thread(debate, count_queries):
    root = debate.comment()
    reply = root
    for _ in range(60):
        reply = debate.comment(parent=root if reply is root else reply)

    with count_queries() as statements:
        debate.thread(root.number, near=reply.number)

    assert len(statements) <= 2


@given(st.lists(st.integers(min_value=0), max_size=40))
def test_sorting_by_the_number_reads_any_tree_from_top_to_bottom(choices):
    """Whatever was answered in whatever order: a tree cut at the third level, walked by rank."""
    depth, order, parents = [0], [0], [None]
    for rank, choice in enumerate(choices, 1):
        parent = choice % len(depth)
        depth.append(depth[parent] + 1)
        order.append(place_of(depth[parent], order[parent], rank))
        parents.append(parent)

    def shown_below(node):
        """The parent on the page: what lies deeper hangs on its ancestor on the second level."""
        parent = parents[node]
        while depth[parent] >= LEVELS:
            parent = parents[parent]
        return parent

    def walk(node):
        yield node
        for child in range(1, len(depth)):
            if shown_below(child) == node:
                yield from walk(child)

    assert sorted(range(len(depth)), key=order.__getitem__) == list(walk(0))


def test_the_largest_number_fits_a_column():
    place = place_of(0, 0, MAX_RANK)
    for depth in (1, 2, 3):
        place = place_of(depth, place, MAX_RANK)
    assert place < 2**63
