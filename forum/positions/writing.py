"""What may be written in an answer, before anything is stored."""

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forum.kernel import html
from forum.kernel.errors import ForumError
from forum.positions.models import Answer

MAX_REASON = 500
"""Unicode code points after NFC: what people count as characters."""
MAX_SOURCES = 10
MAX_SOURCE = 300
_ADDRESS = re.compile(r"https?://\S+")


class Refused(ForumError):
    """The answer cannot stand as it is; `problems` has the sentence for each field."""

    status = 422
    title: Any = _l("Ihre Antwort kann so nicht gespeichert werden")

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = dict(problems)


def readable(text: str, field: str) -> str:
    """The text as it will be stored, or Refused for characters that no database takes."""
    try:
        clean = html.plain(text)
    except ValueError:
        clean = "\ufffd"
    if "\ufffd" in clean:  # what stands for bytes that are not UTF-8
        sentence = _("Der Text enthält Zeichen, die wir nicht lesen können. Geben Sie sie neu ein.")
        raise Refused({field: sentence})
    return clean


def as_answer(value: str) -> Answer | None:
    """The answer a form sent; None for nothing, and for what is no answer."""
    try:
        return Answer(value)
    except ValueError:
        return None


def as_sources(text: str) -> tuple[dict[str, str], ...]:
    """One source a line: an address, a title, or a title with its address."""
    sources = []
    for line in readable(text, "sources").splitlines():
        if not (line := " ".join(line.split())):
            continue
        address = _ADDRESS.search(line)
        url = address.group() if address else ""
        title = " ".join(line.replace(url, " ").split()).rstrip(" ,:;–-") if url else line
        sources.append({"title": title or url, "url": url})
    return tuple(sources)


def as_lines(sources: tuple[dict[str, str], ...]) -> str:
    """The sources as people edit them."""
    return "\n".join(
        source["title"]
        if not source.get("url") or source["url"] == source["title"]
        else f"{source['title']} {source['url']}"
        for source in sources
    )


def problems(
    *,
    answer: Answer | None,
    reason: str,
    sources: tuple[dict[str, str], ...],
    correction_reason: str,
    complete: bool,
    corrects: bool,
) -> dict[str, str]:
    """What has to change before this can be saved, or approved when `complete`; by field."""
    found: dict[str, str] = {}
    if complete and answer is None:
        found["answer"] = _("Wählen Sie eine Antwort.")
    if complete and not reason:
        found["reason"] = _("Schreiben Sie eine Begründung.")
    if len(reason) > MAX_REASON:
        found["reason"] = _too_long(reason)
    if len(sources) > MAX_SOURCES:
        found["sources"] = _("Nennen Sie höchstens %(max)s Quellen.", max=MAX_SOURCES)
    elif any(len(as_lines((source,))) > MAX_SOURCE for source in sources):
        found["sources"] = _("Kürzen Sie jede Zeile auf %(max)s Zeichen.", max=MAX_SOURCE)
    if complete and corrects and not correction_reason:
        found["correction_reason"] = _(
            "Nennen Sie den Grund der Berichtigung. Er steht öffentlich neben beiden Fassungen."
        )
    if len(correction_reason) > MAX_REASON:
        found["correction_reason"] = _too_long(correction_reason)
    return found


def _too_long(text: str) -> str:
    return _(
        "Kürzen Sie den Text auf %(max)s Zeichen; zurzeit sind es %(count)s.",
        max=MAX_REASON,
        count=len(text),
    )
