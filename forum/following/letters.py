"""The mails: plain text, no line longer than 76 characters but for addresses."""

import textwrap
from collections.abc import Sequence

from flask_babel import format_datetime, ngettext
from flask_babel import gettext as _

from forum.following.models import Pace
from forum.following.reading import Item
from forum.kernel.letters import Letter, address_of, letter

WIDTH = 76
MOST = 30
"""So many pieces of news stand in one mail; the rest stands in the list."""
QUOTED = 700
OWN = 300


def news(
    items: Sequence[Item], *, pace: Pace, stop: str, is_visitor: bool, may_answer: bool
) -> Letter:
    """What has happened, and how to have fewer of these mails."""
    subject = (
        items[0].headline
        if len(items) == 1
        else ngettext(
            "%(num)s Neuigkeit: %(first)s",
            "%(num)s Neuigkeiten: %(first)s und mehr",
            len(items),
            first=items[0].headline,
        )
    )
    parts = ["\n\n".join(_told(item, answers=may_answer)) for item in items[:MOST]]
    if len(items) > MOST:
        more = ngettext(
            "Und %(num)s weitere Neuigkeit.", "Und %(num)s weitere Neuigkeiten.", len(items) - MOST
        )
        parts.append(more if is_visitor else f"{more}\n{address_of('/konto/neuigkeiten')}")
    body = "\n\n* * *\n\n".join(parts)
    return letter(subject, body, why=_footer(pace, stop, is_visitor=is_visitor))


def _told(item: Item, *, answers: bool) -> list[str]:
    when = format_datetime(item.happened_at, "d. MMMM y, H:mm 'Uhr'")
    head = f"{item.headline} ({item.who})" if item.who else item.headline
    where = f"{item.where}, {when}" if item.where else when
    parts = [f"{_fill(f'{head}.')}\n{_fill(where)}"]
    if item.text:
        parts.append(wrapped(item.text))
    if item.own:
        parts.append(f"{item.own.label}:\n{quoted(item.own.short(OWN))}")
    if item.about:
        parts.append(f"{item.about.label}:\n{quoted(item.about.short(QUOTED))}")
    if answers and item.reply_url:
        parts.append(f"{_('Antworten:')}\n{address_of(item.reply_url)}")
    parts.append(f"{_('Im Forum lesen:')}\n{address_of(item.url)}")
    parts.append(_fill(item.why))
    return parts


def _footer(pace: Pace, stop: str, *, is_visitor: bool) -> str:
    often = {
        Pace.AT_ONCE: _("sofort"),
        Pace.DAILY: _("einmal am Tag"),
        Pace.WEEKLY: _("einmal in der Woche"),
    }.get(pace, "")
    if is_visitor:
        why = _(
            "Sie bekommen diese E-Mail %(often)s, weil Sie mit dieser Adresse folgen und das "
            "bestätigt haben.",
            often=often,
        )
        return f"{_fill(why)}\n{_('Abbestellen:')}\n{stop}"
    why = _(
        "Sie bekommen diese E-Mail, weil in Ihrem Konto steht: Neuigkeiten %(often)s.", often=often
    )
    settings = address_of("/konto#mails")
    return f"{_fill(why)}\n{_('Ändern:')}\n{settings}\n{_('Abbestellen:')}\n{stop}"


def confirm(label: str, link: str, *, days: int) -> Letter:
    """To an address that somebody wants to follow something with."""
    asked = _(
        "jemand möchte mit dieser Adresse per E-Mail folgen: %(label)s. Waren Sie das, dann "
        "bestätigen Sie es hier:",
        label=label,
    )
    holds = ngettext(
        "Der Link gilt einen Tag und einmal.",
        "Der Link gilt %(num)s Tage und einmal.",
        days,
    )
    forgotten = _(
        "Bestätigen Sie nicht, dann bekommen Sie keine weiteren E-Mails, und die Adresse ist nach "
        "dieser Zeit gelöscht."
    )
    return letter(
        _("Bestätigen Sie, dass Sie folgen möchten"),
        _fill(asked),
        link,
        _fill(f"{holds} {forgotten}"),
        why=_fill(
            _("Sie bekommen diese E-Mail, weil jemand diese Adresse bei uns eingegeben hat.")
        ),
    )


def wrapped(text: str) -> str:
    """Prose as people typed it, its lines broken where a mail breaks them."""
    return "\n".join(_fill(line) for line in text.splitlines())


def quoted(text: str) -> str:
    """Somebody's words, marked as mails mark them."""
    return textwrap.fill(
        " ".join(text.split()),
        WIDTH,
        initial_indent="> ",
        subsequent_indent="> ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _fill(line: str) -> str:
    return textwrap.fill(line, WIDTH, break_long_words=False, break_on_hyphens=False)
