"""Accepted amendments become one text: who clashes with whom, and what can be joined."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.amendments.consolidating import Clash
from forum.amendments.merging import all_joined, edits, joined
from forum.amendments.models import AmendmentState, Share
from forum.kernel import worddiff
from tests.versions.conftest import NEW, OLD, change, insert, strike

BASE = "Der Bund gibt 100 Millionen Euro. Die Länder legen dieselbe Summe dazu."


def test_changes_of_different_words_are_joined():
    one = BASE.replace("100", "500")
    other = BASE.replace("dieselbe Summe", "die Hälfte")

    assert joined(BASE, one, other) == BASE.replace("100", "500").replace(
        "dieselbe Summe", "die Hälfte"
    )


def test_changes_of_the_same_words_are_not():
    assert joined(BASE, BASE.replace("100", "500"), BASE.replace("100", "900")) is None
    assert joined(BASE, BASE.replace("100", "500"), BASE.replace("100 Millionen", "viel")) is None


def test_two_insertions_at_one_place_are_not_put_in_an_order_by_the_machine():
    assert joined(BASE, BASE + " Und mehr.", BASE + " Und weniger.") is None


def test_whoever_wants_the_same_wants_it_once():
    new = BASE.replace("100", "500")

    assert joined(BASE, new, new) == new
    assert all_joined(("H", BASE), [(("H", BASE), ("H", new)), (("H", BASE), ("I", new))]) == (
        "I",
        new,
    )


words = st.lists(st.sampled_from(["Bund", "Land", "500", "gibt", ",", "und", "."]), max_size=9)


@given(words, words, words)
def test_what_is_joined_holds_either_change(base, one, other):
    base, one, other = (" ".join(part) for part in (base, one, other))

    found = joined(base, one, other)

    assert found == joined(base, other, one)
    if one == base:
        assert found == other
    if found is not None and one != other:
        held = {e.new for e in edits(worddiff.compare(base, one))}
        assert all(new in found for new in held)


@given(words, words)
def test_edits_put_into_the_old_text_give_the_new_one(base, new):
    base, new = " ".join(base), " ".join(new)
    parts, at = [], 0
    for edit in edits(worddiff.compare(base, new)):
        parts += [base[at : edit.start], edit.new]
        at = edit.end

    assert "".join([*parts, base[at:]]) == new


def test_what_does_not_clash_goes_in_without_a_question(desk):
    first = desk.file()
    second = desk.file(strike(3), insert(1))
    desk.september()
    desk.accept(first)
    desk.accept(second)

    result = desk.resolve()

    assert result.problems == {}
    assert [(one.number, one.words[1]) for one in result.paragraphs] == [
        (1, OLD.replace("2", "1", 1)),
        (0, "Ein neuer Abschnitt."),
        (2, NEW),
    ]
    assert {part.share for part in result.parts} == {Share.WHOLE}


def clashing(desk):
    motions = [
        desk.file(change(text=OLD.replace("brauchen", "erhalten"))),
        desk.file(change(text=OLD.replace("Investitionsprogramm", "Programm"))),
        desk.file(strike(2)),
    ]
    desk.september()
    return [desk.accept(one)[0] for one in motions]


def test_clashes_are_named_and_wait_for_somebody(desk):
    clashing(desk)

    [group] = desk.waiting().work.groups

    assert group.clashes == [Clash.SEVERAL, Clash.STRIKE_AND_CHANGE]
    assert group.proposal == (
        "Überschrift 2",
        OLD.replace("brauchen", "erhalten").replace("Investitionsprogramm", "Programm"),
    )
    assert "choice-2" in desk.resolve().problems


def test_one_can_be_chosen_and_the_others_give_way_with_a_public_sentence(desk):
    one, other, struck = clashing(desk)

    assert "remark-2" in desk.resolve(c2=f"one:{one}").problems
    result = desk.resolve(c2=f"one:{one}", c2_remark="Mehr trägt die Mehrheit nicht.")

    assert result.problems == {}
    assert {p.amendment.id: p.share for p in result.parts} == {
        one: Share.WHOLE,
        other: Share.YIELDED,
        struck: Share.YIELDED,
    }


def test_the_joined_words_can_be_written(desk):
    clashing(desk)

    result = desk.resolve(c2="own", c2_remark="Gestrichen wird nicht.")

    assert result.problems == {}
    assert [p.share for p in result.parts] == [Share.JOINED, Share.JOINED, Share.YIELDED]
    assert "erhalten ein Programm" in result.paragraphs[1].words[1]


def test_later_means_that_all_of_them_wait(desk):
    clashing(desk)

    result = desk.resolve(c2="later")

    assert result.parts == []
    assert "ändert sich nichts" in result.problems["note"]


def test_insertions_after_one_abschnitt_stand_in_the_order_chosen(desk):
    motions = [desk.file(insert(2, f"Neu {n}", f"Text {n}.")) for n in (1, 2, 3)]
    desk.september()
    first, second, third = (desk.accept(one)[0] for one in motions)

    assert [p.words[0] for p in desk.resolve().paragraphs if not p.number] == [
        "Neu 1",
        "Neu 2",
        "Neu 3",
    ]
    result = desk.resolve(**{f"ca{first}_order": 3, f"ca{second}_order": 2, f"ca{third}_order": 1})
    assert [p.words[0] for p in result.paragraphs if not p.number] == ["Neu 3", "Neu 2", "Neu 1"]


def test_an_insertion_after_an_abschnitt_that_is_struck_keeps_its_place(desk):
    motion = desk.file(strike(2), insert(2))
    desk.september()
    desk.accept(motion)

    assert [p.number for p in desk.resolve().paragraphs] == [1, 0, 3]


def test_an_insertion_after_one_that_is_gone_asks_where_it_stands(desk):
    motion = desk.file(insert(2))
    desk.publish(2, None)
    desk.september()
    [key] = desk.accept(motion)

    [one] = desk.waiting().work.insertions

    assert one.is_moved
    assert one.after == 1
    assert f"choice-a{key}" in desk.resolve().problems
    assert [p.number for p in desk.resolve(**{f"ca{key}": "in"}).paragraphs] == [1, 0, 3]


def test_an_amendment_overtaken_by_another_text_is_carried_over_where_it_can_be(desk):
    motion = desk.file(change(text=OLD.replace("Investitionsprogramm", "Programm")))
    desk.publish(2, OLD.replace("Die", "Alle"))
    desk.september()
    desk.accept(motion)

    [group] = desk.waiting().work.groups

    assert group.clashes == [Clash.OVERTAKEN]
    assert group.proposal[1] == "Abschnitt 2: Alle Berufsschulen brauchen ein Programm."
    result = desk.resolve(c2="own")
    assert result.problems == {}
    assert result.parts[0].share is Share.JOINED


def test_what_the_text_says_already_changes_nothing(desk):
    motion = desk.file()
    desk.publish(2, NEW)
    desk.september()
    [key] = desk.accept(motion)

    [group] = desk.waiting().work.groups

    assert Clash.NOTHING_LEFT in group.clashes
    assert "So steht es schon" in desk.resolve(c2=f"one:{key}").problems["choice-2"]


def test_an_amendment_of_an_abschnitt_that_is_gone_can_only_wait_or_give_way(desk):
    motion, other = desk.file(), desk.file(insert(1))
    desk.publish(2, None)
    desk.september()
    desk.accept(motion)
    desk.accept(other)

    [group] = desk.waiting().work.groups

    assert group.clashes == [Clash.GONE]
    result = desk.resolve(c2="not", c2_remark="Der Abschnitt ist gestrichen.")
    assert result.problems == {}
    assert [p.share for p in result.parts] == [Share.YIELDED, Share.WHOLE]


def test_words_decided_in_part_go_in_as_decided(desk):
    motion = desk.file(strike(3))
    desk.september()
    desk.accept(motion, AmendmentState.PARTLY, "Kürzer", "Nur dieser Satz bleibt.")

    assert desk.resolve().paragraphs[2].words == ("Kürzer", "Nur dieser Satz bleibt.")


def test_words_taken_back_by_their_author_do_not_go_in(desk):
    motion = desk.file()
    desk.september()
    desk.accept(motion)

    def erase():
        from forum.amendments.erasing import erase_texts

        erase_texts(desk.author.id)

    desk.run(erase)

    work = desk.waiting().work
    assert work.is_empty
    assert [one.number for one in work.erased] == [1]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"c2": "own", "c2_text": "", "c2_remark": "x"}, "text-2"),
        ({"c2": "own", "c2_heading": "", "c2_remark": "x"}, "heading-2"),
        ({"c2": "own", "c2_text": "x" * 8001, "c2_remark": "x"}, "text-2"),
        ({"c2": "own", "c2_text": "Etwas anderes."}, "remark-2"),
        ({"c2": "not"}, "remark-2"),
        ({"c2": "strike"}, "choice-2"),
        ({"c2": "one:999"}, "choice-2"),
        ({"note": ""}, "note"),
        ({"note": "x" * 501}, "note"),
    ],
)
def test_what_is_missing_is_said_at_its_field(desk, typed, field):
    motion = desk.file()
    desk.september()
    desk.accept(motion)

    assert field in desk.resolve(**typed).problems
