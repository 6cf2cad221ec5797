"""Text written by people, made safe to show: length, Markdown, bleach, and nh3 as the last word.

Rendered once, when it is written. Source and HTML are stored together with `RENDER_VERSION`, so
that a change of this module can find what it has to render again.
"""

import re
import threading
import unicodedata
from html import unescape

import bleach
import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

RENDER_VERSION = 1
MAX_SOURCE = 20_000
"""Characters that may reach the Markdown parser; forms set their own, smaller limits."""

_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "code", "pre", "a", "s"}
_EDITORIAL_TAGS = _TAGS | {"h2", "h3", "h4", "table", "thead", "tbody", "tr", "th", "td", "hr"}
_SCHEMES = {"http", "https", "mailto"}
_REL = "nofollow ugc noopener"

# Direction overrides can make a line read as something else than what it says; other control
# characters have no place in prose. Tab and newline stay.
_UNWANTED = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f\u0080-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": True, "maxNesting": 20})
    return parser.enable(["linkify", "strikethrough"]).disable(
        ["image", "html_inline", "html_block"]
    )


_comment_parser = _parser().disable(["heading", "lheading", "hr"])
_editorial_parser = _parser().enable(["table"])


def plain(text: str) -> str:
    """What people typed, without characters nobody types: NFC, Unix line ends, no controls.

    Raises ValueError for a lone surrogate, which no database would store.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _UNWANTED.sub("", text)
    text.encode("utf-8")
    return text.strip()


def render(source: str) -> Markup:
    """A member's Markdown as HTML that is safe in any of our pages."""
    return _clean(_comment_parser.render(_bounded(source)), _TAGS)


def render_editorial(source: str) -> Markup:
    """The Redaktion's Markdown: headings and tables on top, and just as little trust."""
    return _clean(_editorial_parser.render(_bounded(source, 200_000)), _EDITORIAL_TAGS)


def _bounded(source: str, limit: int = MAX_SOURCE) -> str:
    if len(source) > limit:
        raise ValueError(f"{len(source)} characters; at most {limit} are rendered")
    return source


_cleaners = threading.local()  # one serves one thread at a time, and is dear to make


def _cleaner(tags: set[str]) -> bleach.Cleaner:
    made = _cleaners.__dict__  # of this thread
    found: bleach.Cleaner | None = made.get(key := " ".join(sorted(tags)))
    if found is None:
        found = made[key] = bleach.Cleaner(
            tags=tags, attributes={"a": ["href"]}, protocols=_SCHEMES, strip=True
        )
    return found


def _clean(html: str, tags: set[str]) -> Markup:
    once = _cleaner(tags).clean(html)
    last = nh3.clean(
        once, tags=tags, attributes={"a": {"href"}}, url_schemes=_SCHEMES, link_rel=_REL
    )
    return Markup(last)  # noqa: S704 - this is the one place that vouches for it


def text_of(html: str) -> str:
    """The words of rendered HTML as plain text, for the search index and for mails."""
    return " ".join(unescape(nh3.clean(html.replace("<", " <"), tags=set())).split())
