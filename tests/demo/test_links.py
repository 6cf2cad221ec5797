"""Every link and every form that a page shows leads somewhere, for whoever is shown it."""

from collections import Counter, deque
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from forum.accounts import queries
from forum.demo.people import DOMAIN
from tests.demo.test_demo import filled

__all__ = ["filled"]

ROLES = {
    "visitor": None,
    "member": "mitglied1",
    "unconfirmed": "neu",
    "party": "nord1",
    "colleague": "nord2",
    "moderator": "moderation1",
    "second moderator": "moderation2",
    "editor": "redaktion",
    "administrator": "administration",
}
MOST = 2
"""So many pages of each kind are opened: all theses are linked from the same templates."""
ENDS_THE_SESSION = {"security.logout", "security.login"}


class Crawl:
    """One person who opens every kind of page and presses, at the end, every kind of button."""

    def __init__(self, app, browser):
        self.app, self.browser = app, browser
        self.opened: dict[str, BeautifulSoup | None] = {}
        self.kinds: Counter[str] = Counter()
        self.anchors: list[tuple[str, str, str]] = []
        self.forms: dict[str, tuple[str, str, dict[str, str]]] = {}
        self.broken: list[str] = []

    def endpoint(self, path, method):
        """Which endpoint answers; None when nothing does."""
        adapter = self.app.url_map.bind("localhost")
        try:
            return adapter.match(unquote(path), method=method)[0]
        except RequestRedirect:
            return "redirect"
        except HTTPException:
            return None

    def walk(self):
        waiting = deque([("/", "the address bar")])
        while waiting:
            url, shown_on = waiting.popleft()
            if url in self.opened:
                continue
            kind = self.endpoint(urlsplit(url).path, "GET")
            if kind is None:
                self.broken.append(f"GET {url}, shown on {shown_on}: nothing there")
                continue
            self.kinds[kind] += 1
            if self.kinds[kind] > MOST:
                continue
            page = self.open(url, shown_on)
            self.opened[url] = page
            if page is not None:
                waiting.extend((found, url) for found in self.links(page, url))
                self.note_forms(page, url)

    def open(self, url, shown_on):
        response = self.browser.raw("GET", url, follow_redirects=True)
        if response.status_code != 200:
            self.broken.append(f"GET {url}, shown on {shown_on}: {response.status_code}")
            return None
        if response.mimetype != "text/html":
            return None
        return BeautifulSoup(response.text, "html.parser")

    def links(self, page, url):
        """Addresses of this site that the page leads to."""
        for element in page.select("a[href], link[href], [hx-get]"):
            target = element.get("hx-get") or element["href"]
            parts = urlsplit(urljoin("http://localhost" + url, target))
            if parts.netloc != "localhost" or parts.path.startswith("/static/"):
                continue
            found = parts.path + (f"?{parts.query}" if parts.query else "")
            if parts.fragment and element.name == "a":
                self.anchors.append((found, unquote(parts.fragment), url))
            yield found
        for form in page.select("form[action]:not([method=post])"):
            yield urljoin(url, form["action"])

    def note_forms(self, page, url):
        for form in page.select("form[method=post]"):
            fields = {i["name"]: i.get("value", "") for i in form.select("input[type=hidden]")}
            targets = {form.get("action") or url, form.get("hx-post")}
            targets |= {button["formaction"] for button in form.select("[formaction]")}
            for target in targets - {None}:
                self.note(urljoin(url, target), fields, url)

    def note(self, target, fields, url):
        kind = self.endpoint(urlsplit(target).path, "POST")
        if kind is None:
            self.broken.append(f"POST {target}, shown on {url}: nothing there")
        else:
            self.forms.setdefault(kind, (target, url, fields))

    def press(self):
        for kind, (target, url, fields) in self.forms.items():
            if kind in ENDS_THE_SESSION:
                continue
            status = self.browser.raw("POST", target, data=fields).status_code
            if status in {404, 405} or status >= 500:
                self.broken.append(f"POST {target}, shown on {url}: {status}")

    def follow_anchors(self):
        for address, anchor, url in self.anchors:
            page = self.opened.get(address)
            if page is not None and not page.find(id=anchor):
                self.broken.append(f"#{anchor} of {address}, shown on {url}: no such place")


@pytest.mark.slow
def test_every_link_and_form_leads_somewhere_for_everybody(filled, browse, work):
    work()
    broken, kinds = {}, set()
    for role, name in ROLES.items():
        with filled.app_context():
            user = queries.user_by_email(f"{name}@{DOMAIN}") if name else None
            assert user or not name
        crawl = Crawl(filled, browse(as_=user))
        crawl.walk()
        crawl.follow_anchors()
        crawl.press()
        kinds |= crawl.kinds.keys()
        if crawl.broken:
            broken[role] = sorted(set(crawl.broken))
    assert not broken, "\n".join(f"{role}: {one}" for role in broken for one in broken[role])
    assert {
        "threads.position",
        "threads.comment",
        "moderation.report",
        "moderation.decide",
        "positions.sheet",
        "summaries.edit",
    } <= kinds
