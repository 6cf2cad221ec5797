"""What an editor settles on the screen that makes a version, and the text that comes of it. Pure.

Fields of an Abschnitt carry its number (`choice-2`), those of an insertion the key of its amendment
(`choice-a17`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _

from forum.amendments.consolidating import Accepted, Clash, Group, Work
from forum.amendments.merging import Words
from forum.amendments.models import Share
from forum.amendments.writing import MAX_HEADING, MAX_TEXT, TOO_LONG, readable
from forum.kernel.web import whole

MAX_NOTE, MAX_REMARK = 500, 500
ONE, OWN, STRIKE, TAKE, LATER, NOT = "one", "own", "strike", "in", "later", "not"


@dataclass
class Choice:
    """What becomes of one Abschnitt, or of one insertion."""

    what: str = ""
    """`one:17`, `own`, `strike`, `in`, `later` or `not`; empty while nobody has chosen."""
    heading: str = ""
    text: str = ""
    remark: str = ""
    is_editorial: bool = False
    after: int = 0
    order: int = 1

    @property
    def words(self) -> Words:
        """The words as typed."""
        return self.heading, self.text


@dataclass
class Settlement:
    """The form of the screen: one choice for each Abschnitt and insertion, and the note."""

    note: str = ""
    choices: dict[str, Choice] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def opened(cls, work: Work) -> "Settlement":
        """What is proposed: all that needs no thinking about goes in."""
        form = cls()
        for group in work.groups:
            form.choices[str(group.number)] = _proposed(group)
        counted: dict[int, int] = {}
        for one in work.insertions:
            counted[one.after] = counted.get(one.after, 0) + 1
            heading, text = one.accepted.words
            form.choices[f"a{one.accepted.id}"] = Choice(
                "" if one.is_moved else TAKE,
                heading,
                text,
                after=one.after,
                order=counted[one.after],
            )
        return form

    @classmethod
    def of(cls, values: Mapping[str, str], work: Work) -> "Settlement":
        """What was sent; what has come since opens as proposed."""
        form = cls.opened(work)
        form.note = form._text(values, "note")
        for key, choice in form.choices.items():
            if f"key-{key}" not in values:
                continue
            choice.what = values.get(f"choice-{key}", "")
            choice.heading = " ".join(form._text(values, f"heading-{key}").split())
            choice.text = form._text(values, f"text-{key}")
            choice.remark = form._text(values, f"remark-{key}")
            choice.is_editorial = f"editorial-{key}" in values
            choice.after = whole(values.get(f"after-{key}")) or 0
            choice.order = whole(values.get(f"order-{key}")) or 1
        return form

    def _text(self, values: Mapping[str, str], name: str) -> str:
        try:
            return readable(values.get(name, ""))
        except ValueError:
            self.errors[name] = _("Darin stehen Zeichen, die wir nicht lesen können.")
            return ""


def _proposed(group: Group) -> Choice:
    words = group.proposal or (group.changes[0].words if group.changes else ("", ""))
    what = ""
    if not group.clashes:
        what = f"{ONE}:{group.changes[0].id}" if group.changes else STRIKE
    return Choice(what, *words)


@dataclass(frozen=True)
class NewParagraph:
    """An Abschnitt of the version to be; `number` is 0 for a new one."""

    number: int
    words: Words
    is_editorial: bool = False
    amendment_id: int | None = None
    """Which insertion brings it."""


@dataclass(frozen=True)
class Part:
    """What of one amendment goes into the version."""

    amendment: Accepted
    share: Share
    remark: str = ""


@dataclass
class Result:
    """The text as it would be, and where each amendment went."""

    paragraphs: list[NewParagraph] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)


def resolve(work: Work, form: Settlement) -> Result:
    """Put the version together; `problems` says for each field what is still missing."""
    result = Result(problems=dict(form.errors))
    by_number = {str(group.number): group for group in work.groups}
    rows: list[NewParagraph] = []
    struck: set[int] = set()
    for standing in work.standings:
        key = str(standing.number)
        group = by_number.get(key)
        row = NewParagraph(standing.number, standing.words)
        if group is not None:
            settled = _settle(group, form.choices[key], key, result)
            if settled is None:
                struck.add(standing.number)
            else:
                row = settled
        rows.append(row)
    for group in work.groups:
        if group.standing is None:
            _settle_gone(group, form.choices[str(group.number)], str(group.number), result)
    result.paragraphs = _with_insertions(work, form, rows, struck, result)
    _check_whole(work, form, result)
    return result


def _settle(group: Group, choice: Choice, key: str, result: Result) -> NewParagraph | None:
    """The Abschnitt as it will read; None when it is struck."""
    standing = group.standing
    assert standing is not None  # noqa: S101 - others go to _settle_gone
    same = NewParagraph(standing.number, standing.words)
    what, _colon, which = choice.what.partition(":")
    if what == LATER:
        return same
    if what == NOT:
        _share(result, group.all, [], choice, key)
        return same
    if what == STRIKE and group.strikes:
        _share(result, group.all, group.strikes, choice, key)
        return None
    words = standing.words
    if what == ONE:
        chosen = next((one for one in group.changes if str(one.id) == which), None)
        if chosen is None:
            result.problems[f"choice-{key}"] = _choose()
            return same
        words = chosen.words
        taken = [one for one in group.changes if one.words == words]
        _share(result, group.all, taken, choice, key)
    elif what == OWN and group.changes:
        words = choice.words
        if _check_words(words, key, result):
            _share_own(group, choice, key, result)
    else:
        result.problems[f"choice-{key}"] = _choose()
        return same
    if words == standing.words:
        result.problems.setdefault(
            f"choice-{key}",
            _("So steht es schon im Text. Wählen Sie „geht nicht ein“ oder „später“."),
        )
    return NewParagraph(standing.number, words, choice.is_editorial)


def _settle_gone(group: Group, choice: Choice, key: str, result: Result) -> None:
    if choice.what == NOT:
        _share(result, group.all, [], choice, key)
    elif choice.what != LATER:
        result.problems[f"choice-{key}"] = _choose()


def _choose() -> str:
    return _("Wählen Sie, was in den Text eingeht.")


def _share(
    result: Result, all_: Sequence[Accepted], taken: Sequence[Accepted], choice: Choice, key: str
) -> None:
    """Those taken go in as decided, the others give way, with the public sentence that says why."""
    yielding = [one for one in all_ if one not in taken]
    if yielding:
        _need_remark(choice, key, result)
    result.parts += [Part(one, Share.WHOLE) for one in taken]
    result.parts += [Part(one, Share.YIELDED, choice.remark) for one in yielding]


def _share_own(group: Group, choice: Choice, key: str, result: Result) -> None:
    """Words of the editor's: joined of all changes, which is proposed, or written."""
    if group.strikes or choice.words != group.proposal:
        _need_remark(choice, key, result)
    for one in group.changes:
        share = Share.WHOLE if one.words == choice.words else Share.JOINED
        remark = "" if share is Share.WHOLE else choice.remark
        result.parts.append(Part(one, share, remark))
    result.parts += [Part(one, Share.YIELDED, choice.remark) for one in group.strikes]


