"""E-mail addresses as people type them."""

import re

from forum.kernel import html

_ADDRESS = re.compile(r"[^@\s<>(),;:\\\"\[\]]+@[^@\s.]+(\.[^@\s.]+)+")


def normal(text: str) -> str:
    """The address meant, as it is compared: without what nobody types, in small letters."""
    try:
        return html.plain(text).lower()
    except ValueError:  # no text at all
        return ""


def is_address(text: str) -> bool:
    """Whether a mail can be sent there, as far as one sees by looking."""
    return len(text) <= 254 and bool(_ADDRESS.fullmatch(text))
