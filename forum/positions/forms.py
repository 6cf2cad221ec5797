"""The form in which a party answers a thesis, as it was typed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from forum.positions.desk import Content
from forum.positions.writing import as_answer, as_lines, as_sources, readable

_NUMBER = re.compile("[0-9]{1,9}")


@dataclass(frozen=True)
class AnswerForm:
    """Raw text: what is wrong with it is said beside it, and it is never lost."""

    answer: str = ""
    reason: str = ""
    sources: str = ""
    correction_reason: str = ""
    edition: int = 0

    @classmethod
    def of(cls, content: Content, edition: int) -> "AnswerForm":
        """The form for what is stored."""
        return cls(
            answer=content.answer.value if content.answer else "",
            reason=content.reason,
            sources=as_lines(content.sources),
            correction_reason=content.correction_reason,
            edition=edition,
        )

    @classmethod
    def posted(cls, form: Mapping[str, str]) -> "AnswerForm":
        """What a browser sent, whatever it is."""
        number = form.get("edition", "")
        return cls(
            answer=form.get("answer", ""),
            reason=form.get("reason", ""),
            sources=form.get("sources", ""),
            correction_reason=form.get("correction_reason", ""),
            edition=int(number)
            if number.isascii() and number.isdigit() and len(number) < 10
            else -1,
        )

    def over(self, edition: int) -> "AnswerForm":
        """The same text for sending again, knowing of the newer one beside it."""
        return replace(self, edition=edition)

    def content(self) -> Content:
        """What was typed, normalised. Raises Refused for what cannot be read at all."""
        return Content(
            answer=as_answer(self.answer),
            reason=readable(self.reason, "reason"),
            sources=as_sources(self.sources),
            correction_reason=readable(self.correction_reason, "correction_reason"),
        )
