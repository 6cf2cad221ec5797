"""What invented members propose to change in one text, and what the invented Redaktion decides.

Nothing of it is published: the official text stays as it is until somebody at the demo presses the
button. The decisions fall in September, so they are there only when the demo's clock is past that.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from forum.accounts.models import User
from forum.accounts.queries import user
from forum.amendments.actions import file_motion
from forum.amendments.deciding import NewDecision, decide
from forum.amendments.models import AmendmentKind, AmendmentState, Motion
from forum.amendments.queries import newest
from forum.amendments.writing import NewChange
from forum.ballots.actions import cast
from forum.kernel import clock
from forum.recommendations.models import Recommendation
from forum.recommendations.queries import Clause, published
from forum.recommendations.queries import clauses as clauses_of

TEXT = "berufsschulen"
DECIDED = clock.parse_local("2017-09-04T11:00")


@dataclass(frozen=True)
class Proposal:
    """A motion of the demo: who wants which words instead of which, and what becomes of it."""

    member: str
    filed: datetime
    paragraph: int
    old: str
    """Empty for an insertion after the Abschnitt."""
    new: str
    reason: str
    heading: str = ""
    outcome: AmendmentState = AmendmentState.ACCEPTED
    decision: str = ""
    final: str = ""
    """Words in place of `new`, where it is taken up in part."""


PROPOSALS = (
    Proposal(
        "mitglied1",
        clock.parse_local("2017-06-12T09:40"),
        3,
        "bezahlen Fortbildung.",
        "bezahlen Fortbildung während der Unterrichtszeit.",
        "Fortbildung am Wochenende schafft niemand auf Dauer. Sie gehört in die bezahlte Zeit.",
        decision="Breite Zustimmung in allen Bänken; der Zusatz macht die Forderung genauer.",
    ),
    Proposal(
        "mitglied37",
        clock.parse_local("2017-06-20T16:05"),
        3,
        "in Metall- und Elektrotechnik,",
        "in Metall-, Elektro- und Informationstechnik,",
        "In der Informationstechnik fehlen an unseren Schulen die meisten Lehrkräfte.",
        decision="Der Mangel ist in der Diskussion mehrfach belegt worden.",
    ),
    Proposal(
        "mitglied49",
        clock.parse_local("2017-07-03T11:20"),
        5,
        "",
        "Werkstätten der Berufsschulen stehen abends und in den Ferien auch der Weiterbildung offen.",
        "Teure Maschinen sollen nicht den halben Tag stillstehen.",
        heading="Werkstätten für Weiterbildung öffnen",
        decision="Passt zum Investitionsprogramm und kostet wenig.",
    ),
    Proposal(
        "mitglied13",
        clock.parse_local("2017-07-18T14:00"),
        4,
        "ein fester Anteil für berufliche Schulen reserviert.",
        "ein Viertel für berufliche Schulen reserviert.",
        "„Fester Anteil“ sagt nichts, solange keine Zahl dasteht.",
        outcome=AmendmentState.PARTLY,
        decision="Eine Zahl trägt die Mehrheit nicht; dass der Anteil beziffert wird, schon.",
        final="ein fester, im Gesetz bezifferter Anteil für berufliche Schulen reserviert.",
    ),
)


def amend(people: dict[str, User], now: datetime) -> None:
    """File what members propose, vote on it, and decide where the clock is past the day."""
    text = published(TEXT)
    clauses = clauses_of([text.id])[text.id]
    # As pages read them: what came before may have let go of roles and organisation.
    people = {name: user(one.id) for name, one in people.items()}
    by_number = {clause.number: clause for clause in clauses}
    filed = [
        (one, _file(people[one.member], text, by_number[one.paragraph], one))
        for one in PROPOSALS
        if one.filed < min(now, clock.now())
    ]
    voters = [user for name, user in people.items() if name.startswith("mitglied")]
    for turn, (one, motion) in enumerate(filed):
        wording = newest(motion.amendments[0].id).id
        with clock.at(min(one.filed + timedelta(days=20), now)):
            for place, voter in enumerate(voters):
                if (place + turn) % 3 and voter.member_since is not None:
                    cast(voter, wording, (1, 1, 1, 0, -1)[(place + 2 * turn) % 5])
    if clock.now() < DECIDED:
        return
    with clock.at(DECIDED):
        for one, motion in filed:
            _decide(people["redaktion"], by_number[one.paragraph], one, motion)


def _file(author: User, text: Recommendation, clause: Clause, one: Proposal) -> Motion:
    if one.old:
        change = NewChange(
            AmendmentKind.CHANGE,
            clause.number,
            clause.heading,
            clause.text.replace(one.old, one.new),
        )
    else:
        change = NewChange(AmendmentKind.INSERT, clause.number, one.heading, one.new)
    with clock.at(one.filed):
        return file_motion(author, text.id, clause.version_number, [change], one.reason)


def _decide(editor: User, clause: Clause, one: Proposal, motion: Motion) -> None:
    final = clause.text.replace(one.old, one.final) if one.final else ""
    made = NewDecision(one.outcome, one.decision, clause.heading if final else "", final)
    key = motion.amendments[0].id
    decide(editor, motion.id, {key: newest(key).id}, {key: made})
