"""Filling a round with invented life, through the product's own actions and at its own dates.

Only invented people, organisations and parties act: nothing is ever stored in the name of a real
one. Everything is drawn from one seed, so that every demo looks the same.
"""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select, update

from forum.accounts.actions import create_user, hashed
from forum.accounts.models import Bench, Organisation, User, Visitor
from forum.accounts.queries import user, with_all
from forum.ballots.actions import cast
from forum.deliberation.actions import delete_comment, post_comment
from forum.demo.amending import amend
from forum.demo.debate import Saying, sayings
from forum.demo.houses import draft, speak
from forum.demo.people import DOMAIN, PARTIES, PASSWORD, everybody, shown
from forum.demo.questions import ask
from forum.following.actions import follow
from forum.following.targets import Target
from forum.kernel import clock
from forum.kernel.db import db, save, unit_of_work
from forum.kernel.errors import Conflict
from forum.moderation.actions import decide, report
from forum.moderation.models import Measure, ReportReason, RuleClause
from forum.positions.actions import approve
from forum.positions.actions import save_draft as save_position
from forum.positions.desk import Content
from forum.positions.models import Answer, Party, Thesis
from forum.recommendations.actions import touch_all
from forum.recommendations.models import Consultation
from forum.recommendations.queries import clauses, current_consultation, published_in
from forum.summaries.actions import NewStatement, begin, save_draft
from forum.summaries.models import SummaryPart

SEED = 2017
FIRST = "forschung-und-entwicklung"
OPENED = clock.parse_local("2017-04-03T08:00")
"""When members and parties got their accounts."""
LATEST = clock.parse_local("2017-08-17T09:00")
"""The demo tells of the debate up to here, however late it is filled."""


def fill() -> list[str]:
    """Invent people and what they do, up to the product's present; says what to know about them.

    One transaction: whoever interrupts it finds a round without a demo, and can fill it again.
    Raises Conflict when the round has its demo already, or in production.
    """
    if current_app.config["FORUM"].is_production:
        raise Conflict("Production holds no invented people.")
    chance = random.Random(SEED)  # noqa: S311 - a demo, not a secret
    password = hashed(PASSWORD)  # one for all: hashing is slow on purpose
    with unit_of_work(writing=True):
        consultation = current_consultation()
        if consultation is None or consultation.has_demo:
            raise Conflict("There is no round to fill, or it has its demo already.")
        now = min(clock.now(), LATEST)
        people = _people(consultation.id, password, min(now, OPENED))
        if now > OPENED + timedelta(days=7):  # before that, nobody has said anything yet
            said = _debate(people, now, chance)
            _moderate(people, said, now)
            _vote(people, said, now, chance)
            _answer_theses(people, now)
            _summarise(people, said, now)
            amend(people, now)
            speak(people, now)
            _follow(people, now)
            draft(people, now)
            ask(people, said, FIRST, now)
        db.session.execute(
            update(Consultation).where(Consultation.id == consultation.id).values(has_demo=True)
        )
        touch_all(consultation.id)
    current_app.extensions["forum_jobs"].sweep()
    lines = [
        f"  {person.email:<30} {person.role_name:<18} {person.name}, {person.remark}".rstrip(" ,")
        for person in shown()
    ]
    return [f"Invented people; the password of all is {PASSWORD}", *lines]


def _people(consultation_id: int, password: str, since: datetime) -> dict[str, User]:
    with clock.at(since):
        organisations = _organisations()
        parties = {}
        last = db.session.scalars(
            select(Party.position).where(Party.consultation_id == consultation_id)
        ).all()
        for number, (slug, short, name, color) in enumerate(PARTIES, 1):
            parties[slug] = save(
                Party(
                    consultation_id=consultation_id,
                    slug=slug,
                    short_name=short,
                    name=name,
                    color=color,
                    position=max(last, default=0) + number,
                    is_invented=True,
                )
            ).id
        for person in everybody():
            made = create_user(
                email=person.email,
                name=person.name,
                password_hash=password,
                roles=[person.role],
                organisation_id=organisations.get(person.organisation),
                party_id=parties.get(person.party),
                appearance=person.appearance,
                pseudonym=person.pseudonym,
                confirmed_member=person.is_confirmed,
                consent_version=1,
            )
            made.is_contact, made.is_speaker = person.is_contact, person.is_speaker
    db.session.expire_all()  # read them as pages do, roles and organisations included
    users = (
        db.session.scalars(
            with_all(select(User).where(User.email.like(f"%@{DOMAIN}")).order_by(User.id))
        )
        .unique()
        .all()
    )
    return {user.email.partition("@")[0]: user for user in users}


def _organisations() -> dict[str, int]:
    from forum.demo.people import ORGANISATIONS

    benches = {bench.slug: bench.id for bench in db.session.scalars(select(Bench))}
    found = {}
    for bench, names in ORGANISATIONS.items():
        for number, name in enumerate(names, 1):
            found[name] = save(
                Organisation(
                    slug=f"demo-{bench}-{number}",
                    name=name,
                    short_name=name,
                    kind=bench,
                    note="Für die Vorführung erfunden.",
                    is_invented=True,
                    bench_id=benches[bench],
                )
            ).id
    return found


