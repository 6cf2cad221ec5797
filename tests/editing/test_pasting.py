"""Splitting a text from a word processor into Abschnitte."""

import pytest

from forum.editing.pasting import divided, merged, pieces_of


def labels(text):
    return [(one.label, one.heading, one.text) for one in pieces_of(text).pieces]


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [
        (("1.", "2."), ("1.", "2.")),
        (("1)", "2)"), ("1)", "2)")),
        (("(1)", "(2)"), ("(1)", "(2)")),
        (("§ 1", "§ 2"), ("§ 1", "§ 2")),
        (("§\u00a01", "§\u00a02"), ("§ 1", "§ 2")),
        (("Abschnitt 1:", "Abschnitt 2:"), ("Abschnitt 1", "Abschnitt 2")),
        (("1.\t", "2.\t"), ("1.", "2.")),
    ],
)
def test_numbered_paragraphs_are_found_however_they_are_numbered(numbers, shown):
    text = f"{numbers[0]} Der Bund baut Netze.\n{numbers[1]} Strom wird billiger."
    found = pieces_of(text)

    assert found.how == "numbers"
    assert [(one.label, one.text) for one in found.pieces] == [
        (shown[0], "Der Bund baut Netze."),
        (shown[1], "Strom wird billiger."),
    ]


def test_a_short_first_line_is_the_heading_and_otherwise_the_beginning_is_proposed():
    [first, second] = pieces_of(
        "1. Netze bauen\nDer Bund baut Netze für Wasserstoff.\n2. Strom wird billiger. Und mehr."
    ).pieces

    assert (first.heading, first.text, first.is_heading_proposed) == (
        "Netze bauen",
        "Der Bund baut Netze für Wasserstoff.",
        False,
    )
    assert (second.heading, second.is_heading_proposed) == ("Strom wird billiger", True)


def test_dates_and_lists_within_a_paragraph_are_no_paragraphs():
    text = (
        "§ 1 Fristen\n1. Januar ist der Beginn.\nEs gilt:\n1. eins\n2. zwei\n"
        "§ 2 Ende\n5. Klasse und mehr."
    )
    assert [label for label, _h, _t in labels(text)] == ["§ 1", "§ 2"]


def test_nothing_before_the_first_number_is_lost():
    found = pieces_of("Präambel des Bündnisses.\n\n1. Netze bauen.\n2. Strom senken.")

    assert found.has_front
    assert next(one.text for one in found.pieces) == "Präambel des Bündnisses."
    assert len(found.pieces) == 3


def test_soft_hyphens_and_hard_spaces_vanish_and_quotes_stay():
    [one] = pieces_of("1. Der „Wett\u00adbewerb“ kostet 10\u00a0Mrd.\u202fEuro.").pieces
    assert one.text == "Der „Wettbewerb“ kostet 10 Mrd. Euro."


def test_lines_broken_by_a_pdf_are_joined_again():
    text = (
        "1. Der Bund baut bis zum Jahr 2025 ein Netz für den Trans-\n"
        "port von Wasserstoff und sorgt dafür, dass alle Länder\n"
        "daran angeschlossen sind.\n2. Strom senken."
    )
    assert pieces_of(text).pieces[0].text == (
        "Der Bund baut bis zum Jahr 2025 ein Netz für den Transport von Wasserstoff und sorgt "
        "dafür, dass alle Länder daran angeschlossen sind."
    )


def test_bullets_become_a_list():
    [one] = pieces_of("1. Wir fordern:\n•\tNetze\n•\tStrom\n–\tMenschen").pieces
    assert one.text == "Wir fordern:\n\n- Netze\n- Strom\n- Menschen"


def test_a_table_becomes_a_list_and_is_counted():
    found = pieces_of("1. Zahlen\nJahr\tAnteil\n2015\t3 %\n2016\t4 %\n2. Strom senken.")

    assert found.tables == 1
    assert found.pieces[0].text == "- Jahr · Anteil\n- 2015 · 3 %\n- 2016 · 4 %"


def test_without_numbers_it_is_split_at_headings_or_blank_lines_or_lines():
    assert pieces_of("# Netze\nEins.\n# Strom\nZwei.").how == "headings"
    blank = pieces_of("Eins ist so.\n\nZwei ist so.")
    assert (blank.how, [one.text for one in blank.pieces]) == (
        "blanks",
        ["Eins ist so.", "Zwei ist so."],
    )
    assert pieces_of("Eins ist so.\nZwei ist so.").how == "lines"


def test_pieces_are_merged_and_split_by_hand():
    pieces = pieces_of("1. Netze bauen\nEins.\n\nZwei.\n2. Strom senken\nDrei.").pieces
    [whole] = merged(pieces, 1)
    assert whole.text == "Eins.\n\nZwei.\n\n**Strom senken**\n\nDrei."

    split = divided(pieces, 0, 1)
    assert [one.text for one in split] == ["Eins.", "Zwei.", "Drei."]


def test_a_long_document_is_split_in_no_time_and_without_loss():
    body = "Der Bund sorgt dafür, dass Netze gebaut werden. " * 40
    text = "\n".join(f"{n}. {body}" for n in range(1, 201))
    found = pieces_of(text)

    assert len(found.pieces) == 200
    assert sum(len(one.text) for one in found.pieces) == 200 * len(body.strip())
