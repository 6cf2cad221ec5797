"""What the invented people ask a party and the Redaktion, and a talk that goes deep."""

from datetime import datetime, timedelta
from typing import Any

from forum.accounts.models import User
from forum.deliberation.actions import post_comment
from forum.deliberation.asking import PutTo, accept
from forum.deliberation.models import CommentKind
from forum.kernel import clock
from forum.recommendations.queries import clauses, current_consultation, published_in

_TO_PARTY = (
    "Würde Ihre Partei die Zulage auch Betrieben auszahlen, die in dem Jahr keinen Gewinn machen? "
    "In der Gründungsphase ist das bei uns die Regel."
)
_TO_EDITORIAL = (
    "Auf welchen Beleg stützt sich die Grenze von 500 Beschäftigten in der ersten Fassung? In den "
    "Quellen finde ich auch andere Zahlen."
)
_ANSWER = (
    "Die Grenze übernimmt die erste Fassung als Vorschlag der Allianz; eine amtliche Definition ist "
    "sie nicht. Welche Quelle was sagt, steht unter dem Abschnitt. Wer eine andere Grenze möchte, "
    "kann sie als Änderungsvorschlag einreichen."
)
_TALK = (
    ("mitglied5", "Gilt das auch, wenn zwei Betriebe gemeinsam entwickeln?"),
    ("mitglied17", "Bei uns ja. Jeder rechnet seinen eigenen Anteil ab."),
    ("mitglied29", "Dann braucht es aber einen Vertrag, den beide vorlegen können."),
    ("mitglied41", "Ein Vertrag von zwei Seiten reicht, das machen wir seit Jahren so."),
)


def ask(people: dict[str, User], said: dict[str, Any], slug: str, now: datetime) -> None:
    """One question to a party, open; one to the Redaktion, answered and accepted; four levels."""
    consultation = current_consultation()
    assert consultation is not None  # noqa: S101 - looked at in fill()
    [key] = [one.id for one in published_in(consultation) if one.slug == slug]
    paragraphs = [one.paragraph_id for one in clauses([key])[key]]
    begun = now - timedelta(days=9)
    with clock.at(begun):
        put = PutTo(party_slug="partei-nord")
        question = CommentKind.QUESTION
        post_comment(people["mitglied13"], paragraphs[2], question, _TO_PARTY, put_to=put)
        asked = post_comment(
            people["mitglied1"],
            paragraphs[1],
            question,
            _TO_EDITORIAL,
            put_to=PutTo(to_editorial=True),
        )
    with clock.at(begun + timedelta(days=1)):
        answer = post_comment(people["redaktion"], paragraphs[1], None, _ANSWER, asked.id)
    with clock.at(begun + timedelta(days=2)):
        accept(people["mitglied1"], answer.id)
    parent_id = next(
        comment_id
        for saying, comment_id, _author in said.values()
        if saying.recommendation == slug and not saying.answers and not saying.fate
    )
    about_id = paragraphs[0]
    for hour, (name, text) in enumerate(_TALK):
        with clock.at(begun + timedelta(days=3, hours=hour)):
            parent_id = post_comment(people[name], about_id, None, text, parent_id).id