def _of_bench(people: dict[str, User], bench: str) -> list[User]:
    return [
        user
        for user in people.values()
        if user.bench is not None and user.bench.slug == bench and user.member_since is not None
    ]


def _debate(people: dict[str, User], now: datetime, chance: random.Random) -> dict[str, Any]:
    """Post what is said; the ids of the comments by key, with who wrote them."""
    consultation = current_consultation()
    assert consultation is not None  # noqa: S101 - looked at in fill()
    recommendations = {one.slug: one.id for one in published_in(consultation)}
    texts = clauses(list(recommendations.values()))
    about = {(slug, "empfehlung"): key for slug, key in recommendations.items()}
    about |= {
        (slug, f"abschnitt {one.number}"): one.paragraph_id
        for slug, key in recommendations.items()
        for one in texts[key]
    }
    for thesis in db.session.scalars(select(Thesis)):
        slug = next(s for s, key in recommendations.items() if key == thesis.recommendation_id)
        about[slug, f"these {thesis.slug}"] = thesis.id
    said: dict[str, Any] = {}
    turns: dict[str, int] = {}
    for saying in sayings(now, chance):
        writers = _of_bench(people, saying.bench)
        turns[saying.bench] = turns.get(saying.bench, -1) + 1
        author = writers[turns[saying.bench] % len(writers)]
        said[saying.key] = (
            saying,
            _post(author, saying, about[saying.recommendation, saying.about], said),
            author,
        )
    return said


def _post(author: User, saying: Saying, about_id: int, said: dict[str, Any]) -> int:
    parent_id = said[saying.answers][1] if saying.answers else None
    with clock.at(saying.when):
        return post_comment(author, about_id, saying.kind, saying.text, parent_id).id


def _moderate(people: dict[str, User], said: dict[str, Any], now: datetime) -> None:
    """One comment hidden under a rule, one taken back, one report waiting."""
    for saying, comment_id, author in said.values():
        later = min(saying.when + timedelta(hours=5), now)
        if saying.fate == "hidden":
            with clock.at(later):
                clause = db.session.scalars(select(RuleClause).where(RuleClause.number == 2)).one()
                decide(
                    people["moderation1"],
                    comment_id,
                    measure=Measure.HIDE,
                    clause_id=clause.id,
                    public_reason=clause.public_sentence,
                    reason_to_author="Ihr zweiter Satz wertet eine ganze Gruppe ab. Den Hinweis auf die Planungszeiten können Sie gern noch einmal sachlich vorbringen.",
                )
        elif saying.fate == "deleted":
            with clock.at(later):
                delete_comment(author, comment_id)
        elif saying.fate == "reported":
            with clock.at(later):
                report(
                    Visitor(),
                    comment_id,
                    reason=ReportReason.ADVERTISING,
                    text="Das liest sich wie Werbung für ein eigenes Angebot.",
                    receipt="M-DEMO-2017",
                )


# How each bench leans, from -1 to 1, on the Abschnitte of the five recommendations in turn.
_LEAN = {
    "gewerkschaften": 0.25,
    "arbeitgeber": 0.4,
    "industrieverbaende": 0.5,
    "kammern": 0.45,
    "wissenschaft-zivilgesellschaft": 0.1,
}


def _vote(
    people: dict[str, User], said: dict[str, Any], now: datetime, chance: random.Random
) -> None:
    """Members vote on the text and the theses, and rate comments; day by day."""
    consultation = current_consultation()
    assert consultation is not None  # noqa: S101
    texts = clauses([one.id for one in published_in(consultation)])
    objects = [
        (one.wording_id, chance.uniform(-0.5, 0.45)) for text in texts.values() for one in text
    ]
    objects += [(key, chance.uniform(-0.7, 0.4)) for key in db.session.scalars(select(Thesis.id))]
    voters = [(bench, user) for bench in _LEAN for user in _of_bench(people, bench)]
    begin_at = clock.parse_local("2017-04-04T10:00")
    tilts: dict[int, float] = {}
    for bench, voter in voters:
        day = begin_at + (now - begin_at) * chance.random()
        with clock.at(min(day, now)):
            for subject_id, tilt in objects:
                if chance.random() < 0.62:
                    cast(voter, subject_id, _opinion(_LEAN[bench] + tilt, chance))
            for saying, comment_id, author in _some(said, chance):
                if author.id != voter.id and not saying.fate and saying.when < clock.now():
                    lean = tilts.setdefault(comment_id, chance.uniform(-0.6, 0.4)) + _LEAN[bench]
                    cast(voter, comment_id, _opinion(lean, chance))


_LIVELY = "forschung-und-entwicklung"


