"""A real server with the demo in a folder of its own, and Chromium to look at it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from forum.demo.people import DOMAIN, PASSWORD

ROOT = Path(__file__).parent.parent.parent
CHROMIUM = next(
    (p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), ""
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of this folder needs Chromium; without it, one loud line, or a failure where CI asks."""
    here = [item for item in items if Path(__file__).parent in item.path.parents]
    for item in here:
        item.add_marker(pytest.mark.browser)
        if not CHROMIUM:
            if os.environ.get("FORUM_TEST_STRICT"):
                item.add_marker(pytest.mark.usefixtures("chromium_is_required"))
            else:
                item.add_marker(
                    pytest.mark.skip(reason="NO CHROMIUM FOUND: BROWSER TESTS DID NOT RUN")
                )


@pytest.fixture
def chromium_is_required() -> None:
    """Fail instead of skipping."""
    pytest.fail("No Chromium on this machine: apt-get install chromium")


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """A running forum."""

    data: Path
    port: int
    environ: dict[str, str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def forum(self, *arguments: str) -> str:
        """Run a command against the same data folder."""
        done = subprocess.run(
            [sys.executable, "-m", "forum", *arguments],
            cwd=ROOT,
            env=self.environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def wait(self, seconds: float) -> None:
        """Until it answers."""
        end = time.monotonic() + seconds
        while True:
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=2).close()
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)
            else:
                return


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Start a forum: `start(FORUM_DEMO="off")`."""
    running: list[subprocess.Popen[bytes]] = []

    def begin(data: Path | None = None, **settings: str) -> Server:
        data = data or tmp_path_factory.mktemp("served")
        port = free_port()
        environ = (
            {k: v for k, v in os.environ.items() if not k.startswith("FORUM_")}
            | {
                "FORUM_DATA": str(data),
                "FORUM_NOW": "2017-08-17T10:00",
                "FORUM_RATE_LIMITS": "off",
                "FORUM_BASE_URL": f"http://127.0.0.1:{port}",
                "FORUM_LOG_LEVEL": "warning",
            }
            | settings
        )
        with (data / "server.log").open("ab") as log:
            running.append(
                subprocess.Popen(
                    [sys.executable, "-m", "forum", "run", "--port", str(port)],
                    cwd=ROOT,
                    env=environ,
                    stdout=log,
                    stderr=log,
                )
            )
        server = Server(data, port, environ)
        try:
            server.wait(90)
        except OSError:
            pytest.fail(f"The server did not start:\n{(data / 'server.log').read_text()[-3000:]}")
        return server

    yield begin
    for process in running:
        process.terminate()
    for process in running:
        process.wait(30)


@pytest.fixture(scope="session")
def server(start: Callable[..., Server]) -> Server:
    """The demo, shared by all tests that only look."""
    return start()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser process."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Open a window of its own: `context(width=390, dark=True, javascript=False)`."""
    opened: list[BrowserContext] = []

    def begin(*, width: int = 1440, dark: bool = False, javascript: bool = True) -> BrowserContext:
        found = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            locale="de-DE",
            timezone_id="Europe/Berlin",
            has_touch=width < 600,
        )
        opened.append(found)
        return found

    yield begin
    for window in opened:
        window.close()


@pytest.fixture(scope="session")
def people() -> dict[str, str]:
    """The demo's people by what they are."""
    names = {
        "member": "mitglied1",
        "colleague": "mitglied13",
        "party": "nord1",
        "party_second": "nord2",
        "moderator": "moderation1",
        "approver": "moderation2",
    }
    return {role: f"{name}@{DOMAIN}" for role, name in names.items()}


@pytest.fixture
def sign_in() -> Callable[[Page, str, Server], None]:
    """Sign a demo person in: `sign_in(page, "name@…", server)`."""

    def go(page: Page, email: str, server: Server) -> None:
        page.goto(f"{server.url}/anmelden")
        page.get_by_label("E-Mail-Adresse").fill(email)
        page.get_by_label("Passwort", exact=True).fill(PASSWORD)
        page.locator("main").get_by_role("button", name="Anmelden").click()
        page.wait_for_load_state()

    return go
