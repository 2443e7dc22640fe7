"""Every page can be read by everybody: by ear, in the dark, in large letters, on the narrowest phone."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, Page

from accounts.models import Account
from tests.pages.conftest import PHONE as A_PHONE
from tests.pages.conftest import LetIn
from tests.pages.walking import every_page, unfold

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NARROWEST = 320  # pixels
SIDES = {"en": "ltr", "fr": "ltr", "ar": "rtl"}
TWICE = "212.5%"  # the sheet says 106.25%
Walk = Callable[[Page], Iterator[str]]


@pytest.fixture
def page(browser: Browser, live_server: Any, transactional_db: None) -> Iterator[Page]:
    """The checker is a script from outside, which the site's own policy would not let in."""
    with browser.new_context(**A_PHONE, base_url=live_server.url, bypass_csp=True) as context:
        yield context.new_page()


@pytest.fixture
def walk(heron: Account, plover: Account, let_in: LetIn) -> Walk:
    return lambda page: every_page(page, lambda: let_in(page.context, heron), plover)


def test_no_page_has_a_serious_fault(page, walk):
    assert {name: found for name in walk(page) if (found := faults(page))} == {}


def test_no_page_is_wider_than_the_narrowest_phone(page, walk, settings):
    settings.LANGUAGES = [("en", "English"), ("fr", "Français"), ("ar", "العربية")]
    page.set_viewport_size({"width": NARROWEST, "height": 640})
    speak(page, "en")
    wrong = {}
    for name in walk(page):
        for language in in_turn(page):
            seen = (page.get_attribute("html", "dir"), *widths(page))
            if seen != (SIDES[language], NARROWEST, NARROWEST):
                wrong[name, language] = seen
    assert wrong == {}


def in_turn(page: Page) -> Iterator[str]:
    """Shows the same page in every language, first in the one that it is in."""
    shown = page.get_attribute("html", "lang") or ""
    yield shown
    for language in SIDES.keys() - {shown}:
        speak(page, language)
        page.reload()
        unfold(page)
        yield language


def speak(page: Page, language: str) -> None:
    page.context.add_cookies([{"name": "language", "value": language, "domain": "localhost", "path": "/"}])


def faults(page: Page) -> list[str]:
    """What axe calls serious or critical, in the light and in the dark."""
    page.evaluate(AXE_FILE_PATH.read_text())
    found = _run(page, {})
    page.emulate_media(color_scheme="dark")
    found += _run(page, {"runOnly": ["color-contrast"]})
    page.emulate_media(color_scheme="light")
    return found


def _run(page: Page, options: dict[str, Any]) -> list[str]:
    told = page.evaluate("options => axe.run(options)", {"resultTypes": ["violations"], **options})
    grave = [one for one in told["violations"] if one["impact"] in ("serious", "critical")]
    return [f"{one['id']}: {node['html']}" for one in grave for node in one["nodes"]]


def widths(page: Page) -> tuple[int, int]:
    """How wide the page is, in pixels: as it is, and with letters twice as large."""
    wide = "document.scrollingElement.scrollWidth"
    as_it_is = page.evaluate(wide)
    return as_it_is, page.evaluate(
        f"size => {{ document.documentElement.style.fontSize = size; return {wide} }}", TWICE
    )