def _need_remark(choice: Choice, key: str, result: Result) -> None:
    if not choice.remark:
        result.problems[f"remark-{key}"] = _(
            "Sagen Sie öffentlich, warum etwas anders oder nicht in den Text eingeht."
        )
    elif len(choice.remark) > MAX_REMARK:
        result.problems[f"remark-{key}"] = _("Kürzen Sie auf höchstens 500 Zeichen.")


def _check_words(words: Words, key: str, result: Result) -> bool:
    heading, text = words
    before = len(result.problems)
    if not heading or len(heading) > MAX_HEADING:
        result.problems[f"heading-{key}"] = _(
            "Geben Sie eine Überschrift an, höchstens 200 Zeichen."
        )
    if not text:
        result.problems[f"text-{key}"] = _("Schreiben Sie, wie der Abschnitt lauten soll.")
    elif len(text) > MAX_TEXT:
        result.problems[f"text-{key}"] = str(TOO_LONG)
    return len(result.problems) == before


def _with_insertions(
    work: Work,
    form: Settlement,
    rows: Sequence[NewParagraph],
    struck: set[int],
    result: Result,
) -> list[NewParagraph]:
    """The Abschnitte that stay, each followed by what is inserted after it, in the chosen order."""
    here = {0, *(row.number for row in rows)}
    inserted: dict[int, list[tuple[int, int, NewParagraph]]] = {}
    for one in work.insertions:
        key = f"a{one.accepted.id}"
        choice = form.choices[key]
        if choice.what == NOT:
            _share(result, [one.accepted], [], choice, key)
        elif choice.what == TAKE:
            if choice.after not in here:
                result.problems[f"after-{key}"] = _("Wählen Sie, wo der neue Abschnitt steht.")
                continue
            if not _check_words(choice.words, key, result):
                continue
            if choice.words == one.accepted.words:
                result.parts.append(Part(one.accepted, Share.WHOLE))
            else:
                _need_remark(choice, key, result)
                result.parts.append(Part(one.accepted, Share.JOINED, choice.remark))
            new = NewParagraph(0, choice.words, amendment_id=one.accepted.id)
            place = (choice.order, one.accepted.number, new)
            inserted.setdefault(choice.after, []).append(place)
        elif choice.what != LATER:
            result.problems[f"choice-{key}"] = _choose()
    found: list[NewParagraph] = []
    for number in (0, *(row.number for row in rows)):
        if number and number not in struck:
            found.append(next(row for row in rows if row.number == number))
        places = sorted(inserted.get(number, ()), key=lambda place: place[:2])
        found += [new for _order, _number, new in places]
    return found


def _check_whole(work: Work, form: Settlement, result: Result) -> None:
    before = [(one.number, one.words) for one in work.standings]
    after = [(one.number, one.words) for one in result.paragraphs]
    if not result.paragraphs:
        result.problems["note"] = _("So hätte die Empfehlung keinen Abschnitt mehr.")
    elif before == after and not result.problems:
        result.problems["note"] = _(
            "So ändert sich nichts am Text. Eine neue Fassung braucht eine Änderung."
        )
    elif not form.note:
        result.problems["note"] = _("Sagen Sie in einem Satz, was sich geändert hat.")
    elif len(form.note) > MAX_NOTE:
        result.problems["note"] = _("Kürzen Sie auf höchstens 500 Zeichen.")


def choices_of(group: Group) -> list[str]:
    """What can be chosen for an Abschnitt, in the order in which it is offered."""
    if Clash.GONE in group.clashes:
        return [LATER, NOT]
    found = [f"{ONE}:{one.id}" for one in group.changes]
    found += [OWN] if group.changes else []
    found += [STRIKE] if group.strikes else []
    return [*found, LATER, NOT]
