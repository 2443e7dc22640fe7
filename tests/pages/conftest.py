"""Pages in a real Chromium, on a phone of 360 by 740, against the site served by this process."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    sync_playwright,
)

from accounts.models import Account
from tests.pages.elsewhere import Elsewhere
from tests.people import sign_in

# Playwright's sync interface keeps a loop running in this thread, which Django takes for an asynchronous caller.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

CHROMIUM = shutil.which("chromium")
LAUNCH: dict[str, Any] = {
    "executable_path": CHROMIUM,
    "args": [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    ],
    # What people's browsers do: pages behind the back button are kept in memory.
    "ignore_default_args": ["--disable-back-forward-cache"],
}
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "is_mobile": True,
    "has_touch": True,
    "locale": "en-GB",
}
# For what does not depend on the script, or on its absence.
SCRIPT_ON = pytest.mark.parametrize("script", [True], ids=["script on"], indirect=True)
SCRIPT_OFF = pytest.mark.parametrize("script", [False], ids=["script off"], indirect=True)
LetIn = Callable[[BrowserContext, Account], Client]
PATIENCE = 10_000  # milliseconds
TELL_VIOLATIONS = """
addEventListener("securitypolicyviolation", e => console.error("Content Security Policy", e.violatedDirective))
"""


class Watch:
    """What the pages of a context ask for, and what they do against the site's own policy."""

    def __init__(self, context: BrowserContext, *may_be_asked: str) -> None:
        self.may_be_asked = may_be_asked
        self.asked: list[str] = []
        self.complaints: list[str] = []
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    @property
    def strangers(self) -> list[str]:
        return [url for url in self.asked if not url.startswith(self.may_be_asked)]

    def _request(self, request: Request) -> None:
        if not request.url.startswith("data:"):
            self.asked.append(request.url)

    def _console(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "TrustedHTML" in message.text:
            self.complaints.append(message.text)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Without a Chromium its tests are left out, and one line says so; under CI they fail."""
    if CHROMIUM is None and item.get_closest_marker("browser"):
        told = "No Chromium on PATH: the pages are not tried in a browser."
        if os.environ.get("CI"):
            pytest.fail(told, pytrace=False)
        pytest.skip(told)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    with playwright.chromium.launch(**LAUNCH) as browser:
        yield browser


@pytest.fixture(scope="session")
def elsewhere() -> Iterator[Elsewhere]:
    """The neutral site behind the quick exit."""
    with Elsewhere() as site:
        yield site


@pytest.fixture(autouse=True)
def _exit_stays_on_this_machine(settings: Any, elsewhere: Elsewhere) -> None:
    settings.EXIT_URL = elsewhere.url


@pytest.fixture(params=[True, False], ids=["script on", "script off"])
def script(request: pytest.FixtureRequest) -> bool:
    return request.param


@pytest.fixture
def context(
    browser: Browser, live_server: Any, transactional_db: None, script: bool
) -> Iterator[BrowserContext]:
    with browser.new_context(**PHONE, base_url=live_server.url, java_script_enabled=script) as context:
        context.set_default_timeout(PATIENCE)
        context.add_init_script(TELL_VIOLATIONS)
        yield context


@pytest.fixture
def watch(context: BrowserContext, live_server: Any) -> Iterator[Watch]:
    """Fails a test in which a page asked another site for something, or did what the policy forbids."""
    watch = Watch(context, f"{live_server.url}/")
    yield watch
    assert watch.strangers == []
    assert watch.complaints == []


@pytest.fixture
def page(context: BrowserContext, watch: Watch) -> Page:
    return context.new_page()


@pytest.fixture
def let_in(live_server: Any) -> LetIn:
    """Signs somebody in without the pages, where signing in is not what is tried."""

    def let_her_in(context: BrowserContext, account: Account) -> Client:
        client = Client()
        sign_in(client, account)
        cookie = client.cookies["session"].value
        context.add_cookies([{"name": "session", "value": cookie, "url": live_server.url}])
        return client

    return let_her_in


@pytest.fixture
def hers(page: Page, context: BrowserContext, heron: Account, let_in: LetIn) -> Page:
    """A page on which Heron is signed in."""
    let_in(context, heron)
    return page


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """The folder in which a browser keeps what it keeps."""
    return tmp_path / "profile"