def _some(said: dict[str, Any], chance: random.Random) -> Sequence[Any]:
    """What somebody rates: most of the longest debate, so that benches show figures there."""
    everything = list(said.values())
    lively = [one for one in everything if one[0].recommendation == _LIVELY and one[0].kind]
    count = len(everything) // 7
    return chance.sample(lively, min(len(lively), 2 * count // 3)) + chance.sample(
        everything, count // 3
    )


def _opinion(lean: float, chance: random.Random) -> int:
    drawn = chance.gauss(lean, 0.6)
    return 1 if drawn > 0.15 else -1 if drawn < -0.35 else 0


_ANSWERS = (
    (
        "fe-1",
        Answer.AGREE,
        "Wir wollen eine Zulage, die kleine Betriebe ohne Beratung beantragen können.",
    ),
    (
        "fe-2",
        Answer.NEUTRAL,
        "Der Einstieg bei kleinen Betrieben überzeugt uns; über eine feste Grenze entscheiden wir nach den ersten Erfahrungen.",
    ),
    ("fe-4", Answer.AGREE, "Wer forscht, bevor er verdient, darf nicht leer ausgehen."),
    (
        "fe-6",
        Answer.AGAINST,
        "Überschüsse sollen vorrangig in Forschung, Wege und Schulen fließen.",
    ),
    (
        "bs-1",
        Answer.AGREE,
        "Bund und Länder sollen gemeinsam in Werkstätten und Lehrkräfte investieren.",
    ),
    ("vi-1", Answer.AGREE, "Planung braucht verlässliche Mittel über mehrere Jahre."),
)


def _answer_theses(people: dict[str, User], now: datetime) -> None:
    """Partei Nord has answers approved and others on the way, Partei Süd approved ones only."""
    opened = clock.parse_local("2017-07-24T09:00")
    if now < opened + timedelta(days=3):
        return
    for party, rows in (("nord", _ANSWERS), ("sued", _ANSWERS[:3])):
        for slug, answer, reason in rows:
            text = f"Beispieltext der erfundenen Partei: {reason}"
            with clock.at(opened):
                save_position(
                    people[f"{party}1"], slug, Content(answer=answer, reason=text), 0, submit=True
                )
            if party == "nord" and slug == _ANSWERS[-1][0]:
                continue  # one waits for its approval
            with clock.at(opened + timedelta(days=2)):
                approve(people[f"{party}2"], slug, 1)
    with clock.at(opened + timedelta(days=3)):
        save_position(
            people["nord1"],
            "di-1",
            Content(
                answer=Answer.AGREE, reason="Beispieltext der erfundenen Partei: noch im Entwurf."
            ),
            0,
        )


def _follow(people: dict[str, User], now: datetime) -> None:
    """Two members have followed a recommendation, a party and an Abschnitt for some days."""
    consultation = current_consultation()
    assert consultation is not None  # noqa: S101 - looked at in fill()
    [first] = [one.id for one in published_in(consultation) if one.slug == FIRST]
    party = db.session.scalars(select(Party.id).where(Party.slug == "partei-nord")).one()
    paragraph = clauses([first])[first][0].paragraph_id
    with clock.at(now - timedelta(days=10)):
        for name, target in (
            ("mitglied1", Target(first)),
            ("mitglied1", Target(party_id=party)),
            ("mitglied13", Target(paragraph)),
        ):
            follow(user(people[name].id), target)


def _summarise(people: dict[str, User], said: dict[str, Any], now: datetime) -> None:
    """A draft that cites comments and the text; its approval opens in September."""
    visible = [
        key
        for saying, key, _author in said.values()
        if saying.recommendation == FIRST and not saying.fate
    ]
    consultation = current_consultation()
    assert consultation is not None  # noqa: S101
    texts = clauses([one.id for one in published_in(consultation) if one.slug == FIRST])
    paragraphs = [one.paragraph_id for text in texts.values() for one in text]
    statements = [
        NewStatement(
            SummaryPart.CONSENSUS,
            "Das Verfahren muss ohne Beratung zu bewältigen sein: ein kurzer Antrag, klare Kriterien, eine schnelle Entscheidung.",
            [paragraphs[3], *visible[:2]],
        ),
        NewStatement(
            SummaryPart.DISSENT,
            "Strittig ist, ob die Grenze bei der Zahl der Beschäftigten die richtige ist.",
            [paragraphs[0], *visible[2:5]],
        ),
        NewStatement(
            SummaryPart.OPEN,
            "Offen ist, wie Betriebe ohne eigene Forschungsabteilung ihre Arbeit nachweisen.",
            visible[5:7],
        ),
    ]
    with clock.at(now - timedelta(days=3)):
        draft = begin(people["moderation1"], FIRST)
        save_draft(
            people["moderation1"],
            FIRST,
            title="Beim Verfahren einig, beim Kreis der Geförderten nicht",
            lead="Mitglieder aller Bänke haben über die Forschungsförderung beraten. Dieser Entwurf hält fest, worin sie übereinstimmen und was strittig bleibt.",
            statements=statements,
            edition=draft.edition,
        )
