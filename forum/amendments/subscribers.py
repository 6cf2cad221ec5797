"""What follows for proposers from what happens to their words."""

from flask_babel import gettext as _

from forum.accounts import queries as accounts
from forum.amendments import dissents, traces
from forum.amendments.events import VersionMade
from forum.amendments.traces import Trace
from forum.kernel.letters import Letter, address_of, letter
from forum.kernel.mail import post


def tell_whose_words_stand(event: VersionMade) -> None:
    """A version is public: whoever proposed something hears which of their words stand in it."""
    for trace in traces.of_amendments(event.amendment_ids):
        authors = {trace.line.author_id, *dissents.merged_authors(trace.line.id)}
        for author_id in sorted(authors):
            author = accounts.user(author_id)
            if author.erased_at is None:
                post(author.email, *entered(trace))


def entered(trace: Trace) -> Letter:
    """Which words of a proposal stand in the new version, or why none do."""
    entry = trace.entry
    number = entry.version_number if entry else 0
    name, title = trace.line.name, trace.recommendation.short_title
    if entry is None or not entry.is_in_text:
        return letter(
            _("%(name)s: nicht in Fassung %(n)s", name=name, n=number),
            _(
                "von der Empfehlung „%(title)s“ gibt es Fassung %(n)s. %(name)s war angenommen, "
                "steht aber nicht darin.",
                title=title,
                n=number,
                name=name,
            ),
            _("Dazu die Redaktion: %(remark)s", remark=entry.remark if entry else ""),
            address_of(trace.url),
        )
    parts = [
        _(
            "von der Empfehlung „%(title)s“ gibt es Fassung %(n)s. %(name)s steht darin.",
            title=title,
            n=number,
            name=name,
        )
    ]
    if trace.words:
        quoted = "\n".join(f"„{words}“" for words in trace.words)
        parts.append(_("Ihre Worte im Text:\n%(words)s", words=quoted))
    elif trace.line.kind == "strike":
        parts.append(_("Der Abschnitt ist gestrichen."))
    if entry.remark:
        parts.append(_("Dazu die Redaktion: %(remark)s", remark=entry.remark))
    parts.append(_("Was sich geändert hat:\n%(link)s", link=address_of(trace.diff_url)))
    return letter(_("Ihre Worte stehen in Fassung %(n)s", n=number), *parts)
