"""The way out: covers at a touch, ends the session, and leaves nothing behind the back button."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, CDPSession, Error, Page

from accounts.models import Account
from jasmine.sessions import SessionStore
from tests.makers import PHONE, a_report
from tests.pages.conftest import SCRIPT_ON, LetIn, Watch
from tests.pages.elsewhere import Elsewhere
from tests.pages.steps import check, press, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OURS = ("[data-answer]", "article", "[name=q]", "[name=step]", "form[action='/sign-out/']")


@pytest.fixture(autouse=True)
def _may_leave(watch: Watch, elsewhere: Elsewhere) -> None:
    watch.may_be_asked = (*watch.may_be_asked, elsewhere.url)


class TestTheCover:
    @SCRIPT_ON
    def test_a_finger_covers_the_page_before_it_is_lifted(self, answered):
        answered.context.set_offline(True)
        Finger(answered).down()
        assert is_covered(answered)

    @SCRIPT_ON
    def test_a_finger_that_slips_off_has_covered_the_page(self, answered):
        finger = Finger(answered)
        finger.down()
        finger.move(180, 300)
        finger.up()
        assert is_covered(answered)

    def test_a_mouse_covers_the_page_when_it_presses_and_not_before(self, at_a_desk):
        at_a_desk.context.set_offline(True)
        at_a_desk.mouse.move(*middle_of_exit(at_a_desk))
        assert not is_covered(at_a_desk)
        at_a_desk.mouse.down()
        assert is_covered(at_a_desk)

    def test_a_tap_covers_the_page_for_as_long_as_no_other_comes(self, nowhere_to_go):
        nowhere_to_go.tap("#exit")
        nowhere_to_go.locator("#exit:active").wait_for(state="detached")
        assert is_covered(nowhere_to_go)

    def test_what_is_under_the_cover_cannot_be_seen(self, nowhere_to_go):
        nowhere_to_go.tap("#exit")
        seen = nowhere_to_go.screenshot()
        nowhere_to_go.evaluate("document.querySelector('main').textContent = ''")
        assert nowhere_to_go.screenshot() == seen

    def test_without_the_network_nothing_of_ours_is_left_to_see(self, answered):
        answered.context.set_offline(True)
        with answered.expect_event("requestfailed"):
            answered.tap("#exit")
        answered.wait_for_url("chrome-error://**")
        assert shows_nothing_of_ours(answered)
        with suppress(Error):  # the browser has no page to go back to, and says so
            answered.go_back()
        assert shows_nothing_of_ours(answered)

    def test_focus_by_keyboard_covers_nothing(self, answered):
        answered.focus("body")
        while answered.evaluate("document.activeElement.id") != "exit":
            answered.keyboard.press("Tab")
        assert not is_covered(answered)


class TestTheWayOut:
    def test_a_tap_lands_on_the_neutral_site_which_does_not_learn_from_where(self, answered, elsewhere):
        elsewhere.asked.clear()
        press(answered, "#exit")
        assert answered.url == elsewhere.url
        assert [headers["Referer"] for path, headers in elsewhere.asked if path == "/"] == [None]

    def test_the_session_is_gone(self, answered):
        key = cookie(answered.context, settings.SESSION_COOKIE_NAME)
        assert SessionStore().exists(key)
        press(answered, "#exit")
        assert not SessionStore().exists(key)
        assert cookie(answered.context, settings.SESSION_COOKIE_NAME) == ""

    def test_the_language_stays(self, answered):
        answered.tap(".languages summary")
        press(answered, "[name=language][value=fr]")
        press(answered, "#exit")
        assert cookie(answered.context, settings.LANGUAGE_COOKIE_NAME) == "fr"

    def test_behind_the_back_button_there_is_only_the_door(self, page, heron, plover, elsewhere):
        sign_in(page)
        a_report(plover)
        check(page, PHONE)
        page.goto("/reports/mine/")
        page.goto("/reports/new/")
        press(page, "#exit")
        for _ in range(history_length(page) - 1):
            page.go_back()
            assert shows_nothing_of_ours(page), page.url

    @SCRIPT_ON
    def test_escape_three_times_leaves(self, answered, elsewhere):
        answered.focus("[name=q]")
        with answered.expect_navigation(url=elsewhere.url):
            for _ in range(3):
                answered.keyboard.press("Escape")
        answered.go_back()
        assert shows_nothing_of_ours(answered)

    @SCRIPT_ON
    def test_escape_twice_and_something_else_stays(self, answered):
        for key in ("Escape", "Escape", "a", "Escape", "Escape"):
            answered.keyboard.press(key)
        assert answered.is_visible("[data-answer]")
        assert not is_covered(answered)


class Finger:
    """One finger on the way out. Without the time that makes a touch `:active`: the developer tools send none."""

    def __init__(self, page: Page) -> None:
        self.at = middle_of_exit(page)
        self.chrome: CDPSession = page.context.new_cdp_session(page)

    def down(self) -> None:
        self._send("touchStart", self.at)

    def move(self, x: float, y: float) -> None:
        self._send("touchMove", (x, y))

    def up(self) -> None:
        self._send("touchEnd")

    def _send(self, kind: str, *points: tuple[float, float]) -> None:
        told = [{"x": x, "y": y} for x, y in points]
        self.chrome.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": told})


@pytest.fixture
def answered(hers: Page, plover: Any) -> Page:
    """An answer that must not be seen by whoever comes into the room."""
    a_report(plover)
    check(hers, PHONE).wait_for()
    return hers


@pytest.fixture
def nowhere_to_go(answered: Page) -> Page:
    """The same, when no other page can take its place: the way out is asked for and gives none."""
    answered.route("**/exit/", lambda route: route.fulfill(status=204))
    return answered


@pytest.fixture
def at_a_desk(
    browser: Browser, live_server: Any, script: bool, heron: Account, let_in: LetIn
) -> Iterator[Page]:
    """A member's page on a laptop, where a mouse hovers before it presses."""
    with browser.new_context(base_url=live_server.url, java_script_enabled=script) as context:
        let_in(context, heron)
        page = context.new_page()
        page.goto("/check/")
        yield page


def middle_of_exit(page: Page) -> tuple[float, float]:
    box = page.locator("#exit").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def is_covered(page: Page) -> bool:
    """Whether the way out, and so its cover, lies over every point of the page, and nothing shines through."""
    return page.evaluate(
        """() => {
          const cover = getComputedStyle(document.getElementById("exit"), "::before");
          for (let x = 5; x < innerWidth; x += 25)
            for (let y = 5; y < innerHeight; y += 25)
              if (document.elementFromPoint(x, y)?.id !== "exit") return false;
          return cover.opacity === "1" && /^rgb\\(/.test(cover.backgroundColor);
        }"""
    )


def shows_nothing_of_ours(page: Page) -> bool:
    return not any(page.locator(ours).count() for ours in OURS) and PHONE not in page.content()


def history_length(page: Page) -> int:
    return page.evaluate("history.length")


def cookie(context: BrowserContext, name: str) -> str:
    return next((kept["value"] for kept in context.cookies() if kept["name"] == name), "")
