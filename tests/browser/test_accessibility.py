"""axe-core finds nothing on any page, light and dark, wide and narrow; nothing scrolls sideways."""

import sqlite3

import pytest
from axe_playwright_python.sync_playwright import Axe

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
THREAD = "/empfehlungen/forschung-und-entwicklung"
PUBLIC = [
    "/",
    "/empfehlungen/",
    THREAD,
    f"{THREAD}/abschnitte/2",
    f"{THREAD}/beitraege/1",
    f"{THREAD}/thesen/fe-2",
    f"{THREAD}/thesen/fe-2/spd",
    "/parteien/",
    "/parteien/vergleich",
    "/parteien/spd",
    "/zusammenfassungen/",
    "/suche",
    "/suche?q=Infrastruktur",
    "/glossar",
    "/zeitleiste",
    "/methoden",
    "/so-geht-es",
    "/impressum",
    "/datenschutz",
    "/barrierefreiheit",
    "/regeln",
    "/entscheidungen",
    "/anmelden",
    "/registrieren",
    "/passwort-vergessen",
    "/gibt-es-nicht",
]
SIGNED_IN = [
    ("member", THREAD),
    ("member", f"{THREAD}/abschnitte/2"),
    ("member", "/konto"),
    ("member", "/konto/organisation"),
    ("member", "/konto/einladungen"),
    ("party", "/partei-desk/"),
    ("party", "/partei-desk/fe-2"),
    ("moderator", "/moderation/"),
    ("moderator", "/moderation/zusammenfassungen/"),
    ("moderator", "/moderation/zusammenfassungen/forschung-und-entwicklung"),
]


def problems(page):
    """What axe finds, one line each, with where."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{v['id']}: {[n['target'] for n in v['nodes'][:3]]}" for v in found]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_no_public_page_has_a_violation(server, context, width, dark):
    page = context(width=width, dark=dark).new_page()
    found = {}
    for path in PUBLIC:
        page.goto(server.url + path)
        if bad := problems(page):
            found[path] = bad
    assert not found


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_no_page_of_signed_in_people_has_a_violation(server, context, sign_in, people, width, dark):
    found = {}
    for role in ("member", "party", "moderator"):
        page = context(width=width, dark=dark).new_page()
        sign_in(page, people[role], server)
        for wanted, path in SIGNED_IN:
            if wanted == role:
                page.goto(server.url + path)
                if bad := problems(page):
                    found[path] = bad
    assert not found


@pytest.mark.parametrize("width", [320, 390, 768])
def test_no_page_scrolls_sideways(server, context, width):
    page = context(width=width).new_page()
    wide = {}
    for path in PUBLIC:
        page.goto(server.url + path)
        excess = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if excess > 0:
            wide[path] = excess
    assert not wide


def test_pages_ask_nobody_else_and_log_nothing(server, context):
    page = context().new_page()
    foreign, complaints = [], []
    page.on(
        "request",
        lambda r: None if r.url.startswith((server.url, "data:")) else foreign.append(r.url),
    )
    page.on(
        "console",
        lambda m: complaints.append(m.text) if m.type in {"error", "warning"} else None,
    )
    for path in PUBLIC[:-1]:
        page.goto(server.url + path)
    assert not foreign
    assert not complaints


@pytest.mark.slow
def test_a_thread_of_five_thousand_comments_and_long_words_has_no_violation(start, context):
    """Also at 320 px: words wider than the page break instead of pushing it."""
    server = start()
    with sqlite3.connect(server.data / "forum.db", timeout=30) as database:
        flood(database)
    for width, dark in ((1440, False), (390, True), (320, False)):
        page = context(width=width, dark=dark).new_page()
        page.goto(server.url + THREAD + "?ordnung=neueste")
        assert page.locator(".comment").count() >= 80
        assert problems(page) == []
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def flood(database):
    """Five thousand comments, every fourth a first one, by copying one; and a title without end."""
    database.row_factory = sqlite3.Row
    slug = THREAD.rsplit("/", 1)[1]
    [about] = database.execute("SELECT * FROM recommendations WHERE slug = ?", [slug])
    one = dict(
        database.execute(
            "SELECT * FROM comments WHERE recommendation_id = ? AND about_id = ? "
            "AND root_id IS NULL AND visibility = 'visible' LIMIT 1",
            [about["id"], about["id"]],
        ).fetchone()
    )
    subject = dict(database.execute("SELECT * FROM subjects WHERE id = ?", [one["id"]]).fetchone())
    [last] = database.execute("SELECT max(id) FROM subjects").fetchone()
    first_number, word = about["last_comment_number"], "Verkehrsinfrastruktur" * 6
    places = database.execute(
        "SELECT * FROM comment_ranks WHERE comment_id = ?", [one["id"]]
    ).fetchall()
    for n in range(1, 5001):
        root = None if n % 4 == 1 else last + n - (n - 1) % 4
        row = one | {
            "id": last + n,
            "number": first_number + n,
            "kind": None if root else one["kind"],
            "root_id": root,
            "parent_id": root,
            "reply_rank": (n - 1) % 4,
            "reply_order": ((n - 1) % 4) << 42,
            "depth": int(bool(root)),
            "reply_count": 0 if root else 3,
            "html": f"<p>Ein Satz mit {word}.</p>",
            "submission": None,
        }
        key = {"id": last + n, "number": first_number + n, "index_due": 0, "comment_count": 0}
        for table, values in (("subjects", subject | key), ("comments", row)):
            marks = ", ".join("?" * len(values))
            database.execute(
                f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})",
                list(values.values()),
            )
        for place in () if root else places:
            moved = dict(place) | {"comment_id": row["id"], "number": row["number"]}
            marks = ", ".join("?" * len(moved))
            database.execute(
                f"INSERT INTO comment_ranks ({', '.join(moved)}) VALUES ({marks})",
                list(moved.values()),
            )
    database.execute(
        "UPDATE recommendations SET title = ?, short_title = ?, revision = revision + 1, "
        "comment_count = comment_count + 5000, last_comment_number = ? WHERE id = ?",
        [word, word, first_number + 5000, about["id"]],
    )
