"""What a check weighs on a slow network, as production sends it: compressed, with all its headers."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.test import Client
from django.test.testcases import QuietWSGIRequestHandler, ThreadedWSGIServer
from playwright.sync_api import Browser, CDPSession, Page

from accounts.models import Account
from alerts.checking import Answer, Outcome, Person
from alerts.models import Report
from alerts.views.answer import REPORTS_A_PAGE
from jasmine import crypto
from tests.makers import PHONE, a_report, an_identifier
from tests.pages.answering import ADDRESS, NAME, NUMBER, answered_by
from tests.pages.conftest import PHONE as A_PHONE
from tests.pages.conftest import LetIn
from tests.people import an_account, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST = 14_600  # bytes: what a server sends at once, before it waits for the phone's first answer
STEP = 4096  # bytes: an answer is filled to a multiple of this


class Scale:
    """`sent`: bytes on the wire of each address, with headers."""

    def __init__(self, page: Page) -> None:
        self.sent: dict[str, float] = {}
        self._urls: dict[str, str] = {}
        chrome: CDPSession = page.context.new_cdp_session(page)
        chrome.on("Network.responseReceived", self._answered)
        chrome.on("Network.loadingFinished", self._finished)
        chrome.send("Network.enable")

    def of(self, ending: str) -> float:
        (found,) = (sent for url, sent in self.sent.items() if url.endswith(ending))
        return found

    def _answered(self, told: dict[str, Any]) -> None:
        self._urls[told["requestId"]] = told["response"]["url"]

    def _finished(self, told: dict[str, Any]) -> None:
        self.sent[self._urls[told["requestId"]]] = told["encodedDataLength"]


FirstVisit = Callable[..., tuple[Page, Scale]]


@pytest.fixture
def site(settings: Any, tmp_path: Path) -> Iterator[str]:
    """The address of a site with its files named, compressed and served as in production."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = False
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    call_command("collectstatic", verbosity=0, interactive=False)
    server = ThreadedWSGIServer(("localhost", 0), QuietWSGIRequestHandler)
    server.set_app(WSGIHandler())
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def first_visit(browser: Browser, site: str, heron: Account, let_in: LetIn) -> Iterator[FirstVisit]:
    """Loads the check page in a browser that has seen nothing of the site yet, after `typed` was checked."""
    with browser.new_context(**A_PHONE, base_url=site) as context:
        client = let_in(context, heron)

        def load(typed: str | None = None, *, language: str = "en") -> tuple[Page, Scale]:
            context.add_cookies([{"name": "language", "value": language, "url": site}])
            if typed is not None:
                client.post("/check/", {"q": typed})
            page = context.new_page()
            scale = Scale(page)
            page.goto("/check/")
            return page, scale

        yield load


def test_the_check_page_comes_at_once(first_visit):
    _page, scale = first_visit()
    assert scale.of("/check/") + scale.of(".css") <= MOST


@pytest.mark.parametrize("reports", [0, 1, 5])
def test_an_answer_comes_at_once(first_visit, reports):
    for number in range(reports):
        a_long_report(number)
    page, scale = first_visit(PHONE)
    assert page.locator("article").count() == reports
    assert scale.of("/check/") + scale.of(".css") <= MOST


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_longest_answer_comes_at_once(first_visit, language, heron):
    for number in range(10):
        a_long_report(number)
    reports = list(Report.objects.all())
    people = [
        Person("sure" if number < 2 else "perhaps", NUMBER, reports, clues=("name",)) for number in range(9)
    ]
    with answered_by(Answer(Outcome.FOUND, people, recognised=(NUMBER, ADDRESS, NAME))):
        page, scale = first_visit(PHONE, language=language)
    assert page.locator("article").count() == REPORTS_A_PAGE
    assert scale.of("/check/") + scale.of(".css") <= MOST


def test_a_hit_and_a_miss_have_the_same_size(first_visit, plover, client, heron):
    a_report(plover)
    sign_in(client, heron)
    sizes = {answer_size(client, typed) for typed in (PHONE, "06 39 98 12 35", "…")}
    assert len(sizes) == 1
    assert sizes.pop() % STEP == 0


def a_long_report(number: int) -> None:
    """With all that can be tapped, and a notice as long as it may be."""
    a_report(
        an_account(f"Tern {number}"),
        incidents=["rape", "condom_removal", "theft"],
        identifiers=[
            an_identifier(),
            an_identifier("Grandchamp", "name"),
            an_identifier(f"grey{number}@example.org", "email"),
        ],
        weapon=True,
        intoxicated=True,
        others_present=True,
        how=["changed_place", "false_notes", "asked_address"],
        helped=["left_at_once", "called_a_friend"],
        appearance={
            "age_band": "36-45",
            "marks": "a tattoo of an anchor on the left arm",
            "spoke": "French",
        },
        vehicle={"type": "van", "colour": "white", "make": "Renault"},
        setting="hotel",
        time_slot="night",
        incident_on=(crypto.today() - timedelta(days=number * 40)).isoformat(),
        notice=" ".join(a_sentence(number, part) for part in range(20))[:500],
    )


def a_sentence(number: int, part: int) -> str:
    """Another one each time, so that a notice does not shrink to nothing."""
    rest = sha256(f"{number} {part}".encode()).hexdigest()
    return f"{rest[:7]} he said {rest[7:13]} and then {rest[13:19]}."


def answer_size(client: Client, typed: str) -> int:
    client.post("/check/", {"q": typed})
    return len(client.get("/check/", headers={"accept-encoding": "gzip"}).content)
