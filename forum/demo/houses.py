"""What invented organisations say and prepare: their Haltungen, one of which waits for approval."""

from datetime import datetime, timedelta

from forum.accounts.models import User
from forum.accounts.queries import user
from forum.demo.people import MEMBERS_A_BENCH, ORGANISATIONS
from forum.drafts import actions as drafts
from forum.drafts.writing import CommentDraft
from forum.kernel import clock
from forum.recommendations.queries import published
from forum.stances.actions import approve, save_draft
from forum.stances.writing import Content

FIRST = "forschung-und-entwicklung"
# Bench, which of its two organisations, Abschnitt of the first recommendation, what it says.
STANCES = (
    ("gewerkschaften", 0, 1, "reservation", "Wir tragen die Zulage mit, wenn tarifgebundene Betriebe nicht schlechter stehen als andere und der Betriebsrat den Antrag kennt."),
    ("gewerkschaften", 1, 1, "supports", ""),
    ("arbeitgeber", 0, 1, "supports", "Ein einfacher Satz auf den Bruttolohn ist genau das, was kleine Betriebe beantragen können."),
    ("industrieverbaende", 0, 1, "reservation", "Die Grenze der Beschäftigtenzahl schneidet Betriebe ab, die gerade wachsen. Wir tragen den Abschnitt mit, wenn sie gleitet."),
    ("kammern", 0, 1, "supports", "Unsere Mitglieder haben selten eine eigene Forschungsabteilung. Die Zulage erreicht sie trotzdem."),
    ("wissenschaft-zivilgesellschaft", 1, 1, "rejects", "Das Geld fehlt an den Hochschulen. Wir bitten, zuerst dort zu investieren."),
    ("arbeitgeber", 1, 2, "rejects", "Eine Nachweispflicht je Stunde macht den Vorteil der Zulage zunichte."),
    ("kammern", 1, 2, "supports", ""),
)  # fmt: skip
WAITING = ("gewerkschaften", 0, 2, "reservation", "Der Nachweis muss einfach sein; die Beschäftigten dürfen aber nicht zu einer Zeiterfassung gezwungen werden, die es bisher nicht gab.")  # fmt: skip

DRAFTED = "Wir unterstützen die Zulage. Damit sie in der Werkstatt ankommt, sollte der Betrieb nachweisen, dass er die geförderten Stellen mindestens zwei Jahre hält."
REMARKED = "Zwei Jahre halten viele kleine Betriebe für zu lang. Vielleicht besser: „für die Dauer der Förderung“?"


def speak(people: dict[str, User], now: datetime) -> None:
    """One person of an organisation drafts, the one who speaks for it approves."""
    day = clock.parse_local("2017-06-12T10:00")
    for number, (bench, house, paragraph, answer, text) in enumerate(STANCES):
        drafted = min(day + timedelta(days=4 * number), now)
        with clock.at(drafted):
            save_draft(
                _writer(people, bench, house), FIRST, paragraph, Content(answer, text), 0,
                submit=True,
            )  # fmt: skip
        with clock.at(min(drafted + timedelta(days=1, hours=3), now)):
            approve(speaker(people, bench, house), FIRST, paragraph, 1)
    bench, house, paragraph, answer, text = WAITING
    with clock.at(now - timedelta(hours=20)):
        save_draft(
            _writer(people, bench, house), FIRST, paragraph, Content(answer, text), 0, submit=True
        )


def draft(people: dict[str, User], now: datetime) -> None:
    """Somebody shows a colleague what they are going to write, and gets a remark."""
    author, colleague = _writer(people, "gewerkschaften", 0), speaker(people, "gewerkschaften", 0)
    recommendation_id = published(FIRST).id
    with clock.at(now - timedelta(hours=47)):
        draft_id = drafts.keep(
            author, recommendation_id, CommentDraft(recommendation_id, None, "pro", DRAFTED), "demo"
        )
        drafts.show(author, draft_id, seen_by_name=True)
    with clock.at(now - timedelta(hours=44)):
        drafts.remark(colleague, draft_id, REMARKED, 1)


def speaker(people: dict[str, User], bench: str, house: int) -> User:
    """Who speaks for the first or second organisation of a bench."""
    return _again(people[f"mitglied{_first(bench) + house}"])


def _writer(people: dict[str, User], bench: str, house: int) -> User:
    """A colleague of theirs."""
    return _again(people[f"mitglied{_first(bench) + house + 2}"])


def _again(person: User) -> User:
    """As pages read them: what came before may have let go of roles and organisation."""
    return user(person.id)


def _first(bench: str) -> int:
    return list(ORGANISATIONS).index(bench) * MEMBERS_A_BENCH + 1
