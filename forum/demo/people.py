"""Who the demo invents: organisations on five benches, their members, parties, and the staff."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from forum.accounts.models import Appearance, Role

PASSWORD = "forum-demo-2017"  # noqa: S105 - printed by the command and on the sign-in page
DOMAIN = "demo.example"

ORGANISATIONS = {
    "gewerkschaften": ("Gewerkschaft Fertigung und Technik", "Gewerkschaft Grundstoff und Netze"),
    "arbeitgeber": ("Arbeitgeberverband Mittelgebirge", "Arbeitgeberring Werkzeug und Form"),
    "industrieverbaende": ("Verband Antrieb und Steuerung", "Verband Werkstoff und Kreislauf"),
    "kammern": ("Kammer Mittelufer", "Kammer Oberes Ried"),
    "wissenschaft-zivilgesellschaft": (
        "Institut für Produktionskultur",
        "Bürgerforum Stadt und Werk",
    ),
}
"""Two invented organisations a bench; none of them exists."""

PARTIES = (
    ("partei-nord", "Partei Nord", "Partei Nord (erfunden)", "#4A6B8A"),
    ("partei-sued", "Partei Süd", "Partei Süd (erfunden)", "#8A6A3B"),
)

MEMBERS_A_BENCH = 12

_FIRST = [
    "Sabine",
    "Tobias",
    "Jana",
    "Heike",
    "Martin",
    "Ayşe",
    "Klaus",
    "Renate",
    "Pavel",
    "Ulrike",
    "Jens",
    "Miriam",
    "Dirk",
    "Katrin",
    "Selim",
    "Birgit",
    "Holger",
    "Nadine",
    "Volker",
    "Susanne",
    "Marek",
    "Anja",
    "Rolf",
    "Petra",
    "Lennart",
    "Gudrun",
    "Ralf",
    "Svenja",
    "Emil",
    "Carola",
    "Bernd",
    "Yvonne",
    "Hanno",
    "Ines",
    "Thilo",
    "Monika",
    "Arne",
    "Dagmar",
    "Cem",
    "Frauke",
    "Jörg",
    "Simone",
    "Till",
    "Annegret",
    "Uwe",
    "Meike",
    "Kai",
    "Ruth",
    "Stefan",
    "Elke",
    "Niklas",
    "Gabriele",
    "Sven",
    "Hilde",
    "Oskar",
    "Beate",
    "Lars",
    "Wiebke",
    "Jochen",
    "Nora",
]
_LAST = [
    "Krüger",
    "Lang",
    "Hollmann",
    "Albrecht",
    "Beyer",
    "Demir",
    "Voss",
    "Petzold",
    "Novak",
    "Sander",
    "Thiel",
    "Rauch",
    "Wendt",
    "Falk",
    "Aydin",
    "Lorenz",
    "Brandt",
    "Kuhn",
    "Harms",
    "Seidel",
    "Kowalski",
    "Busch",
    "Engel",
    "Moritz",
    "Pohl",
    "Ziegler",
    "Franke",
    "Heller",
    "Otto",
    "Winkler",
    "Reuter",
    "Jahn",
    "Scholz",
    "Graf",
    "Vogt",
    "Kramer",
    "Behrens",
    "Lindner",
    "Yilmaz",
    "Petersen",
    "Ebert",
    "Haas",
    "Marx",
    "Dietrich",
    "Fuchs",
    "Hansen",
    "Weber",
    "Simon",
    "Roth",
    "Arnold",
    "Bauer",
    "Stein",
    "Ludwig",
    "Horn",
    "Kaiser",
    "Peters",
    "Maurer",
    "Blum",
    "Riedel",
    "Sommer",
]


@dataclass(frozen=True)
class Person:
    """Somebody invented. `is_shown` people stand on the sign-in page."""

    email: str
    name: str
    role: Role
    role_name: str
    bench: str = ""
    organisation: str = ""
    party: str = ""
    appearance: Appearance = Appearance.NAME_ORGANISATION
    pseudonym: str | None = None
    is_confirmed: bool = True
    is_contact: bool = False
    is_speaker: bool = False
    is_shown: bool = True
    remark: str = ""


def members() -> Iterator[Person]:
    """Twelve members a bench; the first of each, and those with something special, are shown."""
    number = 0
    for bench, organisations in ORGANISATIONS.items():
        for turn in range(MEMBERS_A_BENCH):
            name = f"{_FIRST[number]} {_LAST[number]}"
            organisation = organisations[turn % 2]
            special = _special(bench, turn)
            number += 1
            yield Person(
                email=f"mitglied{number}@{DOMAIN}",
                name=name,
                role=Role.MEMBER,
                role_name="Mitglied",
                bench=bench,
                organisation=organisation,
                appearance=special[0],
                pseudonym=special[1],
                is_contact=turn < len(organisations),
                is_speaker=turn < len(organisations),
                is_shown=turn == 0 or bool(special[2]),
                remark=special[2] or f"{organisation}, Ansprechperson, gibt Haltungen frei",
            )


def _special(bench: str, turn: int) -> tuple[Appearance, str | None, str]:
    if (bench, turn) == ("gewerkschaften", 2):
        return Appearance.NAME_ORGANISATION, None, "dieselbe Organisation wie Mitglied 1"
    if (bench, turn) == ("kammern", 3):
        return Appearance.PSEUDONYM_BENCH, "Werkstatt 17", "erscheint mit Pseudonym und Bank"
    if (bench, turn) == ("arbeitgeber", 3):
        return Appearance.NAME_BENCH, None, "erscheint mit Name und Bank"
    return Appearance.NAME_ORGANISATION, None, ""


STAFF: Sequence[Person] = (
    Person(f"moderation1@{DOMAIN}", "Maren Quast", Role.MODERATOR, "Moderation"),
    Person(f"moderation2@{DOMAIN}", "Jonas Ahlers", Role.MODERATOR, "Moderation"),
    Person(f"redaktion@{DOMAIN}", "Lea Bornemann", Role.EDITOR, "Redaktion"),
    Person(f"administration@{DOMAIN}", "Peer Nissen", Role.ADMINISTRATOR, "Administration"),
)

REPRESENTATIVES: Sequence[Person] = (
    Person(
        f"nord1@{DOMAIN}",
        "Hanna Wolters",
        Role.PARTY,
        "Parteivertretung",
        party="partei-nord",
        remark="Partei Nord",
    ),
    Person(
        f"nord2@{DOMAIN}",
        "Georg Timm",
        Role.PARTY,
        "Parteivertretung",
        party="partei-nord",
        remark="Partei Nord",
    ),
    Person(
        f"sued1@{DOMAIN}",
        "Veronika Huber",
        Role.PARTY,
        "Parteivertretung",
        party="partei-sued",
        remark="Partei Süd",
    ),
    Person(
        f"sued2@{DOMAIN}",
        "Xaver Lechner",
        Role.PARTY,
        "Parteivertretung",
        party="partei-sued",
        remark="Partei Süd",
    ),
)

UNCONFIRMED = Person(
    f"neu@{DOMAIN}",
    "Tarek Engels",
    Role.MEMBER,
    "Mitglied",
    bench="industrieverbaende",
    organisation="Verband Antrieb und Steuerung",
    is_confirmed=False,
    remark="noch nicht bestätigt",
)


def everybody() -> list[Person]:
    """All invented people."""
    return [*members(), UNCONFIRMED, *REPRESENTATIVES, *STAFF]


def shown() -> list[Person]:
    """Those whom the sign-in page of a demo offers."""
    return [person for person in everybody() if person.is_shown]
