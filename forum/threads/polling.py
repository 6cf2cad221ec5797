"""The poll of pages that stay open: what has come, without session, user or rendering."""

from flask import Response, request
from flask_babel import ngettext

from forum.deliberation import news
from forum.kernel.web import whole
from forum.threads import revisions


def answer(slug: str) -> Response | None:
    """The poll without session and user: one look at an index where nothing is new.

    None for a thread without comments, which may not be public yet: the page itself knows.
    """
    since = whole(request.args.get("seit"))
    about_id = whole(request.args.get("zu")) or 0
    revision = revisions.revision(slug)
    if revision is None or revision.last_number == 0:
        return None
    tag = f"{revision.last_number}-{about_id}"
    if f'"{tag}"' in request.environ.get("HTTP_IF_NONE_MATCH", ""):
        return Response(status=304, headers={"ETag": f'"{tag}"'})
    if since is None or since >= revision.last_number:
        return nothing(tag)
    count = news.arrived(revision.id, since, about_id)
    if not count:
        return nothing(tag)
    words = ngettext("%(num)s neuen Beitrag anzeigen", "%(num)s neue Beiträge anzeigen", count)
    return Response(words, mimetype="text/plain", headers=_headers(tag))


def nothing(tag: str) -> Response:
    """No news, and the tag to ask with the next time."""
    return Response(status=204, headers=_headers(tag))


def _headers(tag: str) -> dict[str, str]:
    return {"ETag": f'"{tag}"', "Cache-Control": "no-cache"}
