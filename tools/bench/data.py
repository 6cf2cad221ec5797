"""A conversation to measure with: a real one beside the project, else a generated one."""

import csv
import random
from dataclasses import dataclass
from pathlib import Path

REAL = Path(__file__).parents[3] / "shared/data/polis/austria-climate.5twd2jsnkf.2022-08-08"
WORDS = """
    Klimaschutz Industrie Betrieb Förderung Berufsschule Verkehrsinfrastruktur Wasserstoff
    Strompreis Weiterbildung Mitbestimmung Handelsabkommen Forschung Mittelstand Planung
    Investition Breitband muss soll kann darf nicht ohne gegen für mit und oder weil damit wenn
""".split()  # noqa: SIM905 - a list of words reads best as words


@dataclass(frozen=True)
class Conversation:
    """Statements, and how often each was agreed, passed and disagreed with."""

    name: str
    texts: list[str]
    votes: list[tuple[int, int, int]]


def conversation() -> Conversation:
    """522 statements of one shape, wherever they come from; the name says which."""
    file = REAL / "comments.csv"
    if file.is_file():
        with file.open(newline="") as handle:
            rows = list(csv.DictReader(handle))
        return Conversation(
            f"Klimarat Österreich, {len(rows)} real statements",
            [row["comment-body"] for row in rows],
            [(int(row["agrees"]), 10, int(row["disagrees"])) for row in rows],
        )
    chance = random.Random(522)
    texts = [" ".join(chance.choices(WORDS, k=chance.randint(8, 22))) + "." for _ in range(522)]
    return Conversation(
        "generated, 522 statements of the same shape",
        texts,
        [(chance.randint(0, 90), 10, chance.randint(0, 60)) for _ in texts],
    )
